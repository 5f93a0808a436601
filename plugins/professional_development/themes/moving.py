"""Units change: each goes on with the list of its schools' office of before."""

from __future__ import annotations

from collections.abc import Collection

from intranet.api import District, Moves
from plugins.professional_development.models import Session, Theme


def follow(moves: Moves) -> None:
    """Lists become longer, never shorter: a session's theme is among those of its district."""
    units = {after for _before, after in moves.by_target} | set(moves.heirs.values())
    if not moves.back:
        _empty_new_lists(units, moves)
    for before, after in sorted({*moves.by_target, *moves.heirs.items()}):
        _take_over(before, after)
    _keep_to_own(units)
    if moves.back:
        # What the change made is no unit any more.
        Theme.delete().where(Theme.district.in_(sorted(moves.heirs))).execute()


def _empty_new_lists(units: Collection[int], moves: Moves) -> None:
    """A new unit got the programme's own themes with the module; it gets those that its schools know instead."""
    new = District.select(District.id).where(District.id.in_(sorted(units)), District.valid_from == moves.on)
    used = Session.select(Session.theme).where(Session.theme.is_null(False))
    Theme.delete().where(Theme.district.in_(new), Theme.id.not_in(used)).execute()


def _take_over(before: int, after: int) -> None:
    there = [label for (label,) in Theme.select(Theme.label).where(Theme.district == after).tuples()]
    wanted = Theme.select(Theme.label).where(Theme.district == before, Theme.retired == False)  # noqa: E712 (SQL)
    labels = [label for (label,) in wanted.order_by(Theme.position, Theme.id).tuples() if label not in there]
    for position, label in enumerate(labels, len(there)):
        Theme.create(district=after, label=label, position=position)


def _keep_to_own(units: Collection[int]) -> None:
    elsewhere = (
        Session.select(Session.id, Session.district, Theme.label)
        .join(Theme)
        .where(Session.district.in_(sorted(units)), Session.district != Theme.district)
        .order_by(Session.id)
    )
    for session_id, district_id, label in list(elsewhere.tuples()):
        own = Theme.get_or_none(Theme.district == district_id, Theme.label == label)
        own = own or Theme.create(district=district_id, label=label, retired=True)
        Session.update(theme=own).where(Session.id == session_id).execute()
