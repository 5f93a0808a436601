"""The forms of groups."""

from __future__ import annotations

from typing import Any

from wtforms import RadioField, SelectField, SelectMultipleField
from wtforms.validators import InputRequired, Optional, ValidationError

from intranet.api import Amount, Day, Form, Lines, Text, Versioned, Whole, at_most, options, required
from intranet.api import lazy_gettext as _

KINDS = {"gifted": _("Bồi dưỡng học sinh giỏi"), "exam": _("Ôn thi vào lớp 10"), "results": _("Phụ đạo")}


class GroupForm(Versioned):
    """What is taught, to whom, when."""

    kind = RadioField(_("Loại nhóm"), [InputRequired()], choices=options(KINDS.items()), default="gifted")
    title = Text(
        _("Tên nhóm"),
        [required(_("Thầy/cô chưa nhập tên nhóm.")), at_most(200)],
        description=_("Không ghi tên học sinh."),
    )
    subject = Text(_("Môn học"), [required(_("Thầy/cô chưa nhập môn học.")), at_most(60)])
    grade = Whole(_("Khối"), [InputRequired(_("Thầy/cô chưa nhập khối."))], least=1, most=12)
    teacher = SelectField(_("Giáo viên dạy"), coerce=int)
    pairing = SelectField(_("Cùng trường kết nghĩa"), coerce=int, validators=[Optional()])
    periods_a_week = Whole(_("Số tiết mỗi tuần"), [InputRequired(_("Thầy/cô chưa nhập số tiết."))], least=1, most=20)
    timetable = Text(_("Thời khóa biểu"), [at_most(200)])
    place = Text(_("Địa điểm"), [at_most(200)])
    starts_on = Day(_("Bắt đầu từ ngày"), [InputRequired(_("Thầy/cô chưa nhập ngày bắt đầu."))])
    ends_on = Day(_("Đến hết ngày"), [InputRequired(_("Thầy/cô chưa nhập ngày kết thúc."))])

    def values(self) -> dict[str, Any]:
        """What the rules take; a group once planned stays with its pair."""
        names = ("kind", "title", "subject", "grade", "periods_a_week", "timetable", "place", "starts_on", "ends_on")
        plain = {name: self[name].data for name in names}
        pairing = {"pairing_id": self.pairing.data or None} if "pairing" in self else {}
        return {**plain, "teacher_id": self.teacher.data, **pairing}


class PupilForm(Form):
    """A pupil: by the code of the case, which has the name; without a case by a code of the school's own."""

    code = Text(
        _("Mã học sinh"),
        [required(_("Thầy/cô chưa nhập mã.")), at_most(20)],
        description=_("Em có hồ sơ thì ghi đúng mã hồ sơ, ví dụ HS 9A-12; em khác thì đặt mã, không ghi tên."),
    )
    name = Text(
        _("Họ và tên"),
        [at_most(120)],
        description=_("Chỉ ghi khi em không có hồ sơ. Được mã hóa; chỉ trường của em xem được."),
    )
    form_given = Day(_("Ngày nhận đơn tự nguyện"))


class DayForm(Form):
    """A day on which the group met."""

    on = Day(_("Ngày"), [InputRequired(_("Thầy/cô chưa nhập ngày."))])
    periods = Whole(_("Số tiết"), [InputRequired(_("Thầy/cô chưa nhập số tiết."))], least=1, most=10)
    absent = SelectMultipleField(_("Vắng"), coerce=int)


class SummaryForm(Form):
    """How it went, of all together."""

    mean_before = Amount(_("Điểm trung bình trước"))
    mean_after = Amount(_("Điểm trung bình sau"))
    reached = Whole(_("Số em đạt mục tiêu"), most=200)
    summary = Lines(
        _("Tổng kết"),
        [required(_("Thầy/cô chưa ghi tổng kết.")), at_most(2000)],
        description=_("Viết về cả nhóm, không ghi tên học sinh."),
    )

    def validate_mean_before(self, field: Amount) -> None:
        """A mark."""
        if field.data is not None and field.data > 10:
            raise ValidationError(_("Điểm từ 0 đến 10."))

    validate_mean_after = validate_mean_before

    def values(self) -> dict[str, Any]:
        """What the rule takes."""
        return {name: self[name].data for name in ("mean_before", "mean_after", "reached", "summary")}
