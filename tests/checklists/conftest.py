"""Decision 4725 as a pack for all districts."""

from pathlib import Path

import pytest

from intranet.kernel.database import database
from intranet.shared.checklists import ChecklistPack, insert_packs


@pytest.fixture
def pack(app):
    """The pack that the notice board of the tests uses."""
    insert_packs(database.obj, Path(__file__).parent)
    return ChecklistPack.get(ChecklistPack.key == "qd4725")
