"""The offices' real lists of schools, through the screens and through the command."""

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from peewee import sort_models

from intranet.demo.build import DATA
from intranet.imports.rules import forget_files
from intranet.kernel.clock import today
from intranet.registry.districts import District
from intranet.registry.people import OFFICER, Membership, Person, SignInSession
from intranet.registry.schools import FormerKey, School, SchoolYearFigures
from intranet.shared.audit import AuditEntry
from intranet.shared.list_imports import ListImport, ListImportFile
from intranet.testing import form_values, parse

FILES = {"HM": DATA / "danh_sach_truong_HM.xlsx", "UH": DATA / "danh_sach_truong_UH.xlsx"}
COUNTS = {"HM": (51, 48, 3), "UH": (94, 91, 3)}
HM = FILES["HM"].read_bytes()


def without_schools(app):
    """Delete all schools, and everything that cannot be without one, the modules' rows too."""
    models = [model for component in app.extensions["components"] for model in component.models]
    gone, before = {School, Membership, SignInSession}, set()
    while gone != before:
        before = set(gone)
        gone |= {model for model in models for key in model._meta.refs if key.rel_model in gone and not key.null}
    for model in models:
        for key in model._meta.refs:
            if key.null and key.rel_model in gone:
                model.update({key: None}).execute()
    for model in reversed(sort_models(gone)):
        model.delete().execute()


@pytest.fixture
def first_day(app, lists):
    """The officer of Hoàng Mai before there is any school."""
    without_schools(app)
    person = Person.get(Person.username == "hm.chuyenvien")
    Membership.create(person=person, role=OFFICER, district=District.get(District.code == "HM"))
    return lists("schools")


def counts(created=0, changed=0, unchanged=0, to_choose=0, rejected=0):
    """What a preview says."""
    words = ("sẽ thêm", "sẽ sửa", "giữ nguyên", "cần thầy/cô chọn", "chưa nhận")
    return dict(zip(words, map(str, (created, changed, unchanged, to_choose, rejected)), strict=True))


def test_a_list_is_previewed_confirmed_and_the_same_list_changes_nothing(first_day):
    address = first_day.upload(HM)
    assert first_day.stats(address) == counts(created=48, rejected=3)
    assert School.select().count() == 0
    done = first_day.submit(address, "commit")
    assert done.status_code == 303
    assert School.select().count() == 48
    assert first_day.stats(address) == {"đã thêm": "48", "đã sửa": "0", "giữ nguyên": "0", "chưa nhận": "3"}
    again = first_day.upload(HM)
    assert first_day.stats(again) == counts(unchanged=48, rejected=3)
    assert first_day.browser.soup(again).find("form", {"data-form": "commit"}) is None


def test_the_page_waits_until_the_file_is_read_and_then_leads_on(schools):
    address = schools.send(HM).headers["Location"]
    waiting = schools.browser.soup(address).find(id="working")
    assert (waiting["data-state"], waiting["hx-get"]) == ("reading", address)
    headers = {"HX-Request": "true", "HX-Request-Type": "partial"}
    assert parse(schools.browser.get(address, headers=headers).text).find(id="working")["data-state"] == "reading"
    schools.work()
    assert schools.browser.get(address, headers=headers).headers["HX-Redirect"] == address


def test_every_rejected_cell_is_named(schools):
    assert schools.cells(schools.upload(HM)) == [
        ["53", "Mã trường", "01008301", "Mã trường này đã có ở dòng 7."],
        ["54", "Tên trường", "(trống)", "Chưa có tên trường."],
        ["55", "Số học sinh", "khoảng 500", "Hãy ghi một số nguyên không âm, ví dụ 1250."],
    ]


def test_what_excel_did_to_the_cells_is_undone(first_day):
    first_day.submit(first_day.upload(HM), "commit")
    school = School.get(School.name == "Trường THCS Tân Mai")
    figures = SchoolYearFigures.get(SchoolYearFigures.school == school)
    assert (school.code, school.phone, school.principal_name) == ("01008502", "+84983147607", "Đỗ Kim Đào")
    known = (figures.school_year, figures.classes, figures.pupils, figures.national_standard)
    assert known == ("2023-2024", 10, 410, 1)


