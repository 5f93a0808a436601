"""Numbers of a year in which schools passed to other units: what was published then must not tell small numbers now."""

from datetime import timedelta

import pytest

from intranet.kernel.clock import today
from intranet.kernel.schoolyear import days_of, school_year_of
from intranet.registry.districts import District, DistrictModule
from intranet.registry.people import Membership, Person
from intranet.registry.schools import School
from intranet.registry.units import FormerPlace
from plugins.mentoring import demo
from plugins.mentoring.numbers import telling
from plugins.mentoring.numbers.queries import Numbers
from plugins.mentoring.numbers.suppression import SUM
from plugins.mentoring.tables.cases import Case

URL = "/mentoring/numbers"
YEAR = school_year_of(today())


@pytest.fixture
def moved(app):
    """``moved(share, day)``: that part of Ứng Hòa's schools came under a new unit on a day; the id of the unit."""
    with app.app_context():
        demo.build(canaries=False)

    def move(share, day):
        with app.app_context():
            old = District.get(District.code == "UH")
            new = District.create(code="X1", kind="xa", name="Xã Mới", office_name="UBND xã Mới", sort_key="xa moi")
            schools = School.select().where(School.district == old).order_by(School.id)
            own = {case.school_id for case in Case.select().where(Case.district == old)}
            ids = [school.id for school in schools if school.id % share == 0 or school.id in own]
            for id_ in ids:
                FormerPlace.create(school=id_, district=old, until=day)
            School.update(district=new).where(School.id.in_(ids)).execute()
            Case.update(district=new).where(Case.school.in_(ids)).execute()
            DistrictModule.create(district=new, module="mentoring", enabled=True)
            lead = Person.get(Person.username == "uh.lanhdao")
            Membership.update(district=new).where(Membership.person == lead).execute()
            return new.id, old.id

    return move


def shown(numbers):
    """Whatever a unit tells of a year."""
    cells = {cell for row in numbers.published for cell in row} | set(numbers.by_school().values())
    return (cells | {figure.published for figure in numbers.figures()}) - {None}


def first_day():
    return days_of(YEAR)[0]


def test_units_that_share_what_one_published_tell_nothing_of_that_year(app, moved, cast):
    units = moved(2, first_day() + timedelta(days=30))
    with app.app_context():
        assert [shown(Numbers(YEAR, unit)) for unit in units] == [set(), set()]
        school = School.get_by_id(Case.get().school_id)
        assert telling.of_school(school) is None
    page = cast("uh.lanhdao").soup(URL)
    assert "đối chiếu hai số liệu có thể suy ra số dưới 5" in page.text
    assert page.select("main table") == []
    assert cast("uh.lanhdao").get(f"{URL}/{YEAR}/annex.docx").status_code == 200


def test_years_that_began_after_the_change_are_told(app, moved):
    new, _old = moved(2, first_day())
    with app.app_context():
        assert Numbers(YEAR, new).by_school()[SUM] == len(demo.UH_PUPILS)


def test_a_unit_that_took_all_schools_of_another_tells_the_same_as_that_one_did(app, moved):
    new, _old = moved(1, first_day() + timedelta(days=30))
    with app.app_context():
        assert Numbers(YEAR, new).by_school()[SUM] == len(demo.UH_PUPILS)


def test_a_school_sees_its_own_numbers_as_before(moved, cast):
    moved(2, first_day() + timedelta(days=30))
    rows = cast("uh.hieutruong").soup(URL).select("main table")[0].select("tbody tr")
    assert rows[-1].select("td")[-1].text == str(len(demo.UH_PUPILS))
