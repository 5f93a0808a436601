"""The forms of handovers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wtforms import BooleanField, SelectField
from wtforms.validators import Regexp, ValidationError

from intranet.api import Form, Lines, Text, at_most, options, required
from intranet.api import lazy_gettext as _
from plugins.mentoring.cases.forms import CLASS_NAME

# Nothing chosen yet; not a school of the programme, or nobody knows which.
NOWHERE, ELSEWHERE = 0, -1


class HandoverForm(Form):
    """Where the child goes, and what the new school should know."""

    to_school = SelectField(_("Em chuyển đến"), coerce=int)
    message = Lines(
        _("Lời nhắn cho trường mới; hoặc kết quả, nếu kết thúc hồ sơ"),
        [required(_("Thầy/cô chưa ghi gì.")), at_most(2000)],
        description=_("Được mã hóa. Ghi việc đã làm và điều cần lưu ý, không ghi nội dung ghi chú hạn chế."),
    )
    with_notes = BooleanField(_("Chuyển cả ghi chú hạn chế"))
    informed = BooleanField(_("Gia đình đã được báo và đồng ý để trường mới nhận hồ sơ"))

    def offer(self, schools: Iterable[tuple[int, str]]) -> None:
        """The schools to choose from."""
        elsewhere = (ELSEWHERE, _("Trường ngoài chương trình, hoặc chưa rõ: kết thúc hồ sơ"))
        self.to_school.choices = options([(NOWHERE, _("Chọn trường")), *schools, elsewhere])

    def values(self) -> dict[str, Any]:
        """What the rule takes."""
        return {
            "to_school_id": self.to_school.data,
            "with_notes": self.with_notes.data,
            "message": self.message.data,
        }

    def validate_to_school(self, field: SelectField) -> None:
        """The end of a case is no default."""
        if field.data == NOWHERE:
            raise ValidationError(_("Thầy/cô chưa chọn em chuyển đến đâu."))

    def validate_informed(self, field: BooleanField) -> None:
        """Nothing of a child goes to another school without the family's knowing."""
        if self.to_school.data != ELSEWHERE and not field.data:
            raise ValidationError(_("Thầy/cô báo gia đình trước khi chuyển hồ sơ."))


class ArrivalForm(Form):
    """The child's place at the new school."""

    class_name = Text(
        _("Lớp ở trường mới"),
        [required(_("Thầy/cô chưa nhập lớp.")), Regexp(CLASS_NAME, message=_("Lớp có dạng 6A hoặc 6A1."))],
    )
    homeroom = SelectField(_("Giáo viên chủ nhiệm"), coerce=int)


class RefusalForm(Form):
    """Why the case is not taken; it is sealed."""

    outcome = Lines(
        _("Lý do"),
        [required(_("Thầy/cô chưa ghi lý do.")), at_most(1000)],
        description=_("Được mã hóa; trường cũ đọc được."),
    )
