"""What a document shows inside: a program of its own, so that a forged file brings down nothing but itself.

``python -m intranet.files.looking DOCUMENT MEDIA_TYPE DIRECTORY`` writes look.json and, of a PDF, 1.jpg, 2.jpg … into
the directory. look.json holds {"parts": [part], "goes_on": whether the document does}; a part has a "title", "lines" of
text and "rows" of cells, each only where there is something, and of a page the "width" and "height" of its picture.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from intranet.shared.uploads import PACKAGES, PDF

MOST_PAGES, MOST_SLIDES, MOST_SHEETS = 10, 30, 3
MOST_LINES, MOST_ROWS, MOST_CELLS = 200, 30, 10
LONGEST_LINE, LONGEST_CELL = 1000, 200
# Of a page's picture, in pixels: readable on a phone turned sideways, some 100 KB.
WIDTH, HEIGHT, QUALITY = 1000, 1500, 70
# Bytes and seconds that a document may take.
MEMORY, SECONDS = 1 << 30, 20

Part = dict[str, Any]
Look = tuple[list[Part], bool]


def _pages(path: Path, directory: Path) -> Look:
    import pypdfium2

    document, parts = pypdfium2.PdfDocument(path), []
    for number in range(min(len(document), MOST_PAGES)):
        page = document[number]
        width, height = page.get_size()
        picture = page.render(scale=min(WIDTH / width, HEIGHT / height)).to_pil().convert("RGB")
        picture.save(directory / f"{number + 1}.jpg", quality=QUALITY, optimize=True)
        lines = page.get_textpage().get_text_bounded().splitlines()
        parts.append(_part(lines=lines) | {"width": picture.width, "height": picture.height})
    return parts, len(document) > MOST_PAGES


def _text(path: Path, directory: Path) -> Look:
    from docx import Document
    from docx.table import Table

    blocks = list(islice(Document(str(path)).iter_inner_content(), MOST_LINES + 1))
    parts, title, lines = [], "", []
    for block in blocks[:MOST_LINES]:
        if isinstance(block, Table):
            parts += [_part(title, lines), _part(rows=([cell.text for cell in row.cells] for row in block.rows))]
            title, lines = "", []
        elif (block.style.name or "").startswith(("Heading", "Title")):
            parts.append(_part(title, lines))
            title, lines = block.text, []
        else:
            lines.append(block.text)
    return [part for part in [*parts, _part(title, lines)] if part], len(blocks) > MOST_LINES


def _slides(path: Path, directory: Path) -> Look:
    from pptx import Presentation

    slides = Presentation(str(path)).slides
    parts = []
    for slide in islice(slides, MOST_SLIDES):
        title = slide.shapes.title
        texts = (line for shape in _shapes(slide.shapes) if shape != title for line in _lines_of(shape))
        parts.append(_part(title.text if title is not None else "", texts))
    return parts, len(slides) > MOST_SLIDES


def _shapes(shapes: Iterable[Any]) -> Iterator[Any]:
    """Those of groups, too."""
    for shape in shapes:
        if hasattr(shape, "shapes"):
            yield from _shapes(shape.shapes)
        else:
            yield shape


def _lines_of(shape: Any) -> Iterator[str]:
    if shape.has_text_frame:
        yield from (paragraph.text for paragraph in shape.text_frame.paragraphs)
    elif getattr(shape, "has_table", False):
        yield from (" · ".join(cell.text for cell in row.cells) for row in shape.table.rows)


def _sheets(path: Path, directory: Path) -> Look:
    from openpyxl import load_workbook

    # Opened here: by its path it would have to end in .xlsx.
    with path.open("rb") as file:
        book = load_workbook(file, read_only=True, data_only=True)
        seen = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        parts, goes_on = [], len(seen) > MOST_SHEETS
        for sheet in seen[:MOST_SHEETS]:
            rows = ([_shown(value) for value in row] for row in sheet.iter_rows(values_only=True))
            full = list(islice((row for row in rows if any(row)), MOST_ROWS + 1))
            parts.append(_part(sheet.title, rows=full[:MOST_ROWS]))
            goes_on |= len(full) > MOST_ROWS or any(any(row[MOST_CELLS:]) for row in full)
    return parts, goes_on


def _shown(value: Any) -> str:
    """A cell as Vietnamese offices write it."""
    if isinstance(value, bool):
        return "x" if value else ""
    if isinstance(value, datetime) and (value.hour or value.minute):
        return value.strftime("%H:%M %d/%m/%Y")
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    if isinstance(value, float):
        return f"{round(value, 6):f}".rstrip("0").rstrip(".").replace(".", ",")
    return "" if value is None else str(value)


def _part(title: str = "", lines: Iterable[str] = (), rows: Iterable[list[str]] = ()) -> Part:
    """Without what is empty, and of bearable length."""
    texts = (" ".join(line.split())[:LONGEST_LINE] for line in lines)
    cells = ([" ".join(cell.split())[:LONGEST_CELL] for cell in row[:MOST_CELLS]] for row in islice(rows, MOST_ROWS))
    part = {
        "title": " ".join(title.split())[:LONGEST_LINE],
        "lines": list(islice(filter(None, texts), MOST_LINES)),
        "rows": [row for row in cells if any(row)],
    }
    return {name: value for name, value in part.items() if value}


READERS: dict[str, Callable[[Path, Path], Look]] = {
    PDF: _pages,
    PACKAGES["word/document.xml"][1]: _text,
    PACKAGES["ppt/presentation.xml"][1]: _slides,
    PACKAGES["xl/workbook.xml"][1]: _sheets,
}


def look_into(path: Path, media_type: str, directory: Path) -> None:
    """Write what the document shows inside into the directory. Raises whatever its library does."""
    parts, goes_on = READERS[media_type](path, directory)
    body = json.dumps({"parts": parts, "goes_on": goes_on}, ensure_ascii=False)
    (directory / "look.json").write_text(body, encoding="utf-8")


def _limit() -> None:
    # Windows has no such limits; there the time alone is watched.
    with suppress(ImportError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


if __name__ == "__main__":
    _limit()
    look_into(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
