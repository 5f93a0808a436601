"""The forms of lesson studies."""

from __future__ import annotations

from typing import Any

from wtforms import SelectField
from wtforms.validators import Optional

from intranet.api import Day, Form, Lines, Query, Text, Versioned, Whole, at_most, options, required
from intranet.api import lazy_gettext as _
from plugins.professional_development.lesson_studies.life_cycle import STATE_LABELS
from plugins.professional_development.models import LessonStudy


class StudyForm(Versioned):
    """Which lesson, and who studies it."""

    title = Text(_("Tên bài học"), [required(_("Thầy/cô chưa nhập tên bài học.")), at_most(200)])
    subject = Text(_("Môn học"), [at_most(60)])
    grade = Text(_("Khối, lớp"), [at_most(30)])
    teacher_name = Text(_("Giáo viên dạy"), [at_most(120)])
    members = Lines(_("Thành viên nhóm"), [at_most(1000)], description=_("Từ 3 đến 6 người, mỗi người một dòng."))
    pairing = SelectField(_("Cùng trường kết nghĩa"), coerce=int, validators=[Optional()])
    session = SelectField(
        _("Buổi sinh hoạt dạy bài này"),
        coerce=int,
        validators=[Optional()],
        description=_("Người có mặt trong buổi được ghi vào biên bản và nhận báo cáo."),
    )

    def values(self) -> dict[str, Any]:
        """What rules take."""
        fields = ("title", "subject", "grade", "teacher_name", "members")
        links = {"pairing_id": self.pairing.data or None, "session_id": self.session.data or None}
        return {name: self[name].data for name in fields} | links


def form_data(study: LessonStudy) -> dict[str, Any]:
    """A study as its form holds it."""
    fields = ("title", "subject", "grade", "teacher_name", "members", "version")
    links = {"pairing": study.pairing_id or 0, "session": study.session_id or 0}
    return {name: getattr(study, name) for name in fields} | links


class PlanForm(Form):
    """A plan of the lesson (công văn 5512/BGDĐT-GDTrH, annex IV in short)."""

    aims = Lines(_("Mục tiêu, thiết bị"), [required(_("Thầy/cô chưa ghi mục tiêu.")), at_most(5000)])
    course = Lines(
        _("Tiến trình dạy học"),
        [required(_("Thầy/cô chưa ghi tiến trình.")), at_most(20000)],
        description=_("Mỗi hoạt động: mục tiêu, nội dung, sản phẩm, tổ chức thực hiện."),
    )
    changes = Lines(_("Khác với lần 1 ở đâu, vì sao"), [at_most(3000)])


class ObservationForm(Form):
    """What one sees."""

    pupil = Text(_("Học sinh được phân công"), [required(_("Thầy/cô chưa ghi học sinh.")), at_most(20)])
    minute = Whole(_("Phút thứ"), most=200)
    action = Lines(_("Học sinh làm gì, nói gì"), [required(_("Thầy/cô chưa ghi điều quan sát.")), at_most(2000)])
    difficulty = Lines(_("Khó khăn của học sinh"), [at_most(1000)])
    cause = Lines(_("Nguyên nhân, minh chứng"), [at_most(1000)])

    def values(self) -> dict[str, Any]:
        """What the rule takes."""
        return {name: self[name].data for name in ("pupil", "minute", "action", "difficulty", "cause")}


class DiscussionForm(Versioned):
    """The days of teaching, the discussion and the report."""

    taught_on = Day(_("Ngày dạy lần 1"))
    taught_again_on = Day(_("Ngày dạy lại"))
    discussion = Lines(
        _("Suy ngẫm, thảo luận"),
        [at_most(10000)],
        description=_("Bàn về việc học của học sinh; không đánh giá, xếp loại giáo viên."),
    )
    conclusions = Lines(_("Kết luận, việc giao (người, hạn)"), [at_most(5000)])
    report = Lines(_("Báo cáo kết quả, điều rút ra"), [at_most(10000)])

    def values(self) -> dict[str, Any]:
        """What rules take."""
        fields = ("taught_on", "taught_again_on", "discussion", "conclusions", "report")
        return {name: self[name].data for name in fields}


class FilterForm(Query):
    """The filters of the list."""

    q = Text(_("Tìm theo bài, môn, giáo viên"), [at_most(100)])
    state = SelectField(_("Bước"), choices=options([("", _("Tất cả")), *STATE_LABELS.items()]), default="")
