"""What the screens of a meeting share."""

from __future__ import annotations

from flask import abort, g

from intranet.registry.pledges import Meeting, MeetingAttendee
from intranet.shared.access import demand, fetch


def meeting_for(meeting_id: int, permission: str) -> Meeting:
    """The meeting if the actor may see it (else 404) and has the permission on it (else 403)."""
    meeting = fetch(Meeting, meeting_id, g.actor)
    demand(g.actor, permission, meeting)
    return meeting


def attendee_of(meeting: Meeting, attendee_id: int) -> MeetingAttendee:
    """Somebody asked to the meeting, else 404."""
    own = (MeetingAttendee.id == attendee_id) & (MeetingAttendee.meeting == meeting)
    return MeetingAttendee.get_or_none(own) or abort(404)
