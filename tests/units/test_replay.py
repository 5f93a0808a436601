"""Hoàng Mai and Ứng Hòa as history went: fewer communes on 1 January 2025, two tiers on 1 July 2025."""

import json
from collections import Counter

from intranet.kernel.database import database
from intranet.operations import tables
from intranet.registry.districts import District
from intranet.registry.reports import Report
from intranet.registry.schools import School
from intranet.registry.units import APPLIED, FormerPlace, UnitChange
from intranet.shared import activities
from intranet.units import checking
from intranet.units.moving import unit_keys
from intranet.units.undoing import undo_change

# What a change leaves behind on purpose, though it is taken back: who did what, who was told, what ran, its own rows.
TRACES = {
    "audit_entry",
    "audit_value",
    "notice",
    "notice_mail",
    "job",
    "unit_change",
    "change_unit",
    "change_line",
    "placement",
    "person_placement",
    "moved_row",
    "waiting",
}
# What the tests' own plugins write for each unit that switches them on.
MODULES_OWN = {"notice_board_note"}
# Bookkeeping of the rows themselves.
COLUMNS = {"version", "updated_at"}


def everything():
    """{table: its rows as text, sorted} of all that people see."""
    found = {}
    with tables.snapshot() as reader:
        for name in tables.names(reader):
            if name in TRACES or name.startswith(("migration_", "sqlite_")) or "_words" in name:
                continue
            kinds = sorted(tables.columns(reader, name))
            kept = [number for number, column in enumerate(kinds) if column not in COLUMNS]
            rows = (json.loads(line) for line in tables.lines(reader, name))
            found[name] = sorted(json.dumps([row[number] for number in kept]) for row in rows)
    return found


def waiting():
    columns = "subject_type, subject_id, role, district_id, school_id, person_id, title, step, url, due_on"
    rows = database.execute_sql(f"SELECT {columns} FROM waiting").fetchall()
    return Counter(tuple(map(str, row)) for row in rows)


def test_both_changes_take_effect(replayed):
    assert [(row.state, row.hindrance) for row in UnitChange.select().order_by(UnitChange.id)] == [(APPLIED, "")] * 2


def test_no_school_is_without_a_unit_and_those_of_cut_up_wards_were_placed_by_people(replayed, history):
    ended = District.select(District.id).where(District.valid_to.is_null(False))
    assert [row.name for row in District.select().where(District.id.in_(ended)).order_by(District.id)] == [
        "Quận Hoàng Mai",
        "Huyện Ứng Hòa",
    ]
    assert history.open_schools().where(School.district.in_(ended)).count() == 0
    former = FormerPlace.select().where(FormerPlace.change == replayed.change, FormerPlace.school.in_(replayed.chosen))
    # Every ward of Hoàng Mai was cut up; in Ứng Hòa one school's commune was written wrongly in the office's list.
    assert {place.commune.name for place in former if place.district.code == "UH"} == {"Xã Thịnh"}
    assert (
        sum(place.district.code == "HM" for place in former)
        == School.select()
        .where(School.id.in_(FormerPlace.select(FormerPlace.school).join(District).where(District.code == "HM")))
        .count()
    )


def test_nothing_that_follows_a_school_or_an_office_names_a_unit_that_is_no_more(replayed, history):
    assert list(checking.check()) == []
    ended = District.get(District.code == "HM")
    Report.create(programme=1, district=ended, school_year="2024-2025", title="Còn sót")
    assert list(checking.check()) == ["report: in 1 rows district names a unit that is no more"]


def test_every_row_beside_a_school_names_the_unit_of_that_school(replayed):
    wrong = {}
    for key in unit_keys():
        if key.school is not None:
            rows = key.model.select().join(School, on=(key.school == School.id)).where(key.district != School.district)
            wrong[key.model.__name__] = rows.count()
    assert {name: count for name, count in wrong.items() if count} == {}


def test_what_happened_still_follows_from_the_records(replayed):
    assert list(activities.check()) == []


def test_taken_back_everything_is_as_it_was(history):
    before, waits = everything(), waiting()
    history.take_effect(history.communes_of_2025())
    change = history.two_tiers()
    history.choose(change)
    history.take_effect(change)
    for row in UnitChange.select().order_by(UnitChange.id.desc()):
        undo_change(row, person_id=None)
    after = everything()
    lost = {name: Counter(before[name]) - Counter(after[name]) for name in before}
    assert {name: rows for name, rows in lost.items() if rows} == {}
    # The units that were made stay as rows that nobody sees, with what a module gives each unit it is switched on in.
    more = {name: len(rows) - len(before[name]) for name, rows in after.items() if rows != before[name]}
    assert more.keys() == {"district", "commune", "district_module", *MODULES_OWN}
    assert more["district"] == District.select().where(District.valid_to < District.valid_from).count()
    assert waiting() == waits
