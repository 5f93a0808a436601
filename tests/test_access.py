"""docs/access.toml, held against the pages."""

import tomllib
from datetime import timedelta
from pathlib import Path

import pytest

from intranet.demo import reports as demo_reports
from intranet.kernel.clock import midnight, now, today
from intranet.registry.agreements import Memorandum, YearPlan
from intranet.registry.people import Person, Preference
from intranet.registry.pledges import Meeting
from intranet.registry.reports import Report
from intranet.registry.schools import FormerKey, School, SchoolSplit, SchoolYearFigures, Site, Tag
from intranet.registry.twinning import Pairing, Programme
from intranet.shared.attachments import Attachment

TABLE = tomllib.loads((Path(__file__).parent.parent / "docs" / "access.toml").read_text(encoding="utf-8"))

HM_FIRST, HM_SECOND, UH_FIRST = "01008508", "01008401", "01281503"
# Each member of the cast as (person, relation to the first school of Hoàng Mai).
RELATIONS = [
    ("hm.hieutruong", "own_school"),
    ("hm.dieuphoi", "own_school"),
    ("hm.giaovien", "own_school"),
    ("hm.lanhdao", "office"),
    ("hm.chuyenvien", "office"),
    ("hm2.hieutruong", "own_district"),
    ("hm2.giaovien", "own_district"),
    ("hm.xem", "own_district"),
    ("uh.hieutruong", "partner"),
    ("uh.giaovien", "partner"),
    ("uh2.hieutruong", "programme"),
    ("uh.chuyenvien", "programme"),
    ("uh.lanhdao", "programme"),
    ("uh.xem", "programme"),
]


def school(code):
    return School.get(School.code == code)


# What stands in each field of the first school, by which a page is searched.
PLANTED = {
    "name": "Trường THCS Yên Sở",
    "short name": "TVT-01",
    "code": HM_FIRST,
    "levels": "THCS",
    "ownership": "Tư thục",
    "commune": "Phường Yên Sở",
    "difficult area": "Vùng khó khăn",
    "founding year": "1873",
    "former names and codes": "Tên cũ của trường",
    "closing day": "04/03/2021",
    "strengths": "Thế mạnh bóng bàn",
    "published needs": "Nhu cầu máy in",
    "unpublished needs": "Nhu cầu máy in",
    "pairing": "Trường THCS Hồng Quang",
    "figures": "7.531",
    "principal": "Hiệu trưởng Kín",
    "phone": "0912 000 111",
    "email": "kin@truong.vn",
    "website": "kin.edu.vn",
    "address": "Số 75 đường Kín",
    "satellite sites": "Điểm lẻ Kín",
    "internal note": "Ghi chú kín",
    "documents": "Quyết định kín.pdf",
    "what it was split off or into, by which decision": "75/QĐ-KÍN",
}


@pytest.fixture
def planted(app):
    """The first school with a known text in every field; ``planted(True)`` publishes its needs."""

    def plant(needs_published):
        first = school(HM_FIRST)
        School.update(
            short_name=PLANTED["short name"],
            ownership="tu_thuc",
            difficult_area=True,
            founded_year=1873,
            closed_on="2021-03-04",
            principal_name=PLANTED["principal"],
            phone="+84912000111",
            email=PLANTED["email"],
            website=PLANTED["website"],
            address=PLANTED["address"],
            note=PLANTED["internal note"],
            needs_published=needs_published,
        ).where(School.id == first.id).execute()
        former = PLANTED["former names and codes"]
        FormerKey.create(school=first, kind="name", value=former, match_key="x", until=today())
        decided = {"decision_number": PLANTED["what it was split off or into, by which decision"]}
        days = {"decided_on": today(), "split_on": today()}
        SchoolSplit.create(school=first, origin=School.get(School.id != first.id), **decided, **days)
        Tag.create(school=first, kind="strength", label=PLANTED["strengths"], fact="x")
        Tag.create(school=first, kind="need", label=PLANTED["unpublished needs"], fact="x")
        Site.create(school=first, name=PLANTED["satellite sites"])
        SchoolYearFigures.update(pupils=7531).where(SchoolYearFigures.school == first).execute()
        Attachment.update(name=PLANTED["documents"]).where(Attachment.school == first).execute()
        return first

    return plant


