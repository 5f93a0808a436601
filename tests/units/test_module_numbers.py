"""Numbers of modules after a unit was divided: what it counted, its successors count, each a part and nothing twice."""

from datetime import timedelta

import pytest

from intranet.kernel.clock import today
from intranet.kernel.schoolyear import school_year_of
from intranet.registry.districts import District, DistrictModule
from intranet.registry.people import Membership, Person
from intranet.registry.schools import School
from intranet.registry.units import DISSOLVE, FormerPlace, UnitChange
from intranet.shared import office_rounds
from intranet.shared.unit_moves import Moves
from intranet.units.moving import note
from plugins.digital.models import Assessment
from plugins.digital.models import Round as DigitalRound
from plugins.digital.numbers import queries as digital
from plugins.facilities.models import Review, Round
from plugins.facilities.numbers import queries as facilities
from plugins.facilities.numbers.lists import LISTS

YEAR = school_year_of(today())


@pytest.fixture
def divided(app):
    """``divided()``: Ứng Hòa's schools go to two units, of which the first goes on with its rounds; their ids."""

    def divide(*tables):
        old = District.get(District.code == "UH")
        new = [
            District.create(code=name, kind="xa", name=name, office_name=f"UBND {name}", sort_key=name)
            for name in ("xa a", "xa b")
        ]
        District.update(valid_to=today() - timedelta(days=1), merged_into=new[0]).where(District.id == old.id).execute()
        for place, school in enumerate(School.select().where(School.district == old).order_by(School.id)):
            FormerPlace.create(school=school, district=old, until=today())
            School.update(district=new[place % 2]).where(School.id == school.id).execute()
            for table in tables:
                table.update(district=new[place % 2]).where(table.school == school).execute()
        change = UnitChange.create(kind=DISSOLVE, title="Sắp xếp", effective_on=today())
        moved = {row.id: (old.id, row.district_id) for row in School.select().where(School.district.in_(new))}
        moves = Moves(change_id=change.id, on=today(), schools=moved, heirs={old.id: new[0].id})
        for round_, answer in ((Round, Review.round), (DigitalRound, Assessment.round)):
            note(change.id, round_.district, round_.district == old, new[0].id)
            round_.update(district=new[0]).where(round_.district == old).execute()
            office_rounds.follow(moves, round_, answer, action="round")
        return [district.id for district in new]

    return divide


def schools():
    return list(School.select().join(District).where(District.code == "UH").order_by(School.id))


def test_a_facilities_round_asked_each_school_once(app, divided):
    with app.app_context():
        office = District.get(District.code == "UH").id
        Round.update(due_on=today() - timedelta(days=2000)).execute()
        pack = Round.select().first().pack
        opened = Round.create(district=office, pack=pack, title="Đợt", levels=15, due_on=today() - timedelta(days=1))
        for place, school in enumerate(schools()[:5]):
            state = "locked" if place < 3 else "draft"
            Review.create(district=office, school=school, round=opened, state=state)
        before = facilities.numbers(facilities.Scope(office, None, YEAR)).reviews
        scopes = [facilities.Scope(unit, None, YEAR) for unit in divided(Review)]
        after = [facilities.numbers(scope).reviews for scope in scopes]
        listed = [LISTS["reviews"].count(scope) for scope in scopes]
    assert before.some == 3
    assert [sum(share.some for share in after), sum(share.every for share in after)] == [before.some, before.every]
    assert listed == [share.every for share in after]
    assert min(share.some for share in after) > 0


def test_a_digital_round_is_told_of_each_offices_own_schools(app, divided, cast):
    with app.app_context():
        office = District.get(District.code == "UH").id
        pack = DigitalRound.select().first().pack
        opened = DigitalRound.create(
            district=office, pack=pack, title="Đợt mới", school_year=YEAR, levels=15, due_on=today()
        )
        for place, school in enumerate(schools()[:5]):
            values = {"district": office, "school": school, "round": opened, "pack": pack, "school_year": YEAR}
            Assessment.create(**values, checked_level=1 + place % 2, state="published")
        before = digital.of_round(opened, office)["count"]
        units = divided(Assessment)
        parts = [next(row for row in digital.rounds_of(unit) if row.title == opened.title) for unit in units]
        after = [digital.of_round(*of)["count"] for of in zip(parts, units, strict=True)]
        assert [len(digital.results(part)) for part in parts] == after
        DistrictModule.create(district=units[1], module="digital", enabled=True)
        lead = Person.get(Person.username == "uh.lanhdao")
        Membership.update(district=units[1]).where(Membership.person == lead).execute()
    assert (before, after) == (5, [3, 2])
    page = cast("uh.lanhdao").soup(f"/digital/numbers?round={parts[1].id}")
    assert "quy đổi về các trường mà đơn vị quản lý hiện nay" in page.text
