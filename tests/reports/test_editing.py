"""Texts of a report are edited by several people, and stay when the figures are read again."""

from datetime import date

import pytest

from intranet.registry.reports import Report
from intranet.reports.sections import load
from intranet.testing import form_values

from .conftest import happen
from .test_pair_report import paper, section


def stored(report):
    """The report's sections by key."""
    return {found.key: found for found in load(Report.get_by_id(int(report.rpartition("/")[2])).sections)}


def edit(browser, report, **fields):
    return browser.submit(f"{report}/edit", "report", {name.replace("__", "-"): text for name, text in fields.items()})


def refill(browser, report):
    return browser.submit(f"{report}/refill", "refill")


def changes(browser, report):
    """(heading, what happens) of the sections that fresh figures would change."""
    found = []
    for item in browser.soup(f"{report}/refill").select("ul.changes > li"):
        found.append((item.h2.text, [status.text for status in item.select(".status")]))
    return found


def test_a_text_is_rewritten_and_shown(report, cast):
    assert edit(cast("hm.dieuphoi"), report, text__direction="Hai trường cùng chỉ đạo.").headers["Location"] == report
    article = paper(cast("uh.hieutruong"), report)
    assert section(article, "I. Công tác chỉ đạo")[0] == ["Hai trường cùng chỉ đạo."]


def test_a_section_is_added_and_numbered_with_the_others(report, cast):
    edit(cast("hm.dieuphoi"), report, new_part="2", new_heading="Điển hình", new_text="Cô giáo Toán.\nThầy Văn.")
    article = paper(cast("hm.hieutruong"), report)
    headings = [found.text for found in article.find_all("h4")]
    assert headings[-1] == f"{len(headings)}. Điển hình"
    assert section(article, "Điển hình")[0] == ["Cô giáo Toán.", "Thầy Văn."]


def test_a_section_taken_out_can_come_back(report, cast):
    browser = cast("hm.dieuphoi")
    edit(browser, report, removed__achieved="y")
    assert "Hai trường tự nhận xét" not in paper(browser, report).text
    values = form_values(browser.soup(f"{report}/edit").find("form", {"data-form": "report"}))
    del values["removed-achieved"]
    browser.post(f"{report}/edit", data=values)
    assert "Hai trường tự nhận xét" in paper(browser, report).text


def test_fresh_figures_leave_alone_what_people_wrote_and_show_what_changes(app, story, report, cast):
    browser = cast("hm.dieuphoi")
    edit(browser, report, text__exchange="Hai trường giúp nhau nhiều.", removed__achieved="y")
    edit(browser, report, new_heading="Điển hình", new_text="Cô giáo Toán.")
    assert changes(browser, report) == []
    with app.app_context():
        happen(story.pairing, "late", "visit", date(2024, 5, 2), None, 1, "chuyến")
        happen(story.pairing, "books", "notice_board.plan", date(2024, 5, 3), "01281503", 60, "quyển", story.clauses[1])
    assert changes(browser, report) == [
        ("Thực hiện giao ước", ["Lời văn theo số liệu mới", "Bảng số liệu thay đổi"]),
        ("Hoạt động trao đổi, giúp đỡ", ["Giữ lời văn đã viết", "Bảng số liệu thay đổi"]),
        ("Tồn tại, hạn chế", ["Lời văn theo số liệu mới"]),
        ("Phương hướng, nhiệm vụ năm học tới", ["Lời văn theo số liệu mới"]),
    ]
    assert refill(browser, report).headers["Location"] == report
    article = paper(browser, report)
    texts, rows = section(article, "Hoạt động trao đổi, giúp đỡ")
    assert (texts, rows[0][:3]) == (["Hai trường giúp nhau nhiều."], ["Kế hoạch chung", "4", "180 quyển, 5 tiết"])
    assert section(article, "Thực hiện giao ước")[1][1][3:] == ["200 quyển", "200", "Hoàn thành"]
    assert section(article, "Điển hình")[0] == ["Cô giáo Toán."]
    assert "Hai trường tự nhận xét" not in article.text
    assert changes(browser, report) == []


def test_figures_that_changed_between_look_and_confirmation_are_shown_again(app, story, report, cast):
    browser = cast("hm.dieuphoi")
    with app.app_context():
        happen(story.pairing, "one", "visit", date(2024, 5, 2), None, 1, "chuyến")
    seen = form_values(browser.soup(f"{report}/refill").find("form", {"data-form": "refill"}))
    with app.app_context():
        happen(story.pairing, "two", "visit", date(2024, 5, 3), None, 1, "chuyến")
    before = stored(report)
    assert browser.post(f"{report}/refill", data=seen).status_code == 409
    assert stored(report) == before


