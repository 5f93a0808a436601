"""Every change of a person and of what the person is: one transaction, with audit.

Leaves and duties stand in duties.py, what follows from dated work in work.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from intranet.kernel.clock import local, now, today
from intranet.kernel.database import transaction
from intranet.kernel.dates import show_date
from intranet.kernel.language import gettext as _
from intranet.kernel.text import name_sort_key
from intranet.people import work
from intranet.people.authority import Post
from intranet.people.duties import add_duty, end_duty, end_leave, start_leave  # noqa: F401 (in a file of their own)
from intranet.people.usernames import free_username
from intranet.people.work import ONE_DAY, in_source, in_words, lead, note, refresh_place, refresh_principal
from intranet.registry.districts import District
from intranet.registry.people import END_REASONS, PRINCIPAL, TEACHER, Function, Leave, Membership, Person
from intranet.registry.schools import School
from intranet.shared import audit
from intranet.shared.edits import MERGED, SAVED, UNCHANGED, Refused, locked, merged, refuse_closed

# What the form of a record holds.
FIELDS = ("name", "birth_date", "gender", "phone", "email", "subjects", "note")
# What the computed columns are made of.
KEYS = {"name", "phone", "subjects"}


def _nothing() -> None: ...


# --- The record ---


def create_person(
    district_id: int,
    values: Mapping[str, Any],
    post: Post | None,
    *,
    starts_on: date,
    person_id: int | None,
    done: Callable[[Person], None] = lambda person: None,
) -> Person:
    """Add a person with a user name and, if there is one, a post from a day on; ``values`` are some of FIELDS.

    ``done`` runs last in the transaction. Without a password nobody signs in: the account comes later, by invitation.
    Raises Refused.
    """
    with transaction():
        # Two people of one name must not be given one user name.
        district = locked(District, district_id)
        refuse_closed(district)
        person = Person(district=district_id, **_stored(values))
        _refuse_double(person)
        person.username = free_username(person.name, district.code)
        person.set_keys()
        person.save()
        changes = {name: (None, value) for name, value in values.items() if value}
        if post is not None:
            row = work.begin(person, post, starts_on)
            refresh_place(person)
            lead([row], person_id)
            changes |= {"work": (None, in_words(post)), "starts_on": (None, show_date(starts_on))}
        audit.record("person.create", person, person_id=person_id, changes=changes)
        done(person)
    return person


def _stored(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value if name == "birth_date" else value or "" for name, value in values.items()}


def _refuse_double(person: Person) -> None:
    """The same name with the same phone or birth date in one district is the same person."""
    namesakes = Person.select().where(
        Person.district == person.district_id,
        Person.sort_key == name_sort_key(person.name),
        Person.deleted_at.is_null(),
    )
    for other in namesakes:
        same_phone = person.phone and person.phone == other.phone
        if same_phone or (person.birth_date and person.birth_date == other.birth_date):
            raise Refused("name", _("Người này đã có trong danh bạ, tên đăng nhập %(name)s.", name=other.username))


def update_person(
    person: Person,
    values: Mapping[str, Any],
    *,
    version: int,
    person_id: int | None,
    done: Callable[[], None] = _nothing,
) -> str:
    """Change a person whose form was made from ``version``; what others changed since stays where it can (D15).

    ``values`` are some of FIELDS; ``done`` runs last in the transaction. Returns UNCHANGED, SAVED or MERGED. Raises
    Conflict when others changed the same fields.
    """
    with transaction():
        current = locked(Person, person.id)
        known = {name: getattr(current, name) for name in values}
        given = _stored(values)
        mine = merged(current, known, given, version)
        if not mine:
            return UNCHANGED
        change(current, mine, "person.update", person_id)
        done()
        return SAVED if current.version == version + 1 else MERGED


def change(person: Person, values: Mapping[str, Any], action: str, person_id: int | None) -> None:
    """Set fields of a person just read under lock, with their audit line. Call inside the transaction."""
    changes = {name: (getattr(person, name), value) for name, value in values.items()}
    for name, value in values.items():
        setattr(person, name, value)
    if KEYS & values.keys():
        person.set_keys()
    person.version += 1
    person.save()
    if "name" in values:
        for row in work.work_from(person, today()):
            if row.role == PRINCIPAL:
                refresh_principal(row.school_id, person_id)
    audit.record(action, person, person_id=person_id, changes=changes)


def delete_person(person: Person, *, person_id: int | None, done: Callable[[], None] = _nothing) -> None:
    """Put somebody entered by mistake into the trash; the work ends. Raises Refused for whoever has an account."""
    with transaction():
        current = locked(Person, person.id)
        if current.password_hash is not None:
            raise Refused("", _("Người này đã có tài khoản. Thầy/cô ghi thôi việc để giữ lại lịch sử."))
        if current.deleted_at is not None:
            return
        yesterday = today() - ONE_DAY
        rows = work.work_from(current, today())
        for row in rows:
            # The day may lie before the first one: then there was no such day.
            _update(row, ends_on=yesterday, end_reason="mistake")
        current.deleted_at = now()
        current.version += 1
        current.save()
        lead(rows, person_id)
        trash = {"deleted_at": (None, current.deleted_at)}
        audit.record("person.delete", current, person_id=person_id, changes=trash)
        done()


def restore_person(person: Person, *, person_id: int | None, done: Callable[[], None] = _nothing) -> None:
    """Take somebody out of the trash, with the work that ended there, unless another leads the school by now."""
    with transaction():
        current = locked(Person, person.id)
        if current.deleted_at is None:
            return
        last_day = local(current.deleted_at).date() - ONE_DAY
        rows = Membership.select().where(
            Membership.person == current, Membership.end_reason == "mistake", Membership.ends_on == last_day
        )
        rows = [row for row in rows if row.role != PRINCIPAL or not work.principals(row.school_id, today()).exists()]
        for row in rows:
            _update(row, ends_on=None, end_reason="")
        since, current.deleted_at = current.deleted_at, None
        current.version += 1
        current.save()
        refresh_place(current)
        lead(rows, person_id)
        audit.record("person.restore", current, person_id=person_id, changes={"deleted_at": (since, None)})
        done()


def _update(row: Membership, **values: Any) -> None:
    Membership.update(**values).where(Membership.id == row.id).execute()


# --- Work ---


def add_work(
    person: Person, post: Post, *, starts_on: date, person_id: int | None, done: Callable[[], None] = _nothing
) -> None:
    """Give a person a post beside what the person is. Raises Refused."""
    with transaction():
        current = locked(Person, person.id)
        same = (post.role, post.district_id, post.school_id)
        if any((row.role, row.district_id, row.school_id) == same for row in work.work_from(current, starts_on)):
            raise Refused("role", _("Người này đang có vai trò này ở đó."))
        row = work.begin(current, post, starts_on)
        note("membership.add", current, [row], person_id, work=(None, in_words(row)), starts_on=(None, starts_on))
        done()


def end_work(
    membership_id: int,
    person: Person,
    *,
    ends_on: date,
    reason: str,
    person_id: int | None,
    done: Callable[[], None] = _nothing,
) -> None:
    """End one of a person's posts after a day; ``reason`` is one of END_REASONS. Raises Refused."""
    with transaction():
        current = locked(Person, person.id)
        row = Membership.get(Membership.id == membership_id, Membership.person == current)
        changes = {"work": (in_words(row), None), "ends_on": (None, ends_on), "reason": _reason(reason)}
        work.end([row], ends_on, end_reason=reason)
        work.end_duties(current, row.school_id, ends_on)
        note("membership.end", current, [row], person_id, **changes)
        done()


