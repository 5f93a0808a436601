"""Suggestions become pairs."""

from __future__ import annotations

from flask import Response, abort, g, render_template, request

from intranet.api import demand, go, ngettext, remember, repeated, requires, say, whole
from intranet.api import gettext as _
from plugins.matching import queries, rules
from plugins.matching.models import Suggestion
from plugins.matching.pages import address, bench_of, blueprint, chosen_bench, frame, own_suggestion
from plugins.matching.queries import Bench

# Each takes 7 ms, and a request no more than 300.
MOST_AT_ONCE = 40


@blueprint.get("/send")
@requires("matching.edit")
def confirm() -> Response | str:
    """Which pairs would be made; nothing happens yet."""
    bench = chosen_bench() or abort(404)
    picked = request.args.getlist("suggestion")
    rows = _picked(bench, None if request.args.get("all") else [whole(text) for text in picked])
    if not rows:
        if request.args.get("programme"):
            say(_("Thầy/cô hãy chọn gợi ý cần gửi."), "warn")
        return render_template("matching/send.html", chosen=[], left=0, **frame(bench))
    return render_template(
        "matching/send.html", chosen=rows[:MOST_AT_ONCE], left=max(0, len(rows) - MOST_AT_ONCE), **frame(bench)
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
    bench = bench_of(whole(request.form.get("programme")), "matching.edit")
    demand(g.actor, "pairings.propose")
    if done := repeated():
        return go(done)
    there, ask_schools = address("index", bench), request.form.get("action") == "propose"
    ids = [whole(text) for text in request.form.get("ids", "").split(",") if text][:MOST_AT_ONCE]
    chosen = [own_suggestion(id_) for id_ in ids]
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
