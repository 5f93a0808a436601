"""The form of how each kind of notice goes by mail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from wtforms import RadioField

from intranet.contributions import AT_ONCE, DAILY, NEVER, NoticeKind
from intranet.kernel.forms import Form, options, required
from intranet.kernel.language import lazy_gettext as _

DELIVERY_LABELS = {
    AT_ONCE: _("Ngay trong 15 phút"),
    DAILY: _("Mỗi ngày một thư"),
    NEVER: _("Không gửi thư"),
}


def choices_form(kinds: Sequence[NoticeKind], chosen: Mapping[str, str]) -> Form:
    """A field for each kind, filled with what was posted, else with what the person chose, else with the usual."""
    fields = {field_name(kind): _field(kind) for kind in kinds}
    known = {field_name(kind): chosen[kind.key] for kind in kinds if kind.key in chosen}
    return type("ChoicesForm", (Form,), fields)(data=known)


def _field(kind: NoticeKind) -> RadioField:
    one = required(_("Hãy chọn một mục trong danh sách."))
    return RadioField(kind.label, [one], choices=options(DELIVERY_LABELS.items()), default=kind.delivery)


def field_name(kind: NoticeKind) -> str:
    """A name for a field: the dot of a plugin's kind means something else in HTML."""
    return f"kind-{kind.key.replace('.', '-')}"
