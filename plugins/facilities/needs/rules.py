"""Every change of a need that is not a step of its life."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from intranet.api import (
    MERGED,
    SAVED,
    UNCHANGED,
    Actor,
    Refused,
    School,
    begin,
    carry,
    fold,
    format_quantity,
    gettext,
    locked,
    match_key,
    merged,
    now,
    record,
    today,
    transaction,
)
from plugins.facilities.models import Need, Offer
from plugins.facilities.needs.life_cycle import EDITABLE, EXPIRED, PROPOSAL, WITHDRAWN

# What came of an earlier need is no duplicate of it.
OVER = ("fulfilled", WITHDRAWN, EXPIRED)
GONE = ("declined", "cancelled")


def make_need(
    actor: Actor,
    values: Mapping[str, Any],
    *,
    school: School | None = None,
    done: Callable[[Need], None] = lambda need: None,
) -> Need:
    """Write a need of a school, the actor's own by default, as a draft. Raises Refused.

    ``values``: item, quantity, unit, and as far as known why, pupils, priority, due_on, estimate, public, source,
    source_key. With a ``source_key``, one shortage makes one need of a school: asked again, the rule returns the need
    that there is, whatever has become of it.
    """
    with transaction():
        # Two who write at once do not make two needs of one shortage.
        of = locked(School, school.id if school else actor.school_id)
        known = _same_source(of, values.get("source_key"))
        if known is not None:
            done(known)
            return known
        _check(values)
        need = Need(district=of.district_id, school=of, created_by=actor.person_id, **_complete(values))
        need.save(force_insert=True)
        given = {name: (None, value) for name, value in values.items() if value}
        record("facilities.need", need, person_id=actor.person_id, changes=given)
        begin(need, person_id=actor.person_id)
        done(need)
    return need


def _same_source(school: School, source_key: str | None) -> Need | None:
    if not source_key:
        return None
    return Need.get_or_none(Need.school == school, Need.source_key == source_key)


def _check(values: Mapping[str, Any]) -> None:
    if values["quantity"] <= 0:
        raise Refused("quantity", gettext("Số lượng phải lớn hơn 0."))
    if values.get("due_on") and values["due_on"] < today():
        raise Refused("due_on", gettext("Ngày cần đã qua."))


def _complete(values: Mapping[str, Any]) -> dict[str, Any]:
    return {**values, "search_text": _words(values["item"], values.get("why", ""))}


def _words(item: str, why: str) -> str:
    """What a search finds it by."""
    return fold(f" {item} {why} ")


def alike(school_id: int, item: str, but: int | None = None) -> Need | None:
    """A need of the school for the same thing that is not over yet: written twice, it would be covered twice."""
    wanted = match_key(item)
    rows = Need.select().where(Need.school == school_id, Need.state.not_in(OVER))
    return next((need for need in rows if need.id != but and match_key(need.item) == wanted), None)


def update_need(
    need: Need,
    values: Mapping[str, Any],
    *,
    version: int,
    person_id: int,
    done: Callable[[], None] = lambda: None,
) -> str:
    """Change a need whose form was made from ``version``. Returns UNCHANGED, SAVED or MERGED.

    Raises Conflict, and Refused once it is over, and where it would become less than was promised or received.
    """
    with transaction():
        current = locked(Need, need.id)
        if current.state not in (*EDITABLE, EXPIRED):
            raise Refused("", gettext("Nhu cầu này không sửa được nữa."))
        known = {name: getattr(current, name) for name in values}
        mine = merged(current, known, values, version)
        if not mine:
            return UNCHANGED
        # A day that is over may stay while something else is corrected.
        _check({"quantity": current.quantity, **mine})
        _check_coverage(current, mine)
        for name, value in mine.items():
            setattr(current, name, value)
        current.search_text = _words(current.item, current.why)
        current.version += 1
        current.updated_at = now()
        current.save()
        changes = {name: (known[name], value) for name, value in mine.items()}
        record("facilities.need", current, person_id=person_id, changes=changes)
        settle(current, person_id)
        done()
        return SAVED if current.version == version + 1 else MERGED


def _check_coverage(need: Need, mine: Mapping[str, Any]) -> None:
    """What has been received or promised was of this thing, in this unit."""
    quantity = mine.get("quantity", need.quantity)
    if quantity < need.received:
        raise Refused(
            "quantity",
            gettext(
                "Trường đã nhận %(received)s %(unit)s nên số lượng cần không thể ít hơn.",
                received=format_quantity(need.received),
                unit=need.unit,
            ),
        )
    if quantity < need.pledged:
        raise Refused(
            "quantity",
            gettext(
                "Đã có nơi cam kết %(pledged)s %(unit)s nên số lượng cần không thể ít hơn.",
                pledged=format_quantity(need.pledged),
                unit=need.unit,
            ),
        )
    if "item" in mine and need.pledged:
        raise Refused("item", gettext("Đã có nơi cam kết nên thứ cần không đổi được; thầy/cô lập nhu cầu khác."))
    if "unit" in mine and need.pledged:
        raise Refused("unit", gettext("Đã có nơi cam kết nên đơn vị tính không đổi được."))


# --- What offers make of it ---


def recount(need: Need, person_id: int | None) -> Need:
    """The three sums anew from the offers, after a step of one of them; in its transaction, with the need locked."""
    current = locked(Need, need.id)
    pledged = on_the_way = received = Decimal(0)
    rows = Offer.select(Offer.state, Offer.quantity, Offer.dispatched, Offer.received, Offer.returned_on).where(
        Offer.need == current, Offer.state.not_in(GONE)
    )
    for state, quantity, dispatched, arrived, returned_on in rows.tuples():
        if state in ("received", "thanked"):
            here = Decimal(0) if returned_on else arrived
            received += here
            pledged += here
        else:
            pledged += quantity
            on_the_way += dispatched if state == "dispatched" else 0
    current.pledged, current.on_the_way, current.received = pledged, on_the_way, received
    current.save()
    settle(current, person_id)
    return current


def settle(need: Need, person_id: int | None) -> None:
    """A need that has got all of it is fulfilled; one that a loan has left again is not."""
    if need.received >= need.quantity:
        carry(need, "fulfil", person_id=person_id)
    elif need.state == "fulfilled":
        carry(need, "reopen", person_id=person_id)


# --- What proposals make of it ---


def into_proposal(need: Need, *, person_id: int | None) -> None:
    """What nobody covers is asked of the People's Committee: from now on nobody promises it. Call it in a transaction.

    What was promised before is still delivered. Raises Refused.
    """
    current = locked(Need, need.id)
    if not current.remainder:
        raise Refused("", gettext("Nhu cầu “%(item)s” đã có nơi cam kết đủ.", item=current.item))
    if not carry(current, "into_proposal", person_id=person_id):
        raise Refused(
            "",
            gettext("Nhu cầu “%(item)s” chưa được thẩm định, đã ở trong hồ sơ khác hoặc đã xong.", item=current.item),
        )


def out_of_proposal(need: Need, *, person_id: int | None) -> None:
    """The proposal let it go: it looks for givers again. Call it in a transaction."""
    carry(need, "out_of_proposal", person_id=person_id)


def fulfilled_by_proposal(need: Need, *, person_id: int | None) -> None:
    """What the proposal was for has been handed over. Call it in a transaction."""
    if locked(Need, need.id).state == PROPOSAL:
        carry(need, "fulfil", person_id=person_id)
