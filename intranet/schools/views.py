"""The list of schools, a school's page, and its form."""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from flask import Response, abort, current_app, g, render_template, request, url_for
from markupsafe import Markup

from intranet.files.queries import LATEST, page_of
from intranet.kernel.clock import today
from intranet.kernel.forms import remember, repeated
from intranet.kernel.language import gettext as _
from intranet.kernel.language import language, lazy_gettext, ngettext
from intranet.kernel.schoolyear import school_year_of
from intranet.registry.districts import District, commune_options
from intranet.registry.schools import (
    NATIONAL_STANDARD_LABELS,
    NEED,
    OWNERSHIP_LABELS,
    STRENGTH,
    School,
)
from intranet.schools import (
    blueprint,
    exports,  # noqa: F401 (its views register themselves)
    forms,
    life_views,  # noqa: F401 (its views register themselves)
    part_views,  # noqa: F401
    queries,
    rules,
    split_queries,
    split_views,  # noqa: F401
    upkeep,  # noqa: F401 (what is done every day)
)
from intranet.schools.figures import details, with_differences
from intranet.schools.forms import STATE_LABELS, SchoolForm, form_data, list_address, read_filters
from intranet.schools.life_views import bulk_choices
from intranet.schools.lists import DEFAULT_COLUMNS, LIST_COLUMNS, NUMBER_COLUMNS, column_labels
from intranet.schools.pages import conflict_page, in_force, school_for
from intranet.schools.queries import COUNT_LIMIT, Filters
from intranet.shared.access import Actor, demand, fetch, may, sees_figures
from intranet.shared.attachments import Attachable, register_attachable
from intranet.shared.edits import Refused
from intranet.shared.preferences import choose_columns, chosen_columns
from intranet.web.gate import requires
from intranet.web.hx import go, page
from intranet.web.layout import format_number, named, say
from intranet.web.numbers import whole
from intranet.web.panels import register_place, render_panels
from intranet.web.saving import Answer, blame, save_form

COLUMNS = "schools.columns"
# Filters whose value is a name, or what somebody typed; the others' are words of the page's language.
NAMED = ("query", "district_id", "commune_id")

register_place("school", lambda school_id, actor: fetch(School, school_id, actor))
register_attachable(
    Attachable(
        model=School,
        title=lazy_gettext("Tài liệu của trường"),
        may_read=sees_figures,
        may_write=lambda actor, school: may(actor, "schools.edit", school),
        address=lambda school: url_for("schools.show", school_id=school.id),
    )
)


@blueprint.get("")
@requires("schools.view")
def index() -> str:
    """The list, or its fragment."""
    filters = read_filters()
    districts, communes = _options(filters)
    columns = chosen_columns(g.actor.person_id, COLUMNS, LIST_COLUMNS, DEFAULT_COLUMNS)
    found = queries.school_page(g.actor, filters, columns)
    changeable = may(g.actor, "schools.close")
    force = in_force(filters, districts, communes)
    return page(
        "schools/index.html",
        "schools/_list.html",
        filters=filters,
        filter_values=forms.filter_values(filters),
        districts=districts,
        communes=communes,
        level_choices=forms.LEVEL_CHOICES,
        ownership_labels=OWNERSHIP_LABELS,
        state_labels=STATE_LABELS,
        list_columns=column_labels(language()),
        columns=columns,
        # Those that few people choose.
        more=[key for key in columns if key not in DEFAULT_COLUMNS],
        head=_head(columns, language()),
        standards=NATIONAL_STANDARD_LABELS,
        found=found,
        count_text=_count_text(found.count),
        chips=_chips(filters, force),
        chip_words={value for field, _name, value in force if field not in NAMED},
        address=list_address,
        changeable=changeable,
        changes=bulk_choices(g.actor, filters) if changeable and not request.htmx.partial else (),
    )


@lru_cache(maxsize=50)
def _head(columns: tuple[str, ...], language: str) -> Markup:
    """The head of the list's table: most people keep the columns that they find."""
    labels = column_labels(language)
    cells = [(labels[key], "num" if key in NUMBER_COLUMNS else "", None, None) for key in columns]
    head = current_app.jinja_env.get_template("_macros/tables.html").module.head
    return head([(_("Tên trường"), "", None, None), *cells])


def _options(filters: Filters) -> tuple[list[tuple], list[tuple]]:
    """Districts and communes to choose from. A fragment holds no choices, it only names those that are set."""
    if request.htmx.partial and not (filters.district_id or filters.commune_id):
        return [], []
    districts = queries.district_options(g.actor, filters.district_id)
    chosen = filters.district_id or g.actor.district_id
    open_to_choose = chosen is not None and any(id_ == chosen for id_, _name in districts)
    return districts, commune_options(chosen if open_to_choose else None, filters.commune_id)


def _count_text(count: int) -> str:
    if count > COUNT_LIMIT:
        return _("hơn %(count)s trường", count=format_number(COUNT_LIMIT))
    return ngettext("%(num)s trường", "%(num)s trường", count)


