"""An office's list of schools: what it would do, and doing it.

Keys (decision D16): the ministry's code, an earlier one too, then the name (wherever tones stand) within district and
level. A row missing from the file changes nothing; an empty cell erases nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from intranet.kernel.clock import today
from intranet.kernel.language import gettext as _
from intranet.kernel.language import lazy_gettext
from intranet.kernel.phone import show_phone
from intranet.kernel.schoolyear import school_year_of
from intranet.kernel.text import fold, match_key
from intranet.registry.districts import Commune, CommuneEnded, District
from intranet.registry.schools import (
    NATIONAL_STANDARD_LABELS,
    OWNERSHIP_LABELS,
    FormerKey,
    School,
    SchoolYearFigures,
    level_names,
)
from intranet.schools import rules
from intranet.schools.columns import FIGURES, GROUP, SCHOOL_COLUMNS, levels_in_name
from intranet.shared import audit
from intranet.shared.edits import locked
from intranet.shared.list_plans import (
    CHANGE,
    CHOOSE,
    CREATE,
    KEEP,
    NEW,
    Kind,
    Plan,
    PlannedRow,
    remembered_matches,
    row_key,
)
from intranet.shared.lists import Row, Shape, Table, fail

KIND = "schools"
COLUMNS = {column.key: column for column in SCHOOL_COLUMNS}
# Columns that are fields of the school itself; the commune stands beside them by its name.
FIELDS = tuple(key for key in COLUMNS if key not in (*FIGURES, "commune"))
ILLUSTRATIVE = "du lieu minh hoa"

SHAPE = Shape(
    columns=SCHOOL_COLUMNS,
    name="name",
    marks=("code", "levels"),
    sign="name",
    is_named=lambda name: levels_in_name(name) != 0,
    is_group=lambda text: GROUP.fullmatch(text) is not None,
)


def plan(table: Table, district: District, choices: Mapping[int, str]) -> Plan:
    """Compare a list with the district's schools; writes nothing."""
    year = table.school_year or school_year_of(today())
    planner = _Planner(table, district, year, choices)
    rows = [planned for row in table.rows if (planned := planner.place(row)) is not None]
    return Plan(
        school_year=year,
        rows=tuple(rows),
        rejected=tuple(row for row in table.rows if row.errors),
        skipped=table.skipped,
        missing=planner.missing(),
        notes=planner.notes(rows),
    )


