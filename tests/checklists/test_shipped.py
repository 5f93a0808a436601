"""Packs that come with the program: their next versions, brought by a migration."""

import json

import pytest

from intranet.checklists.rules import HEAD, save_pack
from intranet.kernel.database import database
from intranet.shared.checklists import ChecklistPack, insert_packs


@pytest.fixture
def ship(pack, tmp_path):
    """``ship(title="…")``: insert the pack once more, as the program's next version brings it."""
    path = tmp_path / "own.json"

    def insert(**changes):
        raw = json.loads(path.read_text(encoding="utf-8"))
        path.write_text(json.dumps(raw | changes), encoding="utf-8")
        insert_packs(database.obj, tmp_path)
        rows = ChecklistPack.select().where(ChecklistPack.key == pack.key).order_by(ChecklistPack.version)
        return [(row.version, row.title) for row in rows]

    return insert


def test_a_version_that_is_there_stays_as_it_is(pack, ship):
    assert ship(title="Khác") == [(pack.version, pack.title)]


def test_a_next_version_is_added_and_the_one_before_stays(pack, ship):
    assert ship(version=7, title="Bản sau") == [(pack.version, pack.title), (7, "Bản sau")]


def test_what_somebody_has_edited_gets_no_next_version(pack, ship):
    head = {name: getattr(pack, name) for name in HEAD} | {"title": "Bản đã sửa"}
    save_pack(pack, head, pack.checklist, version=pack.version, person_id=1)
    assert ship(version=7) == [(pack.version, pack.title), (pack.version + 1, "Bản đã sửa")]
