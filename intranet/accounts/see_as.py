"""“Xem như”: an administrator looks at the pages of somebody else, and can change nothing while looking."""

from __future__ import annotations

from flask import Blueprint, Response, g, render_template, request, url_for

from intranet.accounts import acting
from intranet.kernel.forms import remember, repeated
from intranet.kernel.language import gettext as _
from intranet.registry.people import Person
from intranet.shared.access import fetch
from intranet.shared.edits import Refused
from intranet.web.gate import requires, signed_in, while_looking
from intranet.web.hx import go
from intranet.web.layout import named, say
from intranet.web.numbers import whole

blueprint = Blueprint("see_as", __name__)


@blueprint.get("/people/<int:person_id>/see-as")
@requires("accounts.see_as")
def ask(person_id: int) -> str:
    """In which work to look, and what looking means."""
    person = fetch(Person, person_id, g.actor)
    works, closed = acting.works_of(person_id), acting.why_closed(person)
    return render_template("accounts/see_as.html", person=person, works=works, closed=closed)


@blueprint.post("/people/<int:person_id>/see-as")
@requires("accounts.see_as")
def begin(person_id: int) -> Response:
    """Begin to look."""
    if done := repeated():
        return go(done)
    person, home = fetch(Person, person_id, g.actor), url_for("home.index")
    membership_id = whole(request.form.get("membership")) or 0
    session_hash = g.actor.session_hash
    try:
        acting.look(person, membership_id, by=g.actor.person_id, session_hash=session_hash, done=lambda: remember(home))
    except Refused as refusal:
        say(str(refusal), "warn")
        return go(url_for("see_as.ask", person_id=person_id))
    return go(home)


@blueprint.post("/see-as/end")
@signed_in
@while_looking
def end() -> Response:
    """Be oneself again."""
    actor = g.actor
    if actor.seen_by is None:
        return go(url_for("home.index"))
    acting.stop_looking(actor.person_id, by=actor.seen_by, session_hash=actor.session_hash)
    say(named(_("Đã thôi xem như %(name)s."), name=actor.name))
    return go(url_for("people.show", person_id=actor.person_id))
