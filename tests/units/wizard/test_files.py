"""Conversion tables: read by the meaning of their headings, matched by name and district, never by a code alone."""

import csv
from io import BytesIO

import openpyxl
import pytest

from intranet.registry.districts import Commune, District
from intranet.registry.people import Membership
from intranet.registry.schools import School
from intranet.registry.units import (
    BY_FILE,
    COMMUNE,
    FROM,
    MANAGING,
    MERGE,
    PART,
    TO,
    WHOLE,
    ChangeLine,
    ChangeUnit,
    PersonPlacement,
    Placement,
    UnitChange,
)
from intranet.units.files import read_conversion
from tests.units.wizard.conftest import HEAD, HOANG_MAI, LINES, UNG_HOA, table

MERGED = """ma_xa_2023,ten_xa_2023,ma_xa_2025_01,ten_xa_2025_01,ghi_chu
10354,Thị trấn Vân Đình,10354,Thị trấn Vân Đình,giữ nguyên
10402,Xã Hòa Lâm,10402,Xã Trầm Lộng,gộp (suy ra)
10408,Xã Trầm Lộng,10402,Xã Trầm Lộng,gộp (suy ra)
10357,Xã Viên An,10363,Xã Hoa Viên,gộp (suy ra)
10363,Xã Hoa Sơn,10363,Xã Hoa Viên,gộp (suy ra)
"""


def units(change, side, tier=MANAGING):
    of_side = ChangeUnit.select().where(ChangeUnit.change == change, ChangeUnit.side == side, ChangeUnit.tier == tier)
    return {unit.name: unit for unit in of_side}


def in_excel(body):
    """The same table as a workbook, under a title."""
    book = openpyxl.Workbook()
    book.active.append(["Bảng chuyển đổi"])
    for line in csv.reader(body.decode().splitlines()):
        book.active.append(line)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (table(*LINES), "bang.csv"),
        (b"\xef\xbb\xbf" + table(*LINES), "bang.csv"),
        (table(*LINES[:3], head=HEAD).replace(b",", b";"), "bang.csv"),
        (in_excel(table(*LINES)), "bang.xlsx"),
    ],
)
def test_a_table_is_read_in_every_common_form(app, body, name):
    rows = read_conversion(body, name)
    assert (rows[0].new_name, rows[0].new_code, rows[0].old_name, rows[0].old_code) == LINES[0][:4]
    assert (rows[2].extent, rows[2].district) == (WHOLE, "Huyện Ứng Hòa")


def test_of_two_years_the_later_one_is_new(app):
    rows = read_conversion(MERGED.encode(), "gop.csv")
    assert [(row.old_name, row.old_code, row.new_name, row.new_code) for row in rows][1:2] == [
        ("Xã Hòa Lâm", "10402", "Xã Trầm Lộng", "10402")
    ]
    assert [row.stays for row in rows] == [True, False, False, False, False]


def test_a_table_makes_units_lines_and_places_schools_where_there_is_no_choice(shaped):
    assert set(units(shaped, FROM)) == {"Huyện Ứng Hòa", "Quận Hoàng Mai"}
    new = units(shaped, TO)["Xã Vân Đình"]
    assert (new.kind, new.code, new.office_name, new.district) == ("xa", "10354", "UBND xã Vân Đình", None)
    town = Commune.get(Commune.name == "Thị trấn Vân Đình")
    placed = Placement.select().where(Placement.school.in_(_schools_of(town)))
    assert {(row.target_id, row.chosen) for row in placed} == {(new.id, BY_FILE)}


def _schools_of(commune):
    return School.select(School.id).where(School.commune == commune)


def test_a_ward_that_was_cut_up_is_for_a_person_to_decide(shaped):
    ward = units(shaped, FROM, COMMUNE)["Phường Đại Kim"]
    assert {line.extent for line in ChangeLine.select().where(ChangeLine.source == ward)} == {PART}
    placed = Placement.select().where(Placement.school.in_(_schools_of(ward.commune)))
    assert [row.target_id for row in placed] == [None, None]


def test_what_took_all_of_the_people_is_proposed_first(cast, shaped):
    ward = Commune.get(Commune.name == "Phường Đại Kim")
    page = cast("admin").soup(f"/units/changes/{shaped.id}/schools?commune={ward.id}")
    offered = [group.get_text(" ", strip=True) for group in page.select("#list select optgroup")[:1]]
    assert offered == ["Phường Định Công Phường Hoàng Liệt"]


def test_names_decide_and_a_code_that_another_unit_had_misleads_nobody(app, upload, change):
    """Trap 1: 10402 was Hòa Lâm's and is Trầm Lộng's; 10363 is Hoa Sơn's and not Hoa Viên's."""
    merger = UnitChange.create(kind=MERGE, title="Gộp xã", effective_on="2025-01-01")
    assert upload(merger, MERGED.encode(), tier=COMMUNE).status_code == 303
    target = units(merger, TO, COMMUNE)["Xã Trầm Lộng"]
    assert (target.code, target.commune.name, target.commune.code) == ("10402", "Xã Trầm Lộng", "10408")
    assert units(merger, TO, COMMUNE)["Xã Hoa Viên"].commune is None
    sources = {line.source.name for line in ChangeLine.select().where(ChangeLine.target == target)}
    assert sources == {"Xã Hòa Lâm", "Xã Trầm Lộng"}
    # And the table of half a year later finds no Hoa Viên among the communes of before, whatever its code says.
    upload(change, table(("Xã Ứng Thiên", "10369", "Xã Hoa Viên", "10363", "Nhập toàn bộ", UNG_HOA)))
    assert units(change, FROM, COMMUNE)["Xã Hoa Viên"].commune is None


