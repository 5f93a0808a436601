"""The pairs as an Excel file, at once and by a job."""

import io
import logging
from datetime import date
from urllib.parse import unquote

import pytest
from openpyxl import load_workbook

from intranet.kernel.jobs import Job, run_due
from intranet.registry.people import Person
from intranet.registry.schools import School
from intranet.registry.twinning import Pairing
from intranet.shared.audit import AuditEntry, AuditValue
from intranet.web import exports

ADDRESS = "/pairings/export.xlsx"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def rows(answer):
    assert (answer.status_code, answer.mimetype) == (200, EXCEL)
    return [list(row) for row in load_workbook(io.BytesIO(answer.data)).worksheets[0].iter_rows(values_only=True)]


def listed(browser):
    return [row.th.a.text for row in browser.soup("/pairings").select("tbody tr")]


@pytest.mark.parametrize("username", ["hm.giaovien", "uh.hieutruong", "hm.chuyenvien", "uh.xem", "admin"])
def test_the_file_holds_the_pairs_of_the_list_in_its_order(cast, username):
    table = rows(cast(username).get(ADDRESS))[4:]
    assert [f"{row[1]} – {row[4]}" for row in table] == listed(cast(username))


def test_the_file_says_what_it_is_and_holds_dates_and_codes(app, cast):
    pairing = Pairing.get(Pairing.first_school == School.get(School.code == "01008508"))
    Pairing.update(started_on=date(2024, 9, 5)).where(Pairing.id == pairing.id).execute()
    found = rows(cast("hm.giaovien").get(ADDRESS))
    assert found[0][0] == "Danh sách cặp kết nghĩa"
    assert found[1][0].startswith("Trường THCS Yên Sở · Lập ngày ")
    assert found[3] == [
        "STT",
        "Trường thứ nhất",
        "Mã trường thứ nhất",
        "Đơn vị thứ nhất",
        "Trường thứ hai",
        "Mã trường thứ hai",
        "Đơn vị thứ hai",
        "Chương trình",
        "Cụm",
        "Trạng thái",
        "Trạng thái từ ngày",
        "Số giao ước",
        "Ngày ký",
        "Từ ngày",
        "Đến ngày",
        "Hoạt động gần nhất",
        "Trường thứ nhất giúp (lần)",
        "Trường thứ hai giúp (lần)",
        "Hạn tới",
        "Lý do kết thúc",
    ]
    assert (found[4][2], found[4][9], found[4][13].date()) == ("01008508", "Đang thực hiện", date(2024, 9, 5))


def test_the_file_holds_what_the_filters_leave_and_names_them(app, cast):
    found = rows(cast("hm.chuyenvien").get(f"{ADDRESS}?q=yen+so&state=active"))
    assert [(row[1], row[4]) for row in found[4:]] == [("Trường THCS Yên Sở", "Trường THCS Hồng Quang")]
    assert "Tìm: yen so · Trạng thái: Đang thực hiện" in found[1][0]


def test_the_file_has_a_vietnamese_name_and_lies_in_no_cache(cast):
    headers = cast("hm.chuyenvien").get(ADDRESS).headers
    plain, encoded = headers["Content-Disposition"].removeprefix("attachment; ").split("; ")
    assert unquote(encoded).startswith("filename*=UTF-8''Danh sách cặp kết nghĩa ")
    assert plain.startswith('filename="Danh sach cap ket nghia ')
    assert (headers["Cache-Control"], headers["X-Content-Type-Options"]) == ("no-store", "nosniff")


def test_the_file_is_vietnamese_for_whoever_reads_english_too(app, cast):
    Person.update(language="en").where(Person.username == "hm.chuyenvien").execute()
    assert rows(cast("hm.chuyenvien").get(ADDRESS))[3][1] == "Trường thứ nhất"
    assert cast("hm.chuyenvien").soup("/pairings").html["lang"] == "en"


def test_reading_the_file_writes_nothing(app, cast):
    browser = cast("hm.chuyenvien")
    before = AuditEntry.select().count(), Job.select().count()
    browser.get(ADDRESS)
    assert (AuditEntry.select().count(), Job.select().count()) == before


# --- long lists ---


@pytest.fixture
def long_list(monkeypatch):
    """Every list is too long to answer at once."""
    monkeypatch.setattr(exports, "MOST_AT_ONCE", 1)


def start(browser):
    answer = browser.submit(ADDRESS, "export")
    assert answer.status_code == 303
    return answer.headers["Location"]


def test_a_long_list_is_made_by_a_job_and_is_the_same_list(app, cast, monkeypatch):
    at_once = rows(cast("hm.chuyenvien").get(ADDRESS))
    monkeypatch.setattr(exports, "MOST_AT_ONCE", 1)
    monkeypatch.setattr(exports, "BATCH", 2)
    page = start(cast("hm.chuyenvien"))
    with app.app_context():
        assert run_due() == 1
    assert rows(cast("hm.chuyenvien").get(f"{page}/file")) == at_once


def test_a_long_export_is_audited_with_its_count(app, cast, long_list):
    start(cast("hm.chuyenvien"))
    entry = AuditEntry.select().order_by(AuditEntry.id.desc()).get()
    officer = Person.get(Person.username == "hm.chuyenvien")
    (value,) = AuditValue.select().where(AuditValue.entry == entry)
    assert (entry.action, entry.person_id, entry.district_id) == ("pairings.export", officer.id, officer.district_id)
    assert (value.field, value.after) == ("rows", str(len(listed(cast("hm.chuyenvien")))))


def test_the_same_form_sent_twice_makes_one_job(app, cast, long_list):
    form = cast("hm.chuyenvien").soup(ADDRESS).find("form", {"data-form": "export"})
    fields = {field["name"]: field["value"] for field in form.select("input")}
    answers = {cast("hm.chuyenvien").post(ADDRESS, data=fields).headers["Location"] for _ in range(2)}
    assert (len(answers), Job.select().count()) == (1, 1)


def test_who_may_not_see_the_list_gets_no_file(cast):
    assert cast("hm.moi").get(ADDRESS).status_code == 403


def test_a_short_export_leaves_a_line_in_the_log(cast, monkeypatch, caplog):
    lines = []
    log = logging.getLogger("intranet.exports")
    caplog.set_level(logging.INFO, logger=log.name)
    monkeypatch.setattr(log, "handlers", [ListHandler(lines)])
    cast("hm.chuyenvien").get(ADDRESS)
    facts = {"list": "pairings.export", "rows": len(listed(cast("hm.chuyenvien")))}
    assert [(line.getMessage(), line.facts) for line in lines] == [("exported", facts)]


class ListHandler(logging.Handler):
    """Keeps the lines in a list."""

    def __init__(self, lines):
        super().__init__()
        self.lines = lines

    def emit(self, record):
        self.lines.append(record)
