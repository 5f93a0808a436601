"""Our templates as Decree 30/2020 asks, read from the files."""

from io import BytesIO

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from intranet.papers import bodies, samples
from intranet.papers.engine import fill
from intranet.papers.kinds import paper_kinds
from intranet.papers.layout import build, our_template
from intranet.papers.parts import more_bodies

STATE, MOTTO = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"
KINDS = [
    *("memorandum", "pledge", "year_plan", "invitation", "minutes", "pair_list"),
    *("pair_report", "programme_report"),
]


@pytest.fixture
def filled(app):
    """``filled("pledge")``: our paper of the kind with its sample, as a Word file."""

    def fill_in(key):
        with app.app_context():
            kind = paper_kinds().find(key)[1]
        return fill(our_template(kind), kind.sample)

    return fill_in


@pytest.fixture(params=KINDS)
def body(request, filled):
    """A filled paper of each kind."""
    return filled(request.param)


def runs(document):
    """Every run of the body, those of tables too."""
    return list(document.element.body.iter(qn("w:r")))


def test_the_page_is_a4_with_the_margins_of_the_decree(body):
    section = Document(BytesIO(body)).sections[0]
    size = section.page_width, section.page_height
    margins = section.top_margin, section.bottom_margin, section.left_margin, section.right_margin
    # Word keeps twentieths of a point.
    assert [round(length.mm) for length in (*size, *margins)] == [210, 297, 20, 20, 30, 15]


def test_everything_is_black_times_new_roman(body):
    document = Document(BytesIO(body))
    fonts = document.styles["Normal"].element.rPr.rFonts
    assert {fonts.get(qn(f"w:{script}")) for script in ("ascii", "hAnsi", "eastAsia", "cs")} == {"Times New Roman"}
    assert [run for run in runs(document) for _font in run.iter(qn("w:rFonts"), qn("w:color"))] == []
    assert document.styles["Normal"].font.color.rgb == (0, 0, 0)


def test_the_first_page_has_no_number_and_the_next_ones_have_it_in_the_middle_on_top(body):
    section = Document(BytesIO(body)).sections[0]
    assert section.different_first_page_header_footer
    assert section.first_page_header.paragraphs[0].text == ""
    field = next(section.header.paragraphs[0]._p.iter(qn("w:fldSimple")))
    assert (field.get(qn("w:instr")), section.header.paragraphs[0].alignment) == ("PAGE", 1)


@pytest.mark.parametrize("key", KINDS)
def test_the_parts_stand_in_the_order_of_the_decree(app, filled, read, key):
    with app.app_context():
        sample = paper_kinds().find(key)[1].sample
    texts = read(filled(key))
    two = "cac_ben" in sample
    issuer = sample["cac_ben"][0]["co_quan"] if two else sample["co_quan"]
    signed = sample["hang_ky"][0]["trai"] if two else sample["chu_ky"]
    head = [issuer, STATE, MOTTO, sample["so_ky_hieu"], sample["dia_danh_ngay_thang"], sample["ten_loai"]]
    places = [texts.index(text) for text in (*head, sample["trich_yeu"])]
    assert places == sorted(places)
    # One signature stands beside the recipients, several stand above them.
    foot = [signed["ho_ten"], "Nơi nhận:"] if two else ["Nơi nhận:", signed["ho_ten"]]
    ends = [len(texts) - 1 - texts[::-1].index(text) for text in foot]
    assert places[-1] < ends[0] < ends[1]


def sizes_of(body, text):
    """(size, bold, italic) of the paragraph with this text."""
    for paragraph in Document(BytesIO(body)).element.body.iter(qn("w:p")):
        if "".join(node.text or "" for node in paragraph.iter(qn("w:t"))) == text:
            run = next(paragraph.iter(qn("w:r")))
            marks = run.rPr
            return (
                int(marks.find(qn("w:sz")).get(qn("w:val"))) / 2,
                marks.find(qn("w:b")) is not None,
                marks.find(qn("w:i")) is not None,
            )
    raise AssertionError(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("UBND QUẬN A", (12, False, False)),
        ("PHÒNG GIÁO DỤC VÀ ĐÀO TẠO", (12, True, False)),
        (STATE, (12, True, False)),
        (MOTTO, (13, True, False)),
        ("Số: 05/KH-PGDĐT", (13, False, False)),
        ("Quận A, ngày 05 tháng 9 năm 2026", (13, False, True)),
        ("KẾ HOẠCH", (14, True, False)),
        ("Nâng cao chất lượng giáo dục của các trường kết nghĩa.", (14, False, False)),
        ("TRƯỞNG PHÒNG", (14, True, False)),
        ("Nơi nhận:", (12, True, True)),
        ("- Lưu: VT.", (11, False, False)),
    ],
)
def test_each_part_has_its_size_and_weight(filled, text, expected):
    assert sizes_of(filled("year_plan"), text) == expected


