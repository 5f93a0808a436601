"""What is missing becomes a step of the plan; a step is shown, changed, finished."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, g, render_template

from intranet.api import (
    Refused,
    blame,
    checklists,
    fetch,
    go,
    may,
    remember,
    repeated,
    requires,
    save_form,
    say,
    show_conflict,
)
from intranet.api import gettext as _
from plugins.digital.assessments.life_cycle import address_of as assessment_address
from plugins.digital.models import Assessment, Improvement
from plugins.digital.pages import record_for
from plugins.digital.plans import queries, rules
from plugins.digital.plans.forms import ImprovementForm, improvement_data
from plugins.digital.plans.life_cycle import OPEN, address_of
from plugins.digital.routes import blueprint

Answer = Response | str | tuple[str, int]
FOLDER = "digital/plans"


def _target(assessment_id: int, code: str) -> tuple[Assessment, checklists.Item]:
    found = record_for(Assessment, assessment_id, "assess")
    return found, found.pack.checklist.items.get(code) or abort(404)


def _form(owned: Assessment | Improvement, **how: Any) -> ImprovementForm:
    form = ImprovementForm(**how)
    # What is for the school alone stands in no pair's ledger.
    partners = [] if owned.private else queries.partners_of(owned.school_id)
    form.offer(queries.people_of(owned.school_id), partners)
    return form


def _new_page(form: ImprovementForm, found: Assessment, item: checklists.Item) -> str:
    return render_template(f"{FOLDER}/form.html", form=form, assessment=found, item=item, improvement=None)


@blueprint.get("/assessments/<int:assessment_id>/plan/<code>")
@requires("digital.assess")
def new_improvement(assessment_id: int, code: str) -> str:
    """What is done about a criterion."""
    found, item = _target(assessment_id, code)
    data = {"title": item.title[:200], "responsible": g.actor.person_id, "pairing": 0}
    return _new_page(_form(found, data=data), found, item)


@blueprint.post("/assessments/<int:assessment_id>/plan/<code>")
@requires("digital.assess")
def plan_improvement(assessment_id: int, code: str) -> Answer:
    """Put it into the plan."""
    if done := repeated():
        return go(done)
    found, item = _target(assessment_id, code)
    form, home = _form(found), assessment_address(found.id)
    if not form.validate():
        return _new_page(form, found, item), 422
    try:
        rules.plan(found, code, form.values(), g.actor.person_id, done=lambda made: remember(home))
    except Refused as refusal:
        blame(form, refusal)
        return _new_page(form, found, item), 422
    say(_("Đã đưa vào kế hoạch. Người phụ trách thấy việc này trong “việc chờ”."))
    return go(home)


@blueprint.get("/improvements/<int:improvement_id>")
@requires("digital.view")
def show_improvement(improvement_id: int) -> str:
    """A step of a plan."""
    found = fetch(Improvement, improvement_id, g.actor)
    return render_template(
        f"{FOLDER}/show.html",
        improvement=found,
        item=found.assessment.pack.checklist.items[found.item],
        partner=dict(queries.partners_of(found.school_id)).get(found.pairing_id),
        edits=found.state == OPEN and may(g.actor, "digital.assess", found),
    )


def _edit_page(form: ImprovementForm, found: Improvement, **extra: Any) -> str:
    item = found.assessment.pack.checklist.items[found.item]
    return render_template(
        f"{FOLDER}/form.html", form=form, assessment=found.assessment, item=item, improvement=found, **extra
    )


@blueprint.get("/improvements/<int:improvement_id>/edit")
@requires("digital.assess")
def edit_improvement(improvement_id: int) -> str:
    """The form of a step."""
    found = record_for(Improvement, improvement_id, "assess")
    return _edit_page(_form(found, data=improvement_data(found)), found)


@blueprint.post("/improvements/<int:improvement_id>/edit")
@requires("digital.assess")
def save_improvement(improvement_id: int) -> Answer:
    """Save it."""
    found = record_for(Improvement, improvement_id, "assess")
    form = _form(found)

    def show_again(**extra: Any) -> str:
        return _edit_page(form, found, **extra)

    return save_form(
        form,
        show_again,
        lambda **how: rules.update(found, form.values(), **how),
        home=address_of(found.id),
        conflict=lambda conflict: show_conflict(form, Improvement.get_by_id(found.id), conflict, show_again),
    )
