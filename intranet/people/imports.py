"""An office's list of staff: what it would do, and doing it.

Keys (decision D16): an earlier choice; the phone; e-mail and name; name, birth date and school. What fits several
people, or somebody only by half, a person decides. Who is missing from the file stays; an empty cell erases nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from peewee import chunked

from intranet.kernel.clock import now, today
from intranet.kernel.language import gettext as _
from intranet.kernel.language import lazy_gettext
from intranet.kernel.phone import show_phone
from intranet.kernel.schoolyear import school_year_of
from intranet.kernel.text import fold, match_key
from intranet.people import rules, work
from intranet.people.authority import Post
from intranet.people.columns import STAFF_COLUMNS, role_of
from intranet.people.usernames import Usernames
from intranet.registry.districts import District
from intranet.registry.people import (
    COORDINATOR,
    GENDER_LABELS,
    PRINCIPAL,
    ROLE_LABELS,
    TEACHER,
    Membership,
    Person,
    under_way,
)
from intranet.registry.schools import FormerKey, School
from intranet.shared import audit
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

KIND = "staff"
COLUMNS = {column.key: column for column in STAFF_COLUMNS}
FIELDS = ("name", "birth_date", "gender", "subjects", "phone", "email")
TAKE_OVER, MEMBER = "takeover", "member"
# SQLite takes 32,766 values in a statement; a person has 21.
MOST_ROWS = 1_000

SCHOOL = re.compile(r"(?:truong|tieu hoc|mam non|mau giao|thcs|thpt|trung hoc)\b")

SHAPE = Shape(
    columns=STAFF_COLUMNS,
    name="name",
    marks=("school_code", "birth_date", "phone"),
    sign="school_name",
    is_named=lambda text: SCHOOL.match(fold(text)) is not None,
    # A school's name alone over its people.
    is_group=lambda text: bool(text) and not text.isdecimal(),
)


@dataclass(slots=True)
class _Known:
    """A person of the district, with the work in the own school."""

    person: Person
    role: str = ""
    title: str = ""
    in_office: str = ""


def plan(table: Table, district: District, choices: Mapping[int, str]) -> Plan:
    """Compare a list with the district's people; writes nothing."""
    planner = _Planner(table, district, choices)
    rows = [planned for row in table.rows if (planned := planner.place(row)) is not None]
    return Plan(
        school_year=table.school_year or school_year_of(today()),
        rows=tuple(rows),
        rejected=tuple(row for row in table.rows if row.errors),
        skipped=table.skipped,
        missing=planner.missing(),
        notes=(),
    )


