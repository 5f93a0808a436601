"""A change is taken back within 30 days: everything returns with its school, also what was made since."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from intranet.kernel.clock import local, now, today
from intranet.kernel.database import transaction
from intranet.kernel.dates import show_date
from intranet.kernel.language import gettext as _
from intranet.kernel.text import match_key, sort_key
from intranet.registry.districts import Commune, District
from intranet.registry.people import Membership, Person, SignInSession
from intranet.registry.schools import School
from intranet.registry.twinning import ProgrammeDistrict
from intranet.registry.units import (
    APPLIED,
    COMMUNE,
    FROM,
    MANAGING,
    TO,
    UNDO_DAYS,
    UNDONE,
    Area,
    AreaSchool,
    ChangeLine,
    ChangeUnit,
    FormerPlace,
    FormerUnit,
    PersonPlacement,
    UnitChange,
)
from intranet.schools import rules as schools
from intranet.shared import activities, audit, modules
from intranet.shared.edits import Refused, locked
from intranet.shared.unit_moves import Moves
from intranet.units import moving, telling
from intranet.units.applying import NAMED, ONE_DAY, rename
from intranet.units.plans import units_of


def _nothing() -> None: ...


def undo_until(change: UnitChange) -> date | None:
    """The last day on which a change that took effect may be taken back."""
    return local(change.applied_at).date() + timedelta(days=UNDO_DAYS) if change.applied_at else None


def undo_change(change: UnitChange, *, person_id: int | None, done: Callable[[], None] = _nothing) -> None:
    """Take back a change that took effect, all of it or nothing. Raises Refused."""
    with transaction():
        current = locked(UnitChange, change.id)
        refuse_undo(current)
        homes = _homes(current)
        moves = _moves_back(current, homes)
        waiting = moving.concerned(moves)
        _return_units(current, homes)
        _return_schools(current, moves, person_id)
        _return_people(current, homes)
        moving.move_rows(moves)
        _return_programmes(current)
        modules.plugins().notify("units_changed", moves=moves)
        activities.place_all()
        moving.wait_anew(waiting)
        current.state, current.state_since = UNDONE, now()
        current.version += 1
        current.save()
        audit.record("unit.undo", current, person_id=person_id, changes={"state": (APPLIED, UNDONE)})
        telling.tell_undone(current, moves)
        done()


def refuse_undo(change: UnitChange) -> None:
    """Raise Refused where a change cannot be taken back: not in effect, too late, or others were built on it."""
    last = undo_until(change)
    if change.state != APPLIED or last is None:
        raise Refused("", _("Thay đổi này chưa thực hiện hoặc đã hoàn tác."))
    if last < today():
        raise Refused("", _("Chỉ hoàn tác được đến hết %(day)s.", day=show_date(last)))
    later = UnitChange.alias()
    made = ChangeUnit.select(ChangeUnit.district).where(ChangeUnit.change == change, ChangeUnit.side == TO)
    touched = (
        ChangeUnit.select(later.title)
        .join(later, on=(ChangeUnit.change == later.id))
        .where(
            later.state == APPLIED,
            (later.applied_at > change.applied_at) | ((later.applied_at == change.applied_at) & (later.id > change.id)),
            ChangeUnit.district.in_(made),
        )
    )
    title = next((title for (title,) in touched.tuples()), None)
    if title:
        raise Refused("", _("Hãy hoàn tác trước: %(title)s.", title=title))


def _homes(change: UnitChange) -> dict[int, int]:
    """{unit that the change made: the unit to which what it has returns}: whose heir it is, else of whom it is part."""
    found: dict[int, int] = {}
    ended = units_of(change, FROM, MANAGING)
    for unit in units_of(change, TO, MANAGING):
        if not unit.made:
            continue
        inherited = [source.district_id for source in ended if source.heir_id == unit.id]
        lines = ChangeLine.select(ChangeUnit.district).join(ChangeUnit, on=(ChangeLine.source == ChangeUnit.id))
        parts = [id_ for (id_,) in lines.where(ChangeLine.target == unit).order_by(ChangeLine.id).tuples() if id_]
        found[unit.district_id] = [*inherited, *parts, *(source.district_id for source in ended)][0]
    return found


def _moves_back(change: UnitChange, homes: dict[int, int]) -> Moves:
    placed = FormerPlace.select(FormerPlace.school, School.district, FormerPlace.district).join(School)
    rows = placed.where(FormerPlace.change == change, School.district != FormerPlace.district)
    moved = {school_id: (today_, before) for school_id, today_, before in rows.tuples()}
    for school_id, here in School.select(School.id, School.district).where(School.district.in_(list(homes))).tuples():
        moved.setdefault(school_id, (here, homes[here]))
    return Moves(change_id=change.id, on=change.effective_on, schools=moved, heirs=homes, back=True)


def _return_units(change: UnitChange, homes: dict[int, int]) -> None:
    before_it = change.effective_on - ONE_DAY
    for unit in units_of(change, FROM, MANAGING):
        District.update(valid_to=None, merged_into=None).where(
            District.id == unit.district_id, District.valid_to == before_it
        ).execute()
        Commune.update(valid_to=None).where(
            Commune.district == unit.district_id, Commune.valid_to == before_it
        ).execute()
    for former in list(FormerUnit.select().where(FormerUnit.change == change)):
        rename(former.district, {name: getattr(former, name) for name in NAMED})
        former.delete_instance()
    for made, home in homes.items():
        District.update(valid_to=before_it, merged_into=home).where(District.id == made).execute()
        Commune.update(valid_to=before_it).where(Commune.district == made).execute()
    for unit in units_of(change, TO, COMMUNE):
        if unit.made:
            Commune.update(valid_to=before_it).where(Commune.id == unit.commune_id).execute()
    for unit in units_of(change, FROM, COMMUNE):
        key = match_key(unit.name)
        Commune.update(
            name=unit.name, match_key=key, sort_key=sort_key(unit.name), code=unit.code or None, valid_to=None
        ).where(Commune.id == unit.commune_id).execute()


def _return_schools(change: UnitChange, moves: Moves, person_id: int | None) -> None:
    """Where they stood before; a school that was founded since comes under the unit to which its own returns."""
    places = {row.school_id: row for row in FormerPlace.select().where(FormerPlace.change == change)}
    # Before the schools are written: nobody looks for them where they never were.
    FormerPlace.delete().where(FormerPlace.change == change).execute()
    for school_id in sorted({*places, *moves.schools}):
        school, place = School.get_by_id(school_id), places.get(school_id)
        commune = school.commune.name if school.commune_id else ""
        before = commune if place is None else place.commune.name if place.commune_id else ""
        home = District.get_by_id(place.district_id if place else moves.schools[school_id][1])
        changes = {"district": (school.district.name, home.name), "commune": (commune, before)}
        school.district = home
        school.version += 1
        schools.save(school, before)
        audit.record("unit.school", school, person_id=person_id, changes=changes)


def _return_people(change: UnitChange, homes: dict[int, int]) -> None:
    for row in list(PersonPlacement.select().where(PersonPlacement.change == change)):
        Membership.update(ends_on=row.ends_on, end_reason="").where(
            Membership.id == row.membership_id, Membership.end_reason == "unit"
        ).execute()
        continued = row.continued_id
        row.continued = None
        row.save()
        if continued is None or continued == row.membership_id:
            continue
        for column in (SignInSession.membership, SignInSession.seen_as):
            SignInSession.update({column: row.membership_id}).where(column == continued).execute()
        # Another change may have asked where this work goes: it is there no more.
        PersonPlacement.delete().where(PersonPlacement.membership == continued).execute()
        Membership.delete().where(Membership.id == continued).execute()
    for made, home in homes.items():
        for model in (Membership, Person):
            model.update(district=home).where(model.district == made, model.school.is_null()).execute()


def _return_programmes(change: UnitChange) -> None:
    made = [unit.district_id for unit in units_of(change, TO, MANAGING)]
    ProgrammeDistrict.delete().where(
        ProgrammeDistrict.district.in_(made), ProgrammeDistrict.joined_on == change.effective_on
    ).execute()
    ended = [unit.district_id for unit in units_of(change, FROM, MANAGING)]
    ProgrammeDistrict.update(left_on=None, left_reason="").where(
        ProgrammeDistrict.district.in_(ended), ProgrammeDistrict.left_on == change.effective_on
    ).execute()
    mine = Area.select(Area.id).where(Area.change == change)
    # What people made of an area since is theirs.
    untouched = [id_ for (id_,) in mine.where(Area.version == 1).tuples()]
    AreaSchool.delete().where(AreaSchool.area.in_(untouched)).execute()
    Area.delete().where(Area.id.in_(untouched)).execute()
    Area.update(change=None).where(Area.change == change).execute()
