"""What the trail of a pair tells, in words: "text 12" there is the text of a clause."""

from __future__ import annotations

from intranet.kernel.language import lazy_gettext as _
from intranet.pairings.life_cycle import LIFE_CYCLE
from intranet.pairings.pledge_forms import LABELS
from intranet.registry.twinning import PAIRING_STATES
from intranet.shared.pledges import BOTH, FIRST, SECOND
from intranet.web.layout import format_date

FIELD_LABELS = LABELS | {
    "state": _("Trạng thái"),
    "programme": _("Chương trình"),
    "proposal": _("Lý do đề nghị"),
    "cluster": _("Cụm"),
    "reason": _("Lý do"),
    "pledge_number": _("Số giao ước"),
    "signed_on": _("Ngày ký"),
    "signed_place": _("Nơi ký"),
    "position": _("Thứ tự"),
    "dropped_on": _("Không thực hiện từ ngày"),
    "dropped_reason": _("Lý do không thực hiện"),
    "correction": _("Kết quả điều chỉnh"),
    "school_year": _("Năm học"),
    "achieved": _("Đã làm được"),
    "difficulties": _("Khó khăn"),
    "proposals": _("Đề xuất"),
    "file": _("Tệp"),
}
DAYS = ("due_on", "dropped_on", "signed_on")
SIDES = {FIRST: _("Trường thứ nhất"), SECOND: _("Trường thứ hai"), BOTH: _("Hai trường cùng làm")}


def field_label(field: str) -> str:
    """A field as the trail names it, in words; the word of a side on a step bears the step's name."""
    name = field.partition(" ")[0]
    transition = LIFE_CYCLE.transition.get(name)
    return str(transition.label if transition else FIELD_LABELS.get(name, name))


def shown_value(field: str, text: str | None) -> str:
    """A field's text in the trail as people read it."""
    name, text = field.partition(" ")[0], text or ""
    if name == "state":
        return str(PAIRING_STATES.get(text, text))
    if name in LIFE_CYCLE.transition:
        party = LIFE_CYCLE.party.get(text.partition("-")[0])
        return str(party.label) if party else text
    if name == "side":
        return str(SIDES.get(text, text))
    return format_date(text) if name in DAYS and text else text
