"""Our own templates, built here and laid out as Decree 30/2020/NĐ-CP, annex I, asks: the nine parts in their order.

What is built is a Word file with tags ({{ so_ky_hieu }}), which the engine fills. A district may take it, change it in
Word and bring it back; so tags are words that people read, Vietnamese without marks.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from intranet.contributions import PaperKind

FONT = "Times New Roman"
TOP, BOTTOM, LEFT, RIGHT = 20, 20, 30, 15
WIDTH = 210 - LEFT - RIGHT
HEAD_LEFT = 70
BODY_SIZE, TABLE_SIZE = 14, 13
FIRST_LINE = 12.7
CENTRE, JUSTIFIED = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.JUSTIFY
STATE = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
# As long as the motto in 13 points.
MOTTO_LINE = 46
SHORT_LINE = 22
SIGNATURE_ROOM = 72
# Of what python-docx begins a document with: the styles that stay beside the defaults, the parts that go.
STYLES = ("Header", "HeaderChar", "Footer", "FooterChar", "TableGrid")
UNUSED_PARTS = ("stylesWithEffects", "customXml", "thumbnail")


class Layout:
    """A template in the making. Texts may hold tags: ``paragraph("Kính gửi: {{ kinh_gui }}")``."""

    def __init__(self) -> None:
        self.document = Document()
        _prepare(self.document)

    def title(self) -> None:
        """The kind's name and what it is about, with the short line below."""
        self._centred("{{ ten_loai }}", size=14, before=12)
        with self.when("trich_yeu"):
            self._centred("{{ trich_yeu }}", size=14)
        _line(self.document.add_paragraph(), SHORT_LINE, WIDTH, after=6)

    def _centred(self, text: str, *, size: float, before: float = 0) -> None:
        paragraph = self.document.add_paragraph()
        _write(paragraph, text, size=size, bold=True)
        _space(paragraph, CENTRE, before=before)

    def paragraph(self, text: str, *, bold: bool = False, italic: bool = False, indent: bool = True) -> Paragraph:
        """A paragraph of the body: justified, its first line indented."""
        paragraph = self.document.add_paragraph()
        _write(paragraph, text, size=BODY_SIZE, bold=bold, italic=italic)
        _space(paragraph, JUSTIFIED, before=3, after=3, line=1.15)
        if indent:
            paragraph.paragraph_format.first_line_indent = Mm(FIRST_LINE)
        return paragraph

    def heading(self, text: str) -> None:
        """A heading within the body; it stays with what follows."""
        self.paragraph(text, bold=True).paragraph_format.keep_with_next = True

    def lines(self, name: str, *, mark: str = "", italic: bool = False) -> None:
        """A paragraph for each text of a list; ``mark`` stands before it."""
        with self.each("dong", name):
            self.paragraph(mark + "{{ dong }}", italic=italic)

    @contextmanager
    def each(self, item: str, name: str) -> Iterator[None]:
        """What is laid out within repeats for each ``item`` of the list ``name``."""
        self.document.add_paragraph(f"{{%p for {item} in {name} %}}")
        yield
        self.document.add_paragraph("{%p endfor %}")

    @contextmanager
    def when(self, condition: str) -> Iterator[None]:
        """What is laid out within stands there only where the condition holds."""
        self.document.add_paragraph(f"{{%p if {condition} %}}")
        yield
        self.document.add_paragraph("{%p endif %}")

    def table(self, name: str, columns: Sequence[tuple[str, str, int]]) -> None:
        """A ruled table with a row for each item of a list; a column is (heading, tag of the item, width in mm).

        Short columns are centred. The heading is repeated on every page.
        """
        table = _table(self.document, 4, [width for _heading, _tag, width in columns], ruled=True)
        _repeat(table.rows[0])
        table.rows[1].cells[0].paragraphs[0].text = f"{{%tr for hang in {name} %}}"
        table.rows[3].cells[0].paragraphs[0].text = "{%tr endfor %}"
        for place, (heading, tag, width) in enumerate(columns):
            _fill(table.rows[0].cells[place], heading, size=TABLE_SIZE, bold=True)
            alignment = CENTRE if width <= 28 else WD_ALIGN_PARAGRAPH.LEFT
            _fill(table.rows[2].cells[place], f"{{{{ hang.{tag} }}}}", size=TABLE_SIZE, alignment=alignment)
        _whole_rows(table)
        _space(self.document.add_paragraph(), JUSTIFIED, line=0.5)

    def free_table(self, name: str) -> None:
        """A ruled table with as many columns as its list of headings has: ``cot`` and ``hang`` of the item ``name``."""
        with self.when(f"{name}.ten"):
            caption = self.paragraph(f"{{{{ {name}.ten }}}}", italic=True, indent=False)
            caption.alignment = CENTRE
            _keep(caption)
        table = _table(self.document, 4, [WIDTH / 3] * 3, ruled=True)
        table.alignment = CENTRE
        _repeat(table.rows[0])
        table.rows[1].cells[0].paragraphs[0].text = f"{{%tr for hang in {name}.hang %}}"
        table.rows[3].cells[0].paragraphs[0].text = "{%tr endfor %}"
        for row, item, items, bold in ((0, "cot", f"{name}.cot", True), (2, "o", "hang", False)):
            begin, cell, end = table.rows[row].cells
            begin.paragraphs[0].text = f"{{%tc for {item} in {items} %}}"
            end.paragraphs[0].text = "{%tc endfor %}"
            alignment = CENTRE if bold else WD_ALIGN_PARAGRAPH.LEFT
            _fill(cell, f"{{{{ {item} }}}}", size=TABLE_SIZE, bold=bold, alignment=alignment)
        _leave_widths_open(table)
        _whole_rows(table)
        _space(self.document.add_paragraph(), JUSTIFIED, line=0.5)

    def bytes(self) -> bytes:
        """The Word file."""
        out = io.BytesIO()
        self.document.save(out)
        return out.getvalue()


