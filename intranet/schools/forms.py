"""The form of a school, the filters of the list, and the upload of an office's file."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, HiddenField, SelectField, SelectMultipleField
from wtforms.validators import Optional, Regexp

from intranet.kernel.forms import Form, Lines, Phone, Text, Whole, at_most, options, required
from intranet.kernel.language import lazy_gettext as _
from intranet.kernel.text import canonical
from intranet.registry.schools import (
    LEVEL_LABELS,
    NATIONAL_STANDARD_LABELS,
    OWNERSHIP_LABELS,
    School,
)
from intranet.schools.queries import Filters
from intranet.web.numbers import whole

LEVEL_CHOICES = [(int(level), label) for level, label in LEVEL_LABELS.items()]
STANDARD_CHOICES = [("", _("Chưa rõ")), *((str(key), label) for key, label in NATIONAL_STANDARD_LABELS.items())]


class SchoolForm(Form):
    """Everything about a school that its district or the school itself keeps."""

    name = Text(
        _("Tên trường"),
        [required(_("Thầy/cô chưa nhập tên trường.")), at_most(200)],
        description=_("Tên đầy đủ như trên con dấu, ví dụ Trường THCS Yên Sở."),
    )
    code = Text(
        _("Mã trường"),
        [
            Optional(),
            at_most(20),
            Regexp(r"^[0-9A-Za-z][0-9A-Za-z.\-]*$", message=_("Mã trường chỉ gồm chữ không dấu và chữ số.")),
        ],
        description=_("Mã trong cơ sở dữ liệu ngành, ví dụ 01008508. Để trống nếu chưa có."),
    )
    levels = SelectMultipleField(
        _("Cấp học"), [required(_("Thầy/cô chưa chọn cấp học."))], coerce=int, choices=options(LEVEL_CHOICES)
    )
    ownership = SelectField(_("Loại hình"), choices=options(OWNERSHIP_LABELS.items()))
    commune = Text(_("Xã, phường"), [at_most(200)], description=_("Chọn trong danh sách hoặc ghi tên đầy đủ."))
    address = Text(_("Địa chỉ"), [at_most(300)])
    phone = Phone(_("Điện thoại"), description=_("Ví dụ 024 3861 2345 hoặc 0912 345 678."))
    email = Text(
        _("Email"),
        [
            Optional(),
            at_most(200),
            Regexp(r"^[^@\s]+@[^@\s]+\.[^@\s.]+$", message=_("Địa chỉ email chưa đúng, ví dụ an@truong.edu.vn.")),
        ],
    )
    principal_name = Text(_("Hiệu trưởng"), [at_most(120)])
    classes = Whole(_("Số lớp"), most=200)
    pupils = Whole(_("Số học sinh"), most=20_000)
    staff = Whole(_("Số cán bộ, giáo viên, nhân viên"), most=2_000)
    national_standard = SelectField(_("Chuẩn quốc gia"), choices=options(STANDARD_CHOICES))
    needs_published = BooleanField(_("Cho các đơn vị cùng chương trình xem nhu cầu"))
    note = Lines(
        _("Ghi chú nội bộ"), [at_most(2000)], description=_("Chỉ người của trường và cán bộ phòng quản lý xem được.")
    )
    version = HiddenField()

    def values(self) -> dict[str, Any]:
        """The school's own fields as they are stored."""
        plain = ("name", "ownership", "address", "phone", "email", "principal_name", "note")
        values = {name: getattr(self, name).data or "" for name in plain}
        values["code"] = self.code.data or None
        values["levels"] = sum(set(self.levels.data or ()))
        values["needs_published"] = self.needs_published.data
        return values

    def figures(self) -> dict[str, Any]:
        """The figures of the school year."""
        standard = self.national_standard.data
        return {
            "classes": self.classes.data,
            "pupils": self.pupils.data,
            "staff": self.staff.data,
            "national_standard": int(standard) if standard else None,
        }

    @property
    def read_version(self) -> int:
        """The version that the form was made from; 0 when it is missing."""
        text = self.version.data or ""
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def form_data(school: School, commune: str, figures: tuple | None) -> dict[str, Any]:
    """What the form shows for a school; ``figures`` is a row of queries.figures_of."""
    names = ("name", "code", "ownership", "address", "phone", "email", "principal_name")
    data = {name: getattr(school, name) for name in (*names, "needs_published", "note", "version")}
    data["levels"] = [value for value, _label in LEVEL_CHOICES if school.levels & value]
    data["commune"] = commune
    if figures is not None:
        _year, data["classes"], data["pupils"], data["staff"], standard = figures
        data["national_standard"] = "" if standard is None else str(standard)
    return data


class UploadForm(Form):
    """An office's list."""

    district = SelectField(_("Đơn vị"), coerce=int)
    file = FileField(_("Tệp Excel"), [FileRequired(_("Thầy/cô chưa chọn tệp."))])


def read_filters() -> Filters:
    """The filters in the address."""
    return Filters(
        query=canonical(request.args.get("q", ""))[:100],
        district_id=whole(request.args.get("district")),
        level=whole(request.args.get("level")),
        commune_id=whole(request.args.get("commune")),
        after=whole(request.args.get("after")),
        before=whole(request.args.get("before")),
    )
