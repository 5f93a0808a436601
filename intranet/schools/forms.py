"""The form of a school, its parts and its life, and the filters of the list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from flask import abort, request
from wtforms import BooleanField, FieldList, FormField, SelectField, SelectMultipleField
from wtforms.validators import InputRequired, Optional, Regexp, ValidationError

from intranet.kernel.clock import today
from intranet.kernel.forms import (
    Day,
    Email,
    Form,
    Fraction,
    Lines,
    Phone,
    Text,
    Versioned,
    Whole,
    at_most,
    options,
    required,
)
from intranet.kernel.language import gettext
from intranet.kernel.language import lazy_gettext as _
from intranet.kernel.phone import show_phone
from intranet.kernel.text import canonical, match_key
from intranet.registry.schools import (
    LEVEL_LABELS,
    MOST_TAGS,
    NATIONAL_STANDARD_LABELS,
    NEED,
    OWNERSHIP_LABELS,
    STRENGTH,
    School,
    level_names,
)
from intranet.schools import rules
from intranet.schools.figures import ACCREDITATION_LABELS, FIGURE_LABELS
from intranet.schools.queries import ALL, CLOSED, OPEN, Filters
from intranet.web.layout import format_date, format_time
from intranet.web.numbers import whole

LEVEL_CHOICES = [(int(level), label) for level, label in LEVEL_LABELS.items()]
TAG_KINDS = {STRENGTH: _("Thế mạnh"), NEED: _("Nhu cầu")}
STATE_LABELS = {OPEN: _("Đang hoạt động"), CLOSED: _("Đã đóng"), ALL: _("Tất cả")}
OLDEST_YEAR = 1800
# Vietnam, in degrees.
SOUTH, NORTH, WEST, EAST = 8, 24, 102, 110


class SchoolForm(Versioned):
    """What a school is, and how to reach it. Figures, tags and sites have pages of their own."""

    name = Text(
        _("Tên trường"),
        [required(_("Thầy/cô chưa nhập tên trường.")), at_most(200)],
        description=_("Tên đầy đủ như trên con dấu, ví dụ Trường THCS Yên Sở."),
    )
    short_name = Text(_("Tên viết tắt"), [at_most(60)], description=_("Ví dụ THCS YS."))
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
    difficult_area = BooleanField(_("Thuộc vùng khó khăn"))
    founded_year = Whole(_("Năm thành lập"), least=OLDEST_YEAR, most=2100)
    address = Text(_("Địa chỉ"), [at_most(300)])
    phone = Phone(_("Điện thoại"), description=_("Ví dụ 024 3861 2345 hoặc 0912 345 678."))
    email = Email(_("Email"), [at_most(200)])
    website = Text(
        _("Website"),
        [
            Optional(),
            at_most(200),
            Regexp(
                r"^(https?://)?[\w\-]+(\.[\w\-]+)+(:\d+)?(/\S*)?$",
                message=_("Địa chỉ website chưa đúng, ví dụ thcsyenso.edu.vn."),
            ),
        ],
    )
    principal_name = Text(_("Hiệu trưởng"), [at_most(120)])
    note = Lines(
        _("Ghi chú nội bộ"), [at_most(2000)], description=_("Chỉ người của trường và cán bộ phòng quản lý xem được.")
    )

    def validate_founded_year(self, field: Whole) -> None:
        """Nothing was founded in the future."""
        if field.data and field.data > today().year:
            raise ValidationError(gettext("Năm thành lập không thể sau năm nay."))

    def values(self) -> dict[str, Any]:
        """The fields as rules.update_school takes them."""
        plain = (
            *("name", "short_name", "ownership", "commune", "address"),
            *("phone", "email", "website", "principal_name", "note"),
        )
        values = {name: getattr(self, name).data or "" for name in plain}
        values["code"] = self.code.data or None
        values["levels"] = sum(set(self.levels.data or ()))
        values["difficult_area"] = self.difficult_area.data
        values["founded_year"] = self.founded_year.data
        return values


def form_data(school: School, commune: str) -> dict[str, Any]:
    """What the form shows for a school."""
    data = {name: getattr(school, name) for name in (*rules.FIELDS, "version")}
    return data | {"commune": commune, "levels": [value for value, _label in LEVEL_CHOICES if school.levels & value]}


class TagRow(Form):
    """One strength or need; an empty row counts for nothing."""

    kind = SelectField(_("Loại"), choices=options(TAG_KINDS.items()))
    label = Text(_("Tên gọi"), [at_most(80)])
    fact = Text(_("Minh chứng"), [at_most(300)])

    def validate_label(self, field: Text) -> None:
        """A fact belongs to something."""
        if self.fact.data and not field.data:
            raise ValidationError(gettext("Thầy/cô chưa ghi tên gọi."))

    def validate_fact(self, field: Text) -> None:
        """What is said of a school is backed by something."""
        if self.label.data and not field.data:
            raise ValidationError(gettext("Thầy/cô chưa ghi minh chứng."))


class TagsForm(Versioned):
    """All strengths and needs of a school."""

    tags = FieldList(FormField(TagRow), min_entries=MOST_TAGS, max_entries=MOST_TAGS)
    needs_published = BooleanField(_("Cho các đơn vị cùng chương trình xem nhu cầu"))

    def validate_tags(self, _field: FieldList) -> None:
        """Nothing stands there twice."""
        keys = [(kind, match_key(label)) for kind, label, _fact in self.rows()]
        if len(set(keys)) < len(keys):
            raise ValidationError(gettext("Có thế mạnh hoặc nhu cầu ghi hai lần."))

    def rows(self) -> list[tuple[str, str, str]]:
        """(kind, label, fact) of the rows that are filled in."""
        rows = [(row.form.kind.data, row.form.label.data, row.form.fact.data) for row in self.tags]
        return [row for row in rows if row[1]]


class SiteForm(Form):
    """A satellite site."""

    name = Text(_("Tên điểm trường"), [required(_("Thầy/cô chưa nhập tên điểm trường.")), at_most(200)])
    address = Text(_("Địa chỉ"), [at_most(300)])
    distance_km = Fraction(_("Cách điểm chính (km)"), most=100, description=_("Ví dụ 3,5."))
    classes = Whole(_("Số lớp"), most=100)
    latitude = Fraction(_("Vĩ độ"), least=SOUTH, most=NORTH, description=_("Ví dụ 20,7215."))
    longitude = Fraction(_("Kinh độ"), least=WEST, most=EAST, description=_("Ví dụ 105,7702."))

    def validate_longitude(self, field: Fraction) -> None:
        """A place has both."""
        if not self.latitude.errors and (field.data is None) != (self.latitude.data is None):
            raise ValidationError(gettext("Hãy ghi cả vĩ độ và kinh độ, hoặc để trống cả hai."))

    def values(self) -> dict[str, Any]:
        """The site's columns."""
        names = ("name", "address", "distance_km", "classes", "latitude", "longitude")
        return {name: getattr(self, name).data for name in names}