class _Planner:
    """The district's schools and people, read once, to look rows up in."""

    def __init__(self, table: Table, district: District, choices: Mapping[int, str]) -> None:
        self.table = table
        self.district = district
        self.choices = choices
        self.remembered = remembered_matches(district, KIND)
        self._read_schools()
        self._read_people()
        self.taken: dict[int, int] = {}
        self.new: dict[tuple[Any, ...], int] = {}
        self.new_principals: dict[int, int] = {}

    def _read_schools(self) -> None:
        query = School.select(School.id, School.code, School.name, School.match_key)
        query = query.where(School.district == self.district, School.deleted_at.is_null(), School.closed_on.is_null())
        rows = list(query.tuples())
        self.school_names = {school_id: name for school_id, _code, name, _key in rows}
        former = FormerKey.select(FormerKey.value, FormerKey.school).join(School)
        former = former.where(School.district == self.district, FormerKey.kind == "code")
        self.by_code = {code: id_ for code, id_ in former.tuples() if id_ in self.school_names}
        self.by_code |= {code: school_id for school_id, code, _name, _key in rows if code}
        self.by_school_name: dict[str, list[int]] = {}
        for school_id, _code, _name, key in rows:
            self.by_school_name.setdefault(key, []).append(school_id)

    def _read_people(self) -> None:
        people = Person.select().where(Person.district == self.district, Person.deleted_at.is_null())
        self.known = {person.id: _Known(person) for person in people}
        self.by_phone: dict[str, list[Person]] = {}
        self.by_email: dict[tuple[str, str], list[Person]] = {}
        self.by_name: dict[tuple[str, int | None], list[Person]] = {}
        for known in self.known.values():
            person, key = known.person, match_key(known.person.name)
            if person.phone:
                self.by_phone.setdefault(person.phone, []).append(person)
            if person.email:
                self.by_email.setdefault((person.email.lower(), key), []).append(person)
            self.by_name.setdefault((key, person.school_id), []).append(person)
        self.principals: dict[int, Person] = {}
        columns = (Membership.person, Membership.role, Membership.title, Membership.school)
        work = Membership.select(*columns).join(Person).where(Person.district == self.district, under_way(Membership))
        for person_id, role, title, school_id in work.tuples():
            if person_id not in self.known:
                continue
            known = self.known[person_id]
            if school_id is None:
                known.in_office = role
            elif school_id == known.person.school_id and (not known.role or role in (PRINCIPAL, COORDINATOR)):
                known.role, known.title = role, title
            if role == PRINCIPAL and school_id is not None:
                self.principals[school_id] = known.person

    def place(self, row: Row) -> PlannedRow | None:
        """Find the person whom a row means; None, with errors on the row, when it cannot be used."""
        school_id = self._school(row)
        if row.errors or school_id is None:
            return None
        row.values["school_id"] = school_id
        planned = self._find(row, school_id)
        if planned is None or planned.action == CHOOSE:
            return planned
        if planned.record_id is None:
            planned = self._new(row, planned, school_id)
        else:
            planned = self._existing(row, planned, school_id)
        return self._as_principal(row, planned, school_id) if planned else None

    def _school(self, row: Row) -> int | None:
        code, name = row.values.get("school_code"), row.values.get("school_name")
        if code and code in self.by_code:
            return self.by_code[code]
        found = self.by_school_name.get(match_key(name or ""), [])
        if len(found) == 1 and not (code and self._has_code(found[0])):
            return found[0]
        column = COLUMNS["school_code"] if code else COLUMNS["school_name"]
        if not any(error.column == str(column.label) for error in row.errors):
            sentence = (
                _("Có nhiều trường cùng tên; hãy ghi mã trường.") if len(found) > 1 else self._unknown(code, name)
            )
            fail(row, self.table.header, column, sentence)
        return None

    def _has_code(self, school_id: int) -> bool:
        return school_id in self.by_code.values()

    @staticmethod
    def _unknown(code: str | None, name: str | None) -> str:
        if not code and not name:
            return _("Chưa có mã trường hoặc tên trường.")
        return _("Đơn vị không có trường này. Hãy sửa lại mã, tên trường, hoặc nhập danh sách trường trước.")

    def _find(self, row: Row, school_id: int) -> PlannedRow | None:
        values = row.values
        name, key = values["name"], match_key(values["name"])
        memory = row_key(key, values.get("phone"), values.get("email"), values.get("birth_date"), school_id)
        chosen = self.choices.get(row.number) or str(self.remembered.get(memory, ""))
        sure, maybe = self._candidates(values, key, school_id)
        options = tuple((str(person.id), self._option(person)) for person in (*sure, *maybe))
        if chosen in dict(options) or (chosen == NEW and options):
            record_id = None if chosen == NEW else int(chosen)
            return PlannedRow(KEEP, row, name, record_id=record_id, chosen=chosen, key=memory)
        if len(sure) == 1:
            return PlannedRow(KEEP, row, name, record_id=sure[0].id)
        if not options:
            return PlannedRow(CREATE, row, name)
        question = _("Có người trùng hoặc gần giống trong danh bạ.")
        return PlannedRow(
            CHOOSE, row, name, options=(*options, (NEW, _("Là người mới"))), question=question, key=memory
        )

    def _candidates(self, values: Mapping[str, Any], key: str, school_id: int) -> tuple[list[Person], list[Person]]:
        """Who it is for sure, and who it may be: the same phone with another name, the same name in the school."""
        by_phone = self.by_phone.get(values.get("phone") or "", [])
        sure = [person for person in by_phone if match_key(person.name) == key]
        if not sure and values.get("email"):
            sure = self.by_email.get((values["email"].lower(), key), [])
        born, namesakes = values.get("birth_date"), self.by_name.get((key, school_id), [])
        if not sure and born:
            sure = [person for person in namesakes if person.birth_date == born]
        if not sure:
            # The row says exactly what is known of one person: our own list came back.
            marks = (born, values.get("phone") or "", values.get("email") or "")
            sure = [person for person in namesakes if (person.birth_date, person.phone, person.email) == marks]
        if sure:
            return sure, []
        others = [p for p in namesakes if not (born and p.birth_date) and not (values.get("phone") and p.phone)]
        return [], [*by_phone, *(person for person in others if person not in by_phone)]

    def _option(self, person: Person) -> str:
        place = self.school_names.get(person.school_id, "")
        born = f"{person.birth_date:%d/%m/%Y}" if person.birth_date else ""
        text = " · ".join(filter(None, (person.name, born, place, show_phone(person.phone))))
        return _("Là người này: %(person)s", person=text)

    def _new(self, row: Row, planned: PlannedRow, school_id: int) -> PlannedRow | None:
        """A new person; the second row of one is bad."""
        values, key = row.values, match_key(row.values["name"])
        marks = [("phone", values.get("phone"), key), ("born", values.get("birth_date"), key, school_id)]
        known = next((self.new[mark] for mark in marks if mark[1] and mark in self.new), None)
        if known is not None:
            fail(row, self.table.header, COLUMNS["name"], _("Người này đã có ở dòng %(row)s.", row=known))
            return None
        self.new |= {mark: row.number for mark in marks if mark[1]}
        return replace(planned, action=CREATE)

    def _existing(self, row: Row, planned: PlannedRow, school_id: int) -> PlannedRow | None:
        known = self.known[planned.record_id]
        if known.person.id in self.taken:
            text = _("Dòng %(row)s trong tệp cũng là người này.", row=self.taken[known.person.id])
            fail(row, self.table.header, COLUMNS["name"], text)
            return None
        self.taken[known.person.id] = row.number
        if self._refuse_rank(row, known, school_id):
            return None
        changes = self._changes(row, known, school_id)
        return replace(planned, action=CHANGE if changes else KEEP, version=known.person.version, changes=changes)

    def _refuse_rank(self, row: Row, known: _Known, school_id: int) -> bool:
        """A list neither touches people of the office nor takes a principal's place away."""
        title = row.values.get("title")
        moves = known.person.school_id != school_id or (title and role_of(title) != PRINCIPAL)
        rank = known.in_office or (known.role if known.role == PRINCIPAL and moves else "")
        if rank:
            text = _("Người này đang là %(role)s; thầy/cô đổi công việc ở trang của người này.", role=ROLE_LABELS[rank])
            fail(row, self.table.header, COLUMNS["title"], text)
        return bool(rank)

    def _changes(self, row: Row, known: _Known, school_id: int) -> dict[str, tuple[Any, Any]]:
        person, values = known.person, row.values
        changes = {
            name: (getattr(person, name), values[name])
            for name in FIELDS
            if values.get(name) not in (None, "", getattr(person, name))
        }
        if person.school_id != school_id:
            changes["school"] = (self.school_names.get(person.school_id, ""), self.school_names[school_id])
        title = values.get("title")
        if title and title != (known.title or str(ROLE_LABELS.get(known.role, ""))):
            changes["title"] = (known.title, title)
        return changes

    def _as_principal(self, row: Row, planned: PlannedRow, school_id: int) -> PlannedRow | None:
        """A school has one principal: the second of a list is bad, and about one who is there a person decides."""
        if role_of(row.values.get("title")) != PRINCIPAL:
            return planned
        if school_id in self.new_principals:
            text = _("Trường đã có hiệu trưởng ở dòng %(row)s.", row=self.new_principals[school_id])
            fail(row, self.table.header, COLUMNS["title"], text)
            return None
        self.new_principals[school_id] = row.number
        present = self.principals.get(school_id)
        if present is None or present.id == planned.record_id:
            return planned
        options = (
            (TAKE_OVER, _("Thay hiệu trưởng hiện nay: %(name)s", name=present.name)),
            (MEMBER, _("Nhập là giáo viên, nhân viên")),
        )
        chosen = self.choices.get(row.number, "")
        if chosen not in dict(options):
            question = _("Trường đang có hiệu trưởng khác.")
            return replace(planned, action=CHOOSE, options=options, question=question, key="")
        row.values["title"] = row.values["title"] if chosen == TAKE_OVER else ""
        changes = planned.changes if chosen == TAKE_OVER else {k: v for k, v in planned.changes.items() if k != "title"}
        action = (CHANGE if changes else KEEP) if planned.record_id else CREATE
        return replace(planned, action=action, changes=changes, chosen=chosen, key="")

    def missing(self) -> tuple[tuple[int, str], ...]:
        """The people in schools whom the list does not name."""
        rest = [known.person for id_, known in self.known.items() if id_ not in self.taken and known.role]
        return tuple((person.id, person.name) for person in sorted(rest, key=lambda person: person.sort_key))


