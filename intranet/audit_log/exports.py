"""The log as an Excel file: exactly the acts that the filters leave."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import Any

from flask import Response, abort, g

from intranet.audit_log import blueprint, forms, queries
from intranet.history.labels import action_label, kind_label
from intranet.kernel.language import SOURCE, lazy_gettext, speaking
from intranet.kernel.language import gettext as _
from intranet.shared.access import Actor
from intranet.shared.columns import NUMBER, Column
from intranet.shared.workbooks import write_table
from intranet.web import exports
from intranet.web.gate import requires
from intranet.web.layout import format_time

COLUMNS = (
    Column(key="at", label=lazy_gettext("Thời điểm"), width=18),
    Column(key="who", label=lazy_gettext("Người làm"), width=26),
    Column(key="action", label=lazy_gettext("Việc"), width=34),
    Column(key="kind", label=lazy_gettext("Loại bản ghi"), width=18),
    Column(key="name", label=lazy_gettext("Bản ghi"), width=36),
    Column(key="id", label=lazy_gettext("Số bản ghi"), kind=NUMBER, width=12),
)
# For administrators only.
ADDRESS = Column(key="address", label=lazy_gettext("Địa chỉ máy"), width=18)


def _rows(actor: Actor, ids: Sequence[int]) -> Iterator[list[Any]]:
    lines = queries.lines_of(ids)
    names = queries.names_of(lines)
    for act in lines:
        name = names.get((act.kind, act.record_id))
        row = [
            format_time(act.at),
            act.who or _("Lệnh trên máy chủ"),
            action_label(act.action),
            kind_label(act.kind),
            name.text if name else None,
            act.record_id,
        ]
        yield [*row, act.address] if actor.sees_all else row


def _write(actor: Actor, words: str, batches: Iterable[Sequence[int]]) -> bytes:
    columns = (*COLUMNS, ADDRESS) if actor.sees_all else COLUMNS
    rows = (row for ids in batches for row in _rows(actor, ids))
    return write_table(_("Nhật ký hệ thống"), exports.subtitle(actor.place_name, words), columns, rows)


EXPORT = exports.register(exports.Export("audit.export", "Nhật ký hệ thống", "audit.index", _write))


def _wanted() -> tuple[exports.Find, str]:
    filters, problems = forms.read_filters()
    if problems:
        abort(422)
    with speaking(SOURCE):
        return partial(queries.filtered_ids, g.actor, filters), exports.words(forms.in_force(filters))


@blueprint.get("/export.xlsx")
@requires("audit.view")
def export() -> Response | str:
    """The acts of the list."""
    return exports.answer(EXPORT, *_wanted())


@blueprint.post("/export.xlsx")
@requires("audit.view")
def export_later() -> Response:
    """The same by a job, where they are many."""
    return exports.start(EXPORT, *_wanted())