def fields_shown(text):
    return {field for field, value in PLANTED.items() if value in text}


@pytest.mark.parametrize("needs_published", [False, True])
@pytest.mark.parametrize(("username", "relation"), [*RELATIONS, ("admin", "own_school")])
def test_a_school_page_shows_what_the_table_grants(planted, cast, username, relation, needs_published):
    first = planted(needs_published)
    granted = {field for group in TABLE["school"].values() if relation in group["seen_by"] for field in group["fields"]}
    if "unpublished needs" not in granted and not needs_published:
        granted -= {"published needs"}
    shown = fields_shown(cast(username).soup(f"/schools/{first.id}").find("main").get_text(" "))
    # One text stands for the needs, published or not.
    needs = {"published needs", "unpublished needs"}
    assert (shown - needs, bool(shown & needs)) == (granted - needs, bool(granted & needs))


# The columns of the list and the fields of the table above.
COLUMNS = {
    "classes": "figures",
    "pupils": "figures",
    "staff": "figures",
    "national_standard": "figures",
    "principal_name": "principal",
    "phone": "phone",
    "email": "email",
    "website": "website",
    "address": "address",
}


@pytest.mark.parametrize(("username", "relation"), [*RELATIONS, ("admin", "own_school")])
def test_a_list_with_all_columns_leaves_empty_what_the_table_does_not_grant(planted, cast, username, relation):
    planted(False)
    person = Person.get(Person.username == username)
    Preference.create(person=person, name="schools.columns", value=",".join(["code", *COLUMNS]))
    text = cast(username).soup("/schools?state=all&q=" + HM_FIRST).find(id="list").get_text(" ")
    private = set(COLUMNS.values())
    granted = set(TABLE["school"]["figures"]["fields"]) if relation in TABLE["school"]["figures"]["seen_by"] else set()
    assert fields_shown(text) & private == granted & private


@pytest.mark.parametrize(("username", "relation"), [*RELATIONS, ("admin", "own_school")])
def test_a_schools_documents_are_fetched_by_whom_the_table_names(app, cast, username, relation):
    first = school(HM_FIRST)
    document = Attachment.get(Attachment.subject_type == "school", Attachment.subject_id == first.id)
    urls = (f"/files/{document.id}/download", f"/files/school/{first.id}")
    expected = 200 if relation in TABLE["school"]["files"]["seen_by"] else 404
    assert {cast(username).get(url).status_code for url in urls} == {expected}


@pytest.mark.parametrize(
    ("reader", "person", "status"),
    [
        ("hm.giaovien", "hm2.giaovien", 200),
        ("hm.xem", "hm.chuyenvien", 200),
        ("uh.giaovien", "hm.hieutruong", 200),
        ("uh.giaovien", "hm.dieuphoi", 200),
        ("uh.giaovien", "hm.giaovien", 404),
        ("uh.giaovien", "hm2.hieutruong", 404),
        ("uh.chuyenvien", "hm.hieutruong", 404),
        ("admin", "uh.moi", 200),
    ],
)
def test_people_are_seen_in_their_district_and_contacts_by_the_partner(cast, reader, person, status):
    person_id = Person.get(Person.username == person).id
    assert cast(reader).get(f"/people/{person_id}").status_code == status


def test_a_partner_sees_no_email_of_a_contact(app, cast):
    principal = Person.get(Person.username == "hm.hieutruong")
    Person.update(email="vinh@example.edu.vn").where(Person.id == principal.id).execute()
    assert "vinh@example.edu.vn" not in cast("uh.giaovien").get(f"/people/{principal.id}").text
    assert "vinh@example.edu.vn" in cast("hm.giaovien").get(f"/people/{principal.id}").text


