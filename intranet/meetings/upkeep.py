"""What is done for meetings every day."""

from __future__ import annotations

from datetime import date, timedelta

from intranet.kernel.clock import midnight, today
from intranet.kernel.database import transaction
from intranet.kernel.jobs import daily
from intranet.meetings import telling
from intranet.registry.pledges import PLANNED, Meeting
from intranet.shared import steps


@daily
def call_for_today(day: date) -> None:
    """On the day of a meeting it begins to wait for those who hold it, and who was asked is reminded."""
    of_day = Meeting.starts_at.between(midnight(day), midnight(day + timedelta(days=1)) - timedelta(seconds=1))
    for meeting in list(Meeting.select().where(Meeting.state == PLANNED, of_day).order_by(Meeting.id)):
        with transaction():
            steps.refresh(meeting)
            # A day that is caught up on later reminds nobody.
            if meeting.invited_at and day == today():
                telling.members(meeting, telling.TODAY, None)
