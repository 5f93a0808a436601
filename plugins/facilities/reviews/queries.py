"""Reads for rounds and reviews."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from peewee import JOIN, Case, fn

from intranet.api import Actor, ChecklistPack, School, Statement, for_each_actor, office_rounds, param, visible
from plugins.facilities.models import PresentState, Review, ReviewLine, Round

ANSWERED = Case(None, ((ReviewLine.have.is_null(False) & ReviewLine.usable.is_null(False), 1),), 0)


def rounds(actor: Actor) -> list[tuple]:
    """(id, title, due on, closed at, pack, levels, the own school's review, its state), the newest first.

    A school has those that ask its levels.
    """
    return _rounds(actor).tuples()


@for_each_actor
def _rounds(actor: Actor) -> Any:
    mine = (Review.round == Round.id) & (Review.school == (actor.school_id or 0))
    query = (
        Round.select(
            Round.id,
            Round.title,
            Round.due_on,
            Round.closed_at,
            ChecklistPack.title,
            Round.levels,
            Review.id,
            Review.state,
        )
        .join(ChecklistPack)
        .switch(Round)
        .join(Review, JOIN.LEFT_OUTER, on=mine)
    )
    return _of(actor, query).order_by(Round.due_on.desc(), Round.id.desc()).limit(100)


def _of(actor: Actor, query: Any) -> Any:
    query = visible(query, Round, actor)
    return query if actor.school_id is None else query.where(office_rounds.asking(Round, actor.school_id))


class Row(NamedTuple):
    """A school of the board: ``sections`` are {group: (answered, asked)}; nothing while it has not begun."""

    school_id: int
    school: str
    review_id: int | None
    state: str | None
    sections: dict[str, tuple[int, int]]


def _board() -> Any:
    of = (Review.school == School.id) & (Review.round == param("round"))
    return (
        School.select(
            School.id,
            School.name,
            Review.id,
            Review.state,
            ReviewLine.section,
            fn.SUM(ANSWERED),
            fn.COUNT(ReviewLine.id),
        )
        .join(Review, JOIN.LEFT_OUTER, on=of)
        .join(ReviewLine, JOIN.LEFT_OUTER, on=(ReviewLine.review == Review.id))
        .where(
            office_rounds.asked_by_params(),
            School.deleted_at.is_null(),
            School.closed_on.is_null() | Review.id.is_null(False),
        )
        .group_by(School.sort_key, School.id, School.name, Review.id, Review.state, ReviewLine.section)
        .order_by(School.sort_key, School.id)
    )


_BOARD = Statement(_board)


def board(opened: Round) -> list[Row]:
    """Every school that is asked, with how much of each section it has answered."""
    found: dict[int, Row] = {}
    rows = _BOARD.rows(round=opened.id, **office_rounds.values_of(opened))
    for school_id, name, review_id, state, section, answered, asked in rows:
        row = found.setdefault(school_id, Row(school_id, name, review_id, state, {}))
        if section is not None:
            row.sections[section] = int(answered), asked
    return list(found.values())


_LINES = Statement(
    lambda: (
        ReviewLine.select(
            ReviewLine.id,
            ReviewLine.section,
            ReviewLine.item,
            ReviewLine.required,
            ReviewLine.have,
            ReviewLine.usable,
            ReviewLine.condition,
            ReviewLine.note,
            ReviewLine.remark,
        )
        .where(ReviewLine.review == param("review"))
        .order_by(ReviewLine.position)
    )
)


class Line(NamedTuple):
    """A line of a review."""

    id: int
    section: str
    item: str
    required: int | None
    have: int | None
    usable: int | None
    condition: int | None
    note: str
    remark: str

    @property
    def is_answered(self) -> bool:
        """Whether both numbers are there."""
        return self.have is not None and self.usable is not None


def lines(review_id: int) -> list[Line]:
    """All lines of a review, in the pack's order."""
    return [Line(*row) for row in _LINES.rows(review=review_id)]


def last_values(review: Review) -> dict[str, PresentState]:
    """{item: what the last locked review said}."""
    query = PresentState.select().where(
        PresentState.school == review.school_id,
        PresentState.pack_key == review.round.pack.key,
        PresentState.review != review.id,
    )
    return {state.item: state for state in query}


_PRESENT = Statement(
    lambda: (
        PresentState.select(
            PresentState.title,
            PresentState.unit,
            PresentState.required,
            PresentState.have,
            PresentState.usable,
            PresentState.condition,
            PresentState.on,
            PresentState.review,
        )
        .where(PresentState.school == param("school"))
        .order_by(PresentState.pack_key, PresentState.id)
    )
)


def present(school_id: int) -> list[tuple]:
    """(title, unit, required, have, usable, condition, on, review) of all that a school has."""
    return _PRESENT.rows(school=school_id)


def _to_fill() -> Any:
    mine = (Review.round == Round.id) & (Review.school == School.id)
    return (
        Round.select(Round.id, Round.title, Round.due_on, Review.id, Review.state)
        .join(School, on=office_rounds.asked_by_any(Round))
        .join(Review, JOIN.LEFT_OUTER, on=mine)
        .where(
            School.id == param("school"),
            Round.closed_at.is_null(),
            Review.state.is_null() | Review.state.in_(("draft", "returned")),
        )
        .order_by(Round.due_on, Round.id)
    )


_TO_FILL = Statement(_to_fill)


def to_fill(school_id: int) -> list[tuple]:
    """(round, title, due on, review, its state) of the open rounds in which a school has something to do."""
    return _TO_FILL.rows(school=school_id)


def due_between(actor: Actor, start: date, end: date) -> list[tuple]:
    """(id, title, due on) of the actor's rounds that are due between two days, both included."""
    return _due_between(actor).tuples(start=start, end=end)


@for_each_actor
def _due_between(actor: Actor) -> Any:
    due = Round.due_on.between(param("start"), param("end"))
    return _of(actor, Round.select(Round.id, Round.title, Round.due_on).where(due))


def unsent(opened: Round) -> Any:
    """Query for the ids of the schools that are asked and have sent nothing that stands."""
    sent = Review.select(Review.school).where(Review.round == opened, Review.state.in_(("submitted", "locked")))
    return office_rounds.schools_asked(opened).where(School.id.not_in(sent))
