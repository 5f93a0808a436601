"""The forms of meetings: made for a telephone and a minute."""

from __future__ import annotations

from datetime import time
from typing import Any

from wtforms import BooleanField, RadioField, SelectField
from wtforms.validators import InputRequired, Optional

from intranet.api import Day, Form, Hour, Lines, Text, Whole, at_most, options
from intranet.api import lazy_gettext as _
from plugins.mentoring.logs.queries import RESULTS
from plugins.mentoring.logs.rules import CANCELLED, HELD

NO_NAMES = _("Không ghi họ tên, hoàn cảnh của em.")


class LogForm(Form):
    """How a time with a child went."""

    state = RadioField(
        _("Buổi kèm"),
        [InputRequired()],
        choices=options([(HELD, _("Đã kèm")), (CANCELLED, _("Không thực hiện được"))]),
        default=HELD,
    )
    on = Day(_("Ngày"), [InputRequired(_("Thầy/cô chưa nhập ngày."))])
    starts = Hour(_("Từ giờ"))
    minutes = Whole(_("Số phút"), least=5, most=300)
    goal = SelectField(_("Mục tiêu"), coerce=int, validators=[Optional()])
    subject = Text(_("Môn học"), [at_most(60)])
    done = Lines(_("Đã làm gì"), [at_most(1000)], description=NO_NAMES)
    result = RadioField(_("Kết quả"), [InputRequired()], choices=options(RESULTS.items()), default="fair")
    important = BooleanField(_("Có việc quan trọng, báo điều phối viên ngay"))

    def values(self) -> dict[str, Any]:
        """What the rule takes."""
        held = self.state.data == HELD
        plain = {name: self[name].data for name in ("state", "on", "minutes", "subject", "done", "important")}
        return {
            **plain,
            "starts": minutes_of(self.starts.data),
            "goal_id": self.goal.data or None,
            "result": self.result.data if held else "",
        }


class PlanForm(Form):
    """A time with a child."""

    on = Day(_("Ngày"), [InputRequired(_("Thầy/cô chưa nhập ngày."))])
    starts = Hour(_("Từ giờ"))
    minutes = Whole(_("Số phút"), [InputRequired(_("Thầy/cô chưa nhập số phút."))], least=5, most=300)


def minutes_of(hour: time | None) -> int | None:
    """A time of the day as minutes after midnight."""
    return None if hour is None else hour.hour * 60 + hour.minute


def hour_of(minutes: int | None) -> time | None:
    """Minutes after midnight as a time of the day."""
    return None if minutes is None else time(minutes // 60, minutes % 60)
