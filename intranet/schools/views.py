"""The screens of the school register."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, g, make_response, render_template, request, url_for

from intranet.kernel.clock import today
from intranet.kernel.forms import options, remember, repeated
from intranet.kernel.language import gettext as _
from intranet.kernel.language import ngettext
from intranet.kernel.phone import show_phone
from intranet.kernel.schoolyear import school_year_of
from intranet.kernel.text import canonical
from intranet.registry.districts import District
from intranet.registry.schools import LEVEL_LABELS, NATIONAL_STANDARD_LABELS, OWNERSHIP_LABELS, School, level_names
from intranet.schools import imports, queries, rules
from intranet.schools.forms import SchoolForm, UploadForm, form_data, read_filters
from intranet.schools.queries import COUNT_LIMIT, Filters
from intranet.shared.access import Actor, demand, fetch, may, sees_figures
from intranet.shared.list_imports import ListImport
from intranet.shared.spreadsheets import UnreadableFile
from intranet.web.gate import requires
from intranet.web.hx import go, page
from intranet.web.layout import format_number, say
from intranet.web.numbers import whole
from intranet.web.panels import register_place, render_panels

blueprint = Blueprint("schools", __name__, url_prefix="/schools")

register_place("school", lambda school_id, actor: fetch(School, school_id, actor))


@blueprint.get("")
@requires("schools.view")
def index() -> str:
    """The list, or its fragment."""
    filters = read_filters()
    districts, communes = _options(filters)
    found = queries.school_page(g.actor, filters)
    return page(
        "schools/index.html",
        "schools/_list.html",
        filters=filters,
        districts=districts,
        communes=communes,
        level_labels=LEVEL_LABELS,
        found=found,
        count_text=_count_text(found.count),
        chips=_chips(filters, districts, communes),
        address=_address,
    )


def _options(filters: Filters) -> tuple[list[tuple], list[tuple]]:
    """Districts and communes to choose from. A fragment holds no choices, it only names those that are set."""
    if request.htmx.partial and not (filters.district_id or filters.commune_id):
        return [], []
    districts = queries.district_options(g.actor)
    chosen = filters.district_id or g.actor.district_id
    return districts, queries.commune_options(chosen if chosen in dict(districts) else None)


def _count_text(count: int) -> str:
    if count > COUNT_LIMIT:
        return _("hơn %(count)s trường", count=format_number(COUNT_LIMIT))
    return ngettext("%(num)s trường", "%(num)s trường", count)


def _address(filters: Filters, **changes: Any) -> str:
    changed = filters.without(**changes)
    values = {
        "q": changed.query,
        "district": changed.district_id,
        "level": changed.level,
        "commune": changed.commune_id,
        "after": changed.after,
        "before": changed.before,
    }
    query = urlencode({name: value for name, value in values.items() if value})
    return f"/schools?{query}" if query else "/schools"


def _chips(filters: Filters, districts: list[tuple], communes: list[tuple]) -> list[tuple[str, str, str]]:
    """(name, value, address without it) of each filter in force."""
    chips = []
    if filters.query:
        chips.append((_("Tìm"), filters.query, _address(filters, query="")))
    if filters.district_id:
        name = dict(districts).get(filters.district_id, "?")
        chips.append((_("Đơn vị"), name, _address(filters, district_id=None, commune_id=None)))
    if filters.level:
        name = str(LEVEL_LABELS.get(filters.level, "?"))
        chips.append((_("Cấp học"), name, _address(filters, level=None)))
    if filters.commune_id:
        name = dict(communes).get(filters.commune_id, "?")
        chips.append((_("Xã, phường"), name, _address(filters, commune_id=None)))
    return chips


@blueprint.get("/<int:school_id>")
@requires("schools.view")
def show(school_id: int) -> str:
    """A school's page: the card for all who share a programme, the rest as access allows."""
    school = fetch(School, school_id, g.actor)
    figures_open = sees_figures(g.actor, school)
    district, office, commune = queries.place_of(school.id)
    pairings = queries.pairings_of(school.id)
    return render_template(
        "schools/show.html",
        school=school,
        district=district,
        office=office,
        commune=commune,
        ownership=OWNERSHIP_LABELS[school.ownership],
        figures_open=figures_open,
        figures=queries.figures_of(school.id) if figures_open else (),
        standards=NATIONAL_STANDARD_LABELS,
        needs_open=figures_open or school.needs_published,
        note_open=may(g.actor, "schools.note", school),
        editable=may(g.actor, "schools.edit", school),
        pairings=pairings,
        open_pairings={row[0] for row in pairings if _opens_pairing(g.actor, school, row)},
        panels=render_panels("school", school, g.actor),
    )


