"""Every change of a note."""

from collections.abc import Callable
from datetime import date

from intranet.api import (
    Person,
    School,
    begin,
    count_recipients,
    fold,
    notify,
    record,
    refresh_waiting,
    sort_key,
    text_changed,
    transaction,
)
from notice_board.life_cycle import LIFE_CYCLE
from notice_board.models import Note, Plan

NEWS = "notice_board.news"


def add_note(
    district_id: int,
    title: str,
    body: str,
    *,
    urgent: bool = False,
    person_id: int | None,
    done: Callable[[], None] = lambda: None,
) -> Note:
    """Pin a note up."""
    with transaction():
        note = Note.create(
            district=district_id,
            title=title,
            sort_key=sort_key(title),
            search_text=fold(f"{title} {body}"),
            body=body,
            urgent=urgent,
            author=person_id,
            signature=Person.get_by_id(person_id).name if person_id else "",
        )
        record("notice_board.add", note, person_id=person_id, changes={"title": (None, title)})
        if urgent:
            notify(readers(district_id), NEWS, title, f"/notice-board/{note.id}", but=person_id)
        done()
    return note


def remind(district_id: int, day: date):
    """Tell the readers once a day that urgent notes still hang there."""
    count = Note.select().where(Note.district == district_id, Note.urgent == True).count()  # noqa: E712 (SQL)
    if count:
        notify(readers(district_id), NEWS, "Tin khẩn còn trên bảng tin", "/notice-board/", group=f"urgent-{day}")
        yield count


def forget_signatures(district_id: int) -> int:
    """Notes without an author keep no name of one."""
    nameless = Note.author.is_null() & (Note.signature != "")
    return Note.update(signature="").where(Note.district == district_id, nameless).execute()


def take_over(school: School, successor: School) -> None:
    """What a merged school planned, its successor goes on with."""
    for column in (Plan.first_school, Plan.second_school):
        plans = list(Plan.select().where(column == school).order_by(Plan.id))
        Plan.update({column: successor}).where(column == school).execute()
        for plan in plans:
            refresh_waiting(Plan.get_by_id(plan.id))


def hand_over(successor: School, plan_ids) -> None:
    """What a school planned, the new one that was split off goes on with."""
    for plan in list(Plan.select().where(Plan.id.in_(sorted(plan_ids))).order_by(Plan.id)):
        plan.first_school = successor
        plan.save()
        refresh_waiting(plan)


def reached(district_id: int, *, but: int):
    """How many people an urgent note reaches."""
    return count_recipients(readers(district_id), NEWS, but=but)


def sum_up(run) -> None:
    """The job: a note that says how many notes there are."""
    district_id = run.job.district_id
    run.progress(50)
    count = Note.select().where(Note.district == district_id).count()
    add_note(district_id, f"Bảng có {count} tin", "", person_id=run.job.person_id)


def forget(person_id: int) -> None:
    """Take a person's name from under the notes."""
    Note.update(signature="").where(Note.author == person_id).execute()


def titles_of(person_id: int) -> list[str]:
    """What a person pinned up."""
    return [title for (title,) in Note.select(Note.title).where(Note.author == person_id).order_by(Note.id).tuples()]


def readers(district_id: int) -> list[int]:
    """The ids of the people of a district."""
    return [id_ for (id_,) in Person.select(Person.id).where(Person.district == district_id).tuples()]


def add_plan(
    first_school, second_school_id: int, title: str, body: str = "", *, starts_at=None, person_id: int | None
) -> Plan:
    """Begin a plan of two schools."""
    with transaction():
        plan = Plan.create(
            district=first_school.district_id,
            first_school=first_school,
            second_school=second_school_id,
            title=title,
            body=body,
            starts_at=starts_at,
            state=LIFE_CYCLE.first,
        )
        record("notice_board.plan", plan, person_id=person_id, changes={"title": (None, title)})
        begin(plan, person_id=person_id)
    return plan


def rewrite_plan(plan: Plan, body: str, *, person_id: int | None) -> None:
    """Change what a plan says; whoever had agreed is asked again."""
    with transaction():
        before, plan.body = plan.body, body
        plan.version += 1
        plan.save()
        record("notice_board.rewrite", plan, person_id=person_id, changes={"body": (before, body)})
        text_changed(plan, person_id=person_id)


def held_plans(pairing, starts_on, ends_on):
    """(day, title) of what the two schools carried out in these days."""
    schools = (pairing.first_school_id, pairing.second_school_id)
    plans = Plan.select(Plan.state_since, Plan.title).where(
        Plan.state == "held", Plan.first_school.in_(schools), Plan.second_school.in_(schools)
    )
    days = [(since.date(), title) for since, title in plans.order_by(Plan.state_since, Plan.id).tuples()]
    return [(day, title) for day, title in days if starts_on <= day <= ends_on]
