"""A district's own copy: readable without the program, and nobody else's."""

import re
from html.parser import HTMLParser
from urllib.parse import unquote

import pytest
from openpyxl import load_workbook

from intranet.app import components
from intranet.kernel import files
from intranet.operations import district_copy
from intranet.registry.districts import District
from intranet.registry.people import Person
from intranet.registry.schools import School
from intranet.registry.twinning import Pairing
from intranet.shared.attachments import Attachment, StoredFile


@pytest.fixture
def copy(app, tmp_path):
    """``copy("HM")`` writes the copy of a district; its directory."""

    def write(code):
        with app.app_context():
            district_copy.write(District.get(District.code == code), components(app), tmp_path / code)
        return tmp_path / code

    return write


def rows(path):
    """The table of a file as [{header: value}]."""
    sheet = load_workbook(path).worksheets[0]
    header, *found = list(sheet.iter_rows(min_row=4, values_only=True))
    return [dict(zip(header, row, strict=True)) for row in found]


def everything(directory):
    """All text of all files."""
    texts = [(directory / "index.html").read_text(encoding="utf-8")]
    for path in directory.glob("*.xlsx"):
        for sheet in load_workbook(path, read_only=True).worksheets:
            texts += [str(value) for row in sheet.iter_rows(values_only=True) for value in row]
    texts += [path.read_bytes().decode("latin-1") for path in directory.glob("tep/*")]
    return "\n".join(texts)


@pytest.mark.parametrize(("code", "other"), [("HM", "UH"), ("UH", "HM")])
def test_a_copy_holds_the_districts_own_markers_and_no_others(copy, code, other):
    found = everything(copy(code))
    assert f"CANARY-{code}" in found
    # A pair is of both districts; its marker bears the name of its first school's.
    assert re.search(rf"CANARY-{other}(?!-P)", found) is None


def test_every_row_of_the_district_is_there_under_vietnamese_headers(copy):
    directory = copy("HM")
    district = District.get(District.code == "HM")
    schools = rows(directory / "school.xlsx")
    assert {row["Tên"] for row in schools} == {s.name for s in School.select().where(School.district == district)}
    assert schools[0]["Đơn vị"] == district.name
    people = rows(directory / "person.xlsx")
    assert len(people) == Person.select().where(Person.district == district).count()
    pairs = rows(directory / "pairing.xlsx")
    own = (Pairing.first_district == district) | (Pairing.second_district == district)
    assert len(pairs) == Pairing.select().where(own).count()
    # The partner is named.
    assert {row["Trường thứ hai"] for row in pairs} == {pair.second_school.name for pair in Pairing.select().where(own)}


def test_the_tables_of_modules_come_along(copy):
    assert [row["Tên"] for row in rows(copy("UH") / "notice_board_note.xlsx")] == ["Họp giao ban Huyện Ứng Hòa"]


def test_nothing_that_opens_an_account_is_there(copy, cast):
    cast("hm.chuyenvien")
    directory = copy("HM")
    found = everything(directory)
    hashes = [person.password_hash for person in Person.select() if person.password_hash]
    assert [text for text in [*hashes, "argon2", "token_hash"] if text in found] == []
    names = {path.stem for path in directory.glob("*.xlsx")}
    assert names & {"sign_in_session", "account_link", "second_factor", "recovery_code", "known_device"} == set()


def test_attached_files_come_along_and_others_do_not(app, copy):
    person = {code: Person.get(Person.username == f"{code.lower()}.chuyenvien") for code in ("HM", "UH")}
    with app.app_context():
        for code, owner in person.items():
            body = f"paper of {code}".encode()
            stored = StoredFile.create(sha256=files.put(body), size=len(body), media_type="application/pdf")
            Attachment.create(
                file=stored,
                name=f"Công văn {code}/1.pdf",
                subject_type="district",
                subject_id=owner.district_id,
                district=owner.district_id,
                person=owner,
            )
    found = {path.read_bytes() for path in (copy("HM") / "tep").iterdir()}
    assert found & {b"paper of HM", b"paper of UH"} == {b"paper of HM"}


def test_the_page_leads_to_every_file_and_runs_nothing(copy):
    directory = copy("HM")
    links, tags = [], set()

    class Reader(HTMLParser):
        def handle_starttag(self, tag, attributes):
            tags.add(tag)
            links.extend(value for name, value in attributes if name == "href")

    Reader().feed((directory / "index.html").read_text(encoding="utf-8"))
    written = {path.relative_to(directory).as_posix() for path in directory.rglob("*") if path.is_file()}
    assert {unquote(link) for link in links} == written - {"index.html"}
    assert "script" not in tags


def test_a_directory_that_exists_is_refused(instance, tmp_path, run):
    done = run("export", "--instance", instance, "--district", "HM", "--to", tmp_path)
    assert (done.returncode, "exists already" in done.stderr) == (1, True)
    done = run("export", "--instance", instance, "--district", "HM", "--to", tmp_path / "copy")
    assert (done.returncode, (tmp_path / "copy" / "index.html").is_file()) == (0, True), done.stderr
