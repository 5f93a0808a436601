"""The leaders' overview: every number leads to its list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, g, render_template, request

from intranet.kernel.clock import today
from intranet.kernel.language import SOURCE, lazy_gettext, speaking
from intranet.kernel.language import gettext as _
from intranet.pairings import lists
from intranet.pairings.flags import FLAG_LABELS
from intranet.pairings.forms import list_address
from intranet.pairings.lists import GROUP_LABELS, GROUPS, Filters
from intranet.pairings.overview import Overview, overview
from intranet.registry.twinning import PAIRING_STATES
from intranet.shared.columns import NUMBER, Column
from intranet.shared.workbooks import write_table
from intranet.web import exports
from intranet.web.gate import requires
from intranet.web.numbers import whole

blueprint = Blueprint("overview", __name__, url_prefix="/overview")

COLUMNS = (
    Column(key="part", label=lazy_gettext("Phần"), width=24),
    Column(key="what", label=lazy_gettext("Nội dung"), width=44),
    Column(key="count", label=lazy_gettext("Số lượng"), kind=NUMBER, width=12),
    Column(key="oldest", label=lazy_gettext("Lâu nhất (ngày)"), kind=NUMBER, width=16),
)


@blueprint.get("")
@requires("overview.view")
def index() -> str:
    """The numbers of one programme, or of all."""
    programme_id, area_id = (whole(request.args.get(name)) for name in ("programme", "area"))
    found = overview(g.actor, programme_id, area_id)
    kept = Filters(programme_id=programme_id, area_id=area_id)
    return render_template(
        "pairings/overview.html",
        found=found,
        programmes=lists.programme_options(g.actor),
        programme_id=programme_id,
        areas=lists.area_options(g.actor),
        area_id=area_id,
        export=list_address(kept, "/overview/export.xlsx"),
        groups=[(key, label, found.sum_of(GROUPS[key])) for key, label in GROUP_LABELS.items()],
        states=PAIRING_STATES,
        flag_labels=FLAG_LABELS,
        most=max(row.count for row in found.states) or 1,
        address=lambda **filters: list_address(kept, **filters),
    )


@blueprint.get("/export.xlsx")
@requires("overview.view")
def export() -> Response:
    """The same numbers as a table."""
    programme_id, area_id = (whole(request.args.get(name)) for name in ("programme", "area"))
    found = overview(g.actor, programme_id, area_id)
    with speaking(SOURCE):
        programme = dict(lists.programme_options(g.actor)).get(programme_id, "")
        area = dict(lists.area_options(g.actor)).get(area_id, "")
        subtitle = exports.subtitle(g.actor.place_name, programme, area)
        title = _("Tổng quan các cặp kết nghĩa")
        body = write_table(title, subtitle, COLUMNS, _rows(found))
        return exports.send_workbook(f"{title} {today():%d-%m-%Y}.xlsx", body)


def _rows(found: Overview) -> Iterator[tuple[Any, ...]]:
    for row in found.states:
        yield _("Cặp theo trạng thái"), str(PAIRING_STATES[row.state]), row.count, row.oldest if row.count else None
    for flag, count in found.flags.items():
        yield _("Cần chú ý"), str(FLAG_LABELS[flag]), count, None
    for district in found.districts:
        yield district.name, _("Trường đã kết nghĩa"), district.paired, None
        yield district.name, _("Trường chưa kết nghĩa"), district.schools - district.paired, None
