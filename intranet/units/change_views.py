"""The list of changes, one of them, its form, and its way from draft to effect."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, abort, g, render_template, request, url_for

from intranet.kernel.clock import today
from intranet.kernel.database import transaction
from intranet.kernel.forms import remember, repeated
from intranet.kernel.language import gettext as _
from intranet.kernel.text import match_key
from intranet.registry.units import APPLIED, CHANGE_KINDS, DRAFT, MANAGING, SCHEDULED, TO, ChangeUnit, UnitChange
from intranet.shared.edits import Conflict, Refused
from intranet.units import guards, plans, queries, rules, upkeep
from intranet.units.forms import ChangeForm, UndoForm
from intranet.units.pages import STATES, change_for, change_page, home
from intranet.units.preview import MOST_SHOWN, Preview
from intranet.units.routes import blueprint
from intranet.units.undoing import refuse_undo, undo_until
from intranet.web.gate import requires
from intranet.web.hx import go
from intranet.web.jobs import job_address
from intranet.web.layout import format_date, named, say
from intranet.web.numbers import whole
from intranet.web.saving import Answer, blame, save_form, show_conflict


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
    last = undo_until(change) if change.state == APPLIED else None
    return change_page("change", change, missing=missing, today=today(), undo_until=last, units=_units_after(change))


def _units_after(change: UnitChange) -> list[tuple]:
    """(id, name) of the units that a change led to."""
    there = (ChangeUnit.side == TO) & (ChangeUnit.tier == MANAGING) & ChangeUnit.district.is_null(False)
    query = ChangeUnit.select(ChangeUnit.district, ChangeUnit.name).where(ChangeUnit.change == change, there)
    return list(query.order_by(ChangeUnit.id).tuples()) if change.state == APPLIED else []


@blueprint.get("/changes/<int:change_id>/preview")
@requires("units.change")
def preview(change_id: int) -> str:
    """Everything that a change will move; afterwards there is nothing left to foresee."""
    change = change_for(change_id)
    if change.state not in (DRAFT, SCHEDULED):
        abort(404)
    return change_page("preview", change, seen=Preview(plans.plan_of(change)), most=MOST_SHOWN)


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


@blueprint.post("/changes/<int:change_id>/apply")
@requires("units.change")
def apply(change_id: int) -> Response:
    """Have a change whose day has come take effect now, and lead to the page of that work."""
    change = change_for(change_id)
    if done := repeated():
        return go(done)
    # The daily round may have been quicker than whoever looks at the button.
    if change.state != SCHEDULED or change.effective_on > today():
        state = STATES[change.state][1]
        return _home_saying(change, _("Chưa làm gì: thay đổi này đang ở trạng thái “%(state)s”.", state=state))
    with transaction():
        job = upkeep.enqueue_change(change.id, today(), g.actor.person_id, home(change))
        remember(job_address(job))
    return go(job_address(job))


def _home_saying(change: UnitChange, sentence: str) -> Response:
    say(sentence, "info")
    return go(home(change))


def _undo_page(form: UndoForm, change: UnitChange) -> str:
    heading = _("Hoàn tác thay đổi")
    text = _(
        "Trường, người, cặp kết nghĩa và việc trở về đơn vị cũ, kể cả những gì mới phát sinh ở đơn vị mới. "
        "Văn bản đã ban hành giữ nguyên. Hoàn tác được đến hết ngày %(day)s.",
        day=format_date(undo_until(change)),
    )
    crumbs = [(_("Các thay đổi"), url_for("units.changes")), (named("%(name)s", name=change.title), home(change))]
    shown = {"heading": heading, "text": text, "button": _("Hoàn tác"), "danger": True, "home": home(change)}
    return render_template("programmes/act.html", form=form, crumbs=[*crumbs, (heading, None)], **shown)


@blueprint.route("/changes/<int:change_id>/undo", methods=("GET", "POST"))
@requires("units.change")
def undo(change_id: int) -> Answer:
    """Ask for a change's title once more; have it taken back, and lead to the page of that work."""
    posted = request.method == "POST"
    if posted and (done := repeated()):
        return go(done)
    change, form = change_for(change_id), UndoForm()
    try:
        refuse_undo(change)
    except Refused as refusal:
        return _home_saying(change, str(refusal))
    if not posted:
        return _undo_page(form, change)
    if not form.validate():
        return _undo_page(form, change), 422
    if match_key(form.title.data) != match_key(change.title):
        blame(form, Refused("title", _("Tên gõ lại chưa khớp với tên thay đổi.")))
        return _undo_page(form, change), 422
    with transaction():
        job = upkeep.enqueue_undo(change.id, g.actor.person_id, home(change))
        remember(job_address(job))
    return go(job_address(job))


def _steps(change: UnitChange) -> dict[str, tuple[Callable[..., None], str]]:
    """{button: (rule, what is said afterwards)}."""
    day = format_date(change.effective_on)
    return {
        "schedule": (rules.schedule, _("Đã lên lịch. Thay đổi có hiệu lực từ ngày %(day)s.", day=day)),
        "unschedule": (rules.unschedule, _("Thay đổi là bản nháp trở lại, sửa được.")),
        "drop": (rules.drop, _("Đã hủy thay đổi. Không có gì bị chuyển.")),
    }
