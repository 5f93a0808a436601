"""What the office opened, and the case as it sees it: without the child's name."""

from __future__ import annotations

from flask import abort, g, render_template

from intranet.api import Refused, blame, go, opened, options, remember, repeated, requires, say
from intranet.api import gettext as _
from plugins.mentoring.cases import openings, queries, rules
from plugins.mentoring.cases.forms import OpeningForm
from plugins.mentoring.cases.kinds import DECISIONS, KINDS, REACHED
from plugins.mentoring.cases.life_cycle import STATE_LABELS
from plugins.mentoring.cases.views import FOLDER, Answer
from plugins.mentoring.pages import HOME, case_for
from plugins.mentoring.routes import blueprint


@blueprint.get("/openings")
@requires("mentoring.open")
def office_openings() -> str:
    """What the office opened this term, and the form of the next."""
    return _openings_page(_form())


def _form() -> OpeningForm:
    if g.actor.district_id is None or g.actor.school_id is not None:
        abort(403)
    form = OpeningForm()
    form.school.choices = options(openings.schools_of(g.actor.district_id))
    return form


def _openings_page(form: OpeningForm) -> str:
    return render_template(
        f"{FOLDER}/openings.html",
        form=form,
        rows=openings.openings_of(g.actor),
        left=openings.left(g.actor.district_id),
        most=openings.MOST,
    )


@blueprint.post("/openings")
@requires("mentoring.open")
def open_case() -> Answer:
    """Open a case; the principal is told at once."""
    if done := repeated():
        return go(done)
    form = _form()
    if form.validate():
        try:
            opening = openings.open_case(
                g.actor,
                form.school.data,
                form.code.data,
                form.reason.data,
                done=lambda opening: remember(_address(opening.case_id)),
            )
        except Refused as refusal:
            blame(form, refusal)
        else:
            say(_("Đã mở hồ sơ trong 24 giờ; hiệu trưởng đã được báo."))
            return go(_address(opening.case_id))
    return _openings_page(form), 422


def _address(case_id: int) -> str:
    return f"{HOME}/openings/{case_id}"


@blueprint.get("/openings/<int:case_id>")
@requires("mentoring.open")
def opened_case(case_id: int) -> str:
    """A case as the office sees it while it is open: without the name and the restricted notes."""
    if g.actor.school_id is not None:
        abort(404)
    found = case_for(case_id, "case", "open")
    return render_template(
        f"{FOLDER}/opened.html",
        case=found,
        circumstances=opened(found, "circumstances"),
        tried=opened(found, "tried"),
        goals=queries.goals(found),
        reviews=queries.reviews(found.id),
        outcome=rules.outcome_of(found),
        kinds=KINDS,
        reached=REACHED,
        decisions=DECISIONS,
        state=STATE_LABELS[found.state],
    )
