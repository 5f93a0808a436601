"""What each number counts, as a list on the screen and in Excel."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from peewee import JOIN, fn

from intranet.api import Column, School, local, midnight, source_text, today
from intranet.api import lazy_gettext as _
from plugins.facilities.donations.forms import KINDS as GIFT_KINDS
from plugins.facilities.models import (
    DonationPlan,
    Gift,
    Need,
    Offer,
    PresentState,
    Proposal,
    Review,
    Round,
    StandardCheck,
)
from plugins.facilities.needs.life_cycle import STATE_LABELS as NEED_STATES
from plugins.facilities.numbers.queries import OLD, OPEN, Scope, asked_schools, latest_checks, proposals_of
from plugins.facilities.offers.effects import ARRIVED, NOT_TAKEN
from plugins.facilities.offers.life_cycle import STATE_LABELS as OFFER_STATES
from plugins.facilities.pages import HOME
from plugins.facilities.proposals.life_cycle import STATE_LABELS as PROPOSAL_STATES
from plugins.facilities.reviews.life_cycle import STATE_LABELS as REVIEW_STATES

# As many as a file answers at once; beyond, lists are asked for by school.
MOST = 2000
SCHOOL = Column(key="school", label=_("Trường"), width=36)
STATE = Column(key="state", label=_("Trạng thái"), width=20)


def _number(key: str, label: Any, width: int = 14) -> Column:
    return Column(key=key, label=label, kind="number", width=width)


@dataclass(frozen=True, slots=True)
class Listing:
    """Rows of (address, cells): the first cell leads to the record."""

    title: Any
    columns: tuple[Column, ...]
    rows: Callable[[Scope], Iterable[tuple[str, tuple]]]


def _reviews(scope: Scope) -> Iterable[tuple[str, tuple]]:
    of = (Review.round == Round.id) & (Review.school == School.id)
    query = (
        Round.select(School.name, Round.title, Round.due_on, Review.state, Review.id, Round.id)
        .join(School, on=(School.district == Round.district))
        .join(Review, JOIN.LEFT_OUTER, on=of)
        .where(*asked_schools(scope))
        .order_by(Round.due_on.desc(), School.sort_key)
    )
    for school, title, due_on, state, review_id, round_id in query.limit(MOST).tuples():
        address = f"{HOME}/reviews/{review_id}" if review_id else f"{HOME}/rounds/{round_id}"
        yield address, (school, title, due_on, source_text(REVIEW_STATES[state]) if state else "Chưa nhập")


def _unmet(scope: Scope) -> Iterable[tuple[str, tuple]]:
    short = PresentState.required - PresentState.usable
    query = (
        PresentState.select(
            *(PresentState.title, School.name, PresentState.required, PresentState.usable, short),
            *(PresentState.unit, PresentState.review),
        )
        .join(School, on=(PresentState.school == School.id))
        .where(scope.of(PresentState), PresentState.required > PresentState.usable)
        .order_by(short.desc(), PresentState.id)
    )
    for *cells, review_id in query.limit(MOST).tuples():
        yield f"{HOME}/reviews/{review_id}/shortage", tuple(cells)


def _needs(*conditions: Callable[[], Any], most: int = MOST, by_pupils: bool = False) -> Any:
    def rows(scope: Scope) -> Iterable[tuple[str, tuple]]:
        fields = (Need.id, Need.item, School.name, Need.quantity, Need.unit, Need.pupils, Need.created_at, Need.state)
        query = Need.select(*fields).join(School, on=(Need.school == School.id))
        query = query.where(scope.of(Need), Need.state.in_(OPEN), *(condition() for condition in conditions))
        order = (fn.COALESCE(Need.pupils, 0).desc(), Need.id) if by_pupils else (Need.created_at, Need.id)
        for id_, item, school, quantity, unit, pupils, created, state in query.order_by(*order).limit(most).tuples():
            day: date = local(created).date()
            cells = (item, school, float(quantity), unit, pupils, day, source_text(NEED_STATES[state]))
            yield f"{HOME}/needs/{id_}", cells

    return rows


NEED_COLUMNS = (
    Column(key="item", label=_("Nhu cầu"), width=40),
    SCHOOL,
    _number("quantity", _("Số lượng"), 10),
    Column(key="unit", label=_("Đơn vị tính"), width=12),
    _number("pupils", _("Học sinh")),
    Column(key="since", label=_("Từ ngày"), kind="date"),
    STATE,
)


def _offers(arrived: bool) -> Any:
    def rows(scope: Scope) -> Iterable[tuple[str, tuple]]:
        fields = (Offer.id, Offer.item, School.name, Offer.quantity, Offer.received, Offer.unit, Offer.worth)
        query = Offer.select(*fields, Offer.received_on, Offer.state, Need.created_at)
        query = query.join(School, on=(Offer.school == School.id)).switch(Offer).join(Need, JOIN.LEFT_OUTER)
        query = query.where(scope.of(Offer), *_which(scope, arrived)).order_by(Offer.id.desc())
        for id_, item, school, quantity, received, unit, worth, on, state, created in query.limit(MOST).tuples():
            days = (on - local(created).date()).days if on and created else None
            amounts = (float(quantity), _float(received), unit, _float(worth))
            yield f"{HOME}/offers/{id_}", (item, school, *amounts, on, days, source_text(OFFER_STATES[state]))

    return rows


def _which(scope: Scope, arrived: bool) -> tuple:
    if arrived:
        return Offer.state.in_(ARRIVED), scope.within(Offer.received_on), Offer.need.is_null(False)
    return Offer.state.not_in(NOT_TAKEN), scope.made_within(Offer.created_at)


def _float(value: Any) -> float | None:
    return None if value is None else float(value)


OFFER_COLUMNS = (
    Column(key="item", label=_("Lượt hỗ trợ"), width=40),
    SCHOOL,
    _number("quantity", _("Đã hứa"), 10),
    _number("received", _("Đã nhận"), 10),
    Column(key="unit", label=_("Đơn vị tính"), width=12),
    _number("worth", _("Trị giá (đồng)"), 16),
    Column(key="on", label=_("Ngày nhận"), kind="date"),
    _number("days", _("Số ngày từ khi nêu nhu cầu"), 14),
    STATE,
)


def _gifts(scope: Scope) -> Iterable[tuple[str, tuple]]:
    query = (
        Gift.select(DonationPlan.id, DonationPlan.title, School.name, Gift.on, Gift.kind, Gift.amount)
        .join(DonationPlan)
        .join(School, on=(DonationPlan.school == School.id))
        .where(scope.of(DonationPlan), scope.within(Gift.on), Gift.struck_at.is_null())
        .order_by(Gift.on.desc(), Gift.id.desc())
    )
    for id_, title, school, on, kind, amount in query.limit(MOST).tuples():
        yield f"{HOME}/donations/{id_}", (title, school, on, source_text(GIFT_KINDS[kind]), _float(amount))


def _proposals(scope: Scope) -> Iterable[tuple[str, tuple]]:
    fields = (Proposal.id, Proposal.title, Proposal.number, Proposal.sent_on, Proposal.approved, Proposal.state)
    query = Proposal.select(*fields).where(*proposals_of(scope)).order_by(Proposal.sent_on.desc(), Proposal.id.desc())
    for id_, title, number, sent_on, approved, state in query.limit(MOST).tuples():
        cells = (title, number, sent_on, _float(approved), source_text(PROPOSAL_STATES[state]))
        yield f"{HOME}/proposals/{id_}", cells


def _standard(scope: Scope) -> Iterable[tuple[str, tuple]]:
    fields = (StandardCheck.id, School.name, StandardCheck.school_year, StandardCheck.own_level)
    query = (
        StandardCheck.select(
            *fields, StandardCheck.checked_level, StandardCheck.target_level, StandardCheck.target_year
        )
        .join(School, on=(StandardCheck.school == School.id))
        .where(latest_checks(scope))
        .order_by(School.sort_key, StandardCheck.id)
    )
    for id_, *cells in query.limit(MOST).tuples():
        yield f"{HOME}/standard/{id_}", tuple(cells)


LISTS = {
    "reviews": Listing(
        _("Rà soát đã khóa"),
        (
            SCHOOL,
            Column(key="round", label=_("Đợt rà soát"), width=40),
            Column(key="due", label=_("Hạn gửi"), kind="date"),
            STATE,
        ),
        _reviews,
    ),
    "unmet": Listing(
        _("Mục chưa đủ so với định mức tối thiểu"),
        (
            Column(key="item", label=_("Mục"), width=50),
            SCHOOL,
            _number("required", _("Cần")),
            _number("usable", _("Dùng được")),
            _number("missing", _("Thiếu")),
            Column(key="unit", label=_("Đơn vị tính"), width=12),
        ),
        _unmet,
    ),
    "needs": Listing(_("Nhu cầu chưa đủ"), NEED_COLUMNS, _needs()),
    "top": Listing(_("Mười nhu cầu phục vụ nhiều học sinh nhất"), NEED_COLUMNS, _needs(most=10, by_pupils=True)),
    "old": Listing(_("Nhu cầu quá 180 ngày"), NEED_COLUMNS, _needs(lambda: Need.created_at < midnight(today() - OLD))),
    "offers": Listing(_("Lượt hỗ trợ trong năm"), OFFER_COLUMNS, _offers(arrived=False)),
    "delivered": Listing(_("Từ khi nêu nhu cầu đến khi nhận"), OFFER_COLUMNS, _offers(arrived=True)),
    "donations": Listing(
        _("Tài trợ đã ghi sổ"),
        (
            Column(key="plan", label=_("Kế hoạch"), width=40),
            SCHOOL,
            Column(key="on", label=_("Ngày"), kind="date"),
            Column(key="kind", label=_("Hình thức"), width=24),
            _number("amount", _("Số tiền, trị giá (đồng)"), 18),
        ),
        _gifts,
    ),
    "proposals": Listing(
        _("Hồ sơ đã gửi trong năm"),
        (
            Column(key="title", label=_("Tên hồ sơ"), width=40),
            Column(key="number", label=_("Số tờ trình"), width=18),
            Column(key="sent", label=_("Ngày gửi"), kind="date"),
            _number("approved", _("Được duyệt (đồng)"), 18),
            STATE,
        ),
        _proposals,
    ),
    "standard": Listing(
        _("Trường chuẩn quốc gia"),
        (
            SCHOOL,
            Column(key="year", label=_("Năm học"), width=12),
            _number("own", _("Trường tự xếp mức")),
            _number("checked", _("Phòng kiểm tra mức")),
            _number("target", _("Mục tiêu mức")),
            Column(key="until", label=_("Năm mục tiêu"), width=12),
        ),
        _standard,
    ),
}
