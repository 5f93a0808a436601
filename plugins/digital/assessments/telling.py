"""What rounds and assessments tell on other pages, and whom they remind."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from intranet.api import (
    AT_ONCE,
    Actor,
    CalendarItem,
    District,
    NoticeKind,
    Panel,
    SearchResult,
    Statement,
    fold,
    lazy_gettext,
    param,
    scoring,
    search_tokens,
    transaction,
)
from intranet.api import gettext as _
from plugins.digital.assessments import queries, rules
from plugins.digital.assessments.life_cycle import RESULTS
from plugins.digital.models import Assessment, Round

# So many days before a round is due, whoever has sent nothing is reminded.
REMIND_BEFORE = timedelta(days=3)
NOTICE = NoticeKind(
    key=rules.ROUND_NOTICE,
    label=lazy_gettext("Đợt đánh giá chuyển đổi số mở, sắp đến hạn"),
    delivery=AT_ONCE,
    permission="digital.assess",
)


def panels(place: str, subject: Any, actor: Actor) -> Iterable[Panel]:
    """On a school's page its level, for its own people and the office."""
    if place != "school" or not _is_own(subject, actor):
        return
    rows = _LEVELS.rows(school=subject.id)
    if rows:
        yield Panel(
            key="level",
            title=_("Mức độ chuyển đổi số"),
            template="digital/assessments/_panel.html",
            context={"rows": [(id_, year, scoring.level_label(level)) for id_, year, level in rows]},
        )


_LEVELS = Statement(
    lambda: (
        Assessment.select(Assessment.id, Assessment.school_year, Assessment.checked_level)
        .where(Assessment.school == param("school"), Assessment.state.in_(RESULTS))
        .order_by(Assessment.school_year.desc(), Assessment.id.desc())
        .limit(5)
    )
)


def _is_own(school: Any, actor: Actor) -> bool:
    if actor.sees_all:
        return True
    return school.id == actor.school_id if actor.school_id is not None else school.district_id == actor.district_id


def found(actor: Actor, query: str, limit: int) -> Iterable[SearchResult]:
    """Rounds by their titles; a district has few."""
    wanted = search_tokens(query)
    rows = [row for row in queries.rounds(actor) if wanted and all(token in fold(row[1]) for token in wanted)]
    for id_, title, *_rest in rows[:limit]:
        yield SearchResult(title=title, url=rules.round_address(id_), detail=_("Đợt đánh giá chuyển đổi số"))


def dates(actor: Actor, start: date, end: date) -> Iterable[CalendarItem]:
    """The days by which rounds are due."""
    for id_, title, _year, due_on, *_rest in queries.rounds(actor):
        if start <= due_on <= end:
            yield CalendarItem(
                title=f"Hạn gửi: {title}", start=due_on, url=rules.round_address(id_), key=f"round-{id_}"
            )


def remind(district: District, day: date) -> Iterable[str]:
    """Three days before a round is due, schools that have sent nothing are told."""
    for opened in Round.select().where(Round.district == district, Round.due_on == day + REMIND_BEFORE):
        with transaction():
            rules.tell_schools(
                opened, lazy_gettext("Đánh giá chuyển đổi số còn ba ngày đến hạn gửi"), schools=queries.unsent(opened)
            )
        yield f"round {opened.id} is due in three days"
