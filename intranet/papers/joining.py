"""Many papers as one Word file, to be printed in one go: each begins on a page of its own and keeps its own footer.

The papers are of one template, so styles and numbering are the first one's. What else a paper refers to (headers,
footers, pictures) is taken over, once where several have the same.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterable
from copy import deepcopy
from typing import Any

from docx.oxml.ns import nsmap, qn
from lxml import etree

DOCUMENT, RELATIONS, TYPES = "word/document.xml", "word/_rels/document.xml.rels", "[Content_Types].xml"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
RELATION = f"{{{PACKAGE}/relationships}}Relationship"
TYPE = f"{{{PACKAGE}/content-types}}"
REFERENCE = f"{{{nsmap['r']}}}"


def joined(papers: Iterable[bytes]) -> bytes:
    """One Word file of them all, in their order. Raises ValueError where there are none."""
    rest = iter(papers)
    first = next(rest, None)
    if first is None:
        raise ValueError("no papers to join")
    book = _Book(first)
    for paper in rest:
        book.add(paper)
    return book.bytes()


class _Book:
    """The first paper, to which others are added."""

    def __init__(self, first: bytes) -> None:
        self._parts = _parts(first)
        self._document = _parsed(self._parts[DOCUMENT])
        self._relations = _parsed(self._parts[RELATIONS])
        self._types = _parsed(self._parts[TYPES])
        # What a relation leads to, by which the same is known again.
        self._known = {self._meaning(node, self._parts): node.get("Id") for node in self._relations}
        self._count = 1
        _begin_at_one(self._body[-1])

    @property
    def _body(self) -> Any:
        return self._document[0]

    def add(self, paper: bytes) -> None:
        """Put a paper behind the others."""
        parts = _parts(paper)
        body = _parsed(parts[DOCUMENT])[0]
        self._count += 1
        ids = {node.get("Id"): self._taken_over(node, parts) for node in _parsed(parts[RELATIONS])}
        for node in body.iter():
            for name, value in node.attrib.items():
                if name.startswith(REFERENCE):
                    node.set(name, ids[value])
        _begin_at_one(body[-1])
        self._end_section()
        for node in list(body):
            self._body.append(node)

    def _end_section(self) -> None:
        """What stands last says of a whole document what its pages look like; within one, its last paragraph does."""
        pages = self._body[-1]
        paragraph = etree.SubElement(self._body, qn("w:p"))
        properties = etree.SubElement(paragraph, qn("w:pPr"))
        # As low as can be: a paper that fills its page shall not begin another.
        spacing = etree.SubElement(properties, qn("w:spacing"))
        for name, value in (("before", "0"), ("after", "0"), ("line", "20"), ("lineRule", "exact")):
            spacing.set(qn(f"w:{name}"), value)
        properties.append(pages)

    def _taken_over(self, relation: Any, parts: dict[str, bytes]) -> str:
        """The id in this file of what a relation of another paper leads to; its part is copied unless it is here."""
        meaning = self._meaning(relation, parts)
        if meaning not in self._known:
            mine = deepcopy(relation)
            mine.set("Id", f"rId{self._count}x{len(self._known)}")
            if relation.get("TargetMode") != "External":
                mine.set("Target", self._copied(_target(relation), parts))
            self._relations.append(mine)
            self._known[meaning] = mine.get("Id")
        return self._known[meaning]

    def _copied(self, name: str, parts: dict[str, bytes]) -> str:
        folder, base = posixpath.split(name)
        new = f"{folder}/{self._count}-{base}"
        self._parts[new] = parts[name]
        relations = _relations_of(name)
        if relations in parts:
            self._parts[_relations_of(new)] = self._followed(parts[relations], parts)
        self._declare(name, new, _parsed(parts[TYPES]))
        return f"/{new}"

    def _followed(self, relations: bytes, parts: dict[str, bytes]) -> bytes:
        """The relations of a header or footer, with the pictures that they lead to."""
        tree = _parsed(relations)
        for node in tree:
            if node.get("TargetMode") != "External":
                node.set("Target", self._copied(_target(node), parts))
        return etree.tostring(tree)

    def _declare(self, old: str, new: str, types: Any) -> None:
        for node in types:
            if node.get("PartName") == f"/{old}":
                mine = deepcopy(node)
                mine.set("PartName", f"/{new}")
                self._types.append(mine)
        ending = old.rpartition(".")[2]
        known = {node.get("Extension") for node in self._types.iter(f"{TYPE}Default")}
        self._types[:0] = [n for n in types.iter(f"{TYPE}Default") if n.get("Extension") == ending not in known]

    @staticmethod
    def _meaning(relation: Any, parts: dict[str, bytes]) -> tuple:
        """Relations with the same meaning are one; what there is once in a file is known by its kind."""
        kind, target = relation.get("Type"), relation.get("Target")
        if relation.get("TargetMode") == "External":
            return kind, target
        if kind.rpartition("/")[2] in ("header", "footer", "image"):
            return kind, _holds(_target(relation), parts)
        return (kind,)

    def bytes(self) -> bytes:
        """The Word file."""
        for number, node in enumerate(self._document.iter(qn("wp:docPr")), start=1):
            node.set("id", str(number))
        changed = {DOCUMENT: self._document, RELATIONS: self._relations, TYPES: self._types}
        self._parts |= {
            name: etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)
            for name, tree in changed.items()
        }
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
            for name in (TYPES, *(name for name in self._parts if name != TYPES)):
                package.writestr(name, self._parts[name])
        return out.getvalue()


def _begin_at_one(pages: Any) -> None:
    """Each paper counts its own pages."""
    number = pages.find(qn("w:pgNumType"))
    if number is None:
        number = etree.Element(qn("w:pgNumType"))
        # Its place among what a section says: before the columns.
        pages.insert(next((place for place, node in enumerate(pages) if node.tag == qn("w:cols")), 0), number)
    number.set(qn("w:start"), "1")


def _parts(paper: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(paper)) as package:
        return {name: package.read(name) for name in package.namelist()}


def _parsed(xml: bytes) -> Any:
    return etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True))


def _holds(name: str, parts: dict[str, bytes]) -> tuple:
    """A part, and the pictures that it shows."""
    relations = _parsed(parts[_relations_of(name)]) if _relations_of(name) in parts else ()
    shown = (_target(node) for node in relations if node.get("TargetMode") != "External")
    return parts[name], *(parts[picture] for picture in shown)


def _target(relation: Any) -> str:
    """The name of the part in the package: absolute, or as seen from word/, where all that we follow stands."""
    target = relation.get("Target")
    return target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join("word", target))


def _relations_of(name: str) -> str:
    folder, base = posixpath.split(name)
    return f"{folder}/_rels/{base}.rels"
