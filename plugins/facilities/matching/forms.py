"""The form of what somebody could give."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wtforms import RadioField, SelectField
from wtforms.validators import InputRequired

from intranet.api import Amount, Day, Form, Lines, Text, at_most, options, required
from intranet.api import lazy_gettext as _
from plugins.facilities.needs.forms import not_absurd
from plugins.facilities.offers.life_cycle import GIFT, KINDS


class SupplyForm(Form):
    """What the school has to spare, or a donor whom it knows."""

    item = Text(
        _("Có thể hỗ trợ gì"),
        [required(_("Thầy/cô chưa ghi hỗ trợ gì.")), at_most(200)],
        description=_("Ví dụ: Bộ bàn ghế hai chỗ. Hệ thống tìm nhu cầu có tên tương tự, cùng đơn vị tính."),
    )
    quantity = Amount(_("Số lượng"), [InputRequired(_("Thầy/cô chưa nhập số lượng.")), not_absurd])
    unit = Text(_("Đơn vị tính"), [required(_("Thầy/cô chưa nhập đơn vị tính, ví dụ bộ, chiếc.")), at_most(30)])
    kind = RadioField(_("Hình thức"), [InputRequired()], choices=options(KINDS.items()), default=GIFT)
    donor = SelectField(_("Của"), coerce=int)
    until = Day(_("Còn đến ngày"))
    note = Lines(_("Tình trạng, ghi chú"), [at_most(1000)])

    def offer(self, donors: Iterable[tuple[int, str]]) -> None:
        """The donors whom the school knows."""
        self.donor.choices = options([(0, _("Trường tôi")), *donors])

    def values(self) -> dict[str, Any]:
        """What the rule takes."""
        return {
            **{name: self[name].data for name in ("item", "quantity", "unit", "kind", "until")},
            "note": self.note.data or "",
            "donor_id": self.donor.data or None,
        }
