"""The forms of difficulties."""

from __future__ import annotations

from wtforms import SelectField
from wtforms.validators import Optional

from intranet.api import Form, Lines, Query, Text, at_most, options, required
from intranet.api import lazy_gettext as _
from plugins.professional_development.difficulties.life_cycle import STATE_LABELS


class DifficultyForm(Form):
    """What somebody is stuck with."""

    title = Text(_("Thầy/cô đang vướng mắc điều gì"), [required(_("Thầy/cô chưa nêu vướng mắc.")), at_most(200)])
    body = Lines(_("Nói rõ thêm"), [at_most(3000)], description=_("Không nêu tên học sinh."))
    subject = Text(_("Môn học, hoạt động"), [at_most(60)])
    grade = Text(_("Khối, lớp"), [at_most(30)])


class RouteForm(Form):
    """To which school."""

    school = SelectField(_("Trường có thế mạnh"), coerce=int)


class AnswerForm(Form):
    """What helps."""

    answer = Lines(_("Câu trả lời"), [at_most(5000)])
    session = SelectField(_("Buổi sinh hoạt giải đáp"), coerce=int, validators=[Optional()])


class FilterForm(Query):
    """The filters of the register."""

    q = Text(_("Tìm trong khó khăn và câu trả lời"), [at_most(100)])
    state = SelectField(_("Trạng thái"), choices=options([("", _("Tất cả")), *STATE_LABELS.items()]), default="")
