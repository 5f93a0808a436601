"""Areas of a programme: groups of schools for filters and sums, made by the office that keeps the programme."""

import re

import pytest

from intranet.registry.districts import District
from intranet.registry.schools import School
from intranet.registry.twinning import CLOSED, Pairing, Programme
from intranet.registry.units import Area, AreaSchool, share_areas
from intranet.schools.life_cycle import merge_school
from intranet.shared.audit import AuditEntry, AuditValue
from intranet.testing import form_values

OFFICER = "hm.chuyenvien"


@pytest.fixture
def schools(programme):
    """The second schools of the first two pairs."""
    return [pair.second_school_id for pair in Pairing.select().order_by(Pairing.id).limit(2)]


@pytest.fixture
def area(programme, schools):
    """An area of one of them."""
    made = Area.create(programme=programme, name="Cụm Ứng Hòa cũ", district=District.get(District.code == "UH"))
    AreaSchool.create(area=made, school=schools[0])
    return made


def schools_of(area_id):
    return {row.school_id for row in AreaSchool.select().where(AreaSchool.area == area_id)}


def send(browser, address, **data):
    return browser.submit(address, "area", data)


def test_an_area_is_added_with_its_schools(cast, programme, schools):
    browser = cast(OFFICER)
    answer = send(browser, f"/programmes/{programme.id}/areas/new", name="Cụm Ứng Hòa cũ", schools=schools)
    assert (answer.status_code, answer.location) == (303, f"/programmes/{programme.id}")
    area = Area.get()
    assert (area.name, area.programme_id, schools_of(area.id)) == ("Cụm Ứng Hòa cũ", programme.id, set(schools))
    entry = AuditEntry.get(AuditEntry.action == "area.create")
    names = "; ".join(school.name for school in School.select().where(School.id.in_(schools)).order_by(School.sort_key))
    values = {value.field: value.after for value in AuditValue.select().where(AuditValue.entry == entry)}
    assert values == {"name": "Cụm Ứng Hòa cũ", "schools": names}
    panel = browser.soup(f"/programmes/{programme.id}").find(attrs={"data-panel": "programmes.areas"})
    assert "2 trường" in panel.text
    assert "không phải là đơn vị hành chính" in panel.text


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"name": ""}, "Thầy/cô chưa nhập tên khu vực."),
        ({"name": "Cụm mới", "schools": []}, "Thầy/cô chưa chọn trường nào."),
        ({"name": "Cụm Ứng Hòa cũ"}, "Chương trình đã có khu vực tên này."),
    ],
)
def test_an_area_needs_a_name_of_its_own_and_a_school(cast, programme, schools, area, data, sentence):
    answer = send(cast(OFFICER), f"/programmes/{programme.id}/areas/new", **{"schools": schools, **data})
    assert answer.status_code == 422
    assert sentence in answer.text


def test_a_school_of_nobody_who_takes_part_cannot_be_chosen(cast, programme, third, schools):
    stranger = School.create(
        district=District.create(code="XX", kind="xa", name="Xã Lạ", office_name="", sort_key="xa la"),
        name="Trường Lạ",
        levels=2,
        match_key="",
        sort_key="",
        search_text="",
    )
    answer = send(cast(OFFICER), f"/programmes/{programme.id}/areas/new", name="Cụm", schools=[stranger.id])
    assert (answer.status_code, Area.select().count()) == (422, 0)


def test_an_area_is_changed_and_taken_away(cast, programme, schools, area):
    browser = cast(OFFICER)
    answer = send(browser, f"/programmes/areas/{area.id}", name="Cụm phía nam", schools=[schools[1]])
    assert answer.status_code == 303
    assert (Area.get_by_id(area.id).name, schools_of(area.id)) == ("Cụm phía nam", {schools[1]})
    answer = browser.submit(f"/programmes/areas/{area.id}", "remove")
    assert answer.status_code == 303
    assert (Area.select().count(), AreaSchool.select().count()) == (0, 0)
    acts = [entry.action for entry in AuditEntry.select().where(AuditEntry.action.startswith("area."))]
    assert acts == ["area.update", "area.remove"]


