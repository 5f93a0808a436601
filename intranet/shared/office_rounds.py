"""Rounds in which an office asks its schools: whom a round asks, and what becomes of it when units change.

An office that ends leaves its rounds to its heir. Schools that came under another unit are asked by a part of the round
there, whose office checks them from then on; taken back, the parts are one round again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any

from peewee import JOIN, CharField, DateField, DateTimeField, ForeignKeyField, IntegerField, TextField, fn

from intranet.kernel.clock import now
from intranet.kernel.statements import param
from intranet.kernel.tables import Table
from intranet.registry.districts import District
from intranet.registry.people import Person
from intranet.registry.schools import School
from intranet.registry.units import MovedRow, district_at
from intranet.shared import audit
from intranet.shared.access import Actor
from intranet.shared.checklists import ChecklistPack
from intranet.shared.papers import IssuedDocument
from intranet.shared.unit_moves import Moves

ONE_DAY = timedelta(days=1)


def _no_mark(_key: ForeignKeyField) -> str:
    """No attribute on the class of the other table: called, because a table that inherits a key forgets plain text."""
    return "+"


class OfficeRound(Table):
    """The columns of a table of rounds, by one version of a pack: the schools of its levels answer.

    Such a table has also ``split_from``, a key to itself: the round of which it is a part.
    """

    district = ForeignKeyField(District, on_delete="RESTRICT", backref=_no_mark)
    pack = ForeignKeyField(ChecklistPack, on_delete="RESTRICT", backref=_no_mark)
    title = CharField(max_length=200)
    # The levels of the schools that are asked, as in School.levels.
    levels = IntegerField()
    note = TextField(default="")
    due_on = DateField()
    opened_by = ForeignKeyField(Person, null=True, on_delete="RESTRICT", backref=_no_mark)
    # Since units changed it asks none but the schools that were in this unit on that day.
    asked_in = ForeignKeyField(District, null=True, on_delete="RESTRICT", backref=_no_mark)
    asked_on = DateField(null=True)
    version = IntegerField(default=1)
    created_at = DateTimeField(default=now)
    updated_at = DateTimeField(default=now)

    of_then = frozenset({"asked_in"})

    @classmethod
    def visible_to(cls, actor: Actor) -> Any:
        """Condition: the own district's."""
        return None if actor.sees_all else cls.district == actor.district_id

    def owner(self) -> tuple[int, None]:
        """Whose record this is: the office's."""
        return self.district_id, None


# --- Whom a round asks ---


def asked(district: Any, levels: Any, asked_in: Any, asked_on: Any) -> Any:
    """Condition: the school is one of those that a round with these columns or values asks, closed ones too."""
    here = (School.district == district) & (School.levels.bin_and(levels) != 0)
    return here & (district_at(School.id, asked_on, School.district) == asked_in)


def asked_by(opened: OfficeRound) -> Any:
    """The same for one round."""
    return asked(**values_of(opened))


def asked_by_any(rounds: type[OfficeRound]) -> Any:
    """The same for the rows of a query that joins rounds and schools."""
    return asked(rounds.district, rounds.levels, fn.COALESCE(rounds.asked_in, rounds.district), rounds.asked_on)


def asked_by_params() -> Any:
    """The same in a stored statement, whose values are values_of() a round."""
    return asked(*(param(name) for name in ("district", "levels", "asked_in", "asked_on")))


def values_of(opened: OfficeRound) -> dict[str, Any]:
    """What asked() goes by, by name."""
    return {
        "district": opened.district_id,
        "levels": opened.levels,
        "asked_in": opened.asked_in_id or opened.district_id,
        "asked_on": opened.asked_on,
    }


def schools_asked(opened: OfficeRound) -> Any:
    """Query for the ids of the open schools that a round asks."""
    return School.select(School.id).where(asked_by(opened), School.closed_on.is_null(), School.deleted_at.is_null())


def asks(opened: OfficeRound, school_id: int) -> bool:
    """Whether it asks this school."""
    return School.select().where(School.id == school_id, asked_by(opened)).exists()


def asking(rounds: type[OfficeRound], school_id: int) -> Any:
    """Condition on rounds: they ask this school."""
    return fn.EXISTS(School.select(School.id).where(School.id == school_id, asked_by_any(rounds)))


def parts_of(opened: OfficeRound, answer: ForeignKeyField, done: Collection[str]) -> list[tuple[str, int, int]]:
    """(unit, schools asked, answers that are done) of a round and all that it was split into; none where it is whole.

    ``answer`` is the key of the answers to their round.
    """
    rounds, answers = type(opened), answer.model
    ids = _family(opened)
    if len(ids) == 1:
        return []
    theirs = (answer == rounds.id) & (answers.school == School.id)
    kept = School.closed_on.is_null() | answers.id.is_null(False)
    query = (
        rounds.select(District.name, fn.COUNT(School.id), fn.SUM(answers.state.in_(tuple(done)).cast("integer")))
        .join(District, on=(rounds.district == District.id))
        .join(School, on=asked_by_any(rounds))
        .join(answers, JOIN.LEFT_OUTER, on=theirs)
        .where(rounds.id.in_(sorted(ids)), School.deleted_at.is_null(), kept)
        .group_by(rounds.id, District.name, District.sort_key)
        .order_by(District.sort_key, rounds.id)
    )
    return [(name, count, int(ready or 0)) for name, count, ready in query.tuples()]


