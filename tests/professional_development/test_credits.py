"""The school where somebody worked confirms the periods; the record follows the person and tells what is missing."""

from io import BytesIO

import pytest
from docx import Document
from openpyxl import load_workbook

from intranet.kernel.clock import today
from intranet.registry.people import PRINCIPAL, Membership, Person
from intranet.registry.schools import School
from intranet.shared.audit import AuditEntry
from intranet.shared.notices import Notice
from intranet.shared.sessions import build_actor
from intranet.shared.steps import carry
from intranet.shared.tasks import tasks_of
from intranet.shared.waiting import Waiting
from plugins.professional_development.models import Registration, Session

HOME = "/professional-development"
NAMES = ("hm.dieuphoi", "hm.giaovien", "uh.hieutruong", "uh.giaovien", "hm.chuyenvien")


@pytest.fixture
def closed(app, make_session, attended):
    """A session worth two periods whose feedback is closed: three schools' and offices' people wait."""
    session = attended(make_session(state="minuted", hours=-30), NAMES, held_on=today(), feedback_until=today())
    with app.app_context():
        carry(session, "close", person_id=None)
    return Session.get_by_id(session.id)


def credits(session):
    rows = Registration.select().where(Registration.session == session)
    return {place.person.username: place.credit for place in rows}


def place_of(session, name):
    return Registration.get(Registration.session == session, Registration.person == Person.get(Person.username == name))


def waiting(app, person, name):
    with app.app_context():
        who = person(name)
        work = Membership.get(Membership.person == who)
        actor = build_actor(
            person_id=who.id, district_id=work.district_id, school_id=work.school_id, role=work.role, name=who.name
        )
        return [task.title for task in tasks_of(actor) if task.url == f"{HOME}/credits"]


def confirm(browser, *ids):
    return browser.submit(f"{HOME}/credits", "credits", {"place": [str(id_) for id_ in ids]} if ids else None)


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("hm.hieutruong", ["Dạy minh họa Tin học 6: 2 lượt"]),
        ("uh.hieutruong", ["Dạy minh họa Tin học 6: 1 lượt"]),
        ("hm.lanhdao", ["Dạy minh họa Tin học 6: 1 lượt"]),
        ("uh.lanhdao", ["Dạy minh họa Tin học 6: 1 lượt"]),
        ("hm.chuyenvien", []),
        ("hm2.hieutruong", []),
    ],
)
def test_one_line_for_each_session_waits_for_whoever_confirms(app, closed, person, name, lines):
    assert waiting(app, person, name) == lines


def test_a_principal_confirms_the_own_people_and_nobody_elses(app, cast, closed):
    assert confirm(cast("hm.hieutruong"), *[place_of(closed, name).id for name in NAMES]).status_code == 303
    assert credits(closed) == {
        "hm.dieuphoi": "confirmed",
        "hm.giaovien": "confirmed",
        "uh.hieutruong": "proposed",
        "uh.giaovien": "proposed",
        "hm.chuyenvien": "proposed",
    }


@pytest.fixture
def heads(app, make_session, attended):
    """A session that only those who confirm attended."""
    names = ("hm.hieutruong", "hm.lanhdao", "hm.chuyenvien")
    session = attended(make_session(state="minuted", hours=-30), names, held_on=today(), feedback_until=today())
    with app.app_context():
        carry(session, "close", person_id=None)
    return Session.get_by_id(session.id)


@pytest.mark.parametrize(
    ("name", "confirmed", "sentence"),
    [
        ("hm.hieutruong", set(), "Số tiết của chính thầy/cô do lãnh đạo phòng xác nhận."),
        (
            *("hm.lanhdao", {"hm.hieutruong", "hm.chuyenvien"}),
            "Số tiết của chính thầy/cô do chuyên viên phòng xác nhận.",
        ),
        ("hm.chuyenvien", {"hm.lanhdao"}, "Số tiết của chính thầy/cô do lãnh đạo phòng xác nhận."),
    ],
)
def test_nobody_confirms_the_own_periods_and_is_told_who_does(cast, heads, name, confirmed, sentence):
    browser = cast(name)
    assert sentence in browser.soup(f"{HOME}/credits").find("main").text
    data = {"csrf_token": browser.csrf("/account"), "place": [str(place_of(heads, who).id) for who in credits(heads)]}
    assert browser.post(f"{HOME}/credits", data=data).status_code == 303
    assert {who for who, credit in credits(heads).items() if credit == "confirmed"} == confirmed
    assert sentence in browser.soup(f"{HOME}/record").find(id="flash").text


@pytest.mark.parametrize("name", ["hm.hieutruong", "hm.lanhdao", "hm.chuyenvien"])
def test_nobody_refuses_or_takes_back_the_own_periods(app, cast, heads, person, name):
    place = place_of(heads, name)
    assert cast(name).get(f"{HOME}/credits/{place.id}/refuse").status_code == 404
    Registration.update(credit="confirmed").where(Registration.id == place.id).execute()
    assert cast(name).get(f"{HOME}/credits/{place.id}/refuse").status_code == 404
    assert f"{HOME}/credits/{place.id}/refuse" not in cast(name).get(f"{HOME}/record").text


