"""Notices inside the application: who gets one, the counter, the list, the choices."""

from datetime import timedelta

import pytest

from intranet.contributions import AT_ONCE, DAILY, NEVER, NoticeKind
from intranet.kernel import clock, mail
from intranet.kernel.clock import now
from intranet.registry.people import Person, SignInSession
from intranet.shared.notices import Notice, NoticeChoice
from intranet.shared.notifying import NoticeKinds, Recipients, choose, count_recipients, notify

PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}
MINUTE = timedelta(minutes=1)


def person(username):
    return Person.get(Person.username == username)


@pytest.fixture
def tell(app):
    """``tell("hm.giaovien", "…")`` gives that person a notice."""
    Notice.delete().execute()

    def write(username, title="Kế hoạch tháng 9 chờ thầy/cô xem", url="/schools", kind="waiting", **options):
        with app.app_context():
            return notify([person(username).id], kind, title, url, **options)

    return write


@pytest.fixture
def later():
    """``later(minutes)`` moves the clock on."""
    start = now()
    yield lambda minutes: clock.set_now(start + minutes * MINUTE)
    clock.set_now(None)


@pytest.fixture
def served(app):
    """A mail server is set; nothing is sent to it here."""
    mail.configure("smtp+plain://127.0.0.1:9", "chungtay@so.example.vn")
    yield
    mail.configure("", "")


def bell(browser, url="/"):
    count = browser.soup(url).find(id="bell").b
    return count.text if count else ""


def titles(browser):
    return [item.find(attrs={"lang": "vi"}).text for item in browser.soup("/notices").select("[data-notice]")]


# --- Writing ---


def test_one_thing_within_a_quarter_of_an_hour_is_one_notice_with_the_latest_title(app, tell, later):
    for minutes, title in ((0, "Lần đầu"), (14, "Lần hai"), (15, "Lần ba")):
        later(minutes)
        tell("hm.giaovien", title, group="plan-1")
    assert [(row.title, row.count) for row in Notice.select().order_by(Notice.id)] == [("Lần hai", 2), ("Lần ba", 1)]


@pytest.mark.parametrize(
    "other",
    [{"group": "plan-2"}, {"kind": "account"}, {"module": "notice_board"}, {"username": "hm.dieuphoi"}],
)
def test_different_things_and_people_have_notices_of_their_own(app, tell, other):
    tell("hm.giaovien", group="plan-1")
    tell(**{"username": "hm.giaovien", "group": "plan-1"} | other)
    assert [row.count for row in Notice.select()] == [1, 1]


def test_without_a_group_what_leads_to_one_page_is_one_thing(app, tell):
    for url in ("/schools/1", "/schools/2", "/schools/1"):
        tell("hm.giaovien", url=url)
    assert [(row.url, row.count) for row in Notice.select().order_by(Notice.id)] == [
        ("/schools/1", 2),
        ("/schools/2", 1),
    ]


@pytest.mark.parametrize("fields", [{"seen_at": now()}, {"mailed_at": now()}])
def test_what_was_seen_or_mailed_does_not_hide_the_next(app, tell, fields):
    tell("hm.giaovien")
    Notice.update(fields).execute()
    tell("hm.giaovien")
    assert [row.count for row in Notice.select()] == [1, 1]


def test_nobody_is_told_what_they_did_themselves_nor_who_has_left_nor_twice(app):
    Notice.delete().execute()
    people = [person(name).id for name in ("hm.giaovien", "hm.khoa", "hm.dieuphoi", "hm.lanhdao")]
    Person.update(deleted_at=now()).where(Person.id == people[2]).execute()
    with app.app_context():
        assert notify([*people, *people], "waiting", "Việc", "/schools", but=people[3]) == 1
    assert [row.person_id for row in Notice.select()] == [people[0]]


