"""Every change of a difficulty: said, shared, routed, answered."""

from __future__ import annotations

from collections.abc import Callable

from intranet.api import Actor, Refused, School, begin, fold, gettext, locked, record, take, transaction
from plugins.professional_development.models import Difficulty, DifficultyWeight, Session

Done = Callable[[], None]


def post(actor: Actor, title: str, body: str, subject: str, grade: str, *, done: Callable[[Difficulty], None]):
    """Say what one is stuck with, in the own name and for the own school."""
    with transaction():
        difficulty = Difficulty.create(
            district=actor.district_id,
            school=actor.school_id,
            person=actor.person_id,
            title=title,
            body=body,
            subject=subject,
            grade=grade,
            search_text=fold(f" {title} {body} {subject} "),
        )
        DifficultyWeight.create(difficulty=difficulty, person=actor.person_id)
        record(
            "professional_development.difficulty",
            difficulty,
            person_id=actor.person_id,
            changes={"title": (None, title)},
        )
        begin(difficulty, person_id=actor.person_id)
        done(difficulty)
    return difficulty


def share(difficulty: Difficulty, actor: Actor, *, done: Done = lambda: None) -> bool:
    """Have the same difficulty, or take that back. True when the actor has it now."""
    with transaction():
        current = locked(Difficulty, difficulty.id)
        mine = (DifficultyWeight.difficulty == current) & (DifficultyWeight.person == actor.person_id)
        had = DifficultyWeight.delete().where(mine).execute()
        if not had:
            DifficultyWeight.create(difficulty=current, person=actor.person_id)
        current.weight = DifficultyWeight.select().where(DifficultyWeight.difficulty == current).count()
        current.save()
        done()
    return not had


def route(difficulty: Difficulty, school: School, actor: Actor, *, done: Done = lambda: None) -> None:
    """Route it to a school that is strong there. Raises Refused."""
    if school.closed_on is not None or school.deleted_at is not None:
        raise Refused("school", gettext("Trường này đã đóng."))
    with transaction():
        Difficulty.update(routed_to=school).where(Difficulty.id == difficulty.id).execute()
        take(difficulty, "route", actor, done=done)


def answer(
    difficulty: Difficulty, text: str, session: Session | None, actor: Actor, *, done: Done = lambda: None
) -> None:
    """Answer in words, by a session, or both. Raises Refused."""
    with transaction():
        Difficulty.update(
            answer=text,
            session=session,
            search_text=fold(f" {difficulty.title} {difficulty.body} {difficulty.subject} {text} "),
        ).where(Difficulty.id == difficulty.id).execute()
        take(difficulty, "answer", actor, done=done)
