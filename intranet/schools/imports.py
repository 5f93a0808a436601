"""An office's school list from Excel: read, plan against what is known, show, and only then write, all or nothing.

Keys (decision D16): the ministry's code, then the name (wherever tones stand) within district and level. A row missing
from the file changes nothing; an empty cell erases nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from intranet.kernel.clock import now, today
from intranet.kernel.database import transaction
from intranet.kernel.language import gettext as _
from intranet.kernel.schoolyear import school_year_of
from intranet.kernel.text import match_key
from intranet.registry.districts import Commune, District
from intranet.registry.schools import School, SchoolYearFigures
from intranet.schools import rules
from intranet.schools.workbook import CellError, SchoolFile, SchoolRow, read_school_file
from intranet.shared import audit
from intranet.shared.list_imports import ListImport

CREATE, CHANGE, KEEP = "create", "change", "keep"
TEXTS = ("name", "code", "levels", "ownership", "address", "phone", "email", "principal_name", "note")


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """What a good row will do. ``changes`` are {field: (before, after)}."""

    action: str
    row: SchoolRow
    school_id: int | None = None
    version: int = 0
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import will do, and every cell that keeps a row out."""

    school_year: str
    rows: tuple[PlannedRow, ...]
    errors: tuple[CellError, ...]
    skipped: tuple[tuple[int, str], ...]
    new_communes: tuple[str, ...]
    read: int

    def of(self, action: str) -> list[PlannedRow]:
        """The rows with one action."""
        return [planned for planned in self.rows if planned.action == action]

    @property
    def counts(self) -> dict[str, int]:
        """read, created, changed, unchanged, rejected."""
        return {
            "read": self.read,
            "created": len(self.of(CREATE)),
            "changed": len(self.of(CHANGE)),
            "unchanged": len(self.of(KEEP)),
            "rejected": self.read - len(self.rows),
        }

    @property
    def digest(self) -> str:
        """Changes whenever the plan would do something else: a preview older than the data is refused."""
        rows = [(p.action, p.row.row, p.school_id, p.version, sorted(p.changes)) for p in self.rows]
        return hashlib.sha256(json.dumps(rows).encode()).hexdigest()[:32]


def plan(file: SchoolFile, district: District) -> Plan:
    """Compare the file with the district's schools; writes nothing."""
    known = _Known(district, file.school_year or school_year_of(today()))
    rows, errors = [], list(file.errors)
    for row in file.rows:
        planned = known.place(row)
        if isinstance(planned, CellError):
            errors.append(planned)
        else:
            rows.append(planned)
    return Plan(
        school_year=known.year,
        rows=tuple(rows),
        errors=tuple(sorted(errors, key=lambda error: error.row)),
        skipped=file.skipped,
        new_communes=known.new_communes(rows),
        read=file.read,
    )


