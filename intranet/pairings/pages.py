"""What the screens of a pair share."""

from __future__ import annotations

from collections.abc import Callable

from flask import g, render_template, request

from intranet.kernel.forms import Form, remember, repeated
from intranet.registry.twinning import Pairing
from intranet.shared.access import demand, fetch
from intranet.shared.edits import Refused
from intranet.web.hx import go
from intranet.web.layout import say
from intranet.web.saving import Answer, blame


def pairing_for(pairing_id: int, permission: str) -> Pairing:
    """The pair if the actor may see it (else 404) and has the permission on it (else 403)."""
    pairing = fetch(Pairing, pairing_id, g.actor)
    demand(g.actor, permission, pairing)
    return pairing


def small_form(
    pairing: Pairing,
    form: Form,
    write: Callable[[Callable[[], None]], None],
    *,
    home: str,
    heading: str,
    text: str,
    button: str,
    done: str,
    danger: bool = False,
) -> Answer:
    """A page with one form about a pair: shown, or carried out by ``write(remember)`` and then left for ``home``.

    ``text`` says what it is about, ``done`` what happened.
    """
    words = {"home": home, "heading": heading, "text": text, "button": button, "danger": danger}

    def page() -> str:
        return render_template("pairings/act.html", pairing=pairing, form=form, **words)

    if request.method == "GET":
        return page()
    if address := repeated():
        return go(address)
    if not form.validate():
        return page(), 422
    try:
        write(lambda: remember(home))
    except Refused as refusal:
        blame(form, refusal)
        return page(), 422
    say(done)
    return go(home)
