"""What reviews tell on other pages, and whom they remind."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from intranet.api import AT_ONCE, Actor, District, NoticeKind, Panel, checklists, lazy_gettext, transaction
from intranet.api import gettext as _
from plugins.facilities.models import Round
from plugins.facilities.reviews import queries, rules

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
    """On a school's page what it has and lacks, for its own people and the office."""
    if place != "school" or not _is_own(subject, actor):
        return
    rows = queries.present(subject.id)
    if not rows:
        return
    lacks = [(title, unit, checklists.shortage(required, usable)) for title, unit, required, _have, usable, *_ in rows]
    yield Panel(
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
