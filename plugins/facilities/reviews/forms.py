"""The forms of rounds and reviews."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from wtforms import RadioField, SelectField
from wtforms.validators import InputRequired, ValidationError

from intranet.api import Day, Form, Lines, Text, Versioned, Whole, at_most, gettext, options, required, today
from intranet.api import lazy_gettext as _
from plugins.facilities.models import Round
from plugins.facilities.reviews.queries import Line

# Five steps, each with its word and with the shape that the page's states have.
CONDITIONS = {5: _("Tốt"), 4: _("Khá"), 3: _("Cần sửa nhỏ"), 2: _("Cần sửa lớn"), 1: _("Không dùng được")}
SHAPES = {5: "good", 4: "info", 3: "neutral", 2: "warn", 1: "bad"}
# Square metres of land are counted, too.
MOST = 999_999


class RoundForm(Versioned):
    """A round of a district."""

    pack = SelectField(_("Bộ tiêu chí"), coerce=int)
    title = Text(_("Tên đợt"), [required(_("Thầy/cô chưa nhập tên đợt.")), at_most(200)])
    due_on = Day(_("Hạn gửi"), [InputRequired(_("Thầy/cô chưa nhập hạn gửi."))])
    note = Lines(_("Hướng dẫn cho trường"), [at_most(2000)])

    def offer(self, packs: Iterable[tuple[int, str]]) -> None:
        """The packs by which a round may be opened."""
        self.pack.choices = options(packs)

    def validate_due_on(self, field: Day) -> None:
        """A new round is not overdue."""
        if field.data and "pack" in self and field.data < today():
            raise ValidationError(gettext("Hạn gửi không thể trước hôm nay."))

    def values(self) -> dict[str, Any]:
        """What rules take."""
        return {"title": self.title.data, "due_on": self.due_on.data, "note": self.note.data or ""}


def round_data(opened: Round) -> dict[str, Any]:
    """A round as its form holds it."""
    return {name: getattr(opened, name) for name in ("title", "due_on", "note", "version")}


def _condition(value: Any) -> int | None:
    if value in (None, "", "0"):
        return None
    if str(value) not in ("1", "2", "3", "4", "5"):
        raise ValueError(gettext("Hãy chọn một mục trong danh sách."))
    return int(value)


class SectionForm(Versioned):
    """A section of a review; section_form() gives it four fields for each line."""

    def validate(self, extra_validators: Any = None) -> bool:
        """Each field by itself; then no more may be fit for use than there are."""
        valid = super().validate(extra_validators)
        for name in [name for name in self._fields if name.startswith("usable-")]:
            have, usable = self[f"have-{name.partition('-')[2]}"], self[name]
            if not (have.errors or usable.errors) and None not in (have.data, usable.data) and usable.data > have.data:
                usable.errors = [gettext("Số dùng được không thể nhiều hơn số hiện có.")]
                valid = False
        return valid

    def values(self) -> dict[str, Any]:
        """{"have-1.1": 12, …} as rules.save_section takes it."""
        names = [name for name in self._fields if "-" in name]
        return {name: (self[name].data or "") if name.startswith("note-") else self[name].data for name in names}


def section_form(lines: Iterable[Line], **how: Any) -> SectionForm:
    """The form of these lines."""
    fields: dict[str, Any] = {}
    for line in lines:
        fields[f"have-{line.item}"] = Whole(_("Hiện có"), most=MOST)
        fields[f"usable-{line.item}"] = Whole(_("Dùng được"), most=MOST)
        fields[f"condition-{line.item}"] = RadioField(
            _("Tình trạng"), choices=options(CONDITIONS.items()), coerce=_condition, validate_choice=False
        )
        fields[f"note-{line.item}"] = Text(_("Ghi chú"), [at_most(500)])
    return type("LinesForm", (SectionForm,), fields)(**how)


def section_data(lines: Iterable[Line], version: int) -> dict[str, Any]:
    """Lines as their form holds them."""
    found: dict[str, Any] = {"version": version}
    for line in lines:
        found |= {f"{name}-{line.item}": getattr(line, name) for name in ("have", "usable", "condition", "note")}
    return found


class ReturnForm(Form):
    """What the office says of a review that it returns; return_form() adds a field for each line."""

    remark = Lines(_("Nhận xét chung"), [at_most(2000)])

    def remarks(self) -> Mapping[str, str]:
        """{item: text}."""
        names = [name for name in self._fields if name.startswith("remark-")]
        return {name.partition("-")[2]: self[name].data or "" for name in names}


def return_form(lines: Iterable[Line], **how: Any) -> ReturnForm:
    """The form for these lines."""
    fields = {f"remark-{line.item}": Text(_("Nhận xét"), [at_most(500)]) for line in lines}
    return type("RemarksForm", (ReturnForm,), fields)(**how)
