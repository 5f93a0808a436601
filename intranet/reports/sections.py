"""What a report consists of: sections in five parts, as JSON in the report; and what filling them anew changes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from intranet.registry.reports import FIRST_TERM

# The narrative skeleton of official reports; the annex follows the signature.
DIRECTION, RESULTS, SHORTCOMINGS, PLANS, PROPOSALS, ANNEX = "1", "2", "3", "4", "5", "annex"
PARTS = (DIRECTION, RESULTS, SHORTCOMINGS, PLANS, PROPOSALS)
ROMAN = {DIRECTION: "I", RESULTS: "II", SHORTCOMINGS: "III", PLANS: "IV", PROPOSALS: "V"}
# Of the annex's columns, those that a page has room for.
ANNEX_ON_PAPER = ("Trường thứ nhất", "Trường thứ hai", "Trạng thái", "Số cam kết", "Hoàn thành", "Hoạt động")
# The keys of sections that people add.
OWN = "own-"


def part_headings(term: str) -> dict[str, str]:
    """The headings of the parts, in Vietnamese: they stand on the paper."""
    ahead = "học kỳ II" if term == FIRST_TERM else "năm học tới"
    return {
        DIRECTION: "Công tác chỉ đạo",
        RESULTS: "Kết quả thực hiện",
        SHORTCOMINGS: "Tồn tại, hạn chế",
        PLANS: f"Phương hướng, nhiệm vụ {ahead}",
        PROPOSALS: "Kiến nghị, đề xuất",
        ANNEX: "Phụ lục",
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Figures: a text or a number for each column."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str | int]]
    caption: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A section of a report. ``filled`` is the text as the figures gave it; None where people added the section.

    A section taken out stays here, so that filling the report anew does not bring it back.
    """

    key: str
    part: str
    text: str
    heading: str = ""
    tables: Sequence[Table] = field(default_factory=tuple)
    filled: str | None = None
    removed: bool = False

    @property
    def is_own(self) -> bool:
        """Whether people added it."""
        return self.filled is None

    @property
    def is_rewritten(self) -> bool:
        """Whether people wrote its text."""
        return self.text != self.filled


def dump(sections: Iterable[Section]) -> str:
    """The sections as the report keeps them."""
    return json.dumps([asdict(section) for section in sections], ensure_ascii=False, separators=(",", ":"))


def load(text: str) -> list[Section]:
    """The sections that a report keeps."""
    return [_section(values) for values in json.loads(text)]


def _section(values: dict[str, Any]) -> Section:
    return Section(**{**values, "tables": tuple(_table(**table) for table in values["tables"])})


def _table(columns: Sequence[str], rows: Sequence[Sequence[str | int]], caption: str) -> Table:
    return Table(columns=tuple(columns), rows=tuple(map(tuple, rows)), caption=caption)


@dataclass(frozen=True, slots=True)
class Part:
    """A part as the paper shows it: "II. Kết quả thực hiện" with its sections, each (number or "", section)."""

    key: str
    title: str
    sections: Sequence[tuple[str, Section]]


def parts(sections: Iterable[Section], term: str) -> list[Part]:
    """The five parts of the paper without what was taken out. Numbers are given here: sections come and go."""
    headings = part_headings(term)
    shown = [section for section in sections if not section.removed]
    return [
        Part(key, f"{ROMAN[key]}. {headings[key]}", _numbered([section for section in shown if section.part == key]))
        for key in PARTS
    ]


def _numbered(sections: Sequence[Section]) -> list[tuple[str, Section]]:
    titled = [section for section in sections if section.heading]
    numbers = {section.key: f"{number}. " for number, section in enumerate(titled, start=1)} if len(titled) > 1 else {}
    return [(numbers.get(section.key, ""), section) for section in sections]


def annex(sections: Iterable[Section]) -> Table | None:
    """The long list behind the paper, if it has one."""
    return next((table for section in sections if section.part == ANNEX for table in section.tables), None)


def on_paper(table: Table, most: int | None = None) -> Table:
    """The annex with a running number and the columns that a page has room for; the Excel file has all of it."""
    places = [table.columns.index(name) for name in ANNEX_ON_PAPER]
    rows = ((number, *(row[place] for place in places)) for number, row in enumerate(table.rows[:most], start=1))
    return Table(columns=("TT", *ANNEX_ON_PAPER), rows=tuple(rows), caption=table.caption)


def in_order(sections: Iterable[Section]) -> list[Section]:
    """By part; within one the order stays."""
    order = (*PARTS, ANNEX)
    return sorted(sections, key=lambda section: order.index(section.part))


# --- Filling anew ---


@dataclass(frozen=True, slots=True)
class Change:
    """What filling anew does to a section: ``before`` or ``after`` is None where it is new or goes.

    ``kept``: people wrote its text, which stays; ``offered`` is what the figures would say.
    """

    before: Section | None
    after: Section | None

    @property
    def kept(self) -> bool:
        """Whether a text that people wrote stays although the figures would say something else."""
        both = self.before is not None and self.after is not None
        return both and self.after.is_rewritten and self.after.filled != self.before.filled

    @property
    def figures(self) -> bool:
        """Whether its tables change."""
        return (self.before.tables if self.before else ()) != (self.after.tables if self.after else ())


def refilled(old: Sequence[Section], fresh: Sequence[Section], failed: Iterable[str] = ()) -> list[Section]:
    """The report with fresh figures: what people wrote, added or took out stays so.

    ``failed`` are modules that could not tell anything: theirs stays as it is.
    """
    known = {section.key: section for section in old}
    found = [_with_figures(known.get(section.key), section) for section in fresh]
    keys = {section.key for section in fresh}
    rest = (section for section in old if section.key not in keys)
    return in_order([*found, *_left_over(rest, tuple(f"{module}." for module in failed))])


def _with_figures(old: Section | None, fresh: Section) -> Section:
    if old is None:
        return fresh
    text = old.text if old.is_rewritten else fresh.text
    return replace(old, text=text, tables=fresh.tables, filled=fresh.text)


def _left_over(rest: Iterable[Section], failed: tuple[str, ...]) -> Iterator[Section]:
    """Of sections that the figures no longer give: people's own, and what they wrote, without figures."""
    for section in rest:
        if section.is_own or section.key.startswith(failed):
            yield section
        elif section.is_rewritten:
            yield replace(section, tables=(), filled=None)


def changes(old: Sequence[Section], new: Sequence[Section]) -> list[Change]:
    """What differs, in the order of the paper."""
    before, after = ({section.key: section for section in sections} for sections in (old, new))
    keys = dict.fromkeys([*after, *before])
    return [Change(before.get(key), after.get(key)) for key in keys if before.get(key) != after.get(key)]
