"""What the screens of the workbench share."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, request, url_for

from intranet.api import LEVEL_LABELS, Programme, demand, fetch, lazy_gettext, may, whole
from plugins.matching import queries
from plugins.matching.models import EDITED, OPEN, Suggestion
from plugins.matching.queries import Bench

blueprint = Blueprint("matching", __name__)
STATE_LABELS = {OPEN: lazy_gettext("Gợi ý"), EDITED: lazy_gettext("Đã chọn lại")}


def chosen_bench() -> Bench | None:
    """The programme that the address names, else the latest of the own district; None where there is none."""
    wanted = request.values.get("programme")
    if wanted:
        return bench_of(whole(wanted))
    known = queries.programmes(g.actor)
    return queries.bench_of(Programme.get_by_id(known[0][0]), g.actor) if known else None


def bench_of(programme_id: int, permission: str = "matching.view") -> Bench:
    """The workbench of a programme: 404 for strangers, 403 without the permission."""
    bench = queries.bench_of(fetch(Programme, programme_id, g.actor), g.actor)
    demand(g.actor, permission, bench)
    return bench


def address(endpoint: str, bench: Bench, **values: Any) -> str:
    """The address of a tab in the same programme."""
    return url_for(f"matching.{endpoint}", programme=bench.programme.id, **values)


def frame(bench: Bench) -> dict[str, Any]:
    """What the head of each tab needs."""
    return {
        "bench": bench,
        "programmes": queries.programmes(g.actor),
        "editable": bench.running and may(g.actor, "matching.edit", bench),
        "waiting": queries.count_suggestions(bench, g.actor),
        "levels": LEVEL_LABELS,
    }


def after() -> int | None:
    """The last row that was shown, where there was one."""
    return whole(request.args["after"]) if request.args.get("after") else None


def suggestion_address(suggestion: Suggestion) -> str:
    """A suggestion's page."""
    return url_for("matching.show", suggestion_id=suggestion.id)


def own_suggestion(suggestion_id: int) -> Suggestion:
    """A suggestion that the actor may change: else 404 or 403."""
    suggestion = fetch(Suggestion, suggestion_id, g.actor)
    demand(g.actor, "matching.edit", suggestion)
    return suggestion
