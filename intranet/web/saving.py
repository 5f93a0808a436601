"""What a page says after a form was sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, time
from typing import Any

from flask import Response, g, request
from markupsafe import Markup

from intranet.kernel.forms import remember, repeated
from intranet.kernel.language import gettext as _
from intranet.shared.edits import MERGED, SAVED, UNCHANGED, Conflict, Refused
from intranet.web.hx import go
from intranet.web.layout import format_date, say

Answer = Response | str | tuple[str, int]


def save_form(
    form: Any,
    page: Callable[[], str],
    save: Callable[..., str],
    *,
    home: str,
    conflict: Callable[[Conflict], tuple[str, int]],
) -> Answer:
    """Save the sent form of a record that several may have open, and leave for ``home``.

    ``save(version=, person_id=, done=)`` is the rule and says what it did; ``page`` shows the form with its mistakes,
    ``conflict`` the one beside which another saved theirs.
    """
    if done := repeated():
        return go(done)
    if not form.validate():
        return page(), 422
    try:
        outcome = save(version=form.read_version, person_id=g.actor.person_id, done=lambda: remember(home))
    except Refused as refusal:
        blame(form, refusal)
        return page(), 422
    except Conflict as found:
        return conflict(found)
    return leave(outcome, home)


def act_form(
    form: Any, page: Callable[[], str], act: Callable[[Callable[[], None]], None], *, home: str, done: str
) -> Answer:
    """A page with one form: shown, or carried out by ``act(remember)`` and then left for ``home``, saying ``done``."""
    if request.method == "GET":
        return page()
    if address := repeated():
        return go(address)
    if not form.validate():
        return page(), 422
    try:
        act(lambda: remember(home))
    except Refused as refusal:
        blame(form, refusal)
        return page(), 422
    say(done)
    return go(home)


def leave(outcome: str, address: str) -> Response:
    """Say what saving did, and go on."""
    kind, text = {
        UNCHANGED: ("info", _("Không có gì thay đổi.")),
        SAVED: ("good", _("Đã lưu.")),
        MERGED: ("good", _("Đã lưu, cùng với thay đổi mà người khác vừa lưu.")),
    }[outcome]
    say(text, kind)
    return go(address)


def blame(form: Any, refusal: Refused) -> None:
    """Show a rule's sentence at the field that it names, else over the form."""
    if refusal.field in form:
        form[refusal.field].errors = [*form[refusal.field].errors, str(refusal)]
    else:
        form.form_errors.append(str(refusal))


def put(form: Any, name: str, value: Any) -> None:
    """Show a value in a field instead of what was typed."""
    form[name].data, form[name].raw_data = value, None


def label_of(field: Any, value: Any) -> str:
    """What a choice of a field is called, without marks; empty where it is none of them."""
    return next((Markup(choice.label).striptags() for choice in field.choices if choice.value == value), "")


def fields_of(name: str, value: Any) -> dict[str, Any]:
    """One of a record's values as the fields of its form hold it: what refers to another record is a choice."""
    return {name.removesuffix("_id"): value or 0} if name.endswith("_id") else {name: value}


def text_of(field: Any, value: Any) -> str:
    """A value of a field as people read it."""
    if isinstance(value, bool):
        return _("Có") if value else _("Không")
    if hasattr(field, "choices"):
        chosen = value if isinstance(value, list) else [value]
        return ", ".join(label_of(field, one) for one in chosen)
    if isinstance(value, date):
        return format_date(value)
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return "" if value is None else str(value)


def show_conflict(
    form: Any,
    current: Any,
    conflict: Conflict,
    render: Callable[..., str],
    as_fields: Callable[[str, Any], Mapping[str, Any]] = fields_of,
) -> tuple[str, int]:
    """conflict_page() of a form whose own fields tell what a value is called and how it reads.

    ``as_fields(name, value)`` gives the form's fields of one of the record's values.
    """

    def shown(name: str, value: Any) -> tuple[str, str]:
        fields = {field: part for field, part in as_fields(name, value).items() if field in form}
        texts = [text_of(form[field], part) for field, part in fields.items()]
        return ", ".join(str(form[field].label.text) for field in fields), " ".join(filter(None, texts))

    def put_all(form: Any, name: str, value: Any) -> None:
        for field, part in as_fields(name, value).items():
            if field in form:
                put(form, field, part)

    return conflict_page(form, current, conflict, shown, lambda _form, _current, **extra: render(**extra), put_all)


def conflict_page(
    form: Any,
    current: Any,
    conflict: Conflict,
    shown: Callable[[str, Any], tuple[str, str]],
    render: Callable[..., str],
    put: Callable[[Any, str, Any], None] = put,
) -> tuple[str, int]:
    """The form with what was typed and, beside it, what the other person saved; saving again takes the form's.

    ``current`` is the record now, ``shown(field, value)`` what a field is called and its value in words. Fields of
    parts of the record carry a number in the trail: "text 12".
    """
    form.version.data = form.version.raw_data = str(current.version)
    for name, (saved, _given) in conflict.others.items():
        # Sent again, the old value would undo what only the other person changed.
        put(form, name.partition(" ")[0], saved)
    theirs = []
    for name, (saved, given) in conflict.differences.items():
        label, text = shown(name.partition(" ")[0], saved)
        theirs.append((label, text, shown(name.partition(" ")[0], given)[1]))
    return render(form, current, conflict_at=current.updated_at, theirs=theirs), 409
