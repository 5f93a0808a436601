"""What is known of a person, as a file for that person: for people to read (Excel) and for machines (JSON)."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from flask import Blueprint, Response, abort, g

from intranet.history.labels import action_label
from intranet.kernel.clock import today
from intranet.kernel.dates import show_date
from intranet.kernel.language import SOURCE, speaking
from intranet.kernel.language import gettext as _
from intranet.kernel.phone import show_phone
from intranet.people import profile
from intranet.people.forms import function_labels
from intranet.registry.people import END_REASONS, GENDER_LABELS, LEAVE_LABELS, Person, SignInSession
from intranet.registry.pledges import ATTENDANCE, Meeting, MeetingAttendee
from intranet.shared import modules
from intranet.shared.access import may
from intranet.shared.audit import AuditEntry
from intranet.shared.notices import Notice
from intranet.shared.workbooks import write_parts
from intranet.web.downloads import as_attachment
from intranet.web.exports import send_workbook
from intranet.web.gate import signed_in
from intranet.web.layout import format_time

MOST_ACTS = 2_000

Rows = Sequence[Mapping[str, Any]]

blueprint = Blueprint("copies", __name__, url_prefix="/people")
log = logging.getLogger("intranet.exports")


@blueprint.get("/<int:person_id>/copy.xlsx")
@signed_in
def workbook(person_id: int) -> Response:
    """The data of a person, for people to read."""
    person = _whose(person_id)
    # The labels of records are Vietnamese, like those of every file.
    with speaking(SOURCE):
        title, subtitle = _("Dữ liệu của %(name)s", name=person.name), _("Lập ngày %(day)s", day=show_date(today()))
        return send_workbook(f"{_file_name(person)}.xlsx", write_parts(title, subtitle, parts_of(person)))


@blueprint.get("/<int:person_id>/copy.json")
@signed_in
def data(person_id: int) -> Response:
    """The same for machines."""
    person = _whose(person_id)
    with speaking(SOURCE):
        body = json.dumps(parts_of(person), ensure_ascii=False, indent=1, default=_plain)
        return as_attachment(Response(body, mimetype="application/json"), f"{_file_name(person)}.json")


def _plain(value: date | Decimal) -> str | float:
    """What JSON has no word for: days, and numbers like 1,5 hours."""
    return float(value) if isinstance(value, Decimal) else value.isoformat()


def _whose(person_id: int) -> Person:
    """The own record, or for administrators anybody's; 404 for others, and for whoever looks at somebody's pages."""
    person = Person.get_or_none(Person.id == person_id, Person.erased_at.is_null())
    own = person_id == g.actor.person_id and g.actor.seen_by is None
    if person is None or not (own or may(g.actor, "people.erase")):
        abort(404)
    log.info("exported", extra={"facts": {"list": "people.copy", "person": person_id}})
    return person


def _file_name(person: Person) -> str:
    return _("Dữ liệu của %(name)s", name=f"{person.name} {today():%d-%m-%Y}")


def parts_of(person: Person) -> dict[str, Rows]:
    """{what it is: rows as {label: value}}, the core's and the modules', without what others noted about the person."""
    parts: dict[str, Rows] = {
        _("Hồ sơ"): [_record(person)],
        _("Công việc"): [_work(row) for row in profile.work_of(person.id)],
        _("Nhiệm vụ"): [_duty(row) for row in profile.duties_of(person.id)],
        _("Thời gian nghỉ"): [_leave(row) for row in profile.leaves_of(person.id)],
        _("Cuộc họp, chuyến thăm"): list(_meetings(person)),
        _("Thiết bị đang đăng nhập"): list(_sessions(person)),
        _("Thông báo"): list(_notices(person)),
        _("Việc đã làm gần đây"): list(_acts(person)),
    }
    plugins = modules.plugins()
    for name in plugins.names:
        for part, rows in (plugins.boot(name, "person_exported", person=person) or {}).items():
            parts[f"{plugins.cards[name].label}: {part}"] = rows
    return parts


def _record(person: Person) -> dict[str, Any]:
    return {
        _("Họ và tên"): person.name,
        _("Tên đăng nhập"): person.username,
        _("Điện thoại"): show_phone(person.phone),
        _("Email"): person.email,
        _("Ngày sinh"): person.birth_date,
        _("Giới tính"): str(GENDER_LABELS.get(person.gender, "")),
        _("Môn dạy"): person.subjects,
        _("Ghi lần đầu"): format_time(person.created_at),
    }


def _dated(row: Any) -> dict[str, date | None]:
    return {_("Từ ngày"): row.starts_on, _("Đến ngày"): row.ends_on}


def _work(row: profile.Work) -> dict[str, Any]:
    reason = str(END_REASONS.get(row.end_reason, ""))
    return {_("Công việc"): row.label, _("Nơi làm việc"): row.place, **_dated(row), _("Lý do"): reason}


def _duty(row: profile.Duty) -> dict[str, Any]:
    label = str(function_labels().get(row.kind, row.kind))
    return {_("Nhiệm vụ"): label, _("Chi tiết"): row.detail, _("Trường"): row.school, **_dated(row)}


def _leave(row: profile.Away) -> dict[str, Any]:
    return {_("Loại nghỉ"): str(LEAVE_LABELS.get(row.kind, row.kind)), **_dated(row)}


def _meetings(person: Person) -> Iterator[dict[str, Any]]:
    fields = (Meeting.starts_at, Meeting.title, MeetingAttendee.attendance)
    rows = MeetingAttendee.select(*fields).join(Meeting).where(MeetingAttendee.person == person)
    for starts_at, title, attendance in rows.order_by(Meeting.starts_at.desc(), Meeting.id.desc()).tuples():
        label = str(ATTENDANCE.get(attendance, ""))
        yield {_("Lúc"): format_time(starts_at), _("Nội dung"): title, _("Điểm danh"): label}


def _sessions(person: Person) -> Iterator[dict[str, Any]]:
    fields = (SignInSession.created_at, SignInSession.seen_at, SignInSession.device, SignInSession.address)
    own = (SignInSession.person == person) & SignInSession.seen_as.is_null()
    for created_at, seen_at, device, address in SignInSession.select(*fields).where(own).tuples():
        yield {
            _("Đăng nhập lúc"): format_time(created_at),
            _("Dùng lần cuối"): format_time(seen_at),
            _("Thiết bị"): device,
            _("Địa chỉ máy"): address,
        }


def _notices(person: Person) -> Iterator[dict[str, Any]]:
    fields = (Notice.created_at, Notice.title, Notice.seen_at)
    rows = Notice.select(*fields).where(Notice.person == person).order_by(Notice.id.desc()).limit(MOST_ACTS)
    for created_at, title, seen_at in rows.tuples():
        yield {_("Lúc"): format_time(created_at), _("Nội dung"): title, _("Đã xem lúc"): format_time(seen_at)}


def _acts(person: Person) -> Iterator[dict[str, Any]]:
    fields = (AuditEntry.at, AuditEntry.action, AuditEntry.address)
    own = AuditEntry.select(*fields).where(AuditEntry.person_id == person.id)
    for at, action, address in own.order_by(AuditEntry.at.desc(), AuditEntry.id.desc()).limit(MOST_ACTS).tuples():
        yield {_("Lúc"): format_time(at), _("Việc"): action_label(action), _("Địa chỉ máy"): address}
