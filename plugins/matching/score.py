"""How well two schools suit each other: a few stated factors, the same for all, each with its part of 100 points.

Only what the office of either school may see of the other goes in: the cards, and of figures no more than whether the
sizes are alike (decision D1). Points are whole tenths, so that the parts add up to the score.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from math import asin, cos, radians, sin, sqrt
from typing import Any

from intranet.api import LEVEL_LABELS, fold, match_key, source_text

NEEDS, SIZE, DISTANCE, LOAD = FACTORS = ("needs", "size", "distance", "load")
BALANCED = {NEEDS: 50, SIZE: 20, DISTANCE: 10, LOAD: 20}
# What the page offers beside the own choice.
PRESETS = {
    "balanced": BALANCED,
    "needs": {NEEDS: 70, SIZE: 10, DISTANCE: 5, LOAD: 15},
    "near": {NEEDS: 30, SIZE: 15, DISTANCE: 40, LOAD: 15},
    "even": {NEEDS: 30, SIZE: 20, DISTANCE: 10, LOAD: 40},
}
FULL = 1000
# Two needs answered in each direction are all that can be expected of one pair.
MOST_ANSWERED = 2
ALIKE, SIMILAR, DIFFERENT = "alike", "similar", "different"
SIZE_SHARES = {ALIKE: 1.0, SIMILAR: 0.5, DIFFERENT: 0.0}
# The smaller school as a share of the larger one.
ALIKE_FROM, SIMILAR_FROM = 0.75, 0.5
# Kilometres are told in steps as wide as a commune, whose name everybody sees.
STEP_KM, FAR_KM = 10, 60
# What is not known neither helps nor harms.
UNKNOWN = 0.5
MOST_LOAD = 2
# Words that say nothing about the subject: two labels are not alike because both speak of teachers.
COMMON_PHRASES = (
    *("giao vien", "hoc sinh", "day hoc", "giao duc", "nha truong", "phong hoc", "thiet bi", "boi duong"),
    *("phu dao", "hoat dong", "nang cao", "chat luong", "ho tro", "xay dung", "to chuc", "bo mon"),
)
COMMON_WORDS = frozenset(
    ("cho", "cua", "va", "cac", "nhung", "trong", "voi", "ve", "day", "hoc", "mon", "lop", "tre", "em", "thieu", "can")
)
ALIKE_WORDS = 2


@dataclass(frozen=True, slots=True)
class Facts:
    """What the score needs of a school. ``answers`` are the needs, by key, that its strengths answer."""

    id: int
    name: str
    district_id: int
    levels: int
    strengths: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    pupils: int | None = None
    classes: int | None = None
    place: tuple[float, float] | None = None
    load: int = 0
    need_keys: frozenset[str] = frozenset()
    answers: frozenset[str] = frozenset()

    @property
    def short_name(self) -> str:
        """The name inside a sentence."""
        return self.name.removeprefix("Trường ")


def prepared(schools: Iterable[Facts]) -> list[Facts]:
    """The schools, each with the keys by which strengths meet needs; compare only those prepared together."""
    schools = list(schools)
    needs = {match_key(label): subject_words(label) for school in schools for label in school.needs}
    strengths = {match_key(label): subject_words(label) for school in schools for label in school.strengths}
    answered = {
        key: frozenset(need for need, need_words in needs.items() if need == key or _alike(words, need_words))
        for key, words in strengths.items()
    }
    return [
        replace(
            school,
            need_keys=frozenset(map(match_key, school.needs)),
            answers=frozenset().union(*(answered[match_key(label)] for label in school.strengths)),
        )
        for school in schools
    ]


def subject_words(label: str) -> frozenset[str]:
    """The folded words of a label that say what it is about."""
    text = f" {fold(label)} "
    for phrase in COMMON_PHRASES:
        text = text.replace(f" {phrase} ", " ")
    return frozenset(text.split()) - COMMON_WORDS


def _alike(words: frozenset[str], others: frozenset[str]) -> bool:
    common = words & others
    # One word is enough only where there is hardly another: “Toán” is “Giáo viên Toán”.
    return len(common) >= ALIKE_WORDS or (bool(common) and len(words | others) <= ALIKE_WORDS)


def may_pair(first: Facts, second: Facts) -> bool:
    """Of two districts, with a level in common: no weight makes up for these."""
    return first.district_id != second.district_id and bool(first.levels & second.levels)


def most_points(weights: Mapping[str, int]) -> dict[str, int]:
    """{factor: the tenths of a point that it can give}; together exactly 100 points."""
    total = sum(weights.values())
    most = {factor: FULL * weights[factor] // total for factor in FACTORS}
    rests = sorted(FACTORS, key=lambda factor: -(FULL * weights[factor] % total))
    for factor in rests[: FULL - sum(most.values())]:
        most[factor] += 1
    return most


def score(first: Facts, second: Facts, most: Mapping[str, int]) -> int:
    """Tenths of a point, 0 to 1000; ``most`` is what most_points gave."""
    needs, size, distance, load = _shares(first, second)
    in_part = round(most[NEEDS] * needs) + round(most[SIZE] * size)
    return in_part + round(most[DISTANCE] * distance) + round(most[LOAD] * load)


def _shares(first: Facts, second: Facts) -> tuple[float, float, float, float]:
    distance = distance_km(first, second)
    return (
        (_answered(first, second) + _answered(second, first)) / (2 * MOST_ANSWERED),
        SIZE_SHARES.get(size_step(first, second), UNKNOWN),
        UNKNOWN if distance is None else 1 - min(distance, FAR_KM) / FAR_KM,
        1 - min(first.load + second.load, MOST_LOAD) / MOST_LOAD,
    )


def _answered(giver: Facts, receiver: Facts) -> int:
    return min(len(giver.answers & receiver.need_keys), MOST_ANSWERED)


def size_step(first: Facts, second: Facts) -> str:
    """How alike the sizes are, in three steps, so that nobody can reckon another district's figures; "" if unknown."""
    sizes = (first.pupils, second.pupils) if first.pupils and second.pupils else (first.classes, second.classes)
    if not all(sizes):
        return ""
    share = min(sizes) / max(sizes)
    return ALIKE if share >= ALIKE_FROM else SIMILAR if share >= SIMILAR_FROM else DIFFERENT


