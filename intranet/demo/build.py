"""The demo: two districts from the offices' own lists, a programme, twinned schools, and one account per role."""

from __future__ import annotations

import csv
import json
from datetime import date, timedelta
from pathlib import Path

from intranet.demo import canaries as markers
from intranet.demo import documents, pairs, papers, pledges, programmes, reports
from intranet.imports import rules as list_rules
from intranet.kernel import passwords
from intranet.kernel.clock import today
from intranet.kernel.database import transaction
from intranet.kernel.language import gettext as _
from intranet.kernel.text import match_key, sort_key
from intranet.people import rules as people_rules
from intranet.registry.districts import Commune, District
from intranet.registry.people import (
    ADMINISTRATOR,
    COORDINATOR,
    GROUP_HEAD,
    HOMEROOM,
    IT_CONTACT,
    LEADER,
    OFFICER,
    PRINCIPAL,
    ROLE_LABELS,
    TEACHER,
    VIEWER,
    Membership,
    Person,
)
from intranet.registry.schools import School, Site, Tag
from intranet.registry.twinning import ACTIVE, RUNNING, Pairing, Programme, ProgrammeDistrict
from intranet.schools import imports, parts, rules
from intranet.shared import modules
from intranet.shared.list_plans import Kind

DATA = Path(__file__).parent
PASSWORD = "chungtay-demo"

DISTRICTS = {
    "HM": ("quan", "Quận Hoàng Mai", "Phòng GD&ĐT quận Hoàng Mai"),
    "UH": ("huyen", "Huyện Ứng Hòa", "Phòng GD&ĐT huyện Ứng Hòa"),
}
# The schools of the accounts, first and second, by code.
OWN_SCHOOLS = {"HM": ("01008508", "01008401"), "UH": ("01281503", "01281402")}
PAIRS = (
    ("01008508", "01281503"),
    ("01008401", "01281402"),
    ("01008501", "01281502"),
    ("01008506", "01281501"),
    ("01008409", "01281419"),
    ("01008301", "01281303"),
    ("01008304", "01281301"),
)
# (end of the user name, role, which of the own schools or None for the office)
ACCOUNTS = (
    ("lanhdao", LEADER, None),
    ("chuyenvien", OFFICER, None),
    ("hieutruong", PRINCIPAL, 0),
    ("dieuphoi", COORDINATOR, 0),
    ("giaovien", TEACHER, 0),
    ("xem", VIEWER, None),
    ("khoa", TEACHER, 0),
)
SECOND_SCHOOL_ACCOUNTS = (("hieutruong", PRINCIPAL, 1), ("giaovien", TEACHER, 1))
# (user name after the district's, subjects, duties with what they are of)
TEACHERS = (
    (".dieuphoi", "Tiếng Anh", ((IT_CONTACT, ""),)),
    (".giaovien", "Toán, Tin học", ((HOMEROOM, "lớp 6A1"), (GROUP_HEAD, "Tổ Toán – Tin"))),
    ("2.giaovien", "Giáo viên tiểu học", ((HOMEROOM, "lớp 3B"),)),
)
NAMES = {
    "hm.lanhdao": "Nguyễn Thị Ánh",
    "hm.chuyenvien": "Trần Văn Ân",
    "hm.hieutruong": "Đặng Minh Vinh",
    "hm.dieuphoi": "Lê Thu Hòa",
    "hm.giaovien": "Phạm Ngọc Bích",
    "hm.xem": "Vũ Quang Đạt",
    "hm.khoa": "Hoàng Văn Khoa",
    "hm.moi": "Bùi Thị Mới",
    "hm2.hieutruong": "Đoàn Minh Lan",
    "hm2.giaovien": "Đỗ Thị Yến",
    "uh.lanhdao": "Nguyễn Hữu Ơn",
    "uh.chuyenvien": "Trịnh Thị Thúy",
    "uh.hieutruong": "Huỳnh Bích Tâm",
    "uh.dieuphoi": "Ngô Đức Thủy",
    "uh.giaovien": "Lý Thị Ú",
    "uh.xem": "Dương Văn Ý",
    "uh.khoa": "Đinh Công Khánh",
    "uh.moi": "Hồ Thị Mùa",
    "uh2.hieutruong": "Phan Thu Nhung",
    "uh2.giaovien": "Võ Minh Đức",
    "admin": "Quản trị Chung Tay",
}
TITLE = "Nhà trường cùng chung tay phát triển – Thầy cô cùng sẻ chia trách nhiệm"


