"""The units of a change put together by hand: what each kind of change needs before it can be scheduled."""

from datetime import date

import pytest

from intranet.registry.districts import Commune, District, of_today
from intranet.registry.schools import School
from intranet.registry.units import (
    DISSOLVE,
    FROM,
    MERGE,
    PART,
    RENAME,
    SPLIT,
    TO,
    TRANSFER,
    WHOLE,
    ChangeLine,
    ChangeUnit,
    Placement,
    UnitChange,
)
from intranet.units import rules
from intranet.units.applying import apply_change
from intranet.units.guards import lacking
from intranet.units.plans import plan_of
from intranet.units.undoing import undo_change


@pytest.fixture
def begin(cast):
    """A draft of a kind, with units chosen on its pages: FROM by their names, TO as (name, code) or a name."""

    def make(kind, sources, targets):
        change = UnitChange.create(kind=kind, title="Thử", effective_on=date(2027, 1, 1))
        for name in sources:
            place = District.get_or_none(District.name == name)
            value = f"district:{place.id}" if place else f"commune:{Commune.get(Commune.name == name).id}"
            answer = cast("admin").submit(f"/units/changes/{change.id}/units", "source", {"source": value})
            assert answer.status_code == 303
        for target in targets:
            fields = {"name": target[0], "code": target[1]}
            if isinstance(target, str):
                fields = {"district": District.get(District.name == target).id}
            answer = cast("admin").submit(f"/units/changes/{change.id}/units/new", "target", fields)
            assert answer.status_code == 303, answer.text
        return change

    return make


def sentences(change):
    return [lack.sentence for lack in lacking(plan_of(change))]


def lines(change):
    found = ChangeLine.select().where(ChangeLine.change == change).order_by(ChangeLine.id)
    return [(line.source.name, line.target.name, line.extent) for line in found]


def test_a_rename_is_one_unit_with_a_new_name(cast, begin):
    change = begin(RENAME, ["Huyện Ứng Hòa"], [])
    assert sentences(change) == ["Tên, mã và tên cơ quan mới chưa khác tên đang dùng."]
    twin = ChangeUnit.get(ChangeUnit.change == change, ChangeUnit.side == TO)
    fields = {"name": "Huyện Ứng Hòa Mới", "office_name": "Phòng GD&ĐT huyện Ứng Hòa Mới"}
    cast("admin").submit(f"/units/changes/{change.id}/units/{twin.id}", "target", fields)
    assert (sentences(change), Placement.select().count()) == ([], 0)
    rules.schedule(change, person_id=None)


def test_a_merger_brings_all_schools_of_two_units_into_one(begin):
    change = begin(MERGE, ["Huyện Ứng Hòa", "Quận Hoàng Mai"], [("Quận Hợp Nhất", "900")])
    assert lines(change) == [
        ("Huyện Ứng Hòa", "Quận Hợp Nhất", WHOLE),
        ("Quận Hoàng Mai", "Quận Hợp Nhất", WHOLE),
    ]
    assert sentences(change) == []
    assert Placement.select().where(Placement.target.is_null()).count() == 0


def test_a_unit_may_merge_into_one_that_is_there(begin):
    change = begin(MERGE, ["Huyện Ứng Hòa"], ["Quận Hoàng Mai"])
    assert sentences(change) == []
    assert [unit.district.code for unit in plan_of(change).ending] == ["UH"]


def test_a_merger_of_communes_moves_no_school_to_another_office(begin):
    change = begin(MERGE, ["Xã Viên An", "Xã Viên Nội"], [("Xã Hoa Viên", "10363")])
    assert sentences(change) == []
    assert {row.target.name for row in Placement.select()} == {"Xã Hoa Viên"}


def test_a_split_leaves_each_school_to_a_person(begin):
    change = begin(SPLIT, ["Huyện Ứng Hòa"], [("Huyện Bắc", "901"), ("Huyện Nam", "902")])
    assert [line[2] for line in lines(change)] == [PART, PART]
    assert sentences(change) == ["Còn 91 trường chưa có đơn vị mới."]


def test_a_split_into_one_is_none(begin):
    change = begin(SPLIT, ["Huyện Ứng Hòa"], [("Huyện Bắc", "901")])
    assert sentences(change)[0] == "Tách cần ít nhất hai đơn vị sau thay đổi cho “Huyện Ứng Hòa”."


def test_a_transfer_moves_the_schools_that_were_chosen_and_no_others(begin):
    change = begin(TRANSFER, ["Huyện Ứng Hòa"], ["Quận Hoàng Mai"])
    assert sentences(change) == ["Chưa chọn trường nào chuyển sang đơn vị khác."]
    target = ChangeUnit.get(ChangeUnit.change == change, ChangeUnit.side == TO)
    first = Placement.select().order_by(Placement.id).get()
    Placement.update(target=target, chosen="person").where(Placement.id == first.id).execute()
    assert sentences(change) == []
    rules.schedule(change, person_id=None)
    assert [row.school_id for row in Placement.select() if row.target_id] == [first.school_id]


@pytest.mark.parametrize(
    ("target", "sentence"),
    [
        (("Quận Hoàng Mai", "903"), "“Quận Hoàng Mai” trùng tên với Quận Hoàng Mai."),
        (("Xã Lạ", "HM"), "“Xã Lạ” trùng mã với Quận Hoàng Mai."),
        (("Xã Lạ", ""), "“Xã Lạ” chưa có mã."),
    ],
)
def test_a_name_or_code_of_a_unit_that_stays_is_not_given_again(begin, target, sentence):
    assert sentence in sentences(begin(DISSOLVE, ["Huyện Ứng Hòa"], [target]))


