"""The forms of letterheads, templates and issued papers."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms.validators import InputRequired, Regexp, ValidationError

from intranet.kernel.clock import today
from intranet.kernel.forms import Day, Form, Lines, Text, Versioned, at_most, required
from intranet.kernel.language import gettext
from intranet.kernel.language import lazy_gettext as _
from intranet.papers.letterheads import FIELDS

MOST_LINES = 2
SYMBOL = r"[^\s/]*\Z"
NUMBER = r"\S*\Z"


def _few_lines(form: Form, field: Any) -> None:
    if len((field.data or "").splitlines()) > MOST_LINES:
        raise ValidationError(gettext("Nhiều nhất %(most)s dòng.", most=MOST_LINES))


class LetterheadForm(Versioned):
    """How an office or a school heads and signs its papers. What is left empty follows from the data."""

    parent_body = Lines(_("Cơ quan chủ quản"), [at_most(200), _few_lines])
    body = Lines(_("Cơ quan ban hành"), [at_most(200), _few_lines])
    place = Text(_("Địa danh"), [at_most(120)])
    symbol = Text(
        _("Ký hiệu cơ quan trong số văn bản"),
        [at_most(40), Regexp(SYMBOL, message=_("Ký hiệu không có dấu cách và dấu gạch chéo, ví dụ PGDĐT."))],
    )
    signer_title = Lines(_("Chức vụ người ký"), [at_most(120), _few_lines])
    signer_name = Text(_("Họ và tên người ký"), [at_most(120)])

    def values(self) -> dict[str, str]:
        """{field: text}."""
        return {name: self[name].data or "" for name in FIELDS}


FIELD_LABELS = {name: getattr(LetterheadForm, name).args[0] for name in FIELDS}


class TemplateForm(Form):
    """A Word file that shall stand in the place of ours."""

    file = FileField(_("Tệp mẫu (.docx)"), [FileRequired(_("Thầy/cô chưa chọn tệp."))])


def _not_ahead(form: Form, field: Any) -> None:
    if isinstance(field.data, date) and field.data > today():
        raise ValidationError(gettext("Ngày ban hành không được sau hôm nay."))


class IssueForm(Form):
    """Under which number and when a paper is issued."""

    number = Text(
        _("Số văn bản"),
        [
            required(_("Thầy/cô chưa nhập số văn bản.")),
            at_most(60),
            Regexp(NUMBER, message=_("Số văn bản không có dấu cách, ví dụ 05/KH-PGDĐT.")),
        ],
        description=_("Chỉ ghi số thì hệ thống thêm ký hiệu, ví dụ 5 thành 05/KH-PGDĐT."),
    )
    issued_on = Day(_("Ngày ban hành"), [InputRequired(_("Thầy/cô chưa nhập ngày ban hành.")), _not_ahead])


class VoidForm(Form):
    """Why an issued paper no longer holds. Whoever checks the paper reads it."""

    reason = Text(_("Lý do hủy"), [required(_("Thầy/cô chưa ghi lý do.")), at_most(300)])
