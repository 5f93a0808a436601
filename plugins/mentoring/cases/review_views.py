"""Looking back on a case, and its end."""

from __future__ import annotations

from flask import g, render_template, request

from intranet.api import gettext as _
from intranet.api import requires
from plugins.mentoring.cases import queries, reviews, rules
from plugins.mentoring.cases.forms import ClosingForm, ReasonForm, review_form
from plugins.mentoring.cases.views import FOLDER, Answer, write
from plugins.mentoring.pages import kept_case
from plugins.mentoring.routes import blueprint


@blueprint.get("/cases/<int:case_id>/review")
@requires("mentoring.nominate")
def ask_review(case_id: int) -> str:
    """The form of a review: a choice for each goal, and what follows."""
    found = kept_case(case_id, "review", "nominate")
    form = review_form(_goals(found), data={"decision": request.args.get("decision")})
    return render_template(f"{FOLDER}/review.html", form=form, case=found)


def _goals(case) -> list[tuple[int, str]]:
    return [(id_, text) for id_, text, _reached in queries.goals(case)]


@blueprint.post("/cases/<int:case_id>/review")
@requires("mentoring.nominate")
def save_review(case_id: int) -> Answer:
    """Write the review down; the case goes on accordingly."""
    found = kept_case(case_id, "review", "nominate")
    form = review_form(_goals(found))

    def rule(done):
        values = form.decision.data, form.reached(), form.summary.data, form.next_on.data
        reviews.review(found, *values, g.actor, done=done)

    return write(found, form, rule, lambda: render_template(f"{FOLDER}/review.html", form=form, case=found))


@blueprint.get("/cases/<int:case_id>/close")
@requires("mentoring.coordinate")
def ask_close(case_id: int) -> str:
    """The form of a case's end."""
    found = kept_case(case_id, "case", "coordinate")
    return render_template(f"{FOLDER}/close.html", form=ClosingForm(), case=found, days=rules.KEPT.days)


@blueprint.post("/cases/<int:case_id>/close")
@requires("mentoring.coordinate")
def close_case(case_id: int) -> Answer:
    """End a case."""
    found = kept_case(case_id, "case", "coordinate")
    form = ClosingForm()
    return write(
        found,
        form,
        lambda done: rules.close(found, form.ending.data, form.outcome.data, g.actor, done=done),
        lambda: render_template(f"{FOLDER}/close.html", form=form, case=found, days=rules.KEPT.days),
        _("Đã kết thúc hồ sơ."),
    )


@blueprint.get("/cases/<int:case_id>/decline")
@requires("mentoring.nominate")
def ask_decline(case_id: int) -> str:
    """Why a nomination is not taken up."""
    found = kept_case(case_id, "case", "nominate")
    return render_template(f"{FOLDER}/decline.html", form=ReasonForm(), case=found)


@blueprint.post("/cases/<int:case_id>/decline")
@requires("mentoring.nominate")
def decline_case(case_id: int) -> Answer:
    """Do not take it up."""
    found = kept_case(case_id, "case", "nominate")
    form = ReasonForm()
    return write(
        found,
        form,
        lambda done: rules.decline(found, form.outcome.data, g.actor, done=done),
        lambda: render_template(f"{FOLDER}/decline.html", form=form, case=found),
        _("Đã ghi không tiếp nhận."),
    )
