"""Who asks, and the frame that everybody's pages stand in."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from flask import abort, render_template, request, session

from benchmarks.floor.database import connection, row, rows

WORK = {"administrator": "Quản trị hệ thống", "officer": "Chuyên viên phòng"}
TWINNED = "('approved', 'met', 'agreed', 'signed', 'active', 'review')"
IDLE, LONGEST, SEEN_EVERY = timedelta(hours=12), timedelta(days=7), timedelta(minutes=10)

SESSION = """
SELECT s.created_at, s.seen_at, p.id, p.name, p.theme,
  (SELECT count(*) FROM membership o WHERE o.person_id = p.id
    AND (o.starts_on IS NULL OR o.starts_on <= :today) AND (o.ends_on IS NULL OR o.ends_on >= :today)),
  (SELECT count(*) FROM (SELECT 1 FROM notice n WHERE n.person_id = p.id AND n.seen_at IS NULL
    AND (n.module = '' OR EXISTS(SELECT 1 FROM membership o WHERE o.person_id = p.id
      AND (o.starts_on IS NULL OR o.starts_on <= :today) AND (o.ends_on IS NULL OR o.ends_on >= :today)
      AND (o.role = 'administrator' OR EXISTS(SELECT 1 FROM district_module dm
        WHERE dm.district_id = o.district_id AND dm.module = n.module AND dm.enabled = 1))))
    LIMIT 100)),
  f.confirmed_at, m.role, m.district_id, m.school_id, d.name, sc.name
FROM sign_in_session s JOIN person p ON p.id = s.person_id
LEFT JOIN membership m ON m.id = s.membership_id
  AND (m.starts_on IS NULL OR m.starts_on <= :today) AND (m.ends_on IS NULL OR m.ends_on >= :today)
LEFT JOIN district d ON d.id = m.district_id LEFT JOIN school sc ON sc.id = m.school_id
LEFT JOIN second_factor f ON f.person_id = p.id
WHERE s.token_hash = :token AND s.waits_for_code = 0 AND p.active = 1 AND p.deleted_at IS NULL
"""
# What follows from a place: shared districts, modules, partner schools, duties there.
PLACE = f"""
SELECT 'district', other.district_id FROM programme_district other
JOIN programme_district mine ON mine.programme_id = other.programme_id
JOIN programme p ON p.id = other.programme_id
WHERE mine.district_id = :district AND (mine.joined_on IS NULL OR mine.joined_on <= :today)
  AND (mine.left_on IS NULL OR mine.left_on > :today) AND (other.joined_on IS NULL OR other.joined_on <= :today)
  AND (other.left_on IS NULL OR other.left_on > :today) AND p.state NOT IN ('draft', 'dropped')
UNION ALL SELECT 'module', module FROM district_module WHERE district_id = :district AND enabled = 1
UNION ALL SELECT 'partner', second_school_id FROM pairing WHERE state IN {TWINNED} AND first_school_id = :school
UNION ALL SELECT 'partner', first_school_id FROM pairing WHERE state IN {TWINNED} AND second_school_id = :school
UNION ALL SELECT 'function', kind FROM person_function WHERE person_id = :person AND school_id = :school
  AND (starts_on IS NULL OR starts_on <= :today) AND (ends_on IS NULL OR ends_on >= :today)
"""


@dataclass(slots=True)
class Reader:
    """Who asks. ``districts`` are those whose schools they see, None for all."""

    id: int
    name: str
    theme: str
    memberships: int
    unread: int
    role: str
    district_id: int | None
    place: str | None
    districts: list[int] | None
    modules: set[str]

    @property
    def initials(self) -> str:
        """First letters of family and given name."""
        words = self.name.split()
        return words[0][0] + words[-1][0]

    @property
    def work(self) -> str:
        """The role in words."""
        return WORK[self.role]


def reader() -> Reader:
    """The person whose session the cookie opens."""
    hashed = hashlib.sha256(request.cookies.get("ct_session", "").encode()).hexdigest()
    today, moment = date.today().isoformat(), datetime.now(UTC).replace(tzinfo=None)
    found = row(SESSION, {"token": hashed, "today": today})
    if found is None:
        abort(401)
    created_at, seen_at, id_, name, theme, memberships, unread, _has_factor, role, district, school, *names = found
    unseen = moment - datetime.fromisoformat(seen_at)
    if unseen > IDLE or moment - datetime.fromisoformat(created_at) > LONGEST or role not in WORK:
        abort(401)
    if unseen > SEEN_EVERY:
        seen = "UPDATE sign_in_session SET seen_at = ? WHERE token_hash = ?"
        connection().execute(seen, (moment.isoformat(" ", "seconds"), hashed))
    districts, modules = None, set()
    if district is not None:
        place = {"person": id_, "district": district, "school": school or 0, "today": today}
        follows = rows(PLACE, place)
        districts = sorted({district, *(value for kind, value in follows if kind == "district")})
        modules = {value for kind, value in follows if kind == "module"}
    place_name = names[1] or names[0]
    return Reader(id_, name, theme, memberships, unread, role, district, place_name, districts, modules)


def page(template: str, who: Reader, **values: Any) -> str:
    """A whole page."""
    csrf = session.get("csrf_token")
    if csrf is None:
        # As long as the product's token.
        csrf = session["csrf_token"] = secrets.token_urlsafe(68)
    return render_template(template, reader=who, csrf=csrf, **values)
