"""docs/life-cycles.md shows what the life cycles declare."""

import runpy
from pathlib import Path

from notice_board.life_cycle import LIFE_CYCLE

from intranet.kernel.workflow import chapter

GUIDE = runpy.run_path(str(Path(__file__).parents[2] / "docs" / "life_cycles.py"))


def test_the_guide_is_what_the_life_cycles_declare(app):
    text = GUIDE["GUIDE"].read_text(encoding="utf-8")
    assert text == GUIDE["with_chapters"](text, app), "run: python docs/life_cycles.py"


def test_the_example_of_the_plugin_guide_is_among_them():
    assert chapter(LIFE_CYCLE) in GUIDE["GUIDE"].read_text(encoding="utf-8")
