"""The floor: what the same pages cost in bare Flask, sqlite3 and Jinja, with hand-written SQL and the text as it is.

No permissions beyond the session's district, no modules, no translations, no form library, no security headers. What it
shares with the product: the database file and its durability, the session check, autoescape, gzip level 1, the HTML.
"""

from __future__ import annotations

import gzip
import hashlib
import sqlite3
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from flask import Flask, Response, abort, redirect, render_template, request

PAGE = 50
LEVELS = [(1, "Mầm non"), (2, "Tiểu học"), (4, "THCS"), (8, "THPT")]
LEVEL_NAMES = {bits: ", ".join(name for bit, name in LEVELS if bits & bit) for bits in range(16)}
ROLES = {"administrator": "Quản trị hệ thống", "officer": "Chuyên viên phòng"}
OWNERSHIPS = {"cong_lap": "Công lập"}
STANDARDS = {0: "Chưa đạt", 1: "Mức độ 1", 2: "Mức độ 2"}
# As long as the product's token.
CSRF = "x" * 91

SESSION = """
SELECT s.seen_at, p.id, p.name, m.role, m.district_id, d.name
FROM sign_in_session s JOIN person p ON p.id = s.person_id JOIN membership m ON m.id = s.membership_id
LEFT JOIN district d ON d.id = m.district_id
WHERE s.token_hash = ? AND p.active AND (m.ends_on IS NULL OR m.ends_on >= ?)
"""
MINE = """
SELECT DISTINCT other.district_id FROM programme_district mine
JOIN programme_district other ON other.programme_id = mine.programme_id WHERE mine.district_id = ?
"""
LIST = """
SELECT s.id, s.name, s.code, s.levels, c.name, d.name, s.illustrative, EXISTS(
  SELECT 1 FROM pairing WHERE state = 'active' AND (first_school_id = s.id OR second_school_id = s.id))
FROM school s JOIN district d ON d.id = s.district_id LEFT JOIN commune c ON c.id = s.commune_id
"""
WORDS = "s.id IN (SELECT rowid FROM school_words WHERE search_text MATCH ?)"
SHOW = """
SELECT s.name, s.code, s.levels, s.ownership, c.name, d.name, d.office_name,
  s.principal_name, s.phone, s.email, s.address, s.district_id
FROM school s JOIN district d ON d.id = s.district_id LEFT JOIN commune c ON c.id = s.commune_id WHERE s.id = ?
"""
PARTNERS = """
SELECT s.id, s.name, d.name FROM (
  SELECT second_school_id AS id FROM pairing WHERE first_school_id = :id
  UNION ALL SELECT first_school_id FROM pairing WHERE second_school_id = :id) p
JOIN school s ON s.id = p.id JOIN district d ON d.id = s.district_id ORDER BY s.sort_key
"""
TAGS = "SELECT kind, label, fact FROM school_tag WHERE school_id = ? ORDER BY id"
FIGURES = """
SELECT school_year, classes, pupils, staff, national_standard FROM school_year_figures WHERE school_id = ?
ORDER BY school_year DESC
"""
UPDATE = """
UPDATE school SET name = ?, code = ?, levels = ?, founded_year = ?, short_name = ?, ownership = ?, address = ?,
  phone = ?, email = ?, website = ?, principal_name = ?, note = ?, version = version + 1, updated_at = ?
WHERE id = ? AND version = ?
"""
AUDIT = """
INSERT INTO audit_entry (at, person_id, district_id, school_id, action, subject_type, subject_id, request_id, address)
VALUES (?, ?, ?, ?, 'school.update', 'school', ?, '', ?)
"""
TEXTS = ("short_name", "ownership", "address", "phone", "email", "website", "principal_name", "note")

_connection: sqlite3.Connection | None = None


class Reader(NamedTuple):
    """Who asks."""

    id: int
    name: str
    role: str
    district_id: int | None
    place: str | None


def connection() -> sqlite3.Connection:
    """The process's connection."""
    assert _connection is not None
    return _connection


def create_app(url: str) -> Flask:
    """The floor on the SQLite database at ``url``."""
    global _connection
    _connection = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None, timeout=10)
    for pragma in ("journal_mode = wal", "synchronous = full", "foreign_keys = 1", "cache_size = -8000"):
        _connection.execute(f"PRAGMA {pragma}")
    app = Flask(__name__, template_folder=str(Path(__file__).parent / "floor_templates"), static_folder=None)
    app.config["TEMPLATES_AUTO_RELOAD"] = False
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.add_url_rule("/schools", view_func=schools)
    app.add_url_rule("/schools/<int:school_id>", view_func=school)
    app.add_url_rule("/schools/<int:school_id>/edit", view_func=save, methods=["POST"])
    app.after_request(compress)
    return app


def reader() -> Reader:
    """The person whose session the cookie opens."""
    token = request.cookies.get("ct_session", "")
    hashed = hashlib.sha256(token.encode()).hexdigest()
    row = connection().execute(SESSION, (hashed, date.today().isoformat())).fetchone()
    if row is None or datetime.now(UTC).replace(tzinfo=None) - datetime.fromisoformat(row[0]) > timedelta(hours=12):
        abort(401)
    return Reader(*row[1:])


def page(template: str, who: Reader, **values: Any) -> str:
    """A whole page."""
    words = who.name.split()
    initials = words[0][0] + words[-1][0]
    return render_template(
        template, csrf=CSRF, name_of_reader=who.name, initials=initials, role=ROLES[who.role], place=who.place, **values
    )


