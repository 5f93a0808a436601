"""The screens of the workbench."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, abort, g, render_template, request, url_for

from intranet.api import (
    LEVEL_LABELS,
    Column,
    Programme,
    Refused,
    School,
    demand,
    fetch,
    go,
    job_address,
    lazy_gettext,
    may,
    named,
    ngettext,
    page,
    remember,
    repeated,
    requires,
    say,
    send_workbook,
    source_text,
    today,
    whole,
    write_table,
)
from intranet.api import gettext as _
from plugins.matching import queries, rules
from plugins.matching.forms import FACTOR_LABELS, PRESET_LABELS, ChoiceForm, DropForm, WeightsForm, filled
from plugins.matching.models import DROPPED, EDITED, OPEN, UNDECIDED, Suggestion
from plugins.matching.queries import Bench
from plugins.matching.score import FACTORS, PRESETS, most_points

blueprint = Blueprint("matching", __name__)

# Each takes 7 ms, and a request no more than 300.
MOST_AT_ONCE = 40
FIRST_CANDIDATES = 20
MOST_DROPPED = 100
STATE_LABELS = {OPEN: lazy_gettext("Gợi ý"), EDITED: lazy_gettext("Đã chọn lại")}
COLUMNS = (
    Column(key="first", label=lazy_gettext("Trường"), width=34),
    Column(key="first_district", label=lazy_gettext("Đơn vị"), width=22),
    Column(key="second", label=lazy_gettext("Trường bạn"), width=34),
    Column(key="second_district", label=lazy_gettext("Đơn vị của trường bạn"), width=22),
    Column(key="levels", label=lazy_gettext("Cấp học"), width=12),
    Column(key="score", label=lazy_gettext("Điểm"), kind="number", width=8),
    Column(key="sentence", label=lazy_gettext("Vì sao"), width=70),
    Column(key="state", label=lazy_gettext("Trạng thái"), width=14),
    Column(key="reason", label=lazy_gettext("Lý do chọn khác"), width=40),
)


def _chosen_bench() -> Bench | None:
    """The programme that the address names, else the latest of the own district; None where there is none."""
    wanted = request.values.get("programme")
    if wanted:
        return _bench(whole(wanted))
    known = queries.programmes(g.actor)
    return queries.bench_of(Programme.get_by_id(known[0][0]), g.actor) if known else None


def _bench(programme_id: int, permission: str = "matching.view") -> Bench:
    bench = queries.bench_of(fetch(Programme, programme_id, g.actor), g.actor)
    demand(g.actor, permission, bench)
    return bench


def _address(endpoint: str, bench: Bench, **values: Any) -> str:
    return url_for(f"matching.{endpoint}", programme=bench.programme.id, **values)


def _frame(bench: Bench) -> dict[str, Any]:
    """What the head of each tab needs."""
    return {
        "bench": bench,
        "programmes": queries.programmes(g.actor),
        "editable": bench.running and may(g.actor, "matching.edit", bench),
        "waiting": queries.count_suggestions(bench, g.actor),
        "levels": LEVEL_LABELS,
    }


@blueprint.get("/")
@requires("matching.view")
def index() -> str:
    """What is suggested in a programme, and how many schools have no partner yet."""
    bench = _chosen_bench()
    if bench is None:
        return page("matching/nothing.html", "matching/_nothing.html")
    level = queries.level_or_none(request.args.get("level"))
    rows, more = queries.suggestion_page(bench, g.actor, level=level, after=_after())
    context = {"rows": rows, "level": level, "states": STATE_LABELS}
    context["next_url"] = _address("index", bench, level=level, after=more) if more else None
    if request.htmx.partial:
        return render_template("matching/_list.html", **context, **_frame(bench))
    weights = queries.weights_of(bench.programme)
    calculated = queries.last_weights(bench.programme.id)
    counts = queries.counts(bench)
    return render_template(
        "matching/index.html",
        counts=counts,
        open_levels={level for (_district, level), count in counts.items() if count},
        calculation=queries.latest_calculation(bench.programme.id),
        outdated=calculated is not None and calculated != weights.values(),
        dropped=_dropped(bench),
        **context,
        **_frame(bench),
    )


def _after() -> int | None:
    return whole(request.args["after"]) if request.args.get("after") else None


def _dropped(bench: Bench) -> list[tuple]:
    rows = queries.suggestions(bench, g.actor, Suggestion.override_reason, states=(DROPPED,)).limit(MOST_DROPPED)
    return [queries.own_side_first(row, g.actor) for row in rows]


@blueprint.post("/calculate")
@requires("matching.edit")
def calculate() -> Response:
    """Have the best pairs of all unpaired schools calculated."""
    bench = _bench(whole(request.form.get("programme")), "matching.edit")
    if done := repeated():
        return go(done)
    there = _address("index", bench)
    try:
        job = rules.start(
            bench,
            rules.default_district(bench, g.actor),
            person_id=g.actor.person_id,
            back=there,
            done=lambda job: remember(job_address(job)),
        )
    except Refused as refusal:
        say(str(refusal), "warn")
        return go(there)
    return go(job_address(job))


@blueprint.get("/schools")
@requires("matching.view")
def schools() -> str:
    """The schools that have no partner yet."""
    bench = _chosen_bench()
    if bench is None:
        return page("matching/nothing.html", "matching/_nothing.html")
    district_id = whole(request.args["district"]) if request.args.get("district") else None
    level = queries.level_or_none(request.args.get("level"))
    rows, more = queries.unpaired_page(bench, district_id=district_id, level=level, after=_after())
    return page(
        "matching/schools.html",
        "matching/_schools.html",
        rows=rows,
        district_id=district_id,
        level=level,
        next_url=_address("schools", bench, district=district_id, level=level, after=more) if more else None,
        **_frame(bench),
    )


@blueprint.get("/programmes/<int:programme_id>/schools/<int:school_id>")
@requires("matching.view")
def candidates(programme_id: int, school_id: int) -> str:
    """Who could be a school's partner, the best first."""
    bench, school = _bench(programme_id), fetch(School, school_id, g.actor)
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
        **_frame(bench),
    )


