"""The forms of people and of their work, and the filters of the directory."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlencode

from flask import abort, current_app, g, request
from wtforms import BooleanField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, ValidationError

from intranet.kernel.clock import today
from intranet.kernel.forms import Day, Email, Form, Lines, Phone, Text, Versioned, at_most, options, required
from intranet.kernel.language import gettext
from intranet.kernel.language import lazy_gettext as _
from intranet.kernel.phone import show_phone
from intranet.kernel.text import canonical
from intranet.people import columns, queries
from intranet.people.authority import GIVES, SCHOOL_ROLES, Post, may_give
from intranet.people.lists import ALL, AWAY, LEFT, PRESENT, WORKING, Filters
from intranet.registry.districts import district_options
from intranet.registry.people import (
    ADMINISTRATOR,
    END_REASONS,
    FUNCTION_LABELS,
    GENDER_LABELS,
    LEAVE_LABELS,
    ROLE_LABELS,
    Person,
)
from intranet.web.layout import format_date
from intranet.web.numbers import whole

# In years.
LONGEST_WORK, FARTHEST_PLAN = 60, 5
# Among the places of work: no school has the id 0.
OFFICE = 0
NUMERIC = {"inputmode": "numeric", "autocomplete": "off"}
FIELDS = ("name", "birth_date", "gender", "subjects", "phone", "email", "note")


def near(_form: Form, field: Day) -> None:
    """Validator: a slip in the year is noticed."""
    if field.data and not today().year - LONGEST_WORK <= field.data.year <= today().year + FARTHEST_PLAN:
        raise ValidationError(gettext("Năm %(year)s quá xa; thầy/cô xem lại ngày.", year=field.data.year))


def day(label: Any) -> Day:
    """A day that has to be there."""
    return Day(label, [InputRequired(_("Thầy/cô chưa nhập ngày.")), near], render_kw=NUMERIC)


def _number(value: Any) -> int | None:
    return int(value) if value not in (None, "") else None


def _names(pairs: Iterable[tuple[int, str]]) -> list[SelectChoice]:
    """Choices whose labels are names, whatever the language of the page."""
    return [SelectChoice(value, name, {"lang": "vi"}) for value, name in pairs]


class PersonForm(Versioned):
    """Who a person is, and how to reach them. What they are where has pages of its own."""

    name = Text(
        _("Họ và tên"),
        [required(_("Thầy/cô chưa nhập họ và tên.")), at_most(columns.LONGEST_NAME)],
        description=_("Viết có dấu, ví dụ Trần Thu Hương."),
        render_kw={"autocomplete": "off", "lang": "vi"},
    )
    phone = Phone(
        _("Điện thoại"),
        description=_("Ví dụ 0912 345 678 hoặc 024 3861 2345."),
        render_kw={"inputmode": "tel", "autocomplete": "off"},
    )
    email = Email(_("Email"), [at_most(200)], render_kw={"inputmode": "email", "autocomplete": "off"})
    subjects = Text(
        _("Môn dạy"),
        [at_most(columns.LONGEST_SUBJECTS)],
        description=_("Nhiều môn thì cách nhau bằng dấu phẩy, ví dụ Toán, Tin học."),
        render_kw={"autocomplete": "off", "lang": "vi"},
    )
    birth_date = Day(_("Ngày sinh"), description=_("Ví dụ 18/08/1996."), render_kw=NUMERIC)
    gender = SelectField(_("Giới tính"), choices=options([("", _("Chưa ghi")), *GENDER_LABELS.items()]))
    note = Lines(
        _("Ghi chú nội bộ"), [at_most(2000)], description=_("Chỉ cán bộ phòng xem được."), render_kw={"lang": "vi"}
    )

    def validate_name(self, field: Text) -> None:
        """A name is made of letters."""
        if field.data and (any(map(str.isdecimal, field.data)) or not any(map(str.isalpha, field.data))):
            raise ValidationError(gettext("Họ và tên chỉ gồm chữ."))

    def validate_birth_date(self, field: Day) -> None:
        """Somebody who works here was born neither yesterday nor a century ago."""
        if field.data and not columns.YOUNGEST <= today().year - field.data.year <= columns.OLDEST:
            raise ValidationError(gettext("Ngày sinh %(day)s không hợp lý.", day=format_date(field.data)))

    def person(self) -> dict[str, Any]:
        """The fields of the record as rules take them; the note only where it was shown."""
        values = {name: self[name].data for name in FIELDS if name in self}
        return values | {"subjects": columns.subjects(self.subjects.data) or ""}


class PostForm(Form):
    """A role to hold in a school or in the office, from a day on."""

    role = SelectField(_("Vai trò"))
    school = SelectField(_("Nơi làm việc"), coerce=_number)
    title = Text(
        _("Chức vụ"),
        [at_most(columns.LONGEST_TITLE)],
        description=_("Như trên giấy tờ, ví dụ Phó Hiệu trưởng, Kế toán. Để trống thì hiện tên vai trò."),
        render_kw={"list": "titles", "autocomplete": "off", "lang": "vi"},
    )
    on = day(_("Từ ngày"))

    def offer(self, district_id: int | None, *, office: str) -> None:
        """Fill the choices with what the actor may give in the district, whose office is called ``office``."""
        schools = queries.school_options(district_id)
        if g.actor.school_id is not None:
            schools = [row for row in schools if row[0] == g.actor.school_id]
        here = Post("", district_id, g.actor.school_id)
        roles = [role for role in GIVES.get(g.actor.role, ()) if may_give(g.actor, _as(role, here))]
        self.role.choices = options((role, ROLE_LABELS[role]) for role in roles)
        # The first school or the office would be chosen by itself, and wrong.
        others = g.actor.school_id is None
        self.school.choices = [
            *(options([("", _("Chọn nơi làm việc"))]) if others else []),
            *_names([(OFFICE, office)] if others else []),
            *_names(schools),
        ]

    def validate_school(self, field: SelectField) -> None:
        """Roles of schools are held in a school, roles of the office nowhere else."""
        if field.data is None:
            raise ValidationError(gettext("Thầy/cô chưa chọn nơi làm việc."))
        if self.role.data in SCHOOL_ROLES and field.data == OFFICE:
            raise ValidationError(gettext("Vai trò này thuộc một trường; thầy/cô hãy chọn trường."))
        if self.role.data not in SCHOOL_ROLES and field.data != OFFICE:
            raise ValidationError(gettext("Vai trò này thuộc phòng, không thuộc trường; thầy/cô hãy chọn phòng."))

    def post(self, district_id: int | None) -> Post:
        """What was chosen."""
        return _as(self.role.data, Post("", district_id, self.school.data or None, self.title.data or ""))


def _as(role: str, place: Post) -> Post:
    """The role there; an administrator is bound to no place."""
    if role == ADMINISTRATOR:
        return Post(role, title=place.title)
    return Post(role, place.district_id, place.school_id, place.title)


class NewPersonForm(PersonForm, PostForm):
    """A person and the first post."""


STATE_LABELS = {
    PRESENT: _("Đang làm việc hoặc đang nghỉ"),
    WORKING: _("Đang làm việc"),
    AWAY: _("Đang nghỉ"),
    LEFT: _("Đã thôi"),
    ALL: _("Tất cả"),
}
FILTER_NAMES = {
    "q": "query",
    "district": "district_id",
    "school": "school_id",
    "role": "role",
    "subject": "subject",
    "state": "state",
    "after": "after",
    "before": "before",
}
_NUMBERS = ("district", "school", "after", "before")


def read_filters() -> Filters:
    """The filters in the address."""
    given = request.values
    role, state = given.get("role", ""), given.get("state", "") or PRESENT
    if role not in ("", *ROLE_LABELS) or state not in STATE_LABELS:
        abort(400)
    return Filters(
        query=canonical(given.get("q", ""))[:100],
        role=role,
        subject=canonical(given.get("subject", ""))[:100],
        state=state,
        **{FILTER_NAMES[name]: whole(given.get(name)) for name in _NUMBERS},
    )


def filter_values(filters: Filters) -> dict[str, Any]:
    """The filters as an address carries them; what is not set is left out."""
    values = {name: getattr(filters, field) for name, field in FILTER_NAMES.items()}
    return {
        name: value for name, value in values.items() if value not in (None, "") and (name, value) != ("state", PRESENT)
    }


def list_address(filters: Filters, **changes: Any) -> str:
    """The address of the directory with these filters, from the first page on, and some of them changed."""
    query = urlencode(filter_values(filters.without(**changes)))
    return f"/people?{query}" if query else "/people"


def in_force(filters: Filters) -> list[tuple[str, str, str]]:
    """(field, name, value in words) of each filter in force."""
    district_id = filters.district_id if g.actor.sees_all else None
    values = {
        "query": (_("Tìm"), filters.query),
        "district_id": (_("Đơn vị"), district_id and dict(district_options([district_id])).get(district_id, "?")),
        "school_id": (_("Trường"), filters.school_id and queries.school_name(g.actor, filters.school_id)),
        "role": (_("Vai trò"), ROLE_LABELS.get(filters.role)),
        "subject": (_("Môn dạy"), filters.subject),
        "state": (_("Tình trạng"), filters.state != PRESENT and STATE_LABELS[filters.state]),
    }
    return [(field, str(name), str(value)) for field, (name, value) in values.items() if value]


class TransferForm(PostForm):
    """Where a person goes."""

    on = day(_("Ngày nhận công tác"))


class EndForm(Form):
    """The last day of some work, and why it ended."""

    on = day(_("Ngày cuối làm việc"))
    reason = SelectField(_("Lý do"))

    def __init__(self, reasons: Iterable[str], **options_: Any) -> None:
        super().__init__(**options_)
        self.reason.choices = options((reason, END_REASONS[reason]) for reason in reasons)


class LeaveForm(Form):
    """A time away."""

    kind = SelectField(_("Loại nghỉ"), choices=options(LEAVE_LABELS.items()))
    starts_on = day(_("Nghỉ từ ngày"))
    ends_on = Day(_("Đến hết ngày"), [near], description=_("Để trống nếu chưa biết."), render_kw=NUMERIC)

    def validate_ends_on(self, field: Day) -> None:
        """Nobody is back before leaving."""
        if field.data and self.starts_on.data and field.data < self.starts_on.data:
            raise ValidationError(gettext("Ngày cuối không thể trước ngày đầu."))


class ReturnForm(Form):
    """When somebody is back."""

    on = day(_("Trở lại từ ngày"))


class DutyForm(Form):
    """A duty beside the role."""

    kind = SelectField(_("Nhiệm vụ"))
    school = SelectField(_("Trường"), coerce=_number)
    detail = Text(
        _("Lớp, tổ"),
        [at_most(60)],
        description=_("Ví dụ 6A, tổ Toán – Tin."),
        render_kw={"autocomplete": "off", "lang": "vi"},
    )
    on = day(_("Từ ngày"))

    def __init__(self, schools: Iterable[tuple[int, str]], **options_: Any) -> None:
        super().__init__(**options_)
        self.kind.choices = options(function_labels().items())
        self.school.choices = _names(schools)


class EndDutyForm(Form):
    """The last day of a duty."""

    on = day(_("Ngày cuối"))


class AppointForm(Form):
    """When somebody becomes principal, and what becomes of the former one."""

    on = day(_("Nhận chức từ ngày"))
    stay = BooleanField(_("Hiệu trưởng cũ ở lại trường làm giáo viên, nhân viên"))


class EmptyForm(Form):
    """A question with one answer."""


def function_labels() -> dict[str, Any]:
    """{kind: label} of all duties, the modules' too."""
    return current_app.extensions.get("functions", FUNCTION_LABELS)


def form_data(person: Person) -> dict[str, Any]:
    """What the form shows for a person."""
    return {name: getattr(person, name) for name in (*FIELDS, "version")}


def field_label(field: str) -> str:
    """What people call a field of the record."""
    return str(getattr(PersonForm, field).args[0])


def shown_value(field: str, value: Any) -> str:
    """A field's value, or its text, as people read it."""
    return str(_WORDS_OF.get(field, str)(value)) if value else "–"


_WORDS_OF: dict[str, Callable[[Any], Any]] = {
    "birth_date": format_date,
    "gender": lambda value: GENDER_LABELS.get(value, value),
    "phone": show_phone,
}
