"""Every change of an offer: made, scheduled, handed over, received, thanked for, given back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from intranet.api import (
    Actor,
    Refused,
    School,
    Upload,
    attach_files,
    begin,
    format_quantity,
    gettext,
    locked,
    record,
    take,
    today,
    transaction,
)
from plugins.facilities.models import Donor, Need, Offer, Supply
from plugins.facilities.needs.life_cycle import PUBLISHED
from plugins.facilities.offers.donors import make_donor
from plugins.facilities.offers.effects import ARRIVED, clause_of, counted, pair_of
from plugins.facilities.offers.life_cycle import COMES_BACK, TRANSFER
from plugins.facilities.pages import MODULE

Done = Callable[[], None]


def offer_for_need(
    need: Need,
    values: Mapping[str, Any],
    *,
    person_id: int | None,
    giver: School | None = None,
    donor: Donor | None = None,
    supply: Supply | None = None,
    done: Callable[[Offer], None] = lambda offer: None,
) -> Offer:
    """Promise some of what a need lacks, by a school or a donor. Raises Refused.

    ``values``: quantity, kind, and as far as known worth, note, in_return, due_back_on.
    """
    with transaction():
        # Of two who promise the same at once, the second is told what is left.
        current = locked(Need, need.id)
        if current.state != PUBLISHED or current.school.closed_on is not None:
            raise Refused("", gettext("Nhu cầu này không còn kêu gọi hỗ trợ."))
        if giver is not None and giver.id == current.school_id:
            raise Refused("", gettext("Trường không hỗ trợ nhu cầu của chính mình."))
        _check_remainder(current, values["quantity"])
        _check_kind(values, giver)
        if supply is not None:
            _check_supply(locked(Supply, supply.id), values["quantity"])
        donor = donor or (supply.donor if supply is not None else None)
        offer = _create(current, values, person_id, giver, donor, supply, item=current.item, unit=current.unit)
        offer.need = current
        offer.save()
        counted(offer, person_id)
        _begin(offer, person_id)
        done(offer)
    return offer


def offer_of_donor(
    need: Need,
    known_id: int,
    new: Mapping[str, Any],
    values: Mapping[str, Any],
    actor: Actor,
    *,
    done: Callable[[Offer], None] = lambda offer: None,
) -> Offer:
    """What somebody outside promises, as a coordinator notes it: a donor who is known, or a new one. Raises Refused."""
    with transaction():
        if known_id:
            donor = Donor.get_by_id(known_id)
        else:
            donor = make_donor(new, school=need.school, district=need.district_id, person_id=actor.person_id)
        return offer_for_need(need, values, person_id=actor.person_id, donor=donor, done=done)


def offer_to_school(
    school: School,
    values: Mapping[str, Any],
    *,
    person_id: int | None,
    giver: School | None = None,
    donor: Donor | None = None,
    done: Callable[[Offer], None] = lambda offer: None,
) -> Offer:
    """Promise something that the school has not asked for. Raises Refused. ``values`` with item and unit besides."""
    with transaction():
        if giver is not None and giver.id == school.id:
            raise Refused("", gettext("Trường nhận phải là trường khác."))
        _check_kind(values, giver)
        offer = _create(school, values, person_id, giver, donor, None)
        offer.save()
        _begin(offer, person_id)
        done(offer)
    return offer


def _create(
    of: Need | School,
    values: Mapping[str, Any],
    person_id: int | None,
    giver: School | None,
    donor: Donor | None,
    supply: Supply | None,
    **known: Any,
) -> Offer:
    school_id = of.school_id if isinstance(of, Need) else of.id
    offer = Offer(
        district=of.district_id,
        school=school_id,
        giver_school=giver,
        giver_district=giver.district_id if giver else None,
        donor=donor,
        supply=supply,
        created_by=person_id,
        **{**values, **known},
    )
    pairing = pair_of(school_id, giver.id if giver else None)
    offer.pairing = pairing
    offer.clause_id = clause_of(pairing, giver.id, offer.unit) if giver else None
    return offer


def _begin(offer: Offer, person_id: int | None) -> None:
    changes = {"item": (None, offer.item), "quantity": (None, offer.quantity), "kind": (None, offer.kind)}
    record("facilities.offer", offer, person_id=person_id, changes=changes)
    begin(offer, person_id=person_id)


def _check_remainder(need: Need, quantity: Decimal) -> None:
    left = need.remainder
    if quantity <= left:
        return
    if not left:
        raise Refused("quantity", gettext("Nhu cầu này vừa có nơi khác cam kết đủ, không còn thiếu nữa."))
    raise Refused(
        "quantity",
        gettext("Nhu cầu này chỉ còn thiếu %(left)s %(unit)s.", left=format_quantity(left), unit=need.unit),
    )


def _check_supply(supply: Supply, quantity: Decimal) -> None:
    if supply.state != "open" or quantity > supply.left:
        left = format_quantity(supply.left if supply.state == "open" else Decimal(0))
        raise Refused("quantity", gettext("Nguồn này chỉ còn %(left)s %(unit)s.", left=left, unit=supply.unit))


def _check_kind(values: Mapping[str, Any], giver: School | None) -> None:
    kind = values["kind"]
    if kind == TRANSFER and giver is None:
        raise Refused("kind", gettext("Chỉ tài sản của trường mới được điều chuyển."))
    if kind not in COMES_BACK:
        return
    if values.get("due_back_on") is None:
        raise Refused("due_back_on", gettext("Thầy/cô chưa nhập ngày trả lại."))
    if values["due_back_on"] <= today():
        raise Refused("due_back_on", gettext("Ngày trả lại phải sau hôm nay."))


def schedule(offer: Offer, values: Mapping[str, Any], actor: Actor, *, done: Done = lambda: None) -> None:
    """When and how it is to be brought: ``scheduled_on``, ``way``, and of a transfer the decision. Raises Refused."""
    if values["scheduled_on"] < today():
        raise Refused("scheduled_on", gettext("Ngày giao đã qua."))
    _write(offer, "schedule", values, actor, done)


def dispatch(offer: Offer, values: Mapping[str, Any], actor: Actor, *, done: Done = lambda: None) -> None:
    """It is on its way: ``dispatched``, ``giver_name``, and of a transfer the decision. Raises Refused and NotYours."""
    number = values.get("decision_number", offer.decision_number)
    if offer.kind == TRANSFER and not number:
        raise Refused("decision_number", gettext("Điều chuyển tài sản cần số quyết định của cấp có thẩm quyền."))
    if values["dispatched"] > offer.quantity and not values.get("note"):
        raise Refused("note", gettext("Giao nhiều hơn đã hứa: thầy/cô ghi lý do."))
    given = {**values, "dispatched_on": today(), "dispatched_by": actor.person_id}
    _write(offer, "dispatch", given, actor, done)


def receive(
    offer: Offer,
    values: Mapping[str, Any],
    actor: Actor,
    photos: Sequence[Upload] = (),
    *,
    done: Done = lambda: None,
) -> None:
    """What arrived whole and what broken, its condition, who handed over and who took. Raises Refused and NotYours.

    ``values``: received, broken, condition, giver_name, receiver_name, receipt_note.
    """
    whole, broken = values["received"], values["broken"]
    if offer.giver_school_id is not None and offer.dispatched_by_id == actor.person_id:
        raise Refused("", gettext("Người đã giao không xác nhận nhận thay trường nhận."))
    if not values["receipt_note"]:
        _check_note(offer, whole, broken)
    with transaction():
        if photos:
            attach_files(offer, photos, person_id=actor.person_id, module=MODULE)
        given = {**values, "received_on": today(), "received_by": actor.person_id}
        _write(offer, "receive", given, actor, done)


def _check_note(offer: Offer, whole: Decimal, broken: Decimal) -> None:
    """What differs from the promise needs a word."""
    promised = format_quantity(offer.quantity)
    if whole + broken > offer.quantity:
        sentence = gettext("Nhận nhiều hơn %(promised)s %(unit)s đã hứa: thầy/cô ghi lý do.", **_named(offer, promised))
        raise Refused("receipt_note", sentence)
    if whole + broken < (offer.dispatched or offer.quantity):
        sentence = gettext("Nhận thiếu so với số đã giao: thầy/cô ghi rõ thiếu gì.")
        raise Refused("receipt_note", sentence)
    if broken:
        raise Refused("receipt_note", gettext("Có hàng hỏng: thầy/cô ghi rõ hỏng thế nào."))


def _named(offer: Offer, promised: str) -> dict[str, str]:
    return {"promised": promised, "unit": offer.unit}


def first_words(offer: Offer) -> str:
    """Words of thanks to begin with, as letters have them: Vietnamese in every language."""
    if offer.giver_school_id is not None:
        giver = offer.giver_school.name
    else:
        giver = "Quý nhà hảo tâm" if offer.donor is None or offer.donor.anonymous else offer.donor.name
    amount = f"{offer.received or 0:.2f}".rstrip("0").rstrip(".").replace(".", ",")
    return (
        f"{offer.school.name} đã nhận {amount} {offer.unit} {offer.item} và trân trọng cảm ơn {giver} "
        "đã chung tay cùng nhà trường."
    )


def thank(offer: Offer, text: str, actor: Actor, *, done: Done = lambda: None) -> None:
    """The receiver thanks. Raises NotYours."""
    _write(offer, "thank", {"thanks": text}, actor, done)


def _write(offer: Offer, step: str, values: Mapping[str, Any], actor: Actor, done: Done) -> None:
    """Write what the step's form asks for and take the step, all or nothing."""
    with transaction():
        # In the order of shared.steps: the need first.
        locked(Need, offer.need_id) if offer.need_id is not None else locked(School, offer.school_id)
        current = locked(Offer, offer.id)
        for name, value in values.items():
            setattr(current, name, value)
        current.save()
        take(current, step, actor, done=done)


def give_back(offer: Offer, on: date, actor: Actor, *, done: Done = lambda: None) -> None:
    """The lender has a loan back: the need lacks it again. Raises Refused."""
    if on > today():
        raise Refused("returned_on", gettext("Ngày này chưa đến."))
    with transaction():
        locked(Need, offer.need_id) if offer.need_id is not None else locked(School, offer.school_id)
        current = locked(Offer, offer.id)
        if not lent(current):
            raise Refused("", gettext("Lượt này không phải đồ đang cho mượn."))
        current.returned_on = on
        current.version += 1
        current.save()
        record("facilities.given_back", current, person_id=actor.person_id, changes={"returned_on": (None, on)})
        counted(current, actor.person_id)
        done()


def lent(offer: Offer) -> bool:
    """Whether the school still has it for a time."""
    return offer.kind in COMES_BACK and offer.state in ARRIVED and offer.returned_on is None
