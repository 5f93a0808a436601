"""The pairs as an Excel file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from flask import Response, g

from intranet.kernel.clock import local
from intranet.kernel.language import SOURCE, lazy_gettext, speaking
from intranet.kernel.language import gettext as _
from intranet.pairings import blueprint, forms, lists
from intranet.registry.districts import District
from intranet.registry.schools import School
from intranet.registry.twinning import PAIRING_STATES, Pairing, Programme
from intranet.schools.queries import district_options
from intranet.shared.access import Actor
from intranet.shared.columns import DATE, NUMBER, Column
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
    Column(key="cluster", label=lazy_gettext("Cụm"), width=22),
    Column(key="state", label=lazy_gettext("Trạng thái"), width=24),
    Column(key="state_since", label=lazy_gettext("Trạng thái từ ngày"), kind=DATE),
    Column(key="pledge_number", label=lazy_gettext("Số giao ước"), width=18),
    Column(key="signed_on", label=lazy_gettext("Ngày ký"), kind=DATE),
    Column(key="started_on", label=lazy_gettext("Từ ngày"), kind=DATE),
    Column(key="ended_on", label=lazy_gettext("Đến ngày"), kind=DATE),
    Column(key="last_activity_on", label=lazy_gettext("Hoạt động gần nhất"), kind=DATE),
    Column(key="first_gave", label=lazy_gettext("Trường thứ nhất giúp (lần)"), kind=NUMBER),
    Column(key="second_gave", label=lazy_gettext("Trường thứ hai giúp (lần)"), kind=NUMBER),
    Column(key="next_due_on", label=lazy_gettext("Hạn tới"), kind=DATE),
    Column(key="outcome", label=lazy_gettext("Lý do kết thúc"), width=40),
)


def _rows(ids: Sequence[int]) -> Iterable[Sequence[Any]]:
    first, second, first_district, second_district = School.alias(), School.alias(), District.alias(), District.alias()
    query = (
        Pairing.select(
            *(Pairing.id, first.name, first.code, first_district.name, second.name, second.code, second_district.name),
            *(Programme.title, Pairing.cluster, Pairing.state, Pairing.state_since),
            *(getattr(Pairing, column.key) for column in COLUMNS[10:]),
        )
        .join(Programme)
        .join(first, on=(Pairing.first_school == first.id))
        .join(second, on=(Pairing.second_school == second.id))
        .join(first_district, on=(Pairing.first_district == first_district.id))
        .join(second_district, on=(Pairing.second_district == second_district.id))
        .where(Pairing.id.in_(ids))
    )
    found = {row[0]: row[1:] for row in query.tuples()}
    for row in (found[id_] for id_ in ids if id_ in found):
        *names, state, since = row[:10]
        yield (*names, str(PAIRING_STATES[state]), local(since).date(), *row[10:])


def _write(actor: Actor, words: str, batches: Iterable[Sequence[int]]) -> bytes:
    return write_table(
        _("Danh sách cặp kết nghĩa"),
        exports.subtitle(actor.place_name, words),
        COLUMNS,
        (row for ids in batches for row in _rows(ids)),
    )


EXPORT = exports.register(exports.Export("pairings.export", "Danh sách cặp kết nghĩa", "pairings.index", _write))


def _wanted() -> tuple[exports.Find, str]:
    """How to find the pairs that the filters in the address leave, and these filters in words."""
    filters = forms.read_filters()
    with speaking(SOURCE):
        districts = district_options(g.actor, filters.district_id)
        named = forms.in_force(filters, lists.programme_options(g.actor), districts, lists.area_options(g.actor))
    return partial(lists.filtered_ids, g.actor, filters), exports.words(named)


@blueprint.get("/export.xlsx")
@requires("pairings.view")
def export() -> Response | str:
    """The pairs of the list."""
    return exports.answer(EXPORT, *_wanted())


@blueprint.post("/export.xlsx")
@requires("pairings.view")
def export_later() -> Response:
    """The same by a job, where they are many."""
    return exports.start(EXPORT, *_wanted())
