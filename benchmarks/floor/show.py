"""A school's page."""

from __future__ import annotations

import json
from datetime import date
from itertools import chain, pairwise
from typing import Any

from flask import abort, request

from benchmarks.floor.database import row, rows
from benchmarks.floor.index import LEVEL_NAMES, OWNERSHIPS
from benchmarks.floor.reader import Reader, page, reader

# A product's token of a form that is sent once; here it is only as long.
FORM_TOKEN = "x" * 80
STANDARDS = {0: "Chưa đạt", 1: "Mức độ 1", 2: "Mức độ 2"}
ACCREDITATIONS = {0: "Chưa đạt", 1: "Cấp độ 1", 2: "Cấp độ 2", 3: "Cấp độ 3"}
GRADES = {
    "nt": "Nhóm trẻ",
    "mg3": "Mẫu giáo 3–4 tuổi",
    "mg4": "Mẫu giáo 4–5 tuổi",
    "mg5": "Mẫu giáo 5–6 tuổi",
    **{str(grade): f"Khối {grade}" for grade in range(1, 13)},
}
# The columns of the figures in the groups in which the page shows them.
GROUPS = {
    "Lớp học": {"classes": "Tổng số lớp", **GRADES, "classes_two_sessions": "Lớp học 2 buổi/ngày"},
    "Học sinh": {
        "pupils": "Tổng số học sinh",
        "pupils_female": "Học sinh nữ",
        "pupils_ethnic": "Học sinh dân tộc thiểu số",
        "pupils_disabled": "Học sinh khuyết tật",
        "pupils_poor": "Học sinh hộ nghèo",
        "pupils_boarding": "Học sinh bán trú",
    },
    "Đội ngũ": {
        "staff": "Tổng số cán bộ, giáo viên, nhân viên",
        "managers": "Cán bộ quản lý",
        "teachers": "Giáo viên",
        "employees": "Nhân viên",
        "staff_permanent": "Biên chế",
        "staff_contract": "Hợp đồng",
        "teachers_qualified": "Giáo viên đạt chuẩn",
        "teachers_above": "Giáo viên trên chuẩn",
    },
    "Phòng học": {
        "rooms_solid": "Phòng học kiên cố",
        "rooms_semi_solid": "Phòng học bán kiên cố",
        "rooms_temporary": "Phòng học tạm",
        "rooms_subject": "Phòng học bộ môn",
    },
    "Chất lượng": {
        "accreditation": "Kiểm định chất lượng",
        "national_standard": "Chuẩn quốc gia",
        "standard_decision": "Số quyết định",
        "standard_on": "Ngày quyết định",
        "standard_until": "Có hiệu lực đến",
    },
}
FIGURES = [name for group in GROUPS.values() for name in group if name not in GRADES]

