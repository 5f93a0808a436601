"""What the trail of a change of units tells, in words."""

from __future__ import annotations

from datetime import date

from intranet.kernel.language import lazy_gettext as _
from intranet.registry.units import CHANGE_KINDS
from intranet.units.pages import STATES
from intranet.web.layout import format_date

LABELS = {
    "kind": _("Loại thay đổi"),
    "title": _("Tên thay đổi"),
    "decree_number": _("Số văn bản"),
    "decree_on": _("Ngày văn bản"),
    "effective_on": _("Ngày có hiệu lực"),
    "note": _("Ghi chú"),
    "state": _("Trạng thái"),
    "file": _("Tệp"),
    "lines": _("Số dòng"),
    "source": _("Trước thay đổi"),
    "target": _("Sau thay đổi"),
    "from": _("Trước thay đổi"),
    "to": _("Sau thay đổi"),
    "line": _("Nối"),
    "heir": _("Đơn vị kế thừa"),
    # With its number behind.
    "school": _("Trường"),
    "membership": _("Công việc"),
}


def field_label(name: str) -> str:
    """What a field of the trail is called; a school's carries its number."""
    field, _space, number = name.partition(" ")
    return " ".join(filter(None, (str(LABELS.get(field, field)), number)))


def shown_value(name: str, text: str | None) -> str:
    """A text that the trail kept, as people read it."""
    if not text:
        return ""
    if name == "kind":
        return str(CHANGE_KINDS.get(text, text))
    if name == "state" and text in STATES:
        return str(STATES[text][1])
    return format_date(date.fromisoformat(text)) if name.endswith("_on") else text