def test_what_two_people_change_differently_is_shown_to_the_second(cast, programme, schools, area):
    browser, other = cast(OFFICER), cast("hm.lanhdao")
    address = f"/programmes/areas/{area.id}"
    form = browser.soup(address).find("form", {"data-form": "area"})
    assert send(other, address, name="Cụm phía nam").status_code == 303
    fields = form_values(form)
    answer = browser.post(address, data=fields | {"name": "Cụm phía bắc"})
    assert answer.status_code == 409
    assert "Cụm phía nam" in answer.text
    assert Area.get_by_id(area.id).name == "Cụm phía nam"
    # What only one of them changed goes together.
    answer = browser.post(address, data={**fields, "schools": schools, "form_token": _token(browser, address)})
    assert answer.status_code == 303
    assert (Area.get_by_id(area.id).name, schools_of(area.id)) == ("Cụm phía nam", set(schools))


def _token(browser, address):
    return form_values(browser.soup(address).find("form", {"data-form": "area"}))["form_token"]


@pytest.mark.parametrize(
    ("username", "status"),
    [("admin", 200), ("hm.lanhdao", 200), ("uh.chuyenvien", 403), ("hm.hieutruong", 403), ("hm.xem", 403)],
)
def test_only_the_office_that_keeps_the_programme_edits_areas(cast, programme, area, username, status):
    browser = cast(username)
    for address in (f"/programmes/areas/{area.id}", f"/programmes/{programme.id}/areas/new"):
        assert browser.get(address).status_code == status
    shown = browser.soup(f"/programmes/{programme.id}").find(attrs={"data-panel": "programmes.areas"})
    assert "Cụm Ứng Hòa cũ" in shown.text
    assert (f"/programmes/areas/{area.id}" in str(shown)) == (status == 200)


def test_the_areas_of_a_programme_that_is_over_stay(cast, programme, area):
    Programme.update(state=CLOSED).where(Programme.id == programme.id).execute()
    for address in (f"/programmes/areas/{area.id}", f"/programmes/{programme.id}/areas/new"):
        assert cast(OFFICER).get(address).status_code == 404


def test_pairs_the_overview_and_the_numbers_are_those_of_an_area(cast, programme, schools, area):
    browser = cast(OFFICER)
    mine = Pairing.select().where(Pairing.second_school == schools[0]).count()
    page = browser.soup(f"/pairings?area={area.id}")
    assert len(page.select("#list tbody tr")) == mine
    assert "Cụm Ứng Hòa cũ" in page.select_one(".chips").text
    total = browser.soup(f"/overview?area={area.id}").find(attrs={"data-panel": "overview.states"})
    assert sum(int(re.sub(r"\D", "", row.td.text)) for row in total.select("tbody tr")) == mine
    rows = browser.soup(f"/reports/units?area={area.id}").find(attrs={"data-panel": "reports.units"}).select("tbody tr")
    assert [[cell.text for cell in row.select("th, td")[:3]] for row in rows] == [
        ["Huyện Ứng Hòa", "1", str(mine)],
        ["Tổng cộng", "1", str(mine)],
    ]
    for address in (f"/pairings/export.xlsx?area={area.id}", f"/overview/export.xlsx?area={area.id}"):
        assert browser.get(address).status_code == 200


def test_who_takes_a_schools_place_is_of_its_areas_too(app, schools, area):
    into = School.select().where(School.district == area.district, School.id.not_in(schools)).first()
    with app.app_context():
        for _twice in range(2):
            share_areas(into.id, schools[0])
        assert schools_of(area.id) == {schools[0], into.id}
        merge_school(School.get_by_id(into.id), School.get_by_id(schools[1]), person_id=None)
    assert schools_of(area.id) == {into.id, *schools}
