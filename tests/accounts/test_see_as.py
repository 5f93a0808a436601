"""An administrator looks at the pages of somebody else, and changes nothing."""

from datetime import timedelta

import pytest

from intranet.kernel.clock import today
from intranet.registry.people import ADMINISTRATOR, Membership, Person, SignInSession
from intranet.registry.schools import School
from intranet.shared.audit import AuditEntry
from intranet.shared.sessions import load_actor
from intranet.testing import parse

SEEN = "hm.giaovien"
SENTENCE = (
    "Thầy/cô đang xem như Phạm Ngọc Bích (Giáo viên, nhân viên – Trường THCS Yên Sở). Chỉ xem, không thay đổi được gì."
)
REFUSED = "Thầy/cô đang xem như người khác nên không thay đổi được gì. Hãy thôi xem trước."


def person(username=SEEN):
    return Person.get(Person.username == username)


def begin(browser, username=SEEN):
    return browser.submit(f"/people/{person(username).id}/see-as", "see-as")


@pytest.fixture
def looking(cast):
    """The administrator's browser, looking as the teacher."""
    browser = cast("admin")
    assert begin(browser).headers["Location"] == "/"
    return browser


def banner(browser, url="/"):
    return browser.soup(url).select_one(".look-banner span").text


def statuses(browser, school):
    urls = ["/", "/schools", f"/schools/{school.id}", f"/schools/{school.id}/edit", "/schools/new", "/people", "/trash"]
    return [browser.get(url).status_code for url in [*urls, "/admin/modules", "/notice-board/", "/people/new"]]


@pytest.mark.parametrize("code", ["01008508", "01008401", "01281503"])
def test_exactly_what_the_person_may_open_is_open(cast, looking, code):
    school = School.get(School.code == code)
    assert statuses(looking, school) == statuses(cast(SEEN), school)


def test_the_pages_are_the_persons(cast, looking):
    def main(browser, url):
        shown = browser.soup(url).find("main")
        # Children are nobody else's to look at, not even so.
        for panel in shown.select('[data-panel^="mentoring."]'):
            panel.decompose()
        return shown.get_text(" ", strip=True)

    assert [main(looking, url) for url in ("/", "/schools")] == [main(cast(SEEN), url) for url in ("/", "/schools")]


@pytest.mark.parametrize("url", ["/", "/schools", "/people", "/pairings"])
def test_every_page_says_that_it_is_a_look(looking, url):
    assert banner(looking, url) == SENTENCE


def test_pages_of_error_say_it_too(looking):
    assert parse(looking.get("/schools/new").text).select_one(".look-banner") is not None


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_nothing_can_be_written_while_looking(app, looking, method):
    token = {"csrf_token": looking.csrf("/schools")}
    open_posts = {"accounts.logout", "see_as.end", "static"}
    written = {}
    for rule in app.url_map.iter_rules():
        if method not in rule.methods or rule.endpoint in open_posts:
            continue
        with app.test_request_context():
            values = {name: 1 if "int" in str(rule._converters[name]).lower() else "x" for name in rule.arguments}
            try:
                url = app.url_map.bind("localhost").build(rule.endpoint, values, method=method)
            except ValueError:
                continue
        written[url] = looking.open(url, method=method, data=token).status_code
    assert {url: status for url, status in written.items() if status != 403} == {}
    assert len(written) > 20 or method != "POST"


def test_a_write_is_refused_with_a_sentence(looking):
    answer = looking.post("/schools/new", data={"csrf_token": looking.csrf("/schools"), "name": "Trường mới"})
    assert (answer.status_code, REFUSED in parse(answer.text).find("main").get_text(" ")) == (403, True)


@pytest.mark.parametrize("url", ["/account", "/account/second-factor", "/account/second-factor/codes"])
def test_the_persons_own_account_stays_closed(looking, url):
    assert looking.get(url).status_code == 403
    assert looking.soup("/").select("a[href='/account']") == []


def test_thoi_xem_leads_back_to_the_person_as_oneself(looking):
    answer = looking.submit("/schools", "see-as-end")
    assert answer.headers["Location"] == f"/people/{person().id}"
    page = looking.soup(answer.headers["Location"])
    assert page.select(".look-banner") == []
    assert page.select_one(".menu-who b").text == "Quản trị Chung Tay"


def test_beginning_and_end_are_in_the_audit_under_the_administrators_name(looking):
    looking.submit("/", "see-as-end")
    entries = AuditEntry.select().where(AuditEntry.action.startswith("session.see_as")).order_by(AuditEntry.id)
    administrator = person("admin").id
    assert [(row.action, row.person_id, row.subject_id) for row in entries] == [
        ("session.see_as", administrator, person().id),
        ("session.see_as_end", administrator, person().id),
    ]


