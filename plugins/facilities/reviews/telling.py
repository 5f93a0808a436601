"""What reviews tell on other pages, and whom they remind."""

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
    checklists,
    lazy_gettext,
    today,
    transaction,
)
from intranet.api import gettext as _
from plugins.facilities.models import Round
from plugins.facilities.reviews import queries, rules
from plugins.facilities.reviews.life_cycle import address_of

# So many days before a round is due, whoever has sent nothing is reminded.
REMIND_BEFORE = timedelta(days=3)
# From this step down, something needs great repair.
POOR = 2
NOTICE = NoticeKind(
    key=rules.ROUND_NOTICE,
    label=lazy_gettext("Đợt rà soát cơ sở vật chất mở, sắp đến hạn"),
    delivery=AT_ONCE,
    # Whom rules.tell_schools() tells: the school's keepers.
    permission="facilities.need",
)


def panels(place: str, subject: Any, actor: Actor) -> Iterable[Panel]:
    """At home the rounds that wait for the school; on its page what it has and lacks, for its people and the office."""
    if place == "home" and actor.school_id is not None and (waiting := queries.to_fill(actor.school_id)):
        yield Panel(
            key="rounds",
            title=_("Rà soát cơ sở vật chất"),
            template="facilities/reviews/_rounds_panel.html",
            context={"rounds": [_waiting(*row) for row in waiting]},
        )
    if place == "school" and _is_own(subject, actor) and (rows := queries.present(subject.id)):
        yield _state_panel(rows)


def _waiting(round_id: int, title: str, due_on: Any, review_id: int | None, state: str | None) -> tuple:
    address = address_of(review_id) if review_id else rules.round_address(round_id)
    # Dates of a stored statement are text on SQLite.
    due = date.fromisoformat(str(due_on))
    return title, address, due, due < today(), state


def _state_panel(rows: list[tuple]) -> Panel:
    lacks = [
        (title, unit, checklists.shortage(required, usable)) for title, unit, required, _have, usable, *_rest in rows
    ]
    return Panel(
        key="state",
        title=_("Cơ sở vật chất"),
        template="facilities/reviews/_panel.html",
        context={
            "missing": sorted((lack for lack in lacks if lack[2]), key=lambda lack: -lack[2]),
            "poor": sum(row[5] is not None and row[5] <= POOR for row in rows),
            "on": rows[0][6],
            "review_id": rows[0][7],
        },
    )


def _is_own(school: Any, actor: Actor) -> bool:
    if actor.sees_all:
        return True
    return school.id == actor.school_id if actor.school_id is not None else school.district_id == actor.district_id


def remind(district: District, day: date) -> Iterable[str]:
    """Three days before a round is due, schools that have sent nothing are told."""
    due = Round.select().where(
        Round.district == district, Round.due_on == day + REMIND_BEFORE, Round.closed_at.is_null()
    )
    for opened in due:
        with transaction():
            rules.tell_schools(
                opened, lazy_gettext("Rà soát cơ sở vật chất còn ba ngày đến hạn gửi"), schools=queries.unsent(opened)
            )
        yield f"round {opened.id} is due in three days"


def dates(actor: Actor, start: date, end: date) -> Iterable[CalendarItem]:
    """The days by which rounds are due."""
    for id_, title, due_on in queries.due_between(actor, start, end):
        yield CalendarItem(
            title=f"Hạn gửi: {title}", start=due_on, end=due_on, url=rules.round_address(id_), key=f"round-{id_}"
        )
