"""The forms of a meeting."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from wtforms import RadioField, SelectField
from wtforms.validators import InputRequired, Optional, Regexp

from intranet.kernel.clock import local, stored
from intranet.kernel.forms import Day, Form, Hour, Lines, Text, Versioned, at_most, options, required
from intranet.kernel.language import gettext
from intranet.kernel.language import lazy_gettext as _
from intranet.meetings import queries
from intranet.registry.pledges import MEETING_KINDS
from intranet.registry.twinning import Pairing
from intranet.web.layout import format_time, named
from intranet.web.saving import label_of, put

LONGEST_CHOICE = 90


def _id(text: Any) -> int | None:
    """A choice that is the number of a record, or none."""
    return int(text) if text else None


class MeetingForm(Versioned):
    """What, when, where, and what for."""

    kind = RadioField(_("Loại"), choices=options(MEETING_KINDS.items()))
    title = Text(_("Tên cuộc họp, chuyến thăm"), [required(_("Thầy/cô chưa nhập tên.")), at_most(200)])
    day = Day(_("Ngày"), [InputRequired(_("Thầy/cô chưa nhập ngày."))])
    start = Hour(_("Bắt đầu"), [InputRequired(_("Thầy/cô chưa nhập giờ bắt đầu."))], description=_("Ví dụ 14:30."))
    end = Hour(_("Kết thúc"))
    last_day = Day(_("Ngày cuối"), description=_("Chỉ ghi nếu kéo dài sang ngày khác."))
    place = Text(_("Địa điểm"), [at_most(200)])
    link = Text(
        _("Liên kết họp trực tuyến"),
        [
            Optional(),
            at_most(300),
            Regexp(r"^https?://[^\s/]+", message=_("Liên kết phải bắt đầu bằng http:// hoặc https://.")),
        ],
    )
    host = SelectField(_("Trường chủ trì"), coerce=_id)
    giver = RadioField(_("Ai giúp ai"), coerce=_id)
    clause = SelectField(
        _("Tính cho cam kết"), coerce=_id, description=_("Khi đã diễn ra, kết quả của cam kết tự tăng thêm một.")
    )
    agenda = Lines(_("Nội dung, chương trình"), [at_most(5000)])

    def offer(self, pairing: Pairing) -> None:
        """The schools and promises to choose from."""
        # One of the buttons is always pressed.
        self.kind.flags.required = self.giver.flags.required = True
        first, second = pairing.first_school, pairing.second_school
        names = [(first.id, first.name), (second.id, second.name)]
        self.host.choices = options([("", gettext("Không trường nào")), *names])
        helps = [
            (id_, named(gettext("%(giver)s sẽ giúp %(receiver)s"), giver=name, receiver=other))
            for (id_, name), (_id, other) in zip(names, reversed(names), strict=True)
        ]
        self.giver.choices = options([("", gettext("Hai trường cùng làm")), *helps])
        clauses = [(id_, _short(text)) for id_, _kind, text in queries.clause_options(pairing.id)]
        self.clause.choices = options([("", gettext("Không tính cho cam kết nào")), *clauses])

    def validate(self, **options_: Any) -> bool:
        """The end comes after the beginning, on a day that is not before it."""
        valid = super().validate(**options_)
        if self.last_day.data and self.end.data is None and not self.end.errors:
            self.end.errors = [gettext("Thầy/cô chưa nhập giờ kết thúc.")]
        if self.last_day.data and self.day.data and self.last_day.data < self.day.data:
            self.last_day.errors = [gettext("Ngày kết thúc phải sau ngày bắt đầu.")]
        return valid and not (self.end.errors or self.last_day.errors)

    def values(self) -> dict[str, Any]:
        """rules.FIELDS as the form gives them; times as they are stored."""
        plain = ("kind", "title", "place", "link", "host", "giver", "clause", "agenda")
        ends_at = None if self.end.data is None else _moment(self.last_day.data or self.day.data, self.end.data)
        times = {"starts_at": _moment(self.day.data, self.start.data), "ends_at": ends_at}
        return {name: self[name].data for name in plain} | times


def _moment(day: date, hour: time) -> datetime:
    return stored(datetime.combine(day, hour))


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_CHOICE else f"{text[:LONGEST_CHOICE].rstrip()}…"


def form_data(values: dict[str, Any]) -> dict[str, Any]:
    """Some of rules.FIELDS as the form's fields hold them."""
    data = {name: value for name, value in values.items() if name not in ("starts_at", "ends_at")}
    if "starts_at" in values:
        start = local(values["starts_at"])
        data |= {"day": start.date(), "start": start.time()}
    if values.get("ends_at"):
        end = local(values["ends_at"])
        same_day = "day" in data and data["day"] == end.date()
        data |= {"end": end.time(), "last_day": None if same_day else end.date()}
    elif "ends_at" in values:
        data |= {"end": None, "last_day": None}
    return data


class MinutesForm(Versioned):
    """What was said and concluded."""

    chair = Text(_("Chủ trì"), [at_most(120)])
    secretary = Text(_("Thư ký"), [at_most(120)])
    minutes = Lines(_("Diễn biến"), [required(_("Thầy/cô chưa nhập diễn biến.")), at_most(20000)])
    conclusions = Lines(
        _("Kết luận"), [at_most(5000)], description=_("Việc thống nhất, ai làm, đến khi nào. Mỗi việc một dòng.")
    )


class GuestForm(Form):
    """Somebody who has no account here."""

    name = Text(_("Họ và tên khách"), [required(_("Thầy/cô chưa nhập họ và tên.")), at_most(120)])
    title = Text(_("Chức vụ, đơn vị"), [at_most(120)])


LABELS = {
    "kind": _("Loại"),
    "title": _("Tên cuộc họp, chuyến thăm"),
    "starts_at": _("Bắt đầu"),
    "ends_at": _("Kết thúc"),
    "place": _("Địa điểm"),
    "link": _("Liên kết họp trực tuyến"),
    "host": _("Trường chủ trì"),
    "giver": _("Ai giúp ai"),
    "clause": _("Tính cho cam kết"),
    "agenda": _("Nội dung, chương trình"),
    "chair": _("Chủ trì"),
    "secretary": _("Thư ký"),
    "minutes": _("Diễn biến"),
    "conclusions": _("Kết luận"),
}


def shown_value(form: Any, name: str, value: Any) -> str:
    """A value as people read it."""
    if name in ("starts_at", "ends_at"):
        return format_time(value)
    if name in ("kind", "host", "giver", "clause"):
        return label_of(form[name], value or "")
    return value or ""


def put_value(form: MeetingForm, name: str, value: Any) -> None:
    """Show a value of rules.FIELDS instead of what was typed; times stand in several fields."""
    for field, shown in form_data({name: value}).items():
        put(form, field, shown)
