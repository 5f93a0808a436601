"""The report of a pair says what happened in its days, and nothing else."""

from datetime import date

import pytest

from intranet.registry.reports import Report
from intranet.registry.twinning import Pairing


def paper(browser, address):
    return browser.soup(address).find("article", class_="official")


def section(article, heading):
    """The paragraphs and the rows under a heading, up to the next one."""
    texts, rows = [], []
    start = next(found for found in article.find_all(["h3", "h4"]) if found.text.endswith(heading))
    for element in start.find_next_siblings():
        if element.name == "h4":
            break
        if element.name == "p":
            texts.append(element.text)
        else:
            rows += [[cell.text for cell in row.find_all("td")] for row in element.select("tbody tr")]
    return texts, rows


def test_the_parts_are_those_of_official_reports(report, cast):
    assert [part.text for part in paper(cast("hm.hieutruong"), report).find_all("h3")] == [
        "I. Công tác chỉ đạo",
        "II. Kết quả thực hiện",
        "III. Tồn tại, hạn chế",
        "IV. Phương hướng, nhiệm vụ năm học tới",
        "V. Kiến nghị, đề xuất",
    ]


def test_it_is_headed_by_the_school_that_writes_it(report, cast):
    article = paper(cast("hm.hieutruong"), report)
    assert [line.text for line in article.select(".issuer p")][1] == "TRƯỜNG THCS YÊN SỞ"
    assert article.h2.text == (
        "Kết quả thực hiện giao ước kết nghĩa năm học 2023-2024 giữa Trường THCS Yên Sở và Trường THCS Hồng Quang"
    )
    assert [line.text for line in article.select(".signature p")] == ["HIỆU TRƯỞNG", "Đặng Minh Vinh"]


def test_meetings_count_by_the_vietnamese_day_and_only_those_held(report, cast):
    assert section(paper(cast("hm.hieutruong"), report), "Họp, thăm và giao lưu") == (
        [
            "Trong năm học 2023-2024, hai trường đã tổ chức 1 cuộc họp và 1 chuyến thăm, giao lưu, "
            "với 3 lượt người dự trên 5 lượt người được mời."
        ],
        [
            ["25/10/2023", "Họp", "Họp đầu năm", "", "2/3"],
            ["01/04/2024", "Thăm, giao lưu", "Thăm lớp học", "", "1/2"],
        ],
    )


def test_promises_stand_as_at_the_end_of_the_year_whatever_came_later(report, cast):
    assert section(paper(cast("hm.hieutruong"), report), "Thực hiện giao ước") == (
        [
            "Tính đến ngày 31 tháng 7 năm 2024, giao ước có 4 cam kết: 1 hoàn thành, 1 chưa thực hiện, 1 quá hạn, "
            "1 không thực hiện."
        ],
        [
            ["Dạy minh họa môn Toán", "Trường THCS Yên Sở", "31/05/2024", "5 tiết", "5", "Hoàn thành"],
            ["Tặng sách cho thư viện", "Trường THCS Hồng Quang", "30/04/2024", "200 quyển", "140", "Quá hạn"],
            ["Thi viết chữ đẹp", "Hai trường", "", "1", "0", "Chưa thực hiện"],
            ["Sửa sân trường", "Trường THCS Yên Sở", "01/05/2024", "1 lần", "0", "Không thực hiện"],
        ],
    )


def test_activities_are_counted_by_kind_and_by_who_gave(report, cast):
    assert section(paper(cast("hm.hieutruong"), report), "Hoạt động trao đổi, giúp đỡ") == (
        [
            "Trong năm học 2023-2024, hai trường có 4 hoạt động: Trường THCS Yên Sở giúp Trường THCS Hồng Quang 2 lần; "
            "Trường THCS Hồng Quang giúp Trường THCS Yên Sở 1 lần; hai trường cùng thực hiện 1 hoạt động."
        ],
        [
            ["Kế hoạch chung", "3", "120 quyển, 5 tiết", "2 lần (5 tiết)", "1 lần (120 quyển)"],
            ["Thăm, giao lưu", "1", "1 chuyến", "", ""],
        ],
    )


