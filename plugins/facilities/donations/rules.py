"""Every change of a donation plan and of what belongs to it that is not a step of its life."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from intranet.api import (
    Actor,
    Refused,
    School,
    begin,
    gettext,
    locked,
    now,
    record,
    take,
    today,
    transaction,
    write_merged,
)
from plugins.facilities.donations.forms import EDITABLE
from plugins.facilities.donations.life_cycle import COLLECTING, POSTED
from plugins.facilities.models import DonationPlan, Donor, Gift, Offer, Opinion, Spending

Done = Callable[[], None]


def make_plan(
    actor: Actor, values: Mapping[str, Any], *, done: Callable[[DonationPlan], None] = lambda plan: None
) -> DonationPlan:
    """Begin a plan of the actor's school, as a draft."""
    with transaction():
        school = School.get_by_id(actor.school_id)
        plan = DonationPlan.create(district=school.district_id, school=school, created_by=actor.person_id, **values)
        given = {name: (None, value) for name, value in values.items() if value}
        record("facilities.donation_plan", plan, person_id=actor.person_id, changes=given)
        begin(plan, person_id=actor.person_id)
        done(plan)
    return plan


def update_plan(
    plan: DonationPlan, values: Mapping[str, Any], *, version: int, person_id: int, done: Done = lambda: None
) -> str:
    """Change what may be changed in the plan's state. Returns UNCHANGED, SAVED or MERGED.

    Raises Conflict, and Refused for what was approved or posted already.
    """
    with transaction():
        current = locked(DonationPlan, plan.id)
        if set(values) - set(EDITABLE.get(current.state, ())):
            raise Refused("", gettext("Phần này đã duyệt hoặc đang niêm yết nên không sửa được."))
        return write_merged(
            current, values, version=version, action="facilities.donation_plan", person_id=person_id, done=done
        )


def approve(plan: DonationPlan, number: str, on: date, actor: Actor, *, done: Done = lambda: None) -> None:
    """Approve a plan by a decision. Raises Refused and NotYours."""
    if on > today():
        raise Refused("decided_on", gettext("Ngày văn bản không thể ở tương lai."))
    with transaction():
        current = locked(DonationPlan, plan.id)
        current.decision_number, current.decided_on = number, on
        current.save()
        take(current, "approve", actor, done=done)


# --- The book ---


def _collecting(plan: DonationPlan) -> DonationPlan:
    """The plan, locked. Raises Refused where nothing may be taken: not before posting is over, not after settling."""
    current = locked(DonationPlan, plan.id)
    if current.state != COLLECTING:
        raise Refused("", gettext("Chỉ ghi sổ khi kế hoạch đang ở bước tiếp nhận tài trợ."))
    return current


def book_gift(plan: DonationPlan, values: Mapping[str, Any], actor: Actor, *, done: Done = lambda: None) -> Gift:
    """Write a line of the book. Raises Refused."""
    with transaction():
        current = _collecting(plan)
        _check_day(values["on"], current)
        _check_offer(current, values["offer_id"])
        number = Gift.select().where(Gift.plan == current).count() + 1
        gift = Gift.create(plan=current, number=number, written_by=actor.person_id, **_of_donor(current, values))
        changes = {"number": (None, number), "kind": (None, gift.kind), "amount": (None, gift.amount)}
        record("facilities.gift", current, person_id=actor.person_id, changes=changes)
        done()
    return gift


def _check_day(on: date, plan: DonationPlan) -> None:
    if on > today():
        raise Refused("on", gettext("Ngày này chưa đến."))
    if on <= plan.posting_ends_on:
        raise Refused("on", gettext("Ngày này kế hoạch sử dụng còn đang niêm yết, chưa được tiếp nhận."))


def _check_offer(plan: DonationPlan, offer_id: int | None) -> None:
    if offer_id is None:
        return
    if not Offer.select().where(Offer.id == offer_id, Offer.school == plan.school_id).exists():
        raise Refused("offer", gettext("Lượt hỗ trợ này không phải của trường."))
    if Gift.select().where(Gift.offer == offer_id).exists():
        raise Refused("offer", gettext("Lượt hỗ trợ này đã ghi sổ."))


