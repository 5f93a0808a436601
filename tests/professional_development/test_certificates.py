"""A certificate is made once for each confirmed person, checked by anybody, void when the periods are taken back."""

from io import BytesIO
from threading import Event, Thread
from zipfile import ZipFile

import pytest
from docx import Document

from intranet.kernel.clock import today
from intranet.kernel.database import database
from intranet.kernel.jobs import Job, JobFile, run_due
from intranet.registry.people import Person
from intranet.registry.schools import School
from intranet.shared.audit import AuditEntry
from intranet.shared.edits import Refused
from intranet.shared.papers import IssuedDocument
from plugins.professional_development.credits import certificates, papers
from plugins.professional_development.credits.papers import CERTIFICATE, RECORD, YearRecord
from plugins.professional_development.models import CONFIRMED, Registration, Session

HOME = "/professional-development"
NAMES = ("hm.dieuphoi", "hm.giaovien", "uh.giaovien")


@pytest.fixture
def confirmed(app, make_session, attended):
    """A session of which everybody's two periods are confirmed."""
    session = attended(make_session(state="closed", hours=-30), NAMES, held_on=today(), feedback_until=today())
    with app.app_context():
        Registration.update(credit=CONFIRMED, periods=2).where(Registration.session == session).execute()
    return session


def place_of(session, name):
    return Registration.get(Registration.session == session, Registration.person == Person.get(Person.username == name))


def issue_all(app, browser, session, button="certificates"):
    """Press the button and let the queue work; the job."""
    answer = browser.submit(f"{HOME}/sessions/{session.id}/certificates", button)
    assert answer.status_code == 303
    with app.app_context():
        run_due()
        return Job.get_by_id(int(answer.headers["Location"].rsplit("/", 1)[1]))


def own(browser, place):
    """Press the button in the own record."""
    form = browser.soup(f"{HOME}/record").find("form", {"action": f"{HOME}/record/{place.id}/certificate"})
    data = {field["name"]: field["value"] for field in form.find_all("input")}
    return browser.post(form["action"], data=data)


def issued_of(session):
    places = Registration.select(Registration.id).where(Registration.session == session)
    return IssuedDocument.select().where(IssuedDocument.kind == CERTIFICATE.key, IssuedDocument.subject_id.in_(places))


def test_a_person_takes_the_own_certificate_once(app, cast, confirmed):
    browser, place = cast("uh.giaovien"), place_of(confirmed, "uh.giaovien")
    answer = own(browser, place)
    issued = issued_of(confirmed).get()
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/papers/issued/{issued.code}")
    assert (issued.holder_id, issued.issued_on) == (place.person_id, today())
    assert f"/papers/issued/{issued.code}" in browser.get(f"{HOME}/record").text
    with app.app_context():
        assert certificates.issue(place_of(confirmed, "uh.giaovien"), person_id=None) == issued.code
    assert issued_of(confirmed).count() == 1


def test_what_the_certificate_says(app, cast, confirmed):
    place = place_of(confirmed, "uh.giaovien")
    own(cast("uh.giaovien"), place)
    issued = issued_of(confirmed).get()
    document = Document(BytesIO(cast("uh.giaovien").get(f"/papers/issued/{issued.code}.docx").data))
    texts = [paragraph.text for paragraph in document.paragraphs if paragraph.text.strip()]
    host, guest = School.get_by_id(confirmed.school_id).name, School.get_by_id(place.school_id).name
    assert texts == [
        "GIẤY CHỨNG NHẬN",
        f"{place.person.name} tham gia “Dạy minh họa Tin học 6”",
        f"{host} chứng nhận:",
        f"Ông (bà): {place.person.name}",
        f"Đơn vị công tác: {guest}.",
        "Đã tham gia: Tiết dạy minh họa “Dạy minh họa Tin học 6”, Tin học.",
        f"Thời gian: {papers.written_day(today())}.",
        "Địa điểm: Phòng Tin học.",
        "Số tiết được xác nhận: 2 tiết, bồi dưỡng thường xuyên Chương trình 02./.",
    ]
    assert issued.number.startswith(f"{place.id:02}/GCN-")


def test_anybody_checks_it_by_its_code_without_signing_in(app, cast, confirmed):
    own(cast("uh.giaovien"), place_of(confirmed, "uh.giaovien"))
    issued = issued_of(confirmed).get()
    page = cast("").soup(f"/verify/{issued.code}")
    assert ("còn giá trị" in page.text, issued.title in page.text) == (True, True)
    assert cast("").get(f"/papers/issued/{issued.code}.docx").status_code == 303


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("uh.giaovien", 200),
        ("uh.hieutruong", 200),
        ("uh.dieuphoi", 200),
        ("uh.chuyenvien", 200),
        ("hm.dieuphoi", 200),
        ("hm.hieutruong", 200),
        ("hm.chuyenvien", 200),
        ("hm.giaovien", 404),
        ("hm2.hieutruong", 404),
        ("uh2.hieutruong", 404),
        ("", 303),
    ],
)
def test_who_fetches_it(cast, confirmed, name, status):
    own(cast("uh.giaovien"), place_of(confirmed, "uh.giaovien"))
    assert cast(name).get(f"/papers/issued/{issued_of(confirmed).get().code}.docx").status_code == status


