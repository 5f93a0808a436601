"""Every change of a lesson study beside the steps of its life: plans, observations, discussion, report."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from intranet.api import (
    MERGED,
    SAVED,
    UNCHANGED,
    Actor,
    Refused,
    begin,
    fold,
    gettext,
    locked,
    merged,
    now,
    record,
    transaction,
)
from plugins.professional_development.models import LessonPlan, LessonStudy, Observation

FIELDS = (
    *("title", "subject", "grade", "teacher_name", "members", "pairing_id", "session_id", "taught_on"),
    *("taught_again_on", "discussion", "conclusions", "report"),
)
OVER = ("reported", "shared", "dropped")
# "HS 1", "HS A", "Nhóm 2": a pupil's place in the seating plan, never a name.
PUPIL = re.compile(r"(HS|Nhóm) ?[0-9A-Z]{1,3}")
# In which states which plan is written and which teaching is observed.
PLAN_STATES = {1: ("theme",), 2: ("discussed",)}
TEACHING_STATES = {1: ("planned",), 2: ("replanned",)}


def create_study(
    actor: Actor, values: Mapping[str, Any], *, done: Callable[[LessonStudy], None] = lambda study: None
) -> LessonStudy:
    """Begin a study of the actor's school, led by the actor."""
    with transaction():
        study = LessonStudy.create(
            district=actor.district_id,
            school=actor.school_id,
            leader=actor.person_id,
            search_text=_words(values),
            **values,
        )
        given = {name: (None, value) for name, value in values.items() if value}
        record("professional_development.lesson_study", study, person_id=actor.person_id, changes=given)
        begin(study, person_id=actor.person_id)
        done(study)
    return study


def _words(values: Mapping[str, Any]) -> str:
    return fold(f" {values['title']} {values['subject']} {values['teacher_name']} ")


def update_study(
    study: LessonStudy,
    values: Mapping[str, Any],
    *,
    version: int,
    person_id: int,
    done: Callable[[], None] = lambda: None,
) -> str:
    """Change fields of a study whose form was made from ``version``. Returns UNCHANGED, SAVED or MERGED.

    Raises Refused once it is reported, and Conflict.
    """
    with transaction():
        current = _open(study.id)
        known = {name: getattr(current, name) for name in values}
        mine = merged(current, known, values, version)
        if not mine:
            return UNCHANGED
        for name, value in mine.items():
            setattr(current, name, value)
        current.search_text = _words({name: getattr(current, name) for name in ("title", "subject", "teacher_name")})
        current.version += 1
        current.updated_at = now()
        current.save()
        changes = {name: (known[name], value) for name, value in mine.items()}
        record("professional_development.lesson_study", current, person_id=person_id, changes=changes)
        done()
        return SAVED if current.version == version + 1 else MERGED


def _open(study_id: int) -> LessonStudy:
    current = locked(LessonStudy, study_id)
    if current.state in OVER:
        raise Refused("", gettext("Nghiên cứu này đã báo cáo nên không sửa được nữa."))
    return current


def write_plan(
    study: LessonStudy, number: int, values: Mapping[str, str], actor: Actor, *, done: Callable[[], None] = lambda: None
) -> None:
    """Write the first plan, or the second after the discussion; an earlier one stays as it was. Raises Refused."""
    with transaction():
        current = _open(study.id)
        if current.state not in PLAN_STATES[number]:
            raise Refused("", gettext("Chưa đến bước viết kế hoạch này, hoặc đã qua."))
        plan = LessonPlan.get_or_none(LessonPlan.study == current, LessonPlan.number == number)
        plan = plan or LessonPlan(study=current, number=number)
        before = {name: getattr(plan, name) for name in values}
        for name, value in values.items():
            setattr(plan, name, value)
        plan.person, plan.at = actor.person_id, now()
        plan.save()
        changes = {f"plan {number} {name}": (before[name], value) for name, value in values.items()}
        record("professional_development.lesson_plan", current, person_id=actor.person_id, changes=changes)
        done()


def observe(
    study: LessonStudy, values: Mapping[str, Any], actor: Actor, *, done: Callable[[], None] = lambda: None
) -> None:
    """Note what an assigned pupil does during the lesson that is due. Raises Refused."""
    if not PUPIL.fullmatch(values["pupil"]):
        raise Refused("pupil", gettext("Ghi ký hiệu của học sinh, ví dụ HS 1 hoặc Nhóm 2; không ghi tên."))
    with transaction():
        current = _open(study.id)
        teaching = next((number for number, states in TEACHING_STATES.items() if current.state in states), None)
        if teaching is None:
            raise Refused("", gettext("Bây giờ không phải bước dự giờ."))
        Observation.create(study=current, teaching=teaching, person=actor.person_id, **values)
        record("professional_development.observation", current, person_id=actor.person_id)
        done()
