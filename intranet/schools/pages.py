"""What the screens of a school share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import g

from intranet.kernel.language import lazy_gettext as _
from intranet.registry.schools import LEVEL_LABELS, OWNERSHIP_LABELS, School
from intranet.schools.forms import STATE_LABELS, field_label, shown_value
from intranet.schools.lists import OPEN, Filters
from intranet.shared.access import demand, fetch
from intranet.shared.edits import Conflict


def school_for(school_id: int, permission: str) -> School:
    """The school if the actor may see it (else 404) and has the permission on it (else 403)."""
    school = fetch(School, school_id, g.actor)
    demand(g.actor, permission, school)
    return school


def conflict_page(form: Any, school_id: int, conflict: Conflict, render: Callable[..., str]) -> tuple[str, int]:
    """The form with what was typed and, beside it, what the other person saved; saving again takes the form's."""
    current = School.get_by_id(school_id)
    form.version.data = form.version.raw_data = str(current.version)
    differences = dict(conflict.differences)
    for name, (saved, given) in conflict.others.items():
        field = form._fields.get(name.partition(" ")[0])
        if field is None:
            # A part of a list cannot be put back: then it is at least shown.
            differences[name] = (saved, given)
        else:
            # Sent again, the old value would undo what only the other person changed.
            field.data, field.raw_data = _in_form(name, saved), None
    theirs = [
        (field_label(name), shown_value(name, saved), shown_value(name, given))
        for name, (saved, given) in differences.items()
    ]
    return render(form, current, conflict_at=current.updated_at, theirs=theirs), 409


def _in_form(name: str, value: Any) -> Any:
    """A stored value as its form field holds it."""
    if name == "levels":
        return [int(level) for level in LEVEL_LABELS if value & level]
    return "" if value is None else value


def in_force(filters: Filters, districts: list[tuple], communes: list[tuple]) -> list[tuple[str, str, str]]:
    """(field, name, value in words) of each filter in force; districts and communes are (id, name)."""
    values = {
        "query": filters.query,
        "district_id": filters.district_id and dict(districts).get(filters.district_id, "?"),
        "level": filters.level and LEVEL_LABELS.get(filters.level, "?"),
        "commune_id": filters.commune_id and dict(communes).get(filters.commune_id, "?"),
        "ownership": OWNERSHIP_LABELS.get(filters.ownership),
        "state": filters.state != OPEN and STATE_LABELS[filters.state],
        "difficult": _YES_OR_NO.get(filters.difficult),
        "paired": _YES_OR_NO.get(filters.paired),
    }
    return [(field, str(_FILTER_LABELS[field]), str(value)) for field, value in values.items() if value]


_YES_OR_NO = {1: _("Có"), 0: _("Không")}
_FILTER_LABELS = {
    "query": _("Tìm"),
    "district_id": _("Đơn vị"),
    "level": _("Cấp học"),
    "commune_id": _("Xã, phường"),
    "ownership": _("Loại hình"),
    "state": _("Trạng thái"),
    "difficult": _("Vùng khó khăn"),
    "paired": _("Kết nghĩa"),
}