def test_nobody_takes_anothers_or_one_without_confirmed_periods(app, cast, confirmed):
    with app.app_context():
        Registration.update(credit="proposed").where(Registration.id == place_of(confirmed, "hm.giaovien")).execute()
    browser = cast("hm.giaovien")
    token = {"csrf_token": browser.csrf("/account")}
    for name in ("uh.giaovien", "hm.giaovien"):
        place = place_of(confirmed, name)
        assert browser.post(f"{HOME}/record/{place.id}/certificate", data=token).status_code == 404
    assert issued_of(confirmed).count() == 0


def test_the_papers_room_neither_makes_nor_issues_it_by_hand(cast, confirmed):
    place, browser = place_of(confirmed, "uh.giaovien"), cast("uh.hieutruong")
    here = f"/papers/{CERTIFICATE.key}/{place.id}"
    assert [browser.get(path).status_code for path in (here, f"{here}.docx")] == [404, 404]
    data = {"number": "1", "issued_on": "01/09/2026", "csrf_token": browser.csrf("/account")}
    assert browser.post(here, data=data).status_code == 404
    own(cast("uh.giaovien"), place)
    code = issued_of(confirmed).get().code
    assert browser.post(f"/papers/issued/{code}/void", data=data | {"reason": "Sai"}).status_code == 403


def test_the_host_has_all_made_in_the_queue_and_gets_one_file(app, cast, confirmed):
    browser = cast("hm.dieuphoi")
    job = issue_all(app, browser, confirmed)
    assert (job.state, issued_of(confirmed).count()) == ("done", 3)
    answer = browser.get(f"/jobs/{job.id}/file")
    document = Document(BytesIO(answer.data))
    people = [paragraph.text for paragraph in document.paragraphs if paragraph.text.startswith("Ông (bà): ")]
    places = Registration.select().where(Registration.session == confirmed)
    listed = sorted(places, key=lambda place: (place.person.sort_key, place.id))
    assert people == [f"Ông (bà): {place.person.name}" for place in listed]
    feet = [section.first_page_footer.paragraphs[0].text for section in document.sections]
    codes = [Registration.get_by_id(place.id).certificate for place in listed]
    assert [codes[number] in foot for number, foot in enumerate(feet)] == [True, True, True]
    assert cast("uh.giaovien").get(f"/jobs/{job.id}/file").status_code == 404


@pytest.mark.parametrize("button", ["certificates", "separate"])
def test_where_nobody_is_confirmed_any_more_there_is_no_file(app, cast, confirmed, button):
    browser, here = cast("hm.dieuphoi"), f"{HOME}/sessions/{confirmed.id}/certificates"
    form = browser.soup(here).find("form", {"data-form": button})
    with app.app_context():
        Registration.update(credit="refused").where(Registration.session == confirmed).execute()
    answer = browser.post(here, data={field["name"]: field["value"] for field in form.find_all("input")})
    with app.app_context():
        run_due()
        job = Job.get_by_id(int(answer.headers["Location"].rsplit("/", 1)[1]))
    assert (job.state, job.problem) == ("failed", "Chưa có ai được xác nhận số tiết.")


def test_the_host_gets_a_file_for_each_person_too(app, cast, confirmed):
    browser = cast("hm.dieuphoi")
    job = issue_all(app, browser, confirmed, "separate")
    assert (job.state, issued_of(confirmed).count()) == ("done", 3)
    answer = browser.get(f"/jobs/{job.id}/file")
    with ZipFile(BytesIO(answer.data)) as package:
        names = package.namelist()
        assert [name.split(" ", 1)[0] for name in names] == ["001", "002", "003"]
        assert {Document(BytesIO(package.read(name))).paragraphs[0].text for name in names} == {"GIẤY CHỨNG NHẬN"}
    assert cast("uh.giaovien").get(f"/jobs/{job.id}/file").status_code == 404


def test_a_second_run_issues_nothing_twice_and_packs_the_same(app, cast, confirmed):
    own(cast("uh.giaovien"), place_of(confirmed, "uh.giaovien"))
    browser = cast("hm.dieuphoi")
    first = issue_all(app, browser, confirmed, "separate")
    codes = {row.code for row in issued_of(confirmed)}
    second = issue_all(app, browser, confirmed, "separate")
    assert ({row.code for row in issued_of(confirmed)}, len(codes)) == (codes, 3)
    with app.app_context():
        files = [ZipFile(BytesIO(bytes(JobFile.get(JobFile.job == job).body))) for job in (first, second)]
    assert {name: files[0].read(name) for name in files[0].namelist()} == {
        name: files[1].read(name) for name in files[1].namelist()
    }


