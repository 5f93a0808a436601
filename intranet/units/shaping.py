"""The units of a change and the lines between them, put together by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from intranet.kernel.database import transaction
from intranet.kernel.language import gettext as _
from intranet.kernel.text import match_key
from intranet.registry.districts import Commune, District, of_today
from intranet.registry.people import Membership
from intranet.registry.units import (
    COMMUNE,
    FROM,
    MANAGING,
    MERGE,
    PART,
    RENAME,
    TO,
    WHOLE,
    ChangeLine,
    ChangeUnit,
    PersonPlacement,
    UnitChange,
)
from intranet.shared import audit
from intranet.shared.edits import Refused
from intranet.units import plans
from intranet.units.conversion import managing_kind, office_name
from intranet.units.plans import Plan, plan_of

MOST_UNITS = 500


def _nothing() -> None: ...


@contextmanager
def _shaped(change: UnitChange, action: str, person_id: int | None, done: Callable[[], None]) -> Iterator[dict]:
    """A draft's units or lines are altered within; afterwards schools and people are placed anew, and it is noted."""
    with transaction():
        current = plans.draft(change)
        changes: dict[str, tuple[Any, Any]] = {}
        yield changes
        plans.sync(current)
        if changes:
            audit.record(action, current, person_id=person_id, changes=changes)
        done()


def add_source(
    change: UnitChange, place: District | Commune, *, person_id: int | None, done: Callable[[], None] = _nothing
) -> None:
    """Let a unit be one that changes. A renamed one stands on the other side, too, to be given its new name."""
    with _shaped(change, "unit_change.unit", person_id, done) as changes:
        plan = plan_of(change)
        unit = ChangeUnit(change=change, side=FROM, **_values_of(place))
        if any(_same(unit, other) for other in plan.units.values() if other.side == FROM):
            raise Refused("source", _("Đơn vị này đã có trong thay đổi."))
        if plan.of(FROM, COMMUNE if unit.tier == MANAGING else MANAGING) and change.kind in (RENAME, MERGE):
            raise Refused("source", _("Không gộp đơn vị quản lý với xã, phường bên trong đơn vị khác."))
        unit.save(force_insert=True)
        if change.kind == RENAME:
            twin = ChangeUnit.create(change=change, side=TO, **_values_of(place))
            ChangeLine.create(change=change, source=unit, target=twin)
        else:
            _join(change, unit)
        changes["source"] = (None, unit.name)


def _values_of(place: District | Commune) -> dict[str, Any]:
    if isinstance(place, Commune):
        names = {"name": place.name, "code": place.code or ""}
        return {"tier": COMMUNE, "commune": place, "district": place.district_id} | names
    names = {name: getattr(place, name) for name in ("kind", "code", "name", "office_name")}
    return {"tier": MANAGING, "district": place} | names


def _same(unit: ChangeUnit, other: ChangeUnit) -> bool:
    return (unit.tier, unit.district_id, unit.commune_id) == (other.tier, other.district_id, other.commune_id)


def _join(change: UnitChange, unit: ChangeUnit) -> None:
    """Draw the lines that go without saying: to the only unit of the other side; of a merger, to its first target."""
    plan = plan_of(change)
    others = plan.of(TO if unit.side == FROM else FROM, unit.tier)
    if len(others) == 1 or (change.kind == MERGE and len(plan.of(unit.side, unit.tier)) == 1):
        for other in others:
            source, target = (unit, other) if unit.side == FROM else (other, unit)
            _draw(change, source, target, WHOLE, "")


def _draw(change: UnitChange, source: ChangeUnit, target: ChangeUnit, extent: str, note: str) -> None:
    """A line. What goes into several units goes into none of them as a whole."""
    of_source = ChangeLine.source == source
    several = ChangeLine.select().where(of_source, ChangeLine.target != target).exists()
    ChangeLine.create(change=change, source=source, target=target, extent=PART if several else extent, note=note)
    if several:
        ChangeLine.update(extent=PART).where(of_source).execute()


def save_target(
    change: UnitChange,
    unit: ChangeUnit | None,
    values: Mapping[str, Any],
    *,
    person_id: int | None,
    done: Callable[[], None] = _nothing,
) -> None:
    """Add a unit that there will be, or alter one. ``values``: name, code, office_name, and for a unit that is there
    already ``district``, by whose own names it then goes. Raises Refused."""
    with _shaped(change, "unit_change.unit", person_id, done) as changes:
        plan = plan_of(change)
        if len(plan.units) >= MOST_UNITS:
            raise Refused("", _("Một thay đổi có nhiều nhất %(most)s đơn vị.", most=MOST_UNITS))
        before = unit.name if unit else None
        unit = unit or ChangeUnit(change=change, side=TO, tier=plan.tier)
        _fill(plan, unit, values)
        _refuse_double(plan, unit)
        added = unit.id is None
        unit.save(force_insert=added)
        if added:
            _join(change, unit)
        changes["target"] = (before, ", ".join(filter(None, (unit.name, unit.code, unit.office_name))))


