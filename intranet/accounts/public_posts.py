"""Forms that anybody may send without an account: so many from one address, no more."""

from __future__ import annotations

from flask import abort, g

from intranet.accounts import throttle


def count_public_post() -> None:
    """Count the form that is being carried out; 429 where its address has sent too many."""
    limits = throttle.of_public_form(g.client_address)
    try:
        throttle.check(limits)
    except throttle.TooManyTries:
        abort(429)
    throttle.note_failure(limits)
