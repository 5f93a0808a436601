"""Where pages end: nobody's signature stands on a page of its own, whatever fills the pages before it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile
from typing import Any

from docx.oxml.ns import qn
from lxml import etree

PARAGRAPH, TABLE = qn("w:p"), qn("w:tbl")
NEW_PAGE = f"{qn('w:pPr')}/{qn('w:pageBreakBefore')}"


def keep_signatures(tree: Any) -> None:
    """Keep what stands before the tables that end a paper, who signs and who gets it, on the page where they begin.

    Read from the filled paper: only there is known what its last paragraph is, in a district's own template too.
    """
    for body in tree.iter(qn("w:body")):
        before = _before_last_tables(_without_annex([part for part in body if part.tag in (PARAGRAPH, TABLE)]))
        for paragraph in before:
            _keep_with_next(paragraph)


def _without_annex(parts: list[Any]) -> list[Any]:
    """What stands before the first page that is begun on purpose."""
    return list(takewhile(lambda part: part.find(NEW_PAGE) is None, parts))


def _before_last_tables(parts: list[Any]) -> Iterator[Any]:
    """The empty paragraphs above the last tables, and the last paragraph with words or the last row of a table."""
    while parts and _is_empty(parts[-1]):
        parts.pop()
    if not parts or parts[-1].tag != TABLE:
        return
    while parts and parts[-1].tag == TABLE:
        parts.pop()
    while parts and _is_empty(parts[-1]):
        yield parts.pop()
    if parts and parts[-1].tag == PARAGRAPH:
        yield parts[-1]
    elif parts:
        yield from list(parts[-1].iter(qn("w:tr")))[-1].iter(PARAGRAPH)


def _is_empty(part: Any) -> bool:
    return part.tag == PARAGRAPH and not any(node.text for node in part.iter(qn("w:t")))


def _keep_with_next(paragraph: Any) -> None:
    properties = paragraph.find(qn("w:pPr"))
    if properties is None:
        properties = etree.Element(qn("w:pPr"))
        paragraph.insert(0, properties)
    if properties.find(qn("w:keepNext")) is None:
        # Right after the style, as the schema has it.
        has_style = properties.find(qn("w:pStyle")) is not None
        properties.insert(int(has_style), etree.Element(qn("w:keepNext")))