def write(plan_: Plan, district: District, *, person_id: int | None) -> None:
    """Carry a plan out. Call it inside a transaction: it is all or nothing."""
    added = _add(plan_.of(CREATE), district, person_id)
    changed = [_change(planned) for planned in plan_.of(CHANGE)]
    audit.record_many("person.import", changed, person_id=person_id)
    for person, planned in [*added, *((person, p) for (person, _c), p in zip(changed, plan_.of(CHANGE), strict=True))]:
        if planned.chosen == TAKE_OVER or role_of(planned.row.values.get("title")) == PRINCIPAL:
            school = School.get_by_id(planned.row.values["school_id"])
            # Who led the school stays there without the office, until a person says something else.
            rules.appoint_principal(school, person, on=today(), stay=True, person_id=person_id)


def _add(rows: Iterable[PlannedRow], district: District, person_id: int | None) -> list[tuple[Person, PlannedRow]]:
    """Add people and their work, in few statements: a list may have 20,000."""
    usernames = Usernames(district.code)
    people = [(_new_person(planned, district, usernames), planned) for planned in rows]
    columns = [field for field in Person._meta.sorted_fields if field.name != "id"]
    for batch in chunked(people, MOST_ROWS):
        Person.insert_many(
            [[getattr(person, field.safe_name) for field in columns] for person, _planned in batch], columns
        ).execute()
        names = [person.username for person, _planned in batch]
        ids = dict(Person.select(Person.username, Person.id).where(Person.username.in_(names)).tuples())
        for person, _planned in batch:
            person.id = ids[person.username]
        own = [_work(person, p.row.values) for person, p in batch if role_of(p.row.values.get("title")) != PRINCIPAL]
        if own:
            Membership.insert_many(own).execute()
    audit.record_many(
        "person.import", [(person, {"name": (None, person.name)}) for person, _planned in people], person_id=person_id
    )
    return people


