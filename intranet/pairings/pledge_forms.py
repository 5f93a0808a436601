"""The forms of a pledge."""

from __future__ import annotations

from typing import Any

from wtforms import RadioField, SelectField
from wtforms.validators import InputRequired

from intranet.kernel.forms import Amount, Day, Form, Lines, Text, Versioned, at_most, options, required
from intranet.kernel.language import gettext
from intranet.kernel.language import lazy_gettext as _
from intranet.pairings import pledge
from intranet.registry.pledges import PledgeClause
from intranet.registry.twinning import Pairing
from intranet.shared import pledges
from intranet.shared.access import Actor
from intranet.web.layout import format_date, format_quantity, named
from intranet.web.saving import label_of


class PreambleForm(Versioned):
    """What stands before the clauses."""

    pledge_preamble = Lines(_("Lời mở đầu"), [required(_("Thầy/cô chưa nhập lời mở đầu.")), at_most(5000)])


class ClauseForm(Versioned):
    """Who gives what to whom, how much, by when, and what counts for it."""

    side = RadioField(_("Ai thực hiện"))
    text = Lines(
        _("Nội dung cam kết"),
        [required(_("Thầy/cô chưa nhập nội dung cam kết.")), at_most(2000)],
        description=_("Một câu, nói rõ việc sẽ làm. Không ghi tên học sinh."),
    )
    activity_kind = SelectField(
        _("Hoạt động được tính"),
        description=_("Khi hoạt động loại này được ghi cho cam kết, kết quả tự tăng."),
    )
    quantity = Amount(_("Số lượng"), description=_("Để trống nếu chỉ cần làm một lần."))
    unit = Text(_("Đơn vị tính"), [at_most(40)], description=_("Ví dụ tiết, chuyến, bộ."))
    due_on = Day(_("Hạn"))
    evidence = Lines(_("Minh chứng"), [at_most(1000)], description=_("Ví dụ biên bản, kế hoạch bài dạy, ảnh bàn giao."))

    def offer(self, pairing: Pairing, actor: Actor, clause: PledgeClause | None) -> None:
        """What can be chosen; a clause keeps the kind that it has."""
        # One of the buttons is always pressed.
        self.side.flags.required = True
        first, second = pairing.first_school.name, pairing.second_school.name
        self.side.choices = options(
            (
                (pledges.FIRST, named(gettext("%(giver)s sẽ giúp %(receiver)s"), giver=first, receiver=second)),
                (pledges.SECOND, named(gettext("%(giver)s sẽ giúp %(receiver)s"), giver=second, receiver=first)),
                (pledges.BOTH, gettext("Hai trường cùng làm")),
            )
        )
        kinds = {key: str(kind.label) for key, kind in pledge.kinds_for(actor).items()}
        if clause is not None and clause.activity_kind:
            kinds.setdefault(clause.activity_kind, clause.kind_label)
        self.activity_kind.choices = options([("", gettext("Không tính tự động, ghi bằng tay")), *kinds.items()])

    def validate(self, **options_: Any) -> bool:
        """A number alone says nothing."""
        valid = super().validate(**options_)
        if self.quantity.data and not self.unit.data and not self.activity_kind.data:
            self.unit.errors = [*self.unit.errors, gettext("Thầy/cô chưa nhập đơn vị tính.")]
            return False
        return valid

    def values(self) -> dict[str, Any]:
        """pledge.FIELDS as the form gives them."""
        return {name: self[name].data for name in pledge.FIELDS}


class DropForm(Form):
    """Why a promise will not be kept."""

    reason = Lines(_("Lý do"), [required(_("Thầy/cô chưa ghi lý do.")), at_most(1000)])


class CorrectionForm(Form):
    """How much more or less was done than activities say, and why."""

    quantity = Amount(
        _("Tăng hoặc giảm"),
        [InputRequired(_("Thầy/cô chưa nhập số."))],
        signed=True,
        description=_("Ví dụ 2 để cộng thêm, -1 để bớt đi."),
    )
    reason = Lines(
        _("Lý do"),
        [required(_("Thầy/cô chưa ghi lý do.")), at_most(1000)],
        description=_("Mọi người ở hai trường và hai phòng đều đọc được."),
    )


LABELS = {
    "pledge_preamble": _("Lời mở đầu"),
    "side": _("Ai thực hiện"),
    "text": _("Nội dung cam kết"),
    "quantity": _("Số lượng"),
    "unit": _("Đơn vị tính"),
    "due_on": _("Hạn"),
    "activity_kind": _("Hoạt động được tính"),
    "evidence": _("Minh chứng"),
}


def shown_value(form: Any, name: str, value: Any) -> str:
    """A value of a clause as people read it."""
    if name in ("side", "activity_kind"):
        return label_of(form[name], value) or value or ""
    if name == "quantity":
        return format_quantity(value) if value else ""
    return format_date(value) if name == "due_on" else value or ""
