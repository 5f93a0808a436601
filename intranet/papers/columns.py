"""Widths of the columns of a table that has as many as its data: by what stands in them, for every office program."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from docx.oxml.ns import qn

# Of a letter of 13 points and of a cell's frame, in twentieths of a point.
LETTER, FRAME = 150, 230
# In letters: a longer text is broken into lines.
WIDEST = 36


def share_out(tree: Any) -> None:
    """Give each table whose cells leave their width open columns in proportion to their texts."""
    for table in tree.iter(qn("w:tbl")):
        widths = [cell for cell in table.iter(qn("w:tcW"))]
        grid = table.find(qn("w:tblGrid")).findall(qn("w:gridCol"))
        rows = [row.findall(qn("w:tc")) for row in table.iter(qn("w:tr"))]
        is_open = widths and all(width.get(qn("w:type")) == "auto" for width in widths)
        if is_open and all(len(row) == len(grid) for row in rows):
            _write(grid, rows, _shares(rows, sum(int(float(column.get(qn("w:w")))) for column in grid)))


def _shares(rows: Sequence[Sequence[Any]], whole: int) -> list[int]:
    """The width of each column: room for its longest word, and what is left in proportion to its texts."""
    wanted = [_most(column) for column in zip(*rows, strict=True)]
    least = [word * LETTER + FRAME for word, _text in wanted]
    rest = whole - sum(least)
    if rest < 0:
        return [whole * width // sum(least) for width in least]
    more = [text - word + 1 for word, text in wanted]
    return [width + rest * share // sum(more) for width, share in zip(least, more, strict=True)]


def _most(column: Sequence[Any]) -> tuple[int, int]:
    """(longest word, longest text) of a column, in letters; a heading may be broken, so only its words count."""
    words, texts = [1], [1]
    for cell in column:
        text = "".join(node.text or "" for node in cell.iter(qn("w:t")))
        words += map(len, text.split())
        if cell.find(f".//{qn('w:b')}") is None:
            texts.append(min(len(text), WIDEST))
    return max(words), max(*words, *texts)


def _write(grid: Sequence[Any], rows: Sequence[Sequence[Any]], widths: Sequence[int]) -> None:
    for column, width in zip(grid, widths, strict=True):
        column.set(qn("w:w"), str(width))
    for row in rows:
        for cell, width in zip(row, widths, strict=True):
            there = cell.find(qn("w:tcPr")).find(qn("w:tcW"))
            there.set(qn("w:type"), "dxa")
            there.set(qn("w:w"), str(width))
