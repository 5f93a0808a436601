"""The list of changes, one of them, its form, and its way from draft to effect."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, abort, g, render_template, request

from intranet.kernel.clock import today
from intranet.kernel.forms import remember, repeated
from intranet.kernel.language import gettext as _
from intranet.registry.units import CHANGE_KINDS, DRAFT, UnitChange
from intranet.shared.edits import Conflict, Refused
from intranet.units import guards, plans, queries, rules
from intranet.units.forms import ChangeForm
from intranet.units.pages import STATES, change_for, change_page, home
from intranet.units.routes import blueprint
from intranet.web.gate import requires
from intranet.web.hx import go
from intranet.web.layout import format_date, named, say
from intranet.web.numbers import whole
from intranet.web.saving import Answer, save_form, show_conflict


@blueprint.get("/changes")
@requires("units.change")
def changes() -> str:
    """All changes, the newest first."""
    rows, following = queries.changes(whole(request.args.get("before")))
    return render_template("units/changes.html", rows=rows, following=following, kinds=CHANGE_KINDS, states=STATES)


@blueprint.get("/changes/new")
@requires("units.change")
def new_change() -> str:
    """The empty form."""
    return _form_page(ChangeForm(), None)


def _form_page(form: ChangeForm, change: UnitChange | None, **extra: Any) -> str:
    return render_template("units/change_form.html", form=form, change=change, **extra)


@blueprint.post("/changes/new")
@requires("units.change")
def create_change() -> Answer:
    """Begin a change."""
    if done := repeated():
        return go(done)
    form = ChangeForm()
    if not form.validate():
        return _form_page(form, None), 422
    made = rules.create_change(
        form.values(), person_id=g.actor.person_id, done=lambda change: remember(home(change, "units"))
    )
    say(named(_("Đã lập bản nháp “%(name)s”. Bước sau: chọn đơn vị, hoặc đưa lên bảng chuyển đổi."), name=made.title))
    return go(home(made, "units"))


@blueprint.get("/changes/<int:change_id>")
@requires("units.change")
def show(change_id: int) -> str:
    """What a change is, what is missing, and what happens when."""
    change = change_for(change_id)
    missing = guards.lacking(plans.plan_of(change)) if change.state == DRAFT else []
    return change_page("change", change, missing=missing, today=today())


@blueprint.get("/changes/<int:change_id>/edit")
@requires("units.change")
def edit_change(change_id: int) -> str:
    """The form of a change."""
    change = change_for(change_id, drafted=True)
    return _form_page(ChangeForm(obj=change), change)


@blueprint.post("/changes/<int:change_id>/edit")
@requires("units.change")
def save_change(change_id: int) -> Answer:
    """Save the form of a change."""
    change, form = change_for(change_id, drafted=True), ChangeForm()

    def conflict(found: Conflict) -> tuple[str, int]:
        current = UnitChange.get_by_id(change.id)
        return show_conflict(form, current, found, lambda **extra: _form_page(form, current, **extra))

    return save_form(
        form,
        lambda: _form_page(form, change),
        lambda **how: rules.update_change(change, form.values(), **how),
        home=home(change),
        conflict=conflict,
    )


@blueprint.post("/changes/<int:change_id>/state")
@requires("units.change")
def step(change_id: int) -> Response:
    """Let a change wait for its day, take it back among the drafts, or give it up."""
    change = change_for(change_id)
    if done := repeated():
        return go(done)
    take, sentence = _steps(change).get(request.form.get("action", ""), (None, ""))
    if take is None:
        abort(422)
    try:
        take(change, person_id=g.actor.person_id, done=lambda: remember(home(change)))
    except Refused as refusal:
        say(str(refusal), "bad")
    else:
        say(sentence)
    return go(home(change))


def _steps(change: UnitChange) -> dict[str, tuple[Callable[..., None], str]]:
    """{button: (rule, what is said afterwards)}."""
    day = format_date(change.effective_on)
    return {
        "schedule": (rules.schedule, _("Đã lên lịch. Thay đổi có hiệu lực từ ngày %(day)s.", day=day)),
        "unschedule": (rules.unschedule, _("Thay đổi là bản nháp trở lại, sửa được.")),
        "drop": (rules.drop, _("Đã hủy thay đổi. Không có gì bị chuyển.")),
    }
