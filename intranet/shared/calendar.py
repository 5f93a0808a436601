"""What stands in the calendar: the core's dates and the modules', as the actor may see them; and what clashes."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from peewee import SQL, Case, Value, fn

from intranet.contributions import CalendarItem
from intranet.kernel.clock import local, midnight, now, today
from intranet.kernel.language import lazy_gettext as _
from intranet.kernel.statements import Statement, param
from intranet.registry.agreements import Memorandum, YearPlan, YearPlanItem
from intranet.registry.people import ADMINISTRATOR, OFFICER, PRINCIPAL
from intranet.registry.pledges import MEETING, VISIT, Meeting, MeetingAttendee, PledgeClause
from intranet.registry.schools import School
from intranet.registry.twinning import CLOSED, PAIRING_STATES, RUNNING, TWINNED, Pairing, Programme
from intranet.shared import modules
from intranet.shared.access import Actor
from intranet.shared.tasks import as_date, as_datetime

DUE, LOOK_BACK, EXPIRES, BEGINS, ENDS, TASK = "due", "review", "memorandum", "begins", "ends", "task"
LABELS = {
    MEETING: _("Cuộc họp"),
    VISIT: _("Chuyến thăm"),
    DUE: _("Hạn cam kết"),
    LOOK_BACK: _("Hạn sơ kết"),
    EXPIRES: _("Biên bản ghi nhớ hết hạn"),
    BEGINS: _("Chương trình bắt đầu"),
    ENDS: _("Chương trình kết thúc"),
    TASK: _("Hạn việc của kế hoạch năm"),
}
# Meetings that take place or took place; one that was called off stands in no calendar.
TAKE_PLACE = ("planned", "held", "minuted", "confirmed")
UNTWINNED = tuple(state for state in PAIRING_STATES if state not in TWINNED)
IN_FORCE = ("signed", "in_force", "expired")
# Of more in one span of days the first are shown, and that is said.
MOST = 2000
# No visit is longer: what began earlier is over.
LONGEST = timedelta(days=31)
# How long something without an end is taken to last where it is asked what clashes.
USUAL = timedelta(hours=1)
UPCOMING = timedelta(days=60)

# What of the calendar is wanted.
ALL, INVITED, PAIRS, DISTRICT = "", "invited", "pairs", "district"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of the calendar. ``label`` says what it is, ``detail`` whose; ``module`` is the plugin that gave it."""

    item: CalendarItem
    label: Any
    detail: str = ""
    module: str = ""
    # Whether the actor is asked to come.
    invited: bool = False
    # The meeting of the core that it is, which can be taken along as a file of its own.
    meeting_id: int | None = None
    changed_at: datetime | None = None

    @property
    def timed(self) -> bool:
        """Whether it has an hour."""
        return isinstance(self.item.start, datetime)

    @property
    def first_day(self) -> date:
        """Its first day in Vietnam."""
        return _day(self.item.start)

    @property
    def last_day(self) -> date:
        """Its last day in Vietnam; what ends at midnight has no part in the day that begins."""
        if self.item.end is None or self.item.end == self.item.start:
            return self.first_day
        return _day(self.item.end - timedelta(seconds=1)) if self.timed else self.item.end

    @property
    def until(self) -> datetime:
        """When a timed one is over, or is taken to be."""
        return self.item.end or self.item.start + USUAL

    @property
    def hours(self) -> str:
        """08:00 or 08:00–10:00, in Vietnam's time; empty for whole days."""
        if not self.timed:
            return ""
        hours = [self.item.start]
        if self.item.end and self.last_day == self.first_day and self.item.end != self.item.start:
            hours.append(self.item.end)
        return "–".join(local(moment).strftime("%H:%M") for moment in hours)

    @property
    def key(self) -> str:
        """Names it for ever."""
        if self.item.key:
            return f"{self.module or 'core'}-{self.item.key}"
        text = f"{self.item.url}|{self.item.title}|{self.item.start}"
        return f"{self.module}-{hashlib.sha256(text.encode()).hexdigest()[:24]}"

    def days(self, start: date, end: date) -> Iterator[date]:
        """Its days between two."""
        day, last = max(self.first_day, start), min(self.last_day, end)
        while day <= last:
            yield day
            day += timedelta(days=1)


def _day(moment: date | datetime) -> date:
    return local(moment).date() if isinstance(moment, datetime) else moment


