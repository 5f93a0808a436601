"""Suggestions: the list, one of them, and the calculation that makes them."""

from __future__ import annotations

import json

from flask import Response, g, render_template, request, url_for

from intranet.api import (
    LEVEL_LABELS,
    Column,
    Refused,
    fetch,
    go,
    job_address,
    lazy_gettext,
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
from plugins.matching.forms import FACTOR_LABELS, DropForm
from plugins.matching.models import DROPPED, UNDECIDED, Suggestion
from plugins.matching.pages import (
    STATE_LABELS,
    address,
    after,
    bench_of,
    blueprint,
    chosen_bench,
    frame,
    own_suggestion,
    suggestion_address,
)
from plugins.matching.queries import Bench
from plugins.matching.score import FACTORS

MOST_DROPPED = 100
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


@blueprint.get("/")
@requires("matching.view")
def index() -> str:
    """What is suggested in a programme, and how many schools have no partner yet."""
    bench = chosen_bench()
    if bench is None:
        return page("matching/nothing.html", "matching/_nothing.html")
    level = queries.level_or_none(request.args.get("level"))
    rows, more = queries.suggestion_page(bench, g.actor, level=level, after=after())
    context = {"rows": rows, "level": level, "states": STATE_LABELS}
    context["next_url"] = address("index", bench, level=level, after=more) if more else None
    if request.htmx.partial:
        return render_template("matching/_list.html", **context, **frame(bench))
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
        **frame(bench),
    )


def _dropped(bench: Bench) -> list[tuple]:
    rows = queries.suggestions(bench, g.actor, Suggestion.override_reason, states=(DROPPED,)).limit(MOST_DROPPED)
    return [queries.own_side_first(row, g.actor) for row in rows]


@blueprint.post("/calculate")
@requires("matching.edit")
def calculate() -> Response:
    """Have the best pairs of all unpaired schools calculated."""
    bench = bench_of(whole(request.form.get("programme")), "matching.edit")
    if done := repeated():
        return go(done)
    there = address("index", bench)
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
        **frame(queries.bench_of(suggestion.programme, g.actor)),
    )


@blueprint.post("/suggestions/<int:suggestion_id>/drop")
@requires("matching.edit")
def drop(suggestion_id: int) -> Response | tuple[str, int]:
    """Drop a suggestion."""
    suggestion = own_suggestion(suggestion_id)
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
    suggestion = own_suggestion(suggestion_id)
    if done := repeated():
        return go(done)
    there = suggestion_address(suggestion)
    try:
        rules.restore(suggestion, person_id=g.actor.person_id, done=lambda: remember(there))
        say(_("Đã khôi phục gợi ý."))
    except Refused as refusal:
        say(str(refusal), "warn")
    return go(there)


@blueprint.get("/export.xlsx")
@requires("matching.view")
def export() -> Response:
    """The suggestions as an Excel file."""
    bench = chosen_bench()
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
