"""A match: read by the mentor and by those who keep the case, and taken along its life."""

from __future__ import annotations

from flask import Response, abort, g, render_template

from intranet.api import gettext as _
from intranet.api import may, opened, requires, today
from plugins.mentoring.cases.kinds import REACHED
from plugins.mentoring.cases.privacy import keeps, sees_name
from plugins.mentoring.cases.queries import goals
from plugins.mentoring.cases.rules import name_of
from plugins.mentoring.cases.views import write
from plugins.mentoring.logs import queries as logs
from plugins.mentoring.logs.rules import may_write
from plugins.mentoring.mentors import rules
from plugins.mentoring.mentors.access import closed_page, match_for, own_match, seen_case, shows
from plugins.mentoring.mentors.effects import why_not
from plugins.mentoring.mentors.forms import AcceptForm, DeclineForm, FinishForm, PauseForm
from plugins.mentoring.mentors.free_time import WEEKDAYS, clock
from plugins.mentoring.pages import HOME
from plugins.mentoring.routes import blueprint
from plugins.mentoring.tables.mentors import Match

Answer = Response | tuple[str, int]
FOLDER = "mentoring/mentors"


def match_address(match_id: int) -> str:
    """A match's page."""
    return f"{HOME}/matches/{match_id}"


@blueprint.get("/matches/<int:match_id>")
@requires("mentoring.view")
def match(match_id: int) -> str:
    """A match: the child's code, goals and subject, and what was noted of each time."""
    found = match_for(match_id)
    if not shows(found):
        return closed_page(found)
    case = seen_case(found, "match")
    keeper = keeps(g.actor, case)
    return render_template(
        f"{FOLDER}/show.html",
        match=found,
        case=case,
        keeper=keeper,
        own=found.mentor_id == g.actor.person_id,
        name=name_of(case) if sees_name(g.actor, case) else "",
        goals=goals(case),
        reached=REACHED,
        weekly=_weekly(found),
        planned=logs.planned(found),
        meetings=logs.noted(found),
        results=logs.RESULTS,
        writable=may_write,
        assessment=opened(found, "assessment") if keeper else "",
        warning=why_not(found) if keeper and found.state in ("proposed", "accepted", "active") else None,
        clock=clock,
        day=today(),
    )


def _weekly(match: Match) -> str:
    if match.weekday is None or match.starts is None:
        return _("Tự hẹn từng buổi")
    times = f"{clock(match.starts)}-{clock(match.starts + match.minutes)}"
    return f"{WEEKDAYS[match.weekday]} {times}"


@blueprint.get("/matches/<int:match_id>/accept")
@requires("mentoring.mentor")
def ask_accept_match(match_id: int) -> str:
    """What a mentor promises."""
    found = own_match(match_id)
    return _accept_page(AcceptForm(), found) if shows(found) else closed_page(found)


def _accept_page(form: AcceptForm, match: Match) -> str:
    case = seen_case(match, "match")
    return render_template(
        f"{FOLDER}/accept.html",
        form=form,
        match=match,
        case=case,
        name=name_of(case) if sees_name(g.actor, case) else "",
        goals=goals(case),
        weekly=_weekly(match),
    )


@blueprint.post("/matches/<int:match_id>/accept")
@requires("mentoring.mentor")
def accept_match(match_id: int) -> Answer:
    """Take the child on."""
    found, form = own_match(match_id), AcceptForm()
    if not shows(found):
        return closed_page(found), 409
    return write(
        found.case,
        form,
        lambda done: rules.accept(found, g.actor, done=done),
        lambda: _accept_page(form, found),
        _("Thầy/cô đã nhận kèm. Việc kèm bắt đầu khi trường duyệt."),
        match_address(found.id),
    )


@blueprint.get("/matches/<int:match_id>/decline")
@requires("mentoring.mentor")
def ask_decline_match(match_id: int) -> str:
    """Why not?"""
    return _step_page("decline", DeclineForm(), own_match(match_id))


def _step_page(name: str, form: object, match: Match) -> str:
    return render_template(f"{FOLDER}/{name}.html", form=form, match=match, case=match.case)


@blueprint.post("/matches/<int:match_id>/decline")
@requires("mentoring.mentor")
def decline_match(match_id: int) -> Answer:
    """Do not take the child on."""
    found, form = own_match(match_id), DeclineForm()
    return write(
        found.case,
        form,
        lambda done: rules.decline(found, form.reason.data, g.actor, done=done),
        lambda: _step_page("decline", form, found),
        _("Đã ghi thầy/cô không nhận kèm."),
        f"{HOME}/pupils",
    )


def _running(match_id: int) -> Match:
    """A match that the actor may pause or end: the mentor, or those who coordinate the case."""
    found = match_for(match_id)
    if found.mentor_id != g.actor.person_id and not may(g.actor, "mentoring.coordinate", found):
        abort(403)
    return found


@blueprint.get("/matches/<int:match_id>/pause")
@requires("mentoring.view")
def ask_pause_match(match_id: int) -> str:
    """For how long?"""
    return _step_page("pause", PauseForm(), _running(match_id))


@blueprint.post("/matches/<int:match_id>/pause")
@requires("mentoring.view")
def pause_match(match_id: int) -> Answer:
    """Pause it."""
    found, form = _running(match_id), PauseForm()
    return write(
        found.case,
        form,
        lambda done: rules.pause(found, form.until.data, g.actor, done=done),
        lambda: _step_page("pause", form, found),
        _("Đã tạm dừng."),
        match_address(found.id),
    )


@blueprint.get("/matches/<int:match_id>/finish")
@requires("mentoring.view")
def ask_finish_match(match_id: int) -> str:
    """How did it go?"""
    return _step_page("finish", FinishForm(), _running(match_id))


@blueprint.post("/matches/<int:match_id>/finish")
@requires("mentoring.view")
def finish_match(match_id: int) -> Answer:
    """End it with a look back."""
    found, form = _running(match_id), FinishForm()
    return write(
        found.case,
        form,
        lambda done: rules.finish(found, form.reached.data, form.assessment.data, g.actor, done=done),
        lambda: _step_page("finish", form, found),
        _("Đã kết thúc việc kèm."),
        match_address(found.id) if keeps(g.actor, found.case) else f"{HOME}/pupils",
    )
