"""Answers that others use, the register of volunteers, training, and what is known of a person."""

from decimal import Decimal

import pytest

from intranet.shared.edits import Refused
from intranet.shared.waiting import Waiting
from plugins.digital import personal
from plugins.digital.articles.rules import make_article
from plugins.digital.desk import rules
from plugins.digital.models import Article, Reply, Request, Volunteer
from plugins.digital.volunteers.rules import register
from plugins.professional_development.models import Session, Theme

ARTICLES, VOLUNTEERS = "/digital/articles", "/digital/volunteers"
TEXTS = {"title": "Máy chiếu không nhận máy tính", "body": "Nhấn Windows + P"}


@pytest.fixture
def article(app, actor_of):
    """An answer of hm.giaovien."""
    with app.app_context():
        return make_article(actor_of("hm.giaovien"), TEXTS)


def test_an_answer_is_made_of_a_request_and_found_without_marks(cast, volunteer, make_request):
    request = make_request("solved")
    helper = cast("hm.giaovien")
    new = f"{ARTICLES}/new?request={request.id}"
    assert helper.soup(new).find(id="body").text.strip() == "Đổi cáp"
    assert helper.submit(new, "article").status_code == 303
    made = Article.get()
    assert (made.request_id, made.title) == (request.id, request.title)
    for address in (f"{ARTICLES}?q=may+chieu", "/search?q=may+chieu"):
        assert f"{ARTICLES}/{made.id}" in cast("uh2.hieutruong").get(address).text


def test_a_request_makes_one_answer(app, actor_of, volunteer, make_request):
    request, helper = make_request("solved"), actor_of("hm.giaovien")
    with app.app_context():
        make_article(helper, TEXTS, request)
        with pytest.raises(Refused, match="đã có bài giải đáp"):
            make_article(helper, TEXTS, request)


def test_what_nobody_solved_makes_none(app, actor_of, volunteer, make_request):
    request = make_request("assigned")
    with app.app_context(), pytest.raises(Refused, match="chưa được xử lý xong"):
        make_article(actor_of("hm.giaovien"), TEXTS, request)


def test_a_strangers_request_fills_no_form(cast, volunteer, make_request):
    request = make_request("solved")
    assert cast("hm2.giaovien").get(f"{ARTICLES}/new?request={request.id}").status_code == 404


def test_two_edits_at_once_lose_nothing(cast, article):
    browser, here = cast("hm.giaovien"), f"{ARTICLES}/{article.id}"
    stale = {"version": "1", "title": "Tên khác", "body": TEXTS["body"]}
    browser.submit(f"{here}/edit", "article", {"title": "Máy chiếu không lên hình"})
    answer = browser.submit(f"{here}/edit", "article", stale)
    assert (answer.status_code, "Máy chiếu không lên hình" in answer.text) == (409, True)


@pytest.mark.parametrize(("username", "code"), [("hm.giaovien", 303), ("hm.dieuphoi", 303), ("uh.giaovien", 403)])
def test_who_wrote_it_and_the_desk_take_it_out(cast, article, username, code):
    browser = cast(username)
    answer = browser.post(f"{ARTICLES}/{article.id}/retire", data={"csrf_token": browser.csrf("/")})
    assert (answer.status_code, Article.get().retired) == (code, code == 303)
    assert (cast("uh2.hieutruong").get(f"{ARTICLES}/{article.id}").status_code) == (404 if code == 303 else 200)


# --- The register ---


def test_a_teacher_goes_on_the_register(cast, person):
    browser = cast("hm.giaovien")
    assert browser.submit(f"{VOLUNTEERS}/me", "volunteer", {"note": "x"}).status_code == 422
    browser.submit(f"{VOLUNTEERS}/me", "volunteer", {"topics": ["1", "8"], "note": "Chiều thứ Năm"})
    browser.submit(f"{VOLUNTEERS}/me", "volunteer", {"topics": ["1"]})
    found = Volunteer.get()
    assert (Volunteer.select().count(), found.topics, found.note) == (1, 1, "Chiều thứ Năm")
    name = person("hm.giaovien").name
    shown = {user: name in cast(user).get(VOLUNTEERS).text for user in ("uh.giaovien", "uh2.hieutruong", "hm.xem")}
    assert shown == {"uh.giaovien": True, "uh2.hieutruong": False, "hm.xem": True}


