"""Measure a reorganisation: a district of 150 schools, in 100,000 activities, dissolved into 20 units and taken back.

``python -m benchmarks.units [sqlite:///kept.db]``

A change is a job, so it counts in seconds; exit 1 past the goal.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from flask import Flask

from benchmarks.generate import Size, build, open_app
from intranet.kernel.clock import today
from intranet.registry.activities import ActivitySchool
from intranet.registry.districts import District
from intranet.registry.schools import School
from intranet.registry.units import (
    BY_PERSON,
    DISSOLVE,
    FROM,
    MANAGING,
    SCHEDULED,
    TO,
    ChangeUnit,
    Placement,
    UnitChange,
)
from intranet.units.applying import apply_change
from intranet.units.undoing import undo_change

SIZE = Size(schools=600, people=12_000, pairings=300, activities=200_000)
UNITS = 20
# Seconds of CPU. Nobody waits for it, but writers do.
GOAL = 5.0
KEPT = ("kind", "code", "name", "office_name")


def prepare(district: District) -> UnitChange:
    """A change that dissolves a district, with every school placed."""
    change = UnitChange.create(kind=DISSOLVE, title="Đo", effective_on=today() - timedelta(days=200), state=SCHEDULED)
    named = {name: getattr(district, name) for name in KEPT}
    source = ChangeUnit.create(change=change, side=FROM, tier=MANAGING, district=district, **named)
    targets = [
        ChangeUnit.create(
            change=change,
            side=TO,
            tier=MANAGING,
            kind="xa",
            code=f"{change.id}-{number}",
            name=f"Xã Số {number}",
            office_name=f"UBND xã Số {number}",
        )
        for number in range(UNITS)
    ]
    source.heir = targets[0]
    source.save()
    schools = School.select(School.id).where(School.district == district).order_by(School.id)
    rows = [
        {"change": change.id, "school": id_, "target": targets[number % UNITS].id, "chosen": BY_PERSON}
        for number, (id_,) in enumerate(schools.tuples())
    ]
    Placement.insert_many(rows).execute()
    return change


def measure(name: str, do: Callable[[], None]) -> bool:
    """Print what it takes; False past the goal."""
    begun, clock = time.process_time(), time.perf_counter()
    do()
    cpu, clock = time.process_time() - begun, time.perf_counter() - clock
    late = "" if cpu <= GOAL else f"   MISSED: the goal is {GOAL:.0f} s"
    print(f"{name:44}{cpu:>9.1f} s of CPU{clock:>9.1f} s on the clock{late}")
    return not late


def run(app: Flask) -> bool:
    """Dissolve a district, and take it back."""
    with app.app_context():
        district = District.get(District.valid_to.is_null())
        schools = School.select().where(School.district == district).count()
        happened = ActivitySchool.select().where(ActivitySchool.district == district).count()
        print(f"{schools} schools, {happened} times that one took part in something")
        change = prepare(district)
        return all(
            [
                measure(f"a district into {UNITS} units", lambda: apply_change(change, person_id=None)),
                measure("taken back", lambda: undo_change(change, person_id=None)),
            ]
        )


def main() -> None:
    """Fill, measure, and say where the goal was missed."""
    with tempfile.TemporaryDirectory() as folder:
        url = sys.argv[1] if len(sys.argv) > 1 else f"sqlite:///{folder}/units.db"
        app = open_app(url, Path(folder))
        build(app, SIZE)
        raise SystemExit(0 if run(app) else 1)


if __name__ == "__main__":
    main()
