"""The forms of needs."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from wtforms import BooleanField, RadioField, SelectField
from wtforms.validators import InputRequired, ValidationError

from intranet.api import Amount, Day, Lines, Money, Query, Text, Versioned, Whole, at_most, fields_of, options, required
from intranet.api import lazy_gettext as _
from plugins.facilities.models import Need
from plugins.facilities.needs.life_cycle import STATE_LABELS

PRIORITIES = {1: _("Cấp thiết"), 2: _("Cần"), 3: _("Khi có điều kiện")}
LARGEST = Decimal(1_000_000)
FIELDS = ("item", "quantity", "unit", "why", "pupils", "priority", "due_on", "estimate", "public")


def not_absurd(form: Any, field: Amount) -> None:
    """No school needs or gets a million of anything: a slip of the finger, or a serial number in the wrong box."""
    if field.data and field.data > LARGEST:
        raise ValidationError(_("Số lượng quá lớn, thầy/cô xem lại."))


class NeedForm(Versioned):
    """What a school lacks."""

    item = Text(
        _("Cần gì"),
        [required(_("Thầy/cô chưa ghi cần gì.")), at_most(200)],
        description=_("Mỗi loại một nhu cầu, ví dụ: Bộ bàn ghế học sinh cỡ IV. Không ghi tên người."),
    )
    quantity = Amount(_("Số lượng"), [InputRequired(_("Thầy/cô chưa nhập số lượng.")), not_absurd])
    unit = Text(_("Đơn vị tính"), [required(_("Thầy/cô chưa nhập đơn vị tính, ví dụ bộ, chiếc.")), at_most(30)])
    why = Lines(
        _("Vì sao cần"),
        [at_most(2000)],
        description=_("Hiện trạng, dùng vào việc gì. Các trường trong chương trình đọc được khi nhu cầu đã công bố."),
    )
    pupils = Whole(_("Số học sinh được phục vụ"), most=100_000)
    priority = RadioField(
        _("Mức ưu tiên"), [InputRequired()], choices=options(PRIORITIES.items()), coerce=int, default=2
    )
    due_on = Day(_("Cần trước ngày"))
    estimate = Money(
        _("Dự toán (đồng)"), description=_("Cho cả số lượng; gõ 12.500.000 hoặc 12,5 triệu. Chỉ trường và phòng đọc.")
    )
    public = BooleanField(
        _("Được nêu trên trang công khai của đơn vị"),
        description=_("Trang đó chỉ nêu tên trường, cần gì, bao nhiêu; không nêu lý do, ảnh, tên người."),
    )

    def values(self) -> dict[str, Any]:
        """What rules take."""
        return {name: self[name].data for name in FIELDS}


def form_data(need: Need) -> dict[str, Any]:
    """A need as its form holds it."""
    found: dict[str, Any] = {"version": need.version}
    for name in FIELDS:
        found |= fields_of(name, getattr(need, name))
    return found


class FilterForm(Query):
    """The filters of the school's and the office's list."""

    q = Text(_("Tìm theo tên, lý do"), [at_most(100)])
    state = SelectField(_("Trạng thái"), choices=options([("", _("Tất cả")), *STATE_LABELS.items()]), default="")