def test_a_commune_named_like_a_district_is_not_that_district(app, upload, change):
    """Trap 2: Ứng Hòa was a huyện and is a xã; Hoàng Mai was a quận and is a phường."""
    upload(change, table(("Xã Ứng Hoà", "10402", "Xã Đông Lỗ", "10426", "Nhập toàn bộ", UNG_HOA)))
    new = units(change, TO)["Xã Ứng Hoà"]
    assert (new.district, new.kind) == (None, "xa")
    assert units(change, FROM)["Huyện Ứng Hòa"].district == District.get(District.code == "UH")


def test_an_old_ward_in_several_new_ones_decides_nothing(app, upload, change):
    """Trap 3: two lines that both claim the whole of a ward still leave a choice."""
    both = [
        (new, code, "Phường Tân Mai", "00319", "Nhập toàn bộ", HOANG_MAI)
        for new, code in (("Phường A", "1"), ("Phường B", "2"))
    ]
    upload(change, table(*both))
    assert {line.extent for line in ChangeLine.select()} == {PART}
    ward = Commune.get(Commune.name == "Phường Tân Mai")
    assert {row.target_id for row in Placement.select().where(Placement.school.in_(_schools_of(ward)))} == {None}


def test_what_we_do_not_have_is_listed_and_what_is_of_others_is_said(cast, upload, change):
    lines = (
        *LINES[:1],
        ("Xã Vân Đình", "10354", "Xã Chưa Có", "99999", "Nhập toàn bộ", UNG_HOA),
        ("Phường Láng", "00199", "Phường Láng Hạ", "00199", "Nhập toàn bộ", "Quận Đống Đa (006)"),
    )
    answer = upload(change, table(*lines))
    page = cast("admin").soup(answer.headers["Location"])
    unknown = page.select_one('[data-state="unknown"]').find_parent("tr")
    assert "Xã Chưa Có" in unknown.get_text()
    assert "Quận Đống Đa" in page.select_one("#flash").get_text()
    assert "Láng Hạ" not in page.find("main").get_text()


def test_a_name_that_fits_with_another_code_is_taken_and_pointed_out(cast, upload, change):
    answer = upload(change, table(("Xã Ứng Thiên", "10369", "Xã Liên Bạt", "77777", "Nhập toàn bộ", UNG_HOA)))
    page = cast("admin").soup(answer.headers["Location"])
    assert "nhập toàn bộ; bảng ghi mã 77777" in page.find("main").get_text(" ", strip=True)


def test_people_of_an_ending_office_follow_its_heir_until_somebody_chooses(shaped):
    heirs = {unit.district_id: unit.heir_id for unit in units(shaped, FROM).values()}
    placed = {row.membership_id: row.target_id for row in PersonPlacement.select()}
    office = Membership.select().where(Membership.district.is_null(False), Membership.school.is_null())
    assert placed == {row.id: heirs[row.district_id] for row in office}


def formula():
    book = openpyxl.Workbook()
    book.active.append(HEAD.split(","))
    book.active.append(["HN", "#REF!", "1", "Xã Liên Bạt", "2", "", UNG_HOA, "HN"])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("body", "name", "sentence"),
    [
        (b"xin ch\xc3\xa0o", "thu.csv", "Tệp không phải là bảng"),
        (b"\xff\xfe\x00x,y", "thu.csv", "không theo bảng mã UTF-8"),
        (b"a,b,c\n1,2,3\n", "thu.csv", "Không tìm thấy dòng tiêu đề"),
        (HEAD.encode(), "thu.csv", "Dưới dòng tiêu đề chưa có dòng nào."),
        (table(("", "1", "Xã Liên Bạt", "2", "", UNG_HOA)), "thu.csv", "Dòng 2: thiếu tên đơn vị mới."),
        (table(("=1+1", "1", "Xã Liên Bạt", "2", "", UNG_HOA)), "thu.csv", "Dòng 2: Ô “=1+1” là công thức"),
        (formula(), "thu.xlsx", "Dòng 2: Ô “#REF!” là công thức"),
        (b"PK\x03\x04rubbish", "thu.xlsx", "Tệp bị hỏng"),
        (b"%PDF-1.7", "thu.pdf", "không phải Excel"),
        (b"a,b\n" + b"x" * (5 * 1024 * 1024), "thu.csv", "Tệp lớn hơn 5 MB"),
    ],
)
def test_a_wrong_file_gets_a_sentence_and_leaves_everything_as_it_was(upload, shaped, body, name, sentence):
    before = ChangeUnit.select().count()
    answer = upload(shaped, body, name)
    assert (answer.status_code, sentence in answer.text, ChangeUnit.select().count()) == (422, True, before)