class _Known:
    """The district's schools, read once, to look rows up in."""

    def __init__(self, district: District, year: str) -> None:
        self.district = district
        self.year = year
        schools = list(School.select().where(School.district == district))
        self.by_code = {school.code: school for school in schools if school.code}
        self.by_name: dict[str, list[School]] = {}
        for school in schools:
            self.by_name.setdefault(school.match_key, []).append(school)
        self.communes = {commune.id: commune for commune in Commune.select().where(Commune.district == district)}
        self.figures = {
            row.school_id: row
            for row in SchoolYearFigures.select()
            .join(School)
            .where(School.district == district, SchoolYearFigures.school_year == year)
        }
        self.taken: set[int] = set()
        self.new: dict[str, list[SchoolRow]] = {}

    def place(self, row: SchoolRow) -> PlannedRow | CellError:
        """Find the school that a row means."""
        school = self._find(row)
        if isinstance(school, CellError):
            return school
        if school is None:
            return self._foreign_code(row) or self._second_new(row) or PlannedRow(CREATE, row)
        if school.id in self.taken:
            return CellError(row.row, _("Tên trường"), row.name, _("Một dòng khác trong tệp đã khớp với trường này."))
        self.taken.add(school.id)
        changes = self._changes(school, row)
        return PlannedRow(CHANGE if changes else KEEP, row, school.id, school.version, changes)

    def _find(self, row: SchoolRow) -> School | CellError | None:
        if row.code and row.code in self.by_code:
            return self.by_code[row.code]
        candidates = [s for s in self.by_name.get(match_key(row.name), ()) if s.levels & row.levels]
        if len(candidates) > 1:
            return CellError(row.row, _("Tên trường"), row.name, _("Có nhiều trường cùng tên; hãy ghi mã trường."))
        if candidates and row.code and candidates[0].code:
            sentence = _("Trường cùng tên đã có với mã khác: %(code)s.", code=candidates[0].code)
            return CellError(row.row, _("Mã trường"), row.code, sentence)
        return candidates[0] if candidates else None

    def _foreign_code(self, row: SchoolRow) -> CellError | None:
        if row.code and School.select().where(School.code == row.code).exists():
            return CellError(row.row, _("Mã trường"), row.code, _("Mã trường này đã có ở đơn vị khác."))
        return None

    def _second_new(self, row: SchoolRow) -> CellError | None:
        """Two new rows of one name and level would be two entries of one school."""
        others = self.new.setdefault(match_key(row.name), [])
        same = next((other for other in others if other.levels & row.levels), None)
        if same is not None:
            sentence = _("Trường cùng tên và cấp học đã có ở dòng %(row)s.", row=same.row)
            return CellError(row.row, _("Tên trường"), row.name, sentence)
        others.append(row)
        return None

    def _changes(self, school: School, row: SchoolRow) -> dict[str, tuple[Any, Any]]:
        changes = {
            name: (getattr(school, name), getattr(row, name))
            for name in TEXTS
            if getattr(row, name) not in (None, "", getattr(school, name))
        }
        if row.illustrative and not school.illustrative:
            changes["illustrative"] = (False, True)
        commune = self.communes.get(school.commune_id)
        if row.commune and (commune is None or match_key(row.commune) != commune.match_key):
            changes["commune"] = (commune.name if commune else "", row.commune)
        known = self.figures.get(school.id)
        for name in rules.FIGURES:
            before, after = getattr(known, name, None), getattr(row, name)
            if after is not None and after != before:
                changes[name] = (before, after)
        return changes

    def new_communes(self, rows: Sequence[PlannedRow]) -> tuple[str, ...]:
        """Communes in the file that the district's list lacks: they will be added, so a person should look."""
        known = {commune.match_key for commune in self.communes.values()}
        names = {match_key(p.row.commune): p.row.commune for p in rows if p.row.commune}
        return tuple(name for key, name in names.items() if key not in known)


def commit(plan_: Plan, district: District, *, person_id: int | None) -> None:
    """Carry the plan out, all or nothing."""
    with transaction():
        for planned in plan_.rows:
            if planned.action != KEEP:
                _write(planned, district, plan_.school_year, person_id)


def _write(planned: PlannedRow, district: District, year: str, person_id: int | None) -> None:
    row = planned.row
    school = School.get_by_id(planned.school_id) if planned.school_id else School(district=district)
    for name in TEXTS:
        if getattr(row, name) not in (None, ""):
            setattr(school, name, getattr(row, name))
    school.illustrative = school.illustrative or row.illustrative
    if planned.school_id:
        school.version += 1
    rules.save_row(school, row.commune, year, {name: getattr(row, name) for name in rules.FIGURES})
    changes = planned.changes or {"name": (None, row.name)}
    audit.record("school.import", school, person_id=person_id, changes=changes)


def store(content: bytes, file_name: str, district: District, *, person_id: int) -> ListImport:
    """Read an uploaded list and keep what was read until it is confirmed. Raises UnreadableFile."""
    file = read_school_file(content, file_name)
    return ListImport.create(
        kind="schools",
        state="ready",
        district=district,
        person=person_id,
        file_name=file_name[:255],
        content=json.dumps(asdict(file), ensure_ascii=False),
    )


def stored_file(import_: ListImport) -> SchoolFile:
    """What was read from the uploaded list."""
    data = json.loads(import_.content)
    return SchoolFile(
        school_year=data["school_year"],
        rows=tuple(SchoolRow(**row) for row in data["rows"]),
        errors=tuple(CellError(**error) for error in data["errors"]),
        skipped=tuple((number, reason) for number, reason in data["skipped"]),
        read=data["read"],
        rejected=data["rejected"],
    )


class Outdated(Exception):
    """The schools changed since the preview was made."""


def confirm(import_: ListImport, digest: str, *, person_id: int) -> None:
    """Carry out an uploaded list as previewed. Raises Outdated when it would now do something else."""
    with transaction():
        planned = plan(stored_file(import_), import_.district)
        if import_.committed_at is not None or planned.digest != digest:
            raise Outdated
        commit(planned, import_.district, person_id=person_id)
        import_.committed_at = now()
        import_.created = planned.counts["created"]
        import_.changed = planned.counts["changed"]
        import_.unchanged = planned.counts["unchanged"]
        import_.state = "done"
        import_.save()
        audit.record("school_import.commit", import_, person_id=person_id)
