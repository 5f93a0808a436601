"""What a page says after a form was sent."""

from __future__ import annotations

from typing import Any

from flask import Response

from intranet.kernel.language import gettext as _
from intranet.shared.edits import MERGED, SAVED, UNCHANGED, Refused
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
