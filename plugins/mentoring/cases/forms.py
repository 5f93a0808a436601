"""The forms of cases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField
from wtforms.validators import InputRequired, Optional, Regexp, ValidationError

from intranet.api import Day, Form, Lines, Query, Text, Versioned, at_most, fields_of, options, required, today
from intranet.api import lazy_gettext as _
from plugins.mentoring.cases.kinds import DECISIONS, ENDINGS, KINDS, REACHED, RELATIONS, SCOPES, WAYS
from plugins.mentoring.cases.life_cycle import STATE_LABELS

CLASS_NAME = r"^[0-9]{1,2}[0-9A-Za-zĐđ./-]{0,8}$"
NO_CIRCUMSTANCE = _("Người kèm đọc được mục này: chỉ ghi việc học, không ghi hoàn cảnh, không ghi tên.")


class CaseForm(Versioned):
    """A child, and why the school looks after it."""

    name = Text(_("Họ và tên học sinh"), [required(_("Thầy/cô chưa nhập họ và tên.")), at_most(120)])
    birth_date = Day(_("Ngày sinh"), [InputRequired(_("Thầy/cô chưa nhập ngày sinh."))])
    class_name = Text(
        _("Lớp"),
        [required(_("Thầy/cô chưa nhập lớp.")), Regexp(CLASS_NAME, message=_("Lớp có dạng 6A hoặc 6A1."))],
    )
    guardian = Text(_("Cha mẹ, người giám hộ và cách liên hệ"), [at_most(300)])
    homeroom = SelectField(_("Giáo viên chủ nhiệm"), coerce=int)
    kind = RadioField(
        _("Vì sao cần giúp"), [InputRequired(_("Thầy/cô chưa chọn vì sao."))], choices=options(KINDS.items())
    )
    circumstances = Lines(
        _("Hoàn cảnh, khó khăn"),
        [required(_("Thầy/cô chưa ghi hoàn cảnh, khó khăn.")), at_most(3000)],
        description=_("Được mã hóa; chỉ người phụ trách hồ sơ ở trường đọc được."),
    )
    tried = Lines(_("Nhà trường đã làm gì"), [required(_("Thầy/cô chưa ghi những việc đã làm.")), at_most(3000)])
    subject = Text(_("Môn học, việc cần kèm"), [at_most(60)], description=NO_CIRCUMSTANCE)

    def offer(self, people: Iterable[tuple[int, str]]) -> None:
        """The people of the school to choose from."""
        self.homeroom.choices = options(people)

    def values(self) -> dict[str, Any]:
        """What the rules take."""
        names = ("name", "class_name", "guardian", "kind", "circumstances", "tried", "subject")
        birth = self.birth_date.data.isoformat()
        return {**{name: self[name].data for name in names}, "birth_date": birth, "homeroom_id": self.homeroom.data}

    def fill(self, known: Mapping[str, Any]) -> None:
        """Show what is known of a case."""
        for name, value in known.items():
            for field, shown in as_fields(name, value).items():
                if field in self:
                    self[field].data = shown

    def validate_birth_date(self, field: Day) -> None:
        """A pupil is between 3 and 20 years old."""
        if field.data and not timedelta(days=3 * 365) < today() - field.data < timedelta(days=20 * 366):
            raise ValidationError(_("Ngày sinh chưa đúng."))


def as_fields(name: str, value: Any) -> dict[str, Any]:
    """One of a case's values as its form holds it."""
    return {name: date.fromisoformat(value)} if name == "birth_date" else fields_of(name, value)


class NominationForm(CaseForm):
    """As the case, with the first goals."""

    goals = Lines(
        _("Mục tiêu"),
        [required(_("Thầy/cô chưa ghi mục tiêu.")), at_most(1000)],
        description=_("Mỗi mục tiêu một dòng, tối đa 6 dòng. Người kèm đọc được: không ghi hoàn cảnh, không ghi tên."),
    )


class GoalsForm(Form):
    """What is to be reached, one a line."""

    goals = Lines(
        _("Mục tiêu"),
        [required(_("Thầy/cô chưa ghi mục tiêu.")), at_most(1000)],
        description=_("Mỗi mục tiêu một dòng, tối đa 6 dòng. Người kèm đọc được: không ghi hoàn cảnh, không ghi tên."),
    )


def lines_of(text: str) -> list[str]:
    """The goals of a text, one a line."""
    return [line.strip() for line in text.splitlines() if line.strip()][:6]


