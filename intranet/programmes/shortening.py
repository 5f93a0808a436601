"""What lies beyond the new end of a programme that becomes shorter.

A review comes forward to the new end: its day was computed. A promise of a pledge keeps its day, for both schools
signed it; they are told, and agree on another one. So do the offices about a memorandum.
"""

from __future__ import annotations

from datetime import date, timedelta

from peewee import Select, fn

from intranet.kernel.clock import midnight
from intranet.kernel.dates import show_date
from intranet.kernel.language import gettext as _
from intranet.kernel.language import ngettext
from intranet.kernel.workflow import Holder
from intranet.registry.agreements import Memorandum, YearPlan, YearPlanItem
from intranet.registry.people import COORDINATOR, PRINCIPAL
from intranet.registry.pledges import PLANNED, Meeting, PledgeClause
from intranet.registry.twinning import ACTIVE, OPEN, Pairing
from intranet.shared import audit, steps
from intranet.shared.holders import people_of
from intranet.shared.notifying import PROGRESS, notify

MOST_NAMED = 5


def late_clauses(programme_id: int, ends_on: date) -> Select:
    """Query for (pair, how many of its promises are due after the end)."""
    return (
        PledgeClause.select(PledgeClause.pairing, fn.COUNT(PledgeClause.id))
        .join(Pairing)
        .where(
            Pairing.programme == programme_id,
            Pairing.state.in_(OPEN),
            PledgeClause.dropped_on.is_null(),
            PledgeClause.due_on > ends_on,
        )
        .group_by(PledgeClause.pairing)
        .order_by(PledgeClause.pairing)
    )


def late_reviews(programme_id: int, ends_on: date) -> Select:
    """Query for the active pairs whose next review would be after the end."""
    return Pairing.select().where(
        Pairing.programme == programme_id, Pairing.state == ACTIVE, Pairing.review_on > ends_on
    )


def beyond(programme_id: int, ends_on: date) -> list[str]:
    """What would lie beyond the end, a sentence for each kind; empty when nothing does."""
    found = []
    clauses = list(late_clauses(programme_id, ends_on).tuples())
    if clauses:
        count = ngettext("%(num)s cặp", "%(num)s cặp", len(clauses))
        sentence = _(
            "%(pairs)s có cam kết hạn sau ngày này: %(names)s. Hạn đã ký được giữ nguyên; "
            "hai trường được báo để thống nhất lại."
        )
        found.append(sentence % {"pairs": count, "names": _names([pair_id for pair_id, _count in clauses])})
    reviews = late_reviews(programme_id, ends_on).count()
    if reviews:
        count = ngettext("%(num)s cặp", "%(num)s cặp", reviews)
        found.append(_("Kỳ sơ kết của %(pairs)s được chuyển lên ngày %(day)s.", pairs=count, day=show_date(ends_on)))
    meetings = _late_meetings(programme_id, ends_on)
    if meetings:
        count = ngettext("%(num)s cuộc họp, chuyến thăm", "%(num)s cuộc họp, chuyến thăm", meetings)
        found.append(_("%(meetings)s đã hẹn sau ngày này vẫn giữ lịch cho đến khi cặp kết thúc.", meetings=count))
    tasks = _late_tasks(programme_id, ends_on)
    if tasks:
        count = ngettext("%(num)s việc", "%(num)s việc", tasks)
        found.append(_("%(tasks)s của kế hoạch năm có hạn sau ngày này; phòng chủ trì cần sửa kế hoạch.", tasks=count))
    for title, until in _late_memoranda(programme_id, ends_on):
        sentence = _("%(title)s có hiệu lực đến %(day)s; các phòng cần ký phụ lục.")
        found.append(sentence % {"title": title, "day": show_date(until)})
    return found


def _names(pair_ids: list[int]) -> str:
    pairs = Pairing.select().where(Pairing.id.in_(pair_ids[:MOST_NAMED])).order_by(Pairing.id)
    names = [f"{pair.first_school.name} – {pair.second_school.name}" for pair in pairs]
    return "; ".join(names + ["…"] * (len(pair_ids) > MOST_NAMED))


def _late_meetings(programme_id: int, ends_on: date) -> int:
    planned = Meeting.state == PLANNED, Meeting.starts_at >= midnight(ends_on + timedelta(days=1))
    return Meeting.select().join(Pairing).where(Pairing.programme == programme_id, *planned).count()


def _late_tasks(programme_id: int, ends_on: date) -> int:
    query = YearPlanItem.select().join(YearPlan)
    return query.where(YearPlan.programme == programme_id, YearPlanItem.due_on > ends_on).count()


def _late_memoranda(programme_id: int, ends_on: date) -> list[tuple]:
    query = Memorandum.select(Memorandum.title, Memorandum.ends_on).where(
        Memorandum.programme == programme_id,
        Memorandum.state.in_(("signed", "in_force")),
        Memorandum.ends_on > ends_on,
    )
    return list(query.order_by(Memorandum.id).tuples())


def bring_forward(pair: Pairing, ends_on: date, person_id: int | None) -> None:
    """The pair's next review comes forward to the programme's new end."""
    before, pair.review_on = pair.review_on, ends_on
    Pairing.update(review_on=ends_on).where(Pairing.id == pair.id).execute()
    audit.record("pairing.review_on", pair, person_id=person_id, changes={"review_on": (before, ends_on)})
    steps.fall_due(pair)


def tell_schools(pair_id: int, count: int, ends_on: date) -> None:
    """Both schools learn that promises of theirs are due after the programme's new end."""
    pair = Pairing.get_by_id(pair_id)
    holders = [
        Holder(role=role, school_id=school_id)
        for role in (PRINCIPAL, COORDINATOR)
        for school_id in (pair.first_school_id, pair.second_school_id)
    ]
    title = f"Chương trình kết thúc ngày {show_date(ends_on)}: {count} cam kết của cặp có hạn sau ngày này"
    notify(people_of(holders), PROGRESS, title, f"/pairings/{pair_id}")
