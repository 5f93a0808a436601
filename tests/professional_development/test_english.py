"""Whoever reads English finds the module in English; what Vietnamese people wrote is marked as theirs."""

import re

import pytest

from plugins.professional_development import demo

HOME = "/professional-development"
VIETNAMESE = re.compile("[ăâđêôơưĂÂĐÊÔƠƯàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ]")
PAGES = {
    "hm.dieuphoi": (
        *("/", "/sessions/new", "/sessions/new?kind=training", "/sessions/{held}", "/sessions/{held}/people"),
        *("/sessions/{open}", "/sessions/{open}/attendance", "/sessions/{open}/code", "/sessions/{open}/minutes"),
        *("/sessions/{held}/certificates", "/difficulties", "/difficulties/new", "/lesson-studies", "/practices"),
        *("/lesson-studies/1", "/practices/1", "/difficulties/1", "/record"),
    ),
    "hm.giaovien": ("/sessions/{open}", "/sessions/{open}/check-in", "/sessions/{held}/feedback"),
    "hm.hieutruong": ("/credits", "/people"),
    "hm.chuyenvien": (
        *("/numbers", "/numbers/held", "/numbers/people", "/numbers/partner", "/numbers/minutes"),
        *("/numbers/feedback", "/numbers/adopted", "/themes"),
    ),
}


@pytest.fixture
def sessions(app, make_session):
    """An open session, and one that is credited."""
    with app.app_context():
        held = make_session(state="credited", hours=-48)
        demo.hold(held)
        return {"open": make_session(hours=0).id, "held": held.id}


def ours(page):
    """The words of the main part that are not marked as Vietnamese."""
    for marked in page.select("main [lang=vi]"):
        marked.extract()
    return [text.strip() for text in page.find("main").find_all(string=VIETNAMESE)]


@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_english_but_for_what_people_wrote(cast, sessions, name):
    browser = cast(name)
    browser.get(browser.submit("/account", "preferences", {"language": "en", "theme": "auto"}).headers["Location"])
    left = {path: ours(browser.soup(f"{HOME}{path.format(**sessions)}")) for path in PAGES[name]}
    assert {path: texts for path, texts in left.items() if texts} == {}