def test_a_preview_older_than_the_data_is_refused_and_made_anew(first_day):
    address = first_day.upload(HM)
    form = form_values(first_day.browser.soup(address).find("form", {"data-form": "commit"}))
    new = {"name": "Trường THCS Yên Sở", "levels": ["4"], "code": "01008508"}
    first_day.browser.submit("/schools/new", "school", new)
    answer = first_day.browser.post(address, data=form)
    assert answer.status_code == 409
    assert School.select().count() == 1
    first_day.work()
    assert first_day.stats(address) == counts(created=47, changed=1, rejected=3)
    first_day.submit(address, "commit")
    assert School.select().count() == 48


def test_what_changes_between_confirming_and_writing_leads_back_to_the_preview(first_day):
    address = first_day.upload(HM)
    first_day.browser.submit(address, "commit")
    new = {"name": "Trường THCS Yên Sở", "levels": ["4"], "code": "01008508"}
    first_day.browser.submit("/schools/new", "school", new)
    first_day.work()
    assert School.select().count() == 1
    assert first_day.stats(address) == counts(created=47, changed=1, rejected=3)


def test_confirming_twice_writes_once(first_day):
    address = first_day.upload(HM)
    form = form_values(first_day.browser.soup(address).find("form", {"data-form": "commit"}))
    assert [first_day.browser.post(address, data=form).status_code for _ in range(2)] == [303, 303]
    first_day.work()
    batch = address.replace("/imports/", "import-")
    assert AuditEntry.select().where(AuditEntry.request_id == batch).count() == 48