def _family(opened: OfficeRound) -> set[int]:
    rounds, found = type(opened), {opened.split_from_id or opened.id, opened.id}
    newest: set[int] = found
    while newest:
        near = rounds.id.in_(sorted(newest)) | rounds.split_from.in_(sorted(newest))
        ids = {id_ for row in rounds.select(rounds.id, rounds.split_from).where(near).tuples() for id_ in row if id_}
        newest = ids - found
        found = found | ids
    return found


# --- Units change ---


def follow(moves: Moves, rounds: type[OfficeRound], answer: ForeignKeyField, *, action: str) -> None:
    """Have rounds follow their schools; an office's row has gone to its heir already. ``action`` is for the audit."""
    if moves.back:
        _join(moves, rounds, answer, action)
        return
    origins = _origins(moves, rounds)
    concerned = list(rounds.select().where(rounds.id.in_(sorted(origins))).order_by(rounds.id))
    for opened in concerned:
        if opened.asked_in_id is None:
            opened.asked_in, opened.asked_on = origins[opened.id], moves.on - ONE_DAY
            opened.save()
    for (before, after), school_ids in moves.by_target.items():
        for opened in concerned:
            if origins[opened.id] == before and opened.district_id != after:
                _split(opened, after, school_ids, answer, action)


def _origins(moves: Moves, rounds: type[OfficeRound]) -> Mapping[int, int]:
    """{round: the unit whose it was before}, of the units that give or take schools."""
    units = {unit for way in moves.schools.values() for unit in way} | {*moves.heirs, *moves.heirs.values()}
    found = dict(rounds.select(rounds.id, rounds.district).where(rounds.district.in_(sorted(units))).tuples())
    noted = MovedRow.select(MovedRow.row_id, MovedRow.before).where(
        MovedRow.change == moves.change_id,
        MovedRow.table_name == rounds._meta.table_name,
        MovedRow.column == "district",
    )
    return found | {row_id: before for row_id, before in noted.tuples() if row_id in found}


def _split(opened: OfficeRound, after: int, school_ids: list[int], answer: ForeignKeyField, action: str) -> None:
    """The part of a round that another office goes on with, where it asks or heard any of these schools."""
    rounds, answers = type(opened), answer.model
    answered = (answer == opened) & answers.school.in_(school_ids)
    meant = asked(**values_of(opened) | {"district": after}) & School.id.in_(school_ids)
    if not (answers.select().where(answered).exists() or School.select().where(meant).exists()):
        return
    part = rounds.get_or_none(rounds.split_from == opened, rounds.district == after)
    if part is None:
        kept = {name: getattr(opened, name) for name in rounds._meta.sorted_field_names if name != "id"}
        part = rounds.create(**kept | {"district": after, "split_from": opened, "version": 1, "updated_at": now()})
        names = opened.district.name, part.district.name
        audit.record(action, part, person_id=None, changes={"district": names})
    answers.update({answer: part}).where(answered).execute()


def _join(moves: Moves, rounds: type[OfficeRound], answer: ForeignKeyField, action: str) -> None:
    """What came home to the same unit is one round again, the youngest parts first."""
    homes = {home for _from, home in moves.schools.values()} | set(moves.heirs.values())
    parts = rounds.select().where(rounds.split_from.is_null(False), rounds.district.in_(sorted(homes)))
    for part in list(parts.order_by(rounds.id.desc())):
        whole = rounds.get_by_id(part.split_from_id)
        if whole.district_id == part.district_id:
            _put_back(part, whole, answer, action)
    at_home = (rounds.asked_in == rounds.district) & (rounds.asked_on == moves.on - ONE_DAY)
    rounds.update(asked_in=None, asked_on=None).where(at_home).execute()


def _put_back(part: OfficeRound, whole: OfficeRound, answer: ForeignKeyField, action: str) -> None:
    rounds, answers = type(part), answer.model
    there = answers.select(answers.school).where(answer == whole)
    answers.update({answer: whole}).where(answer == part, answers.school.not_in(there)).execute()
    rounds.update(split_from=whole).where(rounds.split_from == part).execute()
    papers = (IssuedDocument.subject_type == rounds._meta.table_name) & (IssuedDocument.subject_id == part.id)
    if answers.select().where(answer == part).exists() or IssuedDocument.select().where(papers).exists():
        # A paper names it: it stays, and asks nobody.
        part.levels = 0
        part.save()
        return
    audit.record(action, part, person_id=None, changes={"title": (part.title, None)})
    part.delete_instance()
