"""Who comes to a session: the list, the same as an Excel file, the date as a file, and the signed sheet as a scan."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, g, render_template

from intranet.api import (
    Attachable,
    Column,
    fetch,
    lazy_gettext,
    may,
    register_attachable,
    requires,
    send_calendar_item,
    send_workbook,
    write_table,
)
from plugins.professional_development.models import Session
from plugins.professional_development.pages import MODULE
from plugins.professional_development.routes import blueprint
from plugins.professional_development.sessions import dates, queries
from plugins.professional_development.sessions.views import address_of, run_by

STATE_LABELS = {"registered": lazy_gettext("Có chỗ"), "waiting": lazy_gettext("Chờ")}
ATTENDANCE_LABELS = {
    "": lazy_gettext("Chưa điểm danh"),
    "present": lazy_gettext("Có mặt"),
    "absent": lazy_gettext("Vắng"),
    "excused": lazy_gettext("Vắng có lý do"),
}
COLUMNS = (
    Column(key="name", label=lazy_gettext("Họ và tên"), width=30),
    Column(key="school", label=lazy_gettext("Đơn vị"), width=36),
    Column(key="state", label=lazy_gettext("Đăng ký"), width=14),
    Column(key="attendance", label=lazy_gettext("Điểm danh"), width=18),
)


def _runs(actor: Any, session: Session) -> bool:
    return session.organiser_id == actor.person_id or may(actor, "professional_development.organise", session)


register_attachable(
    Attachable(
        model=Session,
        title=lazy_gettext("Danh sách ký, ảnh, tài liệu của buổi"),
        # Signatures and photographs are for those who run it; what is to be read is linked or stands in the minutes.
        may_read=_runs,
        may_write=_runs,
        address=lambda session: address_of(session.id),
        name=lambda session: session.title,
        module=MODULE,
    )
)


@blueprint.get("/sessions/<int:session_id>/people")
@requires("professional_development.view")
def registered(session_id: int) -> str:
    """Who has a place and who waits, for whoever runs it."""
    session = run_by(session_id)
    return render_template(
        "professional_development/sessions/people.html",
        session=session,
        rows=queries.places(session.id),
        states=STATE_LABELS,
        attendances=ATTENDANCE_LABELS,
    )


@blueprint.get("/sessions/<int:session_id>/people.xlsx")
@requires("professional_development.view")
def registered_file(session_id: int) -> Response:
    """The list as an Excel file."""
    session = run_by(session_id)
    rows = [
        (name, school or "", str(STATE_LABELS[state]), str(ATTENDANCE_LABELS[attendance]))
        for _id, name, school, state, attendance, *_rest in queries.places(session.id)
    ]
    title = f"Danh sách {session.title}"
    return send_workbook(f"{title}.xlsx", write_table(title, g.actor.place_name, COLUMNS, rows))


@blueprint.get("/sessions/<int:session_id>/date.ics")
@requires("professional_development.view")
def date_file(session_id: int) -> Response:
    """The session, for one's own calendar."""
    session = fetch(Session, session_id, g.actor)
    if session.starts_at is None or session.ends_at is None or session.state in ("cancelled", "postponed"):
        abort(404)
    label = lazy_gettext("Sinh hoạt chuyên môn")
    return send_calendar_item(dates.item_of(session), label, module=MODULE, changed_at=session.updated_at)
