"""The search of the whole intranet finds sessions, practices and difficulties, each for whoever may see it."""

import pytest

from intranet.kernel.text import fold
from plugins.professional_development.models import Difficulty, Practice


def found(browser, words):
    page = browser.soup(f"/search?q={words}")
    return {link.text.strip() for link in page.select("main a") if "/professional-development/" in link.get("href", "")}


@pytest.mark.parametrize("words", ["Phân hóa Toán", "phan hoa toan", "hoa phan"])
def test_a_session_is_found_with_or_without_marks_in_any_order(cast, make_session, words):
    make_session(title="Dạy học phân hóa Toán 8", subject="Toán")
    assert found(cast("uh.giaovien"), words) == {"Dạy học phân hóa Toán 8"}


def test_nobody_finds_what_is_not_for_them(cast, make_session):
    make_session(title="Buổi nháp riêng", state="draft")
    seen = {name: found(cast(name), "buoi nhap rieng") for name in ("hm.dieuphoi", "hm2.giaovien", "uh.giaovien")}
    assert seen == {"hm.dieuphoi": {"Buổi nháp riêng"}, "hm2.giaovien": set(), "uh.giaovien": set()}


def test_answers_and_published_practices_are_found(app, cast, person):
    author = person("hm.giaovien")
    work = {"district": author.district_id, "school": author.school_id}
    Difficulty.create(person=author, title="Ma trận đề", search_text=fold(" Ma trận đề bảng đặc tả "), **work)
    Practice.create(
        author=author, title="Đặc tả mẫu", sort_key="", search_text=fold(" Đặc tả mẫu "), state="published", **work
    )
    assert found(cast("hm2.giaovien"), "dac ta") == {"Ma trận đề", "Đặc tả mẫu"}
    assert found(cast("uh.giaovien"), "dac ta") == {"Đặc tả mẫu"}
