"""The list of schools and its fragment."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from flask import abort, render_template, request

from benchmarks.floor.database import row, rows
from benchmarks.floor.reader import TWINNED, Reader, page, reader

PAGE = 50
LEVELS = [(1, "Mầm non"), (2, "Tiểu học"), (4, "THCS"), (8, "THPT")]
LEVEL_NAMES = [", ".join(name for bit, name in LEVELS if bits & bit) for bits in range(16)]
OWNERSHIPS = {
    "cong_lap": "Công lập",
    "dan_lap": "Dân lập",
    "tu_thuc": "Tư thục",
    "tu_thuc_nuoc_ngoai": "Tư thục có yếu tố nước ngoài",
}
STATES = {"open": "Đang hoạt động", "closed": "Đã đóng", "all": "Tất cả"}
YES_OR_NO = {1: "Có", 0: "Không"}
# The columns that a person may choose. Only the first five have cells here.
COLUMNS = {
    "levels": "Cấp học",
    "commune": "Xã, phường",
    "district": "Đơn vị",
    "code": "Mã trường",
    "paired": "Kết nghĩa",
    "short_name": "Tên viết tắt",
    "ownership": "Loại hình",
    "difficult_area": "Vùng khó khăn",
    "founded_year": "Năm thành lập",
    "classes": "Lớp",
    "pupils": "Học sinh",
    "staff": "CB, GV, NV",
    "national_standard": "Chuẩn quốc gia",
    "principal_name": "Hiệu trưởng",
    "phone": "Điện thoại",
    "email": "Email",
    "website": "Website",
    "address": "Địa chỉ",
}
USUAL = list(COLUMNS)[:5]

PAIRED = f"""EXISTS(SELECT 1 FROM pairing
  WHERE state IN {TWINNED} AND (first_school_id = s.id OR second_school_id = s.id))"""
# What each filter of the address is called, what its value is, and the condition that it sets.
FILTERS: dict[str, tuple[str, type, str]] = {
    "q": ("Tìm", str, "s.id IN (SELECT rowid FROM school_words WHERE search_text MATCH ?)"),
    "district": ("Đơn vị", int, "s.district_id = ?"),
    "level": ("Cấp học", int, "s.levels & ? != 0"),
    "commune": ("Xã, phường", int, "s.commune_id = ?"),
    "ownership": ("Loại hình", str, "s.ownership = ?"),
    "difficult": ("Vùng khó khăn", int, "s.difficult_area = ?"),
    "paired": ("Kết nghĩa", int, f"{PAIRED} = ?"),
}
IN_STATE = {"open": "s.closed_on IS NULL", "closed": "s.closed_on IS NOT NULL", "all": "1"}
LIST = f"""
SELECT s.id, s.name, s.code, s.levels, c.name, d.name, s.illustrative, {PAIRED}, s.district_id, s.closed_on,
  (SELECT count(*) FROM (SELECT 1 FROM school s WHERE {{counted}} LIMIT 1001))
