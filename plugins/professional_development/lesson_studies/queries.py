"""Reads shaped for the screens of lesson studies."""

from __future__ import annotations

from peewee import JOIN

from intranet.api import Actor, Person, School, Statement, contains, local, param, search_tokens, words
from plugins.professional_development.models import LessonPlan, LessonStudy, Observation, Session

PAGE_SIZE = 30
MOST_SESSIONS = 30


def studies(actor: Actor, query: str, state: str, page: int) -> tuple[list[tuple], bool]:
    """(rows, whether more follow), the latest first. Rows: id, title, subject, grade, school, state, since."""
    rows = (
        LessonStudy.select(
            *(LessonStudy.id, LessonStudy.title, LessonStudy.subject, LessonStudy.grade, School.name),
            *(LessonStudy.state, LessonStudy.state_since),
        )
        .join(School, JOIN.LEFT_OUTER, on=(LessonStudy.school == School.id))
        .order_by(LessonStudy.id.desc())
    )
    condition = LessonStudy.visible_to(actor)
    rows = rows if condition is None else rows.where(condition)
    if state:
        rows = rows.where(LessonStudy.state == state)
    if tokens := search_tokens(query):
        rows = rows.where(LessonStudy.id.in_([id_ for (id_,) in _WORDS.rows(words=words(tokens))]))
    found = list(rows.limit(PAGE_SIZE + 1).offset(PAGE_SIZE * page).tuples())
    return found[:PAGE_SIZE], len(found) > PAGE_SIZE


_WORDS = Statement(
    lambda: LessonStudy.select(LessonStudy.id).where(contains(LessonStudy.search_text, "words")).limit(2000)
)


def plans(study_id: int) -> dict[int, LessonPlan]:
    """{number: plan}."""
    return {plan.number: plan for plan in LessonPlan.select().where(LessonPlan.study == study_id)}


_OBSERVATIONS = Statement(
    lambda: (
        Observation.select(
            *(Observation.teaching, Observation.pupil, Observation.minute, Observation.action, Observation.difficulty),
            *(Observation.cause, Person.name),
        )
        .join(Person)
        .where(Observation.study == param("study"))
        .order_by(Observation.teaching, Observation.pupil, Observation.minute, Observation.id)
    )
)


def observations(study_id: int) -> list[tuple]:
    """(teaching, pupil, minute, action, difficulty, cause, observer), by pupil."""
    return _OBSERVATIONS.rows(study=study_id)


def sessions(study: LessonStudy | None, school_id: int) -> list[tuple[int, str]]:
    """(id, title and day) of the latest sessions at which a lesson of this school is studied, and the study's own."""
    school = Session.school == (study.school_id if study else school_id)
    offered = school & (Session.kind == "lesson_study") & Session.state.not_in(("idea", "cancelled"))
    if study is not None and study.session_id is not None:
        offered |= Session.id == study.session_id
    query = Session.select(Session.id, Session.title, Session.starts_at).where(offered)
    return [
        (id_, f"{title} ({local(starts_at):%d/%m/%Y})" if starts_at else title)
        for id_, title, starts_at in query.order_by(Session.id.desc()).limit(MOST_SESSIONS).tuples()
    ]
