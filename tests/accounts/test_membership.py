"""Who holds several posts acts in one of them at a time."""

from datetime import timedelta

import pytest

from intranet.kernel.clock import today
from intranet.registry.people import OFFICER, PRINCIPAL, TEACHER, Membership, Person
from intranet.registry.schools import School
from intranet.shared.audit import AuditEntry, AuditValue

WHO = "hm.giaovien"
OTHER_SCHOOL = "01008401"


@pytest.fixture
def second(app):
    """``second(role)``: one more post of the teacher, in another school or, as an officer, in the office."""

    def give(role, **days):
        person, school = Person.get(Person.username == WHO), School.get(School.code == OTHER_SCHOOL)
        place = {"district": school.district_id, "school": None if role == OFFICER else school.id}
        return Membership.create(person=person, role=role, **place, **days)

    return give


def header(browser):
    return browser.soup("/account").select_one(".menu-who").get_text(" ", strip=True)


def change_to(browser, membership, url="/account"):
    form = next(
        form
        for form in browser.soup(url).find_all("form", {"data-form": "membership"})
        if form.find("input", {"name": "membership"})["value"] == str(membership.id)
    )
    fields = {field["name"]: field["value"] for field in form.find_all("input")}
    return browser.post(form["action"], data=fields), fields


def test_the_header_shows_the_post_one_acts_in_and_leads_to_the_others(cast, second):
    browser = cast(WHO)
    second(PRINCIPAL)
    page = browser.soup("/schools")
    assert page.select_one(".menu-who").get_text(" ", strip=True).endswith("Trường THCS Yên Sở")
    link = page.find("a", string="Đổi vai trò") or page.select_one("a[href^='/account?next']")
    assert link["href"] == "/account?next=/schools#panel-accounts-roles"


def test_who_has_one_post_is_offered_no_change(cast):
    page = cast(WHO).soup("/account")
    assert page.select("a[href^='/account?next'], [data-panel='accounts.roles']") == []


def test_a_change_of_role_changes_what_is_open_at_once(cast, second):
    browser, office = cast(WHO), second(OFFICER)
    assert browser.get("/schools/new").status_code == 403
    answer, _fields = change_to(browser, office)
    assert answer.status_code == 303
    assert header(browser) == "Phạm Ngọc Bích Chuyên viên phòng – Quận Hoàng Mai"
    assert browser.get("/schools/new").status_code == 200
    first = Membership.get(Membership.person == office.person_id, Membership.role == TEACHER)
    change_to(browser, first)
    assert browser.get("/schools/new").status_code == 403


def test_the_change_holds_for_this_device_only(app, cast, second):
    from intranet.demo.build import PASSWORD

    browser, phone, office = cast(WHO), app.test_client(), second(OFFICER)
    phone.submit("/login", "login", {"username": WHO, "password": PASSWORD})
    change_to(browser, office)
    assert (browser.get("/schools/new").status_code, phone.get("/schools/new").status_code) == (200, 403)


@pytest.mark.parametrize(
    ("begin", "page", "landing"),
    [
        (TEACHER, "/schools", "/schools"),
        (TEACHER, "/people", "/people"),
        (OFFICER, "/schools/new", "/"),
        (OFFICER, "/trash", "/"),
        (OFFICER, "/notice-board/", "/notice-board/"),
        (TEACHER, "/schools/1", "/"),
        (TEACHER, "//example.com/", "/"),
        (TEACHER, "/nowhere", "/"),
    ],
)
def test_one_stays_on_a_page_that_is_still_open_and_else_goes_home(cast, second, begin, page, landing):
    browser, office = cast(WHO), second(OFFICER)
    work = {OFFICER: office, TEACHER: Membership.get(Membership.person == office.person_id, Membership.id != office.id)}
    target = work[TEACHER] if begin == OFFICER else work[OFFICER]
    if begin == OFFICER:
        change_to(browser, office)
    answer, _fields = change_to(browser, target, f"/account?next={page}")
    assert answer.headers["Location"] == landing


@pytest.mark.parametrize("days", [{"ends_on": -1}, {"starts_on": 1}])
def test_work_that_is_not_under_way_cannot_be_acted_in(cast, second, days):
    browser = cast(WHO)
    row = second(OFFICER, **{name: today() + timedelta(days=number) for name, number in days.items()})
    data = {"csrf_token": browser.csrf("/account"), "membership": row.id}
    assert browser.post("/account/membership", data=data).status_code == 404
    assert browser.get("/schools/new").status_code == 403


@pytest.mark.parametrize(("value", "status"), [("", 404), ("0", 404), ("999999", 404), ("x", 400), ("١", 400)])
def test_somebody_elses_or_a_senseless_membership_is_refused(cast, value, status):
    browser = cast(WHO)
    data = {"csrf_token": browser.csrf("/account"), "membership": value}
    assert browser.post("/account/membership", data=data).status_code == status
    foreign = Membership.get(Membership.person == Person.get(Person.username == "hm.chuyenvien"))
    assert browser.post("/account/membership", data=data | {"membership": foreign.id}).status_code == 404


def test_the_same_change_sent_twice_is_written_once(cast, second):
    browser, office = cast(WHO), second(OFFICER)
    _answer, fields = change_to(browser, office, "/account?next=/schools")
    assert browser.post("/account/membership", data=fields).headers["Location"] == "/schools"
    assert AuditEntry.select().where(AuditEntry.action == "session.membership").count() == 1
    assert [value.after for value in AuditValue.select().where(AuditValue.field == "membership")] == [str(office.id)]


def test_more_posts_cost_no_query_on_any_page(cast, second, queries):
    browser, counts = cast(WHO), []
    for _turn in range(2):
        with queries() as run:
            browser.get("/people")
        counts.append(len(run))
        second(PRINCIPAL)
    assert counts[0] == counts[1]
