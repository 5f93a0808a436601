"""Every change of a school: one transaction, with audit. Its life cycle is in life_cycle.py, its parts in parts.py."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from intranet.kernel.clock import now, today
from intranet.kernel.database import transaction
from intranet.kernel.language import gettext as _
from intranet.kernel.statements import Statement, param
from intranet.kernel.text import match_key
from intranet.registry.districts import Commune, CommuneEnded, District, find_or_add_commune
from intranet.registry.schools import FormerKey, School, SchoolYearFigures
from intranet.registry.units import former_words
from intranet.schools import twins
from intranet.shared import audit
from intranet.shared.edits import MERGED, SAVED, UNCHANGED, Refused, locked, merged, refuse_closed

# What the school's form holds, beside the commune.
FIELDS = (
    *("name", "short_name", "code", "levels", "ownership", "difficult_area", "founded_year"),
    *("address", "phone", "email", "website", "principal_name", "note"),
)
# Search goes by these, and what may not stand twice by some of them.
IDENTITY = {"name", "short_name", "code", "levels", "commune"}
UNIQUE = {"name", "code", "levels"}
NAME, CODE = "name", "code"

_COMMUNE_NAME = Statement(lambda: Commune.select(Commune.name).where(Commune.id == param("id")))
_FORMER = Statement(lambda: former_words(param("school")))


def create_school(
    district_id: int,
    values: Mapping[str, Any],
    *,
    person_id: int | None,
    done: Callable[[School], None] = lambda school: None,
) -> School:
    """Add a school; ``values`` are FIELDS and "commune" (its name). ``done`` runs last in the transaction.

    Raises Refused when the code is taken, or the name and level within the district, or the district is no more.
    """
    with transaction():
        refuse_closed(District.get_by_id(district_id))
        plain = {name: value for name, value in values.items() if name != "commune"}
        school = School(district=district_id, **plain)
        refuse_duplicates(school)
        save(school, values.get("commune", ""))
        given = {name: (None, value) for name, value in values.items() if value}
        audit.record("school.create", school, person_id=person_id, changes=given)
        done(school)
    return school


def update_school(
    school: School,
    values: Mapping[str, Any],
    *,
    version: int,
    person_id: int | None,
    done: Callable[[], None] = lambda: None,
) -> str:
    """Change a school whose form was made from ``version``; what others changed since stays where it can.

    ``values`` are some of FIELDS and "commune" (its name); ``done`` runs last in the transaction. Returns UNCHANGED,
    SAVED or MERGED. Raises Refused, and Conflict when others changed the same fields.
    """
    with transaction():
        current = locked(School, school.id)
        known = known_values(current, values)
        mine = merged(current, known, same_commune(known, values), version)
        if not mine:
            return UNCHANGED
        change(current, mine, "school.update", person_id)
        done()
        return SAVED if current.version == version + 1 else MERGED


def known_values(school: School, names: Collection[str]) -> dict[str, Any]:
    """The school's values as forms hold them."""
    return {name: commune_name(school) if name == "commune" else getattr(school, name) for name in names}


def same_commune(known: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """The values with the commune, if it is one of them, spelled as it is known: Hòa and Hoà are one."""
    commune = known.get("commune")
    if not commune or values["commune"] == commune or match_key(values["commune"]) != match_key(commune):
        return dict(values)
    return {**values, "commune": commune}


def change(
    school: School,
    values: Mapping[str, Any],
    action: str,
    person_id: int | None,
    also: Mapping[str, tuple[Any, Any]] | None = None,
) -> None:
    """Set fields of a school just read under lock, with their audit line; ``also`` is noted with them.

    A name or code given up is remembered; the school's pairs keep up. Call inside the transaction. Raises Refused.
    """
    known = known_values(school, values)
    former = {key: known[key] for key in (NAME, CODE) if known.get(key)}
    for name, value in values.items():
        if name != "commune":
            setattr(school, name, value)
    if UNIQUE & values.keys():
        refuse_duplicates(school)
        remember_former(school, former)
    school.version += 1
    save(school, values.get("commune"), changed=values.keys())
    changes = {name: (known[name], value) for name, value in values.items()}
    audit.record(action, school, person_id=person_id, changes={**changes, **(also or {})})
    twins.keep_up(school, values.keys(), person_id)


def commune_name(school: School) -> str:
    """The name of the school's commune, or nothing."""
    return _COMMUNE_NAME.value(id=school.commune_id) if school.commune_id else ""


def refuse_duplicates(school: School) -> None:
    """Raise Refused where the code is taken, or the name and level among the district's open schools."""
    others = School.select().where(School.id != (school.id or 0))
    same_code = others.where(School.code == school.code).first() if school.code else None
    if same_code is not None:
        if same_code.district_id != school.district_id:
            raise Refused("code", _("Mã trường này đã có ở đơn vị khác."))
        if same_code.deleted_at is not None:
            raise Refused("code", _("Mã trường này đã có ở một trường trong thùng rác."))
        raise Refused("code", _("Mã trường này đã có: %(name)s.", name=same_code.name))
    same_name = others.where(
        School.district == school.district_id,
        School.match_key == match_key(school.name),
        School.levels.bin_and(school.levels) != 0,
        School.closed_on.is_null(),
        School.deleted_at.is_null(),
    ).first()
    if same_name is not None and school.closed_on is None:
        raise Refused("name", _("Đã có trường cùng tên và cấp học: %(name)s.", name=same_name.name))


def remember_former(school: School, keys: Mapping[str, str]) -> None:
    """Keep names and codes ({kind: value}) until today that are no longer the school's own."""
    for kind, value in keys.items():
        if value == getattr(school, kind):
            continue
        key = match_key(value)
        FormerKey.delete().where(
            FormerKey.school == school, FormerKey.kind == kind, FormerKey.match_key == key
        ).execute()
        FormerKey.create(school=school, kind=kind, value=value, match_key=key, until=today())


def save(school: School, commune: str | None, changed: Collection[str] = IDENTITY) -> None:
    """Write the school. What identifies it also stands in its keys, which are made anew when that changed.

    ``commune`` is a name, empty for none, None for the one it has. Raises Refused for a commune that is no more.
    """
    if IDENTITY & set(changed):
        name = commune_name(school) if commune is None else commune
        found = _commune(school, name) if name else None
        school.commune = found
        former = " ".join(value for _id, value in _FORMER.rows(school=school.id)) if school.id else ""
        school.set_keys(found.name if found else "", former)
    school.updated_at = now()
    school.save()


def _commune(school: School, name: str) -> Commune:
    try:
        return find_or_add_commune(school.district_id, name)
    except CommuneEnded as ended:
        # A school that was closed before stays where it was.
        if ended.commune.id != school.commune_id:
            raise Refused("commune", str(ended)) from ended
        return ended.commune


def write_figures(school: School, year: str, figures: Mapping[str, Any]) -> None:
    """Write figures of a school year, {column: value}; the others stay."""
    SchoolYearFigures.insert(school=school, school_year=year, **figures).on_conflict(
        conflict_target=[SchoolYearFigures.school, SchoolYearFigures.school_year], update=dict(figures)
    ).execute()
