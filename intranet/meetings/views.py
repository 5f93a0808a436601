"""The pages of a pair's meetings: the list, one meeting, its plan and its minutes."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from flask import abort, g, render_template, request, url_for

from intranet.files.queries import LATEST, page_of
from intranet.kernel.clock import local, now, today
from intranet.kernel.forms import remember, repeated
from intranet.kernel.language import gettext as _
from intranet.kernel.language import lazy_gettext
from intranet.meetings import (
    attendee_views,  # noqa: F401 (its views register themselves)
    blueprint,
    queries,
    rules,
    telling,
    upkeep,  # noqa: F401 (what is done every day)
)
from intranet.meetings.forms import LABELS, MeetingForm, MinutesForm, form_data, put_value, shown_value
from intranet.meetings.pages import meeting_for
from intranet.pairings.pages import pairing_for
from intranet.registry.pledges import (
    ATTENDANCE,
    CANCELLED,
    CONFIRMED,
    HELD,
    MEETING,
    MEETING_KINDS,
    MEETING_STATES,
    PLANNED,
    POSTPONED,
    PRESENT,
    Meeting,
    PledgeClause,
)
from intranet.registry.twinning import TWINNED, Pairing
from intranet.shared.access import fetch, may
from intranet.shared.attachments import Attachable, register_attachable
from intranet.shared.edits import Conflict, Refused
from intranet.web.addresses import external
from intranet.web.gate import requires
from intranet.web.hx import go
from intranet.web.layout import named, say
from intranet.web.saving import Answer, blame, conflict_page, save_form

GET_AND_POST = ("GET", "POST")
SHAPES = {PLANNED: "info", POSTPONED: "warn", HELD: "info", CONFIRMED: "good", CANCELLED: "neutral"}

register_attachable(
    Attachable(
        model=Meeting,
        title=lazy_gettext("Ảnh, biên bản đã ký"),
        # Whoever sees the meeting sees what lies on it.
        may_read=lambda actor, meeting: True,
        may_write=lambda actor, meeting: may(actor, "pairings.work", meeting),
        address=lambda meeting: f"/meetings/{meeting.id}",
        name=lambda meeting: meeting.title,
    )
)


@blueprint.get("/pairing/<int:pairing_id>")
@requires("pairings.view")
def index(pairing_id: int) -> str:
    """All meetings and visits of a pair."""
    pairing = fetch(Pairing, pairing_id, g.actor)
    rows = [
        (id_, MEETING_KINDS[kind], title, telling.when(starts_at, ends_at), place, MEETING_STATES[state], SHAPES[state])
        for id_, kind, title, starts_at, ends_at, place, state in queries.meetings_of(pairing.id)
    ]
    plannable = pairing.state in TWINNED and may(g.actor, "pairings.work", pairing)
    return render_template("meetings/index.html", pairing=pairing, rows=rows, plannable=plannable)


@blueprint.route("/pairing/<int:pairing_id>/new", methods=GET_AND_POST)
@requires("pairings.work")
def new(pairing_id: int) -> Answer:
    """The form of a new meeting or visit."""
    pairing = pairing_for(pairing_id, "pairings.work")
    if request.method == "GET":
        own = g.actor.school_id or pairing.first_school_id
        form = MeetingForm(data={"kind": MEETING, "host": own, "clause": request.args.get("clause")})
        form.offer(pairing)
        return _plan_page(form, pairing)
    if done := repeated():
        return go(done)
    form = MeetingForm()
    form.offer(pairing)
    if not form.validate():
        return _plan_page(form, pairing), 422
    try:
        meeting = rules.plan_meeting(
            pairing, form.values(), person_id=g.actor.person_id, done=lambda made: remember(_home(made.id))
        )
    except Refused as refusal:
        blame(form, refusal)
        return _plan_page(form, pairing), 422
    say(named(_("Đã lên lịch %(title)s. Thầy/cô xem lại thành phần rồi gửi lời mời."), title=meeting.title))
    return go(_home(meeting.id))


def _home(meeting_id: int) -> str:
    return url_for("meetings.show", meeting_id=meeting_id)


def _plan_page(form: MeetingForm, pairing: Pairing, meeting: Meeting | None = None, **extra: Any) -> str:
    return render_template("meetings/form.html", form=form, pairing=pairing, meeting=meeting, **extra)


@blueprint.route("/<int:meeting_id>/edit", methods=GET_AND_POST)
@requires("pairings.work")
def edit(meeting_id: int) -> Answer:
    """The form of what was planned."""
    meeting = meeting_for(meeting_id, "pairings.work")
    if request.method == "GET":
        form = MeetingForm(data=form_data(rules.values_of(meeting)) | {"version": meeting.version})
        form.offer(meeting.pairing)
        return _plan_page(form, meeting.pairing, meeting)
    form = MeetingForm()
    form.offer(meeting.pairing)

    def page(shown: MeetingForm, current: Meeting, **extra: Any) -> str:
        return _plan_page(shown, current.pairing, current, **extra)

    def conflicting(conflict: Conflict) -> tuple[str, int]:
        return conflict_page(form, Meeting.get_by_id(meeting_id), conflict, _shown_in(form), page, put_value)

    return save_form(
        form,
        lambda: page(form, meeting),
        lambda **how: rules.update_meeting(meeting, form.values(), **how),
        home=_home(meeting_id),
        conflict=conflicting,
    )


def _shown_in(form: Any) -> Any:
    return lambda name, value: (str(LABELS[name]), shown_value(form, name, value))


@blueprint.get("/<int:meeting_id>")
@requires("pairings.view")
def show(meeting_id: int) -> str:
    """A meeting or a visit: what, when, where, who, and what came of it."""
    meeting = fetch(Meeting, meeting_id, g.actor)
    attendees = queries.attendees_of(meeting.id)
    files, more_files = page_of("meeting", meeting.id, most=LATEST)
    writable = may(g.actor, "pairings.work", meeting)
    return render_template(
        "meetings/show.html",
        meeting=meeting,
        pairing=meeting.pairing,
        kind=MEETING_KINDS[meeting.kind],
        when=telling.when(meeting.starts_at, meeting.ends_at),
        clause=PledgeClause.get_or_none(PledgeClause.id == meeting.clause_id) if meeting.clause_id else None,
        attendees=attendees,
        groups=[(school, list(people)) for school, people in groupby(attendees, lambda attendee: attendee.school)],
        attendance=ATTENDANCE,
        present=sum(attendee.attendance == PRESENT for attendee in attendees),
        noted=any(attendee.attendance for attendee in attendees),
        clashes=queries.clashes_of(meeting, attendees) if _is_ahead(meeting) else (),
        files=files,
        more_files=more_files,
        message=telling.message(meeting, external(_home(meeting.id))),
        writable=writable,
        editable=writable and meeting.state in rules.OPEN,
        invitable=writable and meeting.state == PLANNED,
        countable=writable and meeting.state in (PLANNED, HELD) and local(meeting.starts_at).date() <= today(),
    )


def _is_ahead(meeting: Meeting) -> bool:
    return meeting.state == PLANNED and meeting.starts_at > now()


@blueprint.route("/<int:meeting_id>/minutes", methods=GET_AND_POST)
@requires("pairings.work")
def minutes(meeting_id: int) -> Answer:
    """The form of the minutes."""
    meeting = meeting_for(meeting_id, "pairings.work")
    if meeting.state not in (PLANNED, HELD):
        abort(404)
    if request.method == "GET":
        data = {name: getattr(meeting, name) for name in rules.MINUTES} | {"version": meeting.version}
        data["secretary"] = data["secretary"] or g.actor.name
        return _minutes_page(MinutesForm(data=data), meeting)
    form = MinutesForm()

    def conflicting(conflict: Conflict) -> tuple[str, int]:
        return conflict_page(form, Meeting.get_by_id(meeting_id), conflict, _shown_in(form), _minutes_page)

    return save_form(
        form,
        lambda: _minutes_page(form, meeting),
        lambda **how: rules.save_minutes(meeting, {name: form[name].data for name in rules.MINUTES}, **how),
        home=_home(meeting_id),
        conflict=conflicting,
    )


def _minutes_page(form: MinutesForm, meeting: Meeting, **extra: Any) -> str:
    return render_template(
        "meetings/minutes.html",
        form=form,
        meeting=meeting,
        attendees=queries.attendees_of(meeting.id),
        attendance=ATTENDANCE,
        when=telling.when(meeting.starts_at, meeting.ends_at),
        **extra,
    )
