"""Reads shaped for the screens of meetings, and for the coordinator's pile."""

from __future__ import annotations

from typing import Any

from intranet.api import lazy_gettext as _
from intranet.api import opened
from plugins.mentoring.tables.mentors import Match, Meeting

RESULTS = {"good": _("Tiến bộ"), "fair": _("Bình thường"), "hard": _("Còn khó khăn")}
MOST_SHOWN = 60


def planned(match: Match) -> list[Meeting]:
    """The planned times without a log, the earliest first."""
    query = Meeting.select().where(Meeting.match == match, Meeting.state == "planned")
    return list(query.order_by(Meeting.on, Meeting.id))


def noted(match: Match) -> list[tuple[Any, str]]:
    """(meeting, what was done) of those that have a log, the latest first."""
    query = Meeting.select().where(Meeting.match == match, Meeting.state != "planned")
    rows = query.order_by(Meeting.on.desc(), Meeting.id.desc()).limit(MOST_SHOWN)
    return [(meeting, opened(meeting, "done")) for meeting in rows]
