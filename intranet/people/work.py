"""What follows from dated work: who is where, who leads a school. Only the rules of the room call what stands here."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from intranet.kernel.clock import now, today
from intranet.kernel.database import transaction
from intranet.kernel.dates import show_date
from intranet.kernel.jobs import MOST_MISSED_DAYS, daily
from intranet.kernel.language import SOURCE, speaking
from intranet.kernel.language import gettext as _
from intranet.people.authority import SCHOOL_ROLES, Post
from intranet.registry.districts import District
from intranet.registry.people import ADMINISTRATOR, PRINCIPAL, ROLE_LABELS, Function, Membership, Person, under_way
from intranet.registry.schools import School
from intranet.shared import audit
from intranet.shared.edits import Refused, locked, refuse_closed

ONE_DAY = timedelta(days=1)


def not_over(dated: Any, day: date) -> Any:
    """Condition: a dated row is under way on ``day``, or still to come."""
    return dated.ends_on.is_null() | (dated.ends_on >= day)


def work_from(person: Person, day: date) -> list[Membership]:
    """The person's work that is not over on ``day``."""
    return list(
        Membership.select().where(Membership.person == person, not_over(Membership, day)).order_by(Membership.id)
    )


def begin(person: Person, post: Post, starts_on: date) -> Membership:
    """Give the person the post. Raises Refused where it cannot be held."""
    _refuse_post(person, post, starts_on)
    return Membership.create(
        person=person,
        role=post.role,
        title=post.title,
        district=post.district_id,
        school=post.school_id,
        starts_on=starts_on,
    )


def _refuse_post(person: Person, post: Post, starts_on: date) -> None:
    if (post.role in SCHOOL_ROLES) != (post.school_id is not None):
        raise Refused("school", _("Vai trò này không hợp với nơi đã chọn."))
    if post.school_id is None:
        if post.district_id is not None:
            refuse_closed(District.get_by_id(post.district_id))
        return
    school = School.get_by_id(post.school_id)
    if school.deleted_at is not None or (school.closed_on is not None and school.closed_on < starts_on):
        raise Refused("school", _("Trường này đã đóng; thầy/cô hãy chọn trường đang hoạt động."))
    if post.role != PRINCIPAL:
        return
    present = principals(school.id, starts_on).where(Membership.person != person).first()
    if present is not None:
        text = _("Trường đang có hiệu trưởng là %(name)s. Thầy/cô dùng “Bổ nhiệm hiệu trưởng” ở trang của trường.")
        raise Refused("role", text % {"name": present.person.name})


def principals(school_id: int, day: date) -> Any:
    """Query for the work of who leads a school on ``day`` or later."""
    return Membership.select().where(
        Membership.school == school_id, Membership.role == PRINCIPAL, not_over(Membership, day)
    )


def end(rows: Iterable[Any], last_day: date, **fields: Any) -> None:
    """End dated rows after ``last_day``; what has not begun and would only later is forgotten.

    Raises Refused for what would end before its first day.
    """
    for row in rows:
        if row.starts_on is None or row.starts_on <= last_day:
            type(row).update(ends_on=last_day, **fields).where(type(row).id == row.id).execute()
        elif row.starts_on > today():
            row.delete_instance()
        else:
            text = _("Việc này bắt đầu từ %(day)s nên không thể kết thúc trước đó.", day=show_date(row.starts_on))
            raise Refused("on", text)


def move(person: Person, post: Post, on: date) -> tuple[str, list[Membership]]:
    """End what the person is in the place of today, and what was planned; begin the post.

    Duties stay with who stays in the school. Returns the former work in words, and every row that began or ended.
    """
    last_day, same_school = on - ONE_DAY, post.school_id is not None and post.school_id == person.school_id
    rows = [row for row in work_from(person, on) if _gives_way(row, person)]
    if any(_same(row, post) for row in rows if row.starts_on is None or row.starts_on < on):
        raise Refused("role", _("Người này đang làm đúng việc này."))
    before = "; ".join(map(in_words, rows))
    end(rows, last_day, end_reason="role" if same_school else "transfer")
    if not same_school:
        end_duties(person, person.school_id, last_day)
    return before, [*rows, begin(person, post, on)]