class _Planner:
    """The district's schools, read once, to look rows up in."""

    def __init__(self, table: Table, district: District, year: str, choices: Mapping[int, str]) -> None:
        self.table = table
        self.district = district
        self.choices = choices
        self.remembered = remembered_matches(district, KIND)
        self.schools = {
            school.id: school
            for school in School.select().where(School.district == district, School.deleted_at.is_null())
        }
        self.by_code = {school.code: school for school in self.schools.values() if school.code}
        self.by_former_code = self._by_former_code()
        self.by_name: dict[str, list[School]] = {}
        for school in self.schools.values():
            self.by_name.setdefault(school.match_key, []).append(school)
        self.communes = {commune.id: commune for commune in Commune.select().where(Commune.district == district)}
        day = today()
        self.ended = {row.match_key: row for row in self.communes.values() if row.valid_to and row.valid_to < day}
        self.figures = {
            row.school_id: row
            for row in SchoolYearFigures.select()
            .join(School)
            .where(School.district == district, SchoolYearFigures.school_year == year)
        }
        self.taken: dict[int, int] = {}
        self.codes: dict[str, int] = {}
        self.names: dict[tuple[str, int], list[tuple[int, str | None]]] = {}

    def _by_former_code(self) -> dict[str, School]:
        query = FormerKey.select(FormerKey.value, FormerKey.school).join(School)
        query = query.where(School.district == self.district, FormerKey.kind == "code", School.deleted_at.is_null())
        return {code: self.schools[school_id] for code, school_id in query.tuples()}

    def place(self, row: Row) -> PlannedRow | None:
        """Find the school that a row means; None, with errors on the row, when it cannot be used."""
        self._read_note(row)
        levels = row.values.get("levels") or levels_in_name(row.values.get("name") or "")
        self._refuse_duplicate(row, levels)
        self._refuse_ended(row)
        if row.errors:
            return None
        planned = self._find(row, levels)
        if planned is None or planned.action == CHOOSE:
            return planned
        if planned.record_id is None:
            return self._new(row, planned, levels)
        if planned.record_id in self.taken:
            text = _("Dòng %(row)s trong tệp cũng là trường này.", row=self.taken[planned.record_id])
            fail(row, self.table.header, COLUMNS["name"], text)
            return None
        self.taken[planned.record_id] = row.number
        school = self.schools[planned.record_id]
        changes = self._changes(school, row)
        return replace(planned, action=CHANGE if changes else KEEP, version=school.version, changes=changes)

    @staticmethod
    def _read_note(row: Row) -> None:
        if fold(row.values.get("note") or "") == ILLUSTRATIVE:
            row.values["note"], row.values["illustrative"] = None, True

    def _refuse_duplicate(self, row: Row, levels: int) -> None:
        """Of two rows for one school, the second is bad, whatever the first is: which is right, a person decides."""
        code, name = row.values.get("code"), row.values.get("name")
        if code in self.codes:
            text = _("Mã trường này đã có ở dòng %(row)s.", row=self.codes[code])
            fail(row, self.table.header, COLUMNS["code"], text)
            return
        if code:
            self.codes[code] = row.number
        if not name:
            return
        namesakes = self.names.setdefault((match_key(name), levels), [])
        twin = next((number for number, other in namesakes if other is None or code is None), None)
        if twin is not None:
            text = _("Trường cùng tên và cấp học đã có ở dòng %(row)s.", row=twin)
            fail(row, self.table.header, COLUMNS["name"], text)
        namesakes.append((row.number, code))

    def _refuse_ended(self, row: Row) -> None:
        """A commune that is no more: which of those of today is meant, the file has to say."""
        ended = self.ended.get(match_key(row.values.get("commune") or ""))
        if ended is not None:
            fail(row, self.table.header, COLUMNS["commune"], str(CommuneEnded(ended)))

    def _find(self, row: Row, levels: int) -> PlannedRow | None:
        code, name = row.values.get("code"), row.values["name"]
        if code and (known := self.by_code.get(code) or self.by_former_code.get(code)):
            return PlannedRow(KEEP, row, name, record_id=known.id)
        candidates = [s for s in self.by_name.get(match_key(name), ()) if not levels or s.levels & levels]
        key = row_key(code, match_key(name), levels)
        chosen = self.choices.get(row.number) or str(self.remembered.get(key, ""))
        options = tuple((str(school.id), self._option(school, code)) for school in candidates)
        if chosen in dict(options) or (chosen == NEW and candidates):
            record_id = None if chosen == NEW else int(chosen)
            return PlannedRow(KEEP, row, name, record_id=record_id, chosen=chosen, key=key)
        other_code = len(candidates) == 1 and code and candidates[0].code
        if len(candidates) == 1 and not other_code:
            return PlannedRow(KEEP, row, name, record_id=candidates[0].id)
        if not candidates:
            return PlannedRow(CREATE, row, name)
        if other_code:
            question = _("Trường cùng tên đã có với mã khác: %(code)s.", code=candidates[0].code)
        else:
            question = _("Có nhiều trường cùng tên.")
        if code:
            options += ((NEW, _("Thêm thành trường mới")),)
        return PlannedRow(CHOOSE, row, name, options=options, question=question, key=key)

    def _option(self, school: School, code: str | None) -> str:
        parts = [school.name, level_names(school.levels), school.code or _("chưa có mã")]
        text = " · ".join(parts)
        if code and school.code and code != school.code:
            return _("Là trường này, đổi mã thành %(code)s: %(school)s", code=code, school=text)
        return _("Là trường này: %(school)s", school=text)

    def _new(self, row: Row, planned: PlannedRow, levels: int) -> PlannedRow | None:
        code = row.values.get("code")
        if code and School.select().where(School.code == code).exists():
            text = _("Mã trường này đã có ở đơn vị khác hoặc trong thùng rác.")
            fail(row, self.table.header, COLUMNS["code"], text)
        if not levels:
            text = _("Chưa có cấp học, và tên trường cũng không cho biết cấp học.")
            fail(row, self.table.header, COLUMNS["levels"], text)
        if row.errors:
            return None
        row.values["levels"] = levels
        return replace(planned, action=CREATE)

    def _changes(self, school: School, row: Row) -> dict[str, tuple[Any, Any]]:
        values = row.values
        changes = {
            name: (getattr(school, name), values[name])
            for name in FIELDS
            if values.get(name) not in (None, "", getattr(school, name))
        }
        if values.get("illustrative") and not school.illustrative:
            changes["illustrative"] = (False, True)
        commune = self.communes.get(school.commune_id)
        if values.get("commune") and (commune is None or match_key(values["commune"]) != commune.match_key):
            changes["commune"] = (commune.name if commune else "", values["commune"])
        known = self.figures.get(school.id)
        for name in FIGURES:
            before, after = getattr(known, name, None), values.get(name)
            if after not in (None, before):
                changes[name] = (before, after)
        return changes

    def missing(self) -> tuple[tuple[int, str], ...]:
        """The open schools that the list does not name."""
        rest = [s for s in self.schools.values() if s.id not in self.taken and s.closed_on is None]
        return tuple((school.id, school.name) for school in sorted(rest, key=lambda school: school.sort_key))

    def notes(self, rows: list[PlannedRow]) -> tuple[str, ...]:
        """Communes that the district's list lacks: they will be added, so a person should look."""
        known = {commune.match_key for commune in self.communes.values()}
        names = {
            match_key(p.row.values["commune"]): p.row.values["commune"] for p in rows if p.row.values.get("commune")
        }
        new = [name for key, name in names.items() if key not in known]
        if not new:
            return ()
        text = _("Xã, phường chưa có trong danh sách của đơn vị, sẽ được thêm: %(names)s. Thầy/cô kiểm tra chính tả.")
        return (text % {"names": ", ".join(new)},)