@blueprint.post("/programmes/<int:programme_id>/schools/<int:school_id>")
@requires("matching.edit")
def choose(programme_id: int, school_id: int) -> Response | tuple[str, int]:
    """Give a school the partner that a person has chosen."""
    bench, school = _bench(programme_id, "matching.edit"), fetch(School, school_id, g.actor)
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
            done=lambda made: remember(_suggestion_address(made)),
        )
    except Refused as refusal:
        _blame(form, refusal)
        return _candidates_page(bench, school, form), 422 if refusal.field else 409
    say(named(_("Đã chọn %(name)s."), name=partner.name))
    return go(_suggestion_address(suggestion))


def _blame(form: Any, refusal: Refused) -> None:
    if refusal.field in form:
        form[refusal.field].errors = [*form[refusal.field].errors, str(refusal)]
    else:
        form.form_errors.append(str(refusal))


def _suggestion_address(suggestion: Suggestion) -> str:
    return url_for("matching.show", suggestion_id=suggestion.id)


@blueprint.get("/suggestions/<int:suggestion_id>")
@requires("matching.view")
def show(suggestion_id: int) -> str:
    """Two schools and the part that each factor has in their score."""
    return _suggestion_page(fetch(Suggestion, suggestion_id, g.actor), DropForm(formdata=None))


def _suggestion_page(suggestion: Suggestion, form: DropForm) -> str:
    sides = [suggestion.first_school, suggestion.second_school]
    if suggestion.second_district_id == g.actor.district_id:
        sides.reverse()
    parts = json.loads(suggestion.parts)
    return render_template(
        "matching/show.html",
        suggestion=suggestion,
        sides=sides,
        turned=sides[0].id != suggestion.first_school_id,
        parts=[(factor, FACTOR_LABELS[factor], parts[factor]) for factor in FACTORS],
        form=form,
        undecided=suggestion.state in UNDECIDED,
        **_frame(queries.bench_of(suggestion.programme, g.actor)),
    )


@blueprint.post("/suggestions/<int:suggestion_id>/drop")
@requires("matching.edit")
def drop(suggestion_id: int) -> Response | tuple[str, int]:
    """Drop a suggestion."""
    suggestion = _own(suggestion_id)
    if done := repeated():
        return go(done)
    form, there = DropForm(), url_for("matching.index", programme=suggestion.programme_id)
    if not form.validate():
        return _suggestion_page(suggestion, form), 422
    try:
        rules.drop(suggestion, form.reason.data or "", person_id=g.actor.person_id, done=lambda: remember(there))
        say(_("Đã bỏ gợi ý. Có thể khôi phục ở cuối trang."))
    except Refused as refusal:
        say(str(refusal), "warn")
    return go(there)


@blueprint.post("/suggestions/<int:suggestion_id>/restore")
@requires("matching.edit")
def restore(suggestion_id: int) -> Response:
    """Take back that a suggestion was dropped."""
    suggestion = _own(suggestion_id)
    if done := repeated():
        return go(done)
    there = _suggestion_address(suggestion)
    try:
        rules.restore(suggestion, person_id=g.actor.person_id, done=lambda: remember(there))
        say(_("Đã khôi phục gợi ý."))
    except Refused as refusal:
        say(str(refusal), "warn")
    return go(there)


def _own(suggestion_id: int) -> Suggestion:
    suggestion = fetch(Suggestion, suggestion_id, g.actor)
    demand(g.actor, "matching.edit", suggestion)
    return suggestion


