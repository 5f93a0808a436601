"""Checklists that rules of the state, or a district's own, are kept as: dated, in versions, never changed afterwards.

An edit makes a new version; a record names the version that it was filled in by, and keeps it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from peewee import (
    CharField,
    Database,
    DateField,
    DateTimeField,
    DecimalField,
    ForeignKeyField,
    IntegerField,
    Model,
    TextField,
    fn,
)

from intranet.kernel.checklist_bodies import plain, read
from intranet.kernel.checklists import Checklist
from intranet.kernel.clock import now
from intranet.kernel.statements import Statement, param
from intranet.kernel.tables import Table
from intranet.registry.districts import District
from intranet.registry.people import Person
from intranet.registry.schools import School
from intranet.registry.units import FormerPlace, MovedRow

if TYPE_CHECKING:
    from intranet.shared.access import Actor


class ChecklistPack(Table):
    """One version of a checklist. Those without a district are for all, and administrators' to edit.

    ``use`` says what for: a module's name, a dot, and a word of its own. ``levels`` are the levels of schools that it
    is meant for, as in School.levels; 0 for all.
    """

    use = CharField(max_length=60)
    # The same in all versions.
    key = CharField(max_length=60)
    version = IntegerField(default=1)
    district = ForeignKeyField(District, null=True, on_delete="RESTRICT", backref="+")
    copied_from = ForeignKeyField("self", null=True, on_delete="RESTRICT", backref="+")
    title = CharField(max_length=200)
    source = CharField(max_length=300, default="")
    note = TextField(default="")
    levels = IntegerField(default=0)
    starts_on = DateField()
    ends_on = DateField(null=True)
    body = TextField()
    # Who wrote this version; None for what came with the program.
    person = ForeignKeyField(Person, null=True, on_delete="RESTRICT", backref="+")
    created_at = DateTimeField(default=now)

    class Meta:
        table_name = "checklist_pack"
        indexes = ((("key", "version"), True), (("use", "district"), False))

    @classmethod
    def visible_to(cls, actor: Actor) -> Any:
        """Condition: what is for all, the own district's, and what its schools' office of before left."""
        return None if actor.sees_all else for_use(actor.district_id)

    def owner(self) -> tuple[int | None, None]:
        """Whose record this is: the district's, or nobody's but the administrators'."""
        return self.district_id, None

    @property
    def checklist(self) -> Checklist:
        """What it holds."""
        return _checklist(self.body)


MODELS = (ChecklistPack,)


def for_use(district_id: int | None) -> Any:
    """Condition: the district may go by the pack: one for all, its own, or one that an office of before left.

    That is the heir's now, who alone makes new versions. The other units that have schools of that office go on with
    the versions of then.
    """
    stood = (
        FormerPlace.select(FormerPlace.id)
        .join(School)
        .where(
            FormerPlace.change == MovedRow.change,
            FormerPlace.district == MovedRow.before,
            School.district == district_id,
        )
    )
    left = MovedRow.select(MovedRow.row_id).where(MovedRow.table_name == "checklist_pack", fn.EXISTS(stood))
    return ChecklistPack.district.is_null() | (ChecklistPack.district == district_id) | ChecklistPack.id.in_(left)


@lru_cache(maxsize=200)
def _checklist(body: str) -> Checklist:
    return read(json.loads(body))


def body_of(checklist: Checklist) -> str:
    """A checklist as its column keeps it."""
    return json.dumps(plain(checklist), ensure_ascii=False)


_BODY = Statement(lambda: ChecklistPack.select(ChecklistPack.body).where(ChecklistPack.id == param("pack")))


def checklist_of(pack_id: int) -> Checklist:
    """What a version holds, by its id."""
    return _checklist(_BODY.value(pack=pack_id))


class ScoredLine(Table):
    """The columns of a table that keeps what a school says of an item, and what whoever checks it says."""

    item = CharField(max_length=40)
    own = DecimalField(max_digits=9, decimal_places=2, null=True)
    note = TextField(default="")
    checked = DecimalField(max_digits=9, decimal_places=2, null=True)
    # Why the two differ.
    reason = TextField(default="")


# --- What packs are for ---

_uses: dict[str, Any] = {}


def register_use(use: str, label: Any) -> None:
    """Let packs be for something: "digital.maturity". The word before the dot is the module's name."""
    _uses[use] = label


def uses() -> dict[str, Any]:
    """{use: label} of all."""
    return dict(_uses)


def newest(packs: Iterable[ChecklistPack]) -> list[ChecklistPack]:
    """Of each key only the last version, in the order given."""
    last: dict[str, ChecklistPack] = {}
    for pack in packs:
        if pack.key not in last or pack.version > last[pack.key].version:
            last[pack.key] = pack
    return list(last.values())


def in_force(use: str, district_id: int | None, day: date) -> list[ChecklistPack]:
    """The versions by which a new record of the district may be filled in on that day: of each key the last one begun.

    The district's own come first.
    """
    query = ChecklistPack.select().where(ChecklistPack.use == use, for_use(district_id), ChecklistPack.starts_on <= day)
    query = query.order_by(ChecklistPack.district.is_null(), ChecklistPack.title, ChecklistPack.id)
    return [pack for pack in newest(query) if pack.ends_on is None or pack.ends_on >= day]


# --- What comes with the program ---


def insert_packs(db: Database, folder: Path) -> None:
    """Insert the packs of a folder, a JSON file each; a migration calls it.

    Versions that are there stay as they are, and a pack that somebody has edited gets no newer version.
    """

    class Pack(Model):
        use = CharField()
        key = CharField()
        version = IntegerField()
        title = CharField()
        source = CharField()
        note = TextField()
        levels = IntegerField()
        starts_on = DateField()
        ends_on = DateField(null=True)
        body = TextField()
        person_id = IntegerField(null=True)
        created_at = DateTimeField()

        class Meta:
            database = db
            table_name = "checklist_pack"

    for path in sorted(folder.glob("*.json")):
        raw = json.loads(path.read_text(encoding="utf-8"))
        if Pack.select().where(Pack.key == raw["key"], Pack.person_id.is_null(False)).exists():
            continue
        head = {name: raw.get(name, empty) for name, empty in (("source", ""), ("note", ""), ("levels", 0))}
        Pack.insert(
            use=raw["use"],
            key=raw["key"],
            version=raw.get("version", 1),
            title=raw["title"],
            starts_on=raw["starts_on"],
            ends_on=raw.get("ends_on"),
            body=body_of(read(raw)),
            created_at=now(),
            **head,
        ).on_conflict_ignore().execute()