@dataclass(frozen=True, slots=True)
class Span:
    """The entries between two days, both included, in order. ``failed`` are the modules that could not give theirs."""

    start: date
    end: date
    entries: list[Entry]
    failed: list[str]
    cut: bool

    def by_day(self) -> dict[date, list[Entry]]:
        """{day: entries}, days without any left out."""
        found: dict[date, list[Entry]] = defaultdict(list)
        for entry in self.entries:
            for day in entry.days(self.start, self.end):
                found[day].append(entry)
        return dict(sorted(found.items()))


def meeting_url(meeting_id: int) -> str:
    """The page of a meeting."""
    return f"/meetings/{meeting_id}"


def _urls(kind: str, id_: int) -> str:
    if kind in (DUE, LOOK_BACK):
        return f"/pairings/{id_}"
    return f"/programmes/memoranda/{id_}" if kind == EXPIRES else f"/programmes/{id_}"


# Whose conditions the stored statements carry: what makes one reader differ from the next is filled in when they run.
_READERS = {
    "all": Actor(person_id=0, role=ADMINISTRATOR),
    "school": Actor(person_id=0, role=PRINCIPAL, district_id=param("district"), school_id=param("school")),
    "district": Actor(person_id=0, role=OFFICER, district_id=param("district")),
}


def _reader(actor: Actor) -> str:
    if actor.sees_all:
        return "all"
    return "school" if actor.school_id else "district"


@lru_cache(maxsize=6)
def _statements(reader: str, day: date) -> tuple[Statement, Statement]:
    """Meetings and days, as this kind of reader may see them. For one day: a condition may ask for today's."""
    readers = _READERS[reader]
    return Statement(lambda: _meetings(readers)), Statement(lambda: _days(readers))


def _seen(query: Any, model: Any, reader: Actor) -> Any:
    condition = model.visible_to(reader)
    return query if condition is None else query.where(condition)


def _meetings(reader: Actor) -> Any:
    first, second = School.alias(), School.alias()
    asked = MeetingAttendee.select(Value(1)).where(
        MeetingAttendee.meeting == Meeting.id, MeetingAttendee.person == param("person")
    )
    query = (
        Meeting.select(
            *(Meeting.id, Meeting.kind, Meeting.title, Meeting.starts_at, Meeting.ends_at, Meeting.place),
            *(Meeting.updated_at, first.id, first.name, second.id, second.name),
            Case(None, ((fn.EXISTS(asked), 1),), 0),
        )
        .join(Pairing)
        .join(first, on=(Pairing.first_school == first.id))
        .switch(Pairing)
        .join(second, on=(Pairing.second_school == second.id))
        .where(
            Meeting.state.in_(TAKE_PLACE),
            Meeting.starts_at >= param("earliest"),
            Meeting.starts_at < param("before"),
            fn.COALESCE(Meeting.ends_at, Meeting.starts_at) >= param("after"),
        )
    )
    return _seen(query, Meeting, reader).order_by(Meeting.starts_at, Meeting.id).limit(param("most"))


def _days(reader: Actor) -> Any:
    """(kind, id, id of the page, text, day, first school, second school, their ids) of all that has only a day."""
    due = (
        _of_pairs(DUE, PledgeClause.id, PledgeClause.text, PledgeClause.due_on, reader)
        .switch(Pairing)
        .join(PledgeClause, on=(PledgeClause.pairing == Pairing.id))
        .where(
            # Said the other way round: by the states that count, SQLite would go through all pairs that are in them.
            Pairing.state.not_in(UNTWINNED),
            PledgeClause.dropped_on.is_null(),
            PledgeClause.done < fn.COALESCE(PledgeClause.quantity, 1),
        )
    )
    reviews = _of_pairs(LOOK_BACK, Pairing.id, Value(""), Pairing.review_on, reader)
    # Only what is under way has such a day; with fewer states SQLite would go through all pairs that are in them.
    reviews = reviews.where(Pairing.state.in_(TWINNED))
    expires = _of_programmes(EXPIRES, Memorandum.id, Memorandum.title, Memorandum.ends_on, Memorandum.id)
    expires = _seen(expires.where(Memorandum.state.in_(IN_FORCE)), Memorandum, reader)
    begins, ends = (
        _seen(
            _of_programmes(kind, Programme.id, Programme.title, day, Programme.id).where(
                Programme.state.in_((RUNNING, CLOSED))
            ),
            Programme,
            reader,
        )
        for kind, day in ((BEGINS, Programme.starts_on), (ENDS, Programme.ends_on))
    )
    tasks = _of_programmes(TASK, YearPlanItem.id, YearPlanItem.task, YearPlanItem.due_on, YearPlan.programme)
    tasks = _seen(tasks.join(YearPlan), YearPlan, reader)
    found = due.union_all(reviews).union_all(expires).union_all(begins).union_all(ends).union_all(tasks)
    return found.order_by(SQL("5"), SQL("1"), SQL("2")).limit(param("most"))