def test_what_the_schools_wrote_in_their_reviews_is_quoted(report, cast):
    article = paper(cast("hm.hieutruong"), report)
    assert section(article, "Hai trường tự nhận xét")[0] == ["Trường THCS Yên Sở: Giáo viên đã quen nhau."]
    assert section(article, "III. Tồn tại, hạn chế")[0] == [
        "Còn 1 cam kết quá hạn: Tặng sách cho thư viện.",
        "Hai trường chưa viết đủ nhận xét của năm học.",
        "Trường THCS Yên Sở: Đường xa.",
    ]
    assert section(article, "IV. Phương hướng, nhiệm vụ năm học tới")[0] == [
        "Tiếp tục thực hiện các cam kết chưa hoàn thành:",
        "- Tặng sách cho thư viện (còn 60 quyển).",
        "- Thi viết chữ đẹp.",
    ]
    assert section(article, "V. Kiến nghị, đề xuất")[0] == ["Trường THCS Yên Sở: Hỗ trợ xe đưa đón."]


@pytest.mark.parametrize(
    ("term", "meetings", "activities"),
    [("1", "1 cuộc họp", "1 hoạt động"), ("2", "1 chuyến thăm, giao lưu", "3 hoạt động")],
)
def test_a_term_has_its_own_days(story, cast, term, meetings, activities):
    form = {"school_year": "2023-2024", "term": term}
    address = cast("hm.dieuphoi").submit("/reports/new", "report", form).headers["Location"]
    article = paper(cast("hm.dieuphoi"), address)
    name = {"1": "học kỳ I", "2": "học kỳ II"}[term]
    held, _rows = section(article, "Họp, thăm và giao lưu")
    happened, _rows = section(article, "Hoạt động trao đổi, giúp đỡ")
    assert held[0].startswith(f"Trong {name} năm học 2023-2024, hai trường đã tổ chức {meetings}, với ")
    assert happened[0].startswith(f"Trong {name} năm học 2023-2024, hai trường có {activities}: ")


def test_a_pair_that_did_nothing_says_so(story, cast):
    address = cast("hm.hieutruong").submit("/reports/new", "report", {"school_year": "2022-2023"}).headers["Location"]
    article = paper(cast("hm.hieutruong"), address)
    assert section(article, "Thực hiện giao ước")[0] == ["Hai trường chưa có cam kết nào trong giao ước."]
    assert section(article, "Họp, thăm và giao lưu")[0] == [
        "Trong năm học 2022-2023, hai trường chưa tổ chức cuộc họp hay chuyến thăm nào."
    ]


def test_help_that_went_one_way_is_named(app, story, cast):
    from intranet.registry.activities import Activity

    Activity.update(giver=None).where(Activity.source_key == "a3").execute()
    address = cast("hm.hieutruong").submit("/reports/new", "report", {"school_year": "2023-2024"}).headers["Location"]
    assert section(paper(cast("hm.hieutruong"), address), "III. Tồn tại, hạn chế")[0][1] == (
        "Sự giúp đỡ mới đi một chiều: Trường THCS Hồng Quang chưa giúp lại Trường THCS Yên Sở hoạt động nào."
    )


def test_a_second_report_of_the_same_days_leads_to_the_first(report, cast):
    answer = cast("uh.hieutruong").submit("/reports/new", "report", {"school_year": "2023-2024"})
    assert answer.headers["Location"] == report
    assert Report.select().where(Report.school_year == "2023-2024", Report.pairing.is_null(False)).count() == 1


def test_a_form_sent_twice_makes_one(story, cast):
    browser = cast("hm.hieutruong")
    from intranet.testing import form_values

    form = form_values(browser.soup("/reports/new").find("form", {"data-form": "report"}))
    locations = {browser.post("/reports/new", data=form).headers["Location"] for _ in range(2)}
    assert len(locations) == 1


def test_it_waits_for_those_who_write_it(report, cast):
    lines = cast("hm.dieuphoi").soup("/").find(attrs={"data-panel": "home.tasks"}).select("li")
    assert [line.a["href"] for line in lines if "báo cáo" in line.text] == [report]


