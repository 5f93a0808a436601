"""The list of offers as an Excel file, with the filters of the page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from flask import Response, g, request

from intranet.api import (
    Actor,
    Column,
    Export,
    answer_export,
    export_subtitle,
    lazy_gettext,
    requires,
    source_text,
    start_export,
    write_table,
)
from plugins.facilities.offers import queries
from plugins.facilities.offers.life_cycle import KINDS, STATE_LABELS
from plugins.facilities.pages import MODULE
from plugins.facilities.routes import blueprint

TITLE = "Hỗ trợ, giao nhận cơ sở vật chất"
UNNAMED = "Người tài trợ không nêu tên"
COLUMNS = (
    Column(key="item", label=lazy_gettext("Hỗ trợ"), width=40),
    Column(key="quantity", label=lazy_gettext("Số lượng"), kind="number", width=10),
    Column(key="unit", label=lazy_gettext("Đơn vị tính"), width=12),
    Column(key="kind", label=lazy_gettext("Hình thức"), width=18),
    Column(key="giver", label=lazy_gettext("Bên hỗ trợ"), width=34),
    Column(key="school", label=lazy_gettext("Trường nhận"), width=34),
    Column(key="worth", label=lazy_gettext("Trị giá ước tính (đồng)"), kind="number", width=18),
    Column(key="state", label=lazy_gettext("Trạng thái"), width=22),
    Column(key="scheduled_on", label=lazy_gettext("Ngày giao"), kind="date", width=14),
    Column(key="received", label=lazy_gettext("Nguyên vẹn, dùng được"), kind="number", width=12),
    Column(key="broken", label=lazy_gettext("Hỏng, không dùng được"), kind="number", width=12),
    Column(key="received_on", label=lazy_gettext("Ngày nhận"), kind="date", width=14),
    Column(key="due_back_on", label=lazy_gettext("Ngày trả lại"), kind="date", width=14),
    Column(key="returned_on", label=lazy_gettext("Đã trả lại ngày"), kind="date", width=14),
)


def _write(actor: Actor, words: str, batches: Iterable[Sequence[int]]) -> bytes:
    rows = (row for ids in batches for row in _rows(ids))
    return write_table(TITLE, export_subtitle(actor.place_name, words), COLUMNS, rows)


def _rows(ids: Sequence[int]) -> Iterator[tuple]:
    for item, quantity, unit, kind, school, donor, unnamed, receiver, worth, state, *rest in queries.for_file(ids):
        giver = school or (donor if donor and not unnamed else UNNAMED)
        labels = source_text(KINDS[kind]), giver, receiver, worth, source_text(STATE_LABELS[state])
        yield (item, quantity, unit, *labels, *rest)


EXPORT = Export(f"{MODULE}.offers", TITLE, f"{MODULE}.offers", _write)


def _wanted() -> tuple[partial, str]:
    side, state = request.values.get("side", ""), request.values.get("state", "")
    return partial(queries.ids, g.actor, side, state), source_text(STATE_LABELS.get(state, ""))


@blueprint.get("/offers/export.xlsx")
@requires("facilities.view")
def offers_file() -> Response | str:
    """The offers of the list."""
    return answer_export(EXPORT, *_wanted())


@blueprint.post("/offers/export.xlsx")
@requires("facilities.view")
def offers_file_later() -> Response:
    """The same by a job, where they are many."""
    return start_export(EXPORT, *_wanted())