def _of_pairs(kind: str, id_: Any, text: Any, day: Any, reader: Actor) -> Any:
    first, second = School.alias(), School.alias()
    query = (
        Pairing.select(Value(kind), id_, Pairing.id, text, day, first.name, second.name, first.id, second.id)
        .join(first, on=(Pairing.first_school == first.id))
        .switch(Pairing)
        .join(second, on=(Pairing.second_school == second.id))
        .where(day >= param("start"), day <= param("end"))
    )
    return _seen(query, Pairing, reader)


def _of_programmes(kind: str, id_: Any, text: Any, day: Any, page_id: Any) -> Any:
    none = (Value(""), Value(""), Value(0), Value(0))
    return id_.model.select(Value(kind), id_, page_id, text, day, *none).where(
        day >= param("start"), day <= param("end")
    )


def span(
    actor: Actor, start: date, end: date, show: str = ALL, *, since: datetime | None = None, most: int = MOST
) -> Span:
    """What the actor may see between two days, both included; with ``since``, only what is not over at that moment."""
    meetings, days = _core(actor, start, end, since or midnight(start), most)
    of_modules, failed = _of_modules(actor, start, end)
    entries = [entry for entry in (*meetings, *days, *of_modules) if _wanted(entry, show)]
    entries.sort(key=lambda entry: (entry.first_day, entry.timed, entry.hours, entry.item.title, entry.key))
    return Span(start, end, entries, failed, len(meetings) == most or len(days) == most)


def upcoming(actor: Actor, most: int) -> list[Entry]:
    """The next dates, at most so many. Administrators take part in nothing: theirs would be everybody's."""
    if actor.sees_all:
        return []
    day, moment = today(), now()
    found = span(actor, day, day + UPCOMING, since=moment, most=most).entries
    return [entry for entry in found if not entry.timed or entry.until > moment][:most]


def _wanted(entry: Entry, show: str) -> bool:
    if show == INVITED:
        return entry.invited
    return show == ALL or bool(entry.item.school_ids) == (show == PAIRS)


def _core(actor: Actor, start: date, end: date, after: datetime, most: int) -> tuple[list[Entry], list[Entry]]:
    meetings, days = _statements(_reader(actor), today())
    who = {"person": actor.person_id, "district": actor.district_id, "school": actor.school_id}
    before = midnight(end + timedelta(days=1))
    found = meetings.rows(**who, earliest=after - LONGEST, after=after, before=before, most=most)
    dated = days.rows(**who, start=start, end=end, most=most)
    return [_meeting_entry(*row) for row in found], [_day_entry(*row) for row in dated]


def _meeting_entry(
    id_: int,
    kind: str,
    title: str,
    starts_at: datetime | str,
    ends_at: datetime | str | None,
    place: str,
    updated_at: datetime | str,
    first_id: int,
    first: str,
    second_id: int,
    second: str,
    invited: int,
) -> Entry:
    start = as_datetime(starts_at)
    item = CalendarItem(
        title=title,
        start=start,
        # A wrong end is the meeting's own page to correct; the calendar of everybody else must not fail for it.
        end=max(start, as_datetime(ends_at)) if ends_at else None,
        url=meeting_url(id_),
        place=place,
        key=f"meeting-{id_}",
        school_ids=(first_id, second_id),
    )
    return Entry(
        item=item,
        label=LABELS[kind],
        detail=f"{first} – {second}",
        invited=bool(invited),
        meeting_id=id_,
        changed_at=as_datetime(updated_at),
    )


def entry_of(meeting: Meeting) -> Entry:
    """A meeting by itself."""
    pairing = meeting.pairing
    first, second = pairing.first_school, pairing.second_school
    return _meeting_entry(
        *(meeting.id, meeting.kind, meeting.title, meeting.starts_at, meeting.ends_at, meeting.place),
        *(meeting.updated_at, first.id, first.name, second.id, second.name, 0),
    )


