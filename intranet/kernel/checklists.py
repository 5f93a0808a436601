"""Checklists as data: what an item asks for, how many are needed, what a set of scores amounts to (decision D19).

Everything here is a plain function of a checklist and of numbers; nothing knows what is being checked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import cached_property
from itertools import starmap
from math import ceil

from intranet.kernel.language import gettext as _
from intranet.kernel.language import lazy_gettext

# An item counts things, gives points up to a maximum, is reached at a level, or is met or not.
COUNT, POINTS, LEVEL, MET = "count", "points", "level", "met"
KIND_LABELS = {
    COUNT: lazy_gettext("Đếm số lượng"),
    POINTS: lazy_gettext("Chấm điểm"),
    LEVEL: lazy_gettext("Xếp mức"),
    MET: lazy_gettext("Có hoặc không"),
}
# What a formula multiplies by; "school" is a fixed number for each school.
SCHOOL, CLASS, PUPIL, ROOM, SITE = "school", "class", "pupil", "room", "site"
PER_LABELS = {
    SCHOOL: lazy_gettext("cả trường"),
    CLASS: lazy_gettext("lớp"),
    PUPIL: lazy_gettext("học sinh"),
    ROOM: lazy_gettext("phòng học"),
    SITE: lazy_gettext("điểm trường"),
}
THRESHOLDS, MAJORITY = "thresholds", "majority"

FACTOR = re.compile(r"[0-9]{1,6}(?:[.,][0-9]{1,4}|/[1-9][0-9]{0,5})?")
LARGEST = Decimal(100_000)

Scores = Mapping[str, Decimal | None]


@dataclass(frozen=True, slots=True)
class Formula:
    """So many for each class, pupil, room or site, or for the school; rounded up."""

    factor: Fraction
    per: str

    def required(self, sizes: Mapping[str, int | None]) -> int | None:
        """How many are needed; None while the size is unknown."""
        size = 1 if self.per == SCHOOL else sizes.get(self.per)
        return None if size is None else ceil(self.factor * size)

    def words(self) -> str:
        """0,6 × lớp."""
        return f"{show_factor(self.factor)} × {PER_LABELS[self.per]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One line. ``maximum`` is the most points, or the highest level; ``hint`` and ``evidence`` help to answer."""

    code: str
    title: str
    kind: str
    unit: str = ""
    formula: Formula | None = None
    maximum: Decimal = Decimal(1)
    compulsory: bool = False
    hint: str = ""
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Bound:
    """The points from which a level is reached; with ``above``, it takes more than these."""

    points: Decimal
    above: bool = False

    def reached(self, points: Decimal) -> bool:
        """Whether so many points are enough."""
        return points > self.points if self.above else points >= self.points

    def words(self) -> str:
        """>75 or 50."""
        return f"{'>' if self.above else ''}{show_number(self.points)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The items of a group whose codes begin alike, 1.3.1 and 1.3.2 for "1.3", and what level their sum is.

    The level is shown beside the sum, and neither the group's nor the whole's depends on it: decision 4725 states such
    thresholds for its criterion 1.3, and no such effect.
    """

    code: str
    title: str
    bounds: tuple[Bound, ...]

    def holds(self, item: Item) -> bool:
        """Whether an item belongs to it."""
        return item.code.startswith(f"{self.code}.")

    def level(self, points: Decimal) -> int:
        """The level of so many points."""
        return reached(self.bounds, points)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Items that belong together. ``maximum`` is the sum that its source states, if it states one."""

    code: str
    title: str
    items: tuple[Item, ...]
    maximum: Decimal | None = None
    parts: tuple[Part, ...] = ()

    @property
    def reachable(self) -> Decimal:
        """The sum of all its items' points."""
        return most_points(self.items)

    def items_of(self, part: Part) -> tuple[Item, ...]:
        """The items that one of its parts joins."""
        return tuple(item for item in self.items if part.holds(item))

    def parts_from(self, item: Item) -> list[Part]:
        """The parts whose first item this is."""
        return [part for part in self.parts if self.items_of(part)[0] == item]


@dataclass(frozen=True, slots=True)
class Step:
    """A level of the rule of the majority: so many of the other items at this level, none below ``floor``."""

    rest: int
    floor: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """How scores become a level.

    THRESHOLDS: each group by its sum, level 1 below the first of the ``bounds``, and the checklist as its lowest group.
    Where a compulsory item of it is not met, a group stays at level 1.
    MAJORITY: level n with all compulsory items at n, and ``steps[n - 1]`` of the others.
    """

    kind: str
    bounds: tuple[Bound, ...] = ()
    steps: tuple[Step, ...] = ()

    @property
    def highest(self) -> int:
        """The highest level."""
        return len(self.bounds) + 1 if self.kind == THRESHOLDS else len(self.steps)


