"""Meetings: planned, noted within a minute; and the coordinator's pile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, abort, g, render_template

from intranet.api import Refused, blame, go, opened, options, remember, repeated, requires, say, today
from intranet.api import gettext as _
from plugins.mentoring.cases.queries import goals
from plugins.mentoring.logs import rules
from plugins.mentoring.logs.forms import LogForm, PlanForm, hour_of, minutes_of
from plugins.mentoring.logs.pile import HEADS, pile
from plugins.mentoring.mentors.access import closed_page, own_match, seen_case, shows
from plugins.mentoring.mentors.match_views import match_address
from plugins.mentoring.routes import blueprint
from plugins.mentoring.tables.mentors import Match, Meeting

Answer = Response | tuple[str, int]
FOLDER = "mentoring/logs"


def _meeting(match: Match, meeting_id: int | None) -> Meeting | None:
    """The meeting of this match; 404 for another's."""
    if meeting_id is None:
        return None
    return Meeting.get_or_none(Meeting.id == meeting_id, Meeting.match == match) or abort(404)


def _log_form(match: Match, **arguments: Any) -> LogForm:
    form = LogForm(**arguments)
    form.goal.choices = options([(0, _("Không thuộc mục tiêu nào")), *(row[:2] for row in goals(match.case))])
    # A time that was called off needs no more words.
    form.done.flags.required = form.state.data != rules.CANCELLED
    return form


def _log_page(form: LogForm, match: Match, meeting: Meeting | None) -> str:
    case = seen_case(match, "log")
    return render_template(f"{FOLDER}/log.html", form=form, match=match, case=case, meeting=meeting)


@blueprint.get("/matches/<int:match_id>/log")
@blueprint.get("/matches/<int:match_id>/meetings/<int:meeting_id>")
@requires("mentoring.mentor")
def ask_log(match_id: int, meeting_id: int | None = None) -> str:
    """The form of a log, filled in as well as may be."""
    match = own_match(match_id)
    if match.state != "active" or not shows(match):
        return closed_page(match)
    meeting = _meeting(match, meeting_id)
    known = meeting or match
    data = {"on": today(), "starts": hour_of(known.starts), "minutes": known.minutes, "subject": known.subject}
    if meeting:
        data |= {"on": meeting.on, "goal": meeting.goal_id, "important": meeting.important}
    if meeting and meeting.state != rules.PLANNED:
        data |= {"state": meeting.state, "result": meeting.result, "done": opened(meeting, "done")}
    return _log_page(_log_form(match, data=data), match, meeting)


@blueprint.post("/matches/<int:match_id>/log")
@blueprint.post("/matches/<int:match_id>/meetings/<int:meeting_id>")
@requires("mentoring.mentor")
def save_log(match_id: int, meeting_id: int | None = None) -> Answer:
    """Save a log. What cannot be saved any more is shown once, to be copied."""
    match = own_match(match_id)
    meeting = _meeting(match, meeting_id)
    form = _log_form(match)
    return _write(
        match,
        form,
        lambda done: rules.write_log(match, meeting, form.values(), g.actor, done=done),
        lambda: _log_page(form, match, meeting),
        _("Đã ghi nhật ký."),
        form.done.data or "",
    )


def _write(
    match: Match,
    form: Any,
    rule: Callable[[Callable[[], None]], Any],
    show_again: Callable[[], str],
    said: str,
    typed: str = "",
) -> Answer:
    home = match_address(match.id)
    if done := repeated():
        return go(done)
    if match.state != "active" or not shows(match):
        return _refused(match, typed)
    if not form.validate():
        return show_again(), 422
    try:
        rule(lambda: remember(home))
    except rules.Closed:
        return _refused(Match.get_by_id(match.id), typed)
    except Refused as refusal:
        blame(form, refusal)
        return show_again(), 422
    say(said)
    return go(home)


def _refused(match: Match, typed: str) -> Answer:
    """Nothing was kept of what the mentor typed: this answer is the one place where it stands."""
    return render_template(
        "mentoring/mentors/closed.html", match=match, case=match.case, typed=typed, refused=True
    ), 409


@blueprint.get("/matches/<int:match_id>/plan")
@requires("mentoring.mentor")
def ask_plan(match_id: int) -> str:
    """The form of a planned time."""
    match = own_match(match_id)
    if match.state != "active" or not shows(match):
        return closed_page(match)
    return _plan_page(PlanForm(data={"starts": hour_of(match.starts), "minutes": match.minutes}), match)


def _plan_page(form: PlanForm, match: Match) -> str:
    return render_template(f"{FOLDER}/plan.html", form=form, match=match, case=seen_case(match, "match"))


@blueprint.post("/matches/<int:match_id>/plan")
@requires("mentoring.mentor")
def plan(match_id: int) -> Answer:
    """Arrange a time."""
    match, form = own_match(match_id), PlanForm()
    return _write(
        match,
        form,
        lambda done: rules.plan(
            match, form.on.data, minutes_of(form.starts.data), form.minutes.data, g.actor, done=done
        ),
        lambda: _plan_page(form, match),
        _("Đã hẹn buổi kèm."),
    )


@blueprint.get("/pile")
@requires("mentoring.coordinate")
def coordinators_pile() -> str:
    """What nobody may forget: no log, no mentor, consents that end, no contact, mentors gone."""
    if g.actor.school_id is None:
        abort(403)
    return render_template(f"{FOLDER}/pile.html", pile=pile(g.actor), heads=HEADS)
