"""The numbers: an office sees what can be published, the school's keepers each number with the list that it counts."""

from __future__ import annotations

from flask import Response, abort, g, render_template, request

from intranet.api import District, School, requires, school_year_of, today
from intranet.api import gettext as _
from plugins.mentoring.cases.kinds import KINDS
from plugins.mentoring.cases.life_cycle import STATE_LABELS
from plugins.mentoring.numbers.papers import ANNEX, Annex
from plugins.mentoring.numbers.queries import STAGES, Numbers, names_of, rows_of
from plugins.mentoring.numbers.suppression import SUM
from plugins.mentoring.pages import HOME
from plugins.mentoring.papers import send
from plugins.mentoring.routes import blueprint
from plugins.mentoring.tables.cases import KEEPERS

FOLDER = "mentoring/numbers"
YEARS_BACK = 4


def _numbers(year: str | None) -> tuple[Numbers, list[str]]:
    if g.actor.district_id is None:
        abort(404)
    first = int(school_year_of(today())[:4])
    years = [f"{year}-{year + 1}" for year in range(first, first - YEARS_BACK, -1)]
    year = year or years[0]
    if year not in years:
        abort(404)
    return Numbers(year, g.actor.district_id, g.actor.school_id), years


def _keeps() -> bool:
    return g.actor.school_id is not None and g.actor.role in KEEPERS


@blueprint.get("/numbers")
@requires("mentoring.numbers")
def numbers() -> str:
    """The numbers of a school year, in fixed tables."""
    found, years = _numbers(request.args.get("year"))
    exact = _keeps()
    schools = {} if g.actor.school_id else found.by_school()
    return render_template(
        f"{FOLDER}/index.html",
        exact=exact,
        withheld=found.withheld,
        kinds=[*KINDS.items(), ("", _("Cộng"))],
        stages=[*STAGES.items(), ("", _("Cộng"))],
        counts=found.counts if exact else found.published,
        figures=list(found.figures()),
        schools=[(name, schools[id_]) for id_, name in names_of(schools)],
        all_schools=schools.get(SUM),
        year=found.year,
        years=years,
    )


@blueprint.get("/numbers/<year>/annex.docx")
@requires("mentoring.numbers")
def annex(year: str) -> Response:
    """The year as an annex that names nobody, of the actor's district or school."""
    found, _years = _numbers(year)
    district = District.get_by_id(found.district_id)
    school = School.get_by_id(found.school_id) if found.school_id else None
    return send(ANNEX, Annex(district, school, found.year), found.district_id, f"{HOME}/numbers")


@blueprint.get("/numbers/<year>/cases")
@requires("mentoring.numbers")
def numbered_cases(year: str) -> str:
    """The cases that a number counts, for the keepers of the own school alone."""
    if not _keeps():
        abort(404)
    found, _years = _numbers(year)
    kind, stage, key = (request.args.get(name, "") for name in ("kind", "stage", "figure"))
    figures = {figure.key: figure for figure in found.figures()} if key else {}
    if kind not in ("", *KINDS) or stage not in ("", *STAGES) or (key and key not in figures):
        abort(404)
    labels = [figures[key].label] if key else [str(KINDS.get(kind, "")), str(STAGES.get(stage, ""))]
    return render_template(
        f"{FOLDER}/cases.html",
        title=" · ".join(filter(None, labels)) or _("Tất cả"),
        rows=rows_of(figures[key].cases if key else found.cell(kind or None, stage or None)),
        kinds=KINDS,
        states=STATE_LABELS,
        year=found.year,
    )
