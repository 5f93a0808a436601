"""Scores by a checklist: a school's own word for each item, and beside it what whoever checks it found.

For any table of ScoredLines whose head has ``pack_id``, ``own_level``, ``checked_level`` and ``version``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from wtforms import RadioField

from intranet.kernel import checklists
from intranet.kernel.checklists import (
    LEVEL,
    MET,
    POINTS,
    Checklist,
    Group,
    Item,
    Part,
    Scores,
    most_points,
    points_of,
    show_number,
)
from intranet.kernel.clock import now
from intranet.kernel.forms import Lines, Text, Versioned, at_most, options
from intranet.kernel.language import gettext
from intranet.kernel.language import lazy_gettext as _
from intranet.shared.audit import record
from intranet.shared.checklists import ScoredLine, checklist_of
from intranet.shared.edits import MERGED, SAVED, UNCHANGED, Refused, merged

# --- In words ---


def level_label(level: int | None) -> str:
    """A level in words."""
    if level is None:
        return ""
    return gettext("Mức %(level)s", level=level) if level else gettext("Chưa đạt")


def said(item: Item, score: Decimal | None) -> str:
    """A score of an item in words."""
    if score is None:
        return "–"
    if item.kind == LEVEL:
        return level_label(int(score))
    if item.kind == MET:
        return gettext("Có") if score else gettext("Không")
    return f"{show_number(score)}/{show_number(item.maximum)}"


def said_of_part(group: Group, part: Part, scores: Scores) -> str:
    """The sum of a part of a group and its level in words; nothing while none of its items has a score."""
    items = group.items_of(part)
    if all(scores.get(item.code) is None for item in items):
        return ""
    points = points_of(items, scores)
    return f"{show_number(points)}/{show_number(most_points(items))} – {level_label(part.level(points))}"


# --- Reading ---


def in_order(checklist: Checklist, rows: Iterable[ScoredLine]) -> dict[str, ScoredLine]:
    """{item: its line}, in the checklist's order."""
    found = {line.item: line for line in rows}
    return {code: found[code] for code in checklist.items if code in found}


def column(rows: Mapping[str, ScoredLine], name: str) -> dict[str, Decimal | None]:
    """The "own" or the "checked" scores by item."""
    return {code: getattr(line, name) for code, line in rows.items()}


def counting(rows: Mapping[str, ScoredLine]) -> dict[str, Decimal | None]:
    """The scores that count: those checked once all of them are, else the own ones."""
    checked = column(rows, "checked")
    return checked if None not in checked.values() else column(rows, "own")


def differs(line: ScoredLine) -> bool:
    """Whether the two words differ."""
    return line.checked is not None and line.checked != line.own


def part_sums(checklist: Checklist, **scores: Scores) -> dict[str, dict[str, str]]:
    """{part: {"own": "24/30 – Mức 3"}} for each kind of scores given; "" where there are none."""
    return {
        part.code: {name: said_of_part(group, part, found) for name, found in scores.items()}
        for group in checklist.groups
        for part in group.parts
    }


@dataclass(frozen=True, slots=True)
class Section:
    """A group of a checklist, the ``number``-th of ``count``, and the one that follows it."""

    group: Group
    number: int
    count: int
    next: Group | None


def section(checklist: Checklist, code: str) -> Section | None:
    """The group of this code and where it stands; None where there is none."""
    groups = checklist.groups
    for number, group in enumerate(groups, start=1):
        if group.code == code:
            return Section(group, number, len(groups), groups[number] if number < len(groups) else None)
    return None


# --- Forms ---


class Points(Text):
    """Points with a decimal comma; empty means not scored."""

    def process_formdata(self, values: list[str]) -> None:
        super().process_formdata(values)
        text, self.data = self.data, None
        if text:
            self.data = checklists.number(text)
            if self.data is None:
                raise ValueError(gettext("Hãy nhập một số, ví dụ 3,5."))

    def _value(self) -> str:
        if self.raw_data:
            return self.raw_data[0]
        return "" if self.data is None else show_number(self.data)


def _decimal(value: Any) -> Decimal | None:
    if value is None or value == "":
        return None
    found = checklists.number(str(value))
    if found is None or found != found.to_integral_value():
        raise ValueError(gettext("Hãy chọn một mục trong danh sách."))
    # A number of the database carries noughts that no choice has.
    return found.quantize(Decimal(1))


def _score_field(item: Item, label: Any) -> Any:
    if item.kind == POINTS:
        return Points(label, description=_("Từ 0 đến %(most)s điểm.", most=show_number(item.maximum)))
    most = 1 if item.kind == MET else int(item.maximum)
    words = {0: _("Không"), 1: _("Có")} if item.kind == MET else {n: level_label(n) for n in range(most + 1)}
    choices = options((Decimal(n), word) for n, word in words.items())
    return RadioField(label, choices=choices, coerce=_decimal, validate_choice=False)