def districts_of(who: Reader) -> list[int]:
    """The own district and its partners."""
    return [row[0] for row in connection().execute(MINE, (who.district_id,))]


def schools() -> str:
    """The list and its fragment."""
    who, arguments = reader(), request.args
    query, after, level = arguments.get("q", ""), arguments.get("after"), arguments.get("level", type=int)
    where, values = [], []
    mine = None
    if who.district_id is not None:
        mine = districts_of(who)
        where.append(f"s.district_id IN ({', '.join('?' * len(mine))})")
        values += mine
    if query:
        where.append(WORDS)
        values.append(" ".join(f'"{word}"*' for word in query.split()))
    if level:
        where.append("s.levels & ? != 0")
        values.append(level)
    counted = f"SELECT count(*) FROM (SELECT 1 FROM school s {_where(where)} LIMIT 1001)"
    count = connection().execute(counted, values).fetchone()[0]
    if after:
        where.append("(s.sort_key, s.id) > (SELECT sort_key, id FROM school WHERE id = ?)")
        values.append(int(after))
    listed = f"{LIST} {_where(where)} ORDER BY s.sort_key, s.id LIMIT {PAGE + 1}"
    rows = connection().execute(listed, values).fetchall()
    chips = [("Tìm", query, "/schools")] if query else []
    if level:
        chips.append(("Cấp học", LEVEL_NAMES[level], "/schools"))
    shown = {
        "rows": rows[:PAGE],
        "count": f"{count} trường" if count <= 1000 else "hơn 1.000 trường",
        "chips": chips,
        "previous": f"/schools?before={rows[0][0]}" if after else None,
        "next": f"/schools?after={rows[PAGE - 1][0]}" if len(rows) > PAGE else None,
        "level_names": LEVEL_NAMES,
    }
    if "HX-Request" in request.headers:
        return render_template("_list.html", fragment=True, **shown)
    districts = connection().execute("SELECT id, name FROM district ORDER BY sort_key").fetchall()
    if mine is not None:
        districts = [row for row in districts if row[0] in mine]
    communes = connection().execute(
        "SELECT id, name FROM commune WHERE district_id = ? ORDER BY sort_key", (who.district_id,)
    )
    return page(
        "list.html",
        who,
        districts=districts,
        communes=communes.fetchall(),
        levels=LEVELS,
        level=level,
        query=query,
        own_district=who.district_id,
        **shown,
    )


def _where(conditions: list[str]) -> str:
    return f"WHERE {' AND '.join(conditions)}" if conditions else ""


def school(school_id: int) -> str:
    """A school's page."""
    who = reader()
    row = connection().execute(SHOW, (school_id,)).fetchone()
    if row is None or (who.district_id is not None and row[-1] not in districts_of(who)):
        abort(404)
    name, code, levels, ownership, commune, district, office, *contact, _owner = row
    principal, phone, email, address = contact
    tags = connection().execute(TAGS, (school_id,)).fetchall()
    return page(
        "show.html",
        who,
        id=school_id,
        name=name,
        code=code,
        level=LEVEL_NAMES[levels],
        ownership=OWNERSHIPS[ownership],
        commune=commune,
        district=district,
        office=office,
        strengths=[tag[1:] for tag in tags if tag[0] == "strength"],
        needs=[tag[1:] for tag in tags if tag[0] == "need"],
        principal=principal,
        phone=f"0{phone[3:5]} {phone[5:9]} {phone[9:]}",
        email=email,
        address=address,
        partners=connection().execute(PARTNERS, {"id": school_id}).fetchall(),
        figures=[
            (year, classes, f"{pupils:,}".replace(",", "."), staff, STANDARDS.get(standard, "–"))
            for year, classes, pupils, staff, standard in connection().execute(FIGURES, (school_id,))
        ],
    )


def save(school_id: int) -> Response:
    """Save the form: one row and its audit entry with one value, in one transaction."""
    who, form = reader(), request.form
    moment = datetime.now(UTC).replace(tzinfo=None, microsecond=0).isoformat(" ")
    run = connection().execute
    run("BEGIN IMMEDIATE")
    try:
        district_id, before = run("SELECT district_id, note FROM school WHERE id = ?", (school_id,)).fetchone()
        if district_id != who.district_id:
            abort(403)
        levels = sum(map(int, form.getlist("levels")))
        own = [form["name"], form["code"] or None, levels, form["founded_year"] or None]
        values = [*own, *(form[name] for name in TEXTS)]
        if not run(UPDATE, (*values, moment, school_id, int(form["version"]))).rowcount:
            abort(409)
        entry = run(AUDIT, (moment, who.id, district_id, school_id, school_id, request.remote_addr)).lastrowid
        run(
            "INSERT INTO audit_value (entry_id, field, before, after) VALUES (?, 'note', ?, ?)",
            (entry, before, form["note"]),
        )
        run("COMMIT")
    except BaseException:
        run("ROLLBACK")
        raise
    return redirect(f"/schools/{school_id}", 303)


def compress(response: Response) -> Response:
    """As the product does it."""
    body = response.get_data()
    if len(body) >= 1000:
        response.set_data(gzip.compress(body, 1))
        response.headers["Content-Encoding"] = "gzip"
    return response
