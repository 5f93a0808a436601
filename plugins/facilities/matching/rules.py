"""An offer without a need and a need that fit find each other, and both sides are told, once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from intranet.api import (
    RUNNING,
    Actor,
    Programme,
    ProgrammeDistrict,
    Refused,
    School,
    Statement,
    contains,
    fold,
    gettext,
    locked,
    match_key,
    notify,
    now,
    people_who_hold,
    record,
    search_tokens,
    takes_part,
    today,
    transaction,
    words,
)
from intranet.api import lazy_gettext as _
from plugins.facilities import parties
from plugins.facilities.models import Fit, Need, Supply
from plugins.facilities.pages import HOME, MODULE

FIT = "facilities.fit"
OPEN, CLOSED = "open", "closed"
# Words that stand in the names of all things, folded: they tell nothing.
_THINGS = ("bo", "cai", "chiec", "quyen", "cuon", "cu", "moi", "loai", "dung", "co", "cac", "cua", "cho", "va")
_PLACES = ("hoc", "sinh", "phong", "lop", "truong", "day")
COMMON = frozenset((*_THINGS, *_PLACES))
# So much of the shorter name has to stand in the other.
LEAST_SHARED = Decimal(2) / 3
MOST_CANDIDATES = 500

_BY_WORD = Statement(
    lambda: (
        Need.select(Need.id).where(contains(Need.search_text, "words")).order_by(Need.id.desc()).limit(MOST_CANDIDATES)
    )
)


def tags(item: str) -> frozenset[str]:
    """The words of a thing's name that tell what it is, folded and without numbers."""
    return frozenset(word for word in search_tokens(item) if not word.isdecimal()) - COMMON


def alike(one: str, other: str) -> bool:
    """Whether two names mean the same kind of thing: most words of the shorter one stand in the longer."""
    first, second = tags(one), tags(other)
    shorter = min(len(first), len(second))
    return bool(shorter) and len(first & second) >= LEAST_SHARED * shorter


def fits(need: Need, supply: Supply) -> bool:
    """Whether the one can serve the other: alike, in one unit, both still open, of two places."""
    return (
        need.state == "published"
        and supply.state == OPEN
        and need.remainder > 0
        and supply.left > 0
        and (supply.until is None or supply.until >= today())
        and need.school_id != supply.school_id
        and match_key(need.unit) == match_key(supply.unit)
        and alike(need.item, supply.item)
    )


def districts_with(district_id: int) -> set[int]:
    """The district and those that share a running programme with it."""
    mine = ProgrammeDistrict.select(ProgrammeDistrict.programme).where(
        ProgrammeDistrict.district == district_id, takes_part()
    )
    query = (
        ProgrammeDistrict.select(ProgrammeDistrict.district)
        .join(Programme)
        .where(ProgrammeDistrict.programme.in_(mine), Programme.state == RUNNING, takes_part())
    )
    return {district_id, *(id_ for (id_,) in query.tuples())}


def make_supply(
    actor: Actor, values: Mapping[str, Any], *, done: Callable[[Supply], None] = lambda supply: None
) -> Supply:
    """What the actor's school (or a donor whom it knows) could give. Raises Refused.

    ``values``: item, quantity, unit, kind, note, until, donor_id.
    """
    if values.get("until") and values["until"] < today():
        raise Refused("until", gettext("Ngày này đã qua."))
    with transaction():
        supply = Supply(
            district=actor.district_id,
            school=actor.school_id,
            created_by=actor.person_id,
            left=values["quantity"],
            search_text=fold(f" {values['item']} {values.get('note', '')} "),
            **values,
        )
        supply.save(force_insert=True)
        changes = {"item": (None, supply.item), "quantity": (None, supply.quantity)}
        record("facilities.supply", supply, person_id=actor.person_id, changes=changes)
        seek_needs(supply)
        done(supply)
    return supply


def close_supply(supply: Supply, person_id: int | None, *, done: Callable[[], None] = lambda: None) -> None:
    """It is not to be had any more; what was promised of it stays promised. Raises Refused."""
    with transaction():
        current = locked(Supply, supply.id)
        if current.state != OPEN:
            raise Refused("", gettext("Nguồn này đã đóng."))
        current.state, current.state_since = CLOSED, now()
        current.version += 1
        current.save()
        record("facilities.supply", current, person_id=person_id, changes={"state": (OPEN, CLOSED)})
        done()


def close_overdue(district_id: int, day: Any) -> int:
    """What was to be had until a day that is over."""
    due = Supply.select().where(Supply.district == district_id, Supply.state == OPEN, Supply.until < day)
    found = list(due)
    for supply in found:
        close_supply(supply, None)
    return len(found)


# --- Finding each other ---


def seek_needs(supply: Supply) -> list[Need]:
    """Tell of a new supply the needs that it fits. Call it in the transaction that made it."""
    found = needs_for(supply)
    for need in found:
        _tell(need, supply)
    return found


def seek_supplies(need: Need, person_id: int | None) -> None:
    """Tell of a need just published the supplies that fit it: the effect of its step."""
    for supply in supplies_for(need):
        _tell(need, supply)


def needs_for(supply: Supply) -> list[Need]:
    """The published needs that a supply fits, the most urgent first."""
    ids: set[int] = set()
    for word in sorted(tags(supply.item)):
        ids |= {id_ for (id_,) in _BY_WORD.rows(words=words((word,)))}
    if not ids:
        return []
    query = (
        Need.select(Need, School)
        .join(School)
        .where(
            Need.id.in_(sorted(ids)), Need.state == "published", Need.district.in_(districts_with(supply.district_id))
        )
    )
    return [need for need in query.order_by(Need.priority, Need.id) if fits(need, supply)]


def supplies_for(need: Need) -> list[Supply]:
    """The open supplies that fit a need, the oldest first."""
    query = Supply.select().where(Supply.state == OPEN, Supply.district.in_(districts_with(need.district_id)))
    return [supply for supply in query.order_by(Supply.id) if fits(need, supply)]


def _tell(need: Need, supply: Supply) -> None:
    _fit, new = Fit.get_or_create(need=need, supply=supply)
    if not new:
        return
    of_need = people_who_hold(parties.keepers_of(need.school_id))
    title = _("Có nguồn phù hợp với nhu cầu %(item)s", item=need.item)
    notify(of_need, FIT, title, supply_address(supply.id), module=MODULE, group=f"fit-{need.id}")
    of_supply = people_who_hold(parties.keepers_of(supply.school_id) or parties.office_of(supply.district_id))
    title = _("Có nhu cầu phù hợp với nguồn %(item)s", item=supply.item)
    notify(of_supply, FIT, title, f"{HOME}/needs/{need.id}", module=MODULE, group=f"fit-supply-{supply.id}")


def supply_address(supply_id: int) -> str:
    """The page of what somebody could give."""
    return f"{HOME}/supplies/{supply_id}"
