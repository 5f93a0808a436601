"""Plans to ask for donations: the list, a plan's page and forms, its approval."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, g, render_template, request, url_for

from intranet.api import (
    Attachable,
    NotYours,
    Refused,
    blame,
    fetch,
    go,
    lazy_gettext,
    may,
    may_take,
    page,
    register_attachable,
    remember,
    repeated,
    requires,
    save_form,
    say,
    show_conflict,
    today,
    whole,
    working_days_between,
    years_without_calendar,
)
from intranet.api import gettext as _
from plugins.facilities.donations import queries, rules
from plugins.facilities.donations.circular import DOCUMENT, VOLUNTARY, warnings
from plugins.facilities.donations.forms import (
    ASKED,
    EDITABLE,
    KINDS,
    PARTS,
    DecisionForm,
    FilterForm,
    PlanForm,
    form_data,
)
from plugins.facilities.donations.life_cycle import COLLECTING, POSTED, POSTING_DAYS, PUBLIC, STATE_LABELS, writes
from plugins.facilities.models import DonationPlan
from plugins.facilities.models.owned import KEEPERS
from plugins.facilities.pages import HOME, MODULE, record_for
from plugins.facilities.routes import blueprint

Answer = Response | str | tuple[str, int]
FOLDER = "facilities/donations"


def address_of(plan_id: int) -> str:
    """A plan's page."""
    return f"{HOME}/donations/{plan_id}"


def knows_givers(actor: Any) -> bool:
    """Whether somebody reads the names in the book: who deals with donors."""
    return actor.sees_all or actor.role in KEEPERS


def keeps(plan: DonationPlan) -> bool:
    """Whether the actor writes the plan and its book."""
    return writes(g.actor, plan)


register_attachable(
    Attachable(
        model=DonationPlan,
        title=lazy_gettext("Tài liệu của kế hoạch vận động"),
        may_read=lambda actor, plan: knows_givers(actor),
        may_write=writes,
        address=lambda plan: address_of(plan.id),
        name=lambda plan: plan.title,
        module=MODULE,
    )
)


@blueprint.get("/donations")
@requires("facilities.view")
def donations() -> str:
    """The plans of the own school or of the office's schools, or the list's fragment."""
    form = FilterForm()
    form.validate()
    state = form.state.data or ""
    rows, before = queries.plans(g.actor, state, whole(request.args.get("before")))
    return page(
        f"{FOLDER}/index.html",
        f"{FOLDER}/_list.html",
        form=form,
        rows=rows,
        states=STATE_LABELS,
        filtered=bool(state),
        next=url_for(".donations", state=state or None, before=before) if before else None,
        begins=_may_begin(),
    )


def _may_begin() -> bool:
    return g.actor.school_id is not None and may(g.actor, "facilities.donation")


@blueprint.get("/donations/<int:plan_id>")
@requires("facilities.view")
def donation_plan(plan_id: int) -> str:
    """One plan: what is asked, how far it is, the book, what people said."""
    plan = fetch(DonationPlan, plan_id, g.actor)
    return render_template(
        f"{FOLDER}/show.html",
        plan=plan,
        parts=PARTS,
        kinds=KINDS,
        warnings=warnings(*(getattr(plan, name) or "" for name in ASKED if name != "budget")),
        document=DOCUMENT,
        posting=_posting(plan),
        sums=queries.sums(plan),
        gifts=queries.gifts(plan),
        spendings=queries.spendings(plan),
        opinions=queries.opinions(plan),
        names=knows_givers(g.actor),
        keeps=keeps(plan),
        books=keeps(plan) and plan.state == COLLECTING,
        edits=keeps(plan) and bool(EDITABLE.get(plan.state)),
        listens=keeps(plan) and plan.state == POSTED,
        public=plan.state in PUBLIC,
    )


def _posting(plan: DonationPlan) -> dict[str, Any] | None:
    """How far the posting is: working days passed of those it takes, and what the calendar lacks."""
    if plan.posted_on is None:
        return None
    last = min(today(), plan.posting_ends_on)
    return {
        "passed": working_days_between(plan.posted_on, last),
        "days": POSTING_DAYS,
        "unknown": years_without_calendar(plan.posted_on, plan.posting_ends_on),
    }


