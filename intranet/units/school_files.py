"""The schools of a change as a file: taken out with a column for the new unit, filled in, and read again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from peewee import JOIN

from intranet.kernel.language import gettext as _
from intranet.kernel.language import lazy_gettext
from intranet.kernel.text import match_key, sort_key
from intranet.registry.districts import Commune, District
from intranet.registry.schools import School
from intranet.registry.units import TO, Placement
from intranet.shared.columns import Column
from intranet.shared.spreadsheets import Sheet, UnreadableFile, cell_text, is_formula_error, label_key
from intranet.shared.workbooks import write_table
from intranet.units.files import LAST_HEADER_ROW, shortened, tables_of
from intranet.units.plans import Plan

TARGET = "target"
COLUMNS = (
    Column(key="code", label=lazy_gettext("Mã trường"), aliases=("ma",), width=14),
    Column(key="name", label=lazy_gettext("Tên trường"), aliases=("truong", "ten"), width=36, required=True),
    Column(key="ward", label=lazy_gettext("Xã, phường cũ"), aliases=("xa phuong", "phuong xa"), width=22),
    Column(key="district", label=lazy_gettext("Đơn vị cũ"), width=22),
    Column(key="address", label=lazy_gettext("Địa chỉ"), width=40),
    Column(key="options", label=lazy_gettext("Có thể là"), width=40),
    Column(key=TARGET, label=lazy_gettext("Đơn vị mới"), aliases=("don vi sau", "noi den"), width=26),
)


class BadLines(Exception):
    """Lines that cannot be used; nothing of the file is. ``sentences`` begin with "Dòng 12:"."""

    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = list(sentences)


def workbook(plan: Plan) -> bytes:
    """The .xlsx file: "Đơn vị mới" is empty where a person has to choose."""
    names = {None: ""} | {unit.id: unit.name for unit in plan.units.values()}
    rows = []
    for _id, code, name, commune_id, district_id, ward, district, address, target in _schools(plan):
        options = ", ".join(names[way[0]] for way in plan.candidates(commune_id, district_id))
        rows.append((code or "", name, ward or "", district, address, options, names[target]))
    targets = ", ".join(unit.name for unit in plan.of(TO, plan.tier))
    return write_table(
        plan.change.title, _("Điền cột “Đơn vị mới” bằng một trong: %(names)s", names=targets), COLUMNS, rows
    )


def _schools(plan: Plan) -> list[tuple]:
    query = (
        Placement.select(
            *(School.id, School.code, School.name, School.commune, School.district, Commune.name, District.name),
            *(School.address, Placement.target),
        )
        .join(School)
        .join(District)
        .switch(School)
        .join(Commune, JOIN.LEFT_OUTER)
        .where(Placement.change == plan.change, School.deleted_at.is_null())
    )
    return sorted(query.tuples(), key=lambda row: (sort_key(row[6]), sort_key(row[5] or ""), sort_key(row[2]), row[0]))


def read_places(plan: Plan, body: bytes, file_name: str) -> dict[int, int]:
    """{school: ChangeUnit} of the lines that name a new unit; lines without one leave their school as it is.

    Raises UnreadableFile for what is no such list, and BadLines.
    """
    reader = _Reader(plan)
    targets: dict[int, int] = {}
    wrong: list[str] = []
    for number, cells in _lines(tables_of(body, file_name)):
        try:
            if (found := reader.read(cells)) and targets.setdefault(*found) != found[1]:
                raise ValueError(_("trường này đã có ở dòng trên với đơn vị khác."))
        except ValueError as cause:
            wrong.append(_("Dòng %(number)s: %(problem)s", number=number, problem=str(cause)))
    if wrong:
        raise BadLines(shortened(wrong))
    return targets


def _lines(sheets: Sequence[Sheet]) -> Iterator[tuple[int, dict[str, Any]]]:
    known = {label: column.key for column in COLUMNS for label in (label_key(column.header), *column.aliases)}
    for sheet in sheets:
        for number, values in sheet.rows[:LAST_HEADER_ROW]:
            labels = [known.get(label_key(cell_text(value)), "") for value in values]
            if TARGET in labels and ("name" in labels or "code" in labels):
                places = {key: labels.index(key) for key in dict.fromkeys(filter(None, labels))}
                for line, cells in sheet.rows:
                    if line > number:
                        yield line, {k: cells[p] if p < len(cells) else None for k, p in places.items()}
                return
    raise UnreadableFile(
        _("Không tìm thấy dòng tiêu đề có cột “Tên trường” và “Đơn vị mới”. Thầy/cô hãy dùng tệp tải về từ trang này.")
    )


class _Reader:
    """Finds the school and the unit that a line means."""

    def __init__(self, plan: Plan) -> None:
        self.targets = {match_key(unit.name): unit.id for unit in plan.of(TO, plan.tier)}
        self.by_code: dict[str, int] = {}
        self.by_name: dict[tuple[str, str], list[int]] = {}
        for id_, code, name, _commune, _district_id, ward, *_rest in _schools(plan):
            if code:
                self.by_code[code] = id_
            for key in ((match_key(name), match_key(ward or "")), (match_key(name), "")):
                self.by_name.setdefault(key, []).append(id_)

    def read(self, cells: dict[str, Any]) -> tuple[int, int] | None:
        """(school, ChangeUnit); None for a line without a new unit. Raises ValueError with a sentence."""
        for value in cells.values():
            if is_formula_error(value) or cell_text(value).startswith("="):
                raise ValueError(_("Ô “%(value)s” là công thức; hãy thay bằng giá trị.", value=cell_text(value)[:40]))
        name = cell_text(cells[TARGET])
        if not name:
            return None
        target = self.targets.get(match_key(name))
        if target is None:
            raise ValueError(_("“%(name)s” không có trong các đơn vị sau thay đổi.", name=name[:60]))
        return self._school(cells), target

    def _school(self, cells: dict[str, Any]) -> int:
        code, name = cell_text(cells.get("code")), cell_text(cells.get("name"))
        if code in self.by_code:
            return self.by_code[code]
        found = set(self.by_name.get((match_key(name), match_key(cell_text(cells.get("ward")))), ()))
        if not found:
            raise ValueError(_("không có trường “%(name)s” trong thay đổi này.", name=(name or code)[:60]))
        if len(found) > 1:
            raise ValueError(_("có nhiều trường tên “%(name)s”; hãy ghi mã trường hoặc xã, phường.", name=name[:60]))
        return found.pop()
