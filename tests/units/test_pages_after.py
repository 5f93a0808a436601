"""After both changes every page that a link leads to opens, for who was there before."""

import pytest

# Of one kind of page, so many are read.
MOST = 2


@pytest.mark.crawl
@pytest.mark.parametrize(
    "username",
    [
        pytest.param("hm.chuyenvien", marks=pytest.mark.story),
        "uh.lanhdao",
        "uh.hieutruong",
        "hm.dieuphoi",
        "hm.giaovien",
        "admin",
    ],
)
def test_every_link_leads_somewhere(replayed, cast, username):
    answers = {url: answer.status_code for url, answer in cast(username).crawl(["/"], MOST)}
    assert {url: status for url, status in answers.items() if status not in (200, 302, 303)} == {}
