"""What the module knows of a mentor, given out or forgotten. What it knows of a child is not the mentor's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import g

from intranet.api import Person, carry, source_text
from plugins.mentoring.mentors.free_time import decoded, in_words
from plugins.mentoring.mentors.life_cycle import STATE_LABELS
from plugins.mentoring.tables.cases import Case
from plugins.mentoring.tables.mentors import Match, Mentor
from plugins.mentoring.teacher_support import rules as teacher_support


def known_of(person: Person) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """What somebody offers, and whom the person helped, by codes; the help that the person asked for."""
    offers = Mentor.select().where(Mentor.person == person)
    matches = Match.select(Case.code, Match.subject, Match.state, Match.starts_on, Match.ends_on).join(Case)
    found: dict[str, list[Mapping[str, Any]]] = {
        "Đăng ký kèm học sinh": [
            {"Môn học": offer.subjects, "Giờ rảnh": in_words(decoded(offer.free)), "Số em nhận": offer.most}
            for offer in offers
        ],
        "Đề nghị hỗ trợ": teacher_support.known_of(person, told=_asks(person)),
        "Học sinh đã kèm": [
            {
                "Mã học sinh": code,
                "Môn học": subject,
                "Trạng thái": source_text(STATE_LABELS[state]),
                "Từ ngày": f"{starts:%d/%m/%Y}",
                "Đến ngày": f"{ends:%d/%m/%Y}" if ends else "",
            }
            for code, subject, state, starts, ends in matches.where(Match.mentor == person).order_by(Match.id).tuples()
        ],
    }
    return {heading: rows for heading, rows in found.items() if rows}


def _asks(person: Person) -> bool:
    """Whether it is the person who asks; or nobody on the pages, but somebody who holds database and key."""
    actor = g.get("actor")
    return actor is None or (actor.person_id == person.id and actor.seen_by is None)


def forget(person: Person) -> None:
    """The offer goes, and what was told of a hardship; a child is left to the coordinator, whom the match waits for."""
    Mentor.delete().where(Mentor.person == person).execute()
    teacher_support.forget(person)
    live = Match.state.in_(("proposed", "accepted", "active"))
    for match in list(Match.select().where(Match.mentor == person, live)):
        carry(match, "pause" if match.state == "active" else "stop", person_id=None)