def our_template(kind: PaperKind) -> bytes:
    """The template that we bring for a kind."""
    return build(kind.body, kind.bodies)


@cache
def build(body: Callable[[Any], None], bodies: int) -> bytes:
    """A whole paper around ``body(layout)``: heading, title, text, signatures, recipients."""
    layout = Layout()
    _head(layout.document, bodies)
    layout.title()
    body(layout)
    _signatures(layout.document, bodies)
    return layout.bytes()


def _prepare(document: Any) -> None:
    _slim(document)
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(TOP), Mm(BOTTOM)
    section.left_margin, section.right_margin = Mm(LEFT), Mm(RIGHT)
    # The foot holds a picture beside the code, and takes no room from the text for it.
    section.header_distance, section.footer_distance = Mm(10), Mm(5)
    # The first page carries no number.
    section.different_first_page_header_footer = True
    _page_number(section.header.paragraphs[0])
    for footer in (section.footer, section.first_page_footer):
        _check_code(footer)
    for style in document.styles:
        if style.type in (WD_STYLE_TYPE.PARAGRAPH, WD_STYLE_TYPE.CHARACTER):
            _set_font(style)
    normal = document.styles["Normal"]
    normal.font.size = Pt(BODY_SIZE)
    normal.paragraph_format.space_after = Pt(0)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "vi-VN")
    normal.element.get_or_add_rPr().append(language)
    for name in ("author", "comments", "title", "keywords", "subject", "last_modified_by"):
        setattr(document.core_properties, name, "")


def _slim(document: Any) -> None:
    """Leave out what no paper of ours uses, five sixths of the file: papers are kept for ever, some by the hundred."""
    for relations in (document.part.rels, document.part.package.rels):
        for key, relation in list(relations.items()):
            if relation.reltype.rsplit("/", 1)[1] in UNUSED_PARTS:
                del relations[key]
    for style in list(document.styles.element.style_lst):
        if style.styleId not in STYLES and style.get(qn("w:default")) != "1":
            document.styles.element.remove(style)


def _set_font(style: Any) -> None:
    style.font.name = FONT
    style.font.color.rgb = RGBColor(0, 0, 0)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), FONT)


def _page_number(paragraph: Paragraph) -> None:
    _space(paragraph, CENTRE)
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)
    run = paragraph.add_run("2")
    run.font.size = Pt(13)
    field.append(run._r)


def _check_code(footer: Any) -> None:
    """At the foot of every page of an issued paper: the code by which anybody can check it."""
    paragraph = footer.paragraphs[0]
    _write(paragraph, "{{ ma_tra_cuu }}", size=9, italic=True)
    _space(paragraph, CENTRE)
    # The words stand in the middle of the picture's height.
    middle = OxmlElement("w:textAlignment")
    middle.set(qn("w:val"), "center")
    paragraph._p.get_or_add_pPr().insert_element_before(middle, "w:textboxTightWrap", "w:outlineLvl", "w:rPr")


def _head(document: Any, bodies: int) -> None:
    """Issuing body and number on the left; the state's name, its motto, place and day on the right."""
    table = _table(document, 2, [HEAD_LEFT, WIDTH - HEAD_LEFT])
    left, right = table.rows[0].cells
    if bodies == 1:
        _if(left, "co_quan_chu_quan")
        _add(left, "{{ co_quan_chu_quan }}", size=12)
        _end_if(left)
        _add(left, "{{ co_quan }}", size=12, bold=True)
    else:
        _tag(left, "{%p for ben in cac_ben %}")
        _add(left, "{{ ben.co_quan }}", size=12, bold=True)
        _tag(left, "{%p if not loop.last %}")
        _add(left, "-", size=12, bold=True)
        _end_if(left)
        _tag(left, "{%p endfor %}")
    _line(left.add_paragraph(), SHORT_LINE, HEAD_LEFT)
    _add(right, STATE, size=12, bold=True)
    _add(right, MOTTO, size=13, bold=True)
    _line(right.add_paragraph(), MOTTO_LINE, WIDTH - HEAD_LEFT)
    left, right = table.rows[1].cells
    for cell, tag, italic in ((left, "so_ky_hieu", False), (right, "dia_danh_ngay_thang", True)):
        _add(cell, f"{{{{ {tag} }}}}", size=13, italic=italic).paragraph_format.space_before = Pt(3)
    for row in table.rows:
        for cell in row.cells:
            _drop_first(cell)


