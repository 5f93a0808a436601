"""The forms of what is given."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from wtforms import RadioField, SelectField
from wtforms.validators import InputRequired, ValidationError

from intranet.api import Amount, Day, Form, Lines, Query, Text, Whole, at_most, options, required
from intranet.api import lazy_gettext as _
from plugins.mentoring.aid.life_cycle import STATE_LABELS

KINDS = {
    "goods": _("Hiện vật"),
    "scholarship": _("Học bổng"),
    "sponsorship": _("Đỡ đầu"),
}


class AidForm(Form):
    """What a child is to be given; the giver reads all but why."""

    kind = RadioField(_("Loại"), [InputRequired(_("Thầy/cô chưa chọn loại."))], choices=options(KINDS.items()))
    what = Text(
        _("Trao gì"),
        [required(_("Thầy/cô chưa ghi trao gì.")), at_most(200)],
        description=_("Người tặng đọc được: không ghi tên, lớp, hoàn cảnh của em. Ví dụ: xe đạp, học bổng một học kỳ."),
    )
    quantity = Amount(_("Số lượng"), [InputRequired(_("Thầy/cô chưa nhập số lượng."))])
    unit = Text(_("Đơn vị tính"), [at_most(30)])
    worth = Whole(_("Trị giá (đồng)"), least=0, most=999_999_999)
    donor = Text(
        _("Người tặng"),
        [at_most(200)],
        description=_("Cá nhân, doanh nghiệp, tổ chức; để trống khi trường kết nghĩa tặng."),
    )
    giver = SelectField(_("Trường kết nghĩa tặng"), coerce=int)
    why = Lines(
        _("Vì sao em cần"), [at_most(2000)], description=_("Được mã hóa; chỉ người phụ trách hồ sơ ở trường đọc được.")
    )

    def offer(self, schools: Iterable[tuple[int, str]]) -> None:
        """The schools that can give."""
        self.giver.choices = options([(0, _("Không")), *schools])

    def values(self) -> dict[str, Any]:
        """What the rule takes."""
        plain = {name: self[name].data for name in ("kind", "what", "quantity", "unit", "donor", "why")}
        return {**plain, "worth": Decimal(self.worth.data or 0), "giver_id": self.giver.data or None}

    def validate_quantity(self, field: Amount) -> None:
        """The column holds eight digits."""
        if field.data and field.data > 99_999_999:
            raise ValidationError(_("Số lượng quá lớn."))


class DeliveryForm(Form):
    """When it was handed over."""

    delivered_on = Day(_("Ngày trao"), [InputRequired(_("Thầy/cô chưa nhập ngày trao."))])


class AcknowledgementForm(Form):
    """That the child has it."""

    outcome = Lines(
        _("Ai ký nhận, việc cần lưu ý"),
        [at_most(2000)],
        description=_("Được mã hóa; người tặng không đọc được."),
    )


class RefusalForm(Form):
    """Why it is not given; it is sealed."""

    outcome = Lines(_("Lý do"), [required(_("Thầy/cô chưa ghi lý do.")), at_most(2000)])


class LedgerFilter(Query):
    """The filters of the ledger."""

    kind = SelectField(_("Loại"), choices=options([("", _("Tất cả")), *KINDS.items()]), default="")
    state = SelectField(_("Trạng thái"), choices=options([("", _("Tất cả")), *STATE_LABELS.items()]), default="")
