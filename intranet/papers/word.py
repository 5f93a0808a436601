"""The door to Word files.

What reads and writes them (python-docx, docxtpl, lxml) takes ten megabytes and a tenth of a second: it is loaded with
the first paper of a process, not with the program.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from intranet.contributions import PaperKind
from intranet.shared.edits import Refused


class TemplateFault(Refused):
    """A template cannot be filled. The text is a sentence that says where and why, for whoever keeps it."""

    def __init__(self, sentence: str) -> None:
        super().__init__("file", sentence)


class Pictured(str):
    """A text that is followed by a picture, at most ``height`` mm high, where a template shows it as it is."""

    picture: bytes
    height: int

    def __new__(cls, text: str, picture: bytes, height: int) -> Pictured:
        """As str has it."""
        value = super().__new__(cls, text)
        value.picture, value.height = picture, height
        return value


def fill(template: bytes, context: Mapping[str, Any], title: str = "") -> bytes:
    """The Word file that a template gives with these values. Raises TemplateFault."""
    from intranet.papers import engine

    return engine.fill(template, context, title)


def our_template(kind: PaperKind) -> bytes:
    """Our own template of a kind."""
    from intranet.papers import layout

    return layout.our_template(kind)


def joined(papers: Iterable[bytes]) -> bytes:
    """One Word file of them all, in their order. Raises ValueError where there are none."""
    from intranet.papers import joining

    return joining.joined(papers)
