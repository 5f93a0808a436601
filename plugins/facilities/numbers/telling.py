"""Where facilities stand beside other things: in reports of pairs, and on the page that an office begins with."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from peewee import Case, fn

from intranet.api import (
    Actor,
    Pairing,
    Panel,
    ReportSection,
    ReportTable,
    School,
    Statement,
    format_quantity,
    midnight,
    param,
    short_day,
    today,
)
from intranet.api import lazy_gettext as _
from plugins.facilities.models import Need, Offer
from plugins.facilities.numbers.queries import OLD, OPEN
from plugins.facilities.offers.effects import ARRIVED

# So many deliveries are listed; a longer report names their number.
MOST = 60

_NEEDS = Statement(
    lambda: Need.select(
        fn.COUNT(Need.id),
        fn.COALESCE(fn.SUM(Case(None, ((Need.state == "submitted", 1),), 0)), 0),
        fn.COALESCE(fn.SUM(Case(None, ((Need.created_at < param("old"), 1),), 0)), 0),
    ).where(Need.district == param("district"), Need.state.in_((*OPEN, "submitted")))
)


def panels(place: str, actor: Actor) -> Iterator[Panel]:
    """For an office: what its schools ask for."""
    if place != "home" or actor.school_id is not None or actor.district_id is None:
        return
    count, waiting, old = _NEEDS.row(district=actor.district_id, old=midnight(today() - OLD))
    if not count:
        return
    yield Panel(
        key="numbers",
        title=_("Cơ sở vật chất"),
        template="facilities/numbers/_panel.html",
        context={
            "stats": [
                (count - waiting, _("nhu cầu chưa đủ"), "/facilities/numbers/needs"),
                (waiting, _("nhu cầu chờ thẩm định"), "/facilities/?state=submitted"),
                (old, _("nhu cầu quá 180 ngày"), "/facilities/numbers/old"),
            ]
        },
    )


def report_sections(programme: Any, pairing: Any, district: Any, first: date, last: date) -> Iterator[ReportSection]:
    """What schools of pairs brought to each other in these days."""
    giver = School.alias()
    rows = (
        Offer.select(Offer.received_on, giver.name, School.name, Offer.item, Offer.received, Offer.unit)
        .join(School, on=(Offer.school == School.id))
        .switch(Offer)
        .join(giver, on=(Offer.giver_school == giver.id))
        .where(_pairs(programme, pairing, district), Offer.state.in_(ARRIVED), Offer.received_on.between(first, last))
        .order_by(Offer.received_on, Offer.id)
    )
    found = list(rows.tuples())
    if not found:
        return
    table = ReportTable(
        columns=("Ngày nhận", "Trường hỗ trợ", "Trường nhận", "Nội dung", "Số lượng"),
        rows=tuple(
            (short_day(on), *names, f"{format_quantity(much)} {unit}") for on, *names, much, unit in found[:MOST]
        ),
    )
    text = f"Các trường kết nghĩa đã giao nhận {len(found)} lượt hỗ trợ cơ sở vật chất."
    yield ReportSection(key="deliveries", heading="Hỗ trợ cơ sở vật chất", text=text, tables=(table,))


def _pairs(programme: Any, pairing: Any, district: Any) -> Any:
    if pairing is not None:
        return Offer.pairing == pairing.id
    here = (Pairing.first_district == district.id) | (Pairing.second_district == district.id)
    return Offer.pairing.in_(Pairing.select(Pairing.id).where(Pairing.programme == programme.id, here))