def write(plan_: Plan, district: District, *, person_id: int | None) -> None:
    """Carry a plan out. Call it inside a transaction: it is all or nothing."""
    for planned in plan_.rows:
        if planned.action == CREATE:
            _create(planned.row, district, plan_.school_year, person_id)
        elif planned.action == CHANGE:
            _change(planned, plan_.school_year, person_id)


def _create(row: Row, district: District, year: str, person_id: int | None) -> None:
    values = {name: value for name, value in row.values.items() if value not in (None, "")}
    school = School(district=district, **{name: value for name, value in values.items() if name in FIELDS})
    school.illustrative = values.get("illustrative", False)
    rules.save(school, values.get("commune", ""))
    figures = {name: values[name] for name in FIGURES if name in values}
    if figures:
        rules.write_figures(school, year, figures)
    audit.record("school.import", school, person_id=person_id, changes={"name": (None, school.name)})


def _change(planned: PlannedRow, year: str, person_id: int | None) -> None:
    school = locked(School, planned.record_id)
    figures = {name: change for name, change in planned.changes.items() if name in FIGURES}
    own = {name: after for name, (_before, after) in planned.changes.items() if name not in FIGURES}
    if figures:
        rules.write_figures(school, year, {name: after for name, (_before, after) in figures.items()})
    dated = {f"{name} {year}": change for name, change in figures.items()}
    rules.change(school, own, "school.import", person_id, dated)


def labels() -> dict[str, Any]:
    """The Vietnamese name of each field that a list may change."""
    return {key: column.label for key, column in COLUMNS.items()} | {"illustrative": lazy_gettext("Dữ liệu minh họa")}


def show(field: str, value: Any) -> str:
    """A field's value as people read it."""
    if value is None or value is False or value == "":
        return "–"
    words = {
        "levels": level_names,
        "ownership": OWNERSHIP_LABELS.get,
        "national_standard": NATIONAL_STANDARD_LABELS.get,
        "phone": show_phone,
        "illustrative": lambda yes: _("có"),
        "difficult_area": lambda yes: _("có"),
    }
    return str(words.get(field, str)(value))


SCHOOLS = Kind(
    name=KIND,
    title=lazy_gettext("Danh sách trường"),
    permission="schools.import",
    address="/schools",
    shape=SHAPE,
    highlights=("code", "levels", "commune"),
    plan=plan,
    write=write,
    labels=labels,
    show=show,
)
