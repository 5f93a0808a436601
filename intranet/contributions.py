"""What a plugin hands over: plain frozen data, never HTML."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

# How far a permission reaches: everything, records of the actor's district, records of the actor's school.
ANY = "any"
DISTRICT = "district"
SCHOOL = "school"
REACHES = (ANY, DISTRICT, SCHOOL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """The identity card: what a district reads before it switches the module on.

    ``requires`` names other modules that must be on in the same district.
    """

    label: str
    summary: str
    icon: str
    requires: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """A duty beside the role, which a person has in one school from a day to a day. ``key`` is ``<plugin>.<duty>``."""

    key: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """A right, and how far it reaches by default. ``name`` is ``<plugin>.<verb>``.

    ``grants`` gives a reach to roles and to functions; who has several has the widest of theirs.
    """

    name: str
    label: str
    grants: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class NavItem:
    """A link in the main navigation."""

    label: str
    endpoint: str
    icon: str
    order: int = 50
    permission: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A part of a core page. The core renders ``template`` with ``context``; a failure costs this panel only."""

    key: str
    title: str
    template: str
    context: Mapping[str, Any] = field(default_factory=dict)
    order: int = 50


# How a kind of notice goes by mail.
AT_ONCE, DAILY, NEVER = "now", "daily", "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeKind:
    """A kind of notice. ``key`` is ``<plugin>.<kind>``.

    ``delivery`` (AT_ONCE, DAILY or NEVER) is how it goes by mail to people who chose nothing. With ``permission``, only
    people who have it are asked how they want it.
    """

    key: str
    label: str
    delivery: str = NEVER
    permission: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """A line on the search page."""

    title: str
    url: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobKind:
    """Work that takes longer than a click. ``key`` is ``<plugin>.<kind>``; ``label`` heads the page of such a job.

    ``handler(run)`` does it: it may be called again after a crash, says how far it is by ``run.progress(percent)``,
    writes in one transaction at its end, and raises JobRefused where trying again would not help. ``stopped(run)`` is
    called in the transaction that ends the job as failed or cancelled, to free what waits for it. With ``piecewise`` it
    writes one piece after the other instead, and goes on where it stood: what is stopped keeps the pieces done.
    """

    key: str
    label: Any
    handler: Callable[[Any], None]
    stopped: Callable[[Any], None] = lambda run: None
    piecewise: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarItem:
    """Something that has a date: a moment (UTC without zone, as stored) or a day. ``end`` is of the same kind as
    ``start``; of days, it is the last one.

    ``key`` names it within its module for ever, so that a telephone knows it again after it was moved. ``school_ids``
    are the schools that take part: two things of a school at the same time are pointed out.
    """

    title: str
    start: datetime | date
    end: datetime | date | None = None
    url: str
    place: str = ""
    key: str = ""
    school_ids: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        ends = [] if self.end is None else [self.end]
        if any(isinstance(end, datetime) != isinstance(self.start, datetime) or end < self.start for end in ends):
            raise ValueError(f"calendar item {self.title}: its end does not fit its start")
        if getattr(self.start, "tzinfo", None) or any(getattr(end, "tzinfo", None) for end in ends):
            raise ValueError(f"calendar item {self.title}: moments are UTC without a zone")


# Which way a kind of activity goes: one school gives and another receives, or all do it together.
GIVEN, TOGETHER = "given", "together"


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityKind:
    """A kind of thing that happens between schools. ``key`` is ``<plugin>.<kind>``; ``unit`` is what one of it is."""

    key: str
    label: str
    unit: str
    direction: str = TOGETHER


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """How much of what; ``clause_id`` is the clause of a pledge that it serves, if it serves one."""

    quantity: Decimal | int
    unit: str
    clause_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityFacts:
    """Something that happened. ``source_key`` names it within its module for ever, e.g. "session-12".

    No child's name may stand in ``title``: partners and reports show it (decision D10).
    """

    source_key: str
    kind: str
    on: date
    title: str
    district_id: int
    url: str = ""
    school_ids: tuple[int, ...] = ()
    pairing_id: int | None = None
    giver_id: int | None = None
    receiver_id: int | None = None
    measures: tuple[Measure, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperKind:
    """A kind of official paper that is made of a record as a Word file. ``key`` is ``<plugin>.<kind>``.

    Whoever sees the record (``model.visible_to``) and has ``permission`` on it gets the file. ``context(record)`` gives
    plain values by their tags, ``file_name(record)`` the name without its ending, ``sample`` a whole context to try a
    district's template with. ``body(layout)`` lays out what stands between title and signatures; with ``bodies=2``
    two sides issue and sign it; with ``bodies=0`` nobody issues it, it is somebody's letter. ``side_by_side``: several
    sign it (``signatures`` of one_body()), though one body issues it. ``annex(layout)`` lays out what stands below the
    signatures, from a new page on (``layout.new_page``). ``own_issue``: only the record's own life cycle
    issues and voids it. ``own_pages``: the papers' room shows what was issued and nothing else; the module's own views
    give the file. ``may_read`` narrows who of them gets it, where a paper tells more than its record's page.
    """

    key: str
    label: str
    model: type[Any]
    permission: str
    context: Callable[[Any], Mapping[str, Any]]
    file_name: Callable[[Any], str]
    body: Callable[[Any], None]
    sample: Mapping[str, Any]
    bodies: int = 1
    side_by_side: bool = False
    annex: Callable[[Any], None] | None = None
    own_issue: bool = False
    own_pages: bool = False
    may_read: Callable[[Any, Any], bool] = lambda actor, record: True


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenWork:
    """Something of a school's that is under way and may go to another school.

    ``kind`` and ``id`` name it within its module; ``kind_label`` is what such things are called, ``label`` this one. No
    child's name may stand in it, and nothing that the school has not sent to its office yet.
    """

    kind: str
    id: int
    kind_label: Any
    label: str
    # It concerns one child: fewer than five are not counted for an office (decision D10).
    of_child: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportTable:
    """Figures in a report: a row has a text or a number for each column."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str | int, ...], ...]
    caption: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSection:
    """What a module tells in a report, among the results: official Vietnamese, whatever the language of the pages.

    ``key`` names it within the module for ever (at most 30 characters). People may change heading and text, not the
    tables. No child's name may stand anywhere in it.
    """

    key: str
    heading: str
    text: str
    tables: tuple[ReportTable, ...] = ()