def test_whoever_leads_a_school_since_is_no_longer_decided_about_there(app, cast, closed, person):
    """The line moves with the person: the new principal's own periods wait for the office."""
    with app.app_context():
        who = person("hm.giaovien")
        Membership.update(role=PRINCIPAL).where(Membership.person == who).execute()
    confirm(cast("hm.hieutruong"))
    assert credits(closed)["hm.giaovien"] == "proposed"
    assert waiting(app, person, "hm.lanhdao")[0] == "Dạy minh họa Tin học 6: 1 lượt"
    confirm(cast("hm.lanhdao"))
    assert credits(closed)["hm.giaovien"] == "confirmed"


def test_what_was_decided_no_longer_waits(app, cast, closed, person):
    confirm(cast("hm.hieutruong"), place_of(closed, "hm.giaovien").id)
    assert waiting(app, person, "hm.hieutruong") == ["Dạy minh họa Tin học 6: 1 lượt"]
    confirm(cast("hm.hieutruong"))
    assert waiting(app, person, "hm.hieutruong") == []


def test_the_same_confirmation_twice_counts_once(cast, closed):
    id_ = place_of(closed, "hm.giaovien").id
    for _time in range(2):
        confirm(cast("hm.hieutruong"), id_)
    entries = AuditEntry.select().where(AuditEntry.action == "professional_development.credit")
    told = Notice.select().where(Notice.title == "Đã xác nhận số tiết: Dạy minh họa Tin học 6")
    assert (entries.count(), told.count()) == (1, 1)


@pytest.mark.parametrize(
    ("name", "status"),
    [("hm.giaovien", 403), ("hm.dieuphoi", 403), ("hm.chuyenvien", 200), ("hm.hieutruong", 200), ("hm.lanhdao", 200)],
)
def test_who_confirms(cast, closed, name, status):
    assert cast(name).get(f"{HOME}/credits").status_code == status


def test_a_refusal_needs_a_reason_which_stands_in_the_record(app, cast, closed):
    principal, id_ = cast("uh.hieutruong"), place_of(closed, "uh.giaovien").id
    here = f"{HOME}/credits/{id_}/refuse"
    assert principal.submit(here, "refuse").status_code == 422
    assert principal.submit(here, "refuse", {"reason": "Về sớm một tiết."}).status_code == 303
    assert credits(closed)["uh.giaovien"] == "refused"
    assert "Về sớm một tiết." in cast("uh.giaovien").soup(f"{HOME}/record").text


@pytest.mark.parametrize("name", ["hm.hieutruong", "hm.lanhdao", "uh.lanhdao", "admin"])
def test_nobody_refuses_for_another_school(cast, closed, name):
    assert cast(name).get(f"{HOME}/credits/{place_of(closed, 'uh.giaovien').id}/refuse").status_code == 404


def test_after_the_last_decision_the_session_waits_to_be_completed(app, cast, closed):
    def steps():
        rows = Waiting.select().where(
            Waiting.subject_type == "professional_development_session", Waiting.subject_id == closed.id
        )
        return {row.step for row in rows}

    assert steps() == set()
    for name in ("hm.hieutruong", "uh.hieutruong"):
        confirm(cast(name))
    assert steps() == set()
    confirm(cast("hm.lanhdao"))
    assert steps() == set()
    confirm(cast("uh.lanhdao"))
    assert steps() == {"Ghi nhận số tiết"}


def test_who_moved_to_another_school_is_confirmed_by_the_former_and_keeps_the_record(app, cast, closed, person):
    with app.app_context():
        new = School.get(School.id == person("hm2.hieutruong").school_id)
        Person.update(school=new).where(Person.username == "hm.giaovien").execute()
    assert place_of(closed, "hm.giaovien").id not in _listed(cast("hm2.hieutruong"))
    confirm(cast("hm.hieutruong"), place_of(closed, "hm.giaovien").id)
    assert credits(closed)["hm.giaovien"] == "confirmed"
    record = f"{HOME}/people/{person('hm.giaovien').id}"
    assert "Dạy minh họa Tin học 6" in cast("hm2.hieutruong").soup(record).text
    assert cast("hm.hieutruong").get(record).status_code == 403


def _listed(browser):
    return [int(box["value"]) for box in browser.soup(f"{HOME}/credits").find_all("input", {"name": "place"})]


def test_the_office_decides_for_a_school_that_was_closed(app, cast, closed):
    with app.app_context():
        place = place_of(closed, "hm.giaovien")
        School.update(closed_on=today()).where(School.id == place.school_id).execute()
    assert place.id in _listed(cast("hm.lanhdao"))


