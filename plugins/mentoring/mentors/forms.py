"""The forms of mentors and matches."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, SelectField, SelectMultipleField
from wtforms.validators import InputRequired, Optional, ValidationError

from intranet.api import LEVEL_LABELS, Day, Form, Hour, Lines, Query, Text, Whole, at_most, options, required
from intranet.api import lazy_gettext as _
from plugins.mentoring.cases.kinds import REACHED
from plugins.mentoring.mentors.free_time import WEEKDAYS, Slots, day_text, read_day

DAYS = tuple(f"day_{number}" for number in range(len(WEEKDAYS)))


class FreeTime(Text):
    """A day's free half-hours: 15:00-16:30, 19h-20h."""

    def process_formdata(self, values: list[str]) -> None:
        super().process_formdata(values)
        self.data = read_day(self.data or "")

    def _value(self) -> str:
        return self.raw_data[0] if self.raw_data else ""


class WeekForm(Form):
    """The free half-hours of a week, a field for each day."""

    day_0, day_1, day_2, day_3, day_4, day_5, day_6 = (FreeTime(day, [at_most(100)]) for day in WEEKDAYS)

    def slots(self) -> Slots:
        """What was given."""
        return frozenset((number, half) for number, name in enumerate(DAYS) for half in self[name].data or ())

    def show(self, slots: Slots) -> None:
        """Show what is known."""
        for number, name in enumerate(DAYS):
            self[name].raw_data = [day_text(slots, number)]


class ProfileForm(WeekForm):
    """What somebody offers."""

    offers = BooleanField(_("Tôi nhận kèm học sinh"), default=True)
    subjects = Text(
        _("Môn học, việc nhận kèm"),
        [required(_("Thầy/cô chưa nhập môn học.")), at_most(200)],
        description=_("Cách nhau bằng dấu phẩy, ví dụ: Toán, Khoa học tự nhiên."),
    )
    levels = SelectMultipleField(
        _("Cấp học"), choices=options((int(level), label) for level, label in LEVEL_LABELS.items()), coerce=int
    )
    most = Whole(
        _("Kèm nhiều nhất mấy em cùng lúc"), [InputRequired(_("Thầy/cô chưa nhập số em."))], least=1, most=6, default=2
    )

    def values(self) -> dict[str, Any]:
        """What the rule takes."""
        plain = {name: self[name].data for name in ("offers", "subjects", "most")}
        return {**plain, "levels": sum(set(self.levels.data or ())), "free": self.slots()}


class MatchForm(Form):
    """How somebody is asked to help a child."""

    subject = Text(
        _("Môn học, việc cần kèm"),
        [required(_("Thầy/cô chưa nhập môn học.")), at_most(60)],
        description=_("Người kèm đọc được mục này: chỉ ghi việc học, không ghi hoàn cảnh, không ghi tên."),
    )
    weekday = SelectField(
        _("Hằng tuần vào"), choices=options([(-1, _("Tự hẹn từng buổi")), *enumerate(WEEKDAYS)]), coerce=int, default=-1
    )
    starts = Hour(_("Từ giờ"))
    minutes = Whole(_("Số phút mỗi buổi"), [InputRequired(_("Thầy/cô chưa nhập số phút."))], least=15, most=240)
    starts_on = Day(_("Bắt đầu từ ngày"), [InputRequired(_("Thầy/cô chưa nhập ngày bắt đầu."))])
    ends_on = Day(_("Đến hết ngày"))
    substitute_for = SelectField(_("Kèm thay cho"), coerce=int, validators=[Optional()])
    unrelated = BooleanField(
        _("Đã kiểm tra: người kèm không phải người thân của học sinh"),
        [InputRequired(_("Thầy/cô chưa xác nhận người kèm không phải người thân của học sinh."))],
    )

    def validate_starts(self, field: Hour) -> None:
        """A day of the week wants an hour."""
        if self.weekday.data != -1 and field.data is None:
            raise ValidationError(_("Thầy/cô chưa nhập giờ bắt đầu."))

    def values(self) -> dict[str, Any]:
        """What the rule takes."""
        weekly = self.weekday.data != -1
        start = self.starts.data
        return {
            "subject": self.subject.data,
            "weekday": self.weekday.data if weekly else None,
            "starts": start.hour * 60 + start.minute if weekly else None,
            "minutes": self.minutes.data,
            "starts_on": self.starts_on.data,
            "ends_on": self.ends_on.data,
            "substitute_for_id": self.substitute_for.data or None,
        }


class AcceptForm(Form):
    """What a mentor promises."""

    unrelated = BooleanField(
        _("Tôi không phải người thân của em, theo những gì tôi biết"),
        [InputRequired(_("Người thân của học sinh không nhận kèm em; thầy/cô chọn “Không nhận”."))],
    )
    silent = BooleanField(
        _("Tôi giữ kín chuyện của em, không nói và không gửi ra ngoài hệ thống này"),
        [InputRequired(_("Thầy/cô chưa xác nhận giữ kín chuyện của em."))],
    )


class DeclineForm(Form):
    """Why not; it is sealed."""

    reason = Lines(
        _("Lý do"),
        [required(_("Thầy/cô chưa ghi lý do.")), at_most(1000)],
        description=_("Được mã hóa; chỉ người phụ trách hồ sơ ở trường của em đọc được."),
    )


class PauseForm(Form):
    """For how long."""

    until = Day(_("Tạm dừng đến hết ngày"), description=_("Để trống: đến khi điều phối viên cho kèm tiếp."))


class FinishForm(Form):
    """How it went."""

    reached = SelectField(_("Mục tiêu đạt đến đâu"), choices=options(REACHED.items()))
    assessment = Lines(
        _("Nhận xét khi kết thúc"),
        [required(_("Thầy/cô chưa ghi nhận xét.")), at_most(2000)],
        description=_("Được mã hóa."),
    )


class FilterForm(Query):
    """The filter of the list."""

    subject = Text(_("Môn học"), [at_most(60)])
