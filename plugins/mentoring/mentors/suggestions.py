"""Who could help a child, the best first, each with the reasons: a coordinator decides, this only sorts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from intranet.api import Level, fold, gettext
from plugins.mentoring.mentors.free_time import Slots, in_words

# More time in common than this makes nobody fit better.
ENOUGH_HALF_HOURS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Somebody who offers to help. ``load`` is how many children the person helps or is asked to help now."""

    person_id: int
    name: str
    school_id: int
    school: str
    subjects: str
    levels: int
    free: Slots
    most: int
    load: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a child needs; nothing says who the child is."""

    school_id: int
    subject: str
    level: int
    free: Slots


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A candidate, what speaks for and against; ``common`` is when both have time. Who is ``full`` cannot be asked."""

    candidate: Candidate
    common: Slots
    reasons: tuple[str, ...]
    doubts: tuple[str, ...]
    full: bool
    score: int


def suggest(wish: Wish, candidates: Iterable[Candidate]) -> list[Suggestion]:
    """Those who could help, the best first; who has no room left stands at the end."""
    found = [_suggestion(wish, candidate) for candidate in candidates]
    return sorted(found, key=lambda one: (one.full, -one.score, one.candidate.name, one.candidate.person_id))


def _suggestion(wish: Wish, candidate: Candidate) -> Suggestion:
    common = wish.free & candidate.free
    full = candidate.load >= candidate.most
    marks = [_subject(wish, candidate), _level(wish, candidate), _time(wish, common), _load(candidate, full)]
    if candidate.school_id == wish.school_id:
        marks.append((1, gettext("Cùng trường với em")))
    return Suggestion(
        candidate=candidate,
        common=common,
        reasons=tuple(text for points, text in marks if points > 0),
        doubts=tuple(text for points, text in marks if text and points <= 0),
        full=full,
        score=sum(points for points, _text in marks),
    )


def _subject(wish: Wish, candidate: Candidate) -> tuple[int, str]:
    if not wish.subject:
        return 0, ""
    taught = {fold(name) for name in candidate.subjects.split(",") if name.strip()}
    if fold(wish.subject) in taught:
        return 8, gettext("Dạy đúng môn cần kèm")
    return 0, gettext("Chưa đăng ký môn cần kèm")


def _level(wish: Wish, candidate: Candidate) -> tuple[int, str]:
    if candidate.levels & wish.level:
        return 2, gettext("Đúng cấp học")
    return 0, gettext("Khác cấp học của em")


def _time(wish: Wish, common: Slots) -> tuple[int, str]:
    if not wish.free:
        return 0, gettext("Chưa biết giờ em rảnh")
    if not common:
        return 0, gettext("Không có giờ rảnh chung")
    return min(len(common), ENOUGH_HALF_HOURS), gettext("Cùng rảnh %(times)s", times=in_words(common))


def _load(candidate: Candidate, full: bool) -> tuple[int, str]:
    if full:
        return 0, gettext("Đã kèm đủ %(most)s em", most=candidate.most)
    text = gettext("Đang kèm %(load)s trong %(most)s em nhận được", load=candidate.load, most=candidate.most)
    return max(1, 3 - candidate.load), text


def level_of(class_name: str) -> int:
    """The level of a class such as "6A"; 0 when its name does not begin with a grade."""
    digits = class_name[: next((place for place, sign in enumerate(class_name) if not sign.isdigit()), None)]
    grade = int(digits) if digits.isascii() and digits else 0
    for last, level in ((0, 0), (5, Level.PRIMARY), (9, Level.LOWER_SECONDARY), (12, Level.UPPER_SECONDARY)):
        if grade <= last:
            return int(level)
    return 0
