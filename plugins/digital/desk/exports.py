"""Requests as an Excel file, with the filters of the page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import Any

from flask import Response, g, request

from intranet.api import (
    Actor,
    Column,
    Export,
    answer_export,
    canonical,
    export_subtitle,
    lazy_gettext,
    local,
    requires,
    source_text,
    start_export,
    write_table,
)
from plugins.digital.desk import queries
from plugins.digital.desk.forms import COMMON
from plugins.digital.desk.life_cycle import STATE_LABELS
from plugins.digital.pages import MODULE
from plugins.digital.routes import blueprint

TITLE = "Yêu cầu hỗ trợ CNTT"
COLUMNS = (
    Column(key="title", label=lazy_gettext("Nội dung"), width=50),
    Column(key="room", label=lazy_gettext("Phòng, máy nào"), width=18),
    Column(key="school", label=lazy_gettext("Trường"), width=30),
    Column(key="asker", label=lazy_gettext("Người gửi yêu cầu"), width=24),
    Column(key="asked_on", label=lazy_gettext("Ngày gửi"), kind="date", width=12),
    Column(key="state", label=lazy_gettext("Trạng thái"), width=22),
    Column(key="helper", label=lazy_gettext("Người nhận giúp"), width=24),
    Column(key="by_partner", label=lazy_gettext("Trường kết nghĩa giúp"), width=14),
    Column(key="first_reply_on", label=lazy_gettext("Trả lời đầu tiên"), kind="date", width=12),
    Column(key="solved_on", label=lazy_gettext("Xử lý xong"), kind="date", width=12),
    Column(key="hours", label=lazy_gettext("Số giờ đã giúp"), kind="number", width=12),
    Column(key="reopened", label=lazy_gettext("Số lần mở lại"), kind="number", width=12),
    Column(key="rating", label=lazy_gettext("Đánh giá (1–5)"), kind="number", width=12),
)


def _write(actor: Actor, words: str, batches: Iterable[Sequence[int]]) -> bytes:
    rows = (row for ids in batches for row in _rows(ids))
    return write_table(TITLE, export_subtitle(actor.place_name, words), COLUMNS, rows)


def _rows(ids: Sequence[int]) -> Iterator[tuple]:
    for title, room, school, asker, asked, state, helper, by_partner, first, solved, *rest in queries.for_file(ids):
        label, helped = source_text(STATE_LABELS[state]), "x" if by_partner else ""
        yield (title, room, school, asker, _day(asked), label, helper or "", helped, _day(first), _day(solved), *rest)


def _day(moment: Any) -> Any:
    return local(moment).date() if moment else None


EXPORT = Export(f"{MODULE}.requests", TITLE, f"{MODULE}.requests", _write)


def _wanted() -> tuple[partial, str]:
    given = request.values
    query, side, state = canonical(given.get("q", ""))[:100], given.get("side", ""), given.get("state", "")
    words = (source_text((COMMON | STATE_LABELS).get(state, "")), f"“{query}”" if query else "")
    return partial(queries.ids, g.actor, query, side, state), " · ".join(filter(None, words))


@blueprint.get("/requests/export.xlsx")
@requires("digital.view")
def requests_file() -> Response | str:
    """The requests of the list."""
    return answer_export(EXPORT, *_wanted())


@blueprint.post("/requests/export.xlsx")
@requires("digital.view")
def requests_file_later() -> Response:
    """The same by a job, where they are many."""
    return start_export(EXPORT, *_wanted())
