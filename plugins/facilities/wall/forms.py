"""The filters of the wall."""

from __future__ import annotations

from wtforms import SelectField

from intranet.api import Query, Text, at_most, options
from intranet.api import lazy_gettext as _
from plugins.facilities.needs.forms import PRIORITIES

PARTNERS, LACKING = "partner", "lacking"


class WallFilter(Query):
    """What to look for on the wall."""

    q = Text(_("Tìm theo tên, lý do"), [at_most(100)])
    whose = SelectField(
        _("Trường"),
        choices=options([("", _("Trong chương trình")), (PARTNERS, _("Trường kết nghĩa"))]),
        default="",
    )
    priority = SelectField(
        _("Mức ưu tiên"),
        choices=options([("", _("Tất cả")), *((str(key), label) for key, label in PRIORITIES.items())]),
        default="",
    )
    still = SelectField(_("Hỗ trợ"), choices=options([("", _("Tất cả")), (LACKING, _("Còn thiếu"))]), default=LACKING)
