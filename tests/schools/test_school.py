"""A school's page and form."""

import pytest
from bs4 import BeautifulSoup

from intranet.registry.schools import School, SchoolYearFigures
from intranet.shared.audit import AuditEntry, AuditValue
from intranet.testing import form_values

FIRST = "01008508"


def school(code=FIRST):
    return School.get(School.code == code)


def edit(browser, changes, code=FIRST):
    return browser.submit(f"/schools/{school(code).id}/edit", "school", changes)


def errors(answer):
    summary = BeautifulSoup(answer.text, "lxml").find(class_="errors")
    return [(link["href"], link.text) for link in summary.find_all("a")]


def test_a_school_is_added_found_and_audited(cast):
    answer = cast("hm.chuyenvien").submit(
        "/schools/new",
        "school",
        {"name": "  Trường  THCS Mỹ Đình ", "levels": ["4"], "commune": "Phường Yên Sở", "pupils": "1.250"},
    )
    created = School.get(School.name == "Trường THCS Mỹ Đình")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/schools/{created.id}")
    assert (created.district.code, created.commune.name) == ("HM", "Phường Yên Sở")
    assert SchoolYearFigures.get(SchoolYearFigures.school == created).pupils == 1250
    assert "Trường THCS Mỹ Đình" in cast("hm.chuyenvien").get("/schools?q=my+dinh").text
    entry = AuditEntry.get(AuditEntry.action == "school.create")
    assert (entry.subject_id, entry.school_id) == (created.id, created.id)


def test_a_commune_is_known_wherever_its_tone_stands(cast):
    edit(cast("uh.chuyenvien"), {"commune": "Xã Hoà Xá"}, code="01281503")
    assert school("01281503").commune.name == "Xã Hòa Xá"


def test_every_mistake_is_named_and_what_was_typed_stays(cast):
    typed = {"name": "", "levels": [], "phone": "12", "email": "x@", "pupils": "nhiều", "address": "Số 5"}
    answer = cast("hm.chuyenvien").submit("/schools/new", "school", typed)
    assert answer.status_code == 422
    assert errors(answer) == [
        ("#name", "Thầy/cô chưa nhập tên trường."),
        ("#levels-0", "Thầy/cô chưa chọn cấp học."),
        ("#phone", "Số điện thoại chưa đúng, ví dụ 0912 345 678 hoặc 024 3861 2345."),
        ("#email", "Địa chỉ email chưa đúng, ví dụ an@truong.edu.vn."),
        ("#pupils", "Hãy nhập một số nguyên."),
    ]
    page = BeautifulSoup(answer.text, "lxml")
    assert page.title.text.startswith("Lỗi:")
    assert [page.find(id=name)["value"] for name in ("phone", "email", "pupils", "address")] == [
        "12",
        "x@",
        "nhiều",
        "Số 5",
    ]
    assert page.find(id="name")["aria-invalid"] == "true"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "a\x00b"),
        ("name", "x" * 201),
        ("levels", "3"),
        ("levels", "x"),
        ("ownership", "khac"),
        ("national_standard", "9"),
        ("pupils", "-1"),
        ("pupils", "20001"),
        ("pupils", "１２"),
        ("code", "'; drop table school"),
        ("note", "a\x1bb"),
    ],
)
def test_a_wrong_value_is_refused_and_nothing_is_written(app, cast, field, value):
    before = School.select().count()
    answer = cast("hm.chuyenvien").submit("/schools/new", "school", {"name": "Trường A", "levels": ["1"], field: value})
    assert answer.status_code == 422
    assert School.select().count() == before


def test_a_code_that_exists_names_the_school_that_has_it(cast):
    answer = edit(cast("hm.chuyenvien"), {"code": "01008401"})
    assert errors(answer) == [("#code", "Mã trường này đã có: Trường Tiểu học Hoàng Liệt.")]