@blueprint.get("/send")
@requires("matching.edit")
def confirm() -> Response | str:
    """Which pairs would be made; nothing happens yet."""
    bench = _chosen_bench() or abort(404)
    picked = request.args.getlist("suggestion")
    rows = _picked(bench, None if request.args.get("all") else [whole(text) for text in picked])
    if not rows:
        if request.args.get("programme"):
            say(_("Thầy/cô hãy chọn gợi ý cần gửi."), "warn")
        return render_template("matching/send.html", chosen=[], left=0, **_frame(bench))
    return render_template(
        "matching/send.html", chosen=rows[:MOST_AT_ONCE], left=max(0, len(rows) - MOST_AT_ONCE), **_frame(bench)
    )


def _picked(bench: Bench, ids: list[int] | None) -> list[tuple]:
    """The undecided suggestions of these ids, or all of them."""
    query = queries.suggestions(bench, g.actor, Suggestion.score, Suggestion.sentence)
    if ids is not None:
        query = query.where(Suggestion.id.in_(ids))
    return [queries.own_side_first(row, g.actor) for row in query]


@blueprint.post("/send")
@requires("matching.edit")
def send() -> Response:
    """Make pairs of the suggestions of the confirmation page, each by itself."""
    bench = _bench(whole(request.form.get("programme")), "matching.edit")
    demand(g.actor, "pairings.propose")
    if done := repeated():
        return go(done)
    there, ask_schools = _address("index", bench), request.form.get("action") == "propose"
    ids = [whole(text) for text in request.form.get("ids", "").split(",") if text][:MOST_AT_ONCE]
    chosen = [_own(id_) for id_ in ids]
    made, failed = rules.send(chosen, g.actor, ask_schools=ask_schools, done=lambda: remember(there))
    if made:
        say(
            ngettext("Đã gửi đề nghị cho %(num)s cặp.", "Đã gửi đề nghị cho %(num)s cặp.", len(made))
            if ask_schools
            else ngettext("Đã lập %(num)s cặp được gợi ý.", "Đã lập %(num)s cặp được gợi ý.", len(made))
        )
    if failed:
        say(
            ngettext(
                "%(num)s gợi ý chưa gửi được; lý do ghi ở từng dòng.",
                "%(num)s gợi ý chưa gửi được; lý do ghi ở từng dòng.",
                len(failed),
            ),
            "warn",
        )
    return go(there)


@blueprint.get("/weights")
@requires("matching.view")
def weights() -> str:
    """How the score is made, and how much each factor counts."""
    bench = _chosen_bench()
    if bench is None:
        return page("matching/nothing.html", "matching/_nothing.html")
    return _weights_page(bench, filled(queries.weights_of(bench.programme)))


def _weights_page(bench: Bench, form: WeightsForm) -> str:
    current = queries.weights_of(bench.programme)
    return render_template(
        "matching/weights.html",
        form=form,
        most=most_points(current.values()),
        factors=FACTOR_LABELS,
        presets=[(key, PRESET_LABELS[key], values == current.values()) for key, values in PRESETS.items()],
        version=current.version if current.id is not None else 0,
        **_frame(bench),
    )


@blueprint.post("/weights")
@requires("matching.edit")
def save_weights() -> Response | tuple[str, int]:
    """Save the weights, or take those of a preset."""
    bench = _bench(whole(request.form.get("programme")), "matching.edit")
    if done := repeated():
        return go(done)
    form, there = WeightsForm(), _address("weights", bench)
    preset = PRESETS.get(request.form.get("preset", ""))
    if preset is None and not form.validate():
        return _weights_page(bench, form), 422
    try:
        changed = rules.set_weights(
            bench,
            preset or form.values,
            version=form.read_version,
            person_id=g.actor.person_id,
            done=lambda: remember(there),
        )
    except Refused as refusal:
        _blame(form, refusal)
        return _weights_page(bench, form), 422 if refusal.field else 409
    if changed:
        say(_("Đã lưu. Gợi ý có trước vẫn theo trọng số cũ cho đến khi tính lại."))
    else:
        say(_("Không có gì thay đổi."), "info")
    return go(there)


@blueprint.get("/export.xlsx")
@requires("matching.view")
def export() -> Response:
    """The suggestions as an Excel file."""
    bench = _chosen_bench()
    title = "Gợi ý ghép cặp"
    subtitle = f"{bench.programme.title} · Lập ngày {today():%d/%m/%Y}" if bench else f"Lập ngày {today():%d/%m/%Y}"
    return send_workbook(f"{title}.xlsx", write_table(title, subtitle, COLUMNS, _lines(bench) if bench else []))


def _lines(bench: Bench) -> list[tuple]:
    rows = queries.suggestions(
        bench, g.actor, Suggestion.score, Suggestion.sentence, Suggestion.state, Suggestion.override_reason
    )
    lines = []
    for row in rows:
        _id, *names, levels, score, sentence, state, reason = queries.own_side_first(row, g.actor)
        words = ", ".join(source_text(label) for level, label in LEVEL_LABELS.items() if level & levels)
        lines.append((*names, words, score / 10, sentence, source_text(STATE_LABELS[state]), reason))
    return lines
