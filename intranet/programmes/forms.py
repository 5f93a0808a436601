"""The forms of a programme, of its memoranda and of its yearly plans."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any, TypeVar

from wtforms import FieldList, FormField, HiddenField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, ValidationError

from intranet.kernel.forms import Day, Form, Lines, Text, Versioned, at_most, required
from intranet.kernel.language import gettext
from intranet.kernel.language import lazy_gettext as _
from intranet.programmes.memoranda import CLAUSES, SIGNATORIES, Clause, Signer
from intranet.programmes.plans import ITEMS, Item
from intranet.programmes.rules import DISTRICTS, FIELDS

MOST_ROWS = 40
Row = TypeVar("Row")


def _names(pairs: Sequence[tuple[int, str]]) -> list[SelectChoice]:
    """Choices whose labels are names, whatever the language of the page."""
    return [SelectChoice(value, name, {"lang": "vi"}) for value, name in pairs]


class ProgrammeForm(Versioned):
    """What a programme is, for how long, and who takes part."""

    title = Text(
        _("Tên chương trình"),
        [required(_("Thầy/cô chưa nhập tên chương trình.")), at_most(300)],
        description=_("Ví dụ: Nhà trường cùng chung tay phát triển – Thầy cô cùng sẻ chia trách nhiệm."),
    )
    starts_on = Day(_("Từ ngày"), [InputRequired(_("Thầy/cô chưa nhập ngày bắt đầu."))])
    ends_on = Day(_("Đến ngày"), [InputRequired(_("Thầy/cô chưa nhập ngày kết thúc."))])
    districts = SelectMultipleField(
        _("Các đơn vị cùng tham gia"), [required(_("Chương trình cần ít nhất hai đơn vị tham gia."))], coerce=int
    )
    movements = Lines(
        _("Phong trào hưởng ứng"), [at_most(2000)], description=_("Mỗi phong trào, cuộc vận động một dòng.")
    )
    goals = Lines(
        _("Mục tiêu"),
        [at_most(5000)],
        description=_("Chương trình muốn đạt được điều gì; được đưa vào bản ghi nhớ và báo cáo."),
    )

    def offer(self, districts: Sequence[tuple[int, str]]) -> None:
        """The districts to choose from, as (id, name)."""
        self.districts.choices = _names(districts)

    def values(self) -> dict[str, Any]:
        """The fields as rules.update_programme takes them."""
        return {name: getattr(self, name).data for name in (*FIELDS, DISTRICTS)}


class ReportForm(Versioned):
    """What became of the programme."""

    closing_report = Lines(
        _("Báo cáo tổng kết"),
        [at_most(20000)],
        description=_("Kết quả chính, bài học kinh nghiệm, kiến nghị. Có thể lưu nhiều lần trước khi kết thúc."),
    )


class OwnerForm(Form):
    """Who keeps the programme from now on."""

    district = SelectField(_("Đơn vị chủ trì mới"), coerce=int)

    def offer(self, districts: Sequence[tuple[int, str]]) -> None:
        """The districts to choose from, as (id, name)."""
        self.district.choices = _names(districts)


class AreaForm(Versioned):
    """What an area is called, and its schools."""

    name = Text(
        _("Tên khu vực"),
        [required(_("Thầy/cô chưa nhập tên khu vực.")), at_most(120)],
        description=_("Ví dụ Cụm Ứng Hòa cũ."),
    )
    schools = SelectMultipleField(_("Các trường"), [required(_("Thầy/cô chưa chọn trường nào."))], coerce=int)

    def offer(self, schools: Sequence[tuple[int, str, str]]) -> None:
        """The schools to choose from, as (id, name, unit)."""
        by_unit = groupby(schools, key=lambda row: row[2])
        self.schools.choices = {unit: _names([row[:2] for row in rows]) for unit, rows in by_unit}

    def values(self) -> dict[str, Any]:
        """The fields as areas.update_area takes them."""
        return {"name": self.name.data, "schools": self.schools.data}


class LeaveForm(Form):
    """When and why a district leaves."""

    on = Day(
        _("Ngày rời chương trình"),
        [InputRequired(_("Thầy/cô chưa nhập ngày rời chương trình."))],
        description=_("Từ ngày này đơn vị không còn tham gia; các cặp của đơn vị kết thúc trong ngày."),
    )
    reason = Text(
        _("Lý do"),
        [required(_("Thầy/cô chưa ghi lý do.")), at_most(300)],
        description=_("Ví dụ số quyết định; được ghi vào từng cặp kết thúc."),
    )


class ClauseRow(Form):
    """An article; an empty one counts for nothing."""

    heading = Text(_("Tên điều"), [at_most(200)])
    text = Lines(_("Nội dung"), [at_most(10000)])

    def validate_text(self, field: Lines) -> None:
        """A heading heads something."""
        if self.heading.data and not field.data:
            raise ValidationError(gettext("Thầy/cô chưa ghi nội dung của điều này."))


class SignatoryRow(Form):
    """Who signs for a district."""

    district_id = HiddenField()
    body = Text(_("Cơ quan ký"), [required(_("Thầy/cô chưa ghi cơ quan ký.")), at_most(200)])
    title = Text(_("Chức vụ người ký"), [at_most(120)])
    name = Text(_("Họ và tên người ký"), [at_most(120)])


class MemorandumForm(Versioned):
    """Everything that the offices agree to."""

    title = Text(_("Tên văn bản"), [required(_("Thầy/cô chưa nhập tên văn bản.")), at_most(500)])
    preamble = Lines(_("Căn cứ và lời mở đầu"), [at_most(5000)])
    starts_on = Day(_("Có hiệu lực từ"), description=_("Để trống: từ ngày ký."))
    ends_on = Day(_("Đến hết ngày"), description=_("Để trống: đến khi các bên kết thúc."))
    clauses = FieldList(FormField(ClauseRow), max_entries=MOST_ROWS)
    signatories = FieldList(FormField(SignatoryRow), max_entries=MOST_ROWS)

    def rows(self) -> list[Clause]:
        """(heading, text) of all articles as they stand in the form."""
        return [(row.form.heading.data or "", row.form.text.data or "") for row in self.clauses]

    def signers(self) -> list[Signer]:
        """Who signs."""
        return [
            Signer(int(row.district_id.data), row.body.data or "", row.name.data or "", row.title.data or "")
            for row in (entry.form for entry in self.signatories)
            if (row.district_id.data or "").isdecimal()
        ]

    def values(self) -> dict[str, Any]:
        """The fields as memoranda.update_memorandum takes them."""
        plain = {name: getattr(self, name).data for name in ("title", "preamble", "starts_on", "ends_on")}
        clauses = [clause for clause in self.rows() if clause[1]]
        return {**plain, CLAUSES: clauses, SIGNATORIES: self.signers()}


def memorandum_data(values: dict[str, Any], version: int, clauses: Sequence[Clause]) -> dict[str, Any]:
    """What the form shows."""
    rows = [{"heading": heading, "text": text} for heading, text in clauses]
    return {**values, CLAUSES: rows, SIGNATORIES: [row._asdict() for row in values[SIGNATORIES]], "version": version}


class SignForm(Form):
    """Under which number, when and where it was signed."""

    number = Text(
        _("Số, ký hiệu"),
        [required(_("Thầy/cô chưa nhập số, ký hiệu.")), at_most(60)],
        description=_("Như trên văn bản, ví dụ 01/BGN-PGDĐT."),
    )
    signed_on = Day(_("Ngày ký"), [InputRequired(_("Thầy/cô chưa nhập ngày ký."))])
    place = Text(_("Nơi ký"), [at_most(120)], description=_("Ví dụ Hà Nội."))


class ItemRow(Form):
    """A task; an empty one counts for nothing."""

    task = Lines(_("Nhiệm vụ"), [at_most(2000)])
    lead = Text(_("Chủ trì"), [at_most(200)])
    due_on = Day(_("Thời hạn"))
    target = Text(_("Chỉ tiêu"), [at_most(200)])

    def validate_task(self, field: Lines) -> None:
        """Who leads, by when and how much are of something."""
        if not field.data and (self.lead.data or self.due_on.data or self.target.data):
            raise ValidationError(gettext("Thầy/cô chưa ghi nhiệm vụ."))


class PlanForm(Versioned):
    """What a programme means to do in a school year."""

    school_year = SelectField(_("Năm học"))
    aims = Lines(_("Mục đích, yêu cầu"), [at_most(5000)])
    items = FieldList(FormField(ItemRow), max_entries=MOST_ROWS)

    def rows(self) -> list[Item]:
        """All tasks as they stand in the form."""
        return [
            Item(row.task.data or "", row.lead.data or "", row.due_on.data, row.target.data or "")
            for row in (entry.form for entry in self.items)
        ]

    def values(self) -> dict[str, Any]:
        """The fields as plans.update_plan takes them."""
        items = [item for item in self.rows() if item.task]
        return {"school_year": self.school_year.data, "aims": self.aims.data or "", ITEMS: items}


def plan_data(school_year: str, aims: str, items: Sequence[Item], version: int) -> dict[str, Any]:
    """What the form shows."""
    rows = [item._asdict() for item in items]
    return {"school_year": school_year, "aims": aims, ITEMS: rows, "version": version}


class IssueForm(Form):
    """Under which number and when a plan is issued."""

    number = Text(
        _("Số, ký hiệu"),
        [required(_("Thầy/cô chưa nhập số, ký hiệu.")), at_most(60)],
        description=_("Như trên văn bản, ví dụ 12/KH-PGDĐT."),
    )
    issued_on = Day(_("Ngày ban hành"), [InputRequired(_("Thầy/cô chưa nhập ngày ban hành."))])


class ReasonForm(Form):
    """Why something is done."""

    reason = Text(_("Lý do"), [required(_("Thầy/cô chưa ghi lý do.")), at_most(300)])


MORE, UP, DOWN, DROP = "more", "up", "down", "drop"


def rearranged(rows: Sequence[Row], action: str, empty: Row) -> list[Row] | None:
    """The rows after a button of the list was pressed ("up-2", "more"); None when another button was."""
    verb, _dash, place = action.partition("-")
    if verb == MORE:
        return [*rows, empty]
    if verb not in (UP, DOWN, DROP) or not (place.isascii() and place.isdecimal()) or int(place) >= len(rows):
        return None
    result, at = list(rows), int(place)
    row = result.pop(at)
    if verb != DROP:
        result.insert(max(0, at - 1) if verb == UP else at + 1, row)
    return result
