"""What each number counts, as a list on the screen and in Excel."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from peewee import JOIN, fn

from intranet.api import Column, School, local, midnight, office_rounds, source_text, today
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
from plugins.facilities.numbers.queries import (
    OLD,
    OPEN,
    Scope,
    asked_schools,
    latest_checks,
    proposals_of,
)
from plugins.facilities.offers.effects import ARRIVED, NOT_TAKEN
from plugins.facilities.offers.life_cycle import STATE_LABELS as OFFER_STATES
from plugins.facilities.pages import HOME
from plugins.facilities.proposals.life_cycle import STATE_LABELS as PROPOSAL_STATES
from plugins.facilities.reviews.life_cycle import STATE_LABELS as REVIEW_STATES

SCHOOL = Column(key="school", label=_("Trường"), width=36)
STATE = Column(key="state", label=_("Trạng thái"), width=20)
# A school in a round, which may have no review yet, goes by one number: the round's and the school's.
SCHOOLS = 1_000_000


def _number(key: str, label: Any, width: int = 14) -> Column:
    return Column(key=key, label=label, kind="number", width=width)


@dataclass(frozen=True, slots=True)
class Listing:
    """``query()`` has all rows, the id first, in the order of the list; ``of(scope)`` are conditions of those meant.

    ``tell(row)`` is (address, cells): the first cell leads to the record. ``key`` is the id's column; ``by`` finds rows
    of some ids, maybe more.
    """

    title: Any
    columns: tuple[Column, ...]
    query: Callable[[], Any]
    key: Any
    of: Callable[[Scope], Sequence[Any]]
    tell: Callable[[tuple], tuple[str, tuple]]
    by: Callable[[Sequence[int]], Any] | None = None
    most: int | None = None

    def count(self, scope: Scope) -> int:
        """How many rows there are."""
        found = self._all(scope).count()
        return min(found, self.most or found)

    def first(self, scope: Scope, most: int) -> list[tuple[str, tuple]]:
        """The first rows, told."""
        return [self.tell(row) for row in self._all(scope).limit(min(most, self.most or most)).tuples()]

    def ids(self, scope: Scope, most: int) -> list[int]:
        """The ids of all rows, in their order."""
        query = self._all(scope).select(self.key).limit(min(most, self.most or most))
        return [id_ for (id_,) in query.tuples()]

    def rows(self, ids: Sequence[int]) -> Iterator[tuple]:
        """The cells of these rows, in this order."""
        found = {row[0]: row for row in self.query().where(self.by(ids) if self.by else self.key.in_(ids)).tuples()}
        return (self.tell(found[id_])[1] for id_ in ids if id_ in found)

    def _all(self, scope: Scope) -> Any:
        return self.query().where(*self.of(scope))


PAIR = Round.id * SCHOOLS + School.id


def _reviews() -> Any:
    of = (Review.round == Round.id) & (Review.school == School.id)
    return (
        Round.select(PAIR, School.name, Round.title, Round.due_on, Review.state, Review.id, Round.id)
        .join(School, on=office_rounds.asked_by_any(Round))
        .join(Review, JOIN.LEFT_OUTER, on=of)
        .order_by(Round.due_on.desc(), School.sort_key, School.id)
    )


def _of_pairs(ids: Sequence[int]) -> Any:
    return Round.id.in_({id_ // SCHOOLS for id_ in ids}) & School.id.in_({id_ % SCHOOLS for id_ in ids})


def _review(row: tuple) -> tuple[str, tuple]:
    _pair, school, title, due_on, state, review_id, round_id = row
    address = f"{HOME}/reviews/{review_id}" if review_id else f"{HOME}/rounds/{round_id}"
    return address, (school, title, due_on, source_text(REVIEW_STATES[state]) if state else "Chưa nhập")


SHORT = PresentState.required - PresentState.usable


def _unmet() -> Any:
    columns = (PresentState.title, School.name, PresentState.required, PresentState.usable, SHORT, PresentState.unit)
    return (
        PresentState.select(PresentState.id, *columns, PresentState.review)
        .join(School, on=(PresentState.school == School.id))
        .order_by(SHORT.desc(), PresentState.id)
    )


def _is_unmet(scope: Scope) -> tuple:
    return scope.of(PresentState), PresentState.required > PresentState.usable


def _lack(row: tuple) -> tuple[str, tuple]:
    _id, *cells, review_id = row
    return f"{HOME}/reviews/{review_id}/shortage", tuple(cells)


def _needs(*order: Any) -> Callable[[], Any]:
    fields = (Need.id, Need.item, School.name, Need.quantity, Need.unit, Need.pupils, Need.created_at, Need.state)
    return lambda: Need.select(*fields).join(School, on=(Need.school == School.id)).order_by(*order, Need.id)


def _is_open(scope: Scope) -> tuple:
    return scope.of(Need), Need.state.in_(OPEN)


def _is_old(scope: Scope) -> tuple:
    return *_is_open(scope), Need.created_at < midnight(today() - OLD)


def _need(row: tuple) -> tuple[str, tuple]:
    id_, item, school, quantity, unit, pupils, created, state = row
    day: date = local(created).date()
    return f"{HOME}/needs/{id_}", (item, school, float(quantity), unit, pupils, day, source_text(NEED_STATES[state]))


NEED_COLUMNS = (
    Column(key="item", label=_("Nhu cầu"), width=40),
    SCHOOL,
    _number("quantity", _("Số lượng"), 10),
    Column(key="unit", label=_("Đơn vị tính"), width=12),
    _number("pupils", _("Học sinh")),
    Column(key="since", label=_("Từ ngày"), kind="date"),
    STATE,
)


def _offers() -> Any:
    fields = (Offer.id, Offer.item, School.name, Offer.quantity, Offer.received, Offer.unit, Offer.worth)
    query = Offer.select(*fields, Offer.received_on, Offer.state, Need.created_at)
    query = query.join(School, on=(Offer.school == School.id)).switch(Offer).join(Need, JOIN.LEFT_OUTER)
    return query.order_by(Offer.id.desc())


def _is_arrived(scope: Scope) -> tuple:
    return scope.of(Offer), Offer.state.in_(ARRIVED), scope.within(Offer.received_on), Offer.need.is_null(False)


def _is_promised(scope: Scope) -> tuple:
    return scope.of(Offer), Offer.state.not_in(NOT_TAKEN), scope.made_within(Offer.created_at)


def _offer(row: tuple) -> tuple[str, tuple]:
    id_, item, school, quantity, received, unit, worth, on, state, created = row
    days = (on - local(created).date()).days if on and created else None
    amounts = (float(quantity), _float(received), unit, _float(worth))
    return f"{HOME}/offers/{id_}", (item, school, *amounts, on, days, source_text(OFFER_STATES[state]))


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


def _gifts() -> Any:
    fields = (DonationPlan.id, DonationPlan.title, School.name, Gift.on, Gift.kind, Gift.amount)
    return (
        Gift.select(Gift.id, *fields)
        .join(DonationPlan)
        .join(School, on=(DonationPlan.school == School.id))
        .order_by(Gift.on.desc(), Gift.id.desc())
    )


def _is_booked(scope: Scope) -> tuple:
    return scope.of(DonationPlan), scope.within(Gift.on), Gift.struck_at.is_null()


def _gift(row: tuple) -> tuple[str, tuple]:
    _id, plan_id, title, school, on, kind, amount = row
    return f"{HOME}/donations/{plan_id}", (title, school, on, source_text(GIFT_KINDS[kind]), _float(amount))


def _proposals() -> Any:
    fields = (Proposal.id, Proposal.title, Proposal.number, Proposal.sent_on, Proposal.approved, Proposal.state)
    return Proposal.select(*fields).order_by(Proposal.sent_on.desc(), Proposal.id.desc())


def _proposal(row: tuple) -> tuple[str, tuple]:
    id_, title, number, sent_on, approved, state = row
    return f"{HOME}/proposals/{id_}", (title, number, sent_on, _float(approved), source_text(PROPOSAL_STATES[state]))


def _standard() -> Any:
    levels = (StandardCheck.own_level, StandardCheck.checked_level, StandardCheck.target_level)
    return (
        StandardCheck.select(
            *(StandardCheck.id, School.name, StandardCheck.school_year, *levels, StandardCheck.target_year)
        )
        .join(School, on=(StandardCheck.school == School.id))
        .order_by(School.sort_key, StandardCheck.id)
    )


def _check(row: tuple) -> tuple[str, tuple]:
    id_, *cells = row
    return f"{HOME}/standard/{id_}", tuple(cells)


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
        PAIR,
        asked_schools,
        _review,
        by=_of_pairs,
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
        PresentState.id,
        _is_unmet,
        _lack,
    ),
    "needs": Listing(_("Nhu cầu chưa đủ"), NEED_COLUMNS, _needs(Need.created_at), Need.id, _is_open, _need),
    "top": Listing(
        _("Mười nhu cầu phục vụ nhiều học sinh nhất"),
        NEED_COLUMNS,
        _needs(fn.COALESCE(Need.pupils, 0).desc()),
        Need.id,
        _is_open,
        _need,
        most=10,
    ),
    "old": Listing(_("Nhu cầu quá 180 ngày"), NEED_COLUMNS, _needs(Need.created_at), Need.id, _is_old, _need),
    "offers": Listing(_("Lượt hỗ trợ trong năm"), OFFER_COLUMNS, _offers, Offer.id, _is_promised, _offer),
    "delivered": Listing(_("Từ khi nêu nhu cầu đến khi nhận"), OFFER_COLUMNS, _offers, Offer.id, _is_arrived, _offer),
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
        Gift.id,
        _is_booked,
        _gift,
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
        Proposal.id,
        proposals_of,
        _proposal,
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
        StandardCheck.id,
        lambda scope: (latest_checks(scope),),
        _check,
    ),
}
