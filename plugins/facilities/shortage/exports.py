"""Shortages as Excel files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from intranet.api import Actor, Column, Export, export_subtitle, lazy_gettext, write_table
from plugins.facilities.pages import MODULE
from plugins.facilities.shortage import queries

OF_SCHOOL = (
    Column(key="item", label=lazy_gettext("Mục"), width=60),
    Column(key="unit", label=lazy_gettext("Đơn vị tính"), width=12),
    Column(key="required", label=lazy_gettext("Cần"), kind="number"),
    Column(key="have", label=lazy_gettext("Hiện có"), kind="number"),
    Column(key="usable", label=lazy_gettext("Dùng được"), kind="number"),
    Column(key="missing", label=lazy_gettext("Thiếu"), kind="number"),
    Column(key="note", label=lazy_gettext("Ghi chú"), width=40),
)
OF_ROUND = (
    Column(key="school", label=lazy_gettext("Trường"), width=36),
    Column(key="code", label=lazy_gettext("Mã trường"), width=12),
    *OF_SCHOOL[:-1],
)


def _write(actor: Actor, words: str, batches: Iterable[Sequence[int]]) -> bytes:
    rows = (row for ids in batches for row in queries.for_file(ids))
    return write_table("Còn thiếu so với định mức", export_subtitle(actor.place_name, words), OF_ROUND, rows)


EXPORT = Export(f"{MODULE}.shortage", "Còn thiếu so với định mức", f"{MODULE}.rounds", _write)
