"""What the desk, the register and the library know of a person: given out on request, and forgotten."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from intranet.api import Person, source_text
from plugins.digital.models import Article, Flag, Reply, Request, Resource, Volunteer
from plugins.digital.volunteers.topics import TOPICS


def known_of(person: Person) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """For the file that people get of their own data."""
    asked = Request.select(Request.text, Request.room, Request.created_at, Request.rating, Request.thanks).where(
        Request.asker == person
    )
    helped = Request.select(Request.title, Request.solution, Request.hours).where(Request.helper == person)
    replies = Reply.select(Reply.text, Reply.created_at).where(Reply.person == person)
    reported = Flag.select(Resource.title, Flag.text, Flag.created_at).join(Resource).where(Flag.person == person)
    lines = Volunteer.select(Volunteer.topics, Volunteer.note).where(Volunteer.person == person)
    found: dict[str, list[Mapping[str, Any]]] = {
        "Yêu cầu hỗ trợ CNTT đã gửi": _rows(asked, "Nội dung", "Phòng", "Ngày", "Đánh giá", "Lời cảm ơn"),
        "Yêu cầu hỗ trợ CNTT đã giúp": _rows(helped, "Nội dung", "Cách xử lý", "Số giờ"),
        "Trao đổi đã viết": _rows(replies, "Nội dung", "Ngày"),
        "Phản ánh về học liệu": _rows(reported, "Học liệu", "Nội dung", "Ngày"),
        "Tình nguyện viên CNTT": [
            {"Giúp được": ", ".join(source_text(label) for bit, label in TOPICS.items() if bits & bit), "Ghi chú": note}
            for bits, note in lines.tuples()
        ],
    }
    for heading, model in (("Bài giải đáp đã viết", Article), ("Học liệu số đã gửi", Resource)):
        found[heading] = _rows(model.select(model.title).where(model.author == person), "Tên")
    return {heading: rows for heading, rows in found.items() if rows}


def _rows(query: Any, *names: str) -> list[Mapping[str, Any]]:
    return [dict(zip(names, row, strict=True)) for row in query.tuples()]


def forget(person: Person) -> None:
    """The line of the register and the person's own words to others go; what was done stays, without a name."""
    Volunteer.update(note="", topics=0, active=False).where(Volunteer.person == person).execute()
    Request.update(thanks="").where(Request.asker == person).execute()
    Reply.update(text="").where(Reply.person == person).execute()
    Flag.update(text="").where(Flag.person == person).execute()