def _fill(plan: Plan, unit: ChangeUnit, values: Mapping[str, Any]) -> None:
    if existing := values.get("district"):
        for name, value in _values_of(existing).items():
            setattr(unit, name, value)
        return
    if not values["name"]:
        raise Refused("name", _("Thầy/cô chưa nhập tên đơn vị."))
    unit.name, unit.code = values["name"], values["code"]
    if unit.tier == MANAGING:
        unit.kind = managing_kind(unit.name)
        unit.office_name = values["office_name"] or office_name(unit.name)
        return
    inside = next((source.commune for source in plan.of(FROM, COMMUNE) if source.commune_id), None)
    if inside is None:
        raise Refused("name", _("Thầy/cô hãy chọn các đơn vị trước thay đổi trước."))
    if plan.change.kind != RENAME:
        unit.district = inside.district_id
        unit.commune = Commune.get_or_none(
            Commune.district == inside.district_id,
            Commune.match_key == match_key(unit.name),
            Commune.valid_to.is_null(),
        )


def _refuse_double(plan: Plan, unit: ChangeUnit) -> None:
    for other in plan.of(TO, unit.tier):
        if other.id != unit.id and match_key(other.name) == match_key(unit.name):
            raise Refused("name", _("Thay đổi này đã có đơn vị “%(name)s”.", name=other.name))


def remove_unit(
    change: UnitChange, unit: ChangeUnit, *, person_id: int | None, done: Callable[[], None] = _nothing
) -> None:
    """Take a unit out, with its lines; of a managing one that changes, its communes go along."""
    with _shaped(change, "unit_change.unit", person_id, done) as changes:
        gone = ChangeUnit.id == unit.id
        if unit.side == FROM and unit.tier == MANAGING:
            inside = Commune.select(Commune.id).where(Commune.district == unit.district_id)
            gone |= (ChangeUnit.side == FROM) & ChangeUnit.commune.in_(inside)
        if change.kind == RENAME:
            gone |= ChangeUnit.id.is_null(False)
        # Their targets would become empty, which means "nowhere", and nobody said that.
        PersonPlacement.delete().where(PersonPlacement.target == unit).execute()
        ChangeUnit.delete().where(ChangeUnit.change == change, gone).execute()
        changes[unit.side] = (unit.name, None)


def add_line(
    change: UnitChange,
    source: ChangeUnit,
    target: ChangeUnit,
    extent: str,
    *,
    person_id: int | None,
    done: Callable[[], None] = _nothing,
) -> None:
    """Say that one unit became another, or a part of it. Raises Refused for what was said already."""
    with _shaped(change, "unit_change.line", person_id, done) as changes:
        if ChangeLine.select().where(ChangeLine.source == source, ChangeLine.target == target).exists():
            raise Refused("target", _("Đã có dòng này."))
        _draw(change, source, target, extent, "")
        if source.commune_id and target.tier == MANAGING:
            _draw_managing(change, source.commune.district_id, target)
        changes["line"] = (None, f"{source.name} → {target.name}")


def _draw_managing(change: UnitChange, district_id: int, target: ChangeUnit) -> None:
    """Where a commune goes, a part of its managing unit goes."""
    unit = ChangeUnit.get_or_none(
        ChangeUnit.change == change,
        ChangeUnit.side == FROM,
        ChangeUnit.tier == MANAGING,
        ChangeUnit.district == district_id,
    )
    if unit and not ChangeLine.select().where(ChangeLine.source == unit, ChangeLine.target == target).exists():
        _draw(change, unit, target, WHOLE, "")


def remove_line(
    change: UnitChange, line: ChangeLine, *, person_id: int | None, done: Callable[[], None] = _nothing
) -> None:
    """Take a line away."""
    with _shaped(change, "unit_change.line", person_id, done) as changes:
        ChangeLine.delete().where(ChangeLine.id == line.id).execute()
        changes["line"] = (f"{line.source.name} → {line.target.name}", None)


def set_heir(
    change: UnitChange,
    unit: ChangeUnit,
    heir: ChangeUnit,
    *,
    person_id: int | None,
    done: Callable[[], None] = _nothing,
) -> None:
    """Choose who goes on with what an office had; its people go along unless they were placed elsewhere."""
    with _shaped(change, "unit_change.heir", person_id, done) as changes:
        before = unit.heir
        if before == heir:
            return
        unit.heir = heir
        unit.save()
        if before:
            people = Membership.select(Membership.id).where(Membership.district == unit.district_id)
            PersonPlacement.update(target=heir).where(
                PersonPlacement.change == change,
                PersonPlacement.target == before,
                PersonPlacement.membership.in_(people),
            ).execute()
        changes["heir"] = (f"{unit.name} → {before.name}" if before else None, f"{unit.name} → {heir.name}")


def sources_to_add(change: UnitChange) -> tuple[list[tuple[int, str]], list[tuple[int, str, str]]]:
    """What may still be chosen as a unit that changes: districts (id, name), communes (id, name, district)."""
    plan = plan_of(change)
    districts = [unit.district_id for unit in plan.of(FROM, MANAGING)]
    communes = [unit.commune_id for unit in plan.of(FROM, COMMUNE) if unit.commune_id]
    inside = Commune.select(Commune.id, Commune.name, District.name).join(District).where(of_today())
    if districts:
        inside = inside.where(District.id.in_(districts))
    return (
        list(
            District.select(District.id, District.name)
            .where(of_today(), District.id.not_in(districts))
            .order_by(District.sort_key)
            .tuples()
        ),
        list(
            inside.where(Commune.valid_to.is_null(), Commune.id.not_in(communes))
            .order_by(District.sort_key, Commune.sort_key)
            .tuples()
        ),
    )
