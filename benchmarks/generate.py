"""Fill a migrated database with made-up districts: the same rows for the same numbers, every time.

``python -m benchmarks.generate sqlite:///large.db --size large`` makes one by hand; ``benchmarks.run`` calls ``build``.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from itertools import islice
from pathlib import Path

from flask import Flask
from peewee import Model

from intranet import config
from intranet.app import components, create_app
from intranet.kernel import migrations
from intranet.kernel.database import database, is_postgres, transaction
from intranet.kernel.phone import national_digits
from intranet.kernel.text import match_key, name_sort_key, search_text, sort_key
from intranet.registry.activities import Activity, ActivityMeasure, ActivitySchool
from intranet.registry.districts import Commune, District
from intranet.registry.people import ADMINISTRATOR, COORDINATOR, OFFICER, PRINCIPAL, TEACHER, Membership, Person
from intranet.registry.pledges import PledgeClause
from intranet.registry.schools import NEED, STRENGTH, Level, School, SchoolYearFigures, Tag
from intranet.registry.twinning import (
    ACCEPTED,
    ACTIVE,
    ENDED,
    MET,
    PROPOSED,
    REVIEW,
    RUNNING,
    SIGNED,
    Pairing,
    Programme,
    ProgrammeDistrict,
)

# One insert carries at most 32,766 values in SQLite; a school has 15.
BATCH = 1000
SCHOOLS_PER_DISTRICT = 150
CREATED = datetime(2024, 9, 1, 0, 0, 0)

SYLLABLES = """
An Ân Bắc Bạch Bái Bằng Bảo Bích Biên Bình Bồ Bối Bùi Cẩm Cảnh Cát Cầu Chân Châu Chính Chiến Chương Cổ Công
Cốc Cương Cường Dân Dị Diễn Dịch Dũng Dương Duyên Đài Đại Đan Đạo Đào Đắc Đăng Đằng Điền Định Đoài Đoan Đồng
Đông Đức Đường Gia Giang Giáp Hạ Hà Hải Hàm Hạnh Hào Hậu Hiên Hiền Hiệp Hòa Hoài Hoàng Hồng Hợp Huân Huệ Hùng
Hưng Hương Hữu Khai Khánh Khê Kiên Kiều Kim Kỳ La Lạc Lai Lâm Lan Lăng Lập Lễ Liên Liễu Linh Long Lộc Lợi
Lương Lưu Lý Mai Mậu Mễ Minh Mỗ Mộc Mỹ Nam Nghĩa Nghi Ngọc Nguyên Nhân Nhật Nhị Nhuận Ninh Nội Phấn Phú Phùng
Phụng Phước Phương Phượng Quan Quảng Quất Quế Quỳnh Sài Sơn Song Tả Tam Tân Tảo Tây Thạch Thái Thanh Thành
Thắng Thiện Thịnh Thọ Thổ Thông Thủy Thụy Thư Thường Thượng Tiên Tiến Tín Toàn Trạch Trầm Trần Triều Trinh Trù
Trung Trực Trường Tú Tuấn Tùng Từ Tứ Tường Uy Vạn Văn Vân Viên Việt Vĩnh Võng Vũ Vọng Xá Xuân Xuyên Ý Yên
""".split()  # noqa: SIM905
# More than every fourth family is called Nguyễn, and some names are twice as frequent as the others.
FAMILIES = """
Nguyễn Nguyễn Nguyễn Nguyễn Nguyễn Nguyễn Nguyễn Nguyễn Trần Trần Lê Lê Phạm Phạm
Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đoàn Đinh Trịnh Mai Tạ Lương
""".split()  # noqa: SIM905
MIDDLES = """
Văn Thị Minh Ngọc Thu Hữu Đức Quang Thanh Kim Bích Hồng Xuân Công Đình Thùy Khánh Bảo Gia Hải
""".split()  # noqa: SIM905
GIVEN = """
An Anh Ánh Ân Bình Chi Cường Diệp Dung Dũng Duyên Đạt Đức Giang Hà Hạnh Hằng Hiền Hiếu Hoa Hòa Hoàng Hùng
Hương Huyền Khánh Khoa Kiên Lan Liên Linh Long Ly Mai Mạnh Minh My Nam Nga Ngân Nghĩa Ngọc Nhung Oanh Phúc
Phương Quân Quyên Quỳnh Sơn Tâm Thảo Thắng Thành Thủy Thúy Tiến Trang Trung Tú Tuấn Tùng Tuyết Uyên Vân Việt
Vinh Vy Xuân Yến
""".split()  # noqa: SIM905
# What every ward has: a nursery, a primary and a lower secondary school.
KINDS = (
    (Level.PRESCHOOL, "Trường Mầm non"),
    (Level.PRIMARY, "Trường Tiểu học"),
    (Level.LOWER_SECONDARY, "Trường THCS"),
)


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is of everything. Schools are spread evenly over an even number of districts."""

    schools: int
    people: int
    pairings: int
    activities: int

    @property
    def districts(self) -> int:
        """At least two, so that every officer has a partner district."""
        return max(2, 2 * round(self.schools / SCHOOLS_PER_DISTRICT / 2))


