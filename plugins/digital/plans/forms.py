"""The form of a step of a plan."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wtforms import SelectField
from wtforms.validators import InputRequired

from intranet.api import Day, Lines, Text, Versioned, at_most, options, required
from intranet.api import lazy_gettext as _
from plugins.digital.models import Improvement


class ImprovementForm(Versioned):
    """What is done, by whom, by when."""

    title = Text(_("Việc cần làm"), [required(_("Thầy/cô chưa ghi việc cần làm.")), at_most(200)])
    responsible = SelectField(_("Người phụ trách"), coerce=int)
    due_on = Day(_("Hạn hoàn thành"), [InputRequired(_("Thầy/cô chưa nhập hạn hoàn thành."))])
    pairing = SelectField(
        _("Cùng làm với trường kết nghĩa"), coerce=int, description=_("Xong việc thì ghi vào sổ hoạt động của cặp.")
    )
    note = Lines(_("Ghi chú"), [at_most(2000)])

    def offer(self, people: Iterable[tuple[int, str]], partners: Iterable[tuple[int, str]]) -> None:
        """The people of the school, its partner schools."""
        self.responsible.choices = options(people)
        self.pairing.choices = options([(0, _("Không")), *partners])

    def values(self) -> dict[str, Any]:
        """What rules take."""
        return {
            "title": self.title.data,
            "responsible": self.responsible.data,
            "due_on": self.due_on.data,
            "pairing": self.pairing.data or None,
            "note": self.note.data or "",
        }


def improvement_data(found: Improvement) -> dict[str, Any]:
    """A step as its form holds it."""
    data = {name: getattr(found, name) for name in ("title", "due_on", "note", "version")}
    return data | {"responsible": found.responsible_id, "pairing": found.pairing_id or 0}
