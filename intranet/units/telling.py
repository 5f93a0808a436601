"""Who learns of a change of units: the offices that end or begin, and who leads the schools that move."""

from __future__ import annotations

from typing import Any

from intranet.kernel.dates import show_date
from intranet.kernel.language import lazy_gettext as _
from intranet.registry.districts import District
from intranet.registry.people import contacts_of
from intranet.registry.units import UnitChange
from intranet.shared.notifying import PROGRESS, notify, office_of, tell_administrators
from intranet.shared.unit_moves import Moves


def tell_applied(change: UnitChange, moves: Moves) -> None:
    """Everybody concerned: from which day, which unit manages the school, where the office's work goes on."""
    for (_before, after), school_ids in moves.by_target.items():
        name = District.get_by_id(after).name
        text = _("Từ %(day)s, trường thuộc %(name)s quản lý", day=show_date(change.effective_on), name=name)
        _tell([id_ for (id_,) in contacts_of(school_ids).tuples()], text, after, change)
    for after in sorted({after for _before, after in moves.schools.values()} | set(moves.heirs.values())):
        text = _("%(title)s có hiệu lực từ %(day)s", title=change.title, day=show_date(change.effective_on))
        _tell(office_of(after), text, after, change)


def tell_undone(change: UnitChange, moves: Moves) -> None:
    """The same people: everything is as it was."""
    for after in sorted({after for _before, after in moves.schools.values()} | set(moves.heirs.values())):
        schools = [id_ for id_, (_from, to) in moves.schools.items() if to == after]
        text = _("%(title)s đã được hoàn tác: mọi việc trở lại như trước", title=change.title)
        people = {id_ for (id_,) in contacts_of(schools).tuples()} | set(office_of(after))
        _tell(people, text, after, change)


def tell_hindered(change: UnitChange) -> None:
    """Administrators: the day has come, and the change could not take effect."""
    title = _("Chưa thực hiện được “%(title)s”: %(why)s", title=change.title, why=change.hindrance)
    tell_administrators(title, f"/units/changes/{change.id}", group=f"unit-change-{change.id}")


def _tell(people: Any, title: Any, district_id: int, change: UnitChange) -> None:
    notify(people, PROGRESS, title, f"/units/{district_id}", group=f"unit-change-{change.id}-{district_id}")