SCHOOL = """
SELECT s.id, s.district_id, s.name, s.short_name, s.code, s.levels, s.ownership, s.difficult_area, s.founded_year,
  s.address, s.phone, s.email, s.website, s.principal_name, s.note, s.illustrative, s.needs_published, s.closed_on,
  c.name AS commune, d.name AS district, d.office_name AS office
FROM school s JOIN district d ON d.id = s.district_id LEFT JOIN commune c ON c.id = s.commune_id
WHERE s.id = ? AND s.deleted_at IS NULL
"""
SCHOOL_FIELDS = (
    *("id", "district_id", "name", "short_name", "code", "levels", "ownership", "difficult_area", "founded_year"),
    *("address", "phone", "email", "website", "principal_name", "note", "illustrative", "needs_published"),
    *("closed_on", "commune", "district", "office"),
)
PAIRS = """
SELECT p.id, s.id, s.name, d.name, p.state, s.sort_key FROM pairing p
JOIN school s ON s.id = p.second_school_id JOIN district d ON d.id = p.second_district_id WHERE p.first_school_id = :id
UNION ALL SELECT p.id, s.id, s.name, d.name, p.state, s.sort_key FROM pairing p
JOIN school s ON s.id = p.first_school_id JOIN district d ON d.id = p.first_district_id WHERE p.second_school_id = :id
ORDER BY 5, 6
"""
TAGS = "SELECT kind, label, fact FROM school_tag WHERE school_id = ? ORDER BY id"
OF_YEARS = f"""
SELECT school_year, grades, {", ".join(FIGURES)} FROM school_year_figures WHERE school_id = ? ORDER BY school_year DESC
"""
SITES = "SELECT id, name, address, distance_km, classes FROM school_site WHERE school_id = ? ORDER BY id"
FILES = """
SELECT a.id, a.name, f.size, f.media_type, f.preview_id, p.name, a.attached_at
FROM attachment a JOIN stored_file f ON f.id = a.file_id JOIN person p ON p.id = a.person_id
WHERE a.subject_type = 'school' AND a.subject_id = ? AND a.deleted_at IS NULL ORDER BY a.id DESC LIMIT 7
"""
FORMER_KEYS = "SELECT kind, value, until FROM school_former_key WHERE school_id = ? ORDER BY until DESC, id DESC"
FORMER_PLACES = """
SELECT d.id, d.name, c.name, f.until FROM former_place f
JOIN district d ON d.id = f.district_id LEFT JOIN commune c ON c.id = f.commune_id
WHERE f.school_id = ? ORDER BY f.until
"""
SPLITS = """
SELECT s.id, s.name, o.id, o.name, x.decision_number, x.decided_on, x.split_on FROM school_split x
JOIN school s ON s.id = x.school_id JOIN school o ON o.id = x.origin_id
WHERE x.school_id = :id OR x.origin_id = :id ORDER BY x.split_on, x.id
"""
# What the modules know of the school.
LEVELS_REACHED = """
SELECT id, school_year, checked_level FROM digital_assessment
WHERE school_id = ? AND state IN ('approved', 'published') ORDER BY school_year DESC, id DESC LIMIT 5
"""
NEEDS = """
SELECT id, item, quantity, unit, priority, due_on, pledged, on_the_way, received FROM facilities_need
WHERE school_id = ? AND state = 'published' AND (district_id = ? OR district_id IN (
  SELECT district_id FROM district_module WHERE module = 'facilities' AND enabled = 1)) ORDER BY priority, id LIMIT 4
"""
PRESENT_STATE = """
SELECT title, unit, required, have, usable, condition, "on", review_id FROM facilities_present_state
WHERE school_id = ? ORDER BY pack_key, id
"""
MOVED = """
SELECT DISTINCT f.district_id, s.district_id FROM former_place f JOIN school s ON s.id = f.school_id
WHERE f.until > ? AND f.district_id != s.district_id
"""
CHILDREN = """
SELECT school_id, count(*) FROM mentoring_case WHERE district_id = ? AND school_year = ? GROUP BY school_id
"""
TOLD = "('idea', 'draft', 'submitted', 'returned')"
WITH_MODULE = "SELECT district_id FROM district_module WHERE module = 'professional_development' AND enabled = 1"
SESSIONS = f"""
SELECT id, title, kind, starts_at, state FROM professional_development_session
WHERE (school_id = :school OR partner_id = :school) AND state NOT IN {TOLD} AND state != 'cancelled'
  AND (district_id = :district OR (district_id IN ({WITH_MODULE}) AND (
    partner_id IN (SELECT id FROM school WHERE district_id = :district)
    OR (audience = 'programme' AND district_id IN ({{districts}}))
    OR id IN (SELECT session_id FROM professional_development_registration WHERE person_id = :person))))
ORDER BY coalesce(starts_at, '9999-01-01 00:00:00') DESC, id DESC LIMIT 5
"""


