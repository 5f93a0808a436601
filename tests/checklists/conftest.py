"""Decision 4725 as a pack for all districts."""

import json
from pathlib import Path

import pytest

from intranet.kernel.database import database
from intranet.shared.checklists import ChecklistPack, insert_packs

PACKS = Path(__file__).parents[2] / "plugins" / "digital" / "packs"


@pytest.fixture
def pack(app, tmp_path):
    """The pack that the notice board of the tests uses."""
    shipped = json.loads((PACKS / "decision_4725.json").read_text(encoding="utf-8"))
    own = shipped | {"use": "notice_board.quality", "key": "qd4725", "levels": 0}
    (tmp_path / "own.json").write_text(json.dumps(own), encoding="utf-8")
    insert_packs(database.obj, tmp_path)
    return ChecklistPack.get(ChecklistPack.key == "qd4725")