def _new_person(planned: PlannedRow, district: District, usernames: Usernames) -> Person:
    values = {name: planned.row.values.get(name) for name in FIELDS}
    person = Person(
        district=district.id,
        school=planned.row.values["school_id"],
        username=usernames.make(values["name"]),
        birth_date=values.pop("birth_date"),
        created_at=now(),
        **{name: value or "" for name, value in values.items()},
    )
    person.set_keys()
    return person


def _post(person: Person, values: Mapping[str, Any]) -> Post:
    """What a row says that the person is. A principal's place is taken over after everybody is there."""
    title = values.get("title") or ""
    role = role_of(title)
    role = TEACHER if role == PRINCIPAL else role
    plain = title in ("", str(ROLE_LABELS[role])) or role_of(title) == PRINCIPAL
    return Post(role, person.district_id, values["school_id"], "" if plain else title)


def _work(person: Person, values: Mapping[str, Any]) -> dict[str, Any]:
    post = _post(person, values)
    return {
        "person": person.id,
        "role": post.role,
        "title": post.title,
        "district": post.district_id,
        "school": post.school_id,
        "starts_on": today(),
    }


def _change(planned: PlannedRow) -> tuple[Person, dict[str, tuple[Any, Any]]]:
    person = Person.get_by_id(planned.record_id)
    values = planned.row.values
    for name, (_before, after) in planned.changes.items():
        if name in FIELDS:
            setattr(person, name, after)
    if {"school", "title"} & planned.changes.keys():
        _move(person, values)
    person.school = values["school_id"]
    person.version += 1
    person.set_keys()
    person.save()
    return person, planned.changes


def _move(person: Person, values: Mapping[str, Any]) -> None:
    """End the work elsewhere and begin the new, or only give the work here its title."""
    post = _post(person, values)
    here = next((row for row in work.work_from(person, today()) if row.school_id == values["school_id"]), None)
    if here is None:
        work.move(person, post, today())
    elif values.get("title") and role_of(values["title"]) != PRINCIPAL:
        role = here.role if here.role == COORDINATOR else post.role
        Membership.update(title=post.title, role=role).where(Membership.id == here.id).execute()


def labels() -> dict[str, Any]:
    """The Vietnamese name of each field that a list may change."""
    return {key: column.label for key, column in COLUMNS.items()} | {"school": COLUMNS["school_name"].label}


def show(field: str, value: Any) -> str:
    """A field's value as people read it."""
    if value is None or value == "":
        return "–"
    if field == "birth_date":
        return f"{value:%d/%m/%Y}"
    words = {"phone": show_phone, "gender": GENDER_LABELS.get}
    return str(words.get(field, str)(value))


STAFF = Kind(
    name=KIND,
    title=lazy_gettext("Danh sách cán bộ"),
    permission="people.import",
    address="/people",
    shape=SHAPE,
    highlights=("school_name", "title", "birth_date", "phone"),
    plan=plan,
    write=write,
    labels=labels,
    show=show,
)
