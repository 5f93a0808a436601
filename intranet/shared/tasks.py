"""What waits for whom (shared.waiting), over all that a person is (decision D8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from peewee import JOIN, SQL, Value, fn

from intranet.kernel.clock import now, today
from intranet.kernel.statements import Statement, param
from intranet.kernel.workflow import Holder
from intranet.registry.districts import District, DistrictModule
from intranet.registry.people import ROLE_LABELS, Function, Membership, under_way
from intranet.registry.schools import School
from intranet.shared.access import Actor
from intranet.shared.waiting import Waiting

MOST = 100


@dataclass(frozen=True, slots=True)
class Work:
    """The membership to act in for a task."""

    membership_id: int
    role: str
    district_id: int | None
    school_id: int | None
    place: str

    @property
    def label(self) -> str:
        """In words, as the header shows it: "Hiệu trưởng – Trường THCS Yên Sở"."""
        return " – ".join(filter(None, (str(ROLE_LABELS[self.role]), self.place)))


@dataclass(frozen=True, slots=True)
class Task:
    """A next step that is somebody's. ``work`` is what to act in for it; None where the present one will do."""

    title: str
    step: str
    url: str
    since: datetime
    due_on: date | None
    work: Work | None

    @property
    def days(self) -> int:
        """For how many days it has waited."""
        return (now() - self.since).days

    @property
    def late(self) -> bool:
        """Whether its day is over."""
        return self.due_on is not None and self.due_on < today()


_TASK = (
    *(Waiting.subject_type, Waiting.subject_id, Waiting.module, Waiting.title, Waiting.step, Waiting.url),
    *(Waiting.since, Waiting.due_on),
)
_WORK = (Membership.id, Membership.role, Membership.district, Membership.school, District.name, School.name)


def _tasks() -> Any:
    """What waits for a person by name, by role and by function, the longest waiting first."""
    by_name = Waiting.select(*_TASK, *(Value(None) for _ in _WORK)).where(Waiting.person == param("person"))
    in_school = _held((Waiting.school == Membership.school) & (Waiting.role == Membership.role))
    in_office = _held(
        (Waiting.district == Membership.district)
        & (Waiting.role == Membership.role)
        & Waiting.school.is_null()
        & Membership.school.is_null()
    )
    by_function = _held(Waiting.school == Membership.school).join(
        Function, on=(Function.school == Waiting.school) & (Function.kind == Waiting.role)
    )
    by_function = by_function.where(Function.person == param("person"), under_way(Function, param("today")))
    found = by_name.union_all(in_school).union_all(in_office).union_all(by_function)
    return found.order_by(SQL(str(_TASK.index(Waiting.since) + 1))).limit(MOST)


def _held(condition: Any) -> Any:
    """What a membership of the person holds, where the module is on in its district."""
    on = DistrictModule.select(Value(1)).where(
        DistrictModule.district == Membership.district,
        DistrictModule.module == Waiting.module,
        DistrictModule.enabled == True,  # noqa: E712 (SQL)
    )
    return (
        Waiting.select(*_TASK, *_WORK)
        .join(Membership, on=condition)
        .join(District, JOIN.LEFT_OUTER, on=(Membership.district == District.id))
        .switch(Membership)
        .join(School, JOIN.LEFT_OUTER, on=(Membership.school == School.id))
        .switch(Waiting)
        .where(
            Membership.person == param("person"),
            under_way(Membership, param("today")),
            (Waiting.module == "") | fn.EXISTS(on),
        )
    )


_TASKS = Statement(_tasks)


def tasks_of(actor: Actor) -> list[Task]:
    """What waits for the actor in all that the actor is, each record once, the longest waiting first; at most MOST."""
    if actor.role is None:
        return []
    tasks: dict[tuple[str, int], Task] = {}
    for kind, id_, module, title, step, url, since, due_on, *work in _TASKS.rows(person=actor.person_id, today=today()):
        if work[0] is None and module and module not in actor.modules:
            continue
        task = Task(title, step, url, as_datetime(since), as_date(due_on), _other_work(actor, work))
        known = tasks.get((kind, id_))
        # Who holds it twice over does it as what the person acts in now: then nothing has to be switched.
        if known is None or task.work is None:
            tasks[kind, id_] = task
    return list(tasks.values())


def _other_work(actor: Actor, work: list[Any]) -> Work | None:
    id_, role, district_id, school_id, district, school = work
    if id_ is None or (role, district_id, school_id) == (actor.role, actor.district_id, actor.school_id):
        return None
    return Work(id_, role, district_id, school_id, school or district or "")


def as_datetime(value: datetime | str) -> datetime:
    """A moment as a stored statement gives it: SQLite's comes as text."""
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)


def as_date(value: date | str | None) -> date | None:
    """A day as a stored statement gives it: SQLite's comes as text."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def wait_for_person(record: Any, person_id: int, *, title: str, step: str, url: str) -> None:
    """Let a record without a life cycle wait for one person; it replaces what waited on it before."""
    stop_waiting(record)
    Waiting.create(
        subject_type=type(record)._meta.table_name,
        subject_id=record.id,
        person=person_id,
        title=title,
        step=step,
        url=url,
    )


def wait_for_holder(
    record: Any, holder: Holder, *, module: str, title: str, step: str, url: str, since: datetime | None = None
) -> None:
    """Let a module's record wait for whoever has a role in a school or an office; it replaces what waited before."""
    stop_waiting(record)
    Waiting.create(
        module=module,
        subject_type=type(record)._meta.table_name,
        subject_id=record.id,
        person=holder.person_id,
        role=holder.role,
        district=holder.district_id,
        school=holder.school_id,
        title=title,
        step=step,
        url=url,
        since=since or now(),
    )


def stop_waiting(record: Any) -> None:
    """Nothing waits on the record any more."""
    Waiting.delete().where(
        Waiting.subject_type == type(record)._meta.table_name, Waiting.subject_id == record.id
    ).execute()
