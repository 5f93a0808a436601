"""Checklists as JSON: read with everything that is wrong with them, and written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from intranet.kernel.checklists import (
    COUNT,
    KIND_LABELS,
    LEVEL,
    MAJORITY,
    PER_LABELS,
    POINTS,
    SCHOOL,
    THRESHOLDS,
    Bound,
    Checklist,
    Formula,
    Group,
    Item,
    Part,
    Rule,
    Step,
    counts,
    factor,
    most_points,
    number,
    show_factor,
    show_number,
)
from intranet.kernel.language import gettext as _

MOST_GROUPS, MOST_PARTS, MOST_ITEMS, MOST_LEVELS = 20, 20, 150, 4
CODE = re.compile(r"[0-9A-Za-z]{1,6}(?:[.\-][0-9A-Za-z]{1,6}){0,3}")
BOUND = re.compile(r"(>?)\s?([0-9]{1,6}(?:[.,][0-9]{1,2})?)")


class BadChecklist(ValueError):
    """What is wrong with a checklist, a sentence for each."""

    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = tuple(sentences)


def read(body: Mapping[str, Any]) -> Checklist:
    """A checklist from its plain form (that of JSON). Raises BadChecklist, which says all that is wrong."""
    faults: list[str] = []
    groups = tuple(_read_group(raw, faults) for raw in body.get("groups") or ())
    found = Checklist(groups, _read_rule(body.get("rule"), faults))
    faults += _faults(found)
    if faults:
        raise BadChecklist(faults)
    return found


def _read_group(raw: Mapping[str, Any], faults: list[str]) -> Group:
    stated = str(raw.get("maximum") or "")
    maximum = number(stated) if stated else None
    if stated and maximum is None:
        faults.append(_("Nhóm %(code)s: tổng điểm phải là một số.", code=raw.get("code", "")))
    items = tuple(_read_item(item, faults) for item in raw.get("items") or ())
    parts = tuple(_read_part(part, faults) for part in raw.get("parts") or ())
    return Group(**_named(raw), items=items, maximum=maximum, parts=parts)


def _named(raw: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(raw.get(name, "")) for name in ("code", "title")}


def _read_part(raw: Mapping[str, Any], faults: list[str]) -> Part:
    part = Part(**_named(raw), bounds=_read_bounds(raw.get("bounds")))
    if not part.bounds or len(part.bounds) < len(raw["bounds"]):
        faults.append(_("Nhóm nhỏ %(code)s: ngưỡng điểm phải là các số, ví dụ 10; >20.", code=part.code))
    return part


def _read_item(raw: Mapping[str, Any], faults: list[str]) -> Item:
    code, kind = str(raw.get("code", "")), str(raw.get("kind", ""))
    texts = {name: str(raw.get(name) or "") for name in ("title", "unit", "hint", "evidence")}
    maximum = number(str(raw.get("maximum") or "1"))
    if maximum is None or (kind == LEVEL and maximum not in range(1, MOST_LEVELS + 1)):
        faults.append(_("Mục %(code)s: điểm hoặc mức cao nhất chưa đúng.", code=code))
    formula = _read_formula(raw, code, faults) if kind == COUNT else None
    return Item(
        code=code,
        kind=kind,
        formula=formula,
        maximum=maximum if maximum is not None and kind in (POINTS, LEVEL) else Decimal(1),
        compulsory=bool(raw.get("compulsory")),
        **texts,
    )


def _read_formula(raw: Mapping[str, Any], code: str, faults: list[str]) -> Formula | None:
    text = str(raw.get("factor") or "")
    # Without a number the line is only counted.
    if not text:
        return None
    value, per = factor(text), str(raw.get("per") or SCHOOL)
    if value is None or per not in PER_LABELS:
        faults.append(_("Mục %(code)s: định mức phải là một số, ví dụ 0,6 hoặc 1/15.", code=code))
        return None
    return Formula(value, per)


def _read_rule(raw: Mapping[str, Any] | None, faults: list[str]) -> Rule | None:
    if not raw:
        return None
    kind = str(raw.get("kind", ""))
    bounds = _read_bounds(raw.get("bounds"))
    steps = tuple(Step(int(step["rest"]), int(step.get("floor") or 0)) for step in raw.get("steps") or ())
    rule = Rule(kind=kind, bounds=bounds, steps=steps)
    given = raw.get("bounds") if kind == THRESHOLDS else raw.get("steps")
    if kind not in (THRESHOLDS, MAJORITY) or not given or len(bounds if kind == THRESHOLDS else steps) < len(given):
        faults.append(_("Quy tắc xếp mức chưa đủ hoặc chưa đúng."))
        return None
    if rule.highest > MOST_LEVELS or list(bounds) != _rising(bounds):
        faults.append(_("Ngưỡng điểm phải tăng dần và nhiều nhất %(most)s mức.", most=MOST_LEVELS))
    return rule


def _rising(bounds: Iterable[Bound]) -> list[Bound]:
    return sorted(bounds, key=lambda bound: (bound.points, bound.above))


def _read_bounds(texts: Iterable[str] | None) -> tuple[Bound, ...]:
    """Those that are bounds."""
    return tuple(filter(None, map(_read_bound, texts or ())))


def _read_bound(text: str) -> Bound | None:
    found = BOUND.fullmatch(str(text).strip())
    return Bound(Decimal(found[2].replace(",", ".")), found[1] == ">") if found else None


def _faults(checklist: Checklist) -> Iterator[str]:
    items = [item for group in checklist.groups for item in group.items]
    parts = [part for group in checklist.groups for part in group.parts]
    if not items:
        yield _("Bộ này chưa có mục nào.")
    if len(checklist.groups) > MOST_GROUPS or len(items) > MOST_ITEMS:
        yield _("Một bộ có nhiều nhất %(groups)s nhóm, %(items)s mục.", groups=MOST_GROUPS, items=MOST_ITEMS)
    if len(parts) > MOST_PARTS:
        yield _("Một bộ có nhiều nhất %(parts)s nhóm nhỏ.", parts=MOST_PARTS)
    for codes in ([group.code for group in checklist.groups], [one.code for one in (*parts, *items)]):
        twice = sorted({code for code in codes if codes.count(code) > 1})
        yield from (_("Mã %(code)s có hai lần.", code=code) for code in twice)
        yield from (
            _("Mã %(code)s chưa đúng: dùng chữ số, chữ cái không dấu và dấu chấm.", code=code or "–")
            for code in codes
            if not CODE.fullmatch(code)
        )
    for one in (*checklist.groups, *parts, *items):
        if not one.title:
            yield _("Mục %(code)s chưa có nội dung.", code=one.code)
    for item in items:
        if item.kind not in KIND_LABELS:
            yield _("Mục %(code)s: chưa chọn cách trả lời.", code=item.code)
    for group in checklist.groups:
        for part in group.parts:
            yield from _part_faults(part, most_points(group.items_of(part)))
    yield from _rule_faults(checklist, items)


def _part_faults(part: Part, most: Decimal) -> Iterator[str]:
    if not most:
        yield _(
            "Nhóm nhỏ %(code)s chưa có mục chấm điểm nào: trong nhóm của nó, mã các mục phải bắt đầu bằng %(code)s và "
            "dấu chấm.",
            code=part.code,
        )
    elif not all(bound.reached(most) for bound in part.bounds):
        yield _(
            "Nhóm nhỏ %(code)s chỉ cộng được %(most)s điểm, không tới được ngưỡng cao nhất.",
            code=part.code,
            most=show_number(most),
        )
    if len(part.bounds) >= MOST_LEVELS or list(part.bounds) != _rising(set(part.bounds)):
        yield _(
            "Nhóm nhỏ %(code)s: ngưỡng điểm phải tăng dần và nhiều nhất %(most)s mức.", code=part.code, most=MOST_LEVELS
        )


def _rule_faults(checklist: Checklist, items: Sequence[Item]) -> Iterator[str]:
    rule = checklist.rule
    if rule is None or rule.kind != MAJORITY:
        return
    others = sum(counts(item) and not item.compulsory for item in items)
    for n, step in enumerate(rule.steps, start=1):
        if step.rest > others:
            yield _(
                "Mức %(level)s đòi %(rest)s mục không bắt buộc, bộ chỉ có %(others)s.",
                level=n,
                rest=step.rest,
                others=others,
            )
        if step.floor > n:
            yield _("Mức %(level)s không thể đòi mọi mục từ mức %(floor)s.", level=n, floor=step.floor)
    for item in items:
        if item.kind == LEVEL and item.maximum < rule.highest:
            yield _("Mục %(code)s chỉ đến mức %(most)s.", code=item.code, most=show_number(item.maximum))


def plain(checklist: Checklist) -> dict[str, Any]:
    """The plain form that read() takes; what says nothing is left out."""
    body: dict[str, Any] = {"groups": [_plain_group(group) for group in checklist.groups]}
    rule = checklist.rule
    if rule and rule.kind == THRESHOLDS:
        body["rule"] = {"kind": rule.kind, "bounds": [bound.words() for bound in rule.bounds]}
    elif rule:
        body["rule"] = {"kind": rule.kind, "steps": [{"rest": step.rest, "floor": step.floor} for step in rule.steps]}
    return body


def _plain_group(group: Group) -> dict[str, Any]:
    stated = {} if group.maximum is None else {"maximum": show_number(group.maximum)}
    parts = {"parts": [_plain_part(part) for part in group.parts]} if group.parts else {}
    return {
        "code": group.code,
        "title": group.title,
        **stated,
        "items": [_plain_item(item) for item in group.items],
        **parts,
    }


def _plain_part(part: Part) -> dict[str, Any]:
    return {"code": part.code, "title": part.title, "bounds": [bound.words() for bound in part.bounds]}


def _plain_item(item: Item) -> dict[str, Any]:
    texts = ("code", "title", "kind", "unit", "hint", "evidence")
    found: dict[str, Any] = {name: getattr(item, name) for name in texts}
    if item.formula:
        found |= {"factor": show_factor(item.formula.factor), "per": item.formula.per}
    if item.kind in (POINTS, LEVEL):
        found["maximum"] = show_number(item.maximum)
    if item.compulsory:
        found["compulsory"] = True
    return {name: value for name, value in found.items() if value != ""}
