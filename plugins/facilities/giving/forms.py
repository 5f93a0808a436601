"""The forms by which society gives."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField
from wtforms.validators import InputRequired

from intranet.api import Amount, Form, Lines, Money, Text, at_most, required
from intranet.api import lazy_gettext as _
from plugins.facilities.needs.forms import not_absurd
from plugins.facilities.offers.forms import DonorFields
from plugins.facilities.offers.life_cycle import GIFT


class LinkForm(Form):
    """For whom an address is."""

    label = Text(
        _("Gửi cho ai"),
        [required(_("Thầy/cô chưa ghi gửi cho ai.")), at_most(200)],
        description=_("Để trường nhớ, ví dụ: Hội cựu học sinh khóa 2001."),
    )


class GiftForm(DonorFields):
    """What somebody without an account gives."""

    quantity = Amount(_("Số lượng hỗ trợ"), [InputRequired(_("Thầy/cô chưa nhập số lượng.")), not_absurd])
    worth = Money(_("Trị giá ước tính (đồng)"), description=_("Cho cả số lượng; gõ 12.500.000 hoặc 12,5 triệu."))
    note = Lines(_("Lời nhắn cho trường"), [at_most(1000)])

    def values(self) -> dict[str, Any]:
        """What rules take."""
        return {
            "quantity": self.quantity.data,
            "kind": GIFT,
            "worth": self.worth.data,
            "note": self.note.data or "",
        }


class WallForm(Form):
    """A district's public page."""

    shown = BooleanField(_("Mở trang công khai các nhu cầu đang kêu gọi"))
    contact = Text(
        _("Nơi liên hệ"),
        [at_most(300)],
        description=_("Tên và số điện thoại của cơ quan; không ghi tên người."),
    )
