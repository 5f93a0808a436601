"""How offices and schools head and sign their papers."""

from __future__ import annotations

from typing import Any

from flask import abort, g, render_template, url_for

from intranet.papers import blueprint, queries, rules
from intranet.papers.forms import FIELD_LABELS, LetterheadForm
from intranet.papers.letterheads import default_heading, saved_letterhead
from intranet.registry.districts import District
from intranet.registry.schools import School
from intranet.shared.access import demand, fetch, may
from intranet.shared.edits import Conflict
from intranet.web.gate import requires
from intranet.web.saving import Answer, save_form


@blueprint.get("/letterheads")
@requires("papers.edit")
def letterheads() -> str:
    """Whose letterheads the actor keeps."""
    groups = [
        (id_, name, queries.school_rows(id_, g.actor.school_id), g.actor.school_id is None)
        for id_, name in queries.districts_of(g.actor)
    ]
    return render_template("papers/letterheads.html", groups=groups)


def _office(district_id: int) -> District:
    if not g.actor.sees_all and district_id != g.actor.district_id:
        abort(404)
    district = District.get_or_none(District.id == district_id) or abort(404)
    demand(g.actor, "papers.edit", district)
    return district


def _school(school_id: int) -> School:
    school = fetch(School, school_id, g.actor)
    demand(g.actor, "papers.edit", school)
    return school


@blueprint.get("/letterheads/office/<int:district_id>")
@requires("papers.edit")
def office_letterhead(district_id: int) -> str:
    """The letterhead of an office."""
    return _page(_form(_office(district_id)), _office(district_id), None)


@blueprint.get("/letterheads/school/<int:school_id>")
@requires("papers.edit")
def school_letterhead(school_id: int) -> str:
    """The letterhead of a school."""
    school = _school(school_id)
    return _page(_form(school.district, school), school.district, school)


def _form(district: District, school: School | None = None) -> LetterheadForm:
    return LetterheadForm(obj=saved_letterhead(district.id, school.id if school else None))


def _page(form: LetterheadForm, district: District, school: School | None, **extra: Any) -> str:
    return render_template(
        "papers/letterhead.html",
        form=form,
        name=school.name if school else district.office_name,
        here=_address(district, school),
        default=default_heading(district, school),
        earlier=queries.earlier_letterheads(district, school),
        has_templates=may(g.actor, "papers.edit", district),
        **extra,
    )


def _address(district: District, school: School | None) -> str:
    if school is None:
        return url_for("papers.office_letterhead", district_id=district.id)
    return url_for("papers.school_letterhead", school_id=school.id)


@blueprint.post("/letterheads/office/<int:district_id>")
@requires("papers.edit")
def save_office_letterhead(district_id: int) -> Answer:
    """Save the letterhead of an office."""
    return _save(_office(district_id), None)


@blueprint.post("/letterheads/school/<int:school_id>")
@requires("papers.edit")
def save_school_letterhead(school_id: int) -> Answer:
    """Save the letterhead of a school."""
    school = _school(school_id)
    return _save(school.district, school)


def _save(district: District, school: School | None) -> Answer:
    form = LetterheadForm()
    return save_form(
        form,
        lambda: _page(form, district, school),
        lambda **how: rules.save_letterhead(district, school, form.values(), **how),
        home=_address(district, school),
        conflict=lambda conflict: _conflict(form, district, school, conflict),
    )


def _conflict(form: LetterheadForm, district: District, school: School | None, conflict: Conflict) -> tuple[str, int]:
    """The form with what was typed and, beside it, what the other person saved."""
    current = saved_letterhead(district.id, school.id if school else None)
    form.version.data = form.version.raw_data = str(current.version)
    for name, (saved, _given) in conflict.others.items():
        form[name].data, form[name].raw_data = saved, None
    theirs = [(FIELD_LABELS[name], saved, given) for name, (saved, given) in conflict.differences.items()]
    return _page(form, district, school, conflict_at=current.updated_at, theirs=theirs), 409
