"""What the trail of a programme and of its papers tells, in words."""

from __future__ import annotations

from typing import Any

from intranet.kernel.language import lazy_gettext as _
from intranet.programmes.life_cycle import MEMORANDUM, STATE_LABELS
from intranet.registry.districts import District
from intranet.web.layout import format_date

FIELD_LABELS = {
    "title": _("Tên"),
    "name": _("Tên khu vực"),
    "schools": _("Các trường"),
    "movements": _("Phong trào hưởng ứng"),
    "goals": _("Mục tiêu"),
    "starts_on": _("Từ ngày"),
    "ends_on": _("Đến ngày"),
    "districts": _("Các đơn vị cùng tham gia"),
    "predecessor": _("Nối tiếp chương trình"),
    "closing_report": _("Báo cáo tổng kết"),
    "owner_district": _("Đơn vị chủ trì"),
    "left": _("Đơn vị rời chương trình"),
    "left_on": _("Ngày rời chương trình"),
    "reason": _("Lý do"),
    "preamble": _("Căn cứ và lời mở đầu"),
    "clauses": _("Các điều"),
    "signatories": _("Người ký"),
    "number": _("Số, ký hiệu"),
    "signed_on": _("Ngày ký"),
    "signed_place": _("Nơi ký"),
    "school_year": _("Năm học"),
    "aims": _("Mục đích, yêu cầu"),
    "items": _("Nhiệm vụ"),
    "issued_on": _("Ngày ban hành"),
    "state": _("Trạng thái"),
    "file": _("Tệp"),
}
PAPER_STATES = {state.key: state.label for state in MEMORANDUM.states}


def field_label(field: str) -> str:
    """What people call a field; an office's word on a step bears the step's name."""
    step = MEMORANDUM.transition.get(field)
    return str(step.label if step else FIELD_LABELS.get(field, field))


def shown_value(field: str, value: Any) -> str:
    """A field's value, or its text in the trail, as people read it."""
    text = "" if value is None else str(value)
    if field == "state":
        return str({**STATE_LABELS, **PAPER_STATES}.get(text, text))
    if field in MEMORANDUM.transition:
        return _office(text)
    return format_date(text) if text and field.endswith("_on") else text or "–"


def _office(side: str) -> str:
    """The district whose office gave its word, of a side like "leaders-d12"."""
    number = side.rpartition("-d")[2]
    name = District.select(District.name).where(District.id == int(number)).scalar() if number.isdecimal() else None
    return name or side