def transfer(
    person: Person, post: Post, *, on: date, person_id: int | None, done: Callable[[], None] = _nothing
) -> None:
    """Move a person to another post on a day. The work where the person is ends the day before. Raises Refused."""
    with transaction():
        current = locked(Person, person.id)
        before, rows = work.move(current, post, on)
        note("person.transfer", current, rows, person_id, work=(before, in_words(post)), starts_on=(None, on))
        done()


def appoint_principal(
    school: School,
    person: Person,
    *,
    on: date,
    stay: bool,
    person_id: int | None,
    done: Callable[[], None] = _nothing,
) -> None:
    """Make a person the principal of a school from a day on. Pairs and pledges hang on the office: nothing is lost.

    The former one is principal until the day before, and with ``stay`` one of the staff from then on. Raises Refused.
    """
    with transaction():
        current = locked(Person, person.id)
        for row in list(work.principals(school.id, on)):
            if row.person_id == current.id:
                raise Refused("", _("Người này đang là hiệu trưởng của trường."))
            _step_down(row, on, stay, person_id)
        post = Post(PRINCIPAL, school.district_id, school.id)
        before, rows = work.move(current, post, on)
        note("person.appoint", current, rows, person_id, work=(before, in_words(post)), starts_on=(None, on))
        done()


def _step_down(row: Membership, on: date, stay: bool, person_id: int | None) -> None:
    former = locked(Person, row.person_id)
    work.end([row], on - ONE_DAY, end_reason="role")
    changes = {"work": (in_words(row), None), "ends_on": (None, on - ONE_DAY), "reason": _reason("role")}
    if stay and not any(other.school_id == row.school_id for other in work.work_from(former, on)):
        post = Post(TEACHER, row.district_id, row.school_id)
        work.begin(former, post, on)
        changes["work"] = (in_words(row), in_words(post))
    if not stay:
        work.end_duties(former, row.school_id, on - ONE_DAY)
    note("membership.end", former, [row], person_id, **changes)


def leave_for_good(
    person: Person, *, on: date, reason: str, person_id: int | None, done: Callable[[], None] = _nothing
) -> None:
    """End all work, duties and leaves of a person after a day; ``reason`` is one of END_REASONS. Raises Refused."""
    with transaction():
        current = locked(Person, person.id)
        rows = [row for row in work.work_from(current, today()) if row.ends_on is None or row.ends_on >= on]
        if not rows:
            raise Refused("on", _("Người này không có công việc nào sau ngày này."))
        before = "; ".join(map(in_words, rows))
        work.end(rows, on, end_reason=reason)
        for model in (Function, Leave):
            work.end(list(model.select().where(model.person == current, work.not_over(model, on))), on)
        changes = {"work": (before, None), "ends_on": (None, on), "reason": _reason(reason)}
        note("person.quit", current, rows, person_id, **changes)
        done()


def _reason(reason: str) -> tuple[None, str]:
    return None, in_source(END_REASONS[reason])
