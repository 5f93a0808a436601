"""The list of schools as an Excel file that can come back, and the template to fill in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import Any

from flask import Response, g
from peewee import JOIN, fn

from intranet.kernel.clock import today
from intranet.kernel.language import SOURCE, lazy_gettext, speaking
from intranet.kernel.language import gettext as _
from intranet.kernel.phone import show_phone
from intranet.kernel.schoolyear import school_year_of
from intranet.registry.districts import Commune, District, commune_options
from intranet.registry.schools import (
    NATIONAL_STANDARD_LABELS,
    OWNERSHIP_LABELS,
    School,
    SchoolYearFigures,
    level_names,
)
from intranet.schools import blueprint, queries
from intranet.schools.columns import FIGURES, SCHOOL_COLUMNS
from intranet.schools.figures import ACCREDITATION_LABELS
from intranet.schools.forms import read_filters
from intranet.schools.pages import in_force
from intranet.shared.access import Actor, may, sees_figures
from intranet.shared.columns import DATE, Column
from intranet.shared.workbooks import write_table, write_template
from intranet.web import exports
from intranet.web.gate import requires

YES_NO = {True: lazy_gettext("Có"), False: lazy_gettext("Không")}
# Behind what an import reads: it passes over the last two.
COLUMNS = (
    *SCHOOL_COLUMNS,
    Column(key="district", label=lazy_gettext("Đơn vị quản lý"), width=22),
    Column(key="closed_on", label=lazy_gettext("Ngày đóng"), kind=DATE, width=13),
)
# Everything else is for those who may see the figures (decision D1).
CARD = {
    *("code", "name", "short_name", "levels", "ownership", "commune", "difficult_area", "founded_year"),
    *("district", "closed_on"),
}
# Values in the words that an import understands again.
WORDS = {
    "levels": level_names,
    "ownership": OWNERSHIP_LABELS.get,
    "difficult_area": YES_NO.get,
    "phone": show_phone,
    "accreditation": ACCREDITATION_LABELS.get,
    "national_standard": NATIONAL_STANDARD_LABELS.get,
}


def _year(actor: Actor) -> str:
    """The school year that most schools reported, the newest of several: a year just begun would leave cells empty."""
    query = SchoolYearFigures.select(SchoolYearFigures.school_year).join(School)
    if not actor.sees_all:
        query = query.where(School.district == actor.district_id)
    count = fn.COUNT(SchoolYearFigures.id)
    year = query.group_by(SchoolYearFigures.school_year).order_by(count.desc(), SchoolYearFigures.school_year.desc())
    return year.scalar() or school_year_of(today())


def _rows(actor: Actor, year: str, ids: Sequence[int]) -> Iterator[list[Any]]:
    """The cells of the schools with these ids, in this order; empty where the actor may not see them."""
    of_year = (SchoolYearFigures.school == School.id) & (SchoolYearFigures.school_year == year)
    query = (
        School.select(
            School,
            Commune.name.alias("commune_name"),
            District.name.alias("district_name"),
            *(getattr(SchoolYearFigures, name) for name in FIGURES),
        )
        .join(District)
        .switch(School)
        .join(Commune, JOIN.LEFT_OUTER)
        .switch(School)
        .join(SchoolYearFigures, JOIN.LEFT_OUTER, on=of_year)
        .where(School.id.in_(ids))
    )
    found = {school.id: school for school in query.objects()}
    for school in (found[id_] for id_ in ids if id_ in found):
        yield _cells(actor, school)


def _cells(actor: Actor, school: School) -> list[Any]:
    values = school.__data__ | {
        "commune": school.commune_name,
        "district": school.district_name,
        "note": _note(actor, school),
        **{name: getattr(school, name) for name in FIGURES},
    }
    open_ = sees_figures(actor, school)
    return [_shown(column.key, values[column.key]) if open_ or column.key in CARD else None for column in COLUMNS]


def _shown(key: str, value: Any) -> Any:
    return str(WORDS[key](value)) if key in WORDS and value is not None else value


def _note(actor: Actor, school: School) -> str:
    if not may(actor, "schools.note", school):
        return ""
    # The words by which a list says so.
    return school.note or (_("Dữ liệu minh họa") if school.illustrative else "")


def _write(actor: Actor, words: str, batches: Iterable[Sequence[int]]) -> bytes:
    year = _year(actor)
    # The year stands first: whoever reads the list back takes it from here.
    subtitle = exports.subtitle(_("Năm học %(year)s", year=year), actor.place_name, words)
    return write_table(
        _("Danh sách trường"), subtitle, COLUMNS, (row for ids in batches for row in _rows(actor, year, ids))
    )


EXPORT = exports.register(exports.Export("schools.export", "Danh sách trường", "schools.index", _write))


def _wanted() -> tuple[exports.Find, str]:
    """How to find the schools that the filters in the address leave, and these filters in words."""
    filters = read_filters()
    district_id = filters.district_id or g.actor.district_id
    communes = commune_options(district_id, filters.commune_id) if filters.commune_id else []
    with speaking(SOURCE):
        named = in_force(filters, queries.district_options(g.actor, filters.district_id), communes)
    return partial(queries.filtered_ids, g.actor, filters), exports.words(named)


@blueprint.get("/export.xlsx")
@requires("schools.view")
def export() -> Response | str:
    """The schools of the list."""
    return exports.answer(EXPORT, *_wanted())


@blueprint.post("/export.xlsx")
@requires("schools.view")
def export_later() -> Response:
    """The same by a job, where they are many."""
    return exports.start(EXPORT, *_wanted())


@blueprint.get("/template.xlsx")
@requires("schools.import")
def template() -> Response:
    """An empty list to fill in, with the communes of the own district to choose from."""
    communes = [name for _id, name in commune_options(g.actor.district_id)]
    with speaking(SOURCE):
        title = _("Danh sách trường")
        subtitle = _("Năm học %(year)s", year=school_year_of(today()))
        body = write_template(title, subtitle, SCHOOL_COLUMNS, {"commune": communes})
        return exports.send_workbook(_("Mẫu danh sách trường.xlsx"), body)