def test_the_record_says_what_is_missing_of_forty_periods(app, cast, closed):
    confirm(cast("hm.hieutruong"))
    panel = cast("hm.giaovien").soup(f"{HOME}/record").find(attrs={"data-panel": "professional_development.totals"})
    lines = [" ".join(line.get_text(" ").split()) for line in panel.find_all("li")]
    # The demo has a session of two periods, too.
    held = (
        Registration.select()
        .join(Session)
        .where(
            Registration.person == Person.get(Person.username == "hm.giaovien"),
            Registration.credit == "confirmed",
            Session.programme == "02",
        )
    )
    total = int(sum(place.periods for place in held))
    assert lines == [
        "Chương trình 01: 0 trên 40 tiết. Còn 40 tiết.",
        f"Chương trình 02: {total} trên 40 tiết. Còn {40 - total} tiết.",
        "Chương trình 03: 0 trên 40 tiết. Còn 40 tiết.",
    ]


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("hm.hieutruong", 200),
        ("hm.chuyenvien", 200),
        ("hm.lanhdao", 200),
        ("hm.dieuphoi", 403),
        ("hm2.hieutruong", 403),
        ("uh.hieutruong", 404),
        ("uh.chuyenvien", 404),
    ],
)
@pytest.mark.parametrize("part", ["", "/record.xlsx", "/record.docx"])
def test_who_reads_a_teachers_record(cast, closed, person, name, status, part):
    assert cast(name).get(f"{HOME}/people/{person('hm.giaovien').id}{part}").status_code == status


def test_the_record_is_a_word_file_with_what_is_confirmed_alone(cast, closed):
    confirm(cast("hm.hieutruong"))
    file = cast("hm.giaovien").get(f"{HOME}/record.docx")
    document = Document(BytesIO(file.data))
    titles = [row.cells[1].text for table in document.tables for row in table.rows if len(row.cells) == 7]
    assert ("Dạy minh họa Tin học 6" in titles, titles[0]) == (True, "Tên buổi")
    waiting = Document(BytesIO(cast("uh.giaovien").get(f"{HOME}/record.docx").data))
    titles = [row.cells[1].text for table in waiting.tables for row in table.rows if len(row.cells) == 7]
    assert "Dạy minh họa Tin học 6" not in titles


def test_the_record_is_an_excel_file_in_vietnamese_with_numbers_and_days(cast, closed):
    confirm(cast("hm.hieutruong"))
    browser = cast("hm.giaovien")
    sheet = load_workbook(BytesIO(browser.get(f"{HOME}/record.xlsx").data)).active
    row = next(row for row in sheet.iter_rows(values_only=True) if row[1] == "Dạy minh họa Tin học 6")
    assert (row[2], row[3].date(), row[5:9]) == (
        "Tiết dạy minh họa",
        today(),
        ("Có mặt", 2, "Đã xác nhận", "Chương trình 02"),
    )


def test_hours_by_subject_of_a_school_and_of_a_district(cast, closed):
    for name in ("hm.hieutruong", "hm.lanhdao", "uh.hieutruong"):
        confirm(cast(name))
    of_school = _hours(cast("hm.hieutruong"))
    assert {place for place, *_rest in of_school} == {School.get(School.id == closed.school_id).name}
    of_office = _hours(cast("hm.chuyenvien"))
    assert {row[0] for row in of_office} > {row[0] for row in of_school}
    subject = next(row for row in of_school if row[1] == "Tin học")
    assert subject[2] >= 2
    assert cast("hm.giaovien").get(f"{HOME}/hours.xlsx").status_code == 403


def _hours(browser):
    sheet = load_workbook(BytesIO(browser.get(f"{HOME}/hours.xlsx").data)).active
    rows = [row[1:] for row in sheet.iter_rows(values_only=True)]
    return rows[next(place for place, row in enumerate(rows) if row[0] == "Đơn vị") + 1 :]


def test_the_list_of_people_is_the_own_schools_and_is_searched_without_marks(cast, closed, person):
    names = [link.text for link in cast("hm.hieutruong").soup(f"{HOME}/people").select("#list th a")]
    school = person("hm.hieutruong").school_id
    own = Person.select(Person.name).where(Person.school == school, Person.deleted_at.is_null(), Person.active)
    assert sorted(names) == sorted(name for (name,) in own.tuples())
    found = cast("hm.hieutruong").soup(f"{HOME}/people?q=khong+ai+ten+the").select("#list th a")
    assert found == []


@pytest.mark.parametrize("path", ["/credits", "/record", "/people"])
def test_pages_ask_the_same_however_many_rows(app, cast, make_session, attended, queries, path):
    counts = []
    browser = cast("hm.hieutruong")
    for _time in range(3):
        session = attended(make_session(state="minuted", hours=-30), ("hm.hieutruong", "hm.giaovien"), held_on=today())
        with app.app_context():
            carry(session, "close", person_id=None)
        browser.get(f"{HOME}{path}")
        with queries() as run:
            browser.get(f"{HOME}{path}")
        counts.append(len(run))
    assert counts[0] == counts[2]
