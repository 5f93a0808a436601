"""Entries as an iCalendar file (RFC 5545), for telephones and mail programs. Nobody who is asked to come is named."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from intranet.kernel.clock import local
from intranet.shared.calendar import Entry

if TYPE_CHECKING:
    from icalendar import Event

MEDIA_TYPE = "text/calendar; charset=utf-8"
PRODUCT = "-//Chung Tay//Chung Tay//VI"
# How often a program may ask; without it, some ask every few minutes.
REFRESH = timedelta(hours=6)


def write(entries: Iterable[Entry], name: str, site: str, *, changed_at: datetime) -> bytes:
    """The file. ``site`` is the address of this installation; ``changed_at`` stands where an entry knows no other.

    The same entries give the same bytes: no moment of reading stands in it.
    """
    # Loaded with the first calendar that a telephone asks for.
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT6H")
    host = site.partition("://")[2]
    for entry in entries:
        calendar.add_component(_event(entry, site, host, changed_at))
    # Vietnam has kept its clocks as they are since 1975: one rule will do.
    calendar.add_missing_timezones(first_date=date(2000, 1, 1))
    return calendar.to_ical()


def _event(entry: Entry, site: str, host: str, changed_at: datetime) -> Event:
    from icalendar import Event

    item, event, address = entry.item, Event(), f"{site}{entry.item.url}"
    event.add("uid", f"{entry.key}@{host}")
    event.add("dtstamp", (entry.changed_at or changed_at).replace(tzinfo=UTC))
    event.add("summary", f"{entry.label}: {item.title}")
    event.add("description", "\n".join(filter(None, (entry.detail, address))))
    event.add("url", address)
    if item.place:
        event.add("location", item.place)
    if entry.timed:
        event.add("dtstart", local(item.start))
        if item.end is not None:
            event.add("dtend", local(item.end))
        return event
    event.add("dtstart", item.start)
    # The day after the last one, as the format wants it; a day that something is due on leaves people free.
    event.add("dtend", (item.end or item.start) + timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    return event
