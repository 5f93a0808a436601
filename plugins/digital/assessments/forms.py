"""The forms of rounds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wtforms import SelectField
from wtforms.validators import InputRequired, ValidationError

from intranet.api import Day, Form, Lines, Text, Versioned, at_most, gettext, options, required, school_year_of, today
from intranet.api import lazy_gettext as _
from plugins.digital.models import Round


def years() -> list[tuple[str, str]]:
    """This school year and the one before."""
    first = int(school_year_of(today())[:4])
    return [(f"{year}-{year + 1}",) * 2 for year in (first, first - 1)]


class RoundForm(Versioned):
    """A round of a district."""

    pack = SelectField(_("Bộ tiêu chí"), coerce=int)
    school_year = SelectField(_("Năm học"))
    title = Text(_("Tên đợt"), [required(_("Thầy/cô chưa nhập tên đợt.")), at_most(200)])
    due_on = Day(_("Hạn trường gửi"), [InputRequired(_("Thầy/cô chưa nhập hạn gửi."))])
    publish_on = Day(_("Ngày dự kiến công bố"))
    note = Lines(_("Hướng dẫn cho trường"), [at_most(2000)])

    def offer(self, packs: Iterable[tuple[int, str]]) -> None:
        """The packs by which a round may be opened."""
        self.pack.choices = options(packs)
        self.school_year.choices = options(years())

    def validate_due_on(self, field: Day) -> None:
        """A new round is not overdue."""
        if field.data and "pack" in self and field.data < today():
            raise ValidationError(gettext("Hạn gửi không thể trước hôm nay."))

    def validate_publish_on(self, field: Day) -> None:
        """What was not sent yet cannot be published."""
        if field.data and self.due_on.data and field.data < self.due_on.data:
            raise ValidationError(gettext("Ngày công bố phải sau hạn gửi."))

    def values(self) -> dict[str, Any]:
        """What rules take."""
        names = [name for name in ("school_year", "title", "due_on", "publish_on") if name in self]
        return {name: self[name].data for name in names} | {"note": self.note.data or ""}


def round_data(opened: Round) -> dict[str, Any]:
    """A round as its form holds it."""
    return {name: getattr(opened, name) for name in ("title", "due_on", "publish_on", "note", "version")}


class PracticeForm(Form):
    """What a school begins for practice."""

    pack = SelectField(_("Bộ tiêu chí"), coerce=int)
    school_year = SelectField(_("Năm học"))

    def offer(self, packs: Iterable[tuple[int, str]]) -> None:
        """The packs in force."""
        self.pack.choices = options(packs)
        self.school_year.choices = options(years())
