"""What the screens of a pair share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, g, render_template, request

from intranet.kernel.forms import Form, remember, repeated
from intranet.registry.twinning import Pairing
from intranet.shared.access import demand, fetch
from intranet.shared.edits import Conflict, Refused
from intranet.web.hx import go
from intranet.web.layout import say
from intranet.web.saving import blame

Answer = Response | str | tuple[str, int]


def pairing_for(pairing_id: int, permission: str) -> Pairing:
    """The pair if the actor may see it (else 404) and has the permission on it (else 403)."""
    pairing = fetch(Pairing, pairing_id, g.actor)
    demand(g.actor, permission, pairing)
    return pairing


def conflict_page(
    form: Any, pairing_id: int, conflict: Conflict, shown: Callable[[str, Any], tuple[str, str]], render: Callable
) -> tuple[str, int]:
    """The form with what was typed and, beside it, what the other person saved; saving again takes the form's.

    ``shown(field, value)`` is what a field is called, and its value in words.
    """
    current = Pairing.get_by_id(pairing_id)
    form.version.data = form.version.raw_data = str(current.version)
    for name, (saved, _given) in conflict.others.items():
        # Sent again, the old value would undo what only the other person changed.
        field = form[name.partition(" ")[0]]
        field.data, field.raw_data = saved, None
    theirs = []
    for name, (saved, given) in conflict.differences.items():
        label, text = shown(name.partition(" ")[0], saved)
        theirs.append((label, text, shown(name.partition(" ")[0], given)[1]))
    return render(form, current, conflict_at=current.updated_at, theirs=theirs), 409


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
