"""The forms of offers: what is promised, when it comes, what arrived."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from flask_wtf.file import MultipleFileField
from wtforms import BooleanField, RadioField, SelectField
from wtforms.validators import InputRequired, Length

from intranet.api import Amount, Day, Form, Lines, Money, Query, Text, at_most, options, required
from intranet.api import lazy_gettext as _
from plugins.facilities.needs.forms import not_absurd
from plugins.facilities.offers.life_cycle import GIFT, KINDS, LOAN, STATE_LABELS, SWAP, TRANSFER

WAYS = {"bring": _("Bên hỗ trợ chở đến"), "fetch": _("Trường nhận đến lấy")}
CONDITIONS = {"new": _("Mới"), "good": _("Tốt"), "used": _("Đã dùng, còn dùng được"), "repair": _("Cần sửa")}
DONOR_KINDS = {
    "company": _("Doanh nghiệp"),
    "alumni": _("Cựu học sinh"),
    "parents": _("Ban đại diện cha mẹ học sinh"),
    "person": _("Cá nhân"),
    "other": _("Tổ chức khác"),
}
MOST_PHOTOS = 3


class OfferForm(Form):
    """What a school promises for a need."""

    quantity = Amount(_("Số lượng hỗ trợ"), [InputRequired(_("Thầy/cô chưa nhập số lượng.")), not_absurd])
    kind = RadioField(_("Hình thức"), [InputRequired()], choices=options(KINDS.items()), default=GIFT)
    due_back_on = Day(_("Ngày trả lại"), description=_("Khi cho mượn hoặc trao đổi có thời hạn."))
    in_return = Text(_("Nhận lại gì"), [at_most(200)], description=_("Khi trao đổi."))
    worth = Money(_("Trị giá ước tính (đồng)"), description=_("Cho cả số lượng; gõ 12.500.000 hoặc 12,5 triệu."))
    note = Lines(_("Ghi chú cho trường nhận"), [at_most(1000)])

    def values(self) -> dict[str, Any]:
        """What rules take: of a plain gift nothing comes back."""
        kind = self.kind.data
        return {
            "quantity": self.quantity.data,
            "kind": kind,
            "due_back_on": self.due_back_on.data if kind in (LOAN, SWAP) else None,
            "in_return": (self.in_return.data or "") if kind == SWAP else "",
            "worth": self.worth.data,
            "note": self.note.data or "",
        }


class ItemFields(Form):
    """What it is, where no need says so."""

    item = Text(_("Hỗ trợ gì"), [required(_("Thầy/cô chưa ghi hỗ trợ gì.")), at_most(200)])
    unit = Text(_("Đơn vị tính"), [required(_("Thầy/cô chưa nhập đơn vị tính, ví dụ bộ, chiếc.")), at_most(30)])


class SchoolOfferForm(OfferForm, ItemFields):
    """What a school gives a partner that has not asked for it."""

    school = SelectField(_("Trường nhận"), coerce=int)

    def offer(self, schools: Iterable[tuple[int, str]]) -> None:
        """The schools that can be given to."""
        self.school.choices = options(schools)

    def values(self) -> dict[str, Any]:
        """What rules take."""
        return {**super().values(), "item": self.item.data, "unit": self.unit.data}


class DonorFields(Form):
    """Somebody outside the schools."""

    name = Text(_("Tên người hoặc tổ chức tài trợ"), [required(_("Thầy/cô chưa nhập tên.")), at_most(200)])
    donor_kind = SelectField(_("Là"), choices=options(DONOR_KINDS.items()))
    contact = Text(
        _("Điện thoại, thư điện tử"),
        [at_most(300)],
        description=_("Chỉ hiệu trưởng, điều phối viên của trường và phòng đọc được."),
    )
    anonymous = BooleanField(_("Không nêu tên trên danh sách và trang công khai"))

    def donor(self) -> dict[str, Any]:
        """What the rule takes of a new donor."""
        return {
            "name": self.name.data,
            "kind": self.donor_kind.data,
            "contact": self.contact.data or "",
            "anonymous": self.anonymous.data,
        }


class DonorOfferForm(DonorFields):
    """What a coordinator notes for a donor: known already, or new."""

    known = SelectField(_("Người tài trợ"), coerce=int)
    quantity = Amount(_("Số lượng hỗ trợ"), [InputRequired(_("Thầy/cô chưa nhập số lượng.")), not_absurd])
    worth = Money(_("Trị giá ước tính (đồng)"), description=_("Cho cả số lượng; gõ 12.500.000 hoặc 12,5 triệu."))
    note = Lines(_("Ghi chú"), [at_most(1000)])

    def offer(self, donors: Iterable[tuple[int, str]]) -> None:
        """The donors whom the school knows."""
        self.known.choices = options([(0, _("Người mới (nhập bên dưới)")), *donors])

    def validate(self, *arguments: Any, **how: Any) -> bool:
        """A donor who is known needs no name."""
        if self.known.data:
            self.name.validators = [at_most(200)]
        return super().validate(*arguments, **how)

    def values(self) -> dict[str, Any]:
        """What rules take."""
        return {
            "quantity": self.quantity.data,
            "kind": GIFT,
            "worth": self.worth.data,
            "note": self.note.data or "",
        }


class ScheduleForm(Form):
    """When it comes."""

    scheduled_on = Day(_("Ngày giao"), [InputRequired(_("Thầy/cô chưa nhập ngày giao."))])
    way = RadioField(_("Cách giao"), [InputRequired()], choices=options(WAYS.items()), default="bring")

    def values(self) -> dict[str, Any]:
        """What the rule takes."""
        return {"scheduled_on": self.scheduled_on.data, "way": self.way.data}


class DispatchForm(Form):
    """What leaves."""

    dispatched = Amount(_("Số lượng giao"), [InputRequired(_("Thầy/cô chưa nhập số lượng.")), not_absurd])
    giver_name = Text(_("Người giao"), [required(_("Thầy/cô chưa ghi người giao.")), at_most(120)])
    decision_number = Text(
        _("Số quyết định điều chuyển"),
        [at_most(60)],
        description=_("Của cấp có thẩm quyền quản lý tài sản, ví dụ 125/QĐ-UBND."),
    )
    decision_on = Day(_("Ngày quyết định"))
    note = Lines(_("Ghi chú"), [at_most(1000)])

    def values(self, kind: str) -> dict[str, Any]:
        """What the rule takes: only a transfer has a decision."""
        found = {"dispatched": self.dispatched.data, "giver_name": self.giver_name.data}
        if self.note.data:
            found["note"] = self.note.data
        if kind == TRANSFER:
            found |= {"decision_number": self.decision_number.data or "", "decision_on": self.decision_on.data}
        return found


class ReceiptForm(Form):
    """The delivery slip, on the telephone of whoever takes the goods."""

    received = Amount(
        _("Nguyên vẹn, dùng được"),
        [InputRequired(_("Thầy/cô chưa nhập số lượng.")), not_absurd],
        zero=True,
        description=_("Chỉ số này tính vào nhu cầu."),
    )
    broken = Amount(_("Hỏng, không dùng được"), [not_absurd], zero=True)
    condition = RadioField(_("Tình trạng"), [InputRequired()], choices=options(CONDITIONS.items()), default="good")
    giver_name = Text(_("Người giao"), [required(_("Thầy/cô chưa ghi người giao.")), at_most(120)])
    receiver_name = Text(_("Người nhận"), [required(_("Thầy/cô chưa ghi người nhận.")), at_most(120)])
    receipt_note = Lines(
        _("Ghi chú khi nhận"), [at_most(1000)], description=_("Bắt buộc khi thừa, thiếu hoặc hỏng so với lời hứa.")
    )
    files = MultipleFileField(
        _("Ảnh khi nhận"),
        [Length(max=MOST_PHOTOS, message=_("Mỗi lần gửi nhiều nhất %(max)d tệp.", max=MOST_PHOTOS))],
    )

    def values(self) -> dict[str, Any]:
        """What the rule takes."""
        names = ("condition", "giver_name", "receiver_name", "receipt_note")
        amounts = {name: self[name].data or Decimal(0) for name in ("received", "broken")}
        return {**amounts, **{name: self[name].data or "" for name in names}}


class ThanksForm(Form):
    """The letter of thanks."""

    thanks = Lines(_("Lời cảm ơn"), [required(_("Thầy/cô chưa viết lời cảm ơn.")), at_most(2000)])


class ReturnForm(Form):
    """When a loan came back."""

    returned_on = Day(_("Ngày nhận lại"), [InputRequired(_("Thầy/cô chưa nhập ngày nhận lại."))])


class FilterForm(Query):
    """The filters of the list of offers."""

    side = SelectField(
        _("Phía"),
        choices=options([("", _("Tất cả")), ("in", _("Trường tôi nhận")), ("out", _("Trường tôi hỗ trợ"))]),
        default="",
    )
    state = SelectField(
        _("Trạng thái"),
        choices=options([("", _("Tất cả")), ("late", _("Quá hạn")), ("lent", _("Đang mượn")), *STATE_LABELS.items()]),
        default="",
    )
