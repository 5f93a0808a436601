"""The library as an Excel file, with the filters of the page."""

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
    whole,
    write_table,
)
from plugins.professional_development.pages import MODULE
from plugins.professional_development.practices import queries
from plugins.professional_development.practices.forms import LEVELS, LICENCES
from plugins.professional_development.practices.life_cycle import STATE_LABELS
from plugins.professional_development.routes import blueprint

TITLE = "Mô hình hay"
COLUMNS = (
    Column(key="title", label=lazy_gettext("Tên mô hình"), width=44),
    Column(key="summary", label=lazy_gettext("Tóm tắt"), width=50),
    Column(key="levels", label=lazy_gettext("Cấp học"), width=18),
    Column(key="subject", label=lazy_gettext("Môn học, hoạt động"), width=20),
    Column(key="textbook", label=lazy_gettext("Bộ sách giáo khoa"), width=20),
    Column(key="school", label=lazy_gettext("Trường"), width=30),
    Column(key="author", label=lazy_gettext("Tác giả"), width=26),
    Column(key="licence", label=lazy_gettext("Điều kiện sử dụng"), width=24),
    Column(key="state", label=lazy_gettext("Trạng thái"), width=18),
    Column(key="adopted", label=lazy_gettext("Số trường áp dụng"), kind="number", width=12),
)


def _write(actor: Actor, words: str, batches: Iterable[Sequence[int]]) -> bytes:
    rows = (row for ids in batches for row in _rows(ids))
    return write_table(TITLE, export_subtitle(actor.place_name, words), COLUMNS, rows)


def _rows(ids: Sequence[int]) -> Iterator[tuple]:
    for title, summary, levels, *texts, licence, state, adopted in queries.for_file(ids):
        names = ", ".join(source_text(label) for bit, label in LEVELS if levels & bit)
        licence_name, state_name = source_text(LICENCES.get(licence, "")), source_text(STATE_LABELS[state])
        yield (title, summary, names, *texts, licence_name, state_name, adopted)


EXPORT = Export(f"{MODULE}.practices", TITLE, f"{MODULE}.practices", _write)


def _wanted() -> tuple[partial, str]:
    given = request.values
    query, level, state = canonical(given.get("q", ""))[:100], whole(given.get("level")), given.get("state", "")
    words = (
        source_text(dict(LEVELS).get(level, "")),
        source_text(STATE_LABELS.get(state, "")),
        f"“{query}”" if query else "",
    )
    return partial(queries.ids, g.actor, query, level, state), " · ".join(filter(None, words))


@blueprint.get("/practices/export.xlsx")
@requires("professional_development.view")
def practices_file() -> Response | str:
    """The practices of the list."""
    return answer_export(EXPORT, *_wanted())


@blueprint.post("/practices/export.xlsx")
@requires("professional_development.view")
def practices_file_later() -> Response:
    """The same by a job, where they are many."""
    return start_export(EXPORT, *_wanted())
