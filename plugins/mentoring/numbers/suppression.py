"""Which counts of a fixed table are kept back, so that nobody can compute a small one from those that are shown.

A table with its sums is a flow that goes round: each count is an edge between two sums; what enters a sum leaves it.
A count that is kept back can be anything else if some flow can be sent round through it along edges that are kept back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

LEAST = 5
# The place of a sum in a row or column.
SUM = -1
Key = Hashable
Node = Hashable


@dataclass(frozen=True, slots=True)
class Edge:
    """A count, and the two sums that it stands in: it is added to ``head`` and taken from ``tail``."""

    value: int
    tail: Node
    head: Node


def shown_list(counts: Mapping[Key, int]) -> dict[Key, int | None]:
    """The counts and, under SUM, what they are together; None where a count is kept back."""
    edges = {key: Edge(count, "parts", "whole") for key, count in counts.items()}
    return _shown({**edges, SUM: Edge(sum(counts.values()), "whole", "parts")}, SUM)


def shown_table(counts: Sequence[Sequence[int]]) -> list[list[int | None]]:
    """The counts with the sums of rows and columns; None where a count is kept back."""
    rows, columns = range(len(counts)), range(len(counts[0]))
    edges = {(r, c): Edge(counts[r][c], ("row", r), ("column", c)) for r in rows for c in columns}
    edges |= {(r, SUM): Edge(sum(counts[r]), "sums of rows", ("row", r)) for r in rows}
    edges |= {(SUM, c): Edge(sum(row[c] for row in counts), ("column", c), "sums of columns") for c in columns}
    edges[SUM, SUM] = Edge(sum(map(sum, counts)), "sums of columns", "sums of rows")
    found = _shown(edges, (SUM, SUM))
    return [[found[r, c] for c in (*columns, SUM)] for r in (*rows, SUM)]


def shown_part(part: int, whole: int) -> int | None:
    """How many of a hundred; None where few stand behind the part, or behind the rest."""
    return round(100 * part / whole) if part >= LEAST and whole - part >= LEAST else None


def _shown(edges: Mapping[Key, Edge], whole: Key) -> dict[Key, int | None]:
    """The whole is shown where it is not small itself; then the rest is kept back around what is."""
    if edges[whole].value < LEAST:
        return dict.fromkeys(edges)
    hidden = {key for key, edge in edges.items() if edge.value < LEAST}
    while (betrayed := _betrayed(edges, hidden)) is not None:
        open_ = edges.keys() - hidden - {whole}
        near = [key for key in open_ if {edges[key].tail, edges[key].head} & betrayed]
        if not open_:
            return dict.fromkeys(edges)
        hidden.add(min(near or open_, key=lambda key: (edges[key].value, str(key))))
    return {key: None if key in hidden else edge.value for key, edge in edges.items()}


def _betrayed(edges: Mapping[Key, Edge], hidden: set[Key]) -> set[Node] | None:
    """The sums around a count that the shown ones give away; None where they give none away."""
    for key in sorted(hidden, key=str):
        if _computable(edges, hidden, key):
            return {edges[key].tail, edges[key].head}
    sides: dict[Node, list[int]] = defaultdict(lambda: [0, 0])
    for key in hidden:
        sides[edges[key].tail][0] += edges[key].value
        sides[edges[key].head][1] += edges[key].value
    on_both = {edges[key].tail for key in hidden} & {edges[key].head for key in hidden}
    for node in sorted(sides.keys() - on_both, key=str):
        # Those kept back are known together, and are few together.
        if sum(sides[node]) < LEAST:
            return {node}
    return None


def _computable(edges: Mapping[Key, Edge], hidden: set[Key], key: Key) -> bool:
    """Whether a count can be nothing else, as no count is below nothing: neither more nor less goes round."""
    ways: dict[Node, set[Node]] = defaultdict(set)
    for other in hidden - {key}:
        edge = edges[other]
        ways[edge.tail].add(edge.head)
        if edge.value > 0:
            ways[edge.head].add(edge.tail)
    edge = edges[key]
    more = _reaches(ways, edge.head, edge.tail)
    less = edge.value > 0 and _reaches(ways, edge.tail, edge.head)
    return not (more or less)


def _reaches(ways: Mapping[Node, set[Node]], start: Node, end: Node) -> bool:
    waiting, seen = [start], {start}
    while waiting:
        node = waiting.pop()
        if node == end:
            return True
        new = ways.get(node, set()) - seen
        seen |= new
        waiting.extend(new)
    return False
