"""Every change of a school: one transaction, with audit."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from intranet.kernel.clock import now
from intranet.kernel.database import Statement, is_postgres, param, transaction
from intranet.kernel.language import gettext as _
from intranet.kernel.text import match_key
from intranet.registry.districts import Commune, find_or_add_commune
from intranet.registry.schools import School, SchoolYearFigures
from intranet.shared import audit

FIELDS = (
    "name",
    "code",
    "levels",
    "ownership",
    "address",
    "phone",
    "email",
    "principal_name",
    "needs_published",
    "note",
)
# Search and duplicates go by these.
IDENTITY = {"name", "code", "levels", "commune"}
FIGURES = ("classes", "pupils", "staff", "national_standard")


_COMMUNE_NAME = Statement(lambda: Commune.select(Commune.name).where(Commune.id == param("id")))
_KNOWN_FIGURES = Statement(
    lambda: SchoolYearFigures.select(*(getattr(SchoolYearFigures, name) for name in FIGURES)).where(
        SchoolYearFigures.school == param("school"), SchoolYearFigures.school_year == param("year")
    )
)


class Refused(Exception):
    """The change breaks a rule. ``field`` is the form field to blame."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


class Conflict(Exception):
    """Somebody else saved the school in between. ``differences`` are {field: (their value, the value given)}."""

    def __init__(self, differences: Mapping[str, tuple[Any, Any]]) -> None:
        super().__init__("conflict")
        self.differences = differences


def create_school(
    district_id: int,
    values: Mapping[str, Any],
    *,
    commune: str,
    year: str,
    figures: Mapping[str, Any],
    person_id: int | None,
    done: Callable[[School], None] = lambda school: None,
) -> School:
    """Add a school; ``done`` runs last in the transaction.

    Raises Refused when the code is taken, or the name and level within the district.
    """
    with transaction():
        school = School(district=district_id, **values)
        _refuse_duplicates(school)
        _save(school, commune)
        if any(value is not None for value in figures.values()):
            _save_figures(school, year, figures)
        given = {name: (None, value) for name, value in values.items() if value}
        audit.record("school.create", school, person_id=person_id, changes=given)
        done(school)
    return school


def update_school(
    school: School,
    values: Mapping[str, Any],
    *,
    commune: str,
    year: str,
    figures: Mapping[str, Any],
    version: int,
    person_id: int | None,
    done: Callable[[], None] = lambda: None,
) -> bool:
    """Change a school read at ``version``; ``done`` runs last in the transaction. False when nothing differs.

    Raises Refused and Conflict.
    """
    with transaction():
        # Lock and read again: what the form was made from may be old by now.
        current = _locked(school.id)
        if current.version != version:
            raise Conflict(audit.differences(current, values))
        changes = audit.differences(current, values)
        if match_key(commune) != match_key(commune_name(current)):
            changes["commune"] = (commune_name(current), commune)
        figure_changes = _figure_changes(current, year, figures)
        if not changes and not figure_changes:
            return False
        for name in changes.keys() & values.keys():
            setattr(current, name, values[name])
        if changes.keys() & IDENTITY:
            _refuse_duplicates(current)
        current.version += 1
        _save(current, commune, changed=changes.keys())
        if figure_changes:
            _save_figures(current, year, figures)
        audit.record("school.update", current, person_id=person_id, changes=changes | figure_changes)
        done()
    return True


def _locked(school_id: int) -> School:
    query = School.select().where(School.id == school_id)
    # SQLite locks the whole file when a transaction begins; PostgreSQL is asked for the row.
    return (query.for_update() if is_postgres() else query).get()


def commune_name(school: School) -> str:
    """The name of the school's commune, or nothing."""
    return _COMMUNE_NAME.value(id=school.commune_id) if school.commune_id else ""


def _refuse_duplicates(school: School) -> None:
    others = School.select().where(School.id != (school.id or 0))
    same_code = others.where(School.code == school.code).first() if school.code else None
    if same_code is not None:
        if same_code.district_id != school.district_id:
            raise Refused("code", _("Mã trường này đã có ở đơn vị khác."))
        raise Refused("code", _("Mã trường này đã có: %(name)s.", name=same_code.name))
    same_name = others.where(
        School.district == school.district_id,
        School.match_key == match_key(school.name),
        School.levels.bin_and(school.levels) != 0,
    ).first()
    if same_name is not None:
        raise Refused("name", _("Đã có trường cùng tên và cấp học: %(name)s.", name=same_name.name))


def _save(school: School, commune: str, changed: Collection[str] = IDENTITY) -> None:
    """Write the school. What identifies it also stands in its keys, which are made anew when that changed."""
    if IDENTITY & set(changed):
        found: Commune | None = find_or_add_commune(school.district_id, commune) if commune else None
        school.commune = found
        school.set_keys(found.name if found else "")
    school.updated_at = now()
    school.save()


def save_row(school: School, commune: str | None, year: str, figures: Mapping[str, Any]) -> None:
    """Save what an import set; an empty commune or figure leaves what is known."""
    _save(school, commune or commune_name(school))
    given = {name: value for name, value in figures.items() if value is not None}
    if _figure_changes(school, year, given):
        _save_figures(school, year, given)


def _figure_changes(school: School, year: str, figures: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    row = _KNOWN_FIGURES.row(school=school.id, year=year)
    known = dict(zip(FIGURES, row or [None] * len(FIGURES), strict=True))
    return {f"{name} {year}": (known[name], value) for name, value in figures.items() if value != known[name]}


def _save_figures(school: School, year: str, figures: Mapping[str, Any]) -> None:
    SchoolYearFigures.insert(school=school, school_year=year, **figures).on_conflict(
        conflict_target=[SchoolYearFigures.school, SchoolYearFigures.school_year], update=dict(figures)
    ).execute()
