"""The form of a checklist: its head, its groups, a row for each item, the rule of levels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wtforms import BooleanField, FieldList, FormField, SelectField, SelectMultipleField
from wtforms.validators import InputRequired, ValidationError

from intranet.kernel.checklist_bodies import MOST_GROUPS, MOST_ITEMS, MOST_LEVELS, MOST_PARTS, plain
from intranet.kernel.checklists import KIND_LABELS, MAJORITY, PER_LABELS, THRESHOLDS
from intranet.kernel.forms import Day, Form, Lines, Text, Versioned, Whole, at_most, options, required
from intranet.kernel.language import gettext
from intranet.kernel.language import lazy_gettext as _
from intranet.registry.schools import LEVEL_LABELS
from intranet.shared.checklists import ChecklistPack

# Empty rows at the end, in which something can be added.
SPARE_GROUPS, SPARE_PARTS, SPARE_ITEMS = 1, 1, 5
LEVELS = tuple((int(level), label) for level, label in LEVEL_LABELS.items())
ITEM_FIELDS = ("code", "title", "kind", "unit", "factor", "per", "maximum", "compulsory", "hint", "evidence")


class GroupRow(Form):
    """A group; empty, it counts for nothing."""

    code = Text(_("Mã nhóm"), [at_most(20)])
    title = Text(_("Tên nhóm"), [at_most(200)])
    maximum = Text(_("Tổng điểm theo văn bản"), [at_most(10)])


class PartRow(Form):
    """A part of a group; without code and title, it counts for nothing."""

    group = Text(_("Thuộc nhóm"), [at_most(20)])
    code = Text(_("Mã nhóm nhỏ"), [at_most(20)])
    title = Text(_("Tên nhóm nhỏ"), [at_most(200)])
    bounds = Text(_("Ngưỡng điểm"), [at_most(60)])


class ItemRow(Form):
    """An item; without code and text, it counts for nothing."""

    group = Text(_("Thuộc nhóm"), [at_most(20)])
    code = Text(_("Mã"), [at_most(20)])
    title = Text(_("Nội dung"), [at_most(300)])
    kind = SelectField(_("Cách trả lời"), choices=options(KIND_LABELS.items()))
    unit = Text(_("Đơn vị tính"), [at_most(30)])
    factor = Text(_("Định mức"), [at_most(20)])
    per = SelectField(_("Tính theo"), choices=options(PER_LABELS.items()))
    maximum = Text(_("Điểm hoặc mức cao nhất"), [at_most(10)])
    compulsory = BooleanField(_("Bắt buộc"))
    hint = Lines(_("Hướng dẫn"), [at_most(1500)])
    evidence = Lines(_("Minh chứng gợi ý"), [at_most(1500)])


class LevelRow(Form):
    """What a level asks for, by whichever rule."""

    bound = Text(_("Từ số điểm"), [at_most(12)])
    rest = Whole(_("Số mục không bắt buộc phải đạt"), most=MOST_ITEMS)
    floor = Whole(_("Không mục nào dưới mức"), most=MOST_LEVELS)


class PackForm(Versioned):
    """A whole checklist."""

    title = Text(_("Tên bộ"), [required(_("Thầy/cô chưa nhập tên bộ.")), at_most(200)])
    source = Text(_("Văn bản căn cứ"), [at_most(300)], description=_("Số, ký hiệu, phụ lục; nguồn của từng con số."))
    note = Lines(_("Ghi chú"), [at_most(4000)])
    levels = SelectMultipleField(_("Cấp học"), choices=options(LEVELS), coerce=int)
    starts_on = Day(_("Áp dụng từ ngày"), [InputRequired(_("Thầy/cô chưa nhập ngày bắt đầu áp dụng."))])
    ends_on = Day(_("Áp dụng đến hết ngày"))
    groups = FieldList(FormField(GroupRow), max_entries=MOST_GROUPS + SPARE_GROUPS)
    parts = FieldList(FormField(PartRow), max_entries=MOST_PARTS + SPARE_PARTS)
    items = FieldList(FormField(ItemRow), max_entries=MOST_ITEMS + SPARE_ITEMS)
    rule = SelectField(
        _("Quy tắc xếp mức"),
        choices=options(
            [
                ("", _("Không xếp mức")),
                (THRESHOLDS, _("Theo tổng điểm của từng nhóm")),
                (MAJORITY, _("Theo số mục đạt mức")),
            ]
        ),
    )
    steps = FieldList(FormField(LevelRow), min_entries=MOST_LEVELS, max_entries=MOST_LEVELS)

    def validate_ends_on(self, field: Day) -> None:
        """A pack that ends before it begins is a slip."""
        if field.data and self.starts_on.data and field.data < self.starts_on.data:
            raise ValidationError(gettext("Ngày kết thúc phải sau ngày bắt đầu."))

    def validate_items(self, field: FieldList) -> None:
        """Each stands in a group that is there."""
        if self._is_astray(field):
            raise ValidationError(gettext("Có mục chưa thuộc nhóm nào."))

    def validate_parts(self, field: FieldList) -> None:
        """So does each part."""
        if self._is_astray(field):
            raise ValidationError(gettext("Có nhóm nhỏ chưa thuộc nhóm nào."))

    def _is_astray(self, field: FieldList) -> bool:
        known = {row["code"] for row in self._group_rows()}
        astray = [row.group for row in _filled(field) if row.group.data not in known]
        for group in astray:
            group.errors = [gettext("Chưa có nhóm %(code)s trong danh sách nhóm.", code=group.data or "–")]
        return bool(astray)

    def head(self) -> dict[str, Any]:
        """The fields beside what is asked, as rules.save_pack takes them."""
        values = {name: self[name].data or "" for name in ("title", "source", "note")}
        return values | {
            "levels": sum(set(self.levels.data or ())),
            "starts_on": self.starts_on.data,
            "ends_on": self.ends_on.data,
        }

    def body(self) -> dict[str, Any]:
        """What is asked, as checklist_bodies.read takes it."""
        groups = {row["code"]: {**row, "items": [], "parts": []} for row in self._group_rows()}
        for row in _filled(self.items):
            groups[row.group.data]["items"].append({name: row[name].data for name in ITEM_FIELDS})
        for row in _filled(self.parts):
            bounds = [text for text in (row.bounds.data or "").split(";") if text.strip()]
            groups[row.group.data]["parts"].append({"code": row.code.data, "title": row.title.data, "bounds": bounds})
        return {"groups": list(groups.values()), "rule": self._rule()}

    def _group_rows(self) -> list[dict[str, Any]]:
        rows = [{name: entry.form[name].data or "" for name in ("code", "title", "maximum")} for entry in self.groups]
        return [row for row in rows if row["code"] or row["title"]]

    def _rule(self) -> dict[str, Any] | None:
        rows = [entry.form for entry in self.steps]
        if self.rule.data == THRESHOLDS:
            return {"kind": THRESHOLDS, "bounds": [row.bound.data for row in rows if row.bound.data]}
        if self.rule.data == MAJORITY:
            steps = [{"rest": row.rest.data, "floor": row.floor.data} for row in rows if row.rest.data is not None]
            return {"kind": MAJORITY, "steps": steps}
        return None


def _filled(field: FieldList) -> list[Any]:
    return [entry.form for entry in field if entry.form.code.data or entry.form.title.data]


def form_of(pack: ChecklistPack) -> PackForm:
    """The form of a version, with empty rows at the ends."""
    checklist = pack.checklist
    raw = plain(checklist)
    groups = [{name: group.get(name, "") for name in ("code", "title", "maximum")} for group in raw["groups"]]
    items = [{**item, "group": group["code"]} for group in raw["groups"] for item in group["items"]]
    parts = [
        {**part, "group": group["code"], "bounds": "; ".join(part["bounds"])}
        for group in raw["groups"]
        for part in group.get("parts", ())
    ]
    data: dict[str, Any] = {name: getattr(pack, name) for name in ("title", "source", "note", "starts_on", "ends_on")}
    data |= {
        "version": pack.version,
        "levels": [value for value, _label in LEVELS if pack.levels & value],
        "groups": groups + [{}] * min(SPARE_GROUPS, MOST_GROUPS - len(groups)),
        "parts": parts + [{}] * min(SPARE_PARTS, MOST_PARTS - len(parts)),
        "items": items + [{}] * min(SPARE_ITEMS, MOST_ITEMS - len(items)),
        "rule": checklist.rule.kind if checklist.rule else "",
        "steps": _step_rows(raw.get("rule") or {}),
    }
    return PackForm(data=data)


def _step_rows(rule: Mapping[str, Any]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = [{"bound": bound} for bound in rule.get("bounds", ())]
    rows += rule.get("steps", ())
    return rows + [{}] * (MOST_LEVELS - len(rows))
