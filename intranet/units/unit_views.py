"""The units of a change and the lines between them: by a conversion table, or by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from flask import abort, g, request, url_for

from intranet.kernel.forms import options, remember, repeated
from intranet.kernel.language import gettext as _
from intranet.kernel.language import ngettext
from intranet.registry.districts import Commune, District, of_today
from intranet.registry.units import COMMUNE, FROM, MANAGING, TO, ChangeLine, ChangeUnit, UnitChange
from intranet.shared.edits import Refused
from intranet.shared.spreadsheets import UnreadableFile
from intranet.units import conversion, files, plans, queries, shaping
from intranet.units.forms import EXTENTS, NOWHERE, FileForm, HeirForm, LineForm, SourceForm, TargetForm, names
from intranet.units.pages import change_for, change_page, home, unit_of
from intranet.units.routes import blueprint
from intranet.web.gate import requires
from intranet.web.hx import go
from intranet.web.layout import named, say
from intranet.web.saving import Answer, act_form, blame

# From this day on communes manage schools (Law on local government, in force on 1 July 2025).
TWO_TIERS_FROM = date(2025, 7, 1)
MOST_NAMES = 5


@blueprint.get("/changes/<int:change_id>/units")
@requires("units.change")
def units(change_id: int) -> str:
    """The units before and after, and what became what."""
    return _units_page(change_for(change_id))


def _units_page(change: UnitChange, source_form: SourceForm | None = None) -> str:
    plan = plans.plan_of(change)
    sources = queries.sources_of(plan)
    return change_page(
        "units",
        change,
        sources=[row for row in sources if row.unit.tier == plan.tier],
        communes=[row for row in sources if row.unit.tier == COMMUNE and plan.tier == MANAGING],
        targets=plan.of(TO, plan.tier),
        reached={way[0] for ways in plan.lines.values() for way in ways},
        ending={unit.id for unit in plan.ending},
        names={unit.id: unit.name for unit in plan.units.values()},
        reused=queries.codes_of_today(plan),
        tier=plan.tier,
        extents=EXTENTS,
        source_form=source_form or _source_form(change),
    )


def _source_form(change: UnitChange) -> SourceForm:
    form = SourceForm()
    form.offer(*shaping.sources_to_add(change))
    return form


def _line_form(plan: plans.Plan) -> LineForm:
    form = LineForm()
    sources = [*plan.of(FROM, MANAGING), *plan.of(FROM, COMMUNE)]
    form.source.choices = names([(unit.id, unit.name) for unit in sources])
    form.target.choices = names([(unit.id, unit.name) for unit in plan.of(TO, plan.tier)])
    return form


@blueprint.route("/changes/<int:change_id>/file", methods=("GET", "POST"))
@requires("units.change")
def file(change_id: int) -> Answer:
    """Read a conversion table into the change."""
    change = change_for(change_id, drafted=True)
    form = FileForm(tier=MANAGING if change.effective_on >= TWO_TIERS_FROM else COMMUNE)
    if request.method == "GET":
        return change_page("file", change, form=form)
    if done := repeated():
        return go(done)
    if not form.validate():
        return change_page("file", change, form=form), 422
    upload, back = form.file.data, home(change, "units")
    try:
        outcome = conversion.use_file(
            change,
            files.read_conversion(upload.read(), upload.filename or ""),
            tier=form.tier.data,
            file_name=upload.filename or "",
            person_id=g.actor.person_id,
            done=lambda: remember(back),
        )
    except (UnreadableFile, Refused) as cause:
        form.file.errors = [str(cause)]
        return change_page("file", change, form=form), 422
    _tell(outcome)
    return go(back)


def _tell(outcome: conversion.Outcome) -> None:
    """What became of the table's lines: none is passed over in silence."""
    say(ngettext("Đã đọc bảng: %(num)s dòng thay đổi.", "Đã đọc bảng: %(num)s dòng thay đổi.", outcome.lines))
    if outcome.unknown:
        text = ngettext(
            "%(num)s đơn vị cũ trong bảng chưa có trong hệ thống; xem các dòng có dấu “Chưa có trong hệ thống”.",
            "%(num)s đơn vị cũ trong bảng chưa có trong hệ thống; xem các dòng có dấu “Chưa có trong hệ thống”.",
            outcome.unknown,
        )
        say(text, "warn")
    if outcome.elsewhere:
        shown = ", ".join(outcome.elsewhere[:MOST_NAMES]) + (" …" if len(outcome.elsewhere) > MOST_NAMES else "")
        say(named(_("Không dùng các dòng của nơi khác: %(names)s."), names=shown), "info")


@blueprint.post("/changes/<int:change_id>/units/sources")
@requires("units.change")
def add_source(change_id: int) -> Answer:
    """Add a unit that changes."""
    change = change_for(change_id, drafted=True)
    if done := repeated():
        return go(done)
    form, back = _source_form(change), home(change, "units")
    if not form.validate():
        return _units_page(change, source_form=form), 422
    tier, _colon, number = form.source.data.partition(":")
    place = (Commune if tier == COMMUNE else District).get_by_id(int(number))
    try:
        shaping.add_source(change, place, person_id=g.actor.person_id, done=lambda: remember(back))
    except Refused as refusal:
        blame(form, refusal)
        return _units_page(change, source_form=form), 422
    say(named(_("Đã thêm %(name)s."), name=place.name))
    return go(back)