def _gives_way(row: Membership, person: Person) -> bool:
    planned = row.starts_on is not None and row.starts_on > today()
    return row.district_id is not None and (planned or row.school_id == person.school_id)


def _same(row: Membership, post: Post) -> bool:
    return (row.role, row.title, row.school_id) == (post.role, post.title, post.school_id)


def end_duties(person: Person, school_id: int | None, last_day: date) -> None:
    """End the duties in a school where the person does not work any more."""
    if not any(row.school_id == school_id for row in work_from(person, last_day + ONE_DAY)):
        own = Function.select().where(Function.person == person, Function.school == school_id)
        end(list(own.where(not_over(Function, last_day))), last_day)


def refresh_place(person: Person, day: date | None = None) -> None:
    """Note on the person where the work of ``day`` is; what is to come counts where there is none.

    A school goes before an office. Who has left keeps the district that keeps the record.
    """
    day = day or today()
    rows = [row for row in work_from(person, day) if row.role != ADMINISTRATOR]
    rows.sort(key=lambda row: (row.starts_on is not None and row.starts_on > day, row.school_id is None))
    school_id = rows[0].school_id if rows else None
    district_id = rows[0].district_id if rows else person.district_id
    if (person.school_id, person.district_id) != (school_id, district_id):
        person.school, person.district = school_id, district_id
        Person.update(school=school_id, district=district_id).where(Person.id == person.id).execute()


def refresh_principal(school_id: int, person_id: int | None, day: date | None = None) -> None:
    """Write on the school who leads it on ``day``; nobody's name where the place is empty."""
    leading = (
        Membership.select(Person.name)
        .join(Person)
        .where(
            Membership.school == school_id,
            Membership.role == PRINCIPAL,
            under_way(Membership, day),
            Person.deleted_at.is_null(),
        )
    )
    with transaction():
        name = leading.order_by(Membership.id).limit(1).scalar() or ""
        school = locked(School, school_id)
        before, school.principal_name = school.principal_name, name
        if name == before:
            return
        school.version += 1
        school.updated_at = now()
        school.save()
        audit.record("school.update", school, person_id=person_id, changes={"principal_name": (before, name)})


def lead(rows: Iterable[Membership], person_id: int | None) -> None:
    """Write on the schools of principals among the rows who leads them now."""
    for school_id in {row.school_id for row in rows if row.role == PRINCIPAL}:
        refresh_principal(school_id, person_id)


def note(
    action: str, person: Person, rows: list[Membership], person_id: int | None, **changes: tuple[Any, Any]
) -> None:
    """Let what began and ended count, and write the audit line, in which days stand as people write them."""
    refresh_place(person)
    lead(rows, person_id)
    words = {name: tuple(show_date(v) if isinstance(v, date) else v for v in pair) for name, pair in changes.items()}
    audit.record(action, person, person_id=person_id, changes=words)


@daily
def refresh_places(day: date) -> None:
    """Let work that began or ended of late count: where people are, and who leads the schools."""
    since = day - timedelta(days=MOST_MISSED_DAYS + 1)
    moved = Membership.starts_on.between(since, day) | Membership.ends_on.between(since, day - ONE_DAY)
    people = Person.select().join(Membership, on=(Membership.person == Person.id)).where(moved).distinct()
    # No transaction around all of them: a long list begins to work on one day, and nobody should wait for it.
    for person in list(people.where(Person.deleted_at.is_null())):
        refresh_place(person, day)
    led = Membership.select(Membership.school).where(moved, Membership.role == PRINCIPAL)
    for (school_id,) in list(led.where(Membership.school.is_null(False)).distinct().tuples()):
        refresh_principal(school_id, None, day)


def in_words(work: Membership | Post) -> str:
    """The work as the trail keeps it: "Hiệu trưởng – Trường THCS Yên Sở"."""
    school = School.get_or_none(School.id == work.school_id)
    district = District.get_or_none(District.id == work.district_id)
    place = school.name if school else district.office_name if district else ""
    return " – ".join(filter(None, (work.title or in_source(ROLE_LABELS[work.role]), place)))


def in_source(label: Any) -> str:
    """A label in the language of the records, whoever is at work."""
    with speaking(SOURCE):
        return str(label)
