"""The directory of people."""

import pytest

from intranet.registry.people import Person


def names(page):
    return [link.text for link in page.select("#list th a")]


def test_people_stand_in_the_order_of_given_names(cast):
    assert names(cast("hm.lanhdao").soup("/people")) == [
        "Nguyễn Thị Ánh",
        "Trần Văn Ân",
        "Phạm Ngọc Bích",
        "Vũ Quang Đạt",
        "Lê Thu Hòa",
        "Hoàng Văn Khoa",
        "Đoàn Minh Lan",
        "Bùi Thị Mới",
        "Đặng Minh Vinh",
        "Đỗ Thị Yến",
    ]


@pytest.mark.parametrize(("query", "found"), [("hoa", "Lê Thu Hòa"), ("Hoà", "Lê Thu Hòa"), ("dat vu", "Vũ Quang Đạt")])
def test_people_are_found_without_marks_and_in_any_order_of_words(cast, query, found):
    assert names(cast("hm.giaovien").soup("/people", query_string={"q": query}))[0] == found


def test_the_list_says_what_each_is_and_where(cast):
    row = cast("hm.giaovien").soup("/people?q=hoa").select_one("#list tbody tr")
    assert [cell.text for cell in row.find_all("td")] == ["Điều phối viên – Trường THCS Yên Sở", "0912 001 003"]


def test_a_closed_account_is_marked(cast):
    closed = Person.get(Person.username == "hm.khoa")
    assert cast("hm.chuyenvien").soup(f"/people/{closed.id}").find(class_="status").text == "Tài khoản đã khóa"


def test_the_number_of_queries_does_not_grow_with_the_rows(app, cast, queries):
    browser, counts = cast("hm.giaovien"), []
    for query in ("khoa", ""):
        with queries() as run:
            browser.get("/people", query_string={"q": query} if query else None)
        counts.append(len(run))
    assert counts[0] == counts[1]


def test_the_count_is_said_and_follows_the_search(cast):
    texts = [cast("hm.giaovien").soup(url).find(id="count").text for url in ("/people", "/people?q=bich")]
    assert texts == ["12 người", "2 người"]
