"""The catalogue as an Excel file, with the filters of the page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from flask import Response, g

from intranet.api import (
    Actor,
    Column,
    Export,
    answer_export,
    export_subtitle,
    lazy_gettext,
    local,
    requires,
    source_text,
    start_export,
    write_table,
)
from plugins.professional_development.pages import MODULE
from plugins.professional_development.routes import blueprint
from plugins.professional_development.sessions import queries
from plugins.professional_development.sessions.forms import WHEN
from plugins.professional_development.sessions.kinds import KINDS
from plugins.professional_development.sessions.life_cycle import STATE_LABELS
from plugins.professional_development.sessions.views import read_filters

COLUMNS = (
    Column(key="title", label=lazy_gettext("Tên buổi"), width=44),
    Column(key="kind", label=lazy_gettext("Loại"), width=24),
    Column(key="day", label=lazy_gettext("Ngày"), kind="date", width=12),
    Column(key="hour", label=lazy_gettext("Giờ"), width=8),
    Column(key="place", label=lazy_gettext("Địa điểm"), width=28),
    Column(key="host", label=lazy_gettext("Đơn vị tổ chức"), width=30),
    Column(key="partner", label=lazy_gettext("Trường bạn"), width=30),
    Column(key="subject", label=lazy_gettext("Môn học, hoạt động"), width=20),
    Column(key="presenters", label=lazy_gettext("Người dạy, báo cáo viên"), width=30),
    Column(key="taken", label=lazy_gettext("Số người đăng ký"), kind="number", width=10),
    Column(key="capacity", label=lazy_gettext("Số chỗ"), kind="number", width=10),
    Column(key="periods", label=lazy_gettext("Số tiết đề xuất"), kind="number", width=10),
    Column(key="state", label=lazy_gettext("Trạng thái"), width=24),
)


def _write(actor: Actor, words: str, batches: Iterable[Sequence[int]]) -> bytes:
    rows = (row for ids in batches for row in _rows(ids))
    return write_table("Các buổi sinh hoạt chuyên môn", export_subtitle(actor.place_name, words), COLUMNS, rows)


def _rows(ids: Sequence[int]) -> Iterator[tuple]:
    for title, kind, starts_at, *texts, taken, capacity, periods, state in queries.for_file(ids):
        start = local(starts_at) if starts_at else None
        times = (start.date(), f"{start:%H:%M}") if start else (None, "")
        label, state_label = source_text(KINDS[kind].label), source_text(STATE_LABELS[state])
        yield (title, label, *times, *texts, taken, capacity, float(periods) or None, state_label)


EXPORT = Export(f"{MODULE}.sessions", "Các buổi sinh hoạt chuyên môn", f"{MODULE}.index", _write)


def _wanted() -> tuple[partial, str]:
    """How to find the sessions that the filters in the address leave, and these filters in words."""
    filters = read_filters()
    words = (
        source_text(WHEN[filters.when]),
        source_text(KINDS[filters.kind].label) if filters.kind else "",
        source_text(STATE_LABELS[filters.state]) if filters.state else "",
        f"“{filters.query}”" if filters.query else "",
    )
    return partial(queries.catalogue_ids, g.actor, filters), " · ".join(filter(None, words))


@blueprint.get("/export.xlsx")
@requires("professional_development.view")
def catalogue_file() -> Response | str:
    """The sessions of the list."""
    return answer_export(EXPORT, *_wanted())


@blueprint.post("/export.xlsx")
@requires("professional_development.view")
def catalogue_file_later() -> Response:
    """The same by a job, where they are many."""
    return start_export(EXPORT, *_wanted())