class CloseForm(Form):
    """When and why schools close."""

    closed_on = Day(_("Ngày đóng"), [InputRequired(_("Thầy/cô chưa nhập ngày đóng."))])
    reason = Text(
        _("Lý do"),
        [required(_("Thầy/cô chưa ghi lý do.")), at_most(300)],
        description=_("Ví dụ số quyết định; được ghi vào lịch sử của trường."),
    )

    def validate_closed_on(self, field: Day) -> None:
        """A school that is still open is not closed."""
        if field.data and field.data > today():
            raise ValidationError(gettext("Ngày đóng không thể sau hôm nay."))


def field_labels() -> dict[str, Any]:
    """What people call each field of a school: of the form, of its parts, of its life."""
    return {
        **{name: getattr(SchoolForm, name).args[0] for name in (*rules.FIELDS, "commune")},
        **FIGURE_LABELS,
        "strengths": _("Thế mạnh"),
        "needs": _("Nhu cầu"),
        "needs_published": _("Công khai nhu cầu"),
        "site": _("Điểm trường"),
        "file": _("Tệp"),
        "illustrative": _("Dữ liệu minh họa"),
        "closed_on": _("Ngày đóng"),
        "reason": _("Lý do"),
        "merged_into": _("Gộp vào"),
        "merged_from": _("Nhận gộp"),
        "split_into": _("Tách thành trường mới"),
        "split_from": _("Tách từ"),
        "decision_number": _("Số quyết định"),
        "decided_on": _("Ngày quyết định"),
        "split_on": _("Ngày tách"),
        "moved_people": _("Số người sang trường mới"),
        "moved_sites": _("Số điểm trường sang trường mới"),
        "moved_pairs": _("Số cặp kết nghĩa sang trường mới"),
        "moved_work": _("Số việc đang làm sang trường mới"),
        "deleted_at": _("Chuyển vào thùng rác lúc"),
    }