def test_a_code_of_another_district_does_not_name_the_school(cast):
    answer = edit(cast("hm.chuyenvien"), {"code": "01281503"})
    assert errors(answer) == [("#code", "Mã trường này đã có ở đơn vị khác.")]


def test_a_change_is_written_with_before_and_after(cast):
    edit(cast("hm.hieutruong"), {"address": "Số 5 Yên Sở"})
    entry = AuditEntry.get(AuditEntry.action == "school.update")
    values = [(v.field, v.before, v.after) for v in AuditValue.select().where(AuditValue.entry == entry)]
    assert values == [("address", "", "Số 5 Yên Sở")]
    assert school().version == 2


def test_saving_without_a_change_writes_nothing(cast):
    answer = edit(cast("hm.hieutruong"), {})
    assert answer.status_code == 303
    assert AuditEntry.select().where(AuditEntry.action == "school.update").count() == 0
    assert school().version == 1


def test_a_second_writer_sees_both_texts_and_loses_nothing(cast):
    officer, principal = cast("hm.chuyenvien"), cast("hm.hieutruong")
    address = f"/schools/{school().id}/edit"
    old = form_values(officer.soup(address).find("form", {"data-form": "school"}))
    edit(principal, {"address": "Số 5 Yên Sở"})
    answer = officer.post(address, data=old | {"address": "Số 7 Yên Sở"})
    page = BeautifulSoup(answer.text, "lxml")
    assert answer.status_code == 409
    assert "đang lưu là “Số 5 Yên Sở”, thầy/cô nhập “Số 7 Yên Sở”" in page.find(class_="errors").text
    assert page.find(id="address")["value"] == "Số 7 Yên Sở"
    assert school().address == "Số 5 Yên Sở"
    again = form_values(page.find("form", {"data-form": "school"}))
    assert officer.post(address, data=again).status_code == 303
    assert school().address == "Số 7 Yên Sở"


def test_a_double_click_creates_one_school(cast):
    browser = cast("hm.chuyenvien")
    typed = form_values(browser.soup("/schools/new").find("form", {"data-form": "school"}))
    typed |= {"name": "Trường THCS Hai Lần", "levels": ["4"]}
    first, second = browser.post("/schools/new", data=typed), browser.post("/schools/new", data=typed)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.headers["Location"] == second.headers["Location"]
    assert School.select().where(School.name == "Trường THCS Hai Lần").count() == 1


def test_an_error_keeps_the_form_usable(cast):
    browser = cast("hm.chuyenvien")
    refused = browser.submit("/schools/new", "school", {"name": "", "levels": ["4"]})
    form = BeautifulSoup(refused.text, "lxml").find("form", {"data-form": "school"})
    answer = browser.post("/schools/new", data=form_values(form) | {"name": "Trường THCS Sửa Lỗi", "levels": ["4"]})
    assert answer.status_code == 303


def test_an_officer_cannot_move_a_school_to_another_district(cast):
    answer = cast("hm.chuyenvien").submit(
        "/schools/new", "school", {"name": "Trường THCS Lạ", "levels": ["4"], "district": "2", "district_id": "2"}
    )
    assert answer.status_code == 303
    assert School.get(School.name == "Trường THCS Lạ").district.code == "HM"


def test_user_text_is_shown_as_text(cast):
    edit(cast("hm.hieutruong"), {"address": "<script>alert(1)</script>"})
    assert "<script>alert(1)" not in cast("hm.hieutruong").get(f"/schools/{school().id}").text


def test_a_file_where_text_belongs_is_no_text(app, cast):
    from io import BytesIO

    browser = cast("hm.chuyenvien")
    typed = form_values(browser.soup("/schools/new").find("form", {"data-form": "school"}))
    typed |= {"name": (BytesIO(b"x"), "x.txt"), "levels": ["4"]}
    answer = browser.post("/schools/new", data=typed, content_type="multipart/form-data")
    assert errors(answer)[0] == ("#name", "Thầy/cô chưa nhập tên trường.")
