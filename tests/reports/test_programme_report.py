"""The year report of a programme: counts over the pairs that an office has in it, and their list as annex."""

from datetime import date, datetime
from io import BytesIO

import pytest
from openpyxl import load_workbook

from intranet.kernel import jobs
from intranet.kernel.clock import now
from intranet.registry.districts import District
from intranet.registry.reports import Report
from intranet.registry.schools import School
from intranet.registry.twinning import DECLINED, PROPOSED, RUNNING, Pairing, Programme, ProgrammeDistrict
from intranet.reports import filling
from intranet.reports.sections import annex, load

from .conftest import clear, happen
from .test_pair_report import paper, section

YEAR = "2023-2024"


@pytest.fixture
def programme(app, story):
    """A programme of its own with the story's pair, a silent one, a proposed one, one that never came to be, and one of
    other districts."""
    programme = Programme.create(title="Cùng nhau tiến bộ", starts_on=date(2023, 9, 1), state=RUNNING)
    codes = ("HM", "UH")
    for code in codes:
        ProgrammeDistrict.create(programme=programme, district=District.get(District.code == code))
    others = list(Pairing.select().where(Pairing.id != story.pairing.id).order_by(Pairing.id).limit(4))
    for pairing in others:
        clear(pairing)
    Pairing.update(programme=programme).where(Pairing.id.in_([story.pairing.id, *[p.id for p in others]])).execute()
    silent, proposed, declined, foreign = others
    Pairing.update(state="active", signed_on=None).where(Pairing.id == silent.id).execute()
    Pairing.update(state=PROPOSED, started_on=None, state_since=datetime(2024, 5, 1)).where(
        Pairing.id == proposed.id
    ).execute()
    Pairing.update(state=DECLINED).where(Pairing.id == declined.id).execute()
    district = District.create(code="XX", kind="huyen", name="Huyện Khác", office_name="Phòng khác", sort_key="x")
    Pairing.update(first_district=district, second_district=district).where(Pairing.id == foreign.id).execute()
    return programme


@pytest.fixture
def report(programme, cast):
    page = f"/reports/new?programme={programme.id}&year={YEAR}"
    return cast("hm.chuyenvien").submit(page, "report").headers["Location"]


def test_it_counts_the_offices_pairs_and_no_others(report, cast):
    article = paper(cast("hm.lanhdao"), report)
    assert section(article, "I. Công tác chỉ đạo") == (
        [
            "Thực hiện chương trình phối hợp “Cùng nhau tiến bộ”, Phòng GD&ĐT quận Hoàng Mai đã phối hợp với "
            "Phòng GD&ĐT huyện Ứng Hòa chỉ đạo các trường kết nghĩa."
        ],
        [["Quận Hoàng Mai", "3", "3"], ["Huyện Ứng Hòa", "3", "3"]],
    )
    assert section(article, "Các cặp kết nghĩa") == (
        [
            "Tính đến ngày 31 tháng 7 năm 2024, chương trình có 2 cặp kết nghĩa đã được duyệt "
            "và 1 cặp đang được đề nghị."
        ],
        [["Chờ hai trường nhận lời", "1"], ["Đang thực hiện", "2"]],
    )


def test_what_is_proposed_today_is_not_of_an_earlier_year(programme, cast):
    Pairing.update(state_since=now()).where(Pairing.programme == programme, Pairing.state == PROPOSED).execute()
    page = f"/reports/new?programme={programme.id}&year={YEAR}"
    address = cast("hm.chuyenvien").submit(page, "report").headers["Location"]
    assert section(paper(cast("hm.lanhdao"), address), "Các cặp kết nghĩa")[1] == [["Đang thực hiện", "2"]]


def test_promises_meetings_and_activities_are_the_sums_of_the_pairs(report, cast):
    article = paper(cast("hm.lanhdao"), report)
    assert section(article, "Thực hiện giao ước") == (
        [
            "Có 1 cặp đã ký giao ước, trong đó 1 cặp ký trong kỳ báo cáo.",
            "Các giao ước có 4 cam kết: 1 hoàn thành, 1 chưa thực hiện, 1 quá hạn, 1 không thực hiện.",
        ],
        [
            ["Hoàn thành", "1"],
            ["Đang thực hiện", "0"],
            ["Chưa thực hiện", "1"],
            ["Quá hạn", "1"],
            ["Không thực hiện", "1"],
        ],
    )
    assert section(article, "Họp, thăm và giao lưu")[0] == [
        "Trong năm học 2023-2024, các cặp đã tổ chức 1 cuộc họp và 1 chuyến thăm, giao lưu, "
        "với 3 lượt người dự trên 5 lượt người được mời."
    ]
    assert section(article, "Hoạt động trao đổi, giúp đỡ") == (
        [
            "Trong năm học 2023-2024, các cặp có 4 hoạt động: trường của Quận Hoàng Mai giúp trường bạn 2 lần; "
            "trường của Huyện Ứng Hòa giúp trường bạn 1 lần."
        ],
        [
            ["Kế hoạch chung", "3", "120 quyển, 5 tiết", "2 lần (5 tiết)", "1 lần (120 quyển)"],
            ["Thăm, giao lưu", "1", "1 chuyến", "", ""],
        ],
    )


def test_silent_pairs_are_named(report, programme, cast):
    silent = Pairing.get(Pairing.programme == programme, Pairing.state == "active", Pairing.signed_on.is_null())
    names = f"{silent.first_school.name} – {silent.second_school.name}"
    assert section(paper(cast("hm.lanhdao"), report), "III. Tồn tại, hạn chế")[0] == [
        f"1 cặp không có hoạt động nào trong kỳ báo cáo: {names}.",
        "1 cam kết quá hạn.",
    ]


def test_the_annex_lists_every_pair_with_its_figures(report, story, cast):
    answer = cast("hm.lanhdao").get(f"{report}/annex.xlsx")
    rows = list(load_workbook(BytesIO(answer.data)).worksheets[0].iter_rows(values_only=True))
    assert len(rows[4:]) == 2
    assert next(row for row in rows[4:] if row[1] == "Trường THCS Yên Sở") == (
        *(1 + [row[1] for row in rows[4:]].index("Trường THCS Yên Sở"), "Trường THCS Yên Sở", "Quận Hoàng Mai"),
        *("Trường THCS Hồng Quang", "Huyện Ứng Hòa", "Đang thực hiện", "01/11/2023", 4, 1, 1, 2, 4, 2, 1),
        *("01/04/2024", 1),
    )


def test_the_annex_is_frozen_with_the_report(app, report, story, cast):
    before = Report.get_by_id(int(report.rpartition("/")[2]))
    with app.app_context():
        happen(story.pairing, "late", "visit", date(2024, 5, 2), None, 1, "chuyến")
    after = Report.get_by_id(before.id)
    assert annex(load(after.sections)) == annex(load(before.sections))


def test_the_modules_tell_theirs(report, cast):
    assert section(paper(cast("hm.lanhdao"), report), "Bảng tin")[0] == ["Phòng đã đăng 1 tin trên bảng tin."]


def test_each_office_writes_its_own(report, programme, cast):
    page = f"/reports/new?programme={programme.id}&year={YEAR}"
    other = cast("uh.chuyenvien").submit(page, "report").headers["Location"]
    assert other != report
    assert paper(cast("uh.lanhdao"), other).select_one(".issuer p").text == "UBND HUYỆN ỨNG HÒA"