def test_the_code_of_a_unit_that_ends_is_free(begin):
    assert sentences(begin(DISSOLVE, ["Huyện Ứng Hòa"], [("Xã Ứng Hòa", "UH")])) == []


def test_two_units_of_one_name_are_refused_with_what_was_typed(cast, begin):
    change = begin(DISSOLVE, ["Huyện Ứng Hòa"], [("Xã Ứng Hòa", "10402")])
    fields = {"name": "Xã Ứng Hoà", "code": "1"}
    answer = cast("admin").submit(f"/units/changes/{change.id}/units/new", "target", fields)
    assert (answer.status_code, "Thay đổi này đã có đơn vị" in answer.text) == (422, True)


def test_lines_are_drawn_and_taken_away_on_the_page_of_a_unit(cast, begin):
    change = begin(DISSOLVE, ["Huyện Ứng Hòa"], [("Xã A", "1"), ("Xã B", "2")])
    source = ChangeUnit.get(ChangeUnit.change == change, ChangeUnit.side == FROM)
    page, target = f"/units/changes/{change.id}/units/{source.id}", ChangeUnit.get(ChangeUnit.name == "Xã B")
    assert lines(change) == [("Huyện Ứng Hòa", "Xã A", PART), ("Huyện Ứng Hòa", "Xã B", PART)]
    assert cast("admin").submit(page, "line", {"target": target.id}).status_code == 422
    line = ChangeLine.get(ChangeLine.target == target)
    cast("admin").submit(page, "remove", within=f'li:has(form[action$="/lines/{line.id}"])')
    assert lines(change) == [("Huyện Ứng Hòa", "Xã A", PART)]
    cast("admin").submit(page, "line", {"target": target.id, "extent": WHOLE})
    assert [line[2] for line in lines(change)] == [PART, PART]


def test_two_changes_of_one_unit_do_not_wait_at_once(begin):
    first = begin(DISSOLVE, ["Huyện Ứng Hòa"], [("Xã A", "1")])
    rules.schedule(first, person_id=None)
    second = begin(DISSOLVE, ["Huyện Ứng Hòa"], [("Xã B", "2")])
    assert sentences(second) == ["“Thử” cũng thay đổi đơn vị này và đang chờ ngày có hiệu lực."]


def test_what_takes_effect_earlier_comes_first(begin):
    first = begin(MERGE, ["Xã Viên An", "Xã Viên Nội"], [("Xã Hoa Viên", "10363")])
    UnitChange.update(title="Gộp xã", effective_on=date(2026, 1, 1)).where(UnitChange.id == first.id).execute()
    second = begin(DISSOLVE, ["Huyện Ứng Hòa"], [("Xã A", "1")])
    assert sentences(second) == ["“Gộp xã” có hiệu lực trước và chưa thực hiện; hãy thực hiện hoặc hủy trước."]
    rules.drop(first, person_id=None)
    assert sentences(second) == []


def test_a_unit_taken_out_takes_its_lines_and_schools_along(cast, begin):
    change = begin(DISSOLVE, ["Huyện Ứng Hòa"], [("Xã A", "1")])
    source = ChangeUnit.get(ChangeUnit.change == change, ChangeUnit.side == FROM)
    cast("admin").submit(f"/units/changes/{change.id}/units/{source.id}", "remove", within="main >")
    assert (lines(change), Placement.select().count()) == ([], 0)


@pytest.mark.parametrize(
    ("kind", "sources", "targets", "moved"),
    [
        (MERGE, ["Huyện Ứng Hòa", "Quận Hoàng Mai"], [("Quận Hợp Nhất", "900")], 139),
        (MERGE, ["Huyện Ứng Hòa"], ["Quận Hoàng Mai"], 91),
        (SPLIT, ["Huyện Ứng Hòa"], ["Huyện Ứng Hòa", ("Huyện Nam", "902")], 91),
        (TRANSFER, ["Huyện Ứng Hòa"], ["Quận Hoàng Mai"], 91),
        (MERGE, ["Xã Viên An", "Xã Viên Nội"], [("Xã Hoa Viên", "10363")], 0),
        (DISSOLVE, ["Huyện Ứng Hòa"], [("Xã A", "1")], 91),
    ],
)
def test_each_kind_takes_effect_as_the_wizard_prepares_it_and_is_taken_back(app, begin, kind, sources, targets, moved):
    change = begin(kind, sources, targets)
    UnitChange.update(effective_on=date(2026, 11, 1)).where(UnitChange.id == change.id).execute()
    before = dict(School.select(School.id, School.district).tuples())
    last = ChangeUnit.select().where(ChangeUnit.change == change, ChangeUnit.side == TO).order_by(ChangeUnit.id.desc())
    Placement.update(target=last.get(), chosen="person").where(Placement.target.is_null()).execute()
    with app.app_context():
        rules.schedule(UnitChange[change.id], person_id=None)
        apply_change(UnitChange[change.id], person_id=None)
        after = dict(School.select(School.id, School.district).tuples())
        there = {id_ for (id_,) in District.select(District.id).where(of_today()).tuples()}
        assert (sum(before[id_] != after[id_] for id_ in before), set(after.values()) - there) == (moved, set())
        undo_change(UnitChange[change.id], person_id=None)
    assert dict(School.select(School.id, School.district).tuples()) == before