def school(school_id: int) -> str:
    """A school's page."""
    who = reader()
    found = row(SCHOOL, (school_id,))
    if found is None or (who.districts is not None and found[1] not in who.districts):
        abort(404)
    shown = dict(zip(SCHOOL_FIELDS, found, strict=True))
    tags = rows(TAGS, (school_id,))
    years = {year: _figures(*values) for year, *values in rows(OF_YEARS, (school_id,))}
    asked = request.args.get("year")
    year = asked if asked in years else next(iter(years), None)
    return page(
        "show.html",
        who,
        school=shown,
        level=LEVEL_NAMES[shown["levels"]],
        ownership=OWNERSHIPS[shown["ownership"]],
        phone=_phone(shown["phone"]),
        editable=who.district_id in (None, shown["district_id"]),
        strengths=[tag[1:] for tag in tags if tag[0] == "strength"],
        needs=[tag[1:] for tag in tags if tag[0] == "need"],
        pairs=rows(PAIRS, {"id": school_id}),
        figures=[(one, _headlines(years[one], years.get(before, {}))) for one, before in pairwise([*years, ""])],
        year=year,
        year_asked=asked in years,
        details=_details(years.get(year, {})),
        this_year=_school_year(date.today()),
        sites=rows(SITES, (school_id,)),
        files=rows(FILES, (school_id,)),
        former_keys=rows(FORMER_KEYS, (school_id,)),
        former_places=rows(FORMER_PLACES, (school_id,)),
        splits=rows(SPLITS, {"id": school_id}),
        form_token=FORM_TOKEN,
        **_of_modules(who, shown),
    )


def _of_modules(who: Reader, shown: dict[str, Any]) -> dict[str, list[tuple]]:
    """What the modules that are on know of the school. The made-up schools have nothing of it."""
    found, school_id = {}, shown["id"]
    is_own = who.district_id in (None, shown["district_id"])
    if "digital" in who.modules and is_own:
        found["levels_reached"] = rows(LEVELS_REACHED, (school_id,))
    if "facilities" in who.modules:
        found["published_needs"] = rows(NEEDS, (school_id, who.district_id))
        found["present_state"] = rows(PRESENT_STATE, (school_id,)) if is_own else []
    if "mentoring" in who.modules:
        year = _school_year(date.today())
        # After a change of the district's borders, sums would give single children away.
        moved = chain.from_iterable(rows(MOVED, (f"{year[:4]}-08-01",)))
        if shown["district_id"] not in moved:
            children = dict(rows(CHILDREN, (shown["district_id"], year))).get(school_id, 0)
            found["children"] = children if children >= 5 else None
    if "professional_development" in who.modules:
        place = {"school": school_id, "district": who.district_id, "person": who.id}
        found["sessions"] = rows(SESSIONS.format(districts=", ".join(map(str, who.districts))), place)
    return found


def _figures(grades: str, *values: Any) -> dict[str, Any]:
    return dict(zip(FIGURES, values, strict=True)) | json.loads(grades or "{}")


def _headlines(figures: dict[str, Any], before: dict[str, Any]) -> list[tuple[str, str]]:
    """(value, difference to the year before) of classes, pupils and staff, and the national standard."""
    names = ("classes", "pupils", "staff")
    values = [(_number(figures[name]), _difference(figures[name], before.get(name))) for name in names]
    return [*values, (STANDARDS.get(figures["national_standard"], "–"), "")]


def _difference(value: int | None, before: int | None) -> str:
    if value is None or before is None or value == before:
        return ""
    return f"{'+' if value > before else '−'}{_number(abs(value - before))}"


def _details(figures: dict[str, Any]) -> list[tuple[str, list[tuple[str, str]]]]:
    """(title, [(label, value)]) of the groups in which anything was reported."""
    groups = [
        (title, [(label, _shown(name, figures[name])) for name, label in group.items() if _is_known(figures.get(name))])
        for title, group in GROUPS.items()
    ]
    return [(title, lines) for title, lines in groups if lines]


def _is_known(value: Any) -> bool:
    return value is not None and value != ""


def _shown(name: str, value: Any) -> str:
    if name == "accreditation":
        return ACCREDITATIONS[value]
    if name == "national_standard":
        return STANDARDS[value]
    if name in ("standard_on", "standard_until"):
        return f"{date.fromisoformat(value):%d/%m/%Y}"
    return value if isinstance(value, str) else _number(value)


def _number(value: int | None) -> str:
    return "–" if value is None else f"{value:,}".replace(",", ".")


def _phone(number: str) -> str:
    if not number.startswith("+84"):
        return number
    digits = "0" + number.removeprefix("+84")
    first, second = (4, 7) if len(digits) == 10 else (3, 7)
    return f"{digits[:first]} {digits[first:second]} {digits[second:]}"


def _school_year(day: date) -> str:
    first = day.year if day.month >= 8 else day.year - 1
    return f"{first}-{first + 1}"
