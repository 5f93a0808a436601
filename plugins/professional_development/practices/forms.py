"""The forms of good practices."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, SelectField, SelectMultipleField

from intranet.api import LEVEL_LABELS, Form, Lines, Query, Text, Versioned, at_most, options, required
from intranet.api import lazy_gettext as _
from plugins.professional_development.models import Practice
from plugins.professional_development.practices.life_cycle import STATE_LABELS

LICENCES = {
    "free": _("Dùng tự do"),
    "credit": _("Dùng và ghi rõ nguồn"),
    "ask": _("Hỏi tác giả trước khi dùng"),
}
LEVELS = tuple((int(level), label) for level, label in LEVEL_LABELS.items())


class PracticeForm(Versioned):
    """A good practice."""

    title = Text(_("Tên mô hình"), [required(_("Thầy/cô chưa nhập tên mô hình.")), at_most(200)])
    summary = Lines(_("Tóm tắt"), [at_most(600)])
    description = Lines(_("Cách làm, kết quả, điều kiện cần có"), [at_most(20000)])
    levels = SelectMultipleField(_("Cấp học"), choices=options(LEVELS), coerce=int)
    subject = Text(_("Môn học, hoạt động"), [at_most(60)])
    textbook = Text(_("Bộ sách giáo khoa"), [at_most(60)])
    licence = SelectField(_("Điều kiện sử dụng"), choices=options([("", _("Chưa chọn")), *LICENCES.items()]))
    wide = BooleanField(_("Các trường ngoài đơn vị trong chương trình cũng xem được"))

    def values(self) -> dict[str, Any]:
        """What rules take."""
        fields = ("title", "summary", "description", "subject", "textbook", "licence", "wide")
        return {**{name: self[name].data for name in fields}, "levels": sum(set(self.levels.data or ()))}


def as_fields(name: str, value: Any) -> dict[str, Any]:
    """One of a practice's values as its form holds it."""
    return {name: [level for level, _label in LEVELS if value & level]} if name == "levels" else {name: value}


def form_data(practice: Practice) -> dict[str, Any]:
    """A practice as its form holds it."""
    found: dict[str, Any] = {"version": practice.version}
    for name in ("title", "summary", "description", "levels", "subject", "textbook", "licence", "wide"):
        found |= as_fields(name, getattr(practice, name))
    return found


class AdoptForm(Form):
    """What the school that takes it over says."""

    note = Lines(
        _("Trường đã áp dụng thế nào"), [required(_("Thầy/cô chưa ghi trường áp dụng thế nào.")), at_most(2000)]
    )


class FilterForm(Query):
    """The filters of the library."""

    q = Text(_("Tìm theo tên, môn học"), [at_most(100)])
    level = SelectField(
        _("Cấp học"), choices=options([("", _("Tất cả")), *((str(v), t) for v, t in LEVELS)]), default=""
    )
    state = SelectField(_("Trạng thái"), choices=options([("", _("Tất cả")), *STATE_LABELS.items()]), default="")
