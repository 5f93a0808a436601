"""What somebody may see of a match: a mentor loses sight of the child at once, and keeps the link to the match."""

from __future__ import annotations

from flask import abort, g, render_template

from intranet.api import fetch
from plugins.mentoring.cases.privacy import keeps, see
from plugins.mentoring.mentors.effects import why_not
from plugins.mentoring.tables.cases import Case
from plugins.mentoring.tables.mentors import SEES_CASE, Match


def match_for(match_id: int) -> Match:
    """A match that the actor may know of; 404 for strangers, so that nobody learns what exists."""
    return fetch(Match, match_id, g.actor)


def own_match(match_id: int) -> Match:
    """A match of the actor's own; else 403, or 404 for strangers."""
    match = match_for(match_id)
    return match if match.mentor_id == g.actor.person_id else abort(403)


def shows(match: Match) -> bool:
    """Whether the child may be shown to the actor now. The consent may have been withdrawn a moment ago."""
    case = match.case
    if g.actor.school_id is None or keeps(g.actor, case):
        return True
    return match.state in SEES_CASE and why_not(match) is None


def seen_case(match: Match, what: str) -> Case:
    """The child's case, once it is written down that the actor reads ``what`` of it."""
    see(match.case, what)
    return match.case


def closed_page(match: Match) -> str:
    """What a mentor sees of a match while the child may not be shown: the code, and whom to ask."""
    return render_template("mentoring/mentors/closed.html", match=match, case=match.case)
