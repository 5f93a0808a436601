"""Programmes are found by the words of their titles."""

import pytest

RUNNING = "Nhà trường cùng chung tay phát triển – Thầy cô cùng sẻ chia trách nhiệm"
PREPARED = "Trường kết nghĩa: cùng dạy tốt, cùng học tốt"


def titles(browser, query):
    panel = browser.soup(f"/search?q={query}").find(attrs={"data-panel": "search.programmes"})
    return [link.text for link in panel.select("li > a")] if panel else []


@pytest.mark.parametrize(
    ("username", "query", "expected"),
    [
        ("hm.chuyenvien", "chung tay", [RUNNING]),
        ("uh.xem", "sẻ chia", [RUNNING]),
        ("hm.giaovien", "se chi", [RUNNING]),
        ("hm.chuyenvien", "truong cung", [PREPARED, RUNNING]),
        ("hm.giaovien", "truong cung", [RUNNING]),
        ("admin", "kết nghĩa", [PREPARED]),
        ("hm.chuyenvien", "chung xyz", []),
        ("hm.chuyenvien", "'", []),
        ("hm.moi", "chung tay", []),
    ],
)
def test_each_word_begins_a_word_of_the_title(cast, username, query, expected):
    if username == "hm.moi":
        assert cast(username).get(f"/search?q={query}").status_code == 403
    else:
        assert titles(cast(username), query) == expected
