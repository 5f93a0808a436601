"""The filters of the log: as an address carries them, as people read them."""

from __future__ import annotations

import re
from datetime import date
from typing import Any
from urllib.parse import urlencode

from flask import abort, g, request

from intranet.audit_log import queries
from intranet.audit_log.queries import NOBODY, Filters
from intranet.history.labels import ACTION_LABELS, KIND_LABELS, action_label, kind_label
from intranet.kernel.dates import parse_date, show_date
from intranet.kernel.language import gettext as _
from intranet.kernel.language import lazy_gettext
from intranet.kernel.text import canonical
from intranet.people import queries as people
from intranet.registry.districts import district_options
from intranet.web.numbers import whole

NAMES = {
    "who": "who",
    "person": "person_id",
    "kind": "kind",
    "act": "action",
    "from": "first_day",
    "to": "last_day",
    "district": "district_id",
    "school": "school_id",
    "id": "record_id",
    "after": "after",
    "before": "before",
}
_NUMBERS = ("person", "district", "school", "id", "after", "before")
# What acts are done to, by the first word of their key.
_GROUPS = {
    "school": lazy_gettext("Trường"),
    "person": lazy_gettext("Người"),
    "membership": lazy_gettext("Người"),
    "function": lazy_gettext("Người"),
    **dict.fromkeys(("session", "password", "account", "factor"), lazy_gettext("Tài khoản")),
}
KIND, ACTION = re.compile(r"[a-z0-9_]{0,60}"), re.compile(r"([a-z0-9_]+\.[a-z0-9_]+)?")


def read_filters() -> tuple[Filters, dict[str, str]]:
    """The filters in the address, and {field: sentence} for days that are none; these do not filter."""
    given = request.values
    kind, action = given.get("kind", ""), given.get("act", "")
    if not KIND.fullmatch(kind) or not ACTION.fullmatch(action):
        abort(400)
    days, problems = _days()
    numbers = {NAMES[name]: whole(given.get(name)) for name in _NUMBERS}
    return Filters(who=canonical(given.get("who", ""))[:100], kind=kind, action=action, **days, **numbers), problems


def _days() -> tuple[dict[str, date | None], dict[str, str]]:
    days: dict[str, date | None] = {}
    problems: dict[str, str] = {}
    for name in ("from", "to"):
        text = canonical(request.values.get(name, ""))
        try:
            days[NAMES[name]] = parse_date(text) if text else None
        except ValueError as cause:
            problems[name] = str(cause)
    first, last = days.get("first_day"), days.get("last_day")
    if first and last and last < first:
        problems["to"] = _("Ngày cuối không thể trước ngày đầu.")
    return days, problems


def list_address(filters: Filters, path: str = "/audit", **changes: Any) -> str:
    """The address of the log with these filters, from the first page on, and some of them changed."""
    query = urlencode(_texts(filters.without(**changes)))
    return f"{path}?{query}" if query else path


def _texts(filters: Filters) -> dict[str, Any]:
    values = {name: getattr(filters, field) for name, field in NAMES.items()}
    return {
        name: show_date(value) if isinstance(value, date) else value
        for name, value in values.items()
        if value not in (None, "")
    }


def in_force(filters: Filters) -> list[tuple[str, str, str]]:
    """(field, name, value in words) of each filter in force."""
    values = {
        "who": (_("Người làm"), filters.who),
        "person_id": (_("Người làm"), filters.person_id is not None and _doer(filters.person_id)),
        "kind": (_("Loại bản ghi"), filters.kind and kind_label(filters.kind)),
        "action": (_("Việc"), filters.action and action_label(filters.action)),
        "first_day": (_("Từ ngày"), filters.first_day and show_date(filters.first_day)),
        "last_day": (_("Đến ngày"), filters.last_day and show_date(filters.last_day)),
        "district_id": (_("Đơn vị"), g.actor.sees_all and filters.district_id and _district(filters.district_id)),
        "school_id": (_("Trường"), filters.school_id and people.school_name(g.actor, filters.school_id)),
        "record_id": (_("Số bản ghi"), filters.record_id is not None and filters.record_id),
    }
    # Number 0 is a number.
    return [
        (field, name, str(value))
        for field, (name, value) in values.items()
        if value not in (None, "") and value is not False
    ]


def _doer(person_id: int) -> str:
    return _("Lệnh trên máy chủ") if person_id == NOBODY else queries.person_name(g.actor, person_id)


def _district(district_id: int) -> str:
    return dict(district_options([district_id])).get(district_id, "?")


def kind_options() -> list[tuple[str, str]]:
    """(key, label) of the kinds of records, and the plugins' tables that have a life cycle."""
    return [(key, str(label)) for key, label in KIND_LABELS.items()]


def action_options() -> list[tuple[str, list[tuple[str, str]]]]:
    """(group, [(key, label) …]) of all acts, by what they are done to."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for key, label in ACTION_LABELS.items():
        noun = key.partition(".")[0]
        groups.setdefault(str(_GROUPS.get(noun, _("Khác"))), []).append((key, str(label)))
    return list(groups.items())
