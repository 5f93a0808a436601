"""Numbers in addresses."""

from __future__ import annotations

from flask import abort
from werkzeug.routing import IntegerConverter


class Id(IntegerConverter):
    """A number in a path: ASCII digits only, and none that a database could not hold."""

    regex = "[0-9]{1,9}"


def whole(text: str | None) -> int | None:
    """A whole number from an address, None when it is missing; 400 for anything else.

    int() alone would take Arabic and full-width digits and underscores, so that one page had many addresses.
    """
    text = (text or "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdecimal()) or len(text) > 9:
        abort(400)
    return int(text)
