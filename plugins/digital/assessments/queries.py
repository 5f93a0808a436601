"""Reads for rounds and assessments."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from peewee import JOIN

from intranet.api import (
    Actor,
    ChecklistPack,
    School,
    Statement,
    checklists,
    for_each_actor,
    office_rounds,
    param,
    scoring,
    visible,
)
from plugins.digital.assessments.life_cycle import PUBLISHED
from plugins.digital.models import Assessment, Round, Score

MOST = 100


def rounds(actor: Actor) -> list[tuple]:
    """(id, title, school year, due on, pack, the own school's assessment, its state), the newest first.

    A school has those that ask its levels.
    """
    return _rounds(actor).tuples()


@for_each_actor
def _rounds(actor: Actor) -> Any:
    mine = (Assessment.round == Round.id) & (Assessment.school == (actor.school_id or 0))
    query = (
        Round.select(
            Round.id,
            Round.title,
            Round.school_year,
            Round.due_on,
            ChecklistPack.title,
            Assessment.id,
            Assessment.state,
        )
        .join(ChecklistPack)
        .switch(Round)
        .join(Assessment, JOIN.LEFT_OUTER, on=mine)
    )
    query = visible(query, Round, actor)
    if actor.school_id is not None:
        query = query.where(office_rounds.asking(Round, actor.school_id))
    return query.order_by(Round.due_on.desc(), Round.id.desc()).limit(MOST)


def practices(actor: Actor) -> list[tuple]:
    """(id, school year, pack, own level, last changed) of what the own school does for practice, the newest first."""
    if actor.school_id is None:
        return []
    columns = Assessment.id, Assessment.school_year, ChecklistPack.title, Assessment.own_level, Assessment.updated_at
    query = Assessment.select(*columns).join(ChecklistPack)
    query = query.where(Assessment.school == actor.school_id, Assessment.private == True)  # noqa: E712 (SQL)
    return list(query.order_by(Assessment.id.desc()).limit(MOST).tuples())


def _board() -> Any:
    of = (Assessment.school == School.id) & (Assessment.round == param("round"))
    return (
        School.select(
            School.id,
            School.name,
            Assessment.id,
            Assessment.state,
            Assessment.own_level,
            Assessment.checked_level,
        )
        .join(Assessment, JOIN.LEFT_OUTER, on=of)
        .where(
            office_rounds.asked_by_params(),
            School.deleted_at.is_null(),
            School.closed_on.is_null() | Assessment.id.is_null(False),
        )
        .order_by(School.sort_key, School.id)
    )


_BOARD = Statement(_board)


def board(opened: Round) -> list[tuple]:
    """(school id, name, assessment, state, own level, checked level) of every school that is asked."""
    return _BOARD.rows(round=opened.id, **office_rounds.values_of(opened))


def published(opened: Round) -> list[tuple]:
    """(school, its level) of the results that are published, by level."""
    query = Assessment.select(School.name, Assessment.checked_level).join(School)
    query = query.where(Assessment.round == opened, Assessment.state == PUBLISHED)
    return list(query.order_by(Assessment.checked_level.desc(), School.sort_key).tuples())


def lines(assessment: Assessment) -> dict[str, Score]:
    """{item: its line}, in the pack's order."""
    return scoring.in_order(assessment.pack.checklist, Score.select().where(Score.assessment == assessment))


def missing(assessment: Assessment, rows: dict[str, Score]) -> list[checklists.Lack]:
    """What keeps the next level out of reach, the cheapest points first."""
    checklist, scores = assessment.pack.checklist, scoring.counting(rows)
    return checklists.missing(checklist, scores, checklists.level(checklist, scores) + 1)


def before(assessment: Assessment) -> Assessment | None:
    """The school's assessment of an earlier year, by any version of the same pack."""
    return (
        Assessment.select()
        .join(ChecklistPack)
        .where(
            Assessment.school == assessment.school_id,
            Assessment.private == False,  # noqa: E712 (SQL)
            Assessment.school_year < assessment.school_year,
            ChecklistPack.key == assessment.pack.key,
        )
        .order_by(Assessment.school_year.desc(), Assessment.id.desc())
        .first()
    )


def last_scores(assessment: Assessment) -> dict[str, Decimal]:
    """{item: score} of the year before: what was checked, else the school's own word."""
    earlier = before(assessment)
    if earlier is None:
        return {}
    rows = Score.select(Score.item, Score.own, Score.checked).where(Score.assessment == earlier).tuples()
    found = {code: own if checked is None else checked for code, own, checked in rows}
    return {code: score for code, score in found.items() if score is not None}


def unsent(opened: Round) -> Any:
    """Query for the ids of the schools that are asked and have sent nothing that stands."""
    sent = Assessment.select(Assessment.school).where(
        Assessment.round == opened, Assessment.state.in_(("submitted", "approved", "published"))
    )
    return office_rounds.schools_asked(opened).where(School.id.not_in(sent))
