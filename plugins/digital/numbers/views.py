"""The numbers of a round and the trend over the years; for a school its own points."""

from __future__ import annotations

from flask import Response, abort, g, render_template, request

from intranet.api import (
    Column,
    came_since,
    checklists,
    days_of,
    export_subtitle,
    fetch,
    requires,
    scoring,
    send_workbook,
    source_text,
    whole,
    write_table,
)
from intranet.api import lazy_gettext as _
from plugins.digital.desk.queries import figures
from plugins.digital.models import Round
from plugins.digital.numbers import queries
from plugins.digital.resources.queries import reuses
from plugins.digital.routes import blueprint

FOLDER = "digital/numbers"
COLUMNS = (
    Column(key="school", label=_("Trường"), width=40),
    Column(key="own", label=_("Trường tự xếp"), width=14),
    Column(key="checked", label=_("Phòng kiểm tra"), width=14),
)


@blueprint.get("/numbers")
@requires("digital.numbers")
def numbers() -> str:
    """For an office those of a round and of all years; for a school its points by year; for both the desk's."""
    if g.actor.district_id is None:
        abort(403)
    shared = {"figures": figures(g.actor), "reuses": reuses(g.actor)}
    if g.actor.school_id is not None:
        return render_template(f"{FOLDER}/school.html", trend=queries.points_by_year(g.actor.school_id), **shared)
    rounds = queries.rounds_of(g.actor.district_id)
    trend = queries.levels_by_year(g.actor.district_id)
    wanted = whole(request.args.get("round"))
    chosen = next((row for row in rounds if row.id == wanted), rounds[0] if rounds else None)
    return render_template(
        f"{FOLDER}/index.html",
        rounds=rounds,
        chosen=chosen,
        found=queries.of_round(chosen, g.actor.district_id) if chosen else None,
        trend=trend,
        converted=came_since(g.actor.district_id, days_of(trend.labels[0])[0]) if trend.labels else False,
        level_label=scoring.level_label,
        show_number=checklists.show_number,
        **shared,
    )


@blueprint.get("/numbers/<int:round_id>.xlsx")
@requires("digital.numbers")
def results_file(round_id: int) -> Response:
    """The results of a round as an Excel file."""
    opened = fetch(Round, round_id, g.actor)
    if g.actor.school_id is not None:
        abort(403)
    groups = [
        Column(key=f"group-{group.code}", label=f"{group.code}. {group.title}", kind="number", width=20)
        for group in opened.pack.checklist.groups
    ]
    rows = (
        (name, scoring.level_label(own), scoring.level_label(checked), *map(float, sums))
        for name, own, checked, *sums in queries.results(opened, district_id=g.actor.district_id)
    )
    title = source_text(_("Kết quả đánh giá mức độ chuyển đổi số"))
    subtitle = export_subtitle(g.actor.place_name, opened.title)
    return send_workbook(f"{title}.xlsx", write_table(title, subtitle, (*COLUMNS, *groups), rows))
