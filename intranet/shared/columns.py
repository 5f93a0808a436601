"""What a column of a list is: declared once, used to read files, to write them, for templates and for the guide."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from intranet.kernel.language import source_text

TEXT, NUMBER, DATE = "text", "number", "date"


class BadCell(ValueError):
    """The cell's value cannot be used; the text says why and what to write instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of an Excel list.

    ``label`` is the header that we write; ``aliases`` are those that we understand, as spreadsheets.label_key writes
    them (the label's own is always understood). ``parse`` takes a cell's value and returns the stored one, None for an
    empty cell, and raises BadCell or ValueError with a sentence. ``hint`` says what the column accepts; ``choices`` are
    texts to choose from in a template.
    """

    key: str
    label: Any
    aliases: tuple[str, ...] = ()
    parse: Callable[[Any], Any] = str
    hint: Any = ""
    example: str = ""
    choices: tuple[str, ...] = ()
    required: bool = False
    kind: str = TEXT
    width: int = 16

    @property
    def header(self) -> str:
        """The label as a file carries it."""
        return source_text(self.label)
