"""The list of needs as an Excel file, with the filters of the page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from flask import Response, g, request

from intranet.api import (
    Actor,
    Column,
    Export,
    answer_export,
    canonical,
    export_subtitle,
    lazy_gettext,
    requires,
    source_text,
    start_export,
    write_table,
)
from plugins.facilities.needs import queries
from plugins.facilities.needs.forms import PRIORITIES
from plugins.facilities.needs.life_cycle import STATE_LABELS
from plugins.facilities.pages import MODULE
from plugins.facilities.routes import blueprint

TITLE = "Nhu cầu cơ sở vật chất"
COLUMNS = (
    Column(key="school", label=lazy_gettext("Trường"), width=34),
    Column(key="item", label=lazy_gettext("Cần gì"), width=40),
    Column(key="quantity", label=lazy_gettext("Số lượng"), kind="number", width=10),
    Column(key="unit", label=lazy_gettext("Đơn vị tính"), width=12),
    Column(key="why", label=lazy_gettext("Vì sao cần"), width=50),
    Column(key="pupils", label=lazy_gettext("Số học sinh được phục vụ"), kind="number", width=12),
    Column(key="priority", label=lazy_gettext("Mức ưu tiên"), width=18),
    Column(key="due_on", label=lazy_gettext("Cần trước ngày"), kind="date", width=14),
    Column(key="estimate", label=lazy_gettext("Dự toán (đồng)"), kind="number", width=18),
    Column(key="state", label=lazy_gettext("Trạng thái"), width=20),
    Column(key="pledged", label=lazy_gettext("Đã cam kết"), kind="number", width=12),
    Column(key="on_the_way", label=lazy_gettext("Đang giao"), kind="number", width=12),
    Column(key="received", label=lazy_gettext("Đã nhận"), kind="number", width=12),
)


def _write(actor: Actor, words: str, batches: Iterable[Sequence[int]]) -> bytes:
    rows = (row for ids in batches for row in _rows(ids))
    return write_table(TITLE, export_subtitle(actor.place_name, words), COLUMNS, rows)


def _rows(ids: Sequence[int]) -> Iterator[tuple]:
    for *what, pupils, priority, due_on, estimate, state, pledged, on_the_way, received in queries.for_file(ids):
        words = source_text(PRIORITIES[priority]), due_on, estimate, source_text(STATE_LABELS[state])
        yield (*what, pupils, *words, pledged, on_the_way, received)


EXPORT = Export(f"{MODULE}.needs", TITLE, f"{MODULE}.index", _write)


def _wanted() -> tuple[partial, str]:
    given = request.values
    query, state = canonical(given.get("q", ""))[:100], given.get("state", "")
    words = source_text(STATE_LABELS.get(state, "")), f"“{query}”" if query else ""
    return partial(queries.ids, g.actor, query, state), " · ".join(filter(None, words))


@blueprint.get("/needs/export.xlsx")
@requires("facilities.view")
def needs_file() -> Response | str:
    """The needs of the list."""
    return answer_export(EXPORT, *_wanted())


@blueprint.post("/needs/export.xlsx")
@requires("facilities.view")
def needs_file_later() -> Response:
    """The same by a job, where they are many."""
    return start_export(EXPORT, *_wanted())
