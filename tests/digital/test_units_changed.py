"""Ứng Hòa becomes several communes: its round of assessments, and the set by which it asks, go on in each of them."""

from datetime import timedelta

import pytest

from intranet.checklists.rules import copy_pack
from intranet.kernel.clock import today
from intranet.kernel.schoolyear import school_year_of
from intranet.registry.schools import School
from intranet.registry.units import UnitChange
from intranet.shared import checklists
from intranet.shared.checklists import ChecklistPack
from intranet.units.undoing import undo_change
from plugins.digital.assessments import queries, rules
from plugins.digital.models import Assessment, Round, Score


@pytest.fixture
def change(request):
    """``change()``: Ứng Hòa is divided; the units by name."""
    return lambda: request.getfixturevalue("reorganised")


@pytest.fixture
def opened(app, actor_of):
    """A round of Ứng Hòa by a set of its own; THCS Hồng Quang has begun, and its result of last year is published."""
    with app.app_context():
        office, principal = actor_of("uh.chuyenvien"), actor_of("uh.hieutruong")
        own = copy_pack(ChecklistPack.get(ChecklistPack.key == "decision-4725"), office)
        school = School.get_by_id(principal.school_id)
        for title, year in (("Năm trước", "2020-2021"), ("Năm nay", school_year_of(today()))):
            values = {"title": title, "school_year": year, "due_on": today() + timedelta(days=30)}
            made = rules.open_round(office, own, values)
            assessment = rules.begin_assessment(made, school, principal.person_id)
            if title == "Năm trước":
                Assessment.update(state="published", checked_level=2).where(Assessment.id == assessment.id).execute()
        return made


def part_of(district, title):
    return Round.get(Round.district == district, Round.title == title)


def test_each_office_goes_on_with_its_own_schools(opened, change):
    before = {row[0]: row[3] for row in queries.board(opened)}
    units = change()
    boards = [
        {row[0]: row[3] for row in queries.board(part_of(units[name], "Năm nay"))} for name in ("Vân Đình", "Hòa Xá")
    ]
    assert boards[0] | boards[1] == before
    assert not boards[0].keys() & boards[1].keys()
    # The primary school of the same name has not begun.
    assert sorted(map(str, boards[1].values())) == ["None", "draft"]
    assessment = Assessment.get(Assessment.round == part_of(units["Hòa Xá"], "Năm nay"))
    assert {line.district_id for line in Score.select().where(Score.assessment == assessment)} == {units["Hòa Xá"].id}


def test_what_was_published_before_stays_and_is_read_in_the_new_place(opened, change, cast):
    part = part_of(change()["Hòa Xá"], "Năm trước")
    assert [row[1] for row in queries.published(part)] == [2]
    page = cast("uh.hieutruong").soup("/digital/")
    assert f"/digital/rounds/{part.id}" in {link["href"] for link in page.select("main a[href]")}


def test_the_set_of_the_office_is_its_heirs_and_its_other_successors_go_on_by_it(app, opened, change, cast):
    units = change()
    own = ChecklistPack.get_by_id(opened.pack_id)
    assert own.district == units["Vân Đình"]
    with app.app_context():
        used = {name: own in checklists.in_force("digital.maturity", unit.id, today()) for name, unit in units.items()}
    assert used == {"Vân Đình": True, "Hòa Xá": True, "Ứng Thiên": False, "Ứng Hòa": False, "Huyện Ứng Hòa": False}
    assert cast("uh.hieutruong").get(f"/digital/rounds/{part_of(units['Hòa Xá'], 'Năm nay').id}").status_code == 200


def test_taken_back_it_is_one_round_again(app, opened, change):
    before = queries.board(opened)
    rows = sorted(Round.select(Round.id, Round.district, Round.asked_in, Round.asked_on).tuples())
    change()
    with app.app_context():
        undo_change(UnitChange.get(), person_id=None)
    assert queries.board(Round.get_by_id(opened.id)) == before
    assert sorted(Round.select(Round.id, Round.district, Round.asked_in, Round.asked_on).tuples()) == rows
