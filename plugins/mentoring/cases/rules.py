"""Every change of a case: nominated, edited, its goals, and how it ends."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from itertools import count
from typing import Any

from intranet.api import (
    MERGED,
    SAVED,
    UNCHANGED,
    Actor,
    Refused,
    School,
    begin,
    carry,
    gettext,
    locked,
    merged,
    now,
    opened,
    put,
    record,
    school_year_of,
    take,
    today,
    transaction,
)
from plugins.mentoring.cases.life_cycle import ANONYMISED, CLOSED, DECLINED
from plugins.mentoring.tables.cases import MOVED, Case, Goal
from plugins.mentoring.tables.handovers import Handover
from plugins.mentoring.tables.mentors import Match

Done = Callable[[], None]
SEALED = ("name", "birth_date", "guardian", "circumstances", "tried")
PLAIN = ("class_name", "kind", "subject", "homeroom_id", "review_on")
OVER = (CLOSED, ANONYMISED, DECLINED, MOVED)
# For how long a case is kept after its end; one that was never taken up, less.
KEPT, KEPT_DECLINED, KEPT_WITHDRAWN = timedelta(days=365), timedelta(days=30), timedelta(days=30)


def nominate(
    actor: Actor, values: Mapping[str, Any], goals: Iterable[str], *, done: Callable[[Case], None] = lambda case: None
) -> Case:
    """Propose a child of the actor's school. ``values`` are those of SEALED as texts, and of PLAIN. Raises Refused."""
    if actor.school_id is None:
        raise Refused("", gettext("Học sinh do trường đề cử."))
    with transaction():
        # Two who nominate at once do not get one code.
        school = locked(School, actor.school_id)
        case = Case(
            district=school.district_id,
            school=school,
            code=next_code(school, values["class_name"]),
            school_year=school_year_of(today()),
            nominated_by=actor.person_id,
            **{name: values[name] for name in PLAIN if name in values},
        )
        put(case, **{name: values[name] for name in SEALED})
        case.save(force_insert=True)
        _write_goals(case, goals)
        record("mentoring.nominate", case, person_id=actor.person_id, changes={"code": (None, case.code)})
        begin(case, person_id=actor.person_id)
        done(case)
    return case


def next_code(school: School, class_name: str) -> str:
    """ "HS 6A-03": rows are never removed, so that no number of a school comes twice. Lock the school first."""
    taken = {code for (code,) in Case.select(Case.code).where(Case.school == school).tuples()}
    codes = (f"HS {class_name}-{number:02d}" for number in count(len(taken) + 1))
    return next(code for code in codes if code not in taken)


def known_values(case: Case) -> dict[str, Any]:
    """The values of a case as a form takes them, unsealed."""
    return {
        **{name: opened(case, name) for name in SEALED},
        **{name: getattr(case, name) for name in PLAIN},
    }


def update(case: Case, values: Mapping[str, Any], *, version: int, person_id: int, done: Done = lambda: None) -> str:
    """Change a case whose form was made from ``version``. Returns UNCHANGED, SAVED or MERGED.

    Raises Refused once it is over, and Conflict.
    """
    with transaction():
        current = open_case(case.id)
        known = {name: value for name, value in known_values(current).items() if name in values}
        mine = merged(current, known, values, version)
        if not mine:
            return UNCHANGED
        put(current, **{name: value for name, value in mine.items() if name in SEALED})
        for name in mine.keys() - set(SEALED):
            setattr(current, name, mine[name])
        current.version += 1
        current.updated_at = now()
        current.save()
        changes = {name: (known[name], value) for name, value in mine.items()}
        record("mentoring.case", current, person_id=person_id, changes=changes)
        done()
        return SAVED if current.version == version + 1 else MERGED


def open_case(case_id: int) -> Case:
    """The case, kept from other writers. Raises Refused once it is over."""
    current = locked(Case, case_id)
    if current.state in OVER:
        raise Refused("", gettext("Hồ sơ này đã kết thúc nên không sửa được nữa."))
    return current


def set_goals(case: Case, texts: Iterable[str], *, person_id: int, done: Done = lambda: None) -> None:
    """These are the goals now: those left out are dropped, and stay in the reviews. Raises Refused."""
    with transaction():
        current = open_case(case.id)
        _write_goals(current, texts)
        record("mentoring.goals", current, person_id=person_id)
        done()


def _write_goals(case: Case, texts: Iterable[str]) -> None:
    known = {opened(goal, "text"): goal for goal in Goal.select().where(Goal.case == case)}
    wanted = list(dict.fromkeys(texts))
    for text, goal in known.items():
        goal.dropped = text not in wanted
    for position, text in enumerate(wanted):
        goal = known.setdefault(text, Goal(case=case))
        goal.position = position
        if goal.id is None:
            put(goal, text=text)
    for goal in known.values():
        goal.save()


def decline(case: Case, reason: str, actor: Actor, *, done: Done = lambda: None) -> None:
    """Do not take a nominated child up; the reason is sealed. Raises Refused and NotYours."""
    with transaction():
        _end(case, "declined", reason, today() + KEPT_DECLINED)
        take(case, "decline", actor, done=done)


def close(case: Case, ending: str, outcome: str, actor: Actor, *, done: Done = lambda: None) -> None:
    """End a case; its data is erased after a year. Raises Refused and NotYours."""
    with transaction():
        kept = KEPT_WITHDRAWN if ending == "withdrawn" else KEPT
        current = _end(case, ending, outcome, today() + kept)
        stop_handovers(current, actor.person_id)
        end_matches(current, actor.person_id)
        way = "close" if current.state in ("met", "escalated", "frozen") else "close_early"
        take(current, way, actor, done=done)


def _end(case: Case, ending: str, outcome: str, erase_on: date) -> Case:
    current = open_case(case.id)
    put(current, outcome=outcome)
    current.ending, current.erase_on = ending, erase_on
    current.save()
    return current


def end_matches(case: Case, person_id: int | None) -> None:
    """Nobody helps the child any more."""
    for match in list(Match.select().where(Match.case == case, Match.state.not_in(("ended", "declined")))):
        way = "stop" if match.state in ("proposed", "accepted") else "finish"
        carry(match, way, person_id=person_id)


def stop_handovers(case: Case, person_id: int | None) -> None:
    """The case goes to no other school. Call it in a transaction that has locked the case."""
    for handover in list(Handover.select().where(Handover.case == case, Handover.state == "offered")):
        carry(handover, "take_back", person_id=person_id)


def outcome_of(case: Case) -> str:
    """Why a case ended, in the words of whoever ended it."""
    return opened(case, "outcome")


def birth_date_of(case: Case) -> date | None:
    """When the child was born; None once that is erased."""
    text = opened(case, "birth_date")
    return date.fromisoformat(text) if text else None


def name_of(case: Case) -> str:
    """The child's name: ask privacy.sees_name() before it is shown."""
    return opened(case, "name")