def test_legal_bases_are_italic_and_the_text_is_justified_with_its_first_line_indented(filled):
    body = filled("memorandum")
    assert sizes_of(body, samples.MEMORANDUM["can_cu"][0]) == (14, False, True)
    paragraph = next(p for p in Document(BytesIO(body)).paragraphs if p.text == samples.MEMORANDUM["mo_dau"][0])
    layout = paragraph.paragraph_format
    assert (paragraph.alignment, round(layout.first_line_indent.mm, 1)) == (3, 12.7)
    assert layout.space_before + layout.space_after >= Pt(6)


@pytest.mark.parametrize(
    ("key", "left", "right"),
    [
        (
            "memorandum",
            ["ĐẠI DIỆN BÊN A", "TRƯỞNG PHÒNG", "Nguyễn Văn A"],
            ["ĐẠI DIỆN BÊN B", "TRƯỞNG PHÒNG", "Trần Thị B"],
        ),
        ("pledge", ["ĐẠI DIỆN BÊN A", "HIỆU TRƯỞNG", "Lê Văn C"], ["ĐẠI DIỆN BÊN B", "HIỆU TRƯỞNG", "Phạm Thị D"]),
        ("minutes", ["THƯ KÝ", "Hoàng Văn E"], ["CHỦ TỌA", "Lê Văn C"]),
    ],
)
def test_two_sides_sign_side_by_side_side_a_on_the_left(filled, key, left, right):
    table = next(table for table in Document(BytesIO(filled(key))).tables if left[0] in table.rows[0].cells[0].text)
    cells = table.rows[0].cells
    assert [[p.text for p in cell.paragraphs if p.text] for cell in cells] == [left, right]
    assert {round(cell.width.mm) for cell in cells} == {82}


def test_a_third_side_signs_below(read):
    sides = [*samples.OFFICES, samples.OFFICE]
    parts = more_bodies(sides, name="Bản ghi nhớ", about="", sign="BGN")
    body = fill(build(bodies.memorandum, 2), {**samples.MEMORANDUM, **parts, "cac_ben": samples.MEMORANDUM["cac_ben"]})
    texts = read(body)
    assert [text for text in texts if text.startswith("ĐẠI DIỆN")] == [f"ĐẠI DIỆN BÊN {side}" for side in "ABC"]


def test_a_report_has_tables_of_any_number_of_columns(read):
    wide = [{"ten": "", "cot": list("abcde"), "hang": [["1", "2", "3", "4", "5"], ["6", "7", "8", "9", "10"]]}]
    section = {"tieu_de": "I. KẾT QUẢ", "doan": ["Bảng:"], "bang": wide}
    context = {**samples.PROGRAMME_REPORT, "cac_phan": [section]}
    body = fill(build(bodies.report, 1), context)
    texts = read(body)
    start = texts.index("a")
    assert texts[start : start + 15] == [*"abcde", *map(str, range(1, 11))]
    table = next(table for table in Document(BytesIO(body)).tables if table.rows[0].cells[0].text == "a")
    assert sum(column.width for column in table.columns) == pytest.approx(Mm(165), abs=Mm(1))


def test_the_heading_of_a_table_is_repeated_and_no_row_is_torn(filled):
    tables = Document(BytesIO(filled("pledge"))).tables
    table = next(table for table in tables if table.rows[0].cells[0].text == "TT")
    marks = [[mark.tag for mark in row._tr.trPr] for row in table.rows]
    assert marks == [[qn("w:tblHeader"), qn("w:cantSplit")], [qn("w:cantSplit")]]


def kept(body):
    """The texts of the paragraphs that stay with what follows, from the body's own level."""
    found = []
    for part in Document(BytesIO(body)).element.body:
        for paragraph in part.iter(qn("w:p")) if part.tag == qn("w:tbl") else [part]:
            if paragraph.find(f"{qn('w:pPr')}/{qn('w:keepNext')}") is not None:
                found.append("".join(node.text or "" for node in paragraph.iter(qn("w:t"))))
    return found


def test_nobody_signs_on_a_page_of_its_own(filled):
    last = "Rất mong quý vị sắp xếp thời gian tới dự./."
    kept_texts = kept(filled("invitation"))
    assert kept_texts[kept_texts.index(last) : kept_texts.index(last) + 2] == [last, ""]
    # A table above the signature gives its last row.
    assert {"1", "Quận A"} <= set(kept(filled("pair_list")))


def test_a_districts_own_template_keeps_its_signature_too(app):
    document = Document()
    for text in ("Đầu", "{{ ten_loai }}", "", ""):
        document.add_paragraph(text)
    document.add_table(1, 1).rows[0].cells[0].text = "Người ký"
    out = BytesIO()
    document.save(out)
    assert kept(fill(out.getvalue(), {"ten_loai": "Cuối"})) == ["Cuối", "", ""]
