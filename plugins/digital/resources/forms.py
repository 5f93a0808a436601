"""The forms of digital resources."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from wtforms import SelectField, SelectMultipleField
from wtforms.validators import InputRequired, ValidationError

from intranet.api import LEVEL_LABELS, Form, Lines, Query, Text, Versioned, at_most, options, required
from intranet.api import lazy_gettext as _
from plugins.digital.models import Resource
from plugins.digital.resources.life_cycle import FLAGGED, PUBLISHED, STATE_LABELS
from plugins.digital.resources.queries import REUSED

LEVELS = tuple((int(level), label) for level, label in LEVEL_LABELS.items())
LICENCES = {
    "free": _("Dùng tự do"),
    "credit": _("Dùng và ghi rõ nguồn"),
    "ask": _("Hỏi tác giả trước khi dùng"),
}
REASONS = {
    "gone": _("Đường dẫn không mở được"),
    "wrong": _("Nội dung sai"),
    "rights": _("Vi phạm bản quyền, có dữ liệu cá nhân"),
    "other": _("Việc khác"),
}
FIELDS = ("title", "summary", "levels", "subject", "textbook", "tool", "licence", "link")


def web_address(form: Any, field: Text) -> None:
    """An address that a browser opens, and nothing that runs: no javascript:, no data:, no file of somebody's disk."""
    if not field.data:
        return
    parts = _parts(field.data)
    if parts is None or parts.scheme not in ("http", "https") or "." not in (parts.hostname or "") or parts.username:
        raise ValidationError(
            _("Đường dẫn phải bắt đầu bằng https:// hoặc http://, ví dụ https://truong.edu.vn/bai-1.")
        )


def _parts(text: str) -> Any:
    try:
        return urlsplit(text)
    except ValueError:
        return None


def host_of(link: str) -> str:
    """Where a link leads, to be told beside it."""
    parts = _parts(link)
    return (parts.hostname or "") if parts else ""


class ResourceForm(Versioned):
    """A digital resource. Its files are added on its page."""

    title = Text(_("Tên học liệu"), [required(_("Thầy/cô chưa nhập tên học liệu.")), at_most(200)])
    summary = Lines(_("Dùng để dạy gì, dùng thế nào"), [at_most(4000)])
    levels = SelectMultipleField(_("Cấp học"), choices=options(LEVELS), coerce=int)
    subject = Text(_("Môn học, hoạt động"), [at_most(60)])
    textbook = Text(_("Bộ sách giáo khoa"), [at_most(60)])
    tool = Text(_("Công cụ, phần mềm"), [at_most(60)])
    licence = SelectField(_("Điều kiện sử dụng"), choices=options([("", _("Chưa chọn")), *LICENCES.items()]))
    link = Text(
        _("Đường dẫn"),
        [at_most(500), web_address],
        description=_("Để trống nếu học liệu là tệp: lưu xong thầy/cô thêm tệp ở bước sau."),
    )

    def values(self) -> dict[str, Any]:
        """What rules take."""
        return {**{name: self[name].data or "" for name in FIELDS}, "levels": sum(set(self.levels.data or ()))}


def as_fields(name: str, value: Any) -> dict[str, Any]:
    """One of a resource's values as its form holds it."""
    return {name: [level for level, _label in LEVELS if value & level]} if name == "levels" else {name: value}


def form_data(resource: Resource) -> dict[str, Any]:
    """A resource as its form holds it."""
    found: dict[str, Any] = {"version": resource.version}
    for name in FIELDS:
        found |= as_fields(name, getattr(resource, name))
    return found


class FlagForm(Form):
    """What a reader reports."""

    kind = SelectField(
        _("Phản ánh"),
        [InputRequired(_("Thầy/cô chưa chọn điều phản ánh."))],
        choices=options([("", _("Chưa chọn")), *REASONS.items()]),
    )
    text = Lines(_("Nói rõ thêm"), [at_most(500)])


class FilterForm(Query):
    """The filters of the library."""

    q = Text(_("Tìm theo tên, môn học, công cụ"), [at_most(100)])
    level = SelectField(
        _("Cấp học"), choices=options([("", _("Tất cả")), *((str(v), t) for v, t in LEVELS)]), default=""
    )
    licence = SelectField(_("Điều kiện sử dụng"), choices=options([("", _("Tất cả")), *LICENCES.items()]), default="")
    state = SelectField(
        _("Trạng thái"),
        choices=options([("", _("Tất cả")), (REUSED, _("Của đơn vị, trường khác đã dùng")), *STATE_LABELS.items()]),
        default="",
    )


# What other schools may use.
USABLE = (PUBLISHED, FLAGGED)
