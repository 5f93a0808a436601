"""A school's page and form."""

import pytest
from bs4 import BeautifulSoup

from intranet.kernel.clock import today
from intranet.registry.schools import FormerKey, School
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
        {"name": "  Trường  THCS Mỹ Đình ", "levels": ["4"], "commune": "Phường Yên Sở", "founded_year": "1.987"},
    )
    created = School.get(School.name == "Trường THCS Mỹ Đình")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/schools/{created.id}")
    assert (created.district.code, created.commune.name) == ("HM", "Phường Yên Sở")
    assert created.founded_year == 1987
    assert "Trường THCS Mỹ Đình" in cast("hm.chuyenvien").get("/schools?q=my+dinh").text
    entry = AuditEntry.get(AuditEntry.action == "school.create")
    assert (entry.subject_id, entry.school_id) == (created.id, created.id)


def test_a_commune_is_known_wherever_its_tone_stands(cast):
    edit(cast("uh.chuyenvien"), {"commune": "Xã Hoà Xá"}, code="01281503")
    assert school("01281503").commune.name == "Xã Hòa Xá"


def test_every_mistake_is_named_and_what_was_typed_stays(cast):
    typed = {"name": "", "levels": [], "phone": "12", "email": "x@", "founded_year": "xưa", "address": "Số 5"}
    answer = cast("hm.chuyenvien").submit("/schools/new", "school", typed)
    assert answer.status_code == 422
    assert errors(answer) == [
        ("#name", "Thầy/cô chưa nhập tên trường."),
        ("#levels-0", "Thầy/cô chưa chọn cấp học."),
        ("#founded_year", "Hãy nhập một số nguyên."),
        ("#phone", "Số điện thoại chưa đúng, ví dụ 0912 345 678 hoặc 024 3861 2345."),
        ("#email", "Địa chỉ email chưa đúng, ví dụ an@truong.edu.vn."),
    ]
    page = BeautifulSoup(answer.text, "lxml")
    assert page.title.text.startswith("Lỗi:")
    shown = [page.find(id=name)["value"] for name in ("phone", "email", "founded_year", "address")]
    assert shown == ["12", "x@", "xưa", "Số 5"]
    assert page.find(id="name")["aria-invalid"] == "true"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "a\x00b"),
        ("name", "x" * 201),
        ("levels", "3"),
        ("levels", "x"),
        ("ownership", "khac"),
        ("founded_year", "1799"),
        ("founded_year", "2100"),
        ("founded_year", "１９８０"),
        ("short_name", "x" * 61),
        ("website", "javascript:alert(1)"),
        ("website", "không phải địa chỉ"),
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


def test_every_field_of_the_form_is_kept(cast):
    typed = {
        "name": "Trường THCS Mới Đủ",
        "short_name": "THCS MĐ",
        "code": "01008599",
        "levels": ["2", "4"],
        "ownership": "tu_thuc",
        "commune": "Phường Yên Sở",
        "difficult_area": "y",
        "founded_year": "1999",
        "address": "Số 1",
        "phone": "0912 345 678",
        "email": "a@b.vn",
        "website": "https://truong.edu.vn/x",
        "principal_name": "Nguyễn Thị A",
        "note": "Dòng một\nDòng hai",
    }
    answer = cast("hm.chuyenvien").submit("/schools/new", "school", typed)
    created = School.get(School.name == typed["name"])
    edit_page = cast("hm.chuyenvien").soup(f"{answer.headers['Location']}/edit")
    shown = form_values(edit_page.find("form", {"data-form": "school"}))
    assert {name: shown[name] for name in typed} == typed | {"ownership": ["tu_thuc"], "difficult_area": ["y"]}
    assert (created.phone, created.levels) == ("+84912345678", 6)


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


def test_two_writers_of_different_fields_both_keep_what_they_wrote(cast):
    officer, principal = cast("hm.chuyenvien"), cast("hm.hieutruong")
    address = f"/schools/{school().id}/edit"
    old = form_values(officer.soup(address).find("form", {"data-form": "school"}))
    edit(principal, {"address": "Số 5 Yên Sở"})
    answer = officer.post(address, data=old | {"email": "yenso@example.vn"})
    assert answer.status_code == 303
    assert "Đã lưu, cùng với thay đổi mà người khác vừa lưu." in officer.get(answer.headers["Location"]).text
    assert (school().address, school().email, school().version) == ("Số 5 Yên Sở", "yenso@example.vn", 3)


def test_two_writers_of_the_same_text_do_not_quarrel(cast):
    officer = cast("hm.chuyenvien")
    address = f"/schools/{school().id}/edit"
    old = form_values(officer.soup(address).find("form", {"data-form": "school"}))
    edit(cast("hm.hieutruong"), {"address": "Số 5 Yên Sở"})
    assert officer.post(address, data=old | {"address": "Số 5 Yên Sở"}).status_code == 303
    assert school().version == 2


