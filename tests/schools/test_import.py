"""The offices' real lists, through the screen and through the command."""

import json
import os
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from intranet.demo.build import DATA
from intranet.registry.schools import School, SchoolYearFigures
from intranet.shared.audit import AuditEntry
from intranet.shared.list_imports import ListImport
from intranet.testing import form_values

FILES = {"HM": DATA / "danh_sach_truong_HM.xlsx", "UH": DATA / "danh_sach_truong_UH.xlsx"}
COUNTS = {"HM": (51, 48, 3), "UH": (94, 91, 3)}


def upload(browser, path=FILES["HM"], content=None, name=None):
    token = browser.csrf("/schools/import")
    file = (BytesIO(path.read_bytes() if content is None else content), name or path.name)
    return browser.post("/schools/import", data={"csrf_token": token, "file": file})


def stats(page):
    return [(item.b.text, item.span.text) for item in page.select(".stats li")]


@pytest.fixture
def no_schools(app):
    """The districts without a school, as on the first day."""
    from intranet.kernel.database import database

    for table in ("school_year_figures", "pairing", "sign_in_session", "membership", "school"):
        database.execute_sql(f"DELETE FROM {table}")


@pytest.fixture
def officer(app, cast, no_schools):
    from intranet.registry.districts import District
    from intranet.registry.people import OFFICER, Membership, Person

    person = Person.get(Person.username == "hm.chuyenvien")
    Membership.create(person=person, role=OFFICER, district=District.get(District.code == "HM"))
    return cast("hm.chuyenvien")


def test_a_list_is_previewed_confirmed_and_the_same_list_changes_nothing(officer):
    preview = upload(officer)
    assert preview.status_code == 303
    page = officer.soup(preview.headers["Location"])
    assert stats(page) == [
        ("48", "trường sẽ thêm"),
        ("0", "trường sẽ sửa"),
        ("0", "giữ nguyên"),
        ("3", "dòng không nhận"),
    ]
    assert School.select().count() == 0
    done = officer.submit(preview.headers["Location"], "commit")
    assert done.status_code == 303
    assert School.select().count() == 48
    assert AuditEntry.select().where(AuditEntry.action == "school.import").count() >= 48
    again = officer.soup(upload(officer).headers["Location"])
    assert stats(again)[:3] == [("0", "trường sẽ thêm"), ("0", "trường sẽ sửa"), ("48", "giữ nguyên")]
    assert again.find("form", {"data-form": "commit"}) is None


def test_every_rejected_cell_is_named(officer):
    page = officer.soup(upload(officer).headers["Location"])
    rows = page.find(attrs={"data-panel": "schools.import_errors"}).select("tbody tr")
    assert [[cell.text for cell in row.find_all(["th", "td"])] for row in rows] == [
        ["53", "Mã trường", "01008301", "Mã trường này đã có ở dòng 7."],
        ["54", "Tên trường", "(trống)", "Chưa có tên trường."],
        ["55", "Số học sinh", "khoảng 500", "Hãy ghi một số nguyên không âm, ví dụ 1250."],
    ]


def test_what_excel_did_to_the_cells_is_undone(officer):
    officer.submit(upload(officer).headers["Location"], "commit")
    school = School.get(School.name == "Trường THCS Tân Mai")
    figures = SchoolYearFigures.get(SchoolYearFigures.school == school)
    assert (school.code, school.phone, school.principal_name) == ("01008502", "+84983147607", "Đỗ Kim Đào")
    assert (figures.school_year, figures.classes, figures.pupils, figures.national_standard) == (
        "2023-2024",
        10,
        410,
        1,
    )


def test_a_preview_older_than_the_data_is_refused_and_shown_anew(officer):
    address = upload(officer).headers["Location"]
    form = form_values(officer.soup(address).find("form", {"data-form": "commit"}))
    officer.submit("/schools/new", "school", {"name": "Trường THCS Yên Sở", "levels": ["4"], "code": "01008508"})
    answer = officer.post(address, data=form)
    assert answer.status_code == 409
    assert School.select().count() == 1
    page = BeautifulSoup(answer.text, "lxml")
    assert stats(page)[:2] == [("47", "trường sẽ thêm"), ("1", "trường sẽ sửa")]
    assert officer.post(address, data=form_values(page.find("form", {"data-form": "commit"}))).status_code == 303
    assert School.select().count() == 48


def test_confirming_twice_writes_once(officer):
    address = upload(officer).headers["Location"]
    form = form_values(officer.soup(address).find("form", {"data-form": "commit"}))
    assert [officer.post(address, data=form).status_code for _ in range(2)] == [303, 303]
    assert AuditEntry.select().where(AuditEntry.action == "school_import.commit").count() == 1


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "rong.xlsx"),
        (b"<html><table></table></html>", "web.xlsx"),
        (b"PK\x03\x04 broken", "hong.xlsx"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600, "cu.xlsx"),
        (b"ten;ma\nA;1\n", "bang.csv"),
    ],
)
def test_a_file_that_is_no_list_gets_a_sentence_and_leaves_nothing(app, cast, content, name):
    before = ListImport.select().count()
    answer = upload(cast("hm.chuyenvien"), content=content, name=name)
    assert answer.status_code == 422
    assert BeautifulSoup(answer.text, "lxml").select_one(".errors a")["href"] == "#file"
    assert ListImport.select().count() == before


def test_a_form_without_a_file_says_so(cast):
    answer = cast("hm.chuyenvien").submit("/schools/import", "import")
    assert answer.status_code == 422
    assert "Thầy/cô chưa chọn tệp." in answer.text


def test_a_file_that_is_too_large_is_refused_before_it_is_read(app, cast):
    answer = upload(cast("hm.chuyenvien"), content=b"x" * (12 * 1024 * 1024), name="lon.xlsx")
    assert answer.status_code == 413


@pytest.mark.parametrize(("username", "status"), [("uh.chuyenvien", 404), ("hm.lanhdao", 403), ("hm.hieutruong", 403)])
def test_an_upload_is_the_business_of_its_office(app, cast, username, status):
    address = upload(cast("hm.chuyenvien")).headers["Location"]
    assert cast(username).get(address).status_code == status


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
        assert sum(report[name] for name in ("created", "changed", "unchanged", "rejected")) == read
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


def test_a_list_that_says_nothing_of_ownership_makes_no_private_school_public(app, cast):
    from xlsxwriter import Workbook

    School.update(ownership="tu_thuc").where(School.code == "01008508").execute()
    content = BytesIO()
    with Workbook(content, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Tên trường", "Mã trường", "Địa chỉ"])
        sheet.write_row(1, 0, ["Trường THCS Yên Sở", "01008508", "Số 9 Yên Sở"])
    address = upload(cast("hm.chuyenvien"), content=content.getvalue(), name="ngan.xlsx").headers["Location"]
    cast("hm.chuyenvien").submit(address, "commit")
    school = School.get(School.code == "01008508")
    assert (school.address, school.ownership) == ("Số 9 Yên Sở", "tu_thuc")