class ConsentForm(Form):
    """What the family agrees to."""

    giver = Text(_("Người đồng ý (họ và tên)"), [required(_("Thầy/cô chưa ghi ai đồng ý.")), at_most(120)])
    relation = SelectField(_("Quan hệ với học sinh"), choices=options(RELATIONS.items()))
    scope = SelectMultipleField(_("Đồng ý những gì"), choices=options(SCOPES.items()), coerce=int)
    child_agrees = BooleanField(_("Học sinh cùng đồng ý và đã ký"))
    way = SelectField(_("Cách đồng ý"), choices=options(WAYS.items()))
    given_on = Day(_("Ngày ký"), [InputRequired(_("Thầy/cô chưa nhập ngày ký."))])
    expires_on = Day(_("Có hạn đến"), [InputRequired(_("Thầy/cô chưa nhập ngày hết hạn."))])
    scan = FileField(_("Bản chụp phiếu đã ký"), description=_("Ảnh hoặc PDF. Được mã hóa, không lưu thành tệp."))

    def values(self) -> dict[str, Any]:
        """What the rule takes."""
        names = ("giver", "relation", "child_agrees", "way", "given_on", "expires_on")
        return {**{name: self[name].data for name in names}, "scope": sum(set(self.scope.data or ()))}


class ReasonForm(Form):
    """Why not; it is sealed."""

    outcome = Lines(_("Lý do"), [required(_("Thầy/cô chưa ghi lý do.")), at_most(2000)])


class ClosingForm(Form):
    """How a case ends."""

    ending = SelectField(_("Vì sao kết thúc"), choices=options(ENDINGS.items()))
    outcome = Lines(
        _("Kết quả, việc cần lưu ý"),
        [required(_("Thầy/cô chưa ghi kết quả.")), at_most(2000)],
        description=_("Được mã hóa và xóa cùng hồ sơ."),
    )


class ReviewForm(Form):
    """A look back; review_form() adds a choice for each goal."""

    decision = RadioField(
        _("Kết luận"),
        [InputRequired(_("Thầy/cô chưa chọn kết luận."))],
        choices=options(DECISIONS.items()),
    )
    summary = Lines(_("Nhận xét"), [required(_("Thầy/cô chưa ghi nhận xét.")), at_most(3000)])
    next_on = Day(_("Ngày đánh giá lần sau"), [Optional()], description=_("Khi kèm tiếp; để trống là sau 60 ngày."))

    def reached(self) -> dict[int, str]:
        """{goal: how far it was reached}."""
        fields = (name for name in self._fields if name.startswith("goal_"))
        return {int(name.removeprefix("goal_")): self[name].data for name in fields}


def review_form(goals: Iterable[tuple[int, str]], **arguments: Any) -> ReviewForm:
    """The form of a review of these goals, (id, text)."""
    choices = options(REACHED.items())
    fields = {f"goal_{id_}": SelectField(text, choices=choices, default="partly") for id_, text in goals}
    return type("ReviewForm", (ReviewForm,), fields)(**arguments)


class NoteForm(Form):
    """A note that few read."""

    text = Lines(_("Ghi chú hạn chế"), [required(_("Thầy/cô chưa ghi gì.")), at_most(3000)])


class NameForm(Form):
    """A child's name; it travels by POST and stands in no address."""

    name = Text(
        _("Họ và tên học sinh"), [at_most(120)], description=_("Để trống để xem tên trong mọi hồ sơ thầy/cô phụ trách.")
    )


class ErasureForm(Form):
    """The code, typed once more."""

    code = Text(_("Gõ lại mã học sinh"), [required(_("Thầy/cô chưa gõ mã.")), at_most(20)])


class OpeningForm(Form):
    """Which case the office looks at, and why."""

    school = SelectField(_("Trường"), coerce=int)
    code = Text(
        _("Mã học sinh"),
        [at_most(20)],
        description=_("Để trống để rút ngẫu nhiên một hồ sơ đang được giúp của trường."),
    )
    reason = Lines(_("Lý do mở"), [required(_("Thầy/cô chưa ghi lý do.")), at_most(1000)])


class FilterForm(Query):
    """The filters of the list."""

    state = SelectField(_("Trạng thái"), choices=options([("", _("Đang giúp")), *STATE_LABELS.items()]), default="")
    kind = SelectField(_("Vì sao cần giúp"), choices=options([("", _("Tất cả")), *KINDS.items()]), default="")
