"""Small pieces of a Word file, as our templates are put together of them: tables, lines, spaces, conditions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

CENTRE = WD_ALIGN_PARAGRAPH.CENTER


def new_table(document: Any, rows: int, widths: Sequence[float], *, ruled: bool = False) -> Table:
    """A table of these widths in mm: ruled, or to hold what stands side by side."""
    table = document.add_table(rows=rows, cols=len(widths))
    if ruled:
        table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    if not ruled:
        _no_cell_margins(table)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)
    return table


def leave_widths_open(table: Table) -> None:
    """Let columns.share_out() say how wide each is, once it is known what stands in it."""
    for row in table.rows:
        for cell in row.cells:
            width = cell._tc.get_or_add_tcPr().get_or_add_tcW()
            width.set(qn("w:type"), "auto")
            width.set(qn("w:w"), "0")


def _no_cell_margins(table: Table) -> None:
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), "0")
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    # Before w:tblLook, as the schema has it.
    look = table._tbl.tblPr.find(qn("w:tblLook"))
    if look is None:
        table._tbl.tblPr.append(margins)
    else:
        look.addprevious(margins)


def whole_rows(table: Table) -> None:
    """No row is torn apart at the end of a page."""
    for row in table.rows:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def repeat_heading(row: Any) -> None:
    """Let a row stand on top of every page."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def fill_cell(cell: _Cell, text: str, *, alignment: Any = CENTRE, **font: Any) -> None:
    """Write into the first paragraph of a cell."""
    write(cell.paragraphs[0], text, **font)
    space(cell.paragraphs[0], alignment, before=2, after=2)


def add_to(cell: _Cell, text: str, **font: Any) -> Paragraph:
    """A paragraph of its own in a cell."""
    paragraph = cell.add_paragraph()
    write(paragraph, text, **font)
    space(paragraph, CENTRE)
    return paragraph


def tag_in(cell: _Cell, tag: str) -> None:
    """A paragraph that holds a tag alone."""
    cell.add_paragraph(tag)


def begin_if(cell: _Cell, condition: str) -> None:
    """What follows in the cell stands there only where the condition holds."""
    tag_in(cell, f"{{%p if {condition} %}}")


def end_if(cell: _Cell) -> None:
    """Until here."""
    tag_in(cell, "{%p endif %}")


def drop_first(cell: _Cell) -> None:
    """A new cell begins with an empty paragraph."""
    first = cell.paragraphs[0]
    if not first.text and len(cell.paragraphs) > 1:
        first._p.getparent().remove(first._p)


def write(paragraph: Paragraph, text: str, *, size: float, bold: bool = False, italic: bool = False) -> None:
    """Text of this size."""
    run = paragraph.add_run(text)
    run.font.size = Pt(size)
    run.bold, run.italic = bold or None, italic or None


def space(paragraph: Paragraph, alignment: Any, *, before: float = 0, after: float = 0, line: float = 1.0) -> None:
    """Alignment and the room around a paragraph, in points."""
    paragraph.alignment = alignment
    layout = paragraph.paragraph_format
    layout.space_before, layout.space_after, layout.line_spacing = Pt(before), Pt(after), line


def keep(paragraph: Paragraph) -> None:
    """Not at the foot of a page alone: it stays with what follows."""
    paragraph.paragraph_format.keep_with_next = True


def ruled_line(paragraph: Paragraph, length: float, room: float, *, after: float = 0) -> None:
    """A thin line in the middle: the upper border of an almost flat paragraph, indented from both sides.

    A drawn shape would float away when somebody edits the lines above it.
    """
    space(paragraph, CENTRE, before=4, after=after)
    layout = paragraph.paragraph_format
    layout.left_indent = layout.right_indent = Mm((room - length) / 2)
    layout.line_spacing = Pt(3)
    borders = OxmlElement("w:pBdr")
    top = OxmlElement("w:top")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "0"), ("color", "000000")):
        top.set(qn(f"w:{name}"), value)
    borders.append(top)
    properties = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(
        borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )
