"""The best pairs of all schools: what must hold for whatever schools there are."""

import subprocess
import sys
from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.matching.assignment import best_pairs
from plugins.matching.score import BALANCED, Facts, may_pair, most_points, prepared, score

MOST = most_points(BALANCED)
SUBJECTS = st.lists(st.sampled_from(("Toán", "Văn", "Bơi", "Tiếng Anh")), max_size=2, unique=True).map(tuple)


def side(district_id, first_id):
    facts = st.builds(
        dict,
        levels=st.sampled_from((1, 2, 4, 6)),
        strengths=SUBJECTS,
        needs=SUBJECTS,
        pupils=st.sampled_from((None, 200, 500, 900)),
        load=st.integers(0, 2),
    )
    return st.lists(facts, max_size=5).map(
        lambda found: [
            Facts(id=first_id + place, name=f"Trường {first_id + place}", district_id=district_id, **values)
            for place, values in enumerate(found)
        ]
    )


SIDES = st.tuples(side(1, 100), side(2, 200))


def split(sides):
    schools = prepared([*sides[0], *sides[1]])
    return [school for school in schools if school.id < 200], [school for school in schools if school.id >= 200]


@given(SIDES)
def test_no_pair_lacks_a_common_level_and_no_school_stands_twice(sides):
    pairs = best_pairs(*split(sides), MOST)
    assert all(may_pair(one, other) for one, other in pairs)
    ids = [school.id for pair in pairs for school in pair]
    assert len(ids) == len(set(ids))


@given(SIDES)
def test_the_same_schools_give_the_same_pairs(sides):
    first, second = split(sides)
    assert best_pairs(first, second, MOST) == best_pairs(first, second, MOST)


@given(SIDES, st.data())
def test_what_is_forbidden_is_never_paired(sides, data):
    first, second = split(sides)
    every = [frozenset((one.id, other.id)) for one in first for other in second]
    forbidden = set(data.draw(st.lists(st.sampled_from(every), unique=True))) if every else set()
    pairs = best_pairs(first, second, MOST, forbidden=forbidden)
    assert [pair for pair in pairs if frozenset((pair[0].id, pair[1].id)) in forbidden] == []


@settings(max_examples=40)
@given(SIDES)
def test_nobody_could_pair_more_schools_or_reach_more_points(sides):
    """Against every way there is, tried one by one."""
    first, second = split(sides)
    found = best_pairs(first, second, MOST)
    reached = (len(found), sum(score(one, other, MOST) for one, other in found))
    assert reached == max(_outcomes(first, second))


def _outcomes(first, second):
    fewer, more = sorted((first, second), key=len)
    for order in permutations(more, len(fewer)):
        pairs = [pair for pair in zip(fewer, order, strict=True) if may_pair(*pair)]
        yield len(pairs), sum(score(*pair, MOST) for pair in pairs)


def test_web_workers_do_without_the_solver():
    """Its libraries take half a second and 40 MB: jobs load them. openpyxl, which reads lists, would load numpy."""
    look = "import sys, intranet.app, plugins.matching.hooks; print(sorted({'scipy', 'numpy'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", look], capture_output=True, text=True).stdout == "[]\n"
