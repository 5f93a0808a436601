"""docs/access.toml, held against the pages."""

import tomllib
from pathlib import Path

import pytest

from intranet.registry.people import Person
from intranet.registry.schools import School
from intranet.registry.twinning import Pairing

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


def groups_shown(browser, code):
    """The field groups of access.toml that the school's page shows."""
    page = browser.soup(f"/schools/{school(code).id}")
    panels = {section["data-panel"] for section in page.select("[data-panel]")}
    names = {"schools.card": "card", "schools.figures": "figures", "schools.note": "note"}
    return {names[panel] for panel in panels if panel in names}


@pytest.mark.parametrize(("username", "relation"), RELATIONS)
def test_a_school_page_shows_what_the_table_grants(cast, username, relation):
    granted = {name for name, group in TABLE["school"].items() if relation in group["seen_by"]}
    assert groups_shown(cast(username), HM_FIRST) == granted


def test_administrators_see_everything(cast):
    assert groups_shown(cast("admin"), HM_FIRST) == set(TABLE["school"])


@pytest.mark.parametrize("username", ["uh2.hieutruong", "uh.chuyenvien"])
def test_unpublished_needs_stay_with_the_district_and_the_partner(app, cast, username):
    first = school(HM_FIRST)
    School.update(needs="Cần máy chiếu", needs_published=False).where(School.id == first.id).execute()
    assert "Cần máy chiếu" not in cast(username).get(f"/schools/{first.id}").text
    assert "Cần máy chiếu" in cast("uh.hieutruong").get(f"/schools/{first.id}").text
    School.update(needs_published=True).where(School.id == first.id).execute()
    assert "Cần máy chiếu" in cast(username).get(f"/schools/{first.id}").text


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
    assert cast(username).get(f"/pairings/{pairing.id}").status_code == status


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
