"""The forms of a session, and the filters of the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from wtforms import SelectField
from wtforms.validators import Optional

from intranet.api import (
    Amount,
    Day,
    Hour,
    Lines,
    Query,
    Text,
    Versioned,
    Whole,
    at_most,
    fields_of,
    gettext,
    local,
    options,
    required,
    stored,
)
from intranet.api import lazy_gettext as _
from plugins.professional_development.models import OWN_DISTRICT, OWN_SCHOOL, PARTNER, PROGRAMME, Session
from plugins.professional_development.sessions.kinds import KINDS, PROGRAMMES
from plugins.professional_development.sessions.life_cycle import STATE_LABELS

AUDIENCES = {
    OWN_SCHOOL: _("Người của đơn vị tổ chức"),
    PARTNER: _("Hai trường kết nghĩa"),
    OWN_DISTRICT: _("Tất cả các trường trong đơn vị"),
    PROGRAMME: _("Tất cả các trường trong chương trình"),
}
MOST_SEATS = 5000
IN_FORM = (
    *("title", "content", "subject", "grade", "textbook", "place", "link", "presenters", "audience", "capacity"),
    *("quota", "programme", "periods", "theme_id", "pairing_id", "clause_id", "starts_at", "ends_at", "closes_at"),
)
# The fields of a moment, and which part of it each holds.
MOMENTS = {
    "starts_at": {"day": "day", "start": "hour"},
    "ends_at": {"end": "hour"},
    "closes_at": {"closes_day": "day"},
}


class SessionForm(Versioned):
    """A session. What a kind does not need is taken out of its form."""

    title = Text(_("Tên buổi"), [required(_("Thầy/cô chưa nhập tên buổi.")), at_most(200)])
    theme = SelectField(_("Chủ đề"), coerce=int, validators=[Optional()])
    content = Lines(_("Nội dung, mục tiêu"), [at_most(5000)])
    subject = Text(_("Môn học, hoạt động"), [at_most(60)])
    grade = Text(_("Khối, lớp"), [at_most(30)])
    textbook = Text(_("Bộ sách giáo khoa"), [at_most(60)])
    day = Day(_("Ngày"))
    start = Hour(_("Từ (giờ:phút)"))
    end = Hour(_("Đến (giờ:phút)"))
    place = Text(_("Địa điểm"), [at_most(200)])
    link = Text(_("Đường dẫn họp trực tuyến"), [at_most(300)])
    presenters = Text(_("Người dạy, báo cáo viên"), [at_most(300)])
    pairing = SelectField(_("Cặp kết nghĩa"), coerce=int, validators=[Optional()])
    clause = SelectField(_("Phục vụ cam kết"), coerce=int, validators=[Optional()])
    audience = SelectField(_("Mời ai"), choices=options(AUDIENCES.items()))
    capacity = Whole(_("Số chỗ"), least=1, most=MOST_SEATS, description=_("Để trống nếu không giới hạn."))
    quota = Whole(_("Số chỗ mỗi trường"), least=1, most=MOST_SEATS, description=_("Để trống nếu không giới hạn."))
    closes_day = Day(_("Hạn đăng ký"), description=_("Đến hết ngày này người chờ tự động được chuyển lên khi có chỗ."))
    programme = SelectField(_("Tính vào bồi dưỡng thường xuyên"), choices=options(PROGRAMMES.items()))
    periods = Amount(_("Số tiết đề xuất"))

    def validate(self, *arguments: Any, **more: Any) -> bool:
        """The times belong together; an address is one that browsers open as a page."""
        good = super().validate(*arguments, **more)
        if (self.start.data or self.end.data) and not self.day.data and not self.day.errors:
            self.day.errors = [*self.day.errors, gettext("Thầy/cô chưa nhập ngày.")]
            good = False
        if self.link.data and not self.link.data.startswith(("https://", "http://")):
            self.link.errors = [*self.link.errors, gettext("Đường dẫn phải bắt đầu bằng https://.")]
            good = False
        return good

    def values(self) -> dict[str, Any]:
        """What rules take."""
        return {
            **{name: self[name].data for name in ("title", "content", "place", "link", "presenters", "audience")},
            **{name: self[name].data if name in self else "" for name in ("subject", "grade", "textbook")},
            "theme_id": self.theme.data or None,
            "starts_at": _moment(self.day.data, self.start.data),
            "ends_at": _moment(self.day.data, self.end.data),
            "closes_at": _moment(self.closes_day.data, time(23, 59)),
            "capacity": self.capacity.data,
            "quota": self.quota.data,
            "programme": self.programme.data,
            "periods": self.periods.data or 0,
            "pairing_id": self.pairing.data or None,
            "clause_id": self.clause.data or None,
        }


def _moment(day: date | None, hour: time | None) -> datetime | None:
    return stored(datetime.combine(day, hour)) if day and hour else None


def session_form(kind: str, **arguments: Any) -> SessionForm:
    """The form of a session of a kind."""
    form = SessionForm(**arguments)
    for name in ("subject", "grade", "textbook"):
        if name not in KINDS[kind].fields:
            del form[name]
    return form


def as_fields(name: str, value: Any) -> dict[str, Any]:
    """One of a session's values as its form holds it: a moment stands in fields of its own, in Vietnam's time."""
    if name in MOMENTS:
        moment = local(value) if value else None
        parts = {"day": moment and moment.date(), "hour": moment and moment.time()}
        return {field: parts[part] for field, part in MOMENTS[name].items()}
    return {name: value or None} if name == "periods" else fields_of(name, value)


def form_data(session: Session) -> dict[str, Any]:
    """A session as its form holds it."""
    found = {"version": session.version}
    for name in IN_FORM:
        found |= as_fields(name, getattr(session, name))
    return found


class MinutesForm(Versioned):
    """The minutes of a session."""

    chair = Text(_("Chủ trì"), [at_most(120)])
    secretary = Text(_("Thư ký"), [at_most(120)])
    minutes = Lines(_("Diễn biến, ý kiến"), [required(_("Thầy/cô chưa ghi diễn biến.")), at_most(10000)])
    conclusions = Lines(_("Kết luận, việc giao (người, hạn)"), [at_most(5000)])

    def values(self) -> Mapping[str, Any]:
        """What rules take."""
        return {name: self[name].data for name in ("chair", "secretary", "minutes", "conclusions")}


UPCOMING, PAST, MINE, ALL = "upcoming", "past", "mine", "all"
WHEN = {UPCOMING: _("Sắp tới"), PAST: _("Đã diễn ra"), MINE: _("Tôi tham gia, tổ chức"), ALL: _("Tất cả")}


class FilterForm(Query):
    """The filters of the catalogue."""

    q = Text(_("Tìm theo tên, môn học, người dạy"), [at_most(100)])
    when = SelectField(_("Thời gian"), choices=options(WHEN.items()), default=UPCOMING)
    kind = SelectField(
        _("Loại"), choices=options([("", _("Tất cả")), *((k, v.label) for k, v in KINDS.items())]), default=""
    )
    state = SelectField(_("Trạng thái"), choices=options([("", _("Tất cả")), *STATE_LABELS.items()]), default="")
