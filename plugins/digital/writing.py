"""What the forms of this module's rooms have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, abort

from intranet.api import NotYours, Refused, blame, go, remember, repeated, say

Answer = Response | str | tuple[str, int]


def write(
    form: Any, page: Callable[[], str], rule: Callable[[Callable[..., None]], Any], home: str, said: str
) -> Answer:
    """Send a form to its rule, which gets its ``done``, and go on with a word; else the page again.

    ``done`` takes the address to go on to, where the rule made what it leads to; else it is ``home``.
    """
    if address := repeated():
        return go(address)
    if not form.validate():
        return page(), 422
    there = home

    def done(address: str = home) -> None:
        nonlocal there
        there = address
        remember(there)

    try:
        rule(done)
    except NotYours:
        abort(403)
    except Refused as refusal:
        blame(form, refusal)
        return page(), 422
    say(said)
    return go(there)
