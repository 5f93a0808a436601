"""A change takes effect on its day, all of it or nothing; what hinders it is said, and it is tried again."""

from datetime import date, timedelta

import pytest

from intranet.kernel import jobs
from intranet.kernel.clock import today
from intranet.registry.districts import Commune, District, DistrictModule
from intranet.registry.people import Person
from intranet.registry.schools import School
from intranet.registry.twinning import Pairing, ProgrammeDistrict
from intranet.registry.units import (
    APPLIED,
    BY_PERSON,
    SCHEDULED,
    Area,
    AreaSchool,
    FormerPlace,
    Placement,
    UnitChange,
)
from intranet.schools import rules as schools
from intranet.shared import modules
from intranet.shared.edits import Refused
from intranet.shared.notices import Notice
from intranet.units import undoing, upkeep
from intranet.units.applying import apply_change

DAY = timedelta(days=1)


def state_of(change):
    row = UnitChange.get_by_id(change.id)
    return row.state, row.hindrance


def found_school(name, commune):
    values = {"name": name, "levels": 4, "ownership": "cong_lap", "commune": commune}
    return schools.create_school(District.get(District.code == "HM").id, values, person_id=None)


def test_nothing_happens_before_the_day(history):
    change = history.two_tiers("HM")
    history.choose(change)
    UnitChange.update(effective_on=today() + DAY).where(UnitChange.id == change.id).execute()
    upkeep.apply_due(today())
    jobs.run_due()
    assert state_of(change) == (SCHEDULED, "")
    with pytest.raises(Refused, match="chưa đến ngày"):
        apply_change(change, person_id=None)


def test_a_school_founded_meanwhile_hinders_it_until_somebody_places_it(history):
    change = history.two_tiers("HM")
    history.choose(change)
    school = found_school("Trường THCS Mới mở", "Phường Tân Mai")
    assert history.take_effect(change).state == SCHEDULED
    assert state_of(change)[1] == "Còn 1 trường chưa có đơn vị mới."
    admin = Person.get(Person.username == "admin")
    told = Notice.select().where(Notice.person == admin, Notice.url == f"/units/changes/{change.id}")
    assert [notice.title for notice in told] == [
        "Chưa thực hiện được “Tổ chức chính quyền địa phương 2 cấp”: Còn 1 trường chưa có đơn vị mới."
    ]
    target = history.target(change, "Phường Tương Mai")
    Placement.update(target=target, chosen=BY_PERSON).where(
        Placement.change == change, Placement.school == school
    ).execute()
    upkeep.apply_due(today() + DAY)
    jobs.run_due()
    assert state_of(change) == (APPLIED, "")
    assert School.get_by_id(school.id).district.name == "Phường Tương Mai"


def test_what_goes_wrong_in_a_module_leaves_everything_as_it_was(history, monkeypatch):
    change = history.two_tiers("HM")
    history.choose(change)
    before = dict(School.select(School.id, School.district).tuples())
    plugins = modules.plugins()
    told = plugins.notify

    def fail(hook, **arguments):
        if hook == "units_changed":
            raise RuntimeError("no")
        return told(hook, **arguments)

    monkeypatch.setattr(plugins, "notify", fail)
    with pytest.raises(RuntimeError):
        apply_change(change, person_id=None)
    assert dict(School.select(School.id, School.district).tuples()) == before
    assert (state_of(change)[0], FormerPlace.select().count()) == (SCHEDULED, 0)
    assert District.select().where(District.name == "Phường Lĩnh Nam").count() == 0


def test_a_change_of_before_cannot_be_entered_behind_one_of_later(history):
    later = history.two_tiers("UH")
    history.choose(later)
    history.take_effect(later)
    schools_ = School.select(School.id).where(School.district == District.get(District.name == "Xã Vân Đình"))
    earlier = UnitChange.create(kind="transfer", title="Ghi sau", effective_on=date(2024, 1, 1), state=SCHEDULED)
    history.of_district(earlier, "from", District.get(District.name == "Xã Vân Đình"))
    there = history.of_district(earlier, "to", District.get(District.name == "Xã Hòa Xá"))
    for (id_,) in list(schools_.tuples()):
        Placement.create(change=earlier, school=id_, target=there, chosen=BY_PERSON)
    with pytest.raises(Refused, match="có hiệu lực sau ngày này"):
        apply_change(earlier, person_id=None)


