"""Rows follow their schools and offices into other units. Which columns those are, the tables themselves say.

A key to a district is one of three things:

* beside a key to a school of the same name (``first_district``, ``first_school``) it names the unit of that school;
* alone, or where its school is empty, it names the office that keeps the row;
* or it goes on naming the unit of then, because its table says so (``of_then``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from flask import current_app
from peewee import ForeignKeyField, Model, chunked

from intranet.kernel.jobs import WAITING, Job
from intranet.registry.activities import Activity, ActivitySchool
from intranet.registry.districts import District
from intranet.registry.people import Membership
from intranet.registry.schools import School
from intranet.registry.units import MovedRow
from intranet.shared import steps
from intranet.shared.unit_moves import Moves
from intranet.shared.waiting import Waiting

# Schools are placed one by one, what waits is written anew, and what happened belongs where its schools are.
APART = {School, Waiting, Activity}
# An office's people go on in a row of their own, so that it stays known where they worked.
NO_OFFICE = {Membership}
MOST_ROWS = 500


@dataclass(frozen=True, slots=True)
class UnitKey:
    """A column that names the unit of today, and the column of the school beside it, if there is one."""

    model: type[Model]
    district: ForeignKeyField
    school: ForeignKeyField | None


def unit_keys() -> list[UnitKey]:
    """All of them, in the order of tables and columns, plugins' too."""
    return [key for model in _models() for key in _keys_of(model)]


def _models() -> list[type[Model]]:
    models = {model for component in current_app.extensions["components"] for model in component.models}
    return sorted(models, key=lambda model: model._meta.table_name)


def _keys_of(model: type[Model]) -> Iterator[UnitKey]:
    keys = {field.name: field for field in model._meta.sorted_fields if isinstance(field, ForeignKeyField)}
    for name, field in keys.items():
        if field.rel_model is District and name not in model.of_then and model not in APART:
            beside = keys.get(name.replace("district", "school"))
            yield UnitKey(model, field, beside if beside is not None and beside.rel_model is School else None)


def move_rows(moves: Moves) -> None:
    """Have every row follow: by its school, else to its office's heir. Which of an office's rows went is noted."""
    if moves.back:
        _return_noted(moves.change_id)
    for key in unit_keys():
        if key.school is not None:
            _follow_schools(key, moves)
        if key.model not in NO_OFFICE:
            _follow_offices(key, moves)
    _move_activities(moves)
    for before, after in moves.heirs.items():
        Job.update(district_id=after).where(Job.district_id == before, Job.state == WAITING).execute()


def _follow_schools(key: UnitKey, moves: Moves) -> None:
    for (before, after), school_ids in moves.by_target.items():
        for some in chunked(school_ids, MOST_ROWS):
            key.model.update({key.district: after}).where(key.district == before, key.school.in_(some)).execute()


def _follow_offices(key: UnitKey, moves: Moves) -> None:
    for before, after in moves.heirs.items():
        kept = key.district == before
        if key.school is not None:
            kept &= key.school.is_null()
        if not moves.back:
            note(moves.change_id, key.district, kept, after)
        key.model.update({key.district: after}).where(kept).execute()


def _move_activities(moves: Moves) -> None:
    """What happened is kept where its schools are: with the first of them whose unit this was."""
    for (before, after), school_ids in moves.by_target.items():
        for some in chunked(school_ids, MOST_ROWS):
            theirs = ActivitySchool.select(ActivitySchool.activity).where(ActivitySchool.school.in_(some))
            Activity.update(district=after).where(Activity.district == before, Activity.id.in_(theirs)).execute()
    _follow_offices(UnitKey(Activity, Activity.district, None), moves)


def note(change_id: int, column: Any, condition: Any, after: int) -> None:
    """Note the rows whose column is about to become ``after``, so that they can be given back."""
    model = column.model
    for id_, before in list(model.select(model.id, column).where(condition).tuples()):
        note_value(change_id, column, id_, before=before, after=after)


def note_value(change_id: int, column: Any, row_id: int, *, before: int, after: int) -> None:
    """Note that a row's column goes from one number to another."""
    table = column.model._meta.table_name
    MovedRow.create(
        change=change_id, table_name=table, row_id=row_id, column=column.name, before=int(before), after=int(after)
    )


def _return_noted(change_id: int) -> None:
    """Give the noted rows back, but for those that went elsewhere since."""
    models = {model._meta.table_name: model for model in _models()}
    groups = (MovedRow.table_name, MovedRow.column, MovedRow.before, MovedRow.after)
    query = MovedRow.select(*groups).where(MovedRow.change == change_id).distinct().order_by(*groups)
    for table, name, before, after in list(query.tuples()):
        model = models[table]
        column = model._meta.fields[name]
        ids = MovedRow.select(MovedRow.row_id).where(
            MovedRow.change == change_id,
            MovedRow.table_name == table,
            MovedRow.column == name,
            MovedRow.before == before,
        )
        model.update({column: before}).where(model.id.in_(ids), column == after).execute()


def concerned(moves: Moves) -> list[tuple[str, int]]:
    """(table, id) of the records whose next step waits in a place that moves; ask before anything does."""
    offices = [before for before, _after in moves.schools.values()] + list(moves.heirs)
    conditions = [Waiting.district.in_(sorted(set(offices)))]
    conditions += [Waiting.school.in_(some) for some in chunked(sorted(moves.schools), MOST_ROWS)]
    query = Waiting.select(Waiting.subject_type, Waiting.subject_id).where(reduce(or_, conditions)).distinct()
    return sorted(query.tuples())


def wait_anew(records: Iterable[tuple[str, int]]) -> None:
    """Write anew what waits for whom. Nobody is told: it is the same step, and the same people mostly."""
    workflows = current_app.extensions["workflows"]
    for table, id_ in records:
        found = workflows.find(table)
        # What a module that is not there waits for keeps waiting where it was.
        record = found and found[1].model.get_or_none(found[1].model.id == id_)
        if record:
            steps.refresh(record)
