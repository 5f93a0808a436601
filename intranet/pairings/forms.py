"""The forms of a pair, and the filters of the list."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import abort, request
from flask_wtf.file import FileField
from wtforms import SelectField
from wtforms.validators import InputRequired

from intranet.kernel.clock import today
from intranet.kernel.forms import Day, Form, Lines, Text, at_most, options, required
from intranet.kernel.language import gettext as _
from intranet.kernel.language import lazy_gettext
from intranet.kernel.schoolyear import school_year_of
from intranet.kernel.text import canonical
from intranet.pairings.course import REVIEW_FIELDS
from intranet.pairings.flags import FLAG_LABELS
from intranet.pairings.lists import STATE_CHOICES, Filters
from intranet.registry.schools import LEVEL_LABELS
from intranet.web.numbers import whole

FILTER_NAMES = {
    "q": "query",
    "programme": "programme_id",
    "state": "state",
    "district": "district_id",
    "level": "level",
    "area": "area_id",
    "flag": "flag",
    "after": "after",
    "before": "before",
}
_WORDS = ("q", "state", "flag")
LEVEL_CHOICES = [(int(level), label) for level, label in LEVEL_LABELS.items()]


class ProposalForm(Form):
    """Why these schools, and what several partners are called together. The schools stand in the address."""

    cluster = Text(
        lazy_gettext("Tên cụm"),
        [at_most(120)],
        description=lazy_gettext("Ví dụ Cụm Tiếng Anh. Cần khi có nhiều trường đối tác."),
    )
    proposal = Lines(
        lazy_gettext("Lý do đề nghị"),
        [required(lazy_gettext("Thầy/cô chưa ghi lý do đề nghị.")), at_most(2000)],
        description=lazy_gettext("Hai hiệu trưởng đọc lý do này trước khi trả lời."),
    )


class SignForm(Form):
    """How the pledge was signed."""

    pledge_number = Text(
        lazy_gettext("Số giao ước"),
        [required(lazy_gettext("Thầy/cô chưa nhập số giao ước.")), at_most(60)],
        description=lazy_gettext("Như trên văn bản, ví dụ 01/GƯ-THCSYS-THCSHQ."),
    )
    signed_on = Day(lazy_gettext("Ngày ký"), [InputRequired(lazy_gettext("Thầy/cô chưa nhập ngày ký."))])
    signed_place = Text(lazy_gettext("Nơi ký"), [at_most(120)])
    scan = FileField(lazy_gettext("Bản đã ký (ảnh chụp hoặc bản quét)"))


class ReviewForm(Form):
    """How a school looks back on a school year."""

    school_year = SelectField(lazy_gettext("Năm học"))
    achieved = Lines(
        lazy_gettext("Đã làm được"), [required(lazy_gettext("Thầy/cô chưa ghi việc đã làm được.")), at_most(4000)]
    )
    difficulties = Lines(lazy_gettext("Khó khăn"), [at_most(4000)])
    proposals = Lines(lazy_gettext("Đề xuất"), [at_most(4000)])

    def offer_years(self) -> None:
        """This school year and the one before: schools look back in summer, too."""
        year = school_year_of(today())
        first = int(year[:4]) - 1
        self.school_year.choices = options((text, text) for text in (year, f"{first}-{first + 1}"))

    def values(self) -> dict[str, str]:
        """The fields as course.write_review takes them."""
        return {name: getattr(self, name).data or "" for name in REVIEW_FIELDS}


class RenewForm(Form):
    """Where a pair goes on."""

    programme = SelectField(lazy_gettext("Chương trình"), coerce=int)


def read_filters() -> Filters:
    """The filters in the address, or among the fields of a form that was sent."""
    given = request.values
    numbers = {field: whole(given.get(name)) for name, field in FILTER_NAMES.items() if name not in _WORDS}
    state, flag = given.get("state", ""), given.get("flag", "")
    if state not in ("", *STATE_CHOICES) or flag not in ("", *FLAG_LABELS):
        abort(400)
    return Filters(query=canonical(given.get("q", ""))[:100], state=state, flag=flag, **numbers)


def list_address(filters: Filters, path: str = "/pairings", **changes: Any) -> str:
    """The address of the list with these filters, from the first page on, and some of them changed."""
    changed = filters.without(**changes)
    values = {name: getattr(changed, field) for name, field in FILTER_NAMES.items()}
    query = urlencode({name: value for name, value in values.items() if value not in (None, "")})
    return f"{path}?{query}" if query else path


def in_force(
    filters: Filters, programmes: list[tuple], districts: list[tuple], areas: list[tuple]
) -> list[tuple[str, str, str]]:
    """(field, name, value in words) of each filter in force; programmes, districts and areas are (id, name)."""
    values = {
        "query": (_("Tìm"), filters.query),
        "programme_id": (
            _("Chương trình"),
            filters.programme_id and dict(programmes).get(filters.programme_id, "?"),
        ),
        "state": (_("Trạng thái"), filters.state and STATE_CHOICES[filters.state]),
        "district_id": (_("Đơn vị"), filters.district_id and dict(districts).get(filters.district_id, "?")),
        "area_id": (_("Khu vực"), filters.area_id and dict(areas).get(filters.area_id, "?")),
        "level": (_("Cấp học"), filters.level and LEVEL_LABELS.get(filters.level, "?")),
        "flag": (_("Cần chú ý"), filters.flag and FLAG_LABELS[filters.flag]),
    }
    return [(field, name, str(value)) for field, (name, value) in values.items() if value]