def test_who_stops_is_asked_no_more(cast, app, volunteer, make_request, person, actor_of):
    make_request()
    waits = Waiting.select(Waiting.person).where(Waiting.subject_type == "digital_request")
    assert [id_ for (id_,) in waits.tuples()] == [person("hm.giaovien").id]
    with app.app_context():
        register(actor_of("hm.giaovien"), {"topics": 1, "note": "", "active": False})
    assert [id_ for (id_,) in waits.tuples()] == []
    assert cast("uh.giaovien").get(f"{VOLUNTEERS}/{volunteer.id}").status_code == 404


def test_hours_are_those_of_requests_that_are_over(cast, app, actor_of, volunteer, make_request):
    for state, hours in (("rated", "1.5"), ("solved", "4")):
        request = make_request(state)
        Request.update(hours=Decimal(hours)).where(Request.id == request.id).execute()
    page = cast("uh.giaovien").soup(f"{VOLUNTEERS}/{volunteer.id}")
    assert [number.text for number in page.select(".stats b")] == ["1", "1,5"]
    assert "1,5 giờ" in cast("uh.giaovien").get(f"{VOLUNTEERS}?topic=1").text
    assert "1,5 giờ" not in cast("uh.giaovien").get(f"{VOLUNTEERS}?topic=64").text


@pytest.mark.parametrize("address", [VOLUNTEERS, ARTICLES])
def test_lists_ask_as_often_with_three_rows_as_with_one(cast, app, actor_of, queries, address):
    def add(*usernames):
        with app.app_context():
            for username in usernames:
                register(actor_of(username), {"topics": 1, "note": "", "active": True})
                make_article(actor_of(username), TEXTS)

    browser = cast("hm.giaovien")
    add("hm.giaovien")
    browser.get(address)
    with queries() as one:
        browser.get(address)
    add("hm.hieutruong", "hm.dieuphoi")
    with queries() as three:
        browser.get(address)
    assert len(three) == len(one)


# --- Training ---


def training_link(browser):
    found = browser.soup("/digital/requests").find("a", string="Tập huấn")
    return found and found["href"]


def test_training_leads_to_sessions_of_the_theme_where_that_module_is_on(cast, switch, person):
    theme = Theme.get(Theme.label.contains("chuyển đổi số"), Theme.district == person("hm.giaovien").district_id)
    of, other = list(Session.select().where(Session.district == theme.district_id).limit(2))
    Session.update(theme=None).execute()
    Session.update(theme=theme, title="Buổi về chuyển đổi số").where(Session.id == of.id).execute()
    browser = cast("hm.giaovien")
    shown = browser.get(training_link(browser)).text
    assert (f"/sessions/{of.id}" in shown, f"/sessions/{other.id}" in shown) == (True, False)
    switch("professional_development", "HM", False)
    assert training_link(cast("hm.giaovien")) is None


# --- What is known of a person ---


def test_a_person_gets_and_loses_the_own_words(app, actor_of, volunteer, make_request, person):
    request = make_request("assigned")
    with app.app_context():
        rules.reply(request, actor_of("uh.giaovien"), "Máy Sony")
        known = personal.known_of(person("uh.giaovien"))
        personal.forget(person("uh.giaovien"))
        personal.forget(person("hm.giaovien"))
    assert [row["Nội dung"] for row in known["Yêu cầu hỗ trợ CNTT đã gửi"]] == [request.text]
    assert [row["Nội dung"] for row in known["Trao đổi đã viết"]] == ["Máy Sony"]
    assert (Reply.get().text, Volunteer.get().active, Request.get().text) == ("", False, request.text)


def test_hours_of_help_are_numbers_in_the_own_copy(app, actor_of, cast, volunteer, make_request, person):
    request = make_request("assigned")
    with app.app_context():
        rules.solve(request, actor_of("hm.giaovien"), "Đổi cáp", Decimal("1.5"))
    copy = cast("hm.giaovien").get(f"/people/{person('hm.giaovien').id}/copy.json").json
    helped = next(rows for part, rows in copy.items() if part.endswith("Yêu cầu hỗ trợ CNTT đã giúp"))
    assert [row["Số giờ"] for row in helped] == [1.5]