@dataclass(frozen=True)
class Checklist:
    """Groups of items, and the rule that makes a level of their scores, if there is one."""

    groups: tuple[Group, ...]
    rule: Rule | None = None

    @cached_property
    def items(self) -> Mapping[str, Item]:
        """Every item by its code, in order."""
        return {item.code: item for group in self.groups for item in group.items}

    @cached_property
    def parts(self) -> Mapping[str, Part]:
        """Every part of a group by its code, in order."""
        return {part.code: part for group in self.groups for part in group.parts}


@dataclass(frozen=True, slots=True)
class Lack:
    """An item that keeps a level out of reach, and by how much."""

    item: Item
    gap: Decimal


# --- Numbers ---


def number(text: str) -> Decimal | None:
    """A number as people or JSON write it; None for anything else."""
    try:
        found = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        return None
    return found if found.is_finite() and 0 <= found <= LARGEST else None


def factor(text: str) -> Fraction | None:
    """0,6 or 1/15 as an exact number; None for anything else, for nought too."""
    if not FACTOR.fullmatch(text.strip()):
        return None
    found = Fraction(text.strip().replace(",", "."))
    return found if 0 < found <= LARGEST else None


def show_number(value: Decimal) -> str:
    """2,5 without needless noughts."""
    text = f"{value:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")


def show_factor(value: Fraction) -> str:
    """0,6 where that is exact, else 1/15."""
    for digits in range(5):
        scaled = value * 10**digits
        if scaled.denominator == 1:
            return f"{float(value):.{digits}f}".replace(".", ",")
    return f"{value.numerator}/{value.denominator}"


def shortage(required: int | None, usable: int | None) -> int | None:
    """What is missing; None where either is unknown. More than enough is no shortage."""
    return None if required is None or usable is None else max(0, required - usable)


# --- Scores ---


def refusal(item: Item, score: Decimal | None) -> str | None:
    """Why a score does not fit its item; None when it does."""
    if score is None:
        return None
    most = Decimal(1) if item.kind == MET else item.maximum
    if not score.is_finite() or not 0 <= score <= most:
        return _("Mục %(code)s: hãy nhập từ 0 đến %(most)s.", code=item.code, most=show_number(most))
    if item.kind != POINTS and score != score.to_integral_value():
        return _("Mục %(code)s: hãy nhập một số nguyên.", code=item.code)
    return None


def answered(checklist: Checklist, scores: Scores) -> int:
    """How many items have a score."""
    return sum(scores.get(code) is not None for code in checklist.items)


def totals(checklist: Checklist, scores: Scores) -> dict[str, Decimal]:
    """{group: the sum of its points}."""
    return {group.code: points_of(group.items, scores) for group in checklist.groups}


def points_of(items: Iterable[Item], scores: Scores) -> Decimal:
    """The sum of the points that some items got."""
    return sum((_score(scores, item) for item in items if item.kind == POINTS), Decimal(0))


def most_points(items: Iterable[Item]) -> Decimal:
    """The sum of the points that some items can get."""
    return sum((item.maximum for item in items if item.kind == POINTS), Decimal(0))


def reached(bounds: Iterable[Bound], points: Decimal) -> int:
    """The level of so many points: 1 below the first bound."""
    return 1 + sum(bound.reached(points) for bound in bounds)


def _score(scores: Scores, item: Item) -> Decimal:
    return scores.get(item.code) or Decimal(0)


def _met(scores: Scores, item: Item) -> bool:
    """Whether a compulsory item is there at all."""
    return _score(scores, item) > 0


def group_levels(checklist: Checklist, scores: Scores) -> dict[str, int]:
    """{group: its level} by the rule of thresholds; nothing by another."""
    rule = checklist.rule
    if rule is None or rule.kind != THRESHOLDS:
        return {}
    sums, found = totals(checklist, scores), {}
    for group in checklist.groups:
        met = all(_met(scores, item) for item in group.items if item.compulsory)
        found[group.code] = reached(rule.bounds, sums[group.code]) if met else 1
    return found


def level(checklist: Checklist, scores: Scores) -> int:
    """The level that the scores amount to; 0 for none."""
    rule = checklist.rule
    if rule is None:
        return 0
    if rule.kind == THRESHOLDS:
        return min(group_levels(checklist, scores).values(), default=0)
    return max((n for n in range(1, rule.highest + 1) if not missing(checklist, scores, n)), default=0)


def missing(checklist: Checklist, scores: Scores, target: int) -> list[Lack]:
    """What keeps the target level out of reach, least first: done, the level is reached."""
    rule = checklist.rule
    if rule is None or not 1 <= target <= rule.highest:
        return []
    lacks = _below_bounds if rule.kind == THRESHOLDS else _below_majority
    return sorted(lacks(checklist, scores, target), key=lambda lack: lack.gap)


