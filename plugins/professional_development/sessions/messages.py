"""A session as a message that people send each other."""

from __future__ import annotations

from intranet.api import external, local, source_text
from plugins.professional_development.models import Session
from plugins.professional_development.sessions.effects import address
from plugins.professional_development.sessions.kinds import KINDS


def for_telephones(session: Session) -> str:
    """What, when, where, until when to sign up, and the address. Vietnamese, whatever the page's language."""
    lines = [f"{source_text(KINDS[session.kind].label)}: {session.title}"]
    if session.starts_at is not None:
        lines.append(f"Thời gian: {local(session.starts_at):%H:%M ngày %d/%m/%Y}")
    if session.place:
        lines.append(f"Địa điểm: {session.place}")
    if session.link:
        lines.append(f"Họp trực tuyến: {session.link}")
    if session.presenters:
        lines.append(f"Người dạy, báo cáo viên: {session.presenters}")
    if session.closes_at is not None:
        lines.append(f"Đăng ký trước: {local(session.closes_at):%H:%M ngày %d/%m/%Y}")
    return "\n".join([*lines, f"Đăng ký tại: {external(address(session))}"])
