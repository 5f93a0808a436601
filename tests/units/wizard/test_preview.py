"""Before a change takes effect, its page tells all that will move; afterwards exactly that has moved."""

import pytest

from intranet.registry.districts import Commune, District
from intranet.registry.people import Membership, under_way
from intranet.registry.schools import School
from intranet.registry.twinning import OPEN, Pairing
from intranet.registry.units import MERGE, RENAME, ChangeUnit, Placement, UnitChange
from intranet.shared.waiting import Waiting
from intranet.units import shaping
from intranet.units.plans import plan_of
from intranet.units.preview import Preview


@pytest.fixture
def seen(app, shaped, placed):
    """The preview of a change in which every school has a place."""
    placed(shaped)
    with app.test_request_context():
        yield Preview(plan_of(shaped))


def test_every_school_person_and_pair_is_counted(seen):
    assert len(seen.schools) == School.select().where(School.deleted_at.is_null()).count() == 139
    assert len(seen.pairs) == Pairing.select().where(Pairing.state.in_(OPEN)).count()
    assert all(pair.first.moves and pair.second.moves for pair in seen.pairs)
    assert (
        len(seen.office_people)
        == Membership.select().where(Membership.district.is_null(False), Membership.school.is_null()).count()
    )
    staff = [row for people in seen.staff_by_target.values() for row in people]
    of_schools = Membership.school.is_null(False) & under_way(Membership)
    assert len(staff) == len(seen.staff) == Membership.select().where(of_schools).count()
    assert ("Đặng Minh Vinh", "Trường THCS Yên Sở") in staff


def test_programmes_lose_the_districts_and_get_who_came_in_their_place(seen):
    assert {name for programme in seen.programmes for name in programme.leaving} == {"Quận Hoàng Mai", "Huyện Ứng Hòa"}
    assert {"Xã Vân Đình", "Xã Ứng Thiên", "Xã Hòa Xá"} <= set(seen.programmes[0].coming)


def test_new_units_get_the_modules_that_their_schools_had(seen, switch):
    assert {name for name, _modules in seen.switches} >= {"Xã Vân Đình", "Xã Hòa Xá"}


def test_headings_are_shown_before_and_after(seen):
    office = next(one for one in seen.headings if one.name == "Huyện Ứng Hòa")
    assert (office.before.parent_body, office.before.body) == ("UBND HUYỆN ỨNG HÒA", "PHÒNG GIÁO DỤC VÀ ĐÀO TẠO")
    assert office.after.body.startswith("ỦY BAN NHÂN DÂN\nXÃ ")
    school = seen.headings[seen.headings.index(office) + 1]
    assert (school.before.parent_body[:5], school.after.parent_body[:8]) == ("PHÒNG", "UBND XÃ ")


def test_what_waits_is_counted_by_its_kind(seen):
    everything = Waiting.select(Waiting.subject_type, Waiting.subject_id).distinct().count()
    assert 0 < sum(count for _label, count in seen.open_steps) <= everything


def test_a_renaming_moves_nothing_and_heads_papers_anew(app):
    change = UnitChange.create(kind=RENAME, title="Đổi tên", effective_on="2027-01-01")
    shaping.add_source(change, District.get(District.code == "UH"), person_id=None)
    ChangeUnit.update(name="Huyện Ứng Mới").where(ChangeUnit.side == "to").execute()
    with app.test_request_context():
        seen = Preview(plan_of(change))
        assert (seen.schools, seen.pairs, seen.programmes, seen.switches, seen.open_steps) == ([], [], [], [], [])
        assert seen.headings[0].after.parent_body == "UBND HUYỆN ỨNG MỚI"


def test_a_merger_of_communes_lists_its_schools_and_nothing_else(app):
    change = UnitChange.create(kind=MERGE, title="Gộp xã", effective_on="2027-01-01")
    for name in ("Xã Viên An", "Xã Viên Nội"):
        shaping.add_source(change, Commune.get(Commune.name == name), person_id=None)
    shaping.save_target(change, None, {"name": "Xã Viên", "code": "1", "office_name": ""}, person_id=None)
    with app.test_request_context():
        seen = Preview(plan_of(change))
        assert (len(seen.schools), seen.staff, seen.pairs, seen.headings) == (6, [], [], [])
        assert {school.before for school in seen.schools} == {"Xã Viên An", "Xã Viên Nội"}


def test_the_page_asks_as_often_for_many_schools_as_for_few(cast, shaped, placed, queries):
    address, counted = f"/units/changes/{shaped.id}/preview", []
    cast("admin").get(address)
    for prepare in (lambda: None, lambda: placed(shaped)):
        prepare()
        with queries() as asked:
            assert cast("admin").get(address).status_code == 200
        counted.append(len(asked))
    assert counted[1] <= counted[0] + 2


def test_schools_without_a_place_are_pointed_out(cast, shaped):
    page = cast("admin").soup(f"/units/changes/{shaped.id}/preview")
    link = page.select_one(".notice a")
    assert (link.text, "waiting" in link["href"]) == ("Còn 126 trường chưa có đơn vị mới.", True)
    assert Placement.select().where(Placement.target.is_null(False)).count() == 13
