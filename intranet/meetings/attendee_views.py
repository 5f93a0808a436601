"""The pages on which people are asked to a meeting, and on which it is noted who came: one row, one POST."""

from __future__ import annotations

from flask import Response, abort, g, render_template, request, url_for

from intranet.kernel.forms import remember, repeated
from intranet.kernel.language import gettext as _
from intranet.kernel.language import ngettext
from intranet.meetings import blueprint, queries, rules, telling
from intranet.meetings.forms import GuestForm
from intranet.meetings.pages import attendee_of, meeting_for
from intranet.registry.pledges import ATTENDANCE, PRESENT, Meeting
from intranet.registry.schools import School
from intranet.shared.edits import Refused
from intranet.web.gate import requires
from intranet.web.hx import go
from intranet.web.layout import named, say
from intranet.web.saving import Answer, blame

GET_AND_POST = ("GET", "POST")


def _home(meeting_id: int, page: str = "show") -> str:
    return url_for(f"meetings.{page}", meeting_id=meeting_id)


@blueprint.get("/<int:meeting_id>/people")
@requires("pairings.work")
def people(meeting_id: int) -> str:
    """Whom to ask."""
    return _people_page(GuestForm(), meeting_for(meeting_id, "pairings.work"))


def _people_page(form: GuestForm, meeting: Meeting) -> str:
    attendees = queries.attendees_of(meeting.id)
    return render_template(
        "meetings/people.html",
        form=form,
        meeting=meeting,
        asked={attendee.person_id for attendee in attendees},
        guests=[attendee for attendee in attendees if not attendee.school],
        schools=[(school, rules.people_of(school.id)) for school in _own_schools(meeting)],
    )


def _own_schools(meeting: Meeting) -> list[School]:
    """The schools of the pair whose people the actor knows: of the partner, only who stands for it (decision D1)."""
    schools = (meeting.pairing.first_school, meeting.pairing.second_school)
    actor = g.actor
    if actor.school_id:
        return [school for school in schools if school.id == actor.school_id]
    return [school for school in schools if actor.sees_all or school.district_id == actor.district_id]


@blueprint.post("/<int:meeting_id>/people/<int:school_id>")
@requires("pairings.work")
def choose_people(meeting_id: int, school_id: int) -> Response:
    """Ask exactly these of a school's people."""
    meeting = meeting_for(meeting_id, "pairings.work")
    if school_id not in [school.id for school in _own_schools(meeting)]:
        abort(404)
    if done := repeated():
        return go(done)
    chosen = [int(text) for text in request.form.getlist("people") if text.isascii() and text.isdecimal()]
    home = _home(meeting_id)
    try:
        rules.choose_people(meeting, school_id, chosen, person_id=g.actor.person_id, done=lambda: remember(home))
    except Refused as refusal:
        say(str(refusal), "bad")
    else:
        say(_("Đã lưu thành phần."))
    return go(home)


@blueprint.post("/<int:meeting_id>/guests")
@requires("pairings.work")
def add_guest(meeting_id: int) -> Answer:
    """Ask somebody who has no account here."""
    meeting = meeting_for(meeting_id, "pairings.work")
    if done := repeated():
        return go(done)
    form, home = GuestForm(), _home(meeting_id, "people")
    if not form.validate():
        return _people_page(form, meeting), 422
    try:
        rules.add_guest(
            meeting, form.name.data, form.title.data, person_id=g.actor.person_id, done=lambda: remember(home)
        )
    except Refused as refusal:
        blame(form, refusal)
        return _people_page(form, meeting), 422
    say(named(_("Đã thêm %(name)s."), name=form.name.data))
    return go(home)


@blueprint.post("/<int:meeting_id>/attendees/<int:attendee_id>/remove")
@requires("pairings.work")
def remove(meeting_id: int, attendee_id: int) -> Response:
    """Take somebody off the list."""
    meeting = meeting_for(meeting_id, "pairings.work")
    if done := repeated():
        return go(done)
    home = _home(meeting_id, "people")
    try:
        rules.remove_attendee(
            meeting, attendee_of(meeting, attendee_id), person_id=g.actor.person_id, done=lambda: remember(home)
        )
    except Refused as refusal:
        say(str(refusal), "bad")
    return go(home)


@blueprint.route("/<int:meeting_id>/invite", methods=GET_AND_POST)
@requires("pairings.work")
def invite(meeting_id: int) -> Answer:
    """How many an invitation reaches, and the button that sends it."""
    meeting = meeting_for(meeting_id, "pairings.work")
    if request.method == "GET":
        return render_template(
            "meetings/invite.html",
            meeting=meeting,
            reached=telling.recipients(meeting, g.actor.person_id),
            asked=len(queries.attendees_of(meeting.id)),
            when=telling.when(meeting.starts_at, meeting.ends_at),
        )
    if done := repeated():
        return go(done)
    home = _home(meeting_id)
    try:
        told = rules.invite(meeting, person_id=g.actor.person_id, done=lambda _told: remember(home))
    except Refused as refusal:
        say(str(refusal), "bad")
    else:
        say(ngettext("Đã mời %(num)s người.", "Đã mời %(num)s người.", told))
    return go(home)


@blueprint.get("/<int:meeting_id>/attendance")
@requires("pairings.work")
def attendance(meeting_id: int) -> str:
    """Who came: a row for each, made for a phone in the hand."""
    meeting = meeting_for(meeting_id, "pairings.work")
    attendees = queries.attendees_of(meeting.id)
    return render_template(
        "meetings/attendance.html",
        meeting=meeting,
        attendees=attendees,
        words=ATTENDANCE,
        count_text=_count(attendees),
        editable=meeting.state in rules.OPEN,
    )


def _count(attendees: list[queries.Attendee]) -> str:
    present = sum(attendee.attendance == PRESENT for attendee in attendees)
    return _("%(present)s / %(all)s người có mặt", present=present, all=len(attendees))


@blueprint.post("/<int:meeting_id>/attendance/<int:attendee_id>")
@requires("pairings.work")
def note_attendance(meeting_id: int, attendee_id: int) -> Response | str:
    """Note whether somebody came. Sent twice, it says the same: no token is used up."""
    meeting = meeting_for(meeting_id, "pairings.work")
    attendee, word = attendee_of(meeting, attendee_id), request.form.get("action")
    if word not in ATTENDANCE:
        abort(422)
    try:
        rules.note_attendance(meeting, attendee, word, person_id=g.actor.person_id)
    except Refused as refusal:
        say(str(refusal), "bad")
        return go(_home(meeting_id))
    if not request.htmx.partial:
        return go(f"{_home(meeting_id, 'attendance')}#attendee-{attendee_id}")
    attendees = queries.attendees_of(meeting.id)
    row = next(row for row in attendees if row.id == attendee_id)
    return render_template(
        "meetings/_attendee.html",
        meeting=meeting,
        attendee=row,
        words=ATTENDANCE,
        count_text=_count(attendees),
        editable=True,
        oob=True,
    )
