"""Whatever happens to units, in whatever order: each school has one unit on each day, and numbers add up both ways."""

from collections import Counter
from datetime import date, timedelta

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from intranet.kernel.database import database
from intranet.registry.activities import ActivitySchool
from intranet.registry.districts import District
from intranet.registry.schools import School
from intranet.registry.twinning import Pairing
from intranet.registry.units import (
    DISSOLVE,
    FROM,
    MANAGING,
    MERGE,
    RENAME,
    SCHEDULED,
    SPLIT,
    TO,
    TRANSFER,
    Placement,
    UnitChange,
    district_at,
    district_on,
    unit_on,
)
from intranet.units.applying import apply_change
from intranet.units.plans import sync
from intranet.units.undoing import undo_change

FIRST = date(2023, 9, 1)
NAMES = ("Phường Hoàng Mai", "Phường Lĩnh Nam", "Xã Ứng Hòa", "Xã Vân Đình", "Quận Hoàng Mai")

# (kind, days since the last change, which unit it is about, how many new units, how schools are dealt out)
events = st.lists(
    st.tuples(
        st.sampled_from((RENAME, MERGE, SPLIT, TRANSFER, DISSOLVE)),
        st.integers(1, 400),
        st.integers(0, 5),
        st.integers(1, 3),
        st.integers(0, 10_000),
    ),
    min_size=1,
    max_size=3,
)


def of_today():
    return list(District.select().where(District.valid_to.is_null()).order_by(District.id))


class Told:
    """What the changes said, kept beside the tables: {school: [(first day, unit)]} and {unit: [(first day, name)]}."""

    def __init__(self):
        self.places = {id_: [(date.min, here)] for id_, here in School.select(School.id, School.district).tuples()}
        self.names = {row.id: [(date.min, row.name)] for row in District.select()}

    def unit_of(self, school_id, day):
        return [unit for first, unit in self.places[school_id] if first <= day][-1]

    def name_of(self, district_id, day):
        return [name for first, name in self.names[district_id] if first <= day][-1]


def change_of(kind, day, which, count, seed, history):
    """A change of that kind, ready to take effect, or None where there are too few units for it."""
    units = of_today()
    taken = units[which % len(units) :][: 2 if kind in (MERGE, TRANSFER) else 1]
    if kind in (MERGE, TRANSFER) and len(taken) < 2:
        return None
    change = UnitChange.create(kind=kind, title=f"Thay đổi {seed}", effective_on=day, state=SCHEDULED)
    sources = [history.of_district(change, FROM, row) for row in taken]
    name = NAMES[seed % len(NAMES)]
    if kind == RENAME:
        history.unit(change, TO, MANAGING, district=taken[0], **history.named(name, "1"))
    elif kind == TRANSFER:
        for row in taken:
            history.of_district(change, TO, row)
    else:
        for number in range(1 if kind == MERGE else count + (kind == SPLIT)):
            history.unit(change, TO, MANAGING, **history.named(f"{name} {number}", f"{seed}-{number}"))
    targets = history.units_of(change, TO, MANAGING)
    for source in sources:
        source.heir = targets[seed % len(targets)]
        source.save()
    sync(change)
    for number, row in enumerate(Placement.select().where(Placement.change == change, Placement.target.is_null())):
        # A transfer takes some and leaves the others.
        if kind != TRANSFER or (number + seed) % 5 == 0:
            row.target, row.chosen = targets[(number + seed) % len(targets)], "person"
            row.save()
    return change


def note(told, change, history):
    for row in Placement.select().where(Placement.change == change, Placement.target.is_null(False)):
        district_id = row.target.district_id
        if told.places[row.school_id][-1][1] != district_id:
            told.places[row.school_id].append((change.effective_on, district_id))
    for target in history.units_of(change, TO, MANAGING):
        if target.made:
            told.names[target.district_id] = [(date.min, target.name)]
        elif told.names[target.district_id][-1][1] != target.name:
            told.names[target.district_id].append((change.effective_on, target.name))


def check(told, days):
    today = dict(School.select(School.id, School.district).tuples())
    assert today == {school_id: places[-1][1] for school_id, places in told.places.items()}
    open_units = {row.id for row in of_today()}
    assert set(today.values()) <= open_units
    for school in list(School.select().order_by(School.id))[::17]:
        assert [district_on(school, day).id for day in days] == [told.unit_of(school.id, day) for day in days]
    for row in District.select():
        assert [unit_on(row, day).name for day in days] == [told.name_of(row.id, day) for day in days]
    then = district_at(ActivitySchool.school, ActivitySchool.on, ActivitySchool.district)
    readings = [
        Counter(id_ for (id_,) in ActivitySchool.select(unit).tuples()) for unit in (then, ActivitySchool.district)
    ]
    assert readings[0] == Counter(
        told.unit_of(school_id, on)
        for school_id, on in ActivitySchool.select(ActivitySchool.school, ActivitySchool.on).tuples()
    )
    assert readings[0].total() == readings[1].total() == ActivitySchool.select().count()


def pairs():
    return sorted(Pairing.select(Pairing.id, Pairing.state, Pairing.first_school, Pairing.second_school).tuples())


# Shrinking would run a change of 139 schools hundreds of times.
@settings(max_examples=10, deadline=None, phases=(Phase.explicit, Phase.generate))
@given(history_=events, days=st.lists(st.dates(date(2023, 1, 1), date(2026, 12, 31)), min_size=4, max_size=4))
def run(history, history_, days):
    with database.atomic() as whole:
        told, before, day, applied = Told(), pairs(), FIRST, []
        for kind, later, which, count, seed in history_:
            day += timedelta(days=later)
            change = change_of(kind, day, which, count, seed, history)
            if change is None:
                continue
            apply_change(change, person_id=None)
            note(told, change, history)
            applied.append(change)
            check(told, days)
        assert pairs() == before
        sides = Pairing.select(
            Pairing.first_district, Pairing.first_school, Pairing.second_district, Pairing.second_school
        )
        places = {id_: places[-1][1] for id_, places in told.places.items()}
        assert all((places[a], places[b]) == (x, y) for x, a, y, b in sides.tuples())
        for change in reversed(applied):
            undo_change(change, person_id=None)
        check(Told(), days)
        assert {row.state for row in UnitChange.select()} <= {"undone"}
        whole.rollback()


def test_whatever_happens_each_school_has_one_unit_on_each_day_and_numbers_add_up_both_ways(history):
    run(history)
