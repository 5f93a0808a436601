"""The form by which a school is split."""

from __future__ import annotations

from typing import Any

from wtforms import SelectMultipleField
from wtforms.validators import InputRequired, ValidationError

from intranet.kernel.clock import today
from intranet.kernel.forms import Day, Text, Versioned, Whole, at_most, required
from intranet.kernel.language import gettext
from intranet.kernel.language import lazy_gettext as _
from intranet.schools.figures import CLASSES, PUPILS
from intranet.schools.forms import SchoolForm
from intranet.schools.splitting import DIVIDED, Decision, Share
from intranet.web.numbers import whole

MOST = {"pupils": PUPILS["pupils"][1], "classes": CLASSES["classes"][1]}


def _ticks(label: Any, coerce: Any = whole) -> SelectMultipleField:
    """Boxes that the page draws; what is no longer there to be chosen is left out by the rule."""
    return SelectMultipleField(label, coerce=coerce, validate_choice=False)


class SplitForm(Versioned):
    """The decision, the new school, and what goes there."""

    decision_number = Text(
        _("Số quyết định"),
        [required(_("Thầy/cô chưa nhập số quyết định.")), at_most(60)],
        description=_("Ví dụ 1234/QĐ-UBND."),
    )
    decided_on = Day(_("Ngày quyết định"), [InputRequired(_("Thầy/cô chưa nhập ngày quyết định."))])
    split_on = Day(
        _("Ngày tách"),
        [InputRequired(_("Thầy/cô chưa nhập ngày tách."))],
        description=_("Ngày trường mới bắt đầu hoạt động."),
    )
    name, code, levels = SchoolForm.name, SchoolForm.code, SchoolForm.levels
    commune, address = SchoolForm.commune, SchoolForm.address
    people = _ticks(_("Cán bộ, giáo viên, nhân viên"))
    sites = _ticks(_("Điểm trường"))
    pairs = _ticks(_("Cặp kết nghĩa"))
    tags = _ticks(_("Thế mạnh và nhu cầu"))
    work = _ticks(_("Việc đang làm"), coerce=str)
    pupils_stay = Whole(_("Học sinh ở lại"), most=MOST["pupils"])
    pupils_go = Whole(_("Học sinh sang trường mới"), most=MOST["pupils"])
    classes_stay = Whole(_("Lớp ở lại"), most=MOST["classes"])
    classes_go = Whole(_("Lớp sang trường mới"), most=MOST["classes"])

    def validate_split_on(self, field: Day) -> None:
        """Two schools where there are two, and not before somebody decided so."""
        if field.data and field.data > today():
            raise ValidationError(gettext("Ngày tách không thể sau hôm nay."))
        if field.data and self.decided_on.data and field.data < self.decided_on.data:
            raise ValidationError(gettext("Ngày tách không thể trước ngày quyết định."))

    def values(self) -> dict[str, Any]:
        """The new school, as rules.create_school takes it."""
        plain = {name: self[name].data or "" for name in ("name", "commune", "address")}
        return {**plain, "code": self.code.data or None, "levels": sum(set(self.levels.data or ()))}

    def decision(self) -> Decision:
        """The decision."""
        return Decision(self.decision_number.data, self.decided_on.data, self.split_on.data)

    def share(self) -> Share:
        """What goes there."""
        ticked = {name: frozenset(self[name].data or ()) for name in ("people", "sites", "pairs", "tags", "work")}
        figures = {name: (self[f"{name}_stay"].data, self[f"{name}_go"].data) for name in DIVIDED}
        return Share(figures=figures, **ticked)