def _signatures(document: Any, bodies: int) -> None:
    """One signature stands to the right of the recipients; two stand side by side, side A on the left."""
    _space(document.add_paragraph(), JUSTIFIED, line=0.5)
    if bodies == 1:
        table = _table(document, 1, [HEAD_LEFT + 5, WIDTH - HEAD_LEFT - 5])
        left, right = table.rows[0].cells
        _recipients(left)
        _signature(right, "chu_ky")
    else:
        table = _table(document, 3, [WIDTH / 2, WIDTH / 2])
        table.rows[0].cells[0].paragraphs[0].text = "{%tr for hang in hang_ky %}"
        table.rows[2].cells[0].paragraphs[0].text = "{%tr endfor %}"
        for cell, side in zip(table.rows[1].cells, ("trai", "phai"), strict=True):
            _tag(cell, f"{{%p if hang.{side} %}}")
            _signature(cell, f"hang.{side}")
            _end_if(cell)
            cell.add_paragraph()
            _drop_first(cell)
        below = _table(document, 1, [HEAD_LEFT + 30, WIDTH - HEAD_LEFT - 30])
        _recipients(below.rows[0].cells[0])
        table = below if bodies == 1 else table
    _whole_rows(table)


def _signature(cell: _Cell, name: str) -> None:
    _tag(cell, f"{{%p if {name}.thay_mat %}}")
    _keep(_add(cell, f"{{{{ {name}.thay_mat }}}}", size=BODY_SIZE, bold=True))
    _end_if(cell)
    _keep(_add(cell, f"{{{{ {name}.chuc_vu }}}}", size=BODY_SIZE, bold=True))
    name_line = _add(cell, f"{{{{ {name}.ho_ten }}}}", size=BODY_SIZE, bold=True)
    name_line.paragraph_format.space_before = Pt(SIGNATURE_ROOM)
    if name == "chu_ky":
        _drop_first(cell)


def _recipients(cell: _Cell) -> None:
    _tag(cell, "{%p if noi_nhan %}")
    label = _add(cell, "Nơi nhận:", size=12, bold=True, italic=True)
    label.alignment = WD_ALIGN_PARAGRAPH.LEFT
    _tag(cell, "{%p for dong in noi_nhan %}")
    line = _add(cell, "- {{ dong }}{% if loop.last %}.{% else %};{% endif %}", size=11)
    line.alignment = WD_ALIGN_PARAGRAPH.LEFT
    _tag(cell, "{%p endfor %}")
    _end_if(cell)
    # A cell without a paragraph is no Word file.
    cell.add_paragraph()
    _drop_first(cell)


def _table(document: Any, rows: int, widths: Sequence[float], *, ruled: bool = False) -> Table:
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


def _leave_widths_open(table: Table) -> None:
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


def _whole_rows(table: Table) -> None:
    """No row is torn apart at the end of a page."""
    for row in table.rows:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _repeat(row: Any) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _fill(cell: _Cell, text: str, *, alignment: Any = CENTRE, **font: Any) -> None:
    _write(cell.paragraphs[0], text, **font)
    _space(cell.paragraphs[0], alignment, before=2, after=2)


def _add(cell: _Cell, text: str, **font: Any) -> Paragraph:
    paragraph = cell.add_paragraph()
    _write(paragraph, text, **font)
    _space(paragraph, CENTRE)
    return paragraph


def _tag(cell: _Cell, tag: str) -> None:
    cell.add_paragraph(tag)


def _if(cell: _Cell, condition: str) -> None:
    _tag(cell, f"{{%p if {condition} %}}")


def _end_if(cell: _Cell) -> None:
    _tag(cell, "{%p endif %}")


def _drop_first(cell: _Cell) -> None:
    """A new cell begins with an empty paragraph."""
    first = cell.paragraphs[0]
    if not first.text and len(cell.paragraphs) > 1:
        first._p.getparent().remove(first._p)


def _write(paragraph: Paragraph, text: str, *, size: float, bold: bool = False, italic: bool = False) -> None:
    run = paragraph.add_run(text)
    run.font.size = Pt(size)
    run.bold, run.italic = bold or None, italic or None


def _space(paragraph: Paragraph, alignment: Any, *, before: float = 0, after: float = 0, line: float = 1.0) -> None:
    paragraph.alignment = alignment
    layout = paragraph.paragraph_format
    layout.space_before, layout.space_after, layout.line_spacing = Pt(before), Pt(after), line


def _keep(paragraph: Paragraph) -> None:
    paragraph.paragraph_format.keep_with_next = True


def _line(paragraph: Paragraph, length: float, room: float, *, after: float = 0) -> None:
    """A thin line in the middle: the upper border of an almost flat paragraph, indented from both sides.

    A drawn shape would float away when somebody edits the lines above it.
    """
    _space(paragraph, CENTRE, before=4, after=after)
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
