"""The forms of proposals."""

from __future__ import annotations

from typing import Any

from wtforms import RadioField, SelectField
from wtforms.validators import InputRequired

from intranet.api import Day, Form, Lines, Money, Query, Text, Versioned, at_most, options, required
from intranet.api import lazy_gettext as _
from plugins.facilities.models import FundingSource, Proposal
from plugins.facilities.proposals.life_cycle import STATE_LABELS

SOURCES = {
    "budget": _("Ngân sách xã, phường"),
    "budget_above": _("Ngân sách thành phố, cấp trên hỗ trợ"),
    "society": _("Xã hội hóa, tài trợ"),
    "school": _("Nguồn thu hợp pháp của trường"),
    "other": _("Nguồn khác"),
}
PARTS = {
    "title": _("Tên hồ sơ"),
    "addressee": _("Kính gửi"),
    "bases": _("Căn cứ"),
    "reasons": _("Sự cần thiết"),
    "course": _("Tiến độ thực hiện"),
    "effects": _("Hiệu quả dự kiến"),
}


class ProposalForm(Versioned):
    """To whom, why, and what for."""

    title = Text(
        PARTS["title"],
        [required(_("Thầy/cô chưa nhập tên hồ sơ.")), at_most(200)],
        description=_("Phần sau chữ “Về việc” của tờ trình."),
    )
    addressee = Text(PARTS["addressee"], [at_most(200)], description=_("Ví dụ: Ủy ban nhân dân xã Vân Đình."))
    bases = Lines(PARTS["bases"], [at_most(3000)], description=_("Mỗi căn cứ một dòng."))
    reasons = Lines(PARTS["reasons"], [at_most(5000)])
    course = Lines(PARTS["course"], [at_most(3000)])
    effects = Lines(PARTS["effects"], [at_most(3000)])

    def values(self) -> dict[str, Any]:
        """What rules take."""
        return {name: self[name].data or "" for name in PARTS}


def form_data(proposal: Proposal) -> dict[str, Any]:
    """A proposal as its form holds it."""
    return {name: getattr(proposal, name) for name in (*PARTS, "version")}


class SourceForm(Form):
    """Who is asked to pay how much."""

    kind = RadioField(
        _("Nguồn vốn"), [InputRequired(_("Thầy/cô chưa chọn nguồn vốn."))], choices=options(SOURCES.items())
    )
    label = Text(_("Ghi rõ"), [at_most(200)])
    amount = Money(_("Số tiền (đồng)"), [InputRequired(_("Thầy/cô chưa nhập số tiền."))])

    def values(self) -> dict[str, Any]:
        """What the rule takes."""
        return {name: self[name].data for name in ("kind", "label", "amount")}


class ItemForm(Form):
    """What a line costs."""

    cost = Money(
        _("Kinh phí cho cả dòng (đồng)"),
        [InputRequired(_("Thầy/cô chưa nhập kinh phí."))],
        description=_("Ví dụ 45.000.000 hoặc 45 triệu."),
    )


class SendForm(Form):
    """By which number it was sent."""

    number = Text(_("Số tờ trình"), [required(_("Thầy/cô chưa nhập số tờ trình.")), at_most(60)])
    sent_on = Day(_("Ngày gửi"), [InputRequired(_("Thầy/cô chưa nhập ngày gửi."))])


class ApprovalForm(Form):
    """What was decided; the amount of each source is a field of its own: approval_form()."""

    decision_number = Text(_("Số quyết định"), [required(_("Thầy/cô chưa nhập số quyết định.")), at_most(60)])
    decided_on = Day(_("Ngày quyết định"), [InputRequired(_("Thầy/cô chưa nhập ngày quyết định."))])

    def amounts(self) -> dict[int, Any]:
        """{source: what was approved}; nothing typed is nothing approved."""
        fields = ((name, field) for name, field in self._fields.items() if name.startswith("source_"))
        return {int(name.removeprefix("source_")): field.data or 0 for name, field in fields}


def approval_form(sources: list[FundingSource], **arguments: Any) -> ApprovalForm:
    """The form with a field for each source, called as the source is."""
    fields = {f"source_{source.id}": Money(name_of(source.kind, source.label)) for source in sources}
    return type("ApprovalForm", (ApprovalForm,), fields)(**arguments)


def name_of(kind: str, label: str) -> str:
    """What a source is called."""
    return f"{SOURCES[kind]}: {label}" if label else str(SOURCES[kind])


class HandOverForm(Form):
    """That the schools have it."""

    handed_over_on = Day(_("Ngày bàn giao"), [InputRequired(_("Thầy/cô chưa nhập ngày bàn giao."))])
    result = Lines(_("Kết quả"), [at_most(3000)])


class FilterForm(Query):
    """The filters of the list."""

    state = SelectField(_("Trạng thái"), choices=options([("", _("Tất cả")), *STATE_LABELS.items()]), default="")
