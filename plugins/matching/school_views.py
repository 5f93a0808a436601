"""Schools without a partner, and the choice of one by hand."""

from __future__ import annotations

from flask import Response, abort, g, render_template, request

from intranet.api import Refused, School, blame, fetch, go, named, page, remember, repeated, requires, say, whole
from intranet.api import gettext as _
from plugins.matching import queries, rules
from plugins.matching.forms import ChoiceForm
from plugins.matching.pages import address, after, bench_of, blueprint, chosen_bench, frame, suggestion_address
from plugins.matching.queries import Bench

FIRST_CANDIDATES = 20


@blueprint.get("/schools")
@requires("matching.view")
def schools() -> str:
    """The schools that have no partner yet."""
    bench = chosen_bench()
    if bench is None:
        return page("matching/nothing.html", "matching/_nothing.html")
    district_id = whole(request.args["district"]) if request.args.get("district") else None
    level = queries.level_or_none(request.args.get("level"))
    rows, more = queries.unpaired_page(bench, district_id=district_id, level=level, after=after())
    return page(
        "matching/schools.html",
        "matching/_schools.html",
        rows=rows,
        district_id=district_id,
        level=level,
        next_url=address("schools", bench, district=district_id, level=level, after=more) if more else None,
        **frame(bench),
    )


@blueprint.get("/programmes/<int:programme_id>/schools/<int:school_id>")
@requires("matching.view")
def candidates(programme_id: int, school_id: int) -> str:
    """Who could be a school's partner, the best first."""
    bench, school = bench_of(programme_id), fetch(School, school_id, g.actor)
    if school.district_id not in bench.district_ids:
        abort(404)
    return _candidates_page(bench, school, ChoiceForm(formdata=None))


def _candidates_page(bench: Bench, school: School, form: ChoiceForm) -> str:
    own, found = queries.candidates(bench, school)
    shown = found if request.args.get("all") else found[:FIRST_CANDIDATES]
    ids = [facts.id for facts, _rating in shown]
    suggestion = queries.undecided_of(bench.programme.id, school.id)
    present = suggestion and (
        suggestion.second_school_id if suggestion.first_school_id == school.id else suggestion.first_school_id
    )
    suggested = queries.suggested_to(bench, ids)
    return render_template(
        "matching/candidates.html",
        school=school,
        own=own,
        form=form,
        found=len(found),
        rows=[(facts, rating, suggested.get(facts.id)) for facts, rating in shown],
        places=queries.places(ids),
        suggestion=suggestion,
        present=present,
        chosen=form.partner.data or str(present or ""),
        seen=form.seen.data if form.errors else rules.mark(suggestion),
        **frame(bench),
    )


@blueprint.post("/programmes/<int:programme_id>/schools/<int:school_id>")
@requires("matching.edit")
def choose(programme_id: int, school_id: int) -> Response | tuple[str, int]:
    """Give a school the partner that a person has chosen."""
    bench, school = bench_of(programme_id, "matching.edit"), fetch(School, school_id, g.actor)
    if done := repeated():
        return go(done)
    form = ChoiceForm()
    if not form.validate():
        return _candidates_page(bench, school, form), 422
    partner = fetch(School, whole(form.partner.data), g.actor)
    if g.actor.district_id not in (None, school.district_id, partner.district_id):
        abort(403)
    try:
        suggestion = rules.choose(
            bench,
            school,
            partner,
            reason=form.reason.data or "",
            seen=form.seen.data or "",
            person_id=g.actor.person_id,
            done=lambda made: remember(suggestion_address(made)),
        )
    except Refused as refusal:
        blame(form, refusal)
        return _candidates_page(bench, school, form), 422 if refusal.field else 409
    say(named(_("Đã chọn %(name)s."), name=partner.name))
    return go(suggestion_address(suggestion))
