"""The forms of donations. None has an amount for a pupil, a mean or a minimum, and none lists who has not given."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from wtforms import BooleanField, RadioField, SelectField
from wtforms.validators import InputRequired, ValidationError

from intranet.api import Amount, Day, Form, Lines, Money, Query, Text, Versioned, at_most, options, required
from intranet.api import lazy_gettext as _
from plugins.facilities.donations.life_cycle import APPROVED, COLLECTING, DRAFT, SETTLED, STATE_LABELS
from plugins.facilities.models import DonationPlan

MONEY, GOODS, WORKS, OTHER = "money", "goods", "works", "other"
KINDS = {
    MONEY: _("Tiền"),
    GOODS: _("Hiện vật"),
    WORKS: _("Công trình"),
    OTHER: _("Phi vật chất (đất, công lao động, chuyên môn, quyền)"),
}
ASKED = ("title", "content", "purpose", "beneficiaries", "budget", "timetable", "use", "team")
# What may be changed when: what was approved stays as it was approved.
EDITABLE = {
    DRAFT: ASKED,
    APPROVED: ("use", "team"),
    COLLECTING: ("settlement", "upkeep"),
    SETTLED: (),
}
PARTS = {
    "title": _("Tên kế hoạch"),
    "content": _("Nội dung vận động"),
    "purpose": _("Mục đích"),
    "beneficiaries": _("Đối tượng thụ hưởng"),
    "budget": _("Dự toán (đồng)"),
    "timetable": _("Kế hoạch triển khai"),
    "use": _("Kế hoạch sử dụng"),
    "team": _("Tổ tiếp nhận tài trợ"),
    "settlement": _("Báo cáo quyết toán"),
    "upkeep": _("Kế hoạch bảo trì"),
}


class PlanForm(Versioned):
    """What is asked for, why, for whom; how it will be used; who receives."""

    title = Text(PARTS["title"], [required(_("Thầy/cô chưa nhập tên kế hoạch.")), at_most(200)])
    content = Lines(
        PARTS["content"],
        [required(_("Thầy/cô chưa ghi nội dung vận động.")), at_most(5000)],
        description=_("Thiết bị dạy học, sửa chữa, xây dựng, hoạt động giáo dục: cần gì, bao nhiêu."),
    )
    purpose = Lines(PARTS["purpose"], [at_most(3000)])
    beneficiaries = Lines(PARTS["beneficiaries"], [at_most(1000)], description=_("Không ghi tên học sinh."))
    budget = Money(PARTS["budget"], description=_("Tổng chi phí của cả kế hoạch, ví dụ 120 triệu."))
    timetable = Lines(PARTS["timetable"], [at_most(3000)])
    use = Lines(
        PARTS["use"],
        [at_most(5000)],
        description=_("Phần được niêm yết 15 ngày làm việc để lấy ý kiến trước khi tiếp nhận."),
    )
    team = Lines(
        PARTS["team"],
        [at_most(1000)],
        description=_("Hiệu trưởng, kế toán, đại diện cha mẹ học sinh…; mỗi người một dòng, ghi cả chức vụ."),
    )
    settlement = Lines(
        PARTS["settlement"],
        [at_most(5000)],
        description=_("Đã làm gì, kết quả. Số thu, số chi lấy từ sổ."),
    )
    upkeep = Lines(PARTS["upkeep"], [at_most(2000)])

    def keep(self, names: Iterable[str]) -> None:
        """Only these parts can be changed now."""
        for name in PARTS.keys() - set(names):
            del self[name]

    def values(self) -> dict[str, Any]:
        """What rules take: the parts that the form has."""
        return {name: self[name].data for name in PARTS if name in self}


def form_data(plan: DonationPlan) -> dict[str, Any]:
    """A plan as its form holds it."""
    return {name: getattr(plan, name) for name in (*PARTS, "version")}


class DecisionForm(Form):
    """By which decision a plan was approved."""

    decision_number = Text(_("Số văn bản duyệt"), [required(_("Thầy/cô chưa nhập số văn bản.")), at_most(60)])
    decided_on = Day(_("Ngày văn bản"), [InputRequired(_("Thầy/cô chưa nhập ngày văn bản."))])


class GiftForm(Form):
    """A line of the book."""

    kind = RadioField(
        _("Hình thức"), [InputRequired(_("Thầy/cô chưa chọn hình thức."))], choices=options(KINDS.items())
    )
    on = Day(_("Ngày nhận"), [InputRequired(_("Thầy/cô chưa nhập ngày nhận."))])
    donor = SelectField(_("Nhà tài trợ đã có trong danh sách"), coerce=int, default=0)
    giver = Text(
        _("Hoặc ghi tên nhà tài trợ"), [at_most(200)], description=_("Để trống nếu nhà tài trợ muốn giấu tên.")
    )
    named = BooleanField(_("Nhà tài trợ đồng ý nêu tên khi công khai"))
    amount = Money(_("Số tiền, hoặc trị giá của hiện vật (đồng)"), description=_("Ví dụ 5.000.000 hoặc 5 triệu."))
    item = Text(_("Hiện vật, công trình, việc đóng góp"), [at_most(200)])
    quantity = Amount(_("Số lượng"))
    unit = Text(_("Đơn vị tính"), [at_most(30)])
    document = Text(_("Số chứng từ"), [at_most(100)], description=_("Phiếu thu, giấy chuyển tiền, biên bản tiếp nhận."))
    offer = SelectField(_("Lượt hỗ trợ mà trường đã nhận"), coerce=int, default=0)

    def offer_choices(self, donors: Iterable[tuple[int, str]], offers: Iterable[tuple[int, str]]) -> None:
        """Whom the school knows, and what it received and has not booked."""
        self.donor.choices = options([(0, _("Chọn nhà tài trợ")), *donors])
        self.offer.choices = options([(0, _("Không gắn")), *offers])

    def validate_amount(self, field: Money) -> None:
        """Money has an amount."""
        if self.kind.data == MONEY and field.data is None and not field.errors:
            raise ValidationError(_("Thầy/cô chưa nhập số tiền."))

    def validate_item(self, field: Text) -> None:
        """Anything else has a name."""
        if self.kind.data in (GOODS, WORKS, OTHER) and not field.data:
            raise ValidationError(_("Thầy/cô chưa ghi hiện vật, công trình hoặc việc đóng góp."))

    def validate_quantity(self, field: Amount) -> None:
        """The column holds ten digits."""
        if field.data and field.data > Decimal(9_999_999_999):
            raise ValidationError(_("Số lượng quá lớn."))

    def values(self) -> dict[str, Any]:
        """What the rule takes."""
        plain = ("kind", "on", "giver", "named", "amount", "item", "quantity", "unit", "document")
        links = {"donor_id": self.donor.data or None, "offer_id": self.offer.data or None}
        return {name: self[name].data for name in plain} | links


class SpendingForm(Form):
    """What donated money was spent on."""

    on = Day(_("Ngày chi"), [InputRequired(_("Thầy/cô chưa nhập ngày chi."))])
    what = Text(_("Nội dung chi"), [required(_("Thầy/cô chưa ghi nội dung chi.")), at_most(300)])
    amount = Money(_("Số tiền (đồng)"), [InputRequired(_("Thầy/cô chưa nhập số tiền."))])
    document = Text(_("Số chứng từ"), [at_most(100)])

    def values(self) -> dict[str, Any]:
        """What the rule takes."""
        return {name: self[name].data for name in ("on", "what", "amount", "document")}


class StrikeForm(Form):
    """Why a line of the book is wrong."""

    reason = Text(_("Lý do"), [required(_("Thầy/cô chưa ghi lý do.")), at_most(300)])


class OpinionForm(Form):
    """What somebody says about the plan of use."""

    text = Lines(_("Ý kiến"), [required(_("Thầy/cô chưa ghi ý kiến.")), at_most(2000)])
    giver = Text(_("Người góp ý"), [at_most(120)], description=_("Có thể để trống."))


class AnswerForm(Form):
    """What the school answers."""

    answer = Lines(_("Trả lời"), [required(_("Thầy/cô chưa ghi trả lời.")), at_most(2000)])


class FilterForm(Query):
    """The filters of the list."""

    state = SelectField(_("Trạng thái"), choices=options([("", _("Tất cả")), *STATE_LABELS.items()]), default="")