def _chips(filters: Filters, force: list[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """(name, value, address without it) of each filter in force."""
    nothing = Filters()
    return [(name, value, list_address(filters, **_cleared(field, nothing))) for field, name, value in force]


def _cleared(field: str, nothing: Filters) -> dict[str, Any]:
    # Another district has other communes.
    fields = (field, "commune_id") if field == "district_id" else (field,)
    return {name: getattr(nothing, name) for name in fields}


@blueprint.post("/columns")
@requires("schools.view")
def columns() -> Response:
    """Keep the columns that the person wants to see, and lead back to the list as it was."""
    chosen = request.form.getlist("column")
    choose_columns(g.actor.person_id, COLUMNS, [key for key in LIST_COLUMNS if key in chosen])
    came_from = urlsplit(request.referrer or "")
    return go(f"/schools?{came_from.query}" if came_from.path == "/schools" and came_from.query else "/schools")


@blueprint.get("/<int:school_id>")
@requires("schools.view")
def show(school_id: int) -> str:
    """A school's page: the card for all who share a programme, the rest as access allows."""
    school = fetch(School, school_id, g.actor)
    figures_open = sees_figures(g.actor, school)
    district, office, commune = queries.place_of(school.id)
    pairings = queries.pairings_of(school.id)
    tags = queries.tags_of(school.id)
    figures = queries.figures_of(school.id) if figures_open else {}
    files, _more = page_of("school", school.id, most=LATEST) if figures_open else ((), None)
    asked = request.args.get("year")
    chosen = asked if asked in figures else next(iter(figures), None)
    return render_template(
        "schools/show.html",
        school=school,
        district=district,
        office=office,
        commune=commune,
        successor=school.merged_into if school.merged_into_id else None,
        ownership=OWNERSHIP_LABELS[school.ownership],
        former=queries.former_keys_of(school.id),
        former_places=queries.former_places_of(school.id),
        splits=split_queries.splits_of(school.id),
        figures_open=figures_open,
        figures=with_differences(figures),
        year=chosen,
        year_asked=asked in figures,
        details=details(figures.get(chosen, {}), school.levels),
        standard_until=next(iter(figures.values()), {}).get("standard_until"),
        this_year=school_year_of(today()),
        standards=NATIONAL_STANDARD_LABELS,
        strengths=[tag for tag in tags if tag[0] == STRENGTH],
        needs=[tag for tag in tags if tag[0] == NEED],
        needs_open=figures_open or school.needs_published,
        files=files,
        sites=queries.sites_of(school.id) if figures_open else (),
        note_open=may(g.actor, "schools.note", school),
        editable=may(g.actor, "schools.edit", school),
        closable=may(g.actor, "schools.close", school),
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
    return _form_page(SchoolForm(ownership="cong_lap"), None, district=_own_district())


def _own_district() -> District:
    """The district that a new school or list belongs to: the actor's; administrators name one."""
    district_id = g.actor.district_id
    if district_id is None:
        district_id = whole(request.values.get("district"))
    if district_id is None:
        abort(404)
    return District.get_or_none(District.id == district_id) or abort(404)


def _form_page(form: SchoolForm, school: School | None, *, district: District | None = None, **extra: Any) -> str:
    district = district or school.district
    communes = commune_options(district.id)
    shown = {"communes": communes, "this_year": school_year_of(today()), **extra}
    return render_template("schools/form.html", form=form, school=school, district=district, **shown)


@blueprint.post("/new")
@requires("schools.create")
def create() -> Response | tuple[str, int]:
    """Add a school."""
    if done := repeated():
        return go(done)
    form, district = SchoolForm(), _own_district()
    demand(g.actor, "schools.create", district)
    if not form.validate():
        return _form_page(form, None, district=district), 422
    try:
        school = rules.create_school(
            district.id,
            form.values(),
            person_id=g.actor.person_id,
            done=lambda school: remember(url_for("schools.show", school_id=school.id)),
        )
    except Refused as refusal:
        blame(form, refusal)
        return _form_page(form, None, district=district), 422
    say(named(_("Đã thêm %(name)s."), name=school.name))
    return go(url_for("schools.show", school_id=school.id))


@blueprint.get("/<int:school_id>/edit")
@requires("schools.edit")
def edit(school_id: int) -> str:
    """The form of a school."""
    school = school_for(school_id, "schools.edit")
    return _form_page(SchoolForm(data=form_data(school, rules.commune_name(school))), school)


@blueprint.post("/<int:school_id>/edit")
@requires("schools.edit")
def save(school_id: int) -> Answer:
    """Save the form of a school."""
    school = school_for(school_id, "schools.edit")
    form = SchoolForm()
    return save_form(
        form,
        lambda: _form_page(form, school),
        lambda **how: rules.update_school(school, form.values(), **how),
        home=url_for("schools.show", school_id=school_id),
        conflict=lambda conflict: conflict_page(form, school_id, conflict, _form_page),
    )