def test_a_report_edited_between_look_and_confirmation_is_not_overwritten(app, story, report, cast):
    browser = cast("hm.dieuphoi")
    with app.app_context():
        happen(story.pairing, "one", "visit", date(2024, 5, 2), None, 1, "chuyến")
    seen = form_values(browser.soup(f"{report}/refill").find("form", {"data-form": "refill"}))
    edit(cast("uh.hieutruong"), report, text__plans="Kế hoạch mới.")
    assert browser.post(f"{report}/refill", data=seen).status_code == 409
    assert stored(report)["plans"].text == "Kế hoạch mới."


def test_two_who_edit_different_sections_are_merged(report, cast):
    first, second = cast("hm.dieuphoi"), cast("uh.hieutruong")
    mine = form_values(first.soup(f"{report}/edit").find("form", {"data-form": "report"}))
    edit(second, report, text__plans="Kế hoạch của Ứng Hòa.")
    assert first.post(f"{report}/edit", data=mine | {"text-proposals": "Kiến nghị của Hoàng Mai."}).status_code == 303
    found = stored(report)
    assert (found["plans"].text, found["proposals"].text) == ("Kế hoạch của Ứng Hòa.", "Kiến nghị của Hoàng Mai.")


def test_two_who_edit_the_same_section_see_both_texts(report, cast):
    first, second = cast("hm.dieuphoi"), cast("uh.hieutruong")
    mine = form_values(first.soup(f"{report}/edit").find("form", {"data-form": "report"}))
    edit(second, report, text__plans="Của Ứng Hòa.", text__proposals="Cũng của Ứng Hòa.")
    answer = first.post(f"{report}/edit", data=mine | {"text-plans": "Của Hoàng Mai."})
    assert answer.status_code == 409
    assert "đang lưu là “Của Ứng Hòa.”, thầy/cô nhập “Của Hoàng Mai.”" in " ".join(parse_text(answer).split())
    again = form_values(parse(answer).find("form", {"data-form": "report"}))
    assert first.post(f"{report}/edit", data=again).status_code == 303
    found = stored(report)
    assert (found["plans"].text, found["proposals"].text) == ("Của Hoàng Mai.", "Cũng của Ứng Hòa.")


def parse(answer):
    from intranet.testing import parse as parsed

    return parsed(answer.text)


def parse_text(answer):
    return parse(answer).get_text(" ").replace("“ ", "“").replace(" ”", "”")


def test_a_section_added_meanwhile_is_not_wiped_by_an_older_form(report, cast):
    first, second = cast("hm.dieuphoi"), cast("uh.hieutruong")
    mine = form_values(first.soup(f"{report}/edit").find("form", {"data-form": "report"}))
    edit(second, report, new_heading="Điển hình", new_text="Cô giáo Toán.")
    assert first.post(f"{report}/edit", data=mine | {"text-plans": "Kế hoạch."}).status_code == 303
    assert section(paper(first, report), "Điển hình")[0] == ["Cô giáo Toán."]


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [
        ("title", "", "Thầy/cô chưa ghi tên báo cáo."),
        ("text-plans", "x" * 20_001, "Nội dung quá dài (tối đa 20000 ký tự)."),
        ("new_part", "9", "Hãy chọn một mục trong danh sách."),
    ],
)
def test_what_no_report_can_hold_is_refused_with_a_sentence(report, cast, field, text, sentence):
    answer = cast("hm.dieuphoi").submit(f"{report}/edit", "report", {field: text})
    assert answer.status_code == 422
    assert sentence in parse(answer).find(class_="errors").text


def test_text_is_text(report, cast):
    edit(cast("hm.dieuphoi"), report, text__plans="<script>alert(1)</script> {{ 7*7 }}")
    article = paper(cast("hm.hieutruong"), report)
    assert article.find("script") is None
    assert section(article, "năm học tới")[0] == ["<script>alert(1)</script> {{ 7*7 }}"]


def test_an_edit_stands_in_the_log_with_both_texts(report, cast):
    from intranet.shared.audit import AuditEntry, AuditValue

    edit(cast("hm.dieuphoi"), report, text__proposals="Không.")
    entry = AuditEntry.select().where(AuditEntry.action == "report.update").get()
    value = AuditValue.get(AuditValue.entry == entry)
    assert (value.field, value.before, value.after) == (
        "proposals.text",
        "Trường THCS Yên Sở: Hỗ trợ xe đưa đón.",
        "Không.",
    )