def _below_majority(checklist: Checklist, scores: Scores, target: int) -> Iterator[Lack]:
    assert checklist.rule
    step = checklist.rule.steps[target - 1]
    below = [Lack(item, target - _score(scores, item)) for item in checklist.items.values() if counts(item)]
    yield from (lack for lack in below if lack.item.compulsory and lack.gap > 0)
    others = [lack for lack in below if not lack.item.compulsory]
    reached = sum(lack.gap <= 0 for lack in others)
    cheapest = sorted((lack for lack in others if lack.gap > 0), key=lambda lack: lack.gap)
    wanted = max(0, step.rest - reached)
    yield from cheapest[:wanted]
    for lack in cheapest[wanted:]:
        if _score(scores, lack.item) < step.floor:
            yield Lack(lack.item, step.floor - _score(scores, lack.item))


def counts(item: Item) -> bool:
    return item.kind == LEVEL


def _below_bounds(checklist: Checklist, scores: Scores, target: int) -> Iterator[Lack]:
    if target == 1:
        return
    assert checklist.rule
    bound, sums = checklist.rule.bounds[target - 2], totals(checklist, scores)
    for group in checklist.groups:
        named = [item for item in group.items if item.compulsory and not _met(scores, item)]
        total = sums[group.code]
        for item in named:
            gap = item.maximum if item.kind == POINTS else Decimal(1)
            total += gap if item.kind == POINTS else 0
            yield Lack(item, gap)
        rest = [
            Lack(item, item.maximum - _score(scores, item))
            for item in group.items
            if item.kind == POINTS and item not in named and _score(scores, item) < item.maximum
        ]
        for lack in sorted(rest, key=lambda lack: lack.gap):
            if bound.reached(total):
                break
            total += lack.gap
            yield lack


def rule_in_words(checklist: Checklist) -> list[str]:
    """The rule as sentences, one for each level, and one for each part of a group."""
    return [*_level_words(checklist), *map(_part_words, checklist.parts.values())]


def _level_words(checklist: Checklist) -> list[str]:
    rule = checklist.rule
    if rule is None:
        return []
    if rule.kind == THRESHOLDS:
        return [_threshold_words(rule, n) for n in range(1, rule.highest + 1)] + [
            _("Thiếu một mục bắt buộc thì nhóm ấy chỉ ở mức 1; mức chung là mức thấp nhất của các nhóm.")
        ]
    return [_majority_words(checklist, n, step) for n, step in enumerate(rule.steps, start=1)]


def _threshold_words(rule: Rule, n: int) -> str:
    if n == 1:
        return _("Mức 1: chưa đủ điểm của mức 2.")
    bound = rule.bounds[n - 2]
    words = {"level": n, "points": show_number(bound.points)}
    if bound.above:
        return _("Mức %(level)s: mỗi nhóm trên %(points)s điểm.", **words)
    return _("Mức %(level)s: mỗi nhóm từ %(points)s điểm.", **words)


def _part_words(part: Part) -> str:
    levels = ", ".join(starmap(_bound_words, enumerate(part.bounds, start=2)))
    return _("Nhóm nhỏ %(code)s: %(levels)s; mức này không tính vào mức của nhóm.", code=part.code, levels=levels)


def _bound_words(n: int, bound: Bound) -> str:
    words = {"level": n, "points": show_number(bound.points)}
    if bound.above:
        return _("mức %(level)s trên %(points)s điểm", **words)
    return _("mức %(level)s từ %(points)s điểm", **words)


def _majority_words(checklist: Checklist, n: int, step: Step) -> str:
    items = [item for item in checklist.items.values() if counts(item)]
    compulsory = sum(item.compulsory for item in items)
    words = {"level": n, "all": compulsory, "rest": step.rest, "others": len(items) - compulsory, "floor": step.floor}
    if step.floor:
        return _(
            "Mức %(level)s: cả %(all)s mục bắt buộc và ít nhất %(rest)s trong %(others)s mục còn lại đạt mức "
            "%(level)s, không mục nào dưới mức %(floor)s.",
            **words,
        )
    return _(
        "Mức %(level)s: cả %(all)s mục bắt buộc và ít nhất %(rest)s trong %(others)s mục còn lại đạt mức %(level)s.",
        **words,
    )


def doubts(checklist: Checklist) -> list[str]:
    """What may be a slip of the source, yet is taken."""
    return [
        _(
            "Nhóm %(code)s cộng được %(sum)s điểm, văn bản ghi %(stated)s. Thầy/cô đối chiếu lại điểm tối đa các mục.",
            code=group.code,
            sum=show_number(group.reachable),
            stated=show_number(group.maximum),
        )
        for group in checklist.groups
        if group.maximum is not None and group.maximum != group.reachable
    ]