def test_signing_out_while_looking_signs_the_administrator_out_and_nobody_else(cast, looking):
    own = cast(SEEN)
    data = {"csrf_token": looking.csrf("/"), "action": "everywhere"}
    assert looking.post("/logout", data=data).headers["Location"] == "/login"
    assert (looking.get("/").status_code, own.get("/").status_code) == (303, 200)
    assert AuditEntry.select().where(AuditEntry.action == "session.see_as_end").count() == 1


def test_the_actor_is_the_person_and_names_the_administrator(app, cast, looking):
    with app.app_context():
        seen = load_actor(looking.get_cookie("ct_session").value)
        own = load_actor(cast(SEEN).get_cookie("ct_session").value)
    assert (seen.person_id, seen.seen_by, seen.signed_in_id) == (own.person_id, person("admin").id, person("admin").id)
    assert own.signed_in_id == own.person_id
    # What is kept by actor is never shared between the two.
    assert seen != own
    assert (seen.role, seen.district_ids, seen.partner_school_ids, seen.functions, seen.modules) == (
        own.role,
        own.district_ids,
        own.partner_school_ids,
        own.functions,
        own.modules,
    )


def test_work_that_ends_during_the_look_opens_nothing_but_the_look_goes_on(looking):
    Membership.update(ends_on=today() - timedelta(days=1)).where(Membership.person == person()).execute()
    assert banner(looking) == SENTENCE.replace("Giáo viên, nhân viên – Trường THCS Yên Sở", "Chưa được gán đơn vị")
    assert looking.get("/schools").status_code == 403
    assert looking.post("/schools/new", data={"csrf_token": looking.csrf("/")}).status_code == 403


def test_who_is_no_administrator_any_more_looks_no_more(looking):
    administrator = person("admin")
    Membership.update(role="viewer", district=1).where(Membership.person == administrator).execute()
    assert looking.soup("/").select_one(".menu-who b").text == "Quản trị Chung Tay"


@pytest.mark.parametrize("username", ["hm.lanhdao", "hm.chuyenvien", "hm.hieutruong", SEEN])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_only_administrators_look(cast, username, method):
    browser = cast(username)
    membership = Membership.get(Membership.person == person("hm.dieuphoi"))
    data = {"csrf_token": browser.csrf("/account"), "membership": membership.id}
    url = f"/people/{person('hm.dieuphoi').id}/see-as"
    assert browser.open(url, method=method, data=data).status_code == 403
    assert SignInSession.select().where(SignInSession.seen_as.is_null(False)).count() == 0


@pytest.mark.parametrize("case", ["administrator", "self", "closed", "without work", "foreign work", "senseless"])
def test_some_looks_are_refused_with_a_sentence(app, cast, case):
    browser, seen = cast("admin"), person()
    membership = Membership.get(Membership.person == seen).id
    if case == "administrator":
        Membership.create(person=seen, role=ADMINISTRATOR)
    elif case == "self":
        seen = person("admin")
    elif case == "closed":
        Person.update(active=False).where(Person.id == seen.id).execute()
    elif case == "without work":
        seen = person("hm.moi")
    elif case == "foreign work":
        membership = Membership.get(Membership.person == person("hm.chuyenvien")).id
    else:
        membership = 999999
    url = f"/people/{seen.id}/see-as"
    data = {"csrf_token": browser.csrf("/account"), "membership": membership}
    assert browser.post(url, data=data).headers["Location"] == url
    assert browser.soup(url).select(".notice.warn") != []
    assert SignInSession.select().where(SignInSession.seen_as.is_null(False)).count() == 0


def test_a_person_who_is_not_there_is_not_found(cast):
    browser = cast("admin")
    token = {"csrf_token": browser.csrf("/account")}
    assert browser.get("/people/999999/see-as").status_code == 404
    assert browser.post("/people/999999/see-as", data=token).status_code == 404


def test_the_persons_page_offers_the_look_to_administrators_only(cast):
    url = f"/people/{person().id}"
    links = [cast(name).soup(url).select(f"a[href='{url}/see-as']") for name in ("admin", "hm.lanhdao")]
    assert [len(found) for found in links] == [1, 0]


def test_of_several_posts_the_administrator_chooses_one(cast):
    school = School.get(School.code == "01008401")
    post = Membership.create(person=person(), role="principal", district=school.district_id, school=school)
    browser = cast("admin")
    browser.submit(f"/people/{person().id}/see-as", "see-as", {"membership": post.id})
    assert "Hiệu trưởng" in banner(browser)