class ScoresForm(Versioned):
    """Scores of some items; own_form() and checked_form() give it its fields."""

    def values(self) -> dict[str, Any]:
        """{"own-1.1": 1, "note-1.1": "…"} as write() takes it."""
        scored = ("own-", "checked-")
        return {
            name: self[name].data if name.startswith(scored) else self[name].data or ""
            for name in self._fields
            if "-" in name
        }


def own_form(items: Iterable[Item], **how: Any) -> ScoresForm:
    """The form in which a school scores itself."""
    fields: dict[str, Any] = {}
    for item in items:
        fields[f"own-{item.code}"] = _score_field(item, _("Trường tự chấm"))
        fields[f"note-{item.code}"] = Lines(_("Hiện trạng, minh chứng"), [at_most(2000)])
    return type("OwnScoresForm", (ScoresForm,), fields)(**how)


def checked_form(items: Iterable[Item], **how: Any) -> ScoresForm:
    """The form in which an office checks."""
    fields: dict[str, Any] = {}
    for item in items:
        fields[f"checked-{item.code}"] = _score_field(item, _("Kết quả kiểm tra"))
        fields[f"reason-{item.code}"] = Text(_("Lý do nếu khác"), [at_most(500)])
    return type("CheckedScoresForm", (ScoresForm,), fields)(**how)


def own_data(rows: Mapping[str, ScoredLine], version: int) -> dict[str, Any]:
    """What the school said, as its form holds it."""
    found: dict[str, Any] = {"version": version}
    for code, line in rows.items():
        found |= {f"own-{code}": line.own, f"note-{code}": line.note}
    return found


def checked_data(rows: Mapping[str, ScoredLine], version: int) -> dict[str, Any]:
    """What the office said, as its form holds it; what it has not said yet begins as the school's word."""
    found: dict[str, Any] = {"version": version}
    for code, line in rows.items():
        found |= {f"checked-{code}": line.own if line.checked is None else line.checked, f"reason-{code}": line.reason}
    return found


# --- Writing ---


def write(
    current: Any,
    lines: Mapping[str, ScoredLine],
    values: Mapping[str, Any],
    *,
    action: str,
    version: int,
    person_id: int,
    done: Callable[[], None] = lambda: None,
) -> str:
    """Write scores and texts, {"own-1.1": 1, "note-1.1": "…"}, from a form of ``version``; ``current`` is locked.

    Returns UNCHANGED, SAVED or MERGED. Raises Conflict, and Refused for a score that its item does not take, or one
    that differs from the school's where nothing says why.
    """
    known = {name: _plain(getattr(lines[name.partition("-")[2]], name.partition("-")[0])) for name in values}
    given = {name: _plain(value) for name, value in values.items()}
    # An item that nobody had checked began as the school's word.
    began = {f"checked-{code}": _plain(line.own) for code, line in lines.items()}
    mine = merged(current, known, given, version, began)
    if not mine:
        return UNCHANGED
    checklist = checklist_of(current.pack_id)
    for name, value in mine.items():
        column_name, _dash, code = name.partition("-")
        setattr(lines[code], column_name, value)
        refusal = checklists.refusal(checklist.items[code], value) if column_name in ("own", "checked") else None
        if refusal:
            raise Refused(name, refusal)
    for code in {name.partition("-")[2] for name in mine}:
        # A school that corrects what was returned does not have to say why the office found something else.
        if f"checked-{code}" in values:
            _refuse_silent_difference(lines[code])
        lines[code].save()
    current.own_level = checklists.level(checklist, column(lines, "own"))
    if any(line.checked is not None for line in lines.values()):
        current.checked_level = checklists.level(checklist, column(lines, "checked"))
    current.version += 1
    current.updated_at = now()
    current.save()
    record(action, current, person_id=person_id, changes={name: (known[name], value) for name, value in mine.items()})
    done()
    return SAVED if current.version == version + 1 else MERGED


def _plain(value: Any) -> Any:
    """A score without the noughts of the database: the trail compares texts, and 10.00 is 10."""
    if not isinstance(value, Decimal):
        return value
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()


def _refuse_silent_difference(line: ScoredLine) -> None:
    if differs(line) and not line.reason:
        raise Refused(
            f"reason-{line.item}",
            gettext("Mục %(code)s: kết quả kiểm tra khác trường tự chấm, thầy/cô ghi lý do.", code=line.item),
        )


def unscored(rows: Iterable[ScoredLine]) -> int:
    """How many items the school has not scored."""
    return sum(line.own is None for line in rows)


def unchecked(rows: Iterable[ScoredLine]) -> int:
    """How many items were not checked, or differ without a reason."""
    return sum(line.checked is None or (differs(line) and not line.reason) for line in rows)
