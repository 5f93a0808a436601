"""Every change of a yearly plan: one transaction, with audit. Once issued, it is only read until it is reopened."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from peewee import IntegrityError

from intranet.kernel.clock import now, today
from intranet.kernel.database import transaction
from intranet.kernel.dates import show_date
from intranet.kernel.language import gettext as _
from intranet.kernel.schoolyear import school_year_of
from intranet.registry.agreements import YearPlan, YearPlanItem
from intranet.registry.twinning import Programme
from intranet.shared import audit
from intranet.shared.edits import MERGED, SAVED, UNCHANGED, Refused, locked, merged

ITEMS = "items"
A_YEAR = timedelta(days=365)
# August is the break: what ends in it ends with the school year before.
BREAK = timedelta(days=31)


class Item(NamedTuple):
    """A task of a plan: what, who leads, by when, how much."""

    task: str
    lead: str = ""
    due_on: date | None = None
    target: str = ""


def years_of(programme: Programme) -> list[str]:
    """The school years that the programme touches; of one without an end, up to the next."""
    first = int(school_year_of(programme.starts_on or today())[:4])
    last = int(school_year_of((programme.ends_on or today() + A_YEAR) - BREAK)[:4])
    return [f"{year}-{year + 1}" for year in range(first, max(first, last) + 1)]


def years_left(programme: Programme) -> list[str]:
    """Those for which there is no plan yet."""
    query = YearPlan.select(YearPlan.school_year).where(YearPlan.programme == programme)
    planned = {year for (year,) in query.tuples()}
    return [year for year in years_of(programme) if year not in planned]


def items_of(plan_id: int) -> list[Item]:
    """The tasks in their order."""
    query = YearPlanItem.select(YearPlanItem.task, YearPlanItem.lead, YearPlanItem.due_on, YearPlanItem.target).where(
        YearPlanItem.plan == plan_id
    )
    return [Item(*row) for row in query.order_by(YearPlanItem.position, YearPlanItem.id).tuples()]


def items_text(items: Sequence[Item]) -> str:
    """A line for each task, as audit and conflicts show it."""
    return "\n".join(
        "; ".join(filter(None, (item.task, item.lead, show_date(item.due_on) if item.due_on else "", item.target)))
        for item in items
    )


def create_plan(
    programme: Programme,
    values: Mapping[str, Any],
    *,
    person_id: int | None,
    done: Callable[[YearPlan], None] = lambda plan: None,
) -> YearPlan:
    """Add the plan of a school year with its aims and items. Raises Refused where the year has one."""
    try:
        with transaction():
            plan = YearPlan.create(programme=programme, school_year=values["school_year"], aims=values["aims"])
            _write_items(plan, values[ITEMS])
            changes = {"school_year": (None, plan.school_year), "aims": (None, plan.aims)}
            changes[ITEMS] = (None, items_text(values[ITEMS]))
            audit.record("year_plan.create", plan, person_id=person_id, changes=changes)
            done(plan)
    except IntegrityError as cause:
        raise Refused("school_year", _("Năm học này đã có kế hoạch.")) from cause
    return plan


def _write_items(plan: YearPlan, items: Sequence[Item]) -> None:
    YearPlanItem.delete().where(YearPlanItem.plan == plan).execute()
    rows = [(plan.id, place, *item) for place, item in enumerate(items, start=1)]
    columns = (
        *(YearPlanItem.plan, YearPlanItem.position, YearPlanItem.task),
        *(YearPlanItem.lead, YearPlanItem.due_on, YearPlanItem.target),
    )
    if rows:
        YearPlanItem.insert_many(rows, columns).execute()


def update_plan(
    plan: YearPlan,
    values: Mapping[str, Any],
    *,
    version: int,
    person_id: int | None,
    done: Callable[[], None] = lambda: None,
) -> str:
    """Change the aims and items of a plan that is not issued. As rules.update_programme."""
    with transaction():
        current = _writable(plan)
        known = {"aims": current.aims, ITEMS: items_text(items_of(current.id))}
        given = {"aims": values["aims"], ITEMS: items_text(values[ITEMS])}
        mine = merged(current, known, given, version)
        if not mine:
            return UNCHANGED
        current.aims = mine.get("aims", current.aims)
        if ITEMS in mine:
            _write_items(current, values[ITEMS])
        _save(current)
        changes = {name: (known[name], value) for name, value in mine.items()}
        audit.record("year_plan.edit", current, person_id=person_id, changes=changes)
        done()
        return SAVED if current.version == version + 1 else MERGED


def _writable(plan: YearPlan) -> YearPlan:
    current = locked(YearPlan, plan.id)
    if current.issued_on is not None:
        raise Refused("", _("Kế hoạch đã ban hành. Muốn sửa, thầy/cô mở lại kế hoạch trước."))
    return current


def _save(plan: YearPlan) -> None:
    plan.version += 1
    plan.updated_at = now()
    plan.save()


def issue_plan(
    plan: YearPlan,
    *,
    number: str,
    issued_on: date,
    person_id: int | None,
    done: Callable[[], None] = lambda: None,
) -> None:
    """Issue the plan under a number; from now on it is only read. Raises Refused."""
    with transaction():
        current = _writable(plan)
        if issued_on > today():
            raise Refused("issued_on", _("Ngày ban hành không thể sau hôm nay."))
        if not items_of(current.id):
            raise Refused("", _("Kế hoạch chưa có nhiệm vụ nào."))
        changes = {"number": (current.number, number), "issued_on": (None, issued_on)}
        current.number, current.issued_on = number, issued_on
        _save(current)
        audit.record("year_plan.issue", current, person_id=person_id, changes=changes)
        done()


def reopen_plan(plan: YearPlan, reason: str, *, person_id: int | None, done: Callable[[], None] = lambda: None) -> None:
    """Take an issued plan back to be changed. Raises Refused."""
    with transaction():
        current = locked(YearPlan, plan.id)
        if current.issued_on is None:
            raise Refused("", _("Kế hoạch chưa ban hành."))
        changes = {"issued_on": (current.issued_on, None), "reason": (None, reason)}
        current.issued_on = None
        _save(current)
        audit.record("year_plan.reopen", current, person_id=person_id, changes=changes)
        done()