FROM school s JOIN district d ON d.id = s.district_id LEFT JOIN commune c ON c.id = s.commune_id
WHERE {{listed}} ORDER BY s.sort_key {{way}}, s.id {{way}} LIMIT {PAGE + 1}
"""
DISTRICTS = """
SELECT id, name FROM district
WHERE {which} AND (valid_to IS NULL OR valid_to >= ?) AND (valid_from IS NULL OR valid_from <= ?) ORDER BY sort_key
"""
COMMUNES = """
SELECT id, name FROM commune WHERE district_id = ? AND (valid_to IS NULL OR valid_to >= ?) ORDER BY sort_key
"""
CHOSEN_COLUMNS = "SELECT value FROM person_preference WHERE person_id = ? AND name = 'schools.columns'"


def schools() -> str:
    """The list and its fragment."""
    who, given = reader(), request.args.to_dict()
    try:
        chosen = {name: FILTERS[name][1](given[name]) for name in FILTERS if given.get(name)}
        after, before = int(given.get("after", 0)), int(given.get("before", 0))
    except ValueError:
        abort(400)
    state = given.get("state", "open")
    if state not in STATES:
        abort(400)
    fragment = "HX-Request" in request.headers
    districts, communes = _options(who, chosen, fragment)
    column = row(CHOSEN_COLUMNS, (who.id,))
    found, count, previous, following = _found(who, chosen, state, after, before)
    values = {**chosen, "state": state} if state != "open" else chosen
    shown = {
        "rows": found,
        "count": f"{count} trường" if count <= 1000 else "hơn 1.000 trường",
        "filters": values,
        "chips": _chips(values, dict(districts), dict(communes)),
        "export": address("/schools/export.xlsx", values),
        "previous": previous and address("/schools", {**values, "before": previous}),
        "following": following and address("/schools", {**values, "after": following}),
        "columns": column[0].split(",") if column else USUAL,
        "labels": COLUMNS,
        "level_names": LEVEL_NAMES,
        "own": who.district_id,
    }
    if fragment:
        return render_template("_list.html", fragment=True, **shown)
    return page(
        "list.html",
        who,
        districts=districts,
        communes=communes,
        levels=LEVELS,
        ownerships=OWNERSHIPS,
        states=STATES,
        state=state,
        **shown,
    )


def _options(who: Reader, chosen: dict[str, Any], fragment: bool) -> tuple[list[tuple], list[tuple]]:
    """Districts and communes to choose from. A fragment holds no choices, it only names those that are set."""
    if fragment and not ("district" in chosen or "commune" in chosen):
        return [], []
    today = date.today().isoformat()
    which, ids = _in("id", who.districts)
    districts = rows(DISTRICTS.format(which=which), (*ids, today, today))
    district = chosen.get("district", who.district_id)
    return districts, rows(COMMUNES, (district, today)) if district is not None else []


def _found(
    who: Reader, chosen: dict[str, Any], state: str, after: int, before: int
) -> tuple[list[tuple], int, int | None, int | None]:
    """The rows of the page, how many rows all pages have, and the ids beside which the pages before and after lie."""
    visible, values = _in("s.district_id", who.districts)
    where = ["s.deleted_at IS NULL", IN_STATE[state], visible]
    for name, value in chosen.items():
        where.append(FILTERS[name][2])
        values.append(" ".join(f'"{word}"*' for word in value.split()) if name == "q" else value)
    counted, all_values = " AND ".join(where), [*values, *values]
    if after or before:
        sign = ">" if after else "<"
        where.append(f"(s.sort_key, s.id) {sign} (?, ?)")
        (key,) = row("SELECT sort_key FROM school WHERE id = ?", (after or before,)) or abort(404)
        all_values += [key, after or before]
    way = "DESC" if before else "ASC"
    found = rows(LIST.format(counted=counted, listed=" AND ".join(where), way=way), all_values)
    more, found = len(found) > PAGE, found[:PAGE]
    if before:
        found.reverse()
    if not found:
        return [], 0, None, None
    is_first, is_last = not (more if before else after), not (before or more)
    return found, found[0][-1], None if is_first else found[0][0], None if is_last else found[-1][0]


def _in(column: str, ids: list[int] | None) -> tuple[str, list[int]]:
    """The condition that a column holds one of the ids, and its values; None stands for all."""
    return ("1", []) if ids is None else (f"{column} IN ({', '.join('?' * len(ids))})", list(ids))


def _chips(values: dict[str, Any], districts: dict[int, str], communes: dict[int, str]) -> list[tuple]:
    """(label, value in words, address without it, whether it is a name) of each filter in force."""
    words: dict[str, Any] = {
        "district": districts,
        "level": dict(LEVELS),
        "commune": communes,
        "ownership": OWNERSHIPS,
        "state": STATES,
        "difficult": YES_OR_NO,
        "paired": YES_OR_NO,
    }
    chips = []
    for name, value in values.items():
        label = "Trạng thái" if name == "state" else FILTERS[name][0]
        shown = value if name == "q" else words[name].get(value, "?")
        rest = {other: given for other, given in values.items() if other != name}
        chips.append((label, shown, address("/schools", rest), name in ("q", "district", "commune")))
    return chips


def address(path: str, values: dict[str, Any]) -> str:
    """An address with these filters."""
    return f"{path}?{urlencode(values)}" if values else path
