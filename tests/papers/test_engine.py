"""Filling templates: what people typed stays text, and a template can do little."""

from io import BytesIO

import pytest
from docx import Document
from PIL import Image

from intranet.papers import bodies, samples
from intranet.papers.engine import Pictured, TemplateFault, fill
from intranet.papers.layout import build

HOSTILE = [
    "Trường <b>A</b> & \"B\" 'C'",
    "{{ so_ky_hieu }} {% for x in y %} {# #}",
    "{_{ 1 }_} {_% x %_}",
    '=HYPERLINK("http://x")',
    "</w:t></w:r></w:p>",
    "&lt;không phải thẻ&gt; &#123;",
    "Dài " + "ơ" * 10_000,
    "😀 chữ ngoài mặt phẳng cơ bản",
]


def template(*paragraphs):
    """A Word file with these paragraphs."""
    document = Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


@pytest.fixture(autouse=True)
def context(app):
    with app.app_context():
        yield


@pytest.mark.parametrize(
    ("size", "drawn"),
    [((40, 60), (47, 70)), ((60, 40), (105, 70)), ((300, 60), (150, 30))],
    ids=["tall", "wide", "widest"],
)
def test_a_picture_is_as_high_as_wished_and_never_wider_than_the_text(size, drawn):
    body = BytesIO()
    Image.new("RGB", size, "teal").save(body, "PNG")
    paper = Document(BytesIO(fill(template("{{ anh }}"), {"anh": Pictured("", body.getvalue(), 70)})))
    (shape,) = paper.inline_shapes
    assert (round(shape.width.mm), round(shape.height.mm)) == drawn


@pytest.mark.parametrize("text", HOSTILE)
def test_what_people_typed_is_printed_letter_by_letter(read, text):
    sample = {**samples.PLEDGE, "trich_yeu": text, "mo_dau": [text]}
    promise = {"stt": 1, "noi_dung": text, "ben": text, "so_luong": text, "han": text}
    texts = read(fill(build(bodies.pledge, 2), {**sample, "cam_ket": [promise]}))
    assert texts.count(text) == 6


def test_characters_that_xml_cannot_hold_are_left_out(read):
    assert read(fill(template("{{ ten }}"), {"ten": "a\x00b\x07c\x0cd\ud800e\ufffff"})) == ["abcdef"]


def test_lines_of_a_text_stay_lines():
    body = fill(template("{{ ten }}"), {"ten": "ỦY BAN NHÂN DÂN\nPHƯỜNG A"})
    assert Document(BytesIO(body)).paragraphs[0].text == "ỦY BAN NHÂN DÂN\nPHƯỜNG A"


@pytest.mark.parametrize(
    ("paragraphs", "sentence"),
    [
        (["Số {{ so_van_ban }}"], "Ở đoạn “Số {{ so_van_ban }}”: không có thẻ “so_van_ban”."),
        (["a", "{{ nhom.sai }}"], "Ở đoạn “{{ nhom.sai }}”: không có thẻ “sai”."),
        (
            ["{{ nhom }}"],
            "Ở đoạn “{{ nhom }}”: thẻ này là một nhóm giá trị; hãy dùng từng giá trị trong nhóm hoặc lặp bằng for.",
        ),
        (["{{ ten | sai }}"], "Ở đoạn “{{ ten | sai }}”: không có cách viết “sai”."),
        (["{% neu ten %}"], "Ở đoạn “{% neu ten %}”: không có lệnh “neu”."),
        (
            ["{% if ten %}mở", "cuối"],
            "Ở đoạn “{% if ten %}mở”: thiếu lệnh đóng endif hoặc endfor, hoặc thiếu dấu đóng thẻ.",
        ),
        (["{{ ten ten }}"], "Ở đoạn “{{ ten ten }}”: thẻ viết chưa đúng."),
    ],
)
def test_an_error_is_told_with_its_paragraph_and_its_tag(paragraphs, sentence):
    with pytest.raises(TemplateFault) as fault:
        fill(template(*paragraphs), {"ten": "A", "nhom": {"a": "b"}})
    assert str(fault.value) == sentence


NOT_ALLOWED = "mẫu chỉ được dùng thẻ giá trị, if và for"


@pytest.mark.parametrize(
    "tag",
    [
        "{{ ten.upper() }}",
        "{{ 'a' * 1000000000 }}",
        "{{ 2 ** 100000000 }}",
        "{{ range(1000000000) }}",
        "{% set x = ten %}",
        "{% macro m() %}{% endmacro %}",
        "{% include 'x' %}",
        "{{ ten.__class__.__mro__ }}",
        "{{ '%1000000000d' % 1 }}",
        "{{ [ten, ten] }}",
        "{% for a in muc %}{% for b in muc %}{% endfor %}{% endfor %}",
        "{% for a in muc recursive %}{% endfor %}",
    ],
)
def test_a_template_can_neither_run_long_nor_reach_out(tag):
    with pytest.raises(TemplateFault):
        fill(template(tag), {"ten": "A", "muc": ["1", "2"]})


def test_a_loop_goes_over_what_the_outer_item_holds(read):
    tag = "{% for a in muc %}{% for b in a.con %}{{ b }}{% endfor %};{% endfor %}"
    assert read(fill(template(tag), {"muc": [{"con": ["1", "2"]}, {"con": ["3"]}]})) == ["12;3;"]


def test_a_condition_that_begins_before_a_table_and_ends_within_it_is_told():
    document = Document()
    document.add_paragraph("{% if co %}x")
    document.add_table(rows=1, cols=2).cell(0, 0).text = "y{% endif %}"
    out = BytesIO()
    document.save(out)
    with pytest.raises(TemplateFault, match="nằm lệch nhau"):
        fill(out.getvalue(), {"co": False})


def test_a_file_that_is_no_word_file_is_told():
    with pytest.raises(TemplateFault, match="Tệp mẫu hỏng"):
        fill(b"PK\x03\x04nothing", {})
