"""The best pairs of all schools at once. Imported by jobs only: the solver's library takes half a second to load."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

import numpy
from scipy.optimize import linear_sum_assignment

from plugins.matching.score import Facts, may_pair, score

# Worse than any number of good pairs together: as many schools as possible find a partner, and then the best ones.
IMPOSSIBLE = -10_000_000


def best_pairs(
    first: Sequence[Facts],
    second: Sequence[Facts],
    most: Mapping[str, int],
    *,
    forbidden: Collection[frozenset[int]] = (),
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> list[tuple[Facts, Facts]]:
    """Pairs of one school of each side, each school at most once, with the highest sum of scores.

    Schools without a level in common, and ``forbidden`` pairs of ids, are never paired. The same schools in the same
    order give the same pairs. ``progress`` is told how many of the first are compared.
    """
    table = numpy.empty((len(first), len(second)), dtype=numpy.int64)
    for row, school in enumerate(first):
        progress(row, len(first))
        table[row] = [
            score(school, other, most)
            if may_pair(school, other) and frozenset((school.id, other.id)) not in forbidden
            else IMPOSSIBLE
            for other in second
        ]
    rows, columns = linear_sum_assignment(table, maximize=True)
    return [
        (first[row], second[column])
        for row, column in zip(rows.tolist(), columns.tolist(), strict=True)
        if table[row, column] > IMPOSSIBLE
    ]
