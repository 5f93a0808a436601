"""The forms of self-checks."""

from __future__ import annotations

from collections.abc import Iterable
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
    gettext,
    options,
    required,
    school_year_of,
    scoring,
    today,
)
from intranet.api import lazy_gettext as _

# So many years ahead a school plans.
YEARS_AHEAD = 6


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
        self.target_level.choices = options([(n, scoring.level_label(n)) for n in range(1, highest + 1)])
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
