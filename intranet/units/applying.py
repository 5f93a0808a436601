"""A change takes effect: units are made and end, and everything follows its schools and offices, in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from flask import current_app

from intranet.kernel import migrations
from intranet.kernel.clock import now, today
from intranet.kernel.database import transaction
from intranet.kernel.dates import show_date
from intranet.kernel.language import gettext as _
from intranet.kernel.text import match_key, sort_key
from intranet.papers.letterheads import COMMUNE_KINDS
from intranet.registry.districts import Commune, District, DistrictModule, find_or_add_commune
from intranet.registry.people import Membership, Person, SignInSession
from intranet.registry.schools import School
from intranet.registry.units import (
    APPLIED,
    COMMUNE,
    DISSOLVE,
    FROM,
    MANAGING,
    MERGE,
    SCHEDULED,
    SPLIT,
    TO,
    ChangeUnit,
    FormerPlace,
    FormerUnit,
    PersonPlacement,
    Placement,
    UnitChange,
)
from intranet.schools import rules as schools
from intranet.shared import activities, audit, modules
from intranet.shared.edits import Refused, locked
from intranet.shared.unit_moves import Moves
from intranet.units import moving, participation, telling
from intranet.units.plans import sync, units_of, unplaced

ONE_DAY = timedelta(days=1)
# Of these, a unit that does not stand on the other side too is no more.
ENDING = (MERGE, SPLIT, DISSOLVE)
NAMED = ("kind", "code", "name", "office_name")


def _nothing() -> None: ...


def apply_change(change: UnitChange, *, person_id: int | None, done: Callable[[], None] = _nothing) -> None:
    """Let a scheduled change take effect, all of it or nothing. Raises Refused with the sentence that says why not."""
    with transaction():
        current = locked(UnitChange, change.id)
        # Schools and people may have come or gone since somebody looked.
        sync(current)
        _refuse(current)
        for target in units_of(current, TO, MANAGING):
            _make_unit(current, target)
        for target in units_of(current, TO, COMMUNE):
            _make_commune(current, target)
        moves = plan_moves(current)
        waiting = moving.concerned(moves)
        _union_modules(current, moves, person_id)
        _place_schools(current, person_id)
        _continue_people(current)
        moving.move_rows(moves)
        _end_units(current)
        participation.follow(current, moves, person_id=person_id)
        modules.plugins().notify("units_changed", moves=moves)
        activities.place_all()
        moving.wait_anew(waiting)
        _note_applied(current, person_id)
        telling.tell_applied(current, moves)
        done()


def _refuse(change: UnitChange) -> None:
    if change.state != SCHEDULED:
        raise Refused("", _("Thay đổi này chưa được lên lịch hoặc đã thực hiện."))
    if change.effective_on > today():
        raise Refused("", _("Thay đổi có hiệu lực từ %(day)s, chưa đến ngày.", day=show_date(change.effective_on)))
    absent = migrations.absent(current_app.extensions["components"])
    if absent:
        raise Refused("", _("Hãy cài lại hoặc gỡ hẳn mô-đun còn dữ liệu: %(names)s.", names=", ".join(absent)))
    count = unplaced(change)
    if count:
        raise Refused("", _("Còn %(count)s trường chưa có đơn vị mới.", count=count))
    later = FormerPlace.select().where(
        FormerPlace.until > change.effective_on,
        FormerPlace.school.in_(Placement.select(Placement.school).where(Placement.change == change)),
    )
    if later.exists():
        raise Refused("", _("Các trường này đã có thay đổi khác có hiệu lực sau ngày này."))


# --- The units ---


def _make_unit(change: UnitChange, target: ChangeUnit) -> None:
    named = {name: getattr(target, name) for name in NAMED}
    if target.district_id is None:
        district = District.create(sort_key=sort_key(target.name), valid_from=change.effective_on, **named)
        target.district, target.made = district, True
        target.save()
        audit.record("unit.create", district, person_id=None, changes={key: (None, named[key]) for key in NAMED})
        if district.kind in COMMUNE_KINDS:
            find_or_add_commune(district.id, district.name)
        return
    district = locked(District, target.district_id)
    known = {name: getattr(district, name) for name in NAMED}
    if any(known.values()) and known != named:
        FormerUnit.create(district=district, until=change.effective_on, change=change, **known)
        rename(district, named)
        changes = {key: (known[key], named[key]) for key in NAMED if known[key] != named[key]}
        audit.record("unit.rename", district, person_id=None, changes=changes)


def rename(district: District, named: dict[str, str]) -> None:
    """Give a unit its names, {name of NAMED: value}."""
    for name, value in named.items():
        setattr(district, name, value)
    district.sort_key = sort_key(district.name)
    district.save()


def _make_commune(change: UnitChange, target: ChangeUnit) -> None:
    """A name that the unit knows already is the same row: Trầm Lộng took in Hòa Lâm, and its code."""
    key = match_key(target.name)
    commune = target.commune if target.commune_id else None
    if commune is None:
        same = (Commune.district == target.district_id) & (Commune.match_key == key)
        commune = Commune.get_or_none(same)
        target.made = commune is None
    commune = commune or Commune(district=target.district_id)
    commune.name, commune.match_key, commune.sort_key = target.name, key, sort_key(target.name)
    commune.code, commune.valid_to = target.code or None, None
    commune.save()
    target.commune = commune
    target.save()


def _end_units(change: UnitChange) -> None:
    last_day = change.effective_on - ONE_DAY
    going_on = {unit.district_id for unit in units_of(change, TO, MANAGING)}
    if change.kind in ENDING:
        for unit in units_of(change, FROM, MANAGING):
            if unit.district_id in going_on:
                continue
            heir = unit.heir.district if unit.heir_id else None
            District.update(valid_to=last_day, merged_into=heir).where(District.id == unit.district_id).execute()
            Commune.update(valid_to=last_day).where(
                Commune.district == unit.district_id, Commune.valid_to.is_null()
            ).execute()
            audit.record("unit.end", unit.district, person_id=None, changes={"valid_to": (None, last_day)})
    kept = {unit.commune_id for unit in units_of(change, TO, COMMUNE)}
    ended = [unit.commune_id for unit in units_of(change, FROM, COMMUNE) if unit.commune_id not in kept]
    if change.kind in ENDING:
        Commune.update(valid_to=last_day).where(Commune.id.in_(ended), Commune.valid_to.is_null()).execute()


# --- Schools and people ---


def plan_moves(change: UnitChange) -> Moves:
    """What moves between managing units, once all of them have their rows."""
    ends = change.kind in ENDING
    going_on = {unit.district_id for unit in units_of(change, TO, MANAGING)}
    heirs = {
        unit.district_id: unit.heir.district_id
        for unit in units_of(change, FROM, MANAGING)
        if ends and unit.heir_id and unit.district_id not in going_on
    }
    rows = (
        Placement.select(School.id, School.district, ChangeUnit.district)
        .join(School, on=(Placement.school == School.id))
        .switch(Placement)
        .join(ChangeUnit, on=(Placement.target == ChangeUnit.id))
        .where(Placement.change == change, ChangeUnit.district.is_null(False), School.district != ChangeUnit.district)
    )
    moved = {school_id: (before, after) for school_id, before, after in rows.tuples()}
    return Moves(change_id=change.id, on=change.effective_on, schools=moved, heirs=heirs)


def _place_schools(change: UnitChange, person_id: int | None) -> None:
    rows = Placement.select().where(Placement.change == change, Placement.target.is_null(False)).order_by(Placement.id)
    for row in list(rows):
        place(row.school, row.target, change, person_id)


def place(school: School, target: ChangeUnit, change: UnitChange, person_id: int | None) -> None:
    """Put a school where the change says; where it stood before is kept with its day."""
    district = target.commune.district if target.tier == COMMUNE else target.district
    before = school.commune.name if school.commune_id else ""
    commune = target.commune.name if target.tier == COMMUNE else before
    if target.tier == MANAGING and district.kind in COMMUNE_KINDS:
        commune = district.name
    same_commune = target.tier == COMMUNE and school.commune_id == target.commune_id
    if school.district_id == district.id and (same_commune or commune == before):
        return
    FormerPlace.create(
        school=school, district=school.district_id, commune=school.commune_id, until=change.effective_on, change=change
    )
    changes = {"commune": (before, commune)}
    if school.district_id != district.id:
        changes["district"] = (school.district.name, district.name)
    school.district = district
    school.version += 1
    schools.save(school, commune)
    audit.record("unit.school", school, person_id=person_id, changes=changes)


def _continue_people(change: UnitChange) -> None:
    """Whoever works in an office that ends goes on in another from the day on; devices stay signed in."""
    rows = PersonPlacement.select().where(PersonPlacement.change == change).order_by(PersonPlacement.id)
    for row in list(rows):
        membership, target = row.membership, row.target.district if row.target_id else None
        row.ends_on = membership.ends_on
        if target is None:
            _end(membership, change)
        elif membership.starts_on is not None and membership.starts_on >= change.effective_on:
            # It began under the new order, before that was entered here.
            moving.note(change.id, Membership.district, Membership.id == membership.id, target.id)
            Membership.update(district=target).where(Membership.id == membership.id).execute()
            row.continued = membership
        else:
            row.continued = _go_on(membership, target, change)
        if target is not None:
            here = (Person.id == membership.person_id) & (Person.district == membership.district_id)
            moving.note(change.id, Person.district, here & Person.school.is_null(), target.id)
            Person.update(district=target).where(here, Person.school.is_null()).execute()
        row.save()


def _go_on(membership: Membership, target: District, change: UnitChange) -> Membership:
    continued = Membership.create(
        person=membership.person_id,
        role=membership.role,
        title=membership.title,
        district=target,
        starts_on=change.effective_on,
        ends_on=membership.ends_on,
    )
    _end(membership, change)
    for column in (SignInSession.membership, SignInSession.seen_as):
        SignInSession.update({column: continued}).where(column == membership).execute()
    return continued


def _end(membership: Membership, change: UnitChange) -> None:
    Membership.update(ends_on=change.effective_on - ONE_DAY, end_reason="unit").where(
        Membership.id == membership.id
    ).execute()


# --- Modules, and what is said of it ---


def _union_modules(change: UnitChange, moves: Moves, person_id: int | None) -> None:
    """What a school could use it can use on: where its old unit had a module on, its new one has."""
    wanted: dict[int, set[str]] = {}
    ways = {*moves.by_target, *moves.heirs.items()}
    for before, after in sorted(ways):
        wanted.setdefault(after, set()).update(modules.enabled_in(before))
    for district_id, names in sorted(wanted.items()):
        for module in modules.take_over(District.get_by_id(district_id), names, person_id=person_id):
            switched = (DistrictModule.district == district_id) & (DistrictModule.module == module)
            row_id = DistrictModule.select(DistrictModule.id).where(switched).scalar()
            moving.note_value(change.id, DistrictModule.enabled, row_id, before=False, after=True)


def _note_applied(change: UnitChange, person_id: int | None) -> None:
    before = change.state
    change.state, change.state_since, change.applied_at = APPLIED, now(), now()
    change.hindrance = ""
    change.version += 1
    change.save()
    audit.record("unit.apply", change, person_id=person_id, changes={"state": (before, APPLIED)})