@blueprint.get("/donations/new")
@requires("facilities.donation")
def new_donation_plan() -> str:
    """The empty form."""
    if not _may_begin():
        abort(403)
    return _form_page(_form(None), None)


def _form(plan: DonationPlan | None, **arguments: Any) -> PlanForm:
    form = PlanForm(**arguments)
    form.keep(EDITABLE.get(plan.state, ()) if plan else ASKED)
    return form


def _form_page(form: PlanForm, plan: DonationPlan | None, **extra: Any) -> str:
    return render_template(f"{FOLDER}/form.html", form=form, plan=plan, rule=VOLUNTARY, document=DOCUMENT, **extra)


@blueprint.post("/donations/new")
@requires("facilities.donation")
def create_donation_plan() -> Answer:
    """Begin a plan."""
    if done := repeated():
        return go(done)
    if not _may_begin():
        abort(403)
    form = _form(None)
    if not form.validate():
        return _form_page(form, None), 422
    plan = rules.make_plan(g.actor, form.values(), done=lambda plan: remember(address_of(plan.id)))
    say(_("Đã lưu bản nháp. Chưa ai được vận động trước khi kế hoạch được duyệt."))
    return go(address_of(plan.id))


def _own(plan_id: int) -> DonationPlan:
    plan = record_for(DonationPlan, plan_id, "donation")
    return plan if keeps(plan) else abort(403)


@blueprint.get("/donations/<int:plan_id>/edit")
@requires("facilities.donation")
def edit_donation_plan(plan_id: int) -> str:
    """The form of what may be changed now."""
    plan = _own(plan_id)
    if not EDITABLE.get(plan.state):
        abort(404)
    return _form_page(_form(plan, data=form_data(plan)), plan)


@blueprint.post("/donations/<int:plan_id>/edit")
@requires("facilities.donation")
def save_donation_plan(plan_id: int) -> Answer:
    """Save it."""
    plan = _own(plan_id)
    form = _form(plan)

    def show_again(**extra: Any) -> str:
        return _form_page(form, plan, **extra)

    return save_form(
        form,
        show_again,
        lambda **how: rules.update_plan(plan, form.values(), **how),
        home=address_of(plan.id),
        conflict=lambda conflict: show_conflict(form, DonationPlan.get_by_id(plan.id), conflict, show_again),
    )


@blueprint.get("/donations/<int:plan_id>/approval")
@requires("facilities.donation")
def ask_approval(plan_id: int) -> str:
    """The form of the decision."""
    return _approval_page(DecisionForm(data={"decided_on": today()}), _of_office(plan_id))


def _of_office(plan_id: int) -> DonationPlan:
    plan = record_for(DonationPlan, plan_id, "donation")
    return plan if may_take(plan, "approve", g.actor) else abort(403)


def _approval_page(form: DecisionForm, plan: DonationPlan) -> str:
    found = warnings(*(getattr(plan, name) or "" for name in ASKED if name != "budget"))
    return render_template(f"{FOLDER}/approve.html", form=form, plan=plan, warnings=found)


@blueprint.post("/donations/<int:plan_id>/approval")
@requires("facilities.donation")
def approve_donation_plan(plan_id: int) -> Answer:
    """Approve a plan."""
    plan, form = _of_office(plan_id), DecisionForm()
    home = address_of(plan.id)
    if done := repeated():
        return go(done)
    if form.validate():
        number, on = form.decision_number.data, form.decided_on.data
        try:
            rules.approve(plan, number, on, g.actor, done=lambda: remember(home))
        except NotYours:
            abort(403)
        except Refused as refusal:
            blame(form, refusal)
        else:
            say(_("Đã duyệt kế hoạch. Trường niêm yết kế hoạch sử dụng trước khi tiếp nhận."))
            return go(home)
    return _approval_page(form, plan), 422
