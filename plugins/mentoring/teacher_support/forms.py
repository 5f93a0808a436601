"""The forms of help for teachers; every text is sealed."""

from __future__ import annotations

from wtforms.validators import InputRequired

from intranet.api import Day, Form, Lines, at_most, required
from intranet.api import lazy_gettext as _

SEALED = _("Được mã hóa; chỉ hiệu trưởng, chủ tịch công đoàn và thầy/cô đọc được.")


class RequestForm(Form):
    """What a teacher asks for: no more than needed."""

    circumstances = Lines(
        _("Hoàn cảnh"), [required(_("Thầy/cô chưa ghi hoàn cảnh.")), at_most(2000)], description=SEALED
    )
    asked = Lines(_("Mong được hỗ trợ gì"), [required(_("Thầy/cô chưa ghi mong được hỗ trợ gì.")), at_most(1000)])


class DecisionForm(Form):
    """What principal and union decide."""

    granted = Lines(
        _("Nội dung quyết định"),
        [required(_("Thầy/cô chưa ghi nội dung quyết định.")), at_most(1000)],
        description=_("Hỗ trợ gì, hoặc vì sao không hỗ trợ. Người đề nghị đọc được khi đã quyết định."),
    )


class DeliveryForm(Form):
    """When it was handed over."""

    delivered_on = Day(_("Ngày trao"), [InputRequired(_("Thầy/cô chưa nhập ngày trao."))])
    outcome = Lines(_("Việc cần lưu ý"), [at_most(1000)], description=SEALED)
