"""What reviews find missing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from peewee import Case, fn

from intranet.api import School, Statement, checklist_of, checklists, param
from plugins.facilities.models import Need, Review, ReviewLine, Round
from plugins.facilities.reviews.queries import Line, lines

# More than enough in one place is no help in another.
IS_SHORT = ReviewLine.required > ReviewLine.usable
MISSING = Case(None, ((IS_SHORT, ReviewLine.required - ReviewLine.usable),), 0)


class Lack(NamedTuple):
    """A line of the sheet. ``missing`` is None where the school has not answered or the norm has no figure."""

    line: Line
    item: checklists.Item
    missing: int | None


def of_review(review: Review) -> list[Lack]:
    """Every line that a norm asks for; those that are not short, too, so that nobody wonders what became of one."""
    items = review.round.pack.checklist.items
    return [
        Lack(line, items[line.item], checklists.shortage(line.required, line.usable))
        for line in lines(review.id)
        if items[line.item].formula
    ]


def source_key(review: Review, item: str) -> str:
    """What one shortage is called: it makes one need."""
    return f"review-{review.id}-{item}"


def needs_of(school_id: int, stem: str) -> dict[str, tuple[int, str]]:
    """{item: (need, its state)} of the needs of a school whose sources begin so."""
    rows = Need.select(Need.source_key, Need.id, Need.state).where(
        Need.school == school_id, Need.source_key.startswith(stem)
    )
    return {key.removeprefix(stem): (id_, state) for key, id_, state in rows.tuples()}


def _totals() -> Any:
    return (
        ReviewLine.select(
            ReviewLine.item,
            fn.SUM(ReviewLine.required),
            fn.SUM(ReviewLine.usable),
            fn.SUM(MISSING),
            fn.SUM(Case(None, ((IS_SHORT, 1),), 0)),
            fn.COUNT(ReviewLine.id),
        )
        .join(Review)
        .where(
            Review.round == param("round"),
            ReviewLine.required.is_null(False),
            ReviewLine.usable.is_null(False),
        )
        .group_by(ReviewLine.item)
    )


_TOTALS = Statement(_totals)


def of_round(opened: Round) -> list[tuple]:
    """(item, required, usable, missing, schools short of it, schools that answered), in the pack's order."""
    found = {row[0]: tuple(map(int, row[1:])) for row in _TOTALS.rows(round=opened.id)}
    items = opened.pack.checklist.items.values()
    return [(item, *found.get(item.code, (0, 0, 0, 0, 0))) for item in items if item.formula]


def short_ids(opened: Round, most: int) -> list[int]:
    """The lines of a round that are short, school by school."""
    query = ReviewLine.select(ReviewLine.id).join(Review).join(School, on=(Review.school == School.id))
    query = query.where(Review.round == opened, IS_SHORT).order_by(School.sort_key, School.id, ReviewLine.position)
    return [id_ for (id_,) in query.limit(most).tuples()]


def for_file(ids: Sequence[int]) -> Iterator[tuple]:
    """(school, code, item, unit, required, have, usable, missing) of these lines, in this order."""
    columns = (ReviewLine.id, School.name, School.code, Round.pack, ReviewLine.item)
    numbers = (ReviewLine.required, ReviewLine.have, ReviewLine.usable)
    query = (
        ReviewLine.select(*columns, *numbers)
        .join(Review)
        .join(Round)
        .switch(Review)
        .join(School, on=(Review.school == School.id))
        .where(ReviewLine.id.in_(ids))
    )
    found = {row[0]: row[1:] for row in query.tuples()}
    packs = {pack_id: checklist_of(pack_id).items for pack_id in {row[2] for row in found.values()}}
    for name, code, pack_id, key, required, have, usable in (found[id_] for id_ in ids if id_ in found):
        item = packs[pack_id][key]
        yield name, code or "", f"{key}. {item.title}", item.unit, required, have, usable, required - usable