def is_built() -> bool:
    """Whether this database already holds districts."""
    return District.table_exists() and District.select().exists()


def build(*, canaries: bool = False) -> None:
    """Fill an empty, migrated database. With ``canaries``, private fields carry marker texts of their scope."""
    with transaction():
        password_hash = passwords.hash_password(PASSWORD)
        admin = _person("admin", None, password_hash)
        Membership.create(person=admin, role=ADMINISTRATOR)
        programme = Programme.create(title=TITLE, starts_on=date(2023, 9, 1), ends_on=date(2025, 8, 31), state=RUNNING)
        for code in DISTRICTS:
            district = _district(code, programme)
            if programme.owner_district_id is None:
                programme.owner_district = district
                programme.save()
            _import_list(imports.SCHOOLS, "danh_sach_truong", district, admin)
            _accounts(district, password_hash)
        _describe_own_schools()
        _twin(programme)
        programmes.describe(programme)
        _attach_documents(canaries)
        pledges.build(canaries=canaries)
        if canaries:
            markers.plant(OWN_SCHOOLS)
        else:
            _describe_people()
            pairs.build(programme)
            papers.build(programme)
        modules.plugins().notify("demo_data", canaries=canaries)
        if canaries:
            markers.attach_to_plugins()
        for district in District.select():
            for module in sorted(modules.plugins().cards, key=_requirements):
                modules.switch(district, module, True, person_id=admin.id)
        if not canaries:
            # Last of all: they tell what everything before has made.
            reports.build(programme)


def accounts() -> list[tuple[str, str]]:
    """(user name, what the account is for) of every demo account."""
    closed, new, second = _("Đã khóa"), _("Chưa có trường"), _("trường thứ hai")
    rows = [("admin", str(ROLE_LABELS[ADMINISTRATOR]))]
    for code, (_kind, name, _office) in DISTRICTS.items():
        own = code.lower()
        rows += [(f"{own}.{end}", f"{ROLE_LABELS[role]}, {name}") for end, role, _school in ACCOUNTS if end != "khoa"]
        rows += [(f"{own}.khoa", f"{closed}, {name}"), (f"{own}.moi", f"{new}, {name}")]
        for end, role, _school in SECOND_SCHOOL_ACCOUNTS:
            rows.append((f"{own}2.{end}", f"{ROLE_LABELS[role]} ({second}), {name}"))
    return rows


def _requirements(module: str) -> int:
    return len(modules.plugins().cards[module].requires)


