"""A child's papers as Word files: made now, sent once, kept nowhere; each time is written down first."""

from __future__ import annotations

from flask import Response, abort, g, render_template

from intranet.api import requires
from plugins.mentoring.cases.life_cycle import ANONYMISED
from plugins.mentoring.cases.papers import CONSENT
from plugins.mentoring.logs.papers import DIARY, SUMMARY, TermSummary, terms_of
from plugins.mentoring.pages import address_of, kept_case
from plugins.mentoring.papers import send
from plugins.mentoring.routes import blueprint
from plugins.mentoring.tables.cases import Case


def _case(case_id: int) -> Case:
    """A case whose papers the actor may have; 404 once the child is forgotten."""
    found = kept_case(case_id, "paper", "nominate")
    return found if found.state != ANONYMISED else abort(404)


def _address(case: Case) -> str:
    return f"{address_of(case.id)}/papers"


@blueprint.get("/cases/<int:case_id>/papers")
@requires("mentoring.nominate")
def case_papers(case_id: int) -> str:
    """The papers that can be made of a child."""
    found = _case(case_id)
    terms = [(term.replace("/", "-"), TermSummary(found, term).words) for term in terms_of(found)]
    return render_template("mentoring/logs/papers.html", case=found, terms=terms)


@blueprint.get("/cases/<int:case_id>/papers/consent.docx")
@requires("mentoring.nominate")
def consent_paper(case_id: int) -> Response:
    """The form on which the family agrees."""
    found = _case(case_id)
    return send(CONSENT, found, g.actor.district_id, _address(found))


@blueprint.get("/cases/<int:case_id>/papers/diary.docx")
@requires("mentoring.nominate")
def diary(case_id: int) -> Response:
    """The diary of all times with the child."""
    found = _case(case_id)
    return send(DIARY, found, g.actor.district_id, _address(found))


@blueprint.get("/cases/<int:case_id>/papers/terms/<term>.docx")
@requires("mentoring.nominate")
def term_summary(case_id: int, term: str) -> Response:
    """What the family is told of a term ("2026-2027-1")."""
    found, term = _case(case_id), "/".join(term.rsplit("-", 1))
    if term not in terms_of(found):
        abort(404)
    return send(SUMMARY, TermSummary(found, term), g.actor.district_id, _address(found))
