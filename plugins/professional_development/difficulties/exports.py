"""The register as an Excel file, with the filters of the page."""

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
    local,
    requires,
    source_text,
    start_export,
    write_table,
)
from plugins.professional_development.difficulties import queries
from plugins.professional_development.difficulties.life_cycle import STATE_LABELS
from plugins.professional_development.pages import MODULE
from plugins.professional_development.routes import blueprint

TITLE = "Khó khăn, vướng mắc"
COLUMNS = (
    Column(key="title", label=lazy_gettext("Khó khăn"), width=44),
    Column(key="body", label=lazy_gettext("Nói rõ thêm"), width=50),
    Column(key="school", label=lazy_gettext("Trường"), width=30),
    Column(key="subject", label=lazy_gettext("Môn học, hoạt động"), width=20),
    Column(key="grade", label=lazy_gettext("Khối, lớp"), width=12),
    Column(key="weight", label=lazy_gettext("Số người gặp"), kind="number", width=10),
    Column(key="day", label=lazy_gettext("Ngày nêu"), kind="date", width=12),
    Column(key="state", label=lazy_gettext("Trạng thái"), width=24),
    Column(key="routed_to", label=lazy_gettext("Chuyển đến"), width=30),
    Column(key="session", label=lazy_gettext("Buổi sinh hoạt giải đáp"), width=30),
    Column(key="answer", label=lazy_gettext("Câu trả lời"), width=50),
)


def _write(actor: Actor, words: str, batches: Iterable[Sequence[int]]) -> bytes:
    rows = (row for ids in batches for row in _rows(ids))
    return write_table(TITLE, export_subtitle(actor.place_name, words), COLUMNS, rows)


def _rows(ids: Sequence[int]) -> Iterator[tuple]:
    for *texts, weight, created_at, state, helper, session, answer in queries.for_file(ids):
        yield (*texts, weight, local(created_at).date(), source_text(STATE_LABELS[state]), helper, session, answer)


EXPORT = Export(f"{MODULE}.difficulties", TITLE, f"{MODULE}.difficulties", _write)


def _wanted() -> tuple[partial, str]:
    query, state = canonical(request.values.get("q", ""))[:100], request.values.get("state", "")
    words = (source_text(STATE_LABELS.get(state, "")), f"“{query}”" if query else "")
    return partial(queries.ids, g.actor, query, state), " · ".join(filter(None, words))


@blueprint.get("/difficulties/export.xlsx")
@requires("professional_development.view")
def difficulties_file() -> Response | str:
    """The difficulties of the list."""
    return answer_export(EXPORT, *_wanted())


@blueprint.post("/difficulties/export.xlsx")
@requires("professional_development.view")
def difficulties_file_later() -> Response:
    """The same by a job, where they are many."""
    return start_export(EXPORT, *_wanted())
