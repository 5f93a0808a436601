"""What people fill in on the workbench."""

from __future__ import annotations

from typing import Any

from wtforms import HiddenField
from wtforms.validators import InputRequired

from intranet.api import Form, Lines, Text, Whole, at_most, required
from intranet.api import lazy_gettext as _
from plugins.matching.rules import LONGEST_REASON
from plugins.matching.score import FACTORS

MOST_WEIGHT = 100
FACTOR_LABELS = {
    "needs": _("Thế mạnh và nhu cầu bù nhau"),
    "size": _("Quy mô"),
    "distance": _("Khoảng cách"),
    "load": _("Số cặp đang có"),
}
PRESET_LABELS = {
    "balanced": _("Cân đối"),
    "needs": _("Chuyên môn trước"),
    "near": _("Gần nhau trước"),
    "even": _("San đều việc"),
}


class WeightsForm(Form):
    """How much each factor counts, 0 to 100; what they add up to does not matter."""

    version = HiddenField()

    @property
    def values(self) -> dict[str, int]:
        """{factor: weight}."""
        return {factor: self[factor].data for factor in FACTORS}

    @property
    def read_version(self) -> int:
        """The version that the form was made from; 0 where nothing was stored."""
        text = self.version.data or ""
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


for _factor, _label in FACTOR_LABELS.items():
    setattr(WeightsForm, _factor, Whole(_label, [InputRequired(_("Hãy nhập một số từ 0 đến 100."))], most=MOST_WEIGHT))


class ChoiceForm(Form):
    """Another partner, and why."""

    partner = Text(_("Trường bạn"), [required(_("Thầy/cô chưa chọn trường."))])
    seen = HiddenField()
    reason = Lines(_("Vì sao chọn trường này"), [at_most(LONGEST_REASON)])


class DropForm(Form):
    """Why two schools are not to be paired."""

    reason = Lines(_("Lý do"), [at_most(LONGEST_REASON)])


def filled(weights: Any) -> WeightsForm:
    """The form with the weights as they are."""
    version = weights.version if weights.id is not None else 0
    return WeightsForm(formdata=None, data={**weights.values(), "version": version})
