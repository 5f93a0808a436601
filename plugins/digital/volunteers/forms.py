"""The forms of the register."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, SelectField, SelectMultipleField
from wtforms.validators import InputRequired

from intranet.api import Form, Lines, Query, at_most, options
from intranet.api import lazy_gettext as _
from plugins.digital.models import Volunteer
from plugins.digital.volunteers.topics import TOPICS


class VolunteerForm(Form):
    """With what somebody helps."""

    topics = SelectMultipleField(
        _("Thầy/cô giúp được việc gì"),
        [InputRequired(_("Thầy/cô chưa chọn việc giúp được."))],
        choices=options(TOPICS.items()),
        coerce=int,
    )
    note = Lines(_("Ghi chú"), [at_most(500)], description=_("Ví dụ: rảnh chiều thứ Năm, giúp từ xa được."))
    active = BooleanField(
        _("Sẵn sàng nhận yêu cầu của trường kết nghĩa"),
        description=_(
            "Đơn vị thầy/cô và trường kết nghĩa đọc được họ tên, trường, việc giúp được, số giờ, lời cảm ơn."
        ),
    )

    def values(self) -> dict[str, Any]:
        """What rules take."""
        return {"topics": sum(set(self.topics.data or ())), "note": self.note.data or "", "active": self.active.data}


def form_data(volunteer: Volunteer) -> dict[str, Any]:
    """A line of the register as its form holds it."""
    topics = [bit for bit in TOPICS if volunteer.topics & bit]
    return {"topics": topics, "note": volunteer.note, "active": volunteer.active}


class FilterForm(Query):
    """The filter of the register."""

    topic = SelectField(
        _("Việc giúp được"),
        choices=options([("", _("Tất cả")), *((str(bit), label) for bit, label in TOPICS.items())]),
        default="",
    )