def test_modules_are_on_where_one_of_those_before_had_them_on(history, switch):
    switch("mentoring", "UH", False)
    change = history.two_tiers()
    history.choose(change)
    history.take_effect(change)
    on = (
        DistrictModule.select(District.name)
        .join(District)
        .where(DistrictModule.module == "mentoring", DistrictModule.enabled == True)  # noqa: E712 (SQL)
    )
    names = {name for (name,) in on.tuples()}
    assert "Phường Hoàng Mai" in names
    assert names & {"Xã Vân Đình", "Xã Ứng Thiên", "Xã Hòa Xá", "Xã Ứng Hòa"} == set()


def test_a_programme_goes_on_with_those_that_came_and_remembers_the_schools_as_an_area(replayed):
    rows = ProgrammeDistrict.select().join(District).where(ProgrammeDistrict.programme == 1)
    left = {row.district.name: (row.left_on, row.left_reason) for row in rows if row.left_on is not None}
    reason = "Tổ chức chính quyền địa phương 2 cấp (1656/NQ-UBTVQH15)"
    assert left == {
        "Quận Hoàng Mai": (date(2025, 7, 1), reason),
        "Huyện Ứng Hòa": (date(2025, 7, 1), reason),
    }
    joined = {row.district_id for row in rows if row.joined_on == date(2025, 7, 1)}
    assert joined == {
        id_ for (id_,) in School.select(School.district).join(FormerPlace).where(School.deleted_at.is_null()).tuples()
    }
    areas = {area.name: AreaSchool.select().where(AreaSchool.area == area).count() for area in Area.select()}
    assert areas == {"Cụm Hoàng Mai cũ": 48, "Cụm Ứng Hòa cũ": 91}


def test_every_pair_lives_on_with_its_schools_and_their_new_units(history):
    before = sorted(Pairing.select(Pairing.id, Pairing.state, Pairing.first_school, Pairing.second_school).tuples())
    change = history.two_tiers()
    history.choose(change)
    history.take_effect(change)
    after = list(Pairing.select().order_by(Pairing.id))
    assert [(row.id, row.state, row.first_school_id, row.second_school_id) for row in after] == before
    assert all(
        (row.first_district_id, row.second_district_id) == (row.first_school.district_id, row.second_school.district_id)
        for row in after
    )


def test_it_is_taken_back_for_thirty_days_and_not_after(history, monkeypatch):
    change = history.two_tiers("UH")
    history.choose(change)
    applied = history.take_effect(change)
    last = undoing.undo_until(applied)
    assert last == today() + 30 * DAY
    monkeypatch.setattr(undoing, "today", lambda: last + DAY)
    with pytest.raises(Refused, match="Chỉ hoàn tác được đến hết"):
        undoing.undo_change(applied, person_id=None)


def test_what_was_made_since_returns_with_its_school(history):
    change = history.two_tiers("HM")
    history.choose(change)
    history.take_effect(change)
    unit = District.get(District.name == "Phường Lĩnh Nam")
    values = {"name": "Trường THCS Lập sau", "levels": 4, "ownership": "cong_lap", "commune": "Phường Lĩnh Nam"}
    school = schools.create_school(unit.id, values, person_id=None)
    undoing.undo_change(UnitChange.get_by_id(change.id), person_id=None)
    again = School.get_by_id(school.id)
    assert (again.district.code, again.commune.name) == ("HM", "Phường Lĩnh Nam")
    assert Commune.get(Commune.district == again.district, Commune.name == "Phường Lĩnh Nam").valid_to is None