@pytest.mark.parametrize(
    ("username", "statuses"),
    [
        ("hm.hieutruong", (200, 200, 200)),
        ("hm.dieuphoi", (200, 200, 200)),
        ("uh.hieutruong", (200, 200, 200)),
        ("hm.chuyenvien", (200, 200, 200)),
        ("uh.lanhdao", (200, 200, 200)),
        ("hm.giaovien", (200, 403, 403)),
        ("uh.giaovien", (200, 403, 403)),
        ("hm.xem", (200, 403, 403)),
        ("hm2.hieutruong", (404, 404, 404)),
        ("uh2.giaovien", (404, 403, 403)),
        ("admin", (200, 200, 200)),
    ],
)
def test_both_schools_and_both_offices_read_it_and_their_leaders_write_it(report, cast, username, statuses):
    pages = (report, f"{report}/edit", f"{report}/refill")
    assert tuple(cast(username).get(page).status_code for page in pages) == statuses


def test_a_strangers_pair_cannot_be_reported_on(story, cast):
    assert cast("hm2.hieutruong").get(f"/reports/new?pairing={story.pairing.id}").status_code == 404
    assert cast("hm.giaovien").get(f"/reports/new?pairing={story.pairing.id}").status_code == 403
    other = Pairing.select().where(Pairing.id != story.pairing.id).first()
    answer = cast("hm.hieutruong").submit("/reports/new", "report", {"subject": str(other.id)})
    assert answer.status_code == 422


def test_an_office_reports_on_a_pair_under_its_own_heading(story, cast):
    page = f"/reports/new?pairing={story.pairing.id}&year=2023-2024"
    address = cast("uh.chuyenvien").submit(page, "report").headers["Location"]
    found = Report.get_by_id(int(address.rpartition("/")[2]))
    assert (found.school_id, found.district.code, found.school_year) == (None, "UH", "2023-2024")
    assert paper(cast("uh.lanhdao"), address).select_one(".issuer p").text == "UBND HUYỆN ỨNG HÒA"


def test_the_word_file_says_the_same(report, cast):
    from io import BytesIO

    from docx import Document

    link = cast("hm.hieutruong").soup(report).find("a", href=f"/papers/pair_report/{report.rpartition('/')[2]}.docx")
    answer = cast("hm.hieutruong").get(link["href"])
    document = Document(BytesIO(answer.data))
    texts = [paragraph.text for paragraph in document.paragraphs]
    assert [text for text in texts if text.startswith(("I. ", "II. ", "2. "))] == [
        "I. CÔNG TÁC CHỈ ĐẠO",
        "II. KẾT QUẢ THỰC HIỆN",
        "2. Thực hiện giao ước",
    ]
    rows = [[cell.text for cell in row.cells] for table in document.tables for row in table.rows]
    assert ["Tặng sách cho thư viện", "Trường THCS Hồng Quang", "30/04/2024", "200 quyển", "140", "Quá hạn"] in rows
    assert cast("hm2.hieutruong").get(link["href"]).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_making_one_asks_a_constant_number_of_questions(app, story, queries, count):
    from intranet.reports import pair_writing
    from intranet.reports.figures import Period

    from .conftest import happen

    with app.app_context():
        for number in range(count):
            happen(story.pairing, f"more{number}", "visit", date(2024, 1, number + 1), None, 1, "chuyến")
        pairing = Pairing.get_by_id(story.pairing.id)
        with queries() as run:
            pair_writing.write(pairing, "2023-2024", "", Period(date(2023, 8, 1), date(2024, 7, 31)))
        # The pair's schools, districts and programme are five of them.
        assert len(run) == 10


def test_a_stranger_can_write_nothing(report, cast):
    token = cast("hm2.hieutruong").csrf("/account")
    for page in (f"{report}/edit", f"{report}/refill", f"{report}/issue", f"{report}/again"):
        assert cast("hm2.hieutruong").post(page, data={"csrf_token": token}).status_code == 404


def test_columns_of_the_word_files_tables_are_as_wide_as_their_texts(report, cast):
    from io import BytesIO

    from docx import Document

    answer = cast("hm.hieutruong").get(f"/papers/pair_report/{report.rpartition('/')[2]}.docx")
    table = next(table for table in Document(BytesIO(answer.data)).tables if table.rows[0].cells[0].text == "Cam kết")
    widths = [column.width for column in table.columns]
    assert [cell.width for cell in table.rows[1].cells] == widths
    promise, who, day, target, done, result = widths
    assert promise == who > day > result > target > done
    # All of it: 165 mm, less what rounding takes.
    assert sum(width.mm for width in widths) == pytest.approx(165, abs=0.5)
