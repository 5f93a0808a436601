"""Many papers become one Word file in which each keeps its text, its pictures, its footer and its own pages."""

from io import BytesIO
from zipfile import ZipFile

import pytest
from docx import Document
from docx.shared import Mm
from PIL import Image

from intranet.papers.joining import joined


def picture(colour):
    out = BytesIO()
    Image.new("RGB", (8, 8), colour).save(out, "PNG")
    return BytesIO(out.getvalue())


def paper(text, foot, colour="red", seal=None):
    """A paper with a picture in its text, and another in its header."""
    document = Document()
    document.add_paragraph(text)
    document.add_picture(picture(colour), width=Mm(10))
    section = document.sections[0]
    section.footer.paragraphs[0].text = foot
    if seal:
        section.header.paragraphs[0].add_run().add_picture(picture(seal), width=Mm(10))
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def test_each_paper_keeps_its_text_and_footer_and_counts_its_own_pages():
    document = Document(BytesIO(joined(paper(f"Giấy {number}", f"Mã {number}") for number in range(3))))
    assert [paragraph.text for paragraph in document.paragraphs if paragraph.text] == ["Giấy 0", "Giấy 1", "Giấy 2"]
    assert [section.footer.paragraphs[0].text for section in document.sections] == ["Mã 0", "Mã 1", "Mã 2"]
    starts = [section._sectPr.xpath("string(w:pgNumType/@w:start)") for section in document.sections]
    assert starts == ["1", "1", "1"]


def test_pictures_are_the_papers_own_and_the_same_one_is_kept_once():
    body = joined([paper("a", "x", "red"), paper("b", "x", "blue"), paper("c", "x", "red")])
    document = Document(BytesIO(body))
    ids = [shape._inline.graphic.graphicData.pic.blipFill.blip.embed for shape in document.inline_shapes]
    blobs = [document.part.related_parts[id_].blob for id_ in ids]
    assert (blobs[0] == blobs[2], blobs[0] == blobs[1]) == (True, False)
    names = ZipFile(BytesIO(body)).namelist()
    assert len([name for name in names if name.startswith("word/media/")]) == 2
    # The same footer is kept once, too.
    assert len([name for name in names if "footer" in name and name.endswith(".xml")]) == 1


def test_a_picture_in_a_header_comes_along():
    document = Document(BytesIO(joined([paper("a", "x"), paper("b", "y", seal="green")])))
    header = document.sections[1].header
    (id_,) = header._element.xpath(".//a:blip/@r:embed")
    assert header.part.related_parts[id_].blob == picture("green").getvalue()


def test_the_same_header_with_another_picture_is_another_header():
    document = Document(BytesIO(joined(paper("a", "x", seal=seal) for seal in ("green", "black", "green"))))
    seals = []
    for section in document.sections:
        (id_,) = section.header._element.xpath(".//a:blip/@r:embed")
        seals.append(section.header.part.related_parts[id_].blob)
    assert seals == [picture(colour).getvalue() for colour in ("green", "black", "green")]
    assert document.sections[0].header.part is document.sections[2].header.part


def test_one_paper_stays_as_it_is_and_none_is_no_file():
    assert Document(BytesIO(joined([paper("a", "x")]))).paragraphs[0].text == "a"
    with pytest.raises(ValueError, match="no papers"):
        joined([])