def test_many_are_told_in_few_statements(app, queries):
    Notice.delete().execute()
    people = [id_ for (id_,) in Person.select(Person.id).limit(1200).tuples()]
    active = Person.select().where(Person.id.in_(people), Person.active == True).count()  # noqa: E712
    with app.app_context(), queries() as run:
        assert notify(people, "waiting", "Việc", "/schools") == active
    batches = -(-len(people) // 500)
    assert len([sql for sql in run if not sql.startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE"))]) == 3 * batches


@pytest.mark.parametrize(
    ("kind", "url"), [("nothing", "/"), ("waiting", "https://x.example/"), ("waiting", "//x.example"), ("waiting", "")]
)
def test_an_unknown_kind_or_a_foreign_address_is_a_mistake(app, tell, kind, url):
    with pytest.raises(ValueError, match=kind):
        tell("hm.giaovien", kind=kind, url=url)


@pytest.mark.parametrize("kind", [NoticeKind(key="waiting", label="Chờ"), NoticeKind(key="a", label="A", delivery="x")])
def test_a_kind_is_declared_once_with_a_known_delivery(kind):
    with pytest.raises(ValueError, match=f"notice kind {kind.key}"):
        NoticeKinds().add(kind)


# --- How it goes by mail ---


@pytest.mark.parametrize(
    ("email", "kind", "chosen", "delivery"),
    [
        ("bich@truong.edu.vn", "waiting", None, AT_ONCE),
        ("bich@truong.edu.vn", "module", None, DAILY),
        ("bich@truong.edu.vn", "import", None, NEVER),
        ("bich@truong.edu.vn", "waiting", DAILY, DAILY),
        ("bich@truong.edu.vn", "waiting", NEVER, NEVER),
        ("bich@truong.edu.vn", "import", AT_ONCE, AT_ONCE),
        ("", "waiting", None, NEVER),
        ("", "waiting", AT_ONCE, NEVER),
    ],
)
def test_the_persons_choice_counts_then_the_usual_and_never_without_an_address(
    app, tell, served, email, kind, chosen, delivery
):
    Person.update(email=email).where(Person.username == "hm.giaovien").execute()
    if chosen:
        choose(person("hm.giaovien").id, {kind: chosen})
    tell("hm.giaovien", kind=kind)
    assert Notice.get().delivery == delivery


def test_without_a_mail_server_nothing_is_meant_for_the_mail(app, tell):
    Person.update(email="bich@truong.edu.vn").where(Person.username == "hm.giaovien").execute()
    tell("hm.giaovien")
    assert Notice.get().delivery == NEVER


def test_recipients_are_counted_before_anything_is_sent(app, served):
    names = ["hm.giaovien", "hm.dieuphoi", "hm.lanhdao", "hm.khoa"]
    people = [person(name).id for name in names]
    Person.update(email="a@truong.edu.vn").where(Person.id.in_(people[:2])).execute()
    choose(people[1], {"waiting": DAILY})
    with app.app_context():
        assert count_recipients(people, "waiting") == Recipients(people=3, at_once=1, daily=1)
        assert count_recipients(people, "waiting", but=people[0]) == Recipients(people=2, at_once=0, daily=1)


# --- The counter ---


def test_the_bell_counts_what_is_new_without_a_query_of_its_own(app, cast, tell, queries):
    browser = cast("hm.giaovien")
    with queries() as before:
        assert bell(browser) == ""
    tell("hm.giaovien", url="/schools/1")
    tell("hm.giaovien", url="/schools/2")
    tell("hm.dieuphoi")
    with queries() as after:
        assert bell(browser) == "2"
    assert len(after) == len(before)


def test_the_bell_counts_no_further_than_99(app, cast, tell):
    cast("hm.giaovien")
    teacher = person("hm.giaovien").id
    rows = [{"person": teacher, "kind": "waiting", "title": "Việc", "url": "/"} for _ in range(101)]
    Notice.insert_many(rows).execute()
    assert bell(cast("hm.giaovien")) == "99+"


def test_htmx_gets_the_bell_alone(app, cast, tell):
    tell("hm.giaovien")
    answer = cast("hm.giaovien").get("/notices/count", headers=PARTIAL)
    assert answer.text.startswith('<a id="bell"') and answer.text.rstrip().endswith("<b>1</b></a>")


def test_a_stranger_learns_nothing_and_is_not_sent_away_from_what_is_being_typed(cast):
    answer = cast("").get("/notices/count", headers=PARTIAL)
    assert (answer.status_code, answer.data, answer.headers.get("HX-Redirect")) == (204, b"", None)


def test_a_page_that_asks_by_itself_keeps_no_session_alive(app, cast, later):
    browser = cast("hm.giaovien")
    own = SignInSession.select(SignInSession.seen_at).where(SignInSession.person == person("hm.giaovien"))
    began = own.scalar()
    for hours in range(1, 12):
        later(60 * hours)
        assert browser.get("/notices/count", headers=PARTIAL).status_code == 200
    assert own.scalar() == began
    later(60 * 12 + 1)
    assert browser.get("/notices/count", headers=PARTIAL).status_code == 204
    assert browser.get("/notices").headers["Location"].startswith("/login")


def test_somebody_at_work_stays_signed_in(app, cast, later):
    browser = cast("hm.giaovien")
    for hours in (8, 16, 24):
        later(60 * hours)
        assert browser.get("/notices").status_code == 200


# --- The list ---


def test_the_list_shows_the_newest_first_and_marks_what_is_new_by_a_word(app, cast, tell):
    tell("hm.giaovien", "Cũ", url="/schools/1")
    Notice.update(seen_at=now()).execute()
    tell("hm.giaovien", "Mới", url="/schools/2")
    tell("hm.giaovien", "Mới", url="/schools/2")
    items = cast("hm.giaovien").soup("/notices").select("[data-notice]")
    assert [item.find(attrs={"lang": "vi"}).text for item in items] == ["Mới", "Cũ"]
    assert [bool(item.select(".status.info")) for item in items] == [True, False]
    assert items[0].find(class_="soft").text.endswith(" · Việc chờ tôi xử lý · 2 lần")
    assert items[1].a["href"] == "/schools/1"


def test_a_page_holds_twenty_and_leads_to_the_next(app, cast, tell):
    for number in range(21):
        tell("hm.giaovien", f"Việc {number}", url=f"/schools/{number}")
    first = cast("hm.giaovien").soup("/notices")
    assert len(first.select("[data-notice]")) == 20
    rest = cast("hm.giaovien").soup(first.find(id="pager-next")["href"]).select("[data-notice]")
    assert [item.find(attrs={"lang": "vi"}).text for item in rest] == ["Việc 0"]


def test_page_and_fragment_show_the_same(app, cast, tell):
    tell("hm.giaovien")
    part = cast("hm.giaovien").soup("/notices", headers=PARTIAL)
    assert (part.find("main"), len(part.select("[data-notice]"))) == (None, 1)


def test_an_empty_list_says_what_it_is_for(app, cast, tell):
    assert cast("hm.giaovien").soup("/notices").find(class_="empty").h2.text == "Chưa có thông báo nào"


def test_opening_leads_to_the_page_and_counts_as_seen(app, cast, tell):
    tell("hm.giaovien", url="/schools/3")
    answer = cast("hm.giaovien").submit("/notices", "open")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/schools/3")
    assert bell(cast("hm.giaovien")) == ""


def test_reading_the_list_marks_nothing(app, cast, tell):
    tell("hm.giaovien")
    cast("hm.giaovien").get("/notices")
    assert Notice.get().seen_at is None


def test_one_is_marked_as_seen(app, cast, tell):
    tell("hm.giaovien", "Một", url="/schools/1")
    tell("hm.giaovien", "Hai", url="/schools/2")
    assert cast("hm.giaovien").submit("/notices", "seen").headers["Location"] == "/notices"
    assert {row.title: row.seen_at is None for row in Notice.select()} == {"Một": True, "Hai": False}


def test_all_that_stood_there_are_marked_as_seen_and_what_came_meanwhile_is_not(app, cast, tell):
    tell("hm.giaovien", "Một", url="/schools/1")
    tell("hm.dieuphoi", "Người khác")
    browser = cast("hm.giaovien")
    form = browser.soup("/notices").find("form", {"data-form": "all-seen"})
    fields = {field["name"]: field["value"] for field in form.select("input")}
    tell("hm.giaovien", "Hai", url="/schools/2")
    assert browser.post(form["action"], data=fields).status_code == 303
    rows = {row.title: row.seen_at is None for row in Notice.select()}
    assert rows == {"Một": False, "Người khác": True, "Hai": True}


@pytest.mark.parametrize(("newest", "status"), [("", 404), ("9", 404), ("x", 400), ("²", 400), ("9" * 12, 400)])
def test_a_forged_number_is_refused(app, cast, tell, newest, status):
    tell("hm.giaovien")
    browser = cast("hm.giaovien")
    data = {"csrf_token": browser.csrf("/account"), "newest": newest}
    assert browser.post("/notices/seen", data=data).status_code == status
    assert Notice.get().seen_at is None


def test_notices_are_their_owners_alone(app, cast, tell):
    tell("hm.giaovien")
    own = Notice.get().id
    for username in ("hm.dieuphoi", "admin"):
        browser = cast(username)
        token = browser.csrf("/account")
        for action in ("open", "seen"):
            assert browser.post(f"/notices/{own}/{action}", data={"csrf_token": token}).status_code == 404
        assert browser.post("/notices/seen", data={"csrf_token": token, "newest": own}).status_code == 404
        assert titles(browser) == []
    assert Notice.get().seen_at is None


def test_notices_of_a_module_that_is_off_are_hidden_until_it_is_on_again(app, cast, tell, switch):
    tell("hm.giaovien", "Tin khẩn", kind="notice_board.news")
    tell("hm.giaovien", "Việc khác", url="/schools/1")
    browser = cast("hm.giaovien")
    switch("notice_board", "HM", False)
    assert (bell(browser), titles(browser)) == ("1", ["Việc khác"])
    own = Notice.get(Notice.title == "Tin khẩn").id
    answer = browser.post(f"/notices/{own}/open", data={"csrf_token": browser.csrf("/account")})
    assert answer.status_code == 404
    switch("notice_board", "HM", True)
    assert (bell(browser), titles(browser)) == ("2", ["Việc khác", "Tin khẩn"])


def test_titles_stay_vietnamese_for_english_readers_and_say_so(app, cast, tell):
    Person.update(language="en").where(Person.username == "hm.giaovien").execute()
    tell("hm.giaovien", "Kế hoạch chờ thầy/cô xem")
    item = cast("hm.giaovien").soup("/notices").select_one("[data-notice]")
    assert item.select_one("button [lang=vi]").text == "Kế hoạch chờ thầy/cô xem"


@pytest.mark.parametrize("title", ["<b>đậm</b>", "hai\ndòng\r\nBcc: x@y.vn", "  nhiều   chỗ trống "])
def test_a_title_is_one_line_of_text_whatever_it_holds(app, cast, tell, title):
    tell("hm.giaovien", title)
    assert titles(cast("hm.giaovien")) == [" ".join(title.split())]


# --- The choices ---


def legends(browser):
    return [part.text for part in browser.soup("/notices/choices").select("legend")]


FOR_ALL = ["Việc chờ tôi xử lý", "Kết quả của việc tôi tham gia", "Lời mời, biên bản họp và thăm", "Bảo mật tài khoản"]
FOR_OFFICES = ["Danh sách nhập từ Excel", "Bật, tắt mô-đun"]
FOR_ADMINISTRATORS = ["Sự cố của hệ thống"]
OF_THE_DESK = "Trao đổi mới về yêu cầu hỗ trợ CNTT"
OF_FACILITIES = ["Nhu cầu và nguồn hỗ trợ phù hợp", "Nhắc ngày trả lại đồ mượn", "Lượt hỗ trợ tạm ngừng, tiếp tục"]
OF_THE_MODULES = [
    "Tin khẩn trên bảng tin",
    "Buổi sinh hoạt mà tôi đăng ký",
    "Nhắc buổi sinh hoạt sắp diễn ra",
]


@pytest.mark.parametrize(
    ("username", "expected"),
    [
        ("hm.giaovien", [*FOR_ALL, OF_THE_DESK, "Nhắc ghi nhật ký kèm", *OF_THE_MODULES]),
        ("hm.chuyenvien", [*FOR_ALL, *FOR_OFFICES, OF_THE_DESK, *OF_FACILITIES, *OF_THE_MODULES]),
        ("admin", FOR_ALL + FOR_OFFICES + FOR_ADMINISTRATORS),
    ],
)
def test_people_are_asked_about_the_kinds_that_can_reach_them(cast, username, expected):
    assert legends(cast(username)) == expected


def test_a_kind_of_a_module_that_is_off_is_not_asked_about(app, cast, switch):
    switch("notice_board", "HM", False)
    assert "Tin khẩn trên bảng tin" not in legends(cast("hm.giaovien"))


def test_a_choice_is_kept_and_shown(app, cast):
    browser = cast("hm.giaovien")
    for delivery in (DAILY, NEVER):
        answer = browser.submit("/notices/choices", "choices", {"kind-waiting": delivery})
        assert (answer.status_code, answer.headers["Location"]) == (303, "/notices/choices")
        checked = browser.soup("/notices/choices").select("input[name=kind-waiting][checked]")
        assert [box["value"] for box in checked] == [delivery]
    own = NoticeChoice.select().where(NoticeChoice.person == person("hm.giaovien"))
    assert {row.kind: row.delivery for row in own} == {
        "waiting": NEVER,
        "progress": DAILY,
        "meeting": AT_ONCE,
        "account": AT_ONCE,
        "digital.replies": AT_ONCE,
        "mentoring.reminder": AT_ONCE,
        "notice_board.news": AT_ONCE,
        "professional_development.news": AT_ONCE,
        "professional_development.reminder": AT_ONCE,
    }


@pytest.mark.parametrize("value", ["weekly", "", "now\x00"])
def test_an_unknown_choice_is_said_and_nothing_is_written(app, cast, value):
    answer = cast("hm.giaovien").submit("/notices/choices", "choices", {"kind-waiting": value})
    assert (answer.status_code, "Hãy chọn một mục trong danh sách." in answer.text) == (422, True)
    assert NoticeChoice.select().count() == 0


def test_a_form_sent_twice_is_carried_out_once(app, cast):
    browser = cast("hm.giaovien")
    form = browser.soup("/notices/choices").find("form", {"data-form": "choices"})
    fields = {box["name"]: box["value"] for box in form.select("input[type=hidden], input[checked]")}
    browser.post("/notices/choices", data=fields)
    NoticeChoice.delete().execute()
    assert browser.post("/notices/choices", data=fields).headers["Location"] == "/notices/choices"
    assert NoticeChoice.select().count() == 0


def test_the_page_says_when_no_mail_can_come(app, cast):
    assert "chưa nối với máy chủ thư" in cast("hm.giaovien").soup("/notices/choices").select_one("main .notice").text


def test_the_page_says_when_the_address_is_missing_and_else_where_mail_goes(app, cast, served):
    notice = cast("hm.giaovien").soup("/notices/choices").select_one("main .notice")
    assert ("chưa có địa chỉ email" in notice.text, notice.a["href"]) == (True, "/people/own")
    Person.update(email="bich@truong.edu.vn").where(Person.username == "hm.giaovien").execute()
    page = cast("hm.giaovien").soup("/notices/choices")
    assert (page.select("main .notice"), "bich@truong.edu.vn" in page.main.text) == ([], True)
