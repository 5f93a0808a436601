"""docs/imports.md says what the columns declare."""

import runpy
from pathlib import Path

GUIDE = runpy.run_path(str(Path(__file__).parents[2] / "docs" / "imports.py"))


def test_the_guide_is_what_the_columns_declare():
    text = GUIDE["GUIDE"].read_text(encoding="utf-8")
    assert text == GUIDE["with_tables"](text), "run: python docs/imports.py"


def test_the_guide_has_a_table_of_each_list():
    text = GUIDE["GUIDE"].read_text(encoding="utf-8")
    for columns in GUIDE["LISTS"].values():
        assert GUIDE["table"](columns) in text