def field_label(field: str) -> str:
    """A field as the audit names it, in words; a figure's carries its school year."""
    name, _space, year = field.partition(" ")
    label = str(field_labels().get(name, field))
    return gettext("%(label)s, năm học %(year)s", label=label, year=year) if year else label


def shown_value(field: str, value: Any) -> str:
    """A field's value, or its text in the audit, as people read it."""
    name, text = field.partition(" ")[0], "" if value is None else str(value)
    if text in ("True", "False"):
        return gettext("có") if text == "True" else gettext("không")
    if not text or name not in _WORDS_OF:
        return text or "–"
    return str(_WORDS_OF[name](text))


_WORDS_OF: dict[str, Callable[[str], Any]] = {
    "levels": lambda text: level_names(int(text)),
    "ownership": lambda text: OWNERSHIP_LABELS.get(text, text),
    "national_standard": lambda text: NATIONAL_STANDARD_LABELS.get(int(text), text),
    "accreditation": lambda text: ACCREDITATION_LABELS.get(int(text), text),
    "phone": show_phone,
    "deleted_at": format_time,
    **dict.fromkeys(("closed_on", "standard_on", "standard_until"), format_date),
}

FILTER_NAMES = {
    "q": "query",
    "district": "district_id",
    "level": "level",
    "commune": "commune_id",
    "ownership": "ownership",
    "state": "state",
    "difficult": "difficult",
    "paired": "paired",
    "after": "after",
    "before": "before",
}


def read_filters() -> Filters:
    """The filters in the address, or among the fields of a form that was sent."""
    # A plain dictionary: for each name that is not there, Werkzeug's makes an error first.
    given = request.values.to_dict()
    numbers = {field: whole(given.get(name)) for name, field in FILTER_NAMES.items() if name not in _WORDS}
    ownership, state = given.get("ownership", ""), given.get("state", "") or OPEN
    if ownership not in ("", *OWNERSHIP_LABELS) or state not in STATE_LABELS:
        abort(400)
    if not {numbers["difficult"], numbers["paired"]} <= {None, 0, 1}:
        abort(400)
    return Filters(query=canonical(given.get("q", ""))[:100], ownership=ownership, state=state, **numbers)


_WORDS = ("q", "ownership", "state")


def filter_values(filters: Filters, **changes: Any) -> dict[str, Any]:
    """The filters as an address carries them, some of them changed; what is not set is left out."""
    values = {
        name: changes[field] if field in changes else getattr(filters, field) for name, field in FILTER_NAMES.items()
    }
    return {
        name: value for name, value in values.items() if value not in (None, "") and (name, value) != ("state", OPEN)
    }


def list_address(filters: Filters, **changes: Any) -> str:
    """The address of the list with these filters, from the first page on, and some of them changed."""
    query = urlencode(filter_values(filters, **{"after": None, "before": None, **changes}))
    return f"/schools?{query}" if query else "/schools"
