"""What a page says after a form was sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response
from markupsafe import Markup

from intranet.kernel.language import gettext as _
from intranet.shared.edits import MERGED, SAVED, UNCHANGED, Conflict, Refused
from intranet.web.hx import go
from intranet.web.layout import say


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
