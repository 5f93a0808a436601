"""The rows that each number counts: on pages, and as Excel files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from peewee import JOIN, Case, EnclosedNodeList, Expression, fn

from intranet.api import Column, District, Person, School, local
from intranet.api import lazy_gettext as _
from plugins.professional_development.feedback.queries import CLOSED, LEAST
from plugins.professional_development.models import (
    CONFIRMED,
    PRESENT,
    Adoption,
    FeedbackAnswer,
    Practice,
    Registration,
    Session,
)
from plugins.professional_development.numbers.queries import Span, of_schools
from plugins.professional_development.pages import HOME
from plugins.professional_development.sessions.effects import FEEDBACK_DAYS

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """A list of rows of ``model``, as ``select`` finds them: (id, …), in the order of ``by`` and then the id.

    ``cells`` makes of a row what stands under ``columns``; ``link`` is the address that the first of them leads to.
    """

    title: Any
    model: Any
    by: Any
    columns: Sequence[Column]
    select: Callable[[Span], Any]
    cells: Callable[[tuple], tuple]
    link: Callable[[tuple], str]
    latest_first: bool = True

    def page(self, span: Span, after_id: int | None, limit: int = PAGE_SIZE) -> tuple[list[tuple], int | None]:
        """((link, cells) of the rows after this one, the last one's id where more follow)."""
        rows = list(self._after(span, after_id).limit(limit + 1).tuples())
        next_id = rows[limit - 1][0] if len(rows) > limit else None
        return [(self.link(row), self.cells(row)) for row in rows[:limit]], next_id

    def _after(self, span: Span, after_id: int | None) -> Any:
        query, order = self.select(span), (self.by, self.model.id)
        if after_id is not None:
            shown = self.model.alias()
            last = shown.select(getattr(shown, self.by.name)).where(shown.id == after_id)
            sign = "<" if self.latest_first else ">"
            query = query.where(Expression(EnclosedNodeList(order), sign, EnclosedNodeList([last, after_id])))
        return query.order_by(*(field.desc() if self.latest_first else field for field in order))

    def ids(self, span: Span, most: int) -> list[int]:
        """The ids of all rows."""
        return [row[0] for row in self._after(span, None).limit(most).tuples()]

    def of(self, span: Span, ids: Sequence[int]) -> Iterator[tuple]:
        """The cells of these rows."""
        found = {row[0]: row for row in self.select(span).where(self.model.id.in_(ids)).tuples()}
        return (self.cells(found[id_]) for id_ in ids if id_ in found)


def _sessions(*more: Any) -> Any:
    """Sessions: (id, title, host, more …)."""
    return (
        Session.select(Session.id, Session.title, fn.COALESCE(School.name, District.office_name), *more)
        .join(School, JOIN.LEFT_OUTER, on=(Session.school == School.id))
        .switch(Session)
        .join(District, on=(Session.district == District.id))
    )


def _there(*conditions: Any) -> Any:
    """How many were at a session."""
    place = Registration.alias()
    came = place.session == Session.id, place.attendance == PRESENT
    return place.select(fn.COUNT(place.id)).where(*came, *(condition(place) for condition in conditions))


TITLE = Column(key="title", label=_("Tên buổi"), width=44)
HOST = Column(key="host", label=_("Đơn vị tổ chức"), width=30)
DAY = Column(key="day", label=_("Ngày"), kind="date", width=12)
THERE = Column(key="there", label=_("Có mặt"), kind="number", width=10)
SHARE = Column(key="share", label=_("Phần trăm"), kind="number", width=10)


def _day(moment: Any) -> Any:
    return local(moment).date() if moment else None


def _percent(some: int, every: int) -> int | None:
    return round(100 * some / every) if every else None


def _of_sessions(title: Any, columns: Sequence[Column], select: Any, cells: Any) -> Rows:
    """A list of sessions: what stands after title, host and day is ``cells`` of the columns after these three."""
    return Rows(
        title=title,
        model=Session,
        by=Session.starts_at,
        columns=(TITLE, HOST, DAY, *columns),
        select=select,
        cells=lambda row: (row[1], row[2], _day(row[3]), *cells(*row[4:])),
        link=lambda row: f"{HOME}/sessions/{row[0]}",
    )


def _held(span: Span) -> Any:
    return _sessions(Session.starts_at, Session.held_on, _there()).where(*span.sessions)


def _minutes(span: Span) -> Any:
    days = Session.starts_at, Session.held_on, Session.feedback_until
    return _sessions(*days).where(*span.sessions, Session.held_on.is_null(False))


def _minutes_cells(held_on: Any, feedback_until: Any) -> tuple:
    if feedback_until is None:
        return None, _("Chưa có biên bản")
    return (feedback_until - FEEDBACK_DAYS - held_on).days, _("Đã có biên bản")


def _from_partner(span: Span) -> Any:
    partner = School.alias()
    from_there = _there(lambda place: place.school == Session.partner)
    query = _sessions(Session.starts_at, partner.name, from_there, _there()).switch(Session)
    return query.join(partner, on=(Session.partner == partner.id)).where(*span.sessions, Session.held_on.is_null(False))


def _across(span: Span) -> Any:
    from_elsewhere = _there(lambda place: place.district != Session.district)
    return _sessions(Session.starts_at, from_elsewhere, _there()).where(*span.sessions, Session.held_on.is_null(False))


def _feedback(span: Span) -> Any:
    answers = FeedbackAnswer.session == Session.id
    marks = fn.SUM(FeedbackAnswer.useful + FeedbackAnswer.clear + FeedbackAnswer.applicable)
    given = FeedbackAnswer.select(fn.COUNT(FeedbackAnswer.key)).where(answers)
    total = FeedbackAnswer.select(fn.COALESCE(marks, 0)).where(answers)
    return _sessions(Session.starts_at, given, total, _there()).where(*span.sessions, Session.state.in_(CLOSED))


def _feedback_cells(given: int, total: int, there: int) -> tuple:
    # As on the session's page: below so many answers, somebody could be recognised.
    mean = round(int(total) / given / 3, 1) if given >= LEAST else None
    return given, there, _percent(given, there), mean


def _people(span: Span) -> Any:
    periods = fn.SUM(Case(None, ((Registration.credit == CONFIRMED, Registration.periods),), 0))
    return (
        Person.select(Person.id, Person.name, School.name, fn.COUNT(Registration.id), periods)
        .join(Registration, on=(Registration.person == Person.id))
        .join(Session)
        .switch(Person)
        .join(School, JOIN.LEFT_OUTER, on=(Person.school == School.id))
        .where(Registration.attendance == PRESENT, *of_schools(span), *span.sessions)
        .group_by(Person.id, Person.name, Person.sort_key, School.name)
    )


def _adopted(span: Span) -> Any:
    return (
        Adoption.select(
            *(Adoption.id, Practice.title, School.name, Adoption.adopted_on, Adoption.note, Practice.id),
        )
        .join(Practice)
        .switch(Adoption)
        .join(School)
        .where(*span.adoptions)
    )


LISTS = {
    "held": _of_sessions(
        _("Buổi đã lên lịch và đã tổ chức"),
        (Column(key="state", label=_("Trạng thái"), width=16), THERE),
        _held,
        lambda held_on, there: (_("Đã tổ chức") if held_on else _("Đã lên lịch"), there),
    ),
    "people": Rows(
        title=_("Thầy cô đã dự"),
        model=Person,
        by=Person.sort_key,
        latest_first=False,
        columns=(
            Column(key="name", label=_("Họ và tên"), width=30),
            Column(key="school", label=_("Đơn vị"), width=36),
            Column(key="times", label=_("Số buổi"), kind="number", width=10),
            Column(key="periods", label=_("Số tiết đã xác nhận"), kind="number", width=12),
        ),
        select=_people,
        cells=lambda row: (row[1], row[2] or "–", row[3], float(row[4] or 0)),
        link=lambda row: f"{HOME}/people/{row[0]}",
    ),
    "partner": _of_sessions(
        _("Người dự từ trường bạn"),
        (
            Column(key="partner", label=_("Trường bạn"), width=30),
            Column(key="from_partner", label=_("Từ trường bạn"), kind="number", width=12),
            *(THERE, SHARE),
        ),
        _from_partner,
        lambda partner, some, every: (partner, some, every, _percent(some, every)),
    ),
    "across": _of_sessions(
        _("Người dự từ đơn vị khác"),
        (Column(key="across", label=_("Từ đơn vị khác"), kind="number", width=12), THERE, SHARE),
        _across,
        lambda some, every: (some, every, _percent(some, every)),
    ),
    "minutes": _of_sessions(
        _("Biên bản"),
        (
            Column(key="days", label=_("Số ngày đến khi có biên bản"), kind="number", width=14),
            Column(key="state", label=_("Trạng thái"), width=18),
        ),
        _minutes,
        _minutes_cells,
    ),
    "feedback": _of_sessions(
        _("Góp ý"),
        (
            Column(key="given", label=_("Phiếu góp ý"), kind="number", width=12),
            *(THERE, SHARE),
            Column(key="mean", label=_("Điểm trung bình (trên 4)"), kind="number", width=14),
        ),
        _feedback,
        _feedback_cells,
    ),
    "adopted": Rows(
        title=_("Mô hình được trường khác áp dụng"),
        model=Adoption,
        by=Adoption.adopted_on,
        columns=(
            Column(key="title", label=_("Tên mô hình"), width=40),
            Column(key="school", label=_("Trường áp dụng"), width=32),
            DAY,
            Column(key="note", label=_("Trường đã áp dụng thế nào"), width=50),
        ),
        select=_adopted,
        cells=lambda row: row[1:5],
        link=lambda row: f"{HOME}/practices/{row[5]}",
    ),
}
