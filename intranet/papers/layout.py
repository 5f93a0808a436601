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
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import _Cell
from docx.text.paragraph import Paragraph

from intranet.contributions import PaperKind
from intranet.papers.pieces import (
    CENTRE,
    add_to,
    begin_if,
    drop_first,
    end_if,
    fill_cell,
    keep,
    leave_widths_open,
    new_table,
    repeat_heading,
    ruled_line,
    space,
    tag_in,
    whole_rows,
    write,
)

FONT = "Times New Roman"
TOP, BOTTOM, LEFT, RIGHT = 20, 20, 30, 15
WIDTH = 210 - LEFT - RIGHT
HEAD_LEFT = 70
BODY_SIZE, TABLE_SIZE = 14, 13
FIRST_LINE = 12.7
JUSTIFIED = WD_ALIGN_PARAGRAPH.JUSTIFY
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
        ruled_line(self.document.add_paragraph(), SHORT_LINE, WIDTH, after=6)

    def place_and_day(self) -> None:
        """Above the signatures of a letter, whose head has none."""
        paragraph = self.document.add_paragraph()
        write(paragraph, "{{ dia_danh_ngay_thang }}", size=BODY_SIZE, italic=True)
        space(paragraph, WD_ALIGN_PARAGRAPH.RIGHT, before=6)
        keep(paragraph)

    def _centred(self, text: str, *, size: float, before: float = 0) -> None:
        paragraph = self.document.add_paragraph()
        write(paragraph, text, size=size, bold=True)
        space(paragraph, CENTRE, before=before)

    def paragraph(self, text: str, *, bold: bool = False, italic: bool = False, indent: bool = True) -> Paragraph:
        """A paragraph of the body: justified, its first line indented."""
        paragraph = self.document.add_paragraph()
        write(paragraph, text, size=BODY_SIZE, bold=bold, italic=italic)
        space(paragraph, JUSTIFIED, before=3, after=3, line=1.15)
        if indent:
            paragraph.paragraph_format.first_line_indent = Mm(FIRST_LINE)
        return paragraph

    def heading(self, text: str) -> None:
        """A heading within the body; it stays with what follows."""
        self.paragraph(text, bold=True).paragraph_format.keep_with_next = True

    def new_page(self, text: str) -> None:
        """A heading at the head of a new page."""
        paragraph = self.paragraph(text, bold=True, indent=False)
        paragraph.paragraph_format.page_break_before = True
        paragraph.alignment = CENTRE
        keep(paragraph)

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
        table = new_table(self.document, 4, [width for _heading, _tag, width in columns], ruled=True)
        repeat_heading(table.rows[0])
        table.rows[1].cells[0].paragraphs[0].text = f"{{%tr for hang in {name} %}}"
        table.rows[3].cells[0].paragraphs[0].text = "{%tr endfor %}"
        for place, (heading, tag, width) in enumerate(columns):
            fill_cell(table.rows[0].cells[place], heading, size=TABLE_SIZE, bold=True)
            alignment = CENTRE if width <= 28 else WD_ALIGN_PARAGRAPH.LEFT
            fill_cell(table.rows[2].cells[place], f"{{{{ hang.{tag} }}}}", size=TABLE_SIZE, alignment=alignment)
        whole_rows(table)
        space(self.document.add_paragraph(), JUSTIFIED, line=0.5)

    def free_table(self, name: str) -> None:
        """A ruled table with as many columns as its list of headings has: ``cot`` and ``hang`` of the item ``name``."""
        with self.when(f"{name}.ten"):
            caption = self.paragraph(f"{{{{ {name}.ten }}}}", italic=True, indent=False)
            caption.alignment = CENTRE
            keep(caption)
        table = new_table(self.document, 4, [WIDTH / 3] * 3, ruled=True)
        table.alignment = CENTRE
        repeat_heading(table.rows[0])
        table.rows[1].cells[0].paragraphs[0].text = f"{{%tr for hang in {name}.hang %}}"
        table.rows[3].cells[0].paragraphs[0].text = "{%tr endfor %}"
        for row, item, items, bold in ((0, "cot", f"{name}.cot", True), (2, "o", "hang", False)):
            begin, cell, end = table.rows[row].cells
            begin.paragraphs[0].text = f"{{%tc for {item} in {items} %}}"
            end.paragraphs[0].text = "{%tc endfor %}"
            alignment = CENTRE if bold else WD_ALIGN_PARAGRAPH.LEFT
            fill_cell(cell, f"{{{{ {item} }}}}", size=TABLE_SIZE, bold=bold, alignment=alignment)
        leave_widths_open(table)
        whole_rows(table)
        space(self.document.add_paragraph(), JUSTIFIED, line=0.5)

    def bytes(self) -> bytes:
        """The Word file."""
        out = io.BytesIO()
        self.document.save(out)
        return out.getvalue()


def our_template(kind: PaperKind) -> bytes:
    """The template that we bring for a kind."""
    return build(kind.body, kind.bodies, kind.side_by_side, kind.annex)


@cache
def build(
    body: Callable[[Any], None],
    bodies: int,
    side_by_side: bool = False,
    annex: Callable[[Any], None] | None = None,
) -> bytes:
    """A whole paper around ``body(layout)``: heading, title, text, signatures, recipients, annex."""
    layout = Layout()
    if bodies:
        _head(layout.document, bodies)
    else:
        _head_of_letter(layout.document)
    layout.title()
    body(layout)
    if not bodies:
        layout.place_and_day()
    _signatures(layout.document, alone=bodies == 1 and not side_by_side)
    if annex:
        annex(layout)
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
    space(paragraph, CENTRE)
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)
    run = paragraph.add_run("2")
    run.font.size = Pt(13)
    field.append(run._r)


