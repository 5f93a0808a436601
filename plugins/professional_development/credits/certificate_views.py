"""Certificates: one's own on demand, and those of everybody for whoever runs the session."""

from __future__ import annotations

from flask import Response, abort, g, render_template, request

from intranet.api import Refused, go, job_address, remember, repeated, requires, say
from plugins.professional_development.credits import certificates, queries
from plugins.professional_development.models import CONFIRMED, Registration
from plugins.professional_development.pages import HOME
from plugins.professional_development.routes import blueprint
from plugins.professional_development.sessions.views import address_of, run_by


@blueprint.post("/record/<int:place_id>/certificate")
@requires("professional_development.view")
def own_certificate(place_id: int) -> Response:
    """Make the own certificate of a session, or lead to it."""
    place = Registration.get_or_none(
        Registration.id == place_id, Registration.person == g.actor.person_id, Registration.credit == CONFIRMED
    )
    if place is None:
        abort(404)
    if done := repeated():
        return go(done)
    try:
        code = certificates.issue(place, person_id=g.actor.person_id, done=lambda code: remember(_address(code)))
    except Refused as refusal:
        say(str(refusal), "warn")
        return go(f"{HOME}/record")
    return go(_address(code))


def _address(code: str) -> str:
    return f"/papers/issued/{code}"


@blueprint.get("/sessions/<int:session_id>/certificates")
@requires("professional_development.view")
def session_certificates(session_id: int) -> str:
    """Who has a certificate, and the button that makes the others."""
    session = run_by(session_id)
    return render_template(
        "professional_development/credits/certificates.html",
        session=session,
        rows=queries.certificates(session.id),
        missing=len(queries.without_certificate(session.id)),
    )


@blueprint.post("/sessions/<int:session_id>/certificates")
@requires("professional_development.view")
def issue_certificates(session_id: int) -> Response:
    """Have all of them made, in the queue."""
    session = run_by(session_id)
    if done := repeated():
        return go(done)
    back = address_of(session.id, "/certificates")
    job = certificates.start(
        session,
        person_id=g.actor.person_id,
        back=back,
        separate=request.form.get("separate") == "1",
        done=lambda job: remember(job_address(job)),
    )
    return go(job_address(job))
