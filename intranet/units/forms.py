"""The forms of a change of units."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from intranet.kernel.forms import Day, Form, Lines, Text, Versioned, at_most, options, required
from intranet.kernel.language import lazy_gettext as _
from intranet.registry.units import COMMUNE, DISSOLVE, MANAGING, MERGE, PART, RENAME, SPLIT, TRANSFER, WHOLE
from intranet.units.rules import FIELDS

KINDS = {
    RENAME: _("Đổi tên: đơn vị giữ nguyên, chỉ tên, mã hoặc tên cơ quan khác đi"),
    MERGE: _("Gộp: từ hai đơn vị trở lên thành một"),
    SPLIT: _("Tách: một đơn vị thành hai đơn vị trở lên"),
    TRANSFER: _("Chuyển cơ quan quản lý: một số trường sang đơn vị khác, các đơn vị vẫn còn"),
    DISSOLVE: _("Giải thể: đơn vị không còn, trường chia về các đơn vị mới (như quận, huyện ngày 01/7/2025)"),
}
EXTENTS = {WHOLE: _("Toàn bộ"), PART: _("Một phần")}
TIERS = {
    MANAGING: _("Đơn vị quản lý trường, thay cho quận, huyện cũ"),
    COMMUNE: _("Xã, phường bên trong quận, huyện; quận, huyện vẫn quản lý trường"),
}
NOWHERE = 0


def names(pairs: Sequence[tuple[Any, str]]) -> list[SelectChoice]:
    """Choices whose labels are names, whatever the language of the page."""
    return [SelectChoice(value, name, {"lang": "vi"}) for value, name in pairs]


class ChangeForm(Versioned):
    """What happens to units, by which decree, from when on."""

    kind = RadioField(
        _("Loại thay đổi"),
        [required(_("Thầy/cô chưa chọn loại thay đổi."))],
        choices=options(KINDS.items()),
    )
    title = Text(
        _("Tên thay đổi"),
        [required(_("Thầy/cô chưa nhập tên thay đổi.")), at_most(200)],
        description=_("Ví dụ: Sắp xếp đơn vị hành chính thành phố Hà Nội, tháng 7/2025."),
    )
    decree_number = Text(_("Số văn bản"), [at_most(60)], description=_("Ví dụ: 1656/NQ-UBTVQH15."))
    decree_on = Day(_("Ngày văn bản"))
    effective_on = Day(
        _("Ngày có hiệu lực"),
        [InputRequired(_("Thầy/cô chưa nhập ngày có hiệu lực."))],
        description=_("Ngày đầu tiên theo tên và đơn vị mới."),
    )
    note = Lines(_("Ghi chú"), [at_most(2000)])

    def values(self) -> dict[str, Any]:
        """What the rules take."""
        return {name: self[name].data for name in FIELDS}


class FileForm(Form):
    """A conversion table of the state."""

    file = FileField(_("Bảng chuyển đổi"), [FileRequired(_("Thầy/cô chưa chọn tệp."))])
    tier = RadioField(
        _("Các đơn vị mới trong bảng là"),
        [required(_("Hãy chọn một mục trong danh sách."))],
        choices=options(TIERS.items()),
    )


class SourceForm(Form):
    """One more unit that changes: "district:1" or "commune:12"."""

    source = SelectField(_("Đơn vị thay đổi"))

    def offer(self, districts: Sequence[tuple[int, str]], communes: Sequence[tuple[int, str, str]]) -> None:
        """What may be chosen."""
        units = [(f"district:{id_}", name) for id_, name in districts]
        inside = [(f"commune:{id_}", f"{name}, {district}") for id_, name, district in communes]
        self.source.choices = names([*units, *inside])


class TargetForm(Form):
    """A unit as it will be."""

    district = SelectField(_("Đơn vị"), coerce=int)
    name = Text(_("Tên"), [at_most(200)], description=_("Tên đầy đủ, ví dụ: Xã Vân Đình."))
    code = Text(_("Mã"), [at_most(20)], description=_("Mã của Tổng cục Thống kê; giữ cả số 0 ở đầu."))
    office_name = Text(
        _("Tên cơ quan"),
        [at_most(200)],
        description=_("In trên văn bản, ví dụ: UBND xã Vân Đình. Bỏ trống thì lấy UBND và tên đơn vị."),
    )

    def values(self) -> dict[str, Any]:
        """What the rule takes."""
        return {name: self[name].data if name in self else "" for name in ("name", "code", "office_name")}


class LineForm(Form):
    """From which unit into which."""

    source = SelectField(_("Từ đơn vị"), coerce=int)
    target = SelectField(_("Vào đơn vị"), coerce=int)
    extent = SelectField(_("Mức độ"), choices=options(EXTENTS.items()))


class HeirForm(Form):
    """Who goes on with an office's work."""

    heir = SelectField(_("Đơn vị kế thừa"), coerce=int)


class UndoForm(Form):
    """The title typed once more: what is taken back concerns everybody."""

    title = Text(_("Gõ lại tên thay đổi"), [required(_("Thầy/cô chưa gõ lại tên thay đổi."))])


class PlacesForm(Form):
    """The list of schools with their new units, as it was taken out here."""

    file = FileField(_("Danh sách trường đã điền"), [FileRequired(_("Thầy/cô chưa chọn tệp."))])