def _district(code: str, programme: Programme) -> District:
    kind, name, office = DISTRICTS[code]
    district = District.create(code=code, kind=kind, name=name, office_name=office, sort_key=sort_key(name))
    ProgrammeDistrict.create(programme=programme, district=district)
    with (DATA / "communes_2023.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["district"] == code:
                Commune.create(
                    district=district,
                    code=row["code"],
                    name=row["name"],
                    match_key=match_key(row["name"]),
                    sort_key=sort_key(row["name"]),
                )
    return district


def _import_list(kind: Kind, name: str, district: District, admin: Person) -> None:
    file = DATA / f"{name}_{district.code}.xlsx"
    plan = list_rules.plan_file(kind, file.read_bytes(), file.name, district)
    list_rules.write(plan, kind, district, person_id=admin.id, batch="demo")


def _person(username: str, district: District | None, password_hash: str, *, active: bool = True) -> Person:
    person = Person(
        username=username, name=NAMES[username], district=district, password_hash=password_hash, active=active
    )
    person.set_keys()
    person.save()
    return person


def _accounts(district: District, password_hash: str) -> None:
    own = district.code.lower()
    schools = [School.get(School.code == code) for code in OWN_SCHOOLS[district.code]]
    _person(f"{own}.moi", district, password_hash)
    accounts_ = [(own, account) for account in ACCOUNTS]
    accounts_ += [(f"{own}2", account) for account in SECOND_SCHOOL_ACCOUNTS]
    for number, (prefix, (end, role, school)) in enumerate(accounts_):
        person = _person(f"{prefix}.{end}", district, password_hash, active=end != "khoa")
        person.phone = f"+84912{district.id:03}{number:03}"
        person.school = None if school is None else schools[school]
        person.set_keys()
        person.save()
        Membership.create(person=person, role=role, district=district, school=person.school)


def _twin(programme: Programme) -> None:
    for first_code, second_code in PAIRS:
        first, second = School.get(School.code == first_code), School.get(School.code == second_code)
        Pairing.create(
            programme=programme,
            first_school=first,
            first_district=first.district_id,
            second_school=second,
            second_district=second.district_id,
            state=ACTIVE,
            started_on=date(2023, 10, 20),
        )


def _describe_own_schools() -> None:
    """Strengths, needs, sites and figures of the accounts' schools: made up, and marked as such."""
    described = json.loads((DATA / "own_schools.json").read_text(encoding="utf-8"))
    for code, facts in described.items():
        school = School.get(School.code == code)
        for name, value in {"illustrative": True, **facts["school"]}.items():
            setattr(school, name, value)
        rules.save(school, None)
        for kind, field in parts.KINDS.items():
            for label, fact in facts[field]:
                Tag.create(school=school, kind=kind, label=label, fact=fact)
        for site in facts["sites"]:
            Site.create(school=school, **site)
        for year, figures in facts["figures"].items():
            rules.write_figures(school, year, figures | {"grades": json.dumps(figures.get("grades", {}))})


def _describe_people() -> None:
    """What the accounts teach and take care of, where one was before, and who is away: made up."""
    for code in DISTRICTS:
        for end, subjects, duties in TEACHERS:
            person = Person.get(Person.username == code.lower() + end)
            people_rules.update_person(person, {"subjects": subjects}, version=person.version, person_id=None)
            for kind, detail in duties:
                first_day = date(2023, 9, 5)
                people_rules.add_duty(person, person.school_id, kind, detail, starts_on=first_day, person_id=None)
        first_school, second_school = (School.get(School.code == school) for school in OWN_SCHOOLS[code])
        moved = Person.get(Person.username == f"{code.lower()}.dieuphoi")
        Membership.create(
            person=moved,
            role=TEACHER,
            district=first_school.district_id,
            school=second_school,
            starts_on=date(2016, 8, 1),
            ends_on=date(2021, 7, 31),
            end_reason="transfer",
        )
        Membership.update(starts_on=date(2021, 8, 1)).where(
            Membership.person == moved, Membership.school == first_school
        ).execute()
        away = Person.get(Person.username == f"{code.lower()}2.giaovien")
        people_rules.start_leave(away, "study", starts_on=today() - timedelta(days=30), ends_on=None, person_id=None)


def _attach_documents(canaries: bool) -> None:
    """Files of the accounts' schools: those of the first are read in its district and by its partner."""
    for code, school_codes in OWN_SCHOOLS.items():
        for number, school_code in enumerate(school_codes, start=1):
            principal = Person.get(Person.username == f"{code.lower()}{'' if number == 1 else number}.hieutruong")
            marker = f"CANARY-{code}-F{number}" if canaries else ""
            school = School.get(School.code == school_code)
            documents.attach(school, principal, marker, name=school.name)