@blueprint.route("/changes/<int:change_id>/units/new", methods=("GET", "POST"))
@requires("units.change")
def new_unit(change_id: int) -> Answer:
    """Add a unit that there will be, or one that is there and takes something up."""
    change = change_for(change_id, drafted=True)
    form = TargetForm()
    _offer_districts(form, change)
    return _target_page(form, change, None)


def _offer_districts(form: TargetForm, change: UnitChange) -> None:
    plan = plans.plan_of(change)
    if plan.tier == COMMUNE:
        del form.district, form.office_name
        return
    taken = [unit.district_id for unit in plan.of(TO, MANAGING) if unit.district_id]
    there = District.select(District.id, District.name).where(of_today(), District.id.not_in(taken))
    found = list(there.order_by(District.sort_key).tuples())
    form.district.choices = [*options([(NOWHERE, _("Đơn vị mới, tên ghi dưới đây"))]), *names(found)]


def _target_page(form: TargetForm, change: UnitChange, unit: ChangeUnit | None) -> Answer:
    def act(done: Callable[[], None]) -> None:
        chosen = form.district.data if "district" in form else NOWHERE
        values = form.values() | {"district": District.get_by_id(chosen) if chosen else None}
        shaping.save_target(change, unit, values, person_id=g.actor.person_id, done=done)

    return act_form(
        form,
        lambda: change_page("target", change, form=form, unit=unit),
        act,
        home=home(change, "units"),
        done=_("Đã lưu."),
    )


@blueprint.route("/changes/<int:change_id>/units/<int:unit_id>", methods=("GET", "POST"))
@requires("units.change")
def unit(change_id: int, unit_id: int) -> Answer:
    """Alter a unit as it will be, or see where one that changes goes and choose its heir; or take either out."""
    change = change_for(change_id, drafted=True)
    found = unit_of(change, unit_id)
    if request.form.get("action") == "remove":
        return _remove(change, found)
    if found.side == FROM:
        return _source_page(change, found)
    form = TargetForm(obj=found)
    del form.district
    if found.tier == COMMUNE:
        del form.office_name
    return _target_page(form, change, found)


def _remove(change: UnitChange, found: ChangeUnit) -> Answer:
    if done := repeated():
        return go(done)
    back = home(change, "units")
    shaping.remove_unit(change, found, person_id=g.actor.person_id, done=lambda: remember(back))
    say(named(_("Đã bỏ %(name)s."), name=found.name))
    return go(back)


def _source_page(change: UnitChange, found: ChangeUnit) -> Answer:
    plan = plans.plan_of(change)
    heir_form = _heir_form(plan, found)

    def act(done: Callable[[], None]) -> None:
        heir = plan.units[heir_form.heir.data]
        shaping.set_heir(change, found, heir, person_id=g.actor.person_id, done=done)

    def shown() -> str:
        return _source_shown(plan, found, heir_form, _line_form(plan))

    if heir_form is None:
        return shown() if request.method == "GET" else abort(404)
    return act_form(heir_form, shown, act, home=home(change, "units"), done=_("Đã lưu."))


def _heir_form(plan: plans.Plan, found: ChangeUnit) -> HeirForm | None:
    """The choice of an heir, for a managing unit that ends."""
    targets = plan.of(TO, MANAGING)
    if not targets or found.id not in {unit.id for unit in plan.ending}:
        return None
    form = HeirForm(heir=found.heir_id or targets[0].id)
    form.heir.choices = names([(unit.id, unit.name) for unit in targets])
    return form


def _source_shown(plan: plans.Plan, found: ChangeUnit, heir_form: HeirForm | None, line_form: LineForm) -> str:
    row = next(row for row in queries.sources_of(plan) if row.unit.id == found.id)
    shown = {"heir_form": heir_form, "line_form": line_form, "extents": EXTENTS}
    return change_page("source", plan.change, unit=found, lines=row.ways, **shown)


@blueprint.post("/changes/<int:change_id>/lines")
@requires("units.change")
def add_line(change_id: int) -> Answer:
    """Say that one unit became another, or a part of it."""
    change = change_for(change_id, drafted=True)
    if done := repeated():
        return go(done)
    plan = plans.plan_of(change)
    form = _line_form(plan)
    found = unit_of(change, form.source.data or 0)
    if found.side != FROM:
        abort(404)
    back = url_for("units.unit", change_id=change.id, unit_id=found.id)

    def refused() -> Answer:
        return _source_shown(plan, found, _heir_form(plan, found), form), 422

    if not form.validate():
        return refused()
    target = plan.units[form.target.data]
    try:
        shaping.add_line(
            change, found, target, form.extent.data, person_id=g.actor.person_id, done=lambda: remember(back)
        )
    except Refused as refusal:
        blame(form, refusal)
        return refused()
    say(_("Đã lưu."))
    return go(back)


@blueprint.post("/changes/<int:change_id>/lines/<int:line_id>")
@requires("units.change")
def remove_line(change_id: int, line_id: int) -> Answer:
    """Take a line away."""
    change = change_for(change_id, drafted=True)
    if done := repeated():
        return go(done)
    line = ChangeLine.get_or_none(ChangeLine.id == line_id, ChangeLine.change == change) or abort(404)
    back = url_for("units.unit", change_id=change.id, unit_id=line.source_id)
    shaping.remove_line(change, line, person_id=g.actor.person_id, done=lambda: remember(back))
    say(_("Đã bỏ dòng."))
    return go(back)
