"""What the screens of a change share."""

from __future__ import annotations

from typing import Any

from flask import abort, g, render_template, url_for

from intranet.kernel.language import lazy_gettext
from intranet.registry.units import (
    APPLIED,
    CHANGE_KINDS,
    DRAFT,
    DROPPED,
    SCHEDULED,
    UNDONE,
    ChangeUnit,
    UnitChange,
)
from intranet.shared.access import fetch
from intranet.units import queries

STATES = {
    DRAFT: ("info", lazy_gettext("Bản nháp")),
    SCHEDULED: ("warn", lazy_gettext("Chờ ngày có hiệu lực")),
    APPLIED: ("good", lazy_gettext("Đã có hiệu lực")),
    UNDONE: ("neutral", lazy_gettext("Đã hoàn tác")),
    DROPPED: ("neutral", lazy_gettext("Đã hủy")),
}


def change_for(change_id: int, *, drafted: bool = False) -> UnitChange:
    """The change (else 404); with ``drafted``, only one that may still be altered (else 404)."""
    change = fetch(UnitChange, change_id, g.actor)
    return change if change.state == DRAFT or not drafted else abort(404)


def unit_of(change: UnitChange, unit_id: int) -> ChangeUnit:
    """A unit of the change, else 404."""
    return ChangeUnit.get_or_none(ChangeUnit.id == unit_id, ChangeUnit.change == change) or abort(404)


def home(change: UnitChange, page: str = "show") -> str:
    """The address of one of a change's pages."""
    return url_for(f"units.{page}", change_id=change.id)


def change_page(template: str, change: UnitChange, **context: Any) -> str:
    """One of a change's pages, with what stands over each of them."""
    return render_template(
        f"units/{template}.html",
        change=change,
        kinds=CHANGE_KINDS,
        states=STATES,
        editable=change.state == DRAFT,
        counts=queries.counts_of(change),
        **context,
    )