def test_a_form_without_its_version_overwrites_nobody(cast):
    officer = cast("hm.chuyenvien")
    address = f"/schools/{school().id}/edit"
    old = form_values(officer.soup(address).find("form", {"data-form": "school"}))
    edit(cast("hm.hieutruong"), {"address": "Số 5 Yên Sở"})
    answer = officer.post(address, data=old | {"address": "Số 7 Yên Sở", "version": ""})
    assert answer.status_code == 409


def test_an_earlier_name_and_code_are_kept_shown_and_found(cast):
    officer = cast("hm.chuyenvien")
    edit(officer, {"name": "Trường THCS Đức Trí", "code": "01008599"})
    renamed = school("01008599")
    rows = FormerKey.select().where(FormerKey.school == renamed)
    assert {(row.kind, row.value, row.until) for row in rows} == {
        ("name", "Trường THCS Yên Sở", today()),
        ("code", FIRST, today()),
    }
    for query in ("THCS Yên Sở", FIRST, "đức trí", "01008599"):
        assert "Trường THCS Đức Trí" in officer.get("/schools", query_string={"q": query}).text
    card = officer.soup(f"/schools/{renamed.id}").find(attrs={"data-panel": "schools.card"}).get_text(" ", strip=True)
    assert f"Tên Trường THCS Yên Sở đến {today():%d/%m/%Y}" in card
    assert f"Mã {FIRST} đến {today():%d/%m/%Y}" in card


def test_an_earlier_name_stays_found_after_the_next_changes(cast):
    officer = cast("hm.chuyenvien")
    edit(officer, {"name": "Trường THCS Đức Trí"})
    edit(officer, {"name": "Trường THCS Minh Khai", "commune": "Phường Hoàng Liệt"})
    assert "Trường THCS Minh Khai" in officer.get("/schools", query_string={"q": "đức trí"}).text
    assert "Trường THCS Minh Khai" in officer.get("/schools", query_string={"q": "THCS yên sở"}).text


def test_a_name_taken_back_and_given_up_again_stands_once_in_the_history(cast):
    for name in ("Trường THCS Đức Trí", "Trường THCS Yên Sở", "Trường THCS Đức Trí"):
        edit(cast("hm.chuyenvien"), {"name": name})
    values = [row.value for row in FormerKey.select().order_by(FormerKey.id)]
    assert sorted(values) == ["Trường THCS Yên Sở", "Trường THCS Đức Trí"]


def test_a_short_name_is_found(cast):
    edit(cast("hm.chuyenvien"), {"short_name": "THCS YS2"})
    assert "Trường THCS Yên Sở" in cast("hm.giaovien").get("/schools?q=ys2").text


def test_the_page_asks_the_same_queries_however_much_the_school_has(cast, queries):
    from intranet.registry.schools import Site, Tag

    browser, first, counts = cast("hm.chuyenvien"), school(), []
    for _times in range(2):
        with queries() as run:
            browser.get(f"/schools/{first.id}")
        counts.append(len(run))
        Tag.create(school=first, kind="need", label="Máy chiếu", fact="Thiếu 3")
        Site.create(school=first, name="Điểm lẻ")
        FormerKey.create(school=first, kind="name", value="Trường Cũ", match_key="x", until=today())
    assert counts[0] == counts[1]


def test_links_lead_where_the_reader_may_go(cast):
    links = {
        username: {link["href"] for link in cast(username).soup(f"/schools/{school().id}").select("main a[href]")}
        for username in ("hm.chuyenvien", "hm.hieutruong", "hm.dieuphoi", "hm.giaovien", "uh.hieutruong")
    }
    history, appoint = f"/history/school/{school().id}", f"/people/appoint?school={school().id}"
    close, own_edit = f"/schools/{school().id}/close", f"/schools/{school().id}/edit"
    shown = {name: [url in found for url in (history, appoint, own_edit, close)] for name, found in links.items()}
    assert shown == {
        "hm.chuyenvien": [True, True, True, True],
        "hm.hieutruong": [True, False, True, False],
        "hm.dieuphoi": [True, False, True, False],
        "hm.giaovien": [False, False, False, False],
        "uh.hieutruong": [False, False, False, False],
    }


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


def test_a_form_sent_again_after_a_conflict_does_not_undo_what_only_the_other_person_changed(cast):
    officer, principal = cast("hm.chuyenvien"), cast("hm.hieutruong")
    address = f"/schools/{school().id}/edit"
    old = form_values(officer.soup(address).find("form", {"data-form": "school"}))
    edit(principal, {"address": "Số 5", "website": "moi.edu.vn", "founded_year": "1970", "levels": ["2", "4"]})
    answer = officer.post(address, data=old | {"address": "Số 7"})
    again = form_values(BeautifulSoup(answer.text, "lxml").find("form", {"data-form": "school"}))
    assert officer.post(address, data=again).status_code == 303
    now = school()
    assert (now.address, now.website, now.founded_year, now.levels) == ("Số 7", "moi.edu.vn", 1970, 6)