@pytest.mark.parametrize(
    ("username", "status"),
    [
        ("hm.giaovien", 200),
        ("uh.giaovien", 200),
        ("hm.chuyenvien", 200),
        ("uh.lanhdao", 200),
        ("hm2.hieutruong", 404),
        ("uh2.giaovien", 404),
    ],
)
def test_a_pair_is_seen_by_both_schools_and_both_offices(app, cast, username, status):
    pairing = Pairing.get(Pairing.first_school == school(HM_FIRST))
    # The papers of a record are for whoever sees it.
    assert TABLE["paper"]["of_pair"]["seen_by"] == TABLE["pairing"]["page"]["seen_by"]
    assert TABLE["pairing"]["pledge"]["seen_by"] == TABLE["pairing"]["page"]["seen_by"]
    assert TABLE["pairing"]["meeting"]["seen_by"] == TABLE["pairing"]["page"]["seen_by"]
    meeting = Meeting.create(pairing=pairing, title="Họp", starts_at=now())
    paths = (f"/pairings/{pairing.id}", f"/papers/pledge/{pairing.id}", f"/papers/pledge/{pairing.id}.docx")
    own = (f"/pairings/{pairing.id}/pledge", f"/meetings/pairing/{pairing.id}", f"/meetings/{meeting.id}")
    assert {cast(username).get(path).status_code for path in (*paths, *own)} == {status}


@pytest.mark.parametrize(("username", "relation"), RELATIONS)
def test_a_schools_letterhead_is_kept_by_whom_the_table_names(app, cast, username, relation):
    keeps = username in ("hm.hieutruong", "hm.lanhdao", "hm.chuyenvien")
    assert not keeps or relation in TABLE["paper"]["letterhead"]["seen_by"]
    status = cast(username).get(f"/papers/letterheads/school/{school(HM_FIRST).id}").status_code
    assert status == (200 if keeps else 403)


@pytest.mark.parametrize(("username", "relation"), RELATIONS)
def test_the_calendar_shows_a_pairs_dates_where_its_page_opens_and_a_programmes_as_the_table_says(
    app, cast, username, relation
):
    pairing = Pairing.get(Pairing.first_school == school(HM_FIRST))
    start = midnight(today()) + timedelta(hours=8)
    Meeting.create(pairing=pairing, title="Họp kín", starts_at=start)
    Programme.update(ends_on=today()).where(Programme.id == pairing.programme_id).execute()
    page = cast(username).soup(f"/calendar/day/{today()}")
    shown = {line.div.span.text for line in page.select(".dates li")}
    of_pair = cast(username).get(f"/pairings/{pairing.id}").status_code == 200
    of_programme = relation in TABLE["calendar"]["programme"]["seen_by"]
    assert ("Cuộc họp:" in shown, "Chương trình kết thúc:" in shown) == (of_pair, of_programme)


@pytest.fixture
def reports(app):
    """The demo's: of the first pair, and of the programme by the office of Hoàng Mai."""
    with app.app_context():
        demo_reports.build(Programme.get())


@pytest.mark.parametrize(("username", "relation"), [*RELATIONS, ("admin", "own_school")])
def test_a_report_of_a_pair_is_read_by_whom_the_table_names(reports, cast, username, relation):
    report = Report.get(Report.pairing == Pairing.get(Pairing.first_school == school(HM_FIRST)))
    # Whoever works in no school works in one of the pair's two offices.
    works_in_school = Person.get(Person.username == username).school_id is not None
    granted = (relation if works_in_school else "office") in TABLE["pair_report"]["page"]["seen_by"]
    assert cast(username).get(f"/reports/{report.id}").status_code == (200 if granted else 404)