def _opens_pairing(actor: Actor, school: School, row: tuple) -> bool:
    """As Pairing.visible_to: both schools and both offices."""
    _id, partner_id, _name, _district, _state, partner_district_id = row
    if actor.school_id is not None:
        return actor.school_id in (school.id, partner_id)
    return actor.sees_all or actor.district_id in (school.district_id, partner_district_id)


@blueprint.get("/new")
@requires("schools.create")
def new() -> str:
    """The empty form."""
    return _form_page(SchoolForm(ownership="cong_lap"), None, _own_district())


def _own_district() -> District:
    """The district that a new school or list belongs to: the actor's; administrators name one."""
    district_id = g.actor.district_id
    if district_id is None:
        district_id = whole(request.values.get("district"))
    if district_id is None:
        abort(404)
    return District.get_or_none(District.id == district_id) or abort(404)


def _form_page(form: SchoolForm, school: School | None, district: District, **extra: Any) -> str:
    return render_template(
        "schools/form.html",
        form=form,
        school=school,
        district=district,
        communes=queries.commune_options(district.id),
        year=school_year_of(today()),
        **extra,
    )


@blueprint.post("/new")
@requires("schools.create")
def create() -> Response | tuple[str, int]:
    """Add a school."""
    if done := repeated():
        return go(done)
    form, district = SchoolForm(), _own_district()
    demand(g.actor, "schools.create", district)
    if not form.validate():
        return _form_page(form, None, district), 422
    try:
        school = _create(form, district)
    except rules.Refused as refusal:
        form[refusal.field].errors = [str(refusal)]
        return _form_page(form, None, district), 422
    say(_("Đã thêm %(name)s.", name=school.name))
    return go(url_for("schools.show", school_id=school.id))


def _create(form: SchoolForm, district: District) -> School:
    return rules.create_school(
        district.id,
        form.values(),
        commune=form.commune.data,
        year=school_year_of(today()),
        figures=form.figures(),
        person_id=g.actor.person_id,
        done=lambda school: remember(url_for("schools.show", school_id=school.id)),
    )


@blueprint.get("/<int:school_id>/edit")
@requires("schools.edit")
def edit(school_id: int) -> str:
    """The form of a school."""
    school = fetch(School, school_id, g.actor)
    demand(g.actor, "schools.edit", school)
    return _form_page(SchoolForm(data=_shown(school)), school, school.district)


def _shown(school: School) -> dict[str, Any]:
    year = school_year_of(today())
    figures = next((row for row in queries.figures_of(school.id) if row[0] == year), None)
    return form_data(school, rules.commune_name(school), figures)


@blueprint.post("/<int:school_id>/edit")
@requires("schools.edit")
def save(school_id: int) -> Response | tuple[str, int]:
    """Save the form of a school."""
    school = fetch(School, school_id, g.actor)
    demand(g.actor, "schools.edit", school)
    if done := repeated():
        return go(done)
    form = SchoolForm()
    if not form.validate():
        return _form_page(form, school, school.district), 422
    try:
        changed = _update(form, school)
    except rules.Refused as refusal:
        form[refusal.field].errors = [str(refusal)]
        return _form_page(form, school, school.district), 422
    except rules.Conflict as conflict:
        return _conflict_page(form, school_id, conflict), 409
    say(_("Đã lưu.") if changed else _("Không có gì thay đổi."), "good" if changed else "info")
    return go(url_for("schools.show", school_id=school_id))