def test_all_of_a_list_is_one_act_that_is_taken_back_as_one(first_day):
    address = first_day.upload(HM)
    first_day.submit(address, "commit")
    link = first_day.browser.soup(address).select_one("a[href^='/history/batch/']")
    first_day.browser.submit(link["href"], "undo")
    first_day.work()
    assert School.select().where(School.deleted_at.is_null()).count() == 0


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "rong.xlsx"),
        (b"<html><table></table></html>", "web.xlsx"),
        (b"PK\x03\x04 broken", "hong.xlsx"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600, "cu.xlsx"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le"), "khoa.xlsx"),
        (b"ten;ma\nA;1\n", "bang.csv"),
        (HM[: len(HM) // 2], "cut.xlsx"),
        (HM, "danh_sach.xls"),
    ],
)
def test_a_file_that_is_no_list_gets_a_sentence_and_leaves_nothing(schools, content, name):
    before = ListImport.select().count()
    answer = schools.send(content, name)
    assert answer.status_code == 422
    assert parse(answer.text).select_one(".errors a")["href"] == "#file"
    assert ListImport.select().count() == before


def test_a_form_without_a_file_says_so(schools):
    answer = schools.browser.submit("/schools/import", "import")
    assert answer.status_code == 422
    assert "Thầy/cô chưa chọn tệp." in answer.text


def test_a_file_that_is_too_large_is_refused_before_it_is_read(schools):
    assert schools.send(b"x" * (12 * 1024 * 1024)).status_code == 413


@pytest.mark.parametrize(("username", "status"), [("uh.chuyenvien", 404), ("hm.lanhdao", 403), ("hm.hieutruong", 403)])
def test_an_upload_is_the_business_of_its_office(cast, schools, username, status):
    address = schools.upload(HM)
    assert [cast(username).get(address + page).status_code for page in ("", "/columns", "/rejected.xlsx")] == [
        status
    ] * 3


def test_a_list_that_says_nothing_of_ownership_makes_no_private_school_public(schools, workbook):
    School.update(ownership="tu_thuc").where(School.code == "01008508").execute()
    rows = (["Tên trường", "Mã trường", "Địa chỉ"], ["Trường THCS Yên Sở", "01008508", "Số 9 Yên Sở"])
    schools.submit(schools.upload(workbook(*rows)), "commit")
    school = School.get(School.code == "01008508")
    assert (school.address, school.ownership) == ("Số 9 Yên Sở", "tu_thuc")


def test_a_list_without_levels_leaves_the_levels_of_known_schools(schools, workbook):
    School.update(levels=6).where(School.code == "01008508").execute()
    rows = (["Tên trường", "Mã trường", "Địa chỉ"], ["Trường THCS Yên Sở", "01008508", "Số 9"])
    schools.submit(schools.upload(workbook(*rows)), "commit")
    assert School.get(School.code == "01008508").levels == 6


def test_a_school_is_found_by_the_code_that_it_had(app, schools, workbook):
    school = School.get(School.code == "01008508")
    FormerKey.create(school=school, kind="code", value="OLD1", match_key="old1", until="2024-01-01")
    address = schools.upload(workbook(["Tên trường", "Mã trường", "Địa chỉ"], ["Trường THCS Yên Sở", "OLD1", "Số 9"]))
    assert schools.stats(address) == counts(changed=1)


@pytest.mark.parametrize("first", [None, "1"])
@pytest.mark.parametrize("second", [None, "2"])
def test_a_name_used_twice_in_a_level_is_bad_when_a_code_is_missing(schools, first, second, workbook):
    rows = (["Mã trường", "Tên trường"], [first, "Trường THCS Hòa Lạc"], [second, "Trường THCS Hoà Lạc"])
    cells = schools.cells(schools.upload(workbook(*rows)))
    twice = [["3", "Tên trường", "Trường THCS Hoà Lạc", "Trường cùng tên và cấp học đã có ở dòng 2."]]
    assert cells == ([] if first and second else twice)


def test_a_level_that_nothing_tells_is_asked_for_only_where_the_school_is_new(schools, workbook):
    rows = (["Mã trường", "Tên trường"], ["1", "Trường Nguyễn Huệ"], ["01008508", "Trường Yên Sở"])
    cells = schools.cells(schools.upload(workbook(*rows)))
    assert cells == [
        ["2", "Loại hình trường", "(trống)", "Chưa có cấp học, và tên trường cũng không cho biết cấp học."]
    ]


@pytest.mark.parametrize("note", ["dữ liệu minh họa", "Dữ liệu minh hoạ ", "DU LIEU MINH HOA"])
def test_an_illustrative_row_is_marked_and_leaves_no_note(schools, note, workbook):
    rows = (["Mã trường", "Tên trường", "Ghi chú"], ["77", "Trường THCS Mới", note])
    schools.submit(schools.upload(workbook(*rows)), "commit")
    school = School.get(School.code == "77")
    assert (school.note, school.illustrative) == ("", True)


def test_a_school_of_the_name_with_another_code_is_asked_about(schools, workbook):
    address = schools.upload(workbook(["Mã trường", "Tên trường"], ["0999", "Trường THCS Yên Sở"]))
    assert schools.stats(address) == counts(to_choose=1)
    options = [
        label.get_text(strip=True) for label in schools.browser.soup(address).select("[data-form=choices] label")
    ]
    assert options == [
        "Là trường này, đổi mã thành 0999: Trường THCS Yên Sở · THCS · 01008508",
        "Thêm thành trường mới",
    ]
    school = School.get(School.code == "01008508")
    schools.submit(address, "choices", {"row-2": str(school.id)})
    assert schools.stats(address) == counts(changed=1)
    schools.submit(address, "commit")
    assert School.get_by_id(school.id).code == "0999"
    assert [key.value for key in FormerKey.select().where(FormerKey.school == school)] == ["01008508"]


def test_schools_that_the_file_does_not_name_are_listed_and_stay(schools, workbook):
    address = schools.upload(
        workbook(["Mã trường", "Tên trường", "Địa chỉ"], ["01008508", "Trường THCS Yên Sở", "Số 1"])
    )
    assert "47 mục của đơn vị không có trong tệp (giữ nguyên)" in schools.browser.soup(address).text
    schools.submit(address, "commit")
    assert School.select().where(School.closed_on.is_null(False) | School.deleted_at.is_null(False)).count() == 0


# --- the command ---


def run(*arguments, directory):
    environment = {**os.environ, "INTRANET_PASSWORD_MEMORY_KIB": "8"}
    environment["PYTHONPATH"] = os.pathsep.join((str(Path(__file__).parents[2]), environment["PYTHONPATH"]))
    return subprocess.run(
        [sys.executable, "-m", "intranet", *arguments], cwd=directory, env=environment, capture_output=True, text=True
    )


@pytest.fixture
def installation(tmp_path, engine):
    """An installation made by the command, with one district."""
    url = engine.empty()
    (tmp_path / "intranet.toml").write_text(f'database_url = "{url}"\n', encoding="utf-8")
    made = run(
        "init", "--instance", str(tmp_path), "--district", "UH", "--name", "Huyện Ứng Hòa",
        "--office", "Phòng GD&ĐT huyện Ứng Hòa", directory=tmp_path,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    return tmp_path


def test_the_command_is_a_dry_run_until_told_to_write(installation):
    arguments = ("import", "schools", str(FILES["UH"]), "--instance", str(installation), "--district", "UH", "--json")
    read, good, rejected = COUNTS["UH"]
    expected = [("created", good), ("created", good), ("unchanged", good)]
    for extra, (key, count) in zip(((), ("--commit",), ("--commit",)), expected, strict=True):
        done = run(*arguments, *extra, directory=installation)
        report = json.loads(done.stdout)
        assert done.returncode == 1
        assert (report["read"], report[key], report["rejected"]) == (read, count, rejected)
        assert sum(report[name] for name in ("created", "changed", "unchanged", "to_choose", "rejected")) == read
    cells = [(cell["row"], cell["column"], cell["value"]) for cell in report["rejected_cells"]]
    assert cells == [(96, "Mã trường", "01281503"), (97, "Tên trường", ""), (98, "Số học sinh", "khoảng 500")]


def test_the_command_ends_with_2_for_a_file_that_cannot_be_read(installation):
    broken = installation / "hong.xlsx"
    broken.write_bytes(b"PK\x03\x04")
    done = run(
        "import",
        "schools",
        str(broken),
        "--instance",
        str(installation),
        "--district",
        "UH",
        "--json",
        directory=installation,
    )
    assert done.returncode == 2
    assert set(json.loads(done.stdout)) == {"error"}


def test_uploaded_files_are_forgotten_after_30_days_but_what_they_did_is_known(first_day, app):
    written = first_day.upload(HM)
    first_day.submit(written, "commit")
    previewed = first_day.upload(HM)
    counts_then = first_day.stats(written)
    with app.app_context():
        files = ListImportFile.select().count()
        forget_files(today() + timedelta(days=29))
        assert ListImportFile.select().count() == files
        forget_files(today() + timedelta(days=32))
        assert ListImportFile.select().count() == 0
    assert first_day.stats(written) == counts_then
    assert first_day.browser.get(previewed).status_code == 404


def test_a_list_that_was_read_waits_for_its_sender_until_it_is_written(first_day):
    def tasks():
        lines = (
            first_day.browser.soup("/").find(attrs={"data-panel": "home.tasks"}).select("li:has([href^='/imports/'])")
        )
        return [(line.a.text, line.a["href"], line.span.text.partition(" · ")[0]) for line in lines]

    address = first_day.upload(HM, "danh_sach_HM.xlsx")
    assert tasks() == [("danh_sach_HM.xlsx", address, "Xem trước và ghi vào hệ thống")]
    first_day.submit(address, "commit")
    assert tasks() == []
    # The same list again changes nothing: then nobody has to come back for it.
    first_day.upload(HM, "danh_sach_HM.xlsx")
    assert tasks() == []