def test_a_run_that_was_stopped_goes_on_where_it_stood(app, confirmed, person):
    with app.app_context():
        done = certificates.issue(place_of(confirmed, "hm.giaovien"), person_id=None)
        job = certificates.start(confirmed, person_id=person("hm.dieuphoi").id, back="/", done=lambda job: None)
        run_due()
        assert (Job.get_by_id(job.id).state, issued_of(confirmed).count()) == ("done", 3)
        assert place_of(confirmed, "hm.giaovien").certificate == done


def test_two_at_once_make_one(app, confirmed):
    with app.app_context():
        place = place_of(confirmed, "hm.giaovien")
    start, answers = Event(), []

    def make():
        with app.app_context():
            start.wait()
            try:
                answers.append(certificates.issue(Registration.get_by_id(place.id), person_id=None))
            except Refused:
                answers.append("")
            finally:
                database.close()

    threads = [Thread(target=make) for _number in range(2)]
    for thread in threads:
        thread.start()
    start.set()
    for thread in threads:
        thread.join()
    codes = {row.code for row in issued_of(confirmed)}
    assert (len(codes), set(answers) - {""}) == (1, codes)


@pytest.mark.parametrize(
    ("name", "status"), [("hm.dieuphoi", 200), ("hm.hieutruong", 200), ("uh.giaovien", 403), ("uh.hieutruong", 403)]
)
def test_who_has_them_all_made(cast, confirmed, name, status):
    assert cast(name).get(f"{HOME}/sessions/{confirmed.id}/certificates").status_code == status


def test_it_is_void_when_the_periods_are_taken_back_and_a_new_one_is_made_later(app, cast, confirmed, person):
    place = place_of(confirmed, "uh.giaovien")
    own(cast("uh.giaovien"), place)
    old = issued_of(confirmed).get()
    principal = cast("uh.hieutruong")
    record = principal.soup(f"{HOME}/people/{person('uh.giaovien').id}")
    assert record.find("a", href=f"{HOME}/credits/{place.id}/refuse").text.startswith("Rút xác nhận")
    principal.submit(f"{HOME}/credits/{place.id}/refuse", "refuse", {"reason": "Điểm danh nhầm người."})
    page = cast("").soup(f"/verify/{old.code}")
    assert ("không còn giá trị" in page.text, "Điểm danh nhầm người." in page.text) == (True, True)
    assert (place_of(confirmed, "uh.giaovien").credit, place_of(confirmed, "uh.giaovien").certificate) == (
        "refused",
        "",
    )
    with app.app_context():
        Registration.update(credit=CONFIRMED).where(Registration.id == place.id).execute()
        new = certificates.issue(place_of(confirmed, "uh.giaovien"), person_id=None)
    assert (new != old.code, issued_of(confirmed).count()) == (True, 2)


def test_a_certificate_is_noted_in_the_audit_with_who_had_it_made(app, cast, confirmed, person):
    issue_all(app, cast("hm.dieuphoi"), confirmed)
    entries = AuditEntry.select().where(AuditEntry.action == "paper.issue")
    assert {entry.person_id for entry in entries if entry.subject_id in {row.id for row in issued_of(confirmed)}} == {
        person("hm.dieuphoi").id
    }


def test_the_certificate_stays_when_the_module_is_switched_off(app, cast, confirmed, switch):
    own(cast("uh.giaovien"), place_of(confirmed, "uh.giaovien"))
    code = issued_of(confirmed).get().code
    switch("professional_development", "UH", False)
    assert cast("uh.giaovien").get(f"/papers/issued/{code}.docx").status_code == 200
    assert cast("").get(f"/verify/{code}").status_code == 200


def keys(value, above=""):
    """The tags of a context, those of lists by their first item."""
    if isinstance(value, dict):
        return {tag for name, part in value.items() for tag in {f"{above}{name}", *keys(part, f"{above}{name}.")}}
    return keys(value[0], above) if isinstance(value, list) and value else set()


def test_samples_have_the_tags_of_what_is_made(app, confirmed, person):
    with app.app_context():
        place = place_of(confirmed, "uh.giaovien")
        assert keys(CERTIFICATE.sample) == keys(CERTIFICATE.context(place))
        year = YearRecord(person("uh.giaovien"), "2026-2027", today().replace(year=2000), today())
        assert keys(RECORD.sample) == keys(RECORD.context(year))


def test_the_list_asks_the_same_however_many_rows(cast, confirmed, make_session, attended, app, queries):
    browser, counts = cast("hm.dieuphoi"), []
    for names in (NAMES[:1], NAMES):
        session = attended(make_session(state="closed", hours=-30), names, held_on=today())
        with app.app_context():
            Registration.update(credit=CONFIRMED, periods=2).where(Registration.session == session).execute()
        for path in ("", "/certificates"):
            browser.get(f"{HOME}/sessions/{session.id}{path}")
            with queries() as run:
                browser.get(f"{HOME}/sessions/{session.id}{path}")
            counts.append(len(run))
    assert counts[:2] == counts[2:]
    assert Session.get_by_id(session.id).state == "closed"
