"""No count that is kept back can be computed from those that are shown."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.mentoring.numbers.suppression import LEAST, SUM, shown_list, shown_part, shown_table

COUNTS = st.one_of(st.integers(0, 6), st.integers(0, 30))
TABLES = st.tuples(st.integers(1, 3), st.integers(1, 3)).flatmap(
    lambda size: st.lists(st.lists(COUNTS, min_size=size[1], max_size=size[1]), min_size=size[0], max_size=size[0])
)


def with_sums(table):
    rows = [[*row, sum(row)] for row in table]
    return [*rows, [sum(column) for column in zip(*rows, strict=True)]]


def other_tables(table, shown):
    """Tables that look the same once published: each count at most one more or less, none below nothing."""
    places = [(r, c) for r in range(len(table)) for c in range(len(table[0]))]
    free = [(r, c) for r, c in places if shown[r][c] is None]
    for steps in product((-1, 0, 1), repeat=len(free)):
        other = [list(row) for row in table]
        for (r, c), step in zip(free, steps, strict=True):
            other[r][c] += step
        summed = with_sums(other)
        same = all(
            seen in (None, count)
            for seen_row, row in zip(shown, summed, strict=True)
            for seen, count in zip(seen_row, row, strict=True)
        )
        if same and min(map(min, other)) >= 0:
            yield summed


@settings(max_examples=150, deadline=None)
@given(table=TABLES)
def test_no_count_kept_back_can_be_computed_from_the_shown_ones(table):
    shown, true = shown_table(table), with_sums(table)
    hidden = {(r, c) for r, row in enumerate(shown) for c, seen in enumerate(row) if seen is None}
    assert {(r, c) for r, row in enumerate(true) for c, count in enumerate(row) if count < LEAST} <= hidden
    if shown[-1][-1] is None:
        assert hidden == {(r, c) for r in range(len(true)) for c in range(len(true[0]))}
        return
    for other in other_tables(table, shown):
        hidden -= {(r, c) for r, c in hidden if other[r][c] != true[r][c]}
        if not hidden:
            return
    assert hidden == set()


@settings(max_examples=150, deadline=None)
@given(counts=st.lists(COUNTS, min_size=1, max_size=6))
def test_of_a_list_at_least_two_are_kept_back_and_they_are_many_together(counts):
    shown = shown_list(dict(enumerate(counts)))
    whole = shown.pop(SUM)
    hidden = [counts[key] for key, count in shown.items() if count is None]
    assert {key for key, count in enumerate(counts) if count < LEAST} <= {k for k, c in shown.items() if c is None}
    if whole is None:
        assert len(hidden) == len(counts)
    elif hidden:
        assert (len(hidden) >= 2, sum(hidden) >= LEAST) == (True, True)


def test_what_is_shown_is_what_was_counted():
    assert shown_table([[6, 7], [8, 9]]) == [[6, 7, 13], [8, 9, 17], [14, 16, 30]]
    assert shown_table([[6, 7], [8, 3]]) == [[None, None, 13], [None, None, 11], [14, 10, 24]]
    assert shown_table([[1, 2], [0, 1]]) == [[None] * 3] * 3
    assert shown_list({"a": 3, "b": 7, "c": 20}) == {"a": None, "b": None, "c": 20, SUM: 30}


@pytest.mark.parametrize(("part", "whole", "shown"), [(5, 10, 50), (4, 10, None), (7, 10, None), (0, 0, None)])
def test_a_share_needs_many_on_both_sides(part, whole, shown):
    assert shown_part(part, whole) == shown
