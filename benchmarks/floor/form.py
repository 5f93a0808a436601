"""Saving the form of a school."""

from __future__ import annotations

import hmac
import re
from datetime import UTC, date, datetime
from typing import Any
from unicodedata import normalize

from flask import Response, abort, flash, redirect, request, session

from benchmarks.floor.database import connection, row
from benchmarks.floor.index import LEVELS, OWNERSHIPS
from benchmarks.floor.reader import reader

# The fields of text, and how long each may be.
TEXTS = {
    **{"name": 200, "short_name": 60, "code": 20, "ownership": 30, "commune": 200, "address": 300, "phone": 30},
    **{"email": 200, "website": 200, "principal_name": 120, "note": 2000},
}
CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z.\-]*")
PHONE = re.compile(r"(?:0[35789]\d{8}|02\d{9})", re.ASCII)
EMAIL = re.compile(r"[^@\s,;]+@[^@\s,;.]+(?:\.[^@\s,;.]+)+")
WEBSITE = re.compile(r"(https?://)?[\w\-]+(\.[\w\-]+)+(:\d+)?(/\S*)?")
ALL_LEVELS = {bit for bit, _name in LEVELS}
FIELDS = [*TEXTS, "levels", "difficult_area", "founded_year"]
# They also stand in the keys of search and sorting.
IDENTITY = {"name", "short_name", "code", "levels", "commune"}

BEFORE = f"""
SELECT s.district_id, s.version, {", ".join(f"s.{name}" for name in FIELDS if name != "commune")}, c.name
FROM school s LEFT JOIN commune c ON c.id = s.commune_id WHERE s.id = ? AND s.deleted_at IS NULL
"""
ENTRY = """
INSERT INTO audit_entry (at, person_id, district_id, school_id, action, subject_type, subject_id, version, request_id,
  address)
VALUES (?, ?, ?, ?, 'school.update', 'school', ?, ?, '', ?)
"""
VALUE = "INSERT INTO audit_value (entry_id, field, before, after) VALUES (?, ?, ?, ?)"


def save(school_id: int) -> Response:
    """Save the form: what changed of the row, and its audit entry with the values, in one transaction."""
    who, known = reader(), session.get("csrf_token")
    if known is None or not hmac.compare_digest(known, request.form.get("csrf_token", "")):
        abort(400)
    values, wrong = read_form()
    if wrong:
        abort(422)
    moment = datetime.now(UTC).replace(tzinfo=None).isoformat(" ", "seconds")
    run = connection().execute
    run("BEGIN IMMEDIATE")
    try:
        found = row(BEFORE, (school_id,)) or abort(404)
        district_id, version, *before, commune = found
        if who.district_id not in (None, district_id):
            abort(403)
        if version != request.form.get("version", type=int):
            abort(409)
        kept = dict(zip([name for name in FIELDS if name != "commune"], before, strict=True), commune=commune or "")
        changed = {name: value for name, value in values.items() if value != kept[name]}
        if changed.keys() & IDENTITY:
            # The measured form changes none of them.
            abort(501)
        if changed:
            columns = ", ".join(f"{name} = ?" for name in changed)
            update = f"UPDATE school SET {columns}, version = ?, updated_at = ? WHERE id = ?"
            run(update, (*changed.values(), version + 1, moment, school_id))
            where = (district_id, school_id, school_id, version + 1, request.remote_addr)
            entry = run(ENTRY, (moment, who.id, *where)).lastrowid
            for name, value in changed.items():
                run(VALUE, (entry, name, str(kept[name]), str(value)))
        run("COMMIT")
    except BaseException:
        run("ROLLBACK")
        raise
    flash("Đã lưu." if changed else "Không có gì thay đổi.", "good" if changed else "info")
    return redirect(f"/schools/{school_id}", 303)


def read_form() -> tuple[dict[str, Any], list[str]]:
    """The values of the form as the table keeps them, and the names of the fields that are wrong."""
    form = request.form
    values: dict[str, Any] = {name: _text(form.get(name, ""), name == "note") for name in TEXTS}
    wrong = [name for name, most in TEXTS.items() if len(values[name]) > most]
    levels = {int(level) for level in form.getlist("levels") if level.isdecimal()}
    if not values["name"]:
        wrong.append("name")
    if not levels or not levels <= ALL_LEVELS:
        wrong.append("levels")
    if values["ownership"] not in OWNERSHIPS:
        wrong.append("ownership")
    digits = re.sub(r"[\s.\-()/]+", "", values["phone"]).replace("+84", "0", 1)
    shapes = ((CODE, "code", values["code"]), (PHONE, "phone", digits))
    shapes += ((EMAIL, "email", values["email"]), (WEBSITE, "website", values["website"]))
    wrong += [name for shape, name, text in shapes if text and not shape.fullmatch(text)]
    founded = form.get("founded_year", "").strip()
    if founded and not (founded.isdecimal() and 1800 <= int(founded) <= date.today().year):
        wrong.append("founded_year")
    if wrong:
        return {}, wrong
    values["code"] = values["code"] or None
    values["phone"] = f"+84{digits[1:]}" if digits else ""
    values["email"] = values["email"].lower()
    values["levels"] = sum(levels)
    values["difficult_area"] = int("difficult_area" in form)
    values["founded_year"] = int(founded) if founded else None
    return values, wrong


def _text(text: str, keeps_lines: bool) -> str:
    """One spelling of the same: composed letters, single spaces."""
    text = normalize("NFC", text)
    if not keeps_lines:
        return " ".join(text.split())
    return "\n".join(" ".join(line.split()) for line in text.splitlines()).strip()
