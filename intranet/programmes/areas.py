"""Areas of a programme, "Cụm Ứng Hòa cũ": groups of schools by which people go on counting; no administrative units."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any

from peewee import fn

from intranet.kernel.clock import now
from intranet.kernel.database import transaction
from intranet.kernel.language import gettext as _
from intranet.kernel.statements import Statement, param
from intranet.programmes.rules import refuse_closed
from intranet.registry.districts import District
from intranet.registry.schools import School
from intranet.registry.twinning import Programme, ProgrammeDistrict, takes_part
from intranet.registry.units import Area, AreaSchool
from intranet.shared import audit
from intranet.shared.edits import MERGED, SAVED, UNCHANGED, Refused, locked, merged

# --- Reads ---

_AREAS = Statement(
    lambda: (
        Area.select(Area.id, Area.name, fn.COUNT(AreaSchool.id))
        .join(AreaSchool)
        .where(Area.programme == param("programme"))
        .group_by(Area.id, Area.name)
        .order_by(Area.name)
    )
)


def areas_of(programme_id: int) -> list[tuple[int, str, int]]:
    """(id, name, number of schools) of a programme's areas."""
    return _AREAS.rows(programme=programme_id)


def schools_of(area: Area | None) -> list[int]:
    """The ids of an area's schools."""
    rows = AreaSchool.select(AreaSchool.school).where(AreaSchool.area == area).order_by(AreaSchool.school)
    return [] if area is None else [id_ for (id_,) in rows.tuples()]


def school_options(programme_id: int, area: Area | None) -> list[tuple[int, str, str]]:
    """(id, name, unit) of the schools of those who take part today, and of those that the area has, by unit."""
    part = ProgrammeDistrict.select(ProgrammeDistrict.district).where(
        ProgrammeDistrict.programme == programme_id, takes_part()
    )
    there = School.district.in_(part) & School.closed_on.is_null() & School.deleted_at.is_null()
    rows = School.select(School.id, School.name, District.name).join(District)
    rows = rows.where(there | School.id.in_(schools_of(area)))
    return list(rows.order_by(District.sort_key, District.id, School.sort_key, School.id).tuples())


def names_of(school_ids: Iterable[int]) -> str:
    """The schools' names in one line, in their order, as the trail keeps them."""
    rows = School.select(School.name).where(School.id.in_(sorted(school_ids))).order_by(School.sort_key, School.id)
    return "; ".join(name for (name,) in rows.tuples())


# --- Rules ---


def create_area(
    programme: Programme,
    name: str,
    schools: Collection[int],
    *,
    person_id: int | None,
    done: Callable[[], None] = lambda: None,
) -> Area:
    """Add an area. Raises Refused."""
    with transaction():
        refuse_closed(locked(Programme, programme.id))
        _refuse_name(programme.id, name, None)
        area = Area.create(programme=programme, name=name)
        _write_schools(area, schools)
        changes = {"name": (None, name), "schools": (None, names_of(schools))}
        audit.record("area.create", area, person_id=person_id, changes=changes)
        done()
    return area


def update_area(
    area: Area,
    values: dict[str, Any],
    *,
    version: int,
    person_id: int | None,
    done: Callable[[], None] = lambda: None,
) -> str:
    """Change the name and the schools of an area whose form was made from ``version``. Raises Refused and Conflict."""
    with transaction():
        current = locked(Area, area.id)
        refuse_closed(current.programme)
        known = {"name": current.name, "schools": names_of(schools_of(current))}
        mine = merged(current, known, {"name": values["name"], "schools": names_of(values["schools"])}, version)
        if not mine:
            return UNCHANGED
        if "name" in mine:
            _refuse_name(current.programme_id, mine["name"], current.id)
            current.name = mine["name"]
        if "schools" in mine:
            _write_schools(current, values["schools"])
        current.version += 1
        current.updated_at = now()
        current.save()
        changes = {name: (known[name], value) for name, value in mine.items()}
        audit.record("area.update", current, person_id=person_id, changes=changes)
        done()
        return SAVED if current.version == version + 1 else MERGED


def remove_area(area: Area, *, person_id: int | None, done: Callable[[], None] = lambda: None) -> None:
    """Take an area away; its schools and their pairs stay as they are. Raises Refused."""
    with transaction():
        current = locked(Area, area.id)
        refuse_closed(current.programme)
        changes = {"name": (current.name, None), "schools": (names_of(schools_of(current)), None)}
        audit.record("area.remove", current, person_id=person_id, changes=changes)
        AreaSchool.delete().where(AreaSchool.area == current).execute()
        current.delete_instance()
        done()


def _refuse_name(programme_id: int, name: str, area_id: int | None) -> None:
    same = Area.select(Area.id).where(Area.programme == programme_id, Area.name == name).scalar()
    if same not in (None, area_id):
        raise Refused("name", _("Chương trình đã có khu vực tên này."))


def _write_schools(area: Area, schools: Collection[int]) -> None:
    AreaSchool.delete().where(AreaSchool.area == area).execute()
    rows = [(area.id, school_id) for school_id in sorted(set(schools))]
    AreaSchool.insert_many(rows, (AreaSchool.area, AreaSchool.school)).execute()
