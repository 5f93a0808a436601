"""The pairs as an Excel file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask import Response, g

from intranet.kernel.language import gettext as _
from intranet.kernel.language import lazy_gettext
from intranet.pairings import blueprint
from intranet.registry.districts import District
from intranet.registry.schools import School
from intranet.registry.twinning import PAIRING_STATES, Pairing, Programme
from intranet.shared.access import Actor
from intranet.shared.columns import DATE, Column
from intranet.shared.workbooks import write_table
from intranet.web import exports
from intranet.web.gate import requires

COLUMNS = (
    Column(key="first", label=lazy_gettext("Trường thứ nhất"), width=34),
    Column(key="first_code", label=lazy_gettext("Mã trường thứ nhất")),
    Column(key="first_district", label=lazy_gettext("Đơn vị thứ nhất"), width=22),
    Column(key="second", label=lazy_gettext("Trường thứ hai"), width=34),
    Column(key="second_code", label=lazy_gettext("Mã trường thứ hai")),
    Column(key="second_district", label=lazy_gettext("Đơn vị thứ hai"), width=22),
    Column(key="programme", label=lazy_gettext("Chương trình"), width=40),
    Column(key="state", label=lazy_gettext("Trạng thái"), width=18),
    Column(key="started_on", label=lazy_gettext("Từ ngày"), kind=DATE),
    Column(key="ended_on", label=lazy_gettext("Đến ngày"), kind=DATE),
)


def _ids(most: int) -> list[int]:
    """The pairs that the actor may see, in the list's order."""
    query = Pairing.select(Pairing.id).join(School, on=(Pairing.first_school == School.id))
    condition = Pairing.visible_to(g.actor)
    if condition is not None:
        query = query.where(condition)
    return [row[0] for row in query.order_by(Pairing.state, School.sort_key, Pairing.id).limit(most).tuples()]


def _rows(ids: Sequence[int]) -> Iterable[Sequence[Any]]:
    first, second, first_district, second_district = School.alias(), School.alias(), District.alias(), District.alias()
    query = (
        Pairing.select(
            Pairing.id,
            first.name,
            first.code,
            first_district.name,
            second.name,
            second.code,
            second_district.name,
            Programme.title,
            Pairing.state,
            Pairing.started_on,
            Pairing.ended_on,
        )
        .join(Programme)
        .join(first, on=(Pairing.first_school == first.id))
        .join(second, on=(Pairing.second_school == second.id))
        .join(first_district, on=(Pairing.first_district == first_district.id))
        .join(second_district, on=(Pairing.second_district == second_district.id))
        .where(Pairing.id.in_(ids))
    )
    found = {row[0]: row[1:] for row in query.tuples()}
    for *facts, state, started_on, ended_on in (found[id_] for id_ in ids if id_ in found):
        yield (*facts, str(PAIRING_STATES[state]), started_on, ended_on)


def _write(actor: Actor, words: str, batches: Iterable[Sequence[int]]) -> bytes:
    return write_table(
        _("Danh sách cặp kết nghĩa"),
        exports.subtitle(actor.place_name, words),
        COLUMNS,
        (row for ids in batches for row in _rows(ids)),
    )


EXPORT = exports.register(exports.Export("pairings.export", "Danh sách cặp kết nghĩa", "pairings.index", _write))


@blueprint.get("/export.xlsx")
@requires("pairings.view")
def export() -> Response | str:
    """All pairs that the actor may see."""
    return exports.answer(EXPORT, _ids, "")


@blueprint.post("/export.xlsx")
@requires("pairings.view")
def export_later() -> Response:
    """The same by a job, where they are many."""
    return exports.start(EXPORT, _ids, "")
