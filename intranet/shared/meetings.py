"""What a meeting or a visit of a pair stands for among activities, once it took place."""

from __future__ import annotations

from collections.abc import Iterator

from flask import current_app

from intranet.contributions import ActivityFacts, Measure
from intranet.kernel.clock import local
from intranet.kernel.language import source_text
from intranet.registry.pledges import HELD_STATES, Meeting
from intranet.shared import pledges


def source_key(meeting: Meeting) -> str:
    """The activity's name for ever."""
    return f"meeting-{meeting.id}"


def facts(meeting: Meeting) -> ActivityFacts:
    """What happened: one meeting, or one visit."""
    pairing = meeting.pairing
    unit = source_text(current_app.extensions["activities"].kinds[meeting.kind].unit)
    return ActivityFacts(
        source_key=source_key(meeting),
        kind=meeting.kind,
        on=local(meeting.starts_at).date(),
        title=meeting.title,
        url=f"/meetings/{meeting.id}",
        district_id=pairing.first_district_id,
        school_ids=(pairing.first_school_id, pairing.second_school_id),
        pairing_id=pairing.id,
        giver_id=meeting.giver_id,
        receiver_id=_receiver(meeting) if meeting.giver_id else None,
        measures=(Measure(quantity=1, unit=unit, clause_id=meeting.clause_id),),
    )


def _receiver(meeting: Meeting) -> int:
    """The side that was helped; who helped may be part of another school by now, or have left the pair to it."""
    pairing = meeting.pairing
    gave = pledges.sides_of(pairing).get(meeting.giver_id)
    return pairing.second_school_id if gave == pledges.FIRST else pairing.first_school_id


def all_facts() -> Iterator[ActivityFacts]:
    """Of every meeting that took place; for ``intranet verify --activities``."""
    query = Meeting.select().where(Meeting.state.in_(HELD_STATES)).order_by(Meeting.id)
    yield from (facts(meeting) for meeting in query)
