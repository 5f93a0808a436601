"""The forms of self-checks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from wtforms import RadioField, SelectField
from wtforms.validators import InputRequired, ValidationError

from intranet.api import (
    Amount,
    Form,
    Lines,
    Text,
    Versioned,
    at_most,
    checklists,
    gettext,
    options,
    required,
    school_year_of,
    today,
)
from intranet.api import lazy_gettext as _
from plugins.facilities.models import StandardLine

# So many years ahead a school plans.
YEARS_AHEAD = 6


def level_label(level: int | None) -> str:
    """A level in words."""
    if level is None:
        return ""
    return gettext("Mức %(level)s", level=level) if level else gettext("Chưa đạt")


def years() -> list[str]:
    """This school year and those after it."""
    first = int(school_year_of(today())[:4])
    return [f"{year}-{year + 1}" for year in range(first, first + YEARS_AHEAD)]


class TargetForm(Versioned):
    """Which level, and by when."""

    target_level = RadioField(_("Mức mong muốn"), coerce=int)
    target_year = SelectField(_("Năm học đạt được"))

    def offer(self, highest: int, *known: str) -> None:
        """The levels of the pack; ``known`` are years that stand there already."""
        self.target_level.choices = options([(n, level_label(n)) for n in range(1, highest + 1)])
        self.target_year.choices = options([(year, year) for year in sorted({*years(), *filter(None, known)})])

    def values(self) -> dict[str, Any]:
        """What rules take."""
        return {"target_level": self.target_level.data, "target_year": self.target_year.data}


class NewCheckForm(TargetForm):
    """A new self-check."""

    pack = SelectField(_("Bộ tiêu chí"), coerce=int)
    school_year = SelectField(_("Năm học tự đánh giá"))

    def offer_packs(self, packs: Iterable[tuple[int, str]]) -> None:
        """The packs in force, and the years that are assessed now."""
        self.pack.choices = options(packs)
        first = int(school_year_of(today())[:4])
        self.school_year.choices = options([(f"{y}-{y + 1}",) * 2 for y in (first, first - 1)])


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
        return "" if self.data is None else checklists.show_number(self.data)


def _decimal(value: Any) -> Decimal | None:
    if value is None or value == "":
        return None
    found = checklists.number(str(value))
    if found is None or found != found.to_integral_value():
        raise ValueError(gettext("Hãy chọn một mục trong danh sách."))
    # A number of the database carries noughts that no choice has.
    return found.quantize(Decimal(1))


def _score_field(item: checklists.Item, label: Any) -> Any:
    if item.kind == checklists.POINTS:
        return Points(label)
    most = 1 if item.kind == checklists.MET else int(item.maximum)
    words = {0: _("Không"), 1: _("Có")} if item.kind == checklists.MET else {n: level_label(n) for n in range(most + 1)}
    choices = options((Decimal(n), word) for n, word in words.items())
    return RadioField(label, choices=choices, coerce=_decimal, validate_choice=False)


class ScoresForm(Versioned):
    """Scores of some items; section_form() and checked_form() give it its fields."""

    def values(self) -> dict[str, Any]:
        """{"own-1.1": 1, "note-1.1": "…"} as rules take it."""
        scored = ("own-", "checked-")
        return {
            name: self[name].data if name.startswith(scored) else self[name].data or ""
            for name in self._fields
            if "-" in name
        }


def section_form(items: Iterable[checklists.Item], **how: Any) -> ScoresForm:
    """The form in which a school scores itself."""
    fields: dict[str, Any] = {}
    for item in items:
        fields[f"own-{item.code}"] = _score_field(item, _("Trường tự chấm"))
        fields[f"note-{item.code}"] = Lines(_("Hiện trạng, minh chứng"), [at_most(2000)])
    return type("OwnScoresForm", (ScoresForm,), fields)(**how)


def checked_form(items: Iterable[checklists.Item], **how: Any) -> ScoresForm:
    """The form in which an office checks."""
    fields: dict[str, Any] = {}
    for item in items:
        fields[f"checked-{item.code}"] = _score_field(item, _("Kết quả kiểm tra"))
        fields[f"reason-{item.code}"] = Text(_("Lý do nếu khác"), [at_most(500)])
    return type("CheckedScoresForm", (ScoresForm,), fields)(**how)


def own_data(rows: Mapping[str, StandardLine], version: int) -> dict[str, Any]:
    """What the school said, as its form holds it."""
    found: dict[str, Any] = {"version": version}
    for code, line in rows.items():
        found |= {f"own-{code}": line.own, f"note-{code}": line.note}
    return found


def checked_data(rows: Mapping[str, StandardLine], version: int) -> dict[str, Any]:
    """What the office said, as its form holds it; what it has not said yet begins as the school's word."""
    found: dict[str, Any] = {"version": version}
    for code, line in rows.items():
        found |= {f"checked-{code}": line.own if line.checked is None else line.checked, f"reason-{code}": line.reason}
    return found


class StandardNeedForm(Form):
    """What is needed to reach a criterion."""

    item = Text(_("Cần gì"), [required(_("Thầy/cô chưa ghi cần gì.")), at_most(200)])
    quantity = Amount(_("Số lượng"), [InputRequired(_("Thầy/cô chưa nhập số lượng."))])
    unit = Text(_("Đơn vị tính"), [required(_("Thầy/cô chưa ghi đơn vị tính.")), at_most(30)])
    why = Lines(_("Vì sao cần"), [at_most(2000)])

    def validate_quantity(self, field: Amount) -> None:
        """The column holds ten digits."""
        if field.data and field.data > 99_999_999:
            raise ValidationError(gettext("Số lượng quá lớn."))