def _day_entry(
    kind: str, id_: int, page_id: int, text: str, day: date | str, first: str, second: str, *school_ids: int
) -> Entry:
    pair = f"{first} – {second}" if first else ""
    item = CalendarItem(
        title=text or pair,
        start=as_date(day),
        url=_urls(kind, page_id),
        key=f"{kind}-{id_}",
        school_ids=school_ids if first else (),
    )
    return Entry(item=item, label=LABELS[kind], detail=pair if text else "")


def _of_modules(actor: Actor, start: date, end: date) -> tuple[list[Entry], list[str]]:
    """The modules' entries, and the labels of the modules that failed."""
    cards, entries, failed = modules.plugins().cards, [], []
    for module, item in modules.collect("calendar_items", actor, start=start, end=end):
        if not isinstance(item, CalendarItem):
            failed.append(str(cards[module].label))
            continue
        entry = Entry(item=item, label=cards[module].label, module=module)
        if entry.first_day <= end and entry.last_day >= start:
            entries.append(entry)
    return entries, list(dict.fromkeys(failed))


@dataclass(frozen=True, slots=True)
class Clash:
    """When a school or a person is taken already. With what, is for those to read who may see it."""

    school_id: int | None
    start: datetime
    end: datetime
    person_id: int | None = None


def clashes(
    school_ids: Collection[int],
    start: datetime,
    end: datetime | None = None,
    but: int | None = None,
    person_ids: Collection[int] = (),
) -> list[Clash]:
    """When these schools meet or visit somebody, and these people are asked to come, between two moments (UTC).

    ``but`` is the meeting for which that is asked.
    """
    end = end or start + USUAL
    asked = MeetingAttendee.select(MeetingAttendee.meeting).where(MeetingAttendee.person.in_(list(person_ids)))
    of_schools = Pairing.first_school.in_(list(school_ids)) | Pairing.second_school.in_(list(school_ids))
    query = (
        Meeting.select(Meeting.id, Meeting.starts_at, Meeting.ends_at, Pairing.first_school, Pairing.second_school)
        .join(Pairing)
        .where(
            Meeting.state.in_(TAKE_PLACE),
            Meeting.starts_at >= start - LONGEST,
            Meeting.starts_at < end,
            Meeting.id != (but or 0),
            of_schools | Meeting.id.in_(asked) if person_ids else of_schools,
        )
        .order_by(Meeting.starts_at, Meeting.id)
    )
    found = {
        id_: (starts_at, ends_at or starts_at + USUAL, both)
        for id_, starts_at, ends_at, *both in query.tuples()
        if (ends_at or starts_at + USUAL) > start
    }
    schools = [
        Clash(school_id, first, last)
        for first, last, both in found.values()
        for school_id in both
        if school_id in school_ids
    ]
    return schools + [Clash(None, *found[id_][:2], person_id) for id_, person_id in _asked(list(found), person_ids)]


def _asked(meeting_ids: list[int], person_ids: Collection[int]) -> Iterable[tuple[int, int]]:
    """(meeting, person) of the people who are asked to these meetings."""
    if not person_ids:
        return ()
    query = MeetingAttendee.select(MeetingAttendee.meeting, MeetingAttendee.person).where(
        MeetingAttendee.meeting.in_(meeting_ids), MeetingAttendee.person.in_(list(person_ids))
    )
    return query.order_by(MeetingAttendee.id).tuples()


def at_the_same_time(actor: Actor, entries: Iterable[Entry]) -> dict[date, list[tuple[Entry, Entry]]]:
    """{day: two things that a school has at the same time}: the actor's own school, for offices any that they see."""
    of_schools: dict[int, list[Entry]] = defaultdict(list)
    for entry in entries:
        for school_id in entry.item.school_ids if entry.timed else ():
            if actor.school_id in (None, school_id):
                of_schools[school_id].append(entry)
    found: dict[date, list[tuple[Entry, Entry]]] = defaultdict(list)
    for both in dict.fromkeys(both for one in of_schools.values() for both in _overlaps(one)):
        found[both[1].first_day].append(both)
    return dict(found)


def _overlaps(entries: Sequence[Entry]) -> Iterator[tuple[Entry, Entry]]:
    """Each entry that begins before an earlier one is over, with that one."""
    latest: Entry | None = None
    for entry in sorted(entries, key=lambda entry: (entry.item.start, entry.key)):
        if latest is not None and entry.item.start < latest.until:
            yield latest, entry
        if latest is None or entry.until > latest.until:
            latest = entry
