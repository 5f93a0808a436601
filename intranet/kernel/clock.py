"""The one clock: stored times are UTC without zone, dates are Vietnamese dates."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LOCAL_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")

_offset = timedelta(0)


def set_now(moment: datetime | None) -> None:
    """Shift the clock so that it reads ``moment`` (naive UTC) now; None removes the shift. Demo and tests only."""
    global _offset
    _offset = timedelta(0) if moment is None else moment - datetime.now(UTC).replace(tzinfo=None)


def now() -> datetime:
    """The current time in UTC, naive, to the second (both engines store and compare it alike)."""
    return (datetime.now(UTC).replace(tzinfo=None) + _offset).replace(microsecond=0)


def today() -> date:
    """The current date in Vietnam."""
    return local(now()).date()


def midnight(day: date) -> datetime:
    """When a day begins in Vietnam, as a stored UTC time."""
    return stored(datetime.combine(day, time()))


def stored(moment: datetime) -> datetime:
    """A Vietnamese local time, without a zone, as the UTC time that is stored."""
    return moment.replace(tzinfo=LOCAL_ZONE).astimezone(UTC).replace(tzinfo=None)


def local(moment: datetime) -> datetime:
    """A stored UTC time as Vietnamese local time."""
    return moment.replace(tzinfo=UTC).astimezone(LOCAL_ZONE)