def _update(form: SchoolForm, school: School) -> bool:
    return rules.update_school(
        school,
        form.values(),
        commune=form.commune.data,
        year=school_year_of(today()),
        figures=form.figures(),
        version=form.read_version,
        person_id=g.actor.person_id,
        done=lambda: remember(url_for("schools.show", school_id=school.id)),
    )


def _conflict_page(form: SchoolForm, school_id: int, conflict: rules.Conflict) -> str:
    """The typed text stays in the form; beside it stands what the other person saved."""
    current = School.get_by_id(school_id)
    form.version.data = form.version.raw_data = str(current.version)
    theirs = [(form[name].label.text, before, after) for name, (before, after) in conflict.differences.items()]
    return _form_page(form, current, current.district, conflict_at=current.updated_at, theirs=theirs)


@blueprint.get("/import")
@requires("schools.import")
def import_form() -> str:
    """Where a list is uploaded."""
    return _upload_page(_upload_form())


def _upload_form() -> UploadForm:
    form = UploadForm()
    if g.actor.sees_all:
        form.district.choices = options(queries.district_options(g.actor))
    else:
        del form.district
    return form


def _upload_page(form: UploadForm) -> str:
    return render_template("schools/import.html", form=form)


@blueprint.post("/import")
@requires("schools.import")
def upload() -> Response | tuple[str, int]:
    """Read an uploaded list and show what it would do."""
    form = _upload_form()
    if not form.validate():
        return _upload_page(form), 422
    district = District.get_by_id(form.district.data if g.actor.sees_all else g.actor.district_id)
    demand(g.actor, "schools.import", district)
    try:
        import_ = imports.store(
            form.file.data.read(), canonical(form.file.data.filename), district, person_id=g.actor.person_id
        )
    except UnreadableFile as cause:
        form.file.errors = [str(cause)]
        return _upload_page(form), 422
    return go(url_for("schools.import_preview", import_id=import_.id))


@blueprint.get("/import/<int:import_id>")
@requires("schools.import")
def import_preview(import_id: int) -> str:
    """What an uploaded list will do, or did."""
    import_ = fetch(ListImport, import_id, g.actor)
    demand(g.actor, "schools.import", import_)
    return _preview_page(import_)


def _preview_page(import_: ListImport, **extra: Any) -> str:
    return render_template(
        "schools/import_preview.html",
        import_=import_,
        plan=imports.plan(imports.stored_file(import_), import_.district),
        field_labels=field_labels(),
        shown=_shown_value,
        **extra,
    )


def _shown_value(field: str, value: Any) -> str:
    """A field's value as people read it."""
    if value is None or value is False or value == "":
        return "–"
    words = {
        "levels": level_names,
        "ownership": OWNERSHIP_LABELS.get,
        "national_standard": NATIONAL_STANDARD_LABELS.get,
        "phone": show_phone,
        "illustrative": lambda yes: _("có"),
    }
    return str(words.get(field, str)(value))


def field_labels() -> dict[str, Any]:
    """The Vietnamese name of each field that an import may change."""
    return {name: getattr(SchoolForm, name).args[0] for name in (*imports.TEXTS, *rules.FIGURES, "commune")} | {
        "illustrative": _("Dữ liệu minh họa")
    }


@blueprint.post("/import/<int:import_id>")
@requires("schools.import")
def import_commit(import_id: int) -> Response:
    """Write an uploaded list as it was previewed."""
    import_ = fetch(ListImport, import_id, g.actor)
    demand(g.actor, "schools.import", import_)
    here = url_for("schools.import_preview", import_id=import_.id)
    if import_.committed_at is not None:
        return go(here)
    try:
        imports.confirm(import_, request.form.get("digest", ""), person_id=g.actor.person_id)
    except imports.Outdated:
        import_ = fetch(ListImport, import_id, g.actor)
        return make_response(_preview_page(import_, outdated=True), 409)
    say(_("Đã ghi danh sách vào hệ thống."))
    return go(here)