def distance_km(first: Facts, second: Facts) -> int | None:
    """Kilometres as the crow flies, in steps of ten; None where a place is not known."""
    if first.place is None or second.place is None:
        return None
    (lat, long), (lat2, long2) = (tuple(map(radians, place)) for place in (first.place, second.place))
    half = sin((lat2 - lat) / 2) ** 2 + cos(lat) * cos(lat2) * sin((long2 - long) / 2) ** 2
    return STEP_KM * round(2 * 6371 * asin(sqrt(half)) / STEP_KM)


@dataclass(frozen=True, slots=True)
class Rating:
    """A score with all that it is made of, and the same in one sentence."""

    score: int
    parts: dict[str, Any]
    sentence: str


def rate(first: Facts, second: Facts, most: Mapping[str, int]) -> Rating:
    """The score of two schools and why.

    ``parts`` is {factor: {"points", "most", …}} with what each factor found: the matches of strengths with needs, the
    step of the sizes, the kilometres, the pairs that each has.
    """
    found = {
        NEEDS: {"given": matches(first, second), "taken": matches(second, first)},
        SIZE: {"step": size_step(first, second)},
        DISTANCE: {"km": distance_km(first, second)},
        LOAD: {"first": first.load, "second": second.load},
    }
    parts = {
        factor: {"points": round(most[factor] * share), "most": most[factor], **found[factor]}
        for factor, share in zip(FACTORS, _shares(first, second), strict=True)
    }
    score_ = sum(part["points"] for part in parts.values())
    return Rating(score_, {"levels": first.levels & second.levels, **parts}, _sentence(first, second, found))


def matches(giver: Facts, receiver: Facts) -> list[tuple[str, str]]:
    """(strength of the one, need of the other that it answers), each need once, in the order of the needs."""
    strengths = [(label, match_key(label), subject_words(label)) for label in giver.strengths]
    found = {}
    for need in receiver.needs:
        key, words = match_key(need), subject_words(need)
        label = next((label for label, own, subject in strengths if own == key or _alike(subject, words)), None)
        if label is not None:
            found.setdefault(key, (label, need))
    return list(found.values())[:MOST_ANSWERED]


SIZE_WORDS = {
    ALIKE: "quy mô tương đương",
    SIMILAR: "quy mô chênh nhau vừa phải",
    DIFFERENT: "quy mô chênh nhau nhiều",
}


def _sentence(first: Facts, second: Facts, found: Mapping[str, Mapping[str, Any]]) -> str:
    """In Vietnamese whatever the page's language: people send it on as the proposal's text."""
    common = [source_text(label) for level, label in LEVEL_LABELS.items() if level & first.levels & second.levels]
    says = [f"Cùng cấp {', '.join(common)}"]
    says += [_match_words(first, second, *match) for match in found[NEEDS]["given"]]
    says += [_match_words(second, first, *match) for match in found[NEEDS]["taken"]]
    if found[SIZE]["step"]:
        says.append(SIZE_WORDS[found[SIZE]["step"]])
    if found[DISTANCE]["km"] is not None:
        says.append(f"cách nhau khoảng {found[DISTANCE]['km']} km" if found[DISTANCE]["km"] else "ở gần nhau")
    says += [f"{school.short_name} đang có {school.load} cặp" for school in (first, second) if school.load]
    if not first.load and not second.load:
        says.append("hai trường chưa có cặp nào")
    return f"{'; '.join(says)}."


def _match_words(giver: Facts, receiver: Facts, strength: str, need: str) -> str:
    if match_key(strength) == match_key(need):
        return f"{giver.short_name} mạnh về “{strength}”, đúng điều {receiver.short_name} cần"
    return f"{giver.short_name} mạnh về “{strength}”, {receiver.short_name} cần “{need}”"
