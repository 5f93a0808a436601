"""What the module knows of a person: given out on request, and forgotten."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from intranet.api import Person, source_text
from plugins.professional_development.models import (
    Difficulty,
    FeedbackGiven,
    LessonStudy,
    Practice,
    Registration,
    Session,
)
from plugins.professional_development.sessions.kinds import KINDS, written_periods

# The files that people get of their data are Vietnamese.
ATTENDANCE = {"": "chưa điểm danh", "present": "có mặt", "absent": "vắng", "excused": "vắng có lý do"}


def known_of(person: Person) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """What a person gets of the own data. Feedback is not among it: nobody knows whose it is."""
    places = (
        Registration.select(Session.title, Session.kind, Session.held_on, Registration.attendance, Registration.periods)
        .join(Session)
        .where(Registration.person == person)
        .order_by(Registration.id)
    )
    found: dict[str, list[Mapping[str, Any]]] = {
        "Buổi sinh hoạt chuyên môn đã đăng ký": [
            {
                "Tên buổi": title,
                "Loại": source_text(KINDS[kind].label),
                "Ngày": _day(held_on),
                "Điểm danh": ATTENDANCE[attendance],
                "Số tiết": "" if periods is None else written_periods(periods),
            }
            for title, kind, held_on, attendance, periods in places.tuples()
        ]
    }
    for heading, model, field in (
        ("Buổi sinh hoạt chuyên môn đã tổ chức", Session, Session.organiser),
        ("Khó khăn, vướng mắc đã nêu", Difficulty, Difficulty.person),
        ("Nghiên cứu bài học đã chủ trì", LessonStudy, LessonStudy.leader),
        ("Mô hình hay đã viết", Practice, Practice.author),
    ):
        titles = model.select(model.title).where(field == person).order_by(model.id)
        found[heading] = [{"Tên": title} for (title,) in titles.tuples()]
    return {heading: rows for heading, rows in found.items() if rows}


def _day(day: date | None) -> str:
    return "" if day is None else f"{day:%d/%m/%Y}"


def forget(person: Person) -> None:
    """Erase what tells of a person. That somebody was there stays, without a name: others' numbers rest on it."""
    Registration.update(credit_reason="").where(Registration.person == person).execute()
    FeedbackGiven.delete().where(FeedbackGiven.person == person).execute()
