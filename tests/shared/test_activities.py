"""What happened: written once under its identity, corrected, made void, and compared with where it came from."""

from dataclasses import replace
from datetime import date

import pytest
from notice_board import rules
from notice_board.life_cycle import facts
from notice_board.models import Plan

from intranet.contributions import Measure
from intranet.registry.schools import School
from intranet.registry.twinning import Pairing
from intranet.shared.activities import (
    Activity,
    ActivityMeasure,
    ActivitySchool,
    check,
    record_activity,
    void_activity,
)

MODULE = "notice_board"


@pytest.fixture
def pair(app):
    with app.app_context():
        yield Pairing.select().first()


@pytest.fixture
def plan(pair):
    """A plan of two twinned schools that was carried out."""
    plan = rules.add_plan(pair.first_school, pair.second_school_id, "Tiết minh họa", "Toán 6", person_id=None)
    Plan.update(state="held").where(Plan.id == plan.id).execute()
    return Plan.get_by_id(plan.id)


@pytest.fixture
def held(plan, pair):
    """What it stands for, with the pair."""
    return replace(facts(plan), pairing_id=pair.id)


def test_the_same_source_is_the_same_activity(held):
    first = record_activity(held, module=MODULE)
    again = record_activity(replace(held, title="Tiết minh họa Toán", on=date(2026, 11, 20)), module=MODULE)
    assert (again.id, again.title, again.on) == (first.id, "Tiết minh họa Toán", date(2026, 11, 20))
    assert Activity.select().where(Activity.module == MODULE).count() == 1
    assert {row.on for row in ActivitySchool.select().where(ActivitySchool.activity == first)} == {date(2026, 11, 20)}


def test_measures_are_those_of_the_latest_word(held):
    record_activity(held, module=MODULE)
    latest = replace(held, measures=(Measure(quantity=3, unit="tiết", clause_id=7),))
    activity = record_activity(latest, module=MODULE)
    columns = (ActivityMeasure.unit, ActivityMeasure.quantity, ActivityMeasure.clause_id)
    rows = ActivityMeasure.select(*columns).where(ActivityMeasure.activity == activity)
    assert list(rows.tuples()) == [("tiết", 3, 7)]


def test_a_school_keeps_the_name_that_it_had_then(held, pair):
    record_activity(held, module=MODULE)
    old = pair.first_school.name
    School.update(name="Trường THCS Tên Mới").where(School.id == pair.first_school_id).execute()
    record_activity(replace(held, title="Sửa tiêu đề"), module=MODULE)
    kept = ActivitySchool.get(ActivitySchool.school == pair.first_school_id)
    assert kept.name == old


def test_what_did_not_happen_becomes_void_and_can_happen_again(held):
    record_activity(held, module=MODULE)
    assert void_activity(held.source_key, "Ghi nhầm", module=MODULE) is True
    assert void_activity(held.source_key, "Ghi nhầm", module=MODULE) is False
    row = Activity.get(Activity.module == MODULE)
    assert (row.void_at is not None, row.void_reason) == (True, "Ghi nhầm")
    assert record_activity(held, module=MODULE).void_at is None


def test_comparing_finds_nothing_when_all_agrees(plan):
    record_activity(facts(plan), module=MODULE)
    assert list(check()) == []


def test_comparing_names_what_is_missing_different_or_left_over(plan):
    record_activity(replace(facts(plan), title="Khác"), module=MODULE)
    record_activity(replace(facts(plan), source_key="plan-999"), module=MODULE)
    assert list(check()) == [
        f"notice_board plan-{plan.id}: title is Khác, should be Tiết minh họa",
        "notice_board plan-999: its source is gone",
    ]