def _of_donor(plan: DonationPlan, values: Mapping[str, Any]) -> dict[str, Any]:
    """The line as it is written: who stands in the list of donors has the name there, or none."""
    if values["donor_id"] is None:
        return {**values, "named": values["named"] and bool(values["giver"])}
    donor = Donor.get_or_none(Donor.id == values["donor_id"], Donor.school == plan.school_id)
    if donor is None:
        raise Refused("donor", gettext("Hãy chọn một mục trong danh sách."))
    if donor.anonymous:
        return {**values, "giver": "", "named": False}
    return {**values, "giver": donor.name}


def spend(plan: DonationPlan, values: Mapping[str, Any], actor: Actor, *, done: Done = lambda: None) -> Spending:
    """Write down what donated money was spent on. Raises Refused for more than there is."""
    with transaction():
        current = _collecting(plan)
        if values["on"] > today():
            raise Refused("on", gettext("Ngày này chưa đến."))
        if values["amount"] > money_left(current):
            raise Refused("amount", gettext("Số tiền chi nhiều hơn số tiền tài trợ còn lại."))
        spending = Spending.create(plan=current, written_by=actor.person_id, **values)
        changes = {"what": (None, spending.what), "amount": (None, spending.amount)}
        record("facilities.spending", current, person_id=actor.person_id, changes=changes)
        done()
    return spending


def money_left(plan: DonationPlan) -> Any:
    """What of the donated money is not spent."""
    given = Gift.select(Gift.amount).where(Gift.plan == plan, Gift.kind == "money", Gift.struck_at.is_null())
    spent = Spending.select(Spending.amount).where(Spending.plan == plan, Spending.struck_at.is_null())
    return sum(amount for (amount,) in given.tuples()) - sum(amount for (amount,) in spent.tuples())


def strike(line: Gift | Spending, reason: str, actor: Actor, *, done: Done = lambda: None) -> None:
    """Strike a wrong line out; it stays to be read, with the reason. Raises Refused."""
    with transaction():
        current = _collecting(line.plan)
        struck = locked(type(line), line.id)
        if struck.struck_at is not None:
            raise Refused("", gettext("Dòng này đã được gạch."))
        struck.struck_at, struck.struck_reason = now(), reason
        if isinstance(struck, Gift):
            # What it stood for can be written again.
            struck.offer = None
        struck.save()
        if isinstance(struck, Gift) and money_left(current) < 0:
            raise Refused("", gettext("Số tiền đã chi nhiều hơn số còn lại nếu gạch dòng này."))
        name = "gift" if isinstance(struck, Gift) else "spending"
        record(f"facilities.{name}", current, person_id=actor.person_id, changes={"struck": (None, reason)})
        done()


# --- Opinions ---


def say_opinion(
    plan: DonationPlan, text: str, giver: str, person_id: int | None, *, done: Done = lambda: None
) -> Opinion:
    """Write down what somebody says about the plan of use. Raises Refused where it is not posted."""
    with transaction():
        current = locked(DonationPlan, plan.id)
        if current.state != POSTED:
            raise Refused("", gettext("Kế hoạch sử dụng không còn niêm yết lấy ý kiến."))
        opinion = Opinion.create(plan=current, text=text, giver=giver, given_on=today(), written_by=person_id)
        record("facilities.opinion", current, person_id=person_id, changes={"opinion": (None, opinion.id)})
        done()
    return opinion


def answer(opinion: Opinion, text: str, actor: Actor, *, done: Done = lambda: None) -> None:
    """Answer an opinion; answered again, the new answer stands."""
    with transaction():
        current = locked(Opinion, opinion.id)
        current.answer, current.answered_on = text, today()
        current.save()
        record("facilities.opinion", current.plan, person_id=actor.person_id, changes={"answer": (None, current.id)})
        done()
