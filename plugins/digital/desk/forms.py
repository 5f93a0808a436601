"""The forms of requests."""

from __future__ import annotations

from flask_wtf.file import MultipleFileField
from wtforms import BooleanField, RadioField, SelectField
from wtforms.validators import InputRequired, Length

from intranet.api import Amount, Form, Lines, Query, Text, at_most, options, required
from intranet.api import lazy_gettext as _
from plugins.digital.desk.life_cycle import STATE_LABELS
from plugins.digital.desk.queries import HELPING, MINE, OFFERED

MOST_PHOTOS = 4
RATINGS = {5: _("5 – Rất tốt"), 4: _("4 – Tốt"), 3: _("3 – Được"), 2: _("2 – Chưa tốt"), 1: _("1 – Không được việc")}
SIDES = {"": _("Tất cả"), MINE: _("Tôi gửi"), HELPING: _("Tôi giúp"), OFFERED: _("Trường bạn đang cần")}


# What requests of several states have in common: the numbers over the list lead to these.
COMMON = {
    "open": _("Chưa xong"),
    "reopened": _("Phải mở lại, 12 tháng qua"),
    "partner": _("Trường kết nghĩa giúp, 12 tháng qua"),
    "with_rating": _("Có đánh giá, 12 tháng qua"),
}


class RequestForm(Form):
    """What does not work: one field to fill in, a room and photographs if there are any."""

    text = Lines(
        _("Thầy/cô cần hỗ trợ gì"),
        [required(_("Thầy/cô chưa ghi cần hỗ trợ gì.")), at_most(4000)],
        description=_("Ví dụ: Máy chiếu phòng 6A không nhận máy tính. Không ghi mật khẩu, không ghi tên học sinh."),
    )
    room = Text(_("Phòng, máy nào"), [at_most(100)])
    files = MultipleFileField(
        _("Ảnh chụp"),
        [Length(max=MOST_PHOTOS, message=_("Mỗi lần gửi nhiều nhất %(max)d tệp."))],
    )


class ReplyForm(Form):
    """A word about a request."""

    text = Lines(_("Trao đổi"), [required(_("Thầy/cô chưa nhập nội dung.")), at_most(4000)])
    asks = BooleanField(_("Chờ trường trả lời rồi mới làm tiếp"))


class SolveForm(Form):
    """What was done."""

    solution = Lines(
        _("Đã xử lý thế nào"),
        [required(_("Thầy/cô chưa ghi đã xử lý thế nào.")), at_most(8000)],
        description=_("Ghi đủ các bước để lần sau người khác làm được."),
    )
    hours = Amount(_("Số giờ đã giúp"), description=_("Ví dụ 0,5. Tính vào sổ tình nguyện viên."))


class RateForm(Form):
    """What it was worth; no opinion is chosen beforehand."""

    rating = RadioField(
        _("Kết quả hỗ trợ"),
        [InputRequired(_("Thầy/cô chưa chọn mức đánh giá."))],
        choices=options(RATINGS.items()),
        coerce=int,
    )
    thanks = Lines(
        _("Lời cảm ơn, góp ý"), [at_most(1000)], description=_("Người giúp và trường của người giúp đọc được.")
    )


class FilterForm(Query):
    """The filters of the list."""

    q = Text(_("Tìm theo nội dung, phòng"), [at_most(100)])
    side = SelectField(_("Phần việc"), choices=options(SIDES.items()), default="")
    state = SelectField(
        _("Trạng thái"),
        choices=options([("", _("Tất cả")), *COMMON.items(), *STATE_LABELS.items()]),
        default="",
    )
