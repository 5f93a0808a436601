"""The demo's files: a decision, a plan and a photo, made on the spot."""

from __future__ import annotations

import io
import zipfile
from typing import Any
from xml.sax.saxutils import escape

from intranet.files import rules
from intranet.registry.people import Person
from intranet.shared.spreadsheets import MEGABYTE
from intranet.shared.uploads import Upload, taken

CONTENT_TYPES = """<?xml version="1.0" encoding="UTF-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Override PartName="/word/document.xml"
 ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"""
RELATIONS = """<?xml version="1.0" encoding="UTF-8"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1"
 Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
 Target="word/document.xml"/></Relationships>"""
DOCUMENT = """<?xml version="1.0" encoding="UTF-8"?>
<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{}</w:body></w:document>"""
# Always the same, so that a demo built again holds the same contents.
SOME_DAY = (2024, 9, 5, 7, 30, 0)


def attach(record: Any, person: Person, marker: str = "", *, name: str, module: str = "") -> None:
    """Put the files on a record called ``name``; ``marker`` stands in their names and in what they say."""
    end = f" {marker}" if marker else ""
    made = (
        (_plan(name, marker), f"Kế hoạch phối hợp năm học 2024-2025{end}.docx"),
        (_decision(marker), f"Quyết định thành lập tổ chuyên môn{end}.pdf"),
        (_photo(), f"Sân trường{end}.png"),
    )
    uploads = [_taken(body, file_name) for body, file_name in made]
    rules.attach(record, uploads, person_id=person.id, module=module)


def _taken(body: bytes, name: str) -> Upload:
    return taken(body, name, largest=MEGABYTE)


def _plan(record_name: str, marker: str) -> bytes:
    lines = ("KẾ HOẠCH PHỐI HỢP NĂM HỌC 2024-2025", record_name, "Tài liệu minh họa của bản dùng thử.", marker)
    text = "".join(f"<w:p><w:r><w:t>{escape(line)}</w:t></w:r></w:p>" for line in lines if line)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for part, content in (
            ("[Content_Types].xml", CONTENT_TYPES),
            ("_rels/.rels", RELATIONS),
            ("word/document.xml", DOCUMENT.format(text)),
        ):
            package.writestr(zipfile.ZipInfo(part, SOME_DAY), content)
    return out.getvalue()


def _decision(marker: str) -> bytes:
    """One page; the letters of PDF's own fonts have no Vietnamese marks."""
    page = f"BT /F1 18 Tf 72 720 Td (Quyet dinh - tai lieu minh hoa {marker}) Tj ET".encode("ascii")
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(page), page),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )
    body, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj%s\nendobj\n" % (number, content)
    rows = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(objects) + 1
    return body + b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (
        count,
        rows,
        count,
        len(body),
    )


def _photo() -> bytes:
    """A schoolyard under a blue sky, drawn."""
    # Loaded late as in shared.uploads: whoever serves a demo needs none of it.
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (960, 640), "#bfe0f2")
    draw = ImageDraw.Draw(image)
    draw.ellipse((760, 60, 860, 160), fill="#f3b94d")
    draw.rectangle((0, 440, 960, 640), fill="#cdb48a")
    draw.rectangle((160, 240, 800, 440), fill="#f4e3c1")
    draw.polygon(((130, 240), (480, 140), (830, 240)), fill="#a3231d")
    for left in range(200, 760, 90):
        draw.rectangle((left, 280, left + 50, 340), fill="#2e6f8e")
    draw.rectangle((450, 350, 510, 440), fill="#5b3a1e")
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
