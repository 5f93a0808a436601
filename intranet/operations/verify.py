"""Whether what is stored is whole and agrees with itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from peewee import PeeweeException

from intranet.files.upkeep import check_files
from intranet.kernel import migrations
from intranet.kernel.database import database, is_postgres
from intranet.operations import tables
from intranet.registry.districts import Commune
from intranet.registry.people import Person
from intranet.registry.schools import School
from intranet.registry.units import former_words
from intranet.shared.activities import check as check_activities
from intranet.units.checking import check as check_units


def problems(components: Sequence[migrations.Component], *, activities: bool = False) -> Iterator[str]:
    """What is wrong, one line each; nothing when all is well."""
    try:
        yield from _engine()
        waiting = migrations.pending(components)
        if waiting:
            yield f"migrations wait: {', '.join(waiting)}"
            return
        yield from (f"schema differs: {line}" for line in migrations.drift(components))
        yield from _rows()
        yield from _keys_of_people()
        yield from _keys_of_schools()
        yield from check_units()
        yield from check_files()
        if activities:
            yield from check_activities()
    except PeeweeException as cause:
        yield f"the database cannot be read: {cause}"


def _engine() -> Iterator[str]:
    """What SQLite says of its file and its word indexes; PostgreSQL checks as it reads."""
    if is_postgres():
        return
    for (line,) in database.execute_sql("PRAGMA integrity_check").fetchall():
        if line != "ok":
            yield f"database file: {line}"
    for table, row, parent, _key in database.execute_sql("PRAGMA foreign_key_check").fetchall():
        yield f"{table} {row} names a row of {parent} that is not there"


def _rows() -> Iterator[str]:
    """Every value of every row can be read."""
    with tables.snapshot() as bound:
        for table in tables.names(bound):
            try:
                tables.digest(bound, table)
            except (PeeweeException, ValueError) as cause:
                yield f"{table} cannot be read: {cause}"


def _keys_of_people() -> Iterator[str]:
    for person in Person.select().iterator():
        stored = person.sort_key, person.search_text, person.subjects_key
        person.set_keys()
        if stored != (person.sort_key, person.search_text, person.subjects_key):
            yield f"person {person.id}: the columns computed from the name do not fit"


def _keys_of_schools() -> Iterator[str]:
    communes = dict(Commune.select(Commune.id, Commune.name).tuples())
    former: dict[int, list[str]] = defaultdict(list)
    for school_id, value in former_words().tuples():
        former[school_id].append(value)
    for school in School.select().iterator():
        stored = _computed(school)
        school.set_keys(communes.get(school.commune_id, ""), " ".join(former[school.id]))
        if stored != _computed(school):
            yield f"school {school.id}: the columns computed from the name do not fit"


def _computed(school: School) -> tuple[str, str, set[str]]:
    # Former names may stand in any order.
    return school.sort_key, school.match_key, set(school.search_text.split())