SMALL = Size(schools=150, people=3_000, pairings=75, activities=1_500)
LARGE = Size(schools=50_000, people=300_000, pairings=25_000, activities=500_000)
SIZES = {"small": SMALL, "large": LARGE}

OFFICER_NAME = "chuyenvien.1"
ADMIN_NAME = "admin"


def open_app(url: str, instance: Path) -> Flask:
    """The product on the database at ``url``, with settings of its own and nothing from the environment."""
    # The readers sign in by a session of ours: nobody could type a code.
    settings = {"database_url": url, "log_level": "ERROR", "second_factor": False}
    return create_app(config.load(instance, environment={}, **settings))


def build(app: Flask, size: Size) -> None:
    """Migrate and fill the application's database; one that is filled already stays as it is."""
    with app.app_context():
        migrations.migrate(components(app))
        if District.select().exists():
            return
        with transaction():
            _fill(size, random.Random(20240901))
        if is_postgres():
            _after_fill()
        else:
            database.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def _fill(size: Size, chance: random.Random) -> None:
    ward_names = _ward_names(chance)
    wards = -(-size.schools // size.districts // len(KINDS))
    names = [[next(ward_names) for _ in range(wards)] for _ in range(size.districts)]
    _insert(District, _districts(size))
    programmes = (
        {"id": i, "title": f"Chương trình kết nghĩa {i}", "state": RUNNING} for i in range(1, size.districts // 2 + 1)
    )
    _insert(Programme, programmes)
    _insert(ProgrammeDistrict, ({"programme": -(-i // 2), "district": i} for i in range(1, size.districts + 1)))
    _insert(Commune, _communes(names))
    _insert(School, _schools(size, names, chance))
    _insert(Tag, _tags(size))
    _insert(SchoolYearFigures, _figures(size, chance))
    pairs = list(_pairings(size))
    _insert(Pairing, pairs)
    _insert(PledgeClause, _clauses(pairs))
    for model, rows in ((Activity, _activities), (ActivitySchool, _taking_part), (ActivityMeasure, _measures)):
        _insert(model, rows(size, pairs))
    people = list(_people(size, chance))
    _insert(Person, (person for person, _ in people))
    _insert(Membership, (membership for _, membership in people))


def _insert(model: type[Model], rows: Iterable[dict]) -> None:
    rows = iter(rows)
    while batch := list(islice(rows, BATCH)):
        model.insert_many(batch).execute()


def _ward_names(chance: random.Random) -> Iterator[str]:
    """Distinct names of two different syllables, in an order that looks like none."""
    names = [f"{first} {second}" for first in SYLLABLES for second in SYLLABLES if first != second]
    chance.shuffle(names)
    return iter(names)


def _districts(size: Size) -> Iterator[dict]:
    for number in range(1, size.districts + 1):
        name = f"Huyện {SYLLABLES[number % len(SYLLABLES)]} {SYLLABLES[number * 7 % len(SYLLABLES)]} {number}"
        yield {
            "id": number,
            "code": f"D{number:04}",
            "kind": "huyen",
            "name": name,
            "office_name": f"Phòng GD&ĐT {name}",
            "sort_key": sort_key(name),
        }


def _communes(names: list[list[str]]) -> Iterator[dict]:
    number = 0
    for district, wards in enumerate(names, start=1):
        for ward in wards:
            number += 1
            name = f"Xã {ward}"
            yield {
                "id": number,
                "district": district,
                "code": f"{number:05}",
                "name": name,
                "match_key": match_key(name),
                "sort_key": sort_key(name),
            }


def _district_of(school: int, size: Size) -> int:
    """The district (from 1) of a school (from 0): blocks of equal size."""
    return school * size.districts // size.schools + 1


def _schools(size: Size, names: list[list[str]], chance: random.Random) -> Iterator[dict]:
    places = [0] * (size.districts + 1)
    columns = ("match_key", "sort_key", "search_text")
    for number in range(size.schools):
        district = _district_of(number, size)
        ward, kind = divmod(places[district], len(KINDS))
        places[district] += 1
        level, prefix = KINDS[kind]
        ward_name = names[district - 1][ward]
        school = School(name=f"{prefix} {ward_name}", code=f"{number + 1:08}", levels=int(level))
        school.set_keys(f"Xã {ward_name}")
        yield {
            "id": number + 1,
            "district": district,
            "commune": (district - 1) * len(names[0]) + ward + 1,
            "code": school.code,
            "name": school.name,
            **{column: getattr(school, column) for column in columns},
            "levels": school.levels,
            "address": f"Thôn {chance.randint(1, 12)}, xã {ward_name}",
            "phone": f"+8424{chance.randint(10_000_000, 99_999_999)}",
            "email": f"c{number + 1}@truong.example.vn",
            "principal_name": _person_name(chance),
            "needs_published": True,
            "created_at": CREATED,
            "updated_at": CREATED,
        }


def _tags(size: Size) -> Iterator[dict]:
    for school in range(1, size.schools + 1):
        yield {"school": school, "kind": STRENGTH, "label": "Phong trào đọc sách", "fact": "Giải nhất cấp thành phố"}
        yield {"school": school, "kind": NEED, "label": "Thiết bị phòng tin học", "fact": ""}


def _figures(size: Size, chance: random.Random) -> Iterator[dict]:
    for school in range(1, size.schools + 1):
        for year in ("2022-2023", "2023-2024"):
            classes = chance.randint(8, 40)
            yield {
                "school": school,
                "school_year": year,
                "classes": classes,
                "pupils": classes * chance.randint(28, 45),
                "staff": classes * 2,
                "national_standard": chance.choice((0, 1, 1, 2, None)),
            }


# Two of three pairs are under way; the others stand somewhere else.
STATES = (ACTIVE, ACTIVE, ACTIVE, ACTIVE, ACTIVE, ACTIVE, PROPOSED, ACCEPTED, MET, SIGNED, REVIEW, ENDED)
CLAUSES = (
    ("Dạy tiết minh họa cho giáo viên trường bạn", "tiết"),
    ("Đón trường bạn về trải nghiệm", "chuyến"),
    ("Họp giao ban hai trường", "cuộc"),
)


def _pairings(size: Size) -> Iterator[dict]:
    """The n-th school of a district with the n-th of its partner district, with the counters of its activities."""
    made, first_of = 0, {}
    for school in range(size.schools):
        first_of.setdefault(_district_of(school, size), school + 1)
    first_of[size.districts + 1] = size.schools + 1
    for first in range(1, size.districts, 2):
        length = min(first_of[first + 1] - first_of[first], first_of[first + 2] - first_of[first + 1])
        for place in range(length):
            if made == size.pairings:
                return
            made += 1
            gave = [_given(made, turn) for turn in range(size.activities // size.pairings)]
            yield {
                "id": made,
                "state": STATES[made % len(STATES)],
                "state_since": CREATED + timedelta(days=made % 300),
                "programme": (first + 1) // 2,
                "first_school": first_of[first] + place,
                "first_district": first,
                "second_school": first_of[first + 1] + place,
                "second_district": first + 1,
                "started_on": date(2023, 10, 20),
                "signed_on": date(2023, 10, 20),
                "review_on": date(2027, 5, 31),
                "last_activity_on": _on(made, len(gave) - 1),
                "first_gave": gave.count(0),
                "second_gave": gave.count(1),
                "next_due_on": date(2025, 1, 1) + timedelta(days=made % 1000),
            }


def _given(pairing: int, turn: int) -> int:
    """Which side gave in the pair's n-th activity; in some pairs always the same."""
    return 0 if pairing % 17 == 0 else turn % 2


def _on(pairing: int, turn: int) -> date:
    """The day of the pair's n-th activity; some pairs fell silent long ago."""
    return date(2024, 1, 5) + timedelta(days=turn * (20 if pairing % 5 else 55) % 1060 + pairing % 7)


def _clauses(pairs: list[dict]) -> Iterator[dict]:
    for pair in pairs:
        for position, (text, unit) in enumerate(CLAUSES):
            yield {
                "id": (pair["id"] - 1) * len(CLAUSES) + position + 1,
                "pairing": pair["id"],
                "position": position + 1,
                "giver": pair["first_school"],
                "receiver": pair["second_school"],
                "text": text,
                "quantity": 20,
                "unit": unit,
                "due_on": pair["next_due_on"] + timedelta(days=30 * position),
                "activity_kind": "visit",
                "kind_label": "Thăm, giao lưu",
                "done": position * 6,
            }


def _turns(size: Size, pairs: list[dict]) -> Iterator[tuple[int, dict, int]]:
    """(number of the activity from 1, its pair, the how manieth of the pair from 0)."""
    number = 0
    for pair in pairs:
        for turn in range(size.activities // size.pairings):
            number += 1
            yield number, pair, turn


def _activities(size: Size, pairs: list[dict]) -> Iterator[dict]:
    for number, pair, turn in _turns(size, pairs):
        sides = (pair["first_school"], pair["second_school"])
        given = _given(pair["id"], turn)
        yield {
            "id": number,
            "module": "",
            "source_key": f"benchmark-{number}",
            "kind": "visit",
            "kind_label": "Thăm, giao lưu",
            "on": _on(pair["id"], turn),
            "title": f"Hoạt động lần {turn + 1}",
            "district": pair["first_district"],
            "pairing": pair["id"],
            "giver": sides[given],
            "receiver": sides[1 - given],
            "recorded_at": CREATED,
        }


def _taking_part(size: Size, pairs: list[dict]) -> Iterator[dict]:
    for number, pair, turn in _turns(size, pairs):
        for side in ("first", "second"):
            yield {
                "activity": number,
                "school": pair[f"{side}_school"],
                "district": pair[f"{side}_district"],
                "name": f"Trường {pair[f'{side}_school']}",
                "on": _on(pair["id"], turn),
            }


def _measures(size: Size, pairs: list[dict]) -> Iterator[dict]:
    for number, pair, turn in _turns(size, pairs):
        clause = (pair["id"] - 1) * len(CLAUSES) + turn % len(CLAUSES) + 1
        yield {"activity": number, "unit": "chuyến", "quantity": 1, "clause_id": clause}


def _people(size: Size, chance: random.Random) -> Iterator[tuple[dict, dict]]:
    """(person, membership): an administrator, an officer for each district, then the schools' people in turn."""
    yield _person(1, "Quản trị Chung Tay", ADMIN_NAME, None), _membership(1, ADMINISTRATOR)
    number = 1
    for district in range(1, size.districts + 1):
        number += 1
        person = _person(number, _person_name(chance), f"chuyenvien.{district}", district)
        yield person, _membership(number, OFFICER, district)
    in_school = [PRINCIPAL, COORDINATOR]
    for place in range(size.people - number):
        number += 1
        turn, school = divmod(place, size.schools)
        district = _district_of(school, size)
        person = _person(number, _person_name(chance), f"u{number}", district, school + 1)
        role = in_school[turn] if turn < len(in_school) else TEACHER
        yield person, _membership(number, role, district, school + 1)


def _membership(person: int, role: str, district: int | None = None, school: int | None = None) -> dict:
    # insert_many takes its columns from the first row: every row names them all.
    return {"person": person, "role": role, "district": district, "school": school}


def _person(number: int, name: str, username: str, district: int | None, school: int | None = None) -> dict:
    order, words = _person_keys(name)
    phone = f"+849{number * 7_654_321 % 100_000_000:08}"
    return {
        "id": number,
        "district": district,
        "school": school,
        "username": username,
        "name": name,
        # The tokens of Person.set_keys; those of a name are computed once.
        "sort_key": order,
        "search_text": f"{words}{search_text(username, national_digits(phone))[1:]}",
        "phone": phone,
        "created_at": CREATED,
    }


@cache
def _person_keys(name: str) -> tuple[str, str]:
    return name_sort_key(name), search_text(name)


def _person_name(chance: random.Random) -> str:
    return f"{chance.choice(FAMILIES)} {chance.choice(MIDDLES)} {chance.choice(GIVEN)}"


def _after_fill() -> None:
    """PostgreSQL only: count on from the ids that were given, and do at once what a server soon does by itself."""
    for model in (District, Programme, Commune, School, Person, Pairing, PledgeClause, Activity):
        table = model._meta.table_name
        database.execute_sql(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")
    database.execute_sql("VACUUM ANALYZE")


def main() -> None:
    """Build one database."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url", help="sqlite:///path or postgresql://…, empty or new")
    parser.add_argument("--size", choices=SIZES, default="small")
    arguments = parser.parse_args()
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory() as directory:
        build(open_app(arguments.url, Path(directory)), SIZES[arguments.size])
    print(f"{arguments.size}: {SIZES[arguments.size]} in {time.perf_counter() - begun:.1f} s")


if __name__ == "__main__":
    main()