@pytest.mark.parametrize("issued", [False, True])
@pytest.mark.parametrize(("username", "relation"), [*RELATIONS, ("admin", "office")])
def test_a_report_of_a_programme_is_read_by_whom_the_table_names(reports, cast, username, relation, issued):
    report = Report.get(Report.pairing.is_null())
    Report.update(state="issued" if issued else "draft").where(Report.id == report.id).execute()
    table = TABLE["programme_report"]["page"]
    person = Person.get(Person.username == username)
    # Offices only, viewers of the office among them.
    where = "office" if person.school_id is None and relation == "own_district" else relation
    granted = person.school_id is None and where in [*table["seen_by"], *(table["issued_seen_by"] if issued else ())]
    assert cast(username).get(f"/reports/{report.id}").status_code == (200 if granted else 404)


# Whose work is in an office, as against a school.
OFFICES = ("hm.lanhdao", "hm.chuyenvien", "hm.xem", "uh.chuyenvien", "uh.lanhdao", "uh.xem", "admin")


@pytest.mark.parametrize("username", [username for username, _relation in [*RELATIONS, ("admin", "own_school")]])
def test_a_programme_is_seen_by_its_districts_and_its_drafts_by_their_offices(app, cast, username):
    running, prepared = (Programme.get(Programme.state == state) for state in ("running", "draft"))
    plan = YearPlan.create(programme=running, school_year="2024-2025")
    Programme.update(closing_report="Báo cáo kín").where(Programme.id == running.id).execute()
    in_review = Memorandum.get(Memorandum.programme == prepared)
    signed = Memorandum.get(Memorandum.programme == running)
    browser = cast(username)
    page = browser.soup(f"/programmes/{running.id}").find("main").get_text(" ")
    assert signed.title in page and "Kế hoạch năm" in page
    assert browser.get(f"/programmes/memoranda/{signed.id}").status_code == 200
    # The table names one relation, for which this list of people stands.
    assert TABLE["programme"]["draft"]["seen_by"] == ["office"]
    shown = {
        "programme": browser.get(f"/programmes/{prepared.id}").status_code == 200,
        "memorandum": browser.get(f"/programmes/memoranda/{in_review.id}").status_code == 200,
        "plan": browser.get(f"/programmes/plans/{plan.id}").status_code == 200,
        "paper": browser.get(f"/papers/year_plan/{plan.id}.docx").status_code == 200,
        "report": "Báo cáo kín" in page,
    }
    assert shown == dict.fromkeys(shown, username in OFFICES)


@pytest.mark.parametrize(
    ("username", "code", "status"),
    [
        ("hm.chuyenvien", HM_FIRST, 200),
        ("hm.chuyenvien", UH_FIRST, 403),
        ("hm.hieutruong", HM_FIRST, 200),
        ("hm.hieutruong", HM_SECOND, 403),
        ("uh.hieutruong", HM_FIRST, 403),
        ("hm.giaovien", HM_FIRST, 403),
        ("hm.xem", HM_FIRST, 403),
        ("admin", UH_FIRST, 200),
    ],
)
def test_a_school_is_edited_by_its_office_and_its_own_leaders(cast, username, code, status):
    assert cast(username).get(f"/schools/{school(code).id}/edit").status_code == status


def test_a_person_without_a_place_reaches_only_the_own_account(cast):
    statuses = {url: cast("hm.moi").get(url).status_code for url in ("/", "/account", "/schools", "/people", "/search")}
    assert statuses == {"/": 200, "/account": 200, "/schools": 403, "/people": 403, "/search": 403}


def test_a_district_without_a_shared_programme_is_a_stranger(app, cast):
    from intranet.registry.districts import District
    from intranet.registry.twinning import ProgrammeDistrict

    stranger = District.get(District.code == "UH")
    ProgrammeDistrict.delete().where(ProgrammeDistrict.district == stranger).execute()
    first = school(UH_FIRST)
    assert cast("hm.chuyenvien").get(f"/schools/{first.id}").status_code == 404
    assert cast("hm.chuyenvien").get("/schools?q=hong+quang").text.count("Hồng Quang") == 0
