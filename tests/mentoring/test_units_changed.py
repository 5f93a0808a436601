"""Units change: children go along with their school, what an office was let into does not, and no sum changes."""

from datetime import timedelta

import pytest

from intranet.kernel.clock import now, today
from intranet.registry.activities import Activity
from intranet.registry.districts import District
from intranet.registry.units import UnitChange
from intranet.shared import activities as core
from intranet.units.undoing import undo_change
from plugins.mentoring import demo
from plugins.mentoring.cases import openings
from plugins.mentoring.numbers import activities
from plugins.mentoring.tables.cases import Case, CaseRead, OfficeOpening


@pytest.fixture
def change(request):
    """``change()``: Ứng Hòa is divided; the units by name."""
    return lambda: request.getfixturevalue("reorganised")


@pytest.fixture
def case(app, make_case, actor_of):
    """A child of THCS Hồng Quang with help under way."""
    principal = actor_of("uh.hieutruong")
    found = make_case(state="open")
    Case.update(district=principal.district_id, school=principal.school_id, state="active").where(
        Case.id == found.id
    ).execute()
    return Case.get_by_id(found.id)


@pytest.fixture
def opening(app, case, actor_of):
    """The office of Ứng Hòa looks at it."""
    with app.app_context():
        made = openings.open_case(actor_of("uh.chuyenvien"), case.school_id, case.code, "Kiểm tra theo đơn")
    return made


def test_an_office_that_answers_for_a_child_no_more_looks_at_it_no_longer(app, opening, change, cast):
    address = f"/mentoring/openings/{opening.case_id}"
    assert cast("uh.chuyenvien").get(address).status_code == 200
    reads = CaseRead.select().where(CaseRead.case == opening.case_id).count()
    units = change()
    kept = OfficeOpening.get_by_id(opening.id)
    assert (kept.district, kept.ends_at <= now()) == (units["Huyện Ứng Hòa"], True)
    # The officer works for Vân Đình by now, the child's school belongs to Hòa Xá.
    assert cast("uh.chuyenvien").get(address).status_code == 404
    assert CaseRead.select().where(CaseRead.case == opening.case_id).count() == reads > 0
    with app.app_context():
        undo_change(UnitChange.get(), person_id=None)
    assert cast("uh.chuyenvien").get(address).status_code == 404


def test_who_read_goes_on_to_be_named_with_the_office_of_then(opening, change, cast):
    cast("uh.chuyenvien").get(f"/mentoring/openings/{opening.case_id}")
    before = list(CaseRead.select(CaseRead.id, CaseRead.district, CaseRead.school).order_by(CaseRead.id).tuples())
    change()
    assert (
        list(CaseRead.select(CaseRead.id, CaseRead.district, CaseRead.school).order_by(CaseRead.id).tuples()) == before
    )
    assert any(school_id is None for _id, _district, school_id in before)


def test_what_was_opened_this_term_counts_for_the_office_that_has_the_child_now(app, opening, change):
    units = change()
    with app.app_context():
        assert {name: openings.left(unit.id) for name, unit in units.items()} == {
            "Vân Đình": 5,
            "Hòa Xá": 4,
            "Ứng Thiên": 5,
            "Ứng Hòa": 5,
            "Huyện Ứng Hòa": 4,
        }


def test_the_sums_of_pairs_stay_the_next_day_changes_none(app, change):
    with app.app_context():
        demo.build(canaries=False)
        for district in District.select():
            list(activities.record_all(district, today()))
    told = list(Activity.select(Activity.source_key, Activity.title, Activity.void_at).order_by(Activity.id).tuples())
    assert any(key.startswith("lessons-") for key, *_rest in told)
    change()
    with app.app_context():
        assert list(core.check()) == []
        for district in District.select():
            assert list(activities.record_all(district, today() + timedelta(days=1))) == []
    assert (
        list(Activity.select(Activity.source_key, Activity.title, Activity.void_at).order_by(Activity.id).tuples())
        == told
    )


def test_an_activity_stands_where_its_source_says(app):
    """Where two schools of one unit come under two, whichever is first has the row: the source knows better."""
    with app.app_context():
        demo.build(canaries=False)
        for district in District.select():
            list(activities.record_all(district, today()))
        mine = Activity.module == "mentoring"
        before = dict(Activity.select(Activity.id, Activity.district).where(mine).tuples())
        Activity.update(district=District.select().order_by(District.id.desc()).first()).where(mine).execute()
        core.place_all()
        assert dict(Activity.select(Activity.id, Activity.district).where(mine).tuples()) == before
