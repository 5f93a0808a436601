"""The screens of yearly plans."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, abort, g, render_template, request, url_for

from intranet.kernel.clock import today
from intranet.kernel.forms import options, remember, repeated
from intranet.kernel.language import gettext as _
from intranet.kernel.schoolyear import school_year_of
from intranet.programmes import blueprint, plans
from intranet.programmes.forms import IssueForm, PlanForm, ReasonForm, plan_data, rearranged
from intranet.programmes.pages import conflict_page, plan_for, programme_for, small_form
from intranet.programmes.plans import Item
from intranet.registry.agreements import YearPlan
from intranet.registry.twinning import DRAFT, RUNNING, Programme
from intranet.shared.access import fetch, may
from intranet.shared.edits import Conflict, Refused
from intranet.web.gate import requires
from intranet.web.hx import go
from intranet.web.layout import named, say
from intranet.web.saving import Answer, blame, leave

EMPTY_ROWS = 3


def _home(plan_id: int) -> str:
    return url_for("programmes.plan", plan_id=plan_id)


@blueprint.get("/plans/<int:plan_id>")
@requires("programmes.view")
def plan(plan_id: int) -> str:
    """A yearly plan as a paper."""
    found = fetch(YearPlan, plan_id, g.actor)
    return render_template(
        "programmes/plan.html",
        plan=found,
        programme=found.programme,
        items=plans.items_of(found.id),
        today=today(),
        editable=may(g.actor, "programmes.edit", found),
    )


@blueprint.get("/<int:programme_id>/plans/new")
@requires("programmes.edit")
def new_plan(programme_id: int) -> str:
    """The form of the next school year that has no plan."""
    programme, years = _without_plan(programme_id)
    now = school_year_of(today())
    year = next((year for year in years if year >= now), years[-1])
    form = PlanForm(data=plan_data(year, "", [Item("")] * EMPTY_ROWS, 1))
    return _form_page(form, programme, None, years)


def _without_plan(programme_id: int) -> tuple[Programme, list[str]]:
    """The programme and its school years without a plan; 404 where there are none."""
    programme = programme_for(programme_id)
    years = plans.years_left(programme)
    return (programme, years) if years and programme.state in (DRAFT, RUNNING) else abort(404)


def _form_page(form: PlanForm, programme: Programme, plan: YearPlan | None, years: list[str], **extra: Any) -> str:
    _offer(form, years)
    return render_template("programmes/plan_form.html", form=form, programme=programme, plan=plan, **extra)


def _offer(form: PlanForm, years: list[str]) -> None:
    form.school_year.choices = options((year, year) for year in years)


@blueprint.post("/<int:programme_id>/plans/new")
@requires("programmes.edit")
def create_plan(programme_id: int) -> Answer:
    """Add a yearly plan."""
    if done := repeated():
        return go(done)
    programme, years = _without_plan(programme_id)
    form = PlanForm()
    _offer(form, years)

    def write() -> Response:
        made = plans.create_plan(
            programme,
            form.values(),
            person_id=g.actor.person_id,
            done=lambda made: remember(_home(made.id)),
        )
        say(_("Đã lập kế hoạch năm học %(year)s.", year=made.school_year))
        return go(_home(made.id))

    return _answer(form, lambda shown, **extra: _form_page(shown, programme, None, years, **extra), write)


def _answer(form: PlanForm, page: Callable[..., str], write: Callable[[], Response]) -> Answer:
    """What a form of a plan comes to: its list of tasks rearranged, an error, or what ``write`` did."""
    action = request.form.get("action", "")
    rows = rearranged(form.rows(), action, Item(""))
    if rows is not None and not any(row.form.due_on.process_errors for row in form.items):
        data = plan_data(form.school_year.data, form.aims.data, rows, form.read_version)
        return page(PlanForm(formdata=None, data=data), rearranged=action)
    if not form.validate():
        return page(form), 422
    try:
        return write()
    except Refused as refusal:
        blame(form, refusal)
        return page(form), 422


@blueprint.get("/plans/<int:plan_id>/edit")
@requires("programmes.edit")
def edit_plan(plan_id: int) -> str:
    """The form of a yearly plan."""
    found = plan_for(plan_id)
    rows = [*plans.items_of(found.id), Item("")]
    form = PlanForm(data=plan_data(found.school_year, found.aims, rows, found.version))
    return _form_page(form, found.programme, found, [found.school_year])


@blueprint.post("/plans/<int:plan_id>/edit")
@requires("programmes.edit")
def save_plan(plan_id: int) -> Answer:
    """Save the form of a yearly plan."""
    found = plan_for(plan_id)
    if done := repeated():
        return go(done)
    form = PlanForm()
    form.school_year.data = found.school_year
    _offer(form, [found.school_year])

    def page(shown: PlanForm, **extra: Any) -> str:
        return _form_page(shown, found.programme, found, [found.school_year], **extra)

    def write() -> Response:
        outcome = plans.update_plan(
            found,
            form.values(),
            version=form.read_version,
            person_id=g.actor.person_id,
            done=lambda: remember(_home(found.id)),
        )
        return leave(outcome, _home(found.id))

    try:
        return _answer(form, page, write)
    except Conflict as conflict:
        current = YearPlan.get_by_id(found.id)
        return conflict_page(form, current, conflict, lambda **more: page(form, **more))


def _small(plan: YearPlan, heading: str) -> dict[str, Any]:
    programme = url_for("programmes.show", programme_id=plan.programme_id)
    title = _("Kế hoạch năm học %(year)s", year=plan.school_year)
    crumbs = [(named("%(name)s", name=plan.programme.title), programme), (title, _home(plan.id)), (heading, None)]
    return {"heading": heading, "button": heading, "home": _home(plan.id), "crumbs": crumbs}


@blueprint.route("/plans/<int:plan_id>/issue", methods=("GET", "POST"))
@requires("programmes.edit")
def issue_plan(plan_id: int) -> Answer:
    """Issue a yearly plan under its number."""
    found = plan_for(plan_id)
    form = IssueForm(issued_on=today(), number=found.number)
    return small_form(
        form,
        lambda done: plans.issue_plan(
            found, number=form.number.data, issued_on=form.issued_on.data, person_id=g.actor.person_id, done=done
        ),
        text=_("Sau khi ban hành, các trường trong chương trình đọc được kế hoạch; muốn sửa phải mở lại."),
        done=_("Đã ban hành kế hoạch."),
        **_small(found, _("Ban hành kế hoạch")),
    )


@blueprint.route("/plans/<int:plan_id>/reopen", methods=("GET", "POST"))
@requires("programmes.edit")
def reopen_plan(plan_id: int) -> Answer:
    """Take an issued plan back to be changed."""
    found = plan_for(plan_id)
    form = ReasonForm()
    return small_form(
        form,
        lambda done: plans.reopen_plan(found, form.reason.data, person_id=g.actor.person_id, done=done),
        text=_("Kế hoạch trở lại bản dự thảo: các trường không đọc được cho đến khi ban hành lại."),
        done=_("Đã mở lại kế hoạch."),
        **_small(found, _("Mở lại kế hoạch")),
    )