def _check_code(footer: Any) -> None:
    """At the foot of every page of an issued paper: the code by which anybody can check it."""
    paragraph = footer.paragraphs[0]
    write(paragraph, "{{ ma_tra_cuu }}", size=9, italic=True)
    space(paragraph, CENTRE)
    # The words stand in the middle of the picture's height.
    middle = OxmlElement("w:textAlignment")
    middle.set(qn("w:val"), "center")
    paragraph._p.get_or_add_pPr().insert_element_before(middle, "w:textboxTightWrap", "w:outlineLvl", "w:rPr")


def _head(document: Any, bodies: int) -> None:
    """Issuing body and number on the left; the state's name, its motto, place and day on the right."""
    table = new_table(document, 2, [HEAD_LEFT, WIDTH - HEAD_LEFT])
    left, right = table.rows[0].cells
    if bodies == 1:
        begin_if(left, "co_quan_chu_quan")
        add_to(left, "{{ co_quan_chu_quan }}", size=12)
        end_if(left)
        add_to(left, "{{ co_quan }}", size=12, bold=True)
    else:
        tag_in(left, "{%p for ben in cac_ben %}")
        add_to(left, "{{ ben.co_quan }}", size=12, bold=True)
        tag_in(left, "{%p if not loop.last %}")
        add_to(left, "-", size=12, bold=True)
        end_if(left)
        tag_in(left, "{%p endfor %}")
    ruled_line(left.add_paragraph(), SHORT_LINE, HEAD_LEFT)
    add_to(right, STATE, size=12, bold=True)
    add_to(right, MOTTO, size=13, bold=True)
    ruled_line(right.add_paragraph(), MOTTO_LINE, WIDTH - HEAD_LEFT)
    left, right = table.rows[1].cells
    for cell, tag, italic in ((left, "so_ky_hieu", False), (right, "dia_danh_ngay_thang", True)):
        add_to(cell, f"{{{{ {tag} }}}}", size=13, italic=italic).paragraph_format.space_before = Pt(3)
    for row in table.rows:
        for cell in row.cells:
            drop_first(cell)


def _head_of_letter(document: Any) -> None:
    """The state's name and its motto: whoever writes a letter is no body."""
    for text, size in ((STATE, 12), (MOTTO, 13)):
        paragraph = document.add_paragraph()
        write(paragraph, text, size=size, bold=True)
        space(paragraph, CENTRE)
    ruled_line(document.add_paragraph(), MOTTO_LINE, WIDTH)


def _signatures(document: Any, *, alone: bool) -> None:
    """One signature stands to the right of the recipients; two stand side by side, side A on the left."""
    space(document.add_paragraph(), JUSTIFIED, line=0.5)
    if alone:
        table = new_table(document, 1, [HEAD_LEFT + 5, WIDTH - HEAD_LEFT - 5])
        left, right = table.rows[0].cells
        _recipients(left)
        _signature(right, "chu_ky")
    else:
        table = new_table(document, 3, [WIDTH / 2, WIDTH / 2])
        table.rows[0].cells[0].paragraphs[0].text = "{%tr for hang in hang_ky %}"
        table.rows[2].cells[0].paragraphs[0].text = "{%tr endfor %}"
        for cell, side in zip(table.rows[1].cells, ("trai", "phai"), strict=True):
            tag_in(cell, f"{{%p if hang.{side} %}}")
            _signature(cell, f"hang.{side}")
            end_if(cell)
            cell.add_paragraph()
            drop_first(cell)
        below = new_table(document, 1, [HEAD_LEFT + 30, WIDTH - HEAD_LEFT - 30])
        _recipients(below.rows[0].cells[0])
    whole_rows(table)


def _signature(cell: _Cell, name: str) -> None:
    tag_in(cell, f"{{%p if {name}.thay_mat %}}")
    keep(add_to(cell, f"{{{{ {name}.thay_mat }}}}", size=BODY_SIZE, bold=True))
    end_if(cell)
    keep(add_to(cell, f"{{{{ {name}.chuc_vu }}}}", size=BODY_SIZE, bold=True))
    name_line = add_to(cell, f"{{{{ {name}.ho_ten }}}}", size=BODY_SIZE, bold=True)
    name_line.paragraph_format.space_before = Pt(SIGNATURE_ROOM)
    if name == "chu_ky":
        drop_first(cell)


def _recipients(cell: _Cell) -> None:
    tag_in(cell, "{%p if noi_nhan %}")
    label = add_to(cell, "Nơi nhận:", size=12, bold=True, italic=True)
    label.alignment = WD_ALIGN_PARAGRAPH.LEFT
    tag_in(cell, "{%p for dong in noi_nhan %}")
    line = add_to(cell, "- {{ dong }}{% if loop.last %}.{% else %};{% endif %}", size=11)
    line.alignment = WD_ALIGN_PARAGRAPH.LEFT
    tag_in(cell, "{%p endfor %}")
    end_if(cell)
    # A cell without a paragraph is no Word file.
    cell.add_paragraph()
    drop_first(cell)