@pytest.mark.parametrize(
    ("username", "draft", "issued"),
    [
        ("hm.chuyenvien", 200, 200),
        ("hm.lanhdao", 200, 200),
        ("hm.xem", 200, 200),
        ("uh.chuyenvien", 404, 200),
        ("uh.xem", 404, 200),
        ("hm.hieutruong", 404, 404),
        ("uh.giaovien", 404, 404),
        ("admin", 200, 200),
    ],
)
def test_the_other_offices_read_it_once_it_is_issued(report, cast, username, draft, issued):
    assert cast(username).get(report).status_code == draft
    Report.update(state="issued").where(Report.id == int(report.rpartition("/")[2])).execute()
    assert cast(username).get(report).status_code == issued
    assert cast(username).get(f"{report}/annex.xlsx").status_code == issued
    listed = [link["href"] for link in cast(username).soup("/reports").select("#list th a")]
    assert (report in listed) == (issued == 200)


def test_a_school_writes_no_report_of_a_programme(programme, cast):
    browser = cast("hm.hieutruong")
    form = browser.soup(f"/reports/new?programme={programme.id}").find("form", {"data-form": "report"})
    assert form.find("input", {"name": "programme"}) is None
    answer = browser.submit("/reports/new", "report", {"programme": str(programme.id), "subject": str(programme.id)})
    assert answer.status_code in (303, 422)
    assert Report.select().where(Report.programme == programme, Report.pairing.is_null()).count() == 0


@pytest.fixture
def large(monkeypatch):
    """Two pairs are many."""
    monkeypatch.setattr(filling, "MOST_AT_ONCE", 1)


def test_a_large_one_is_read_by_a_job_and_shown_before_it_is_written(app, large, programme, cast):
    officer = cast("hm.chuyenvien")
    page = officer.submit(f"/reports/new?programme={programme.id}&year={YEAR}", "report").headers["Location"]
    report = Report.get(Report.programme == programme)
    assert (page.startswith("/jobs/"), report.sections) == (True, "[]")
    assert officer.soup(f"/reports/{report.id}").find("article") is None
    with app.app_context():
        jobs.run_due()
    back = officer.get(page).headers["Location"]
    assert len(officer.soup(back).select("ul.changes > li")) == 11
    officer.submit(back, "refill")
    assert section(paper(officer, f"/reports/{report.id}"), "Thực hiện giao ước")[0][0].startswith("Có 1 cặp")


def test_a_large_one_is_read_again_by_a_job(app, large, programme, story, cast):
    officer = cast("hm.chuyenvien")
    page = officer.submit(f"/reports/new?programme={programme.id}&year={YEAR}", "report").headers["Location"]
    report = Report.get(Report.programme == programme)
    with app.app_context():
        jobs.run_due()
    officer.submit(officer.get(page).headers["Location"], "refill")
    with app.app_context():
        happen(story.pairing, "late", "visit", date(2024, 5, 2), None, 1, "chuyến")
    page = officer.submit(f"/reports/{report.id}/refill", "refill").headers["Location"]
    with app.app_context():
        jobs.run_due()
    back = officer.get(page).headers["Location"]
    assert [item.h2.text for item in officer.soup(back).select("ul.changes > li")] == [
        "Hoạt động trao đổi, giúp đỡ",
        "Danh sách các cặp kết nghĩa và kết quả",
    ]
    assert cast("hm.lanhdao").soup(back).find("ul", class_="changes") is None


def test_reading_asks_a_constant_number_of_questions(app, programme, queries):
    from intranet.reports import programme_writing
    from intranet.reports.figures import Period

    counts = []
    with app.app_context():
        district = District.get(District.code == "HM")
        for _ in range(2):
            with queries() as run:
                programme_writing.write(programme, district, YEAR, Period(date(2023, 8, 1), date(2024, 7, 31)))
            counts.append(len(run))
            Pairing.update(programme=programme).execute()
    assert counts[0] == counts[1]


def test_a_report_of_schools_renamed_since_keeps_the_old_names_in_its_annex(report, cast):
    School.update(name="Đổi tên").execute()
    found = Report.get_by_id(int(report.rpartition("/")[2]))
    assert "Trường THCS Yên Sở" in [row[0] for row in annex(load(found.sections)).rows]
