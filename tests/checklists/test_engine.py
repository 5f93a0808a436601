"""Checklists as plain functions: what is needed, what is missing, which level."""

import json
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intranet.kernel import checklist_bodies as bodies
from intranet.kernel import checklists as engine
from intranet.kernel.checklist_bodies import BadChecklist
from intranet.kernel.checklists import (
    COUNT,
    LEVEL,
    MAJORITY,
    MET,
    POINTS,
    THRESHOLDS,
    Bound,
    Checklist,
    Formula,
    Group,
    Item,
    Rule,
    Step,
)

PACKS = Path(__file__).parents[2] / "plugins" / "digital" / "packs"
DECISION_4725 = json.loads((PACKS / "decision_4725.json").read_text(encoding="utf-8"))
SIZES = st.integers(0, 10_000)


@st.composite
def scored(draw, kind):
    """(a checklist with a rule of the kind, scores of some of its items)."""
    groups, scores = [], {}
    for g in range(draw(st.integers(1, 3))):
        items = []
        for i in range(draw(st.integers(1, 6))):
            most = 2 if kind == MAJORITY else draw(st.integers(0, 30))
            code = f"{g}.{i}"
            items.append(
                Item(
                    code=code,
                    title="x",
                    kind=LEVEL if kind == MAJORITY else draw(st.sampled_from((POINTS, MET))),
                    maximum=Decimal(most),
                    compulsory=draw(st.booleans()),
                )
            )
            top = 1 if items[-1].kind == MET else most
            if draw(st.booleans()):
                scores[code] = Decimal(draw(st.integers(0, top)))
        groups.append(Group(code=str(g), title="x", items=tuple(items)))
    others = sum(not item.compulsory for group in groups for item in group.items)
    if kind == MAJORITY:
        steps = (Step(draw(st.integers(0, others))), Step(draw(st.integers(0, others)), draw(st.integers(0, 1))))
        return Checklist(tuple(groups), Rule(kind=kind, steps=steps)), scores
    low = draw(st.integers(0, 20))
    bounds = (Bound(Decimal(low)), Bound(Decimal(low + draw(st.integers(0, 20))), draw(st.booleans())))
    return Checklist(tuple(groups), Rule(kind=kind, bounds=tuple(sorted(bounds, key=lambda b: (b.points, b.above))))), (
        scores
    )


anything_scored = st.one_of(scored(MAJORITY), scored(THRESHOLDS))


def top(item):
    return Decimal(1) if item.kind == MET else item.maximum


@settings(deadline=None)
@given(st.fractions(Fraction(1, 1000), 1000), SIZES, SIZES)
def test_what_is_needed_is_the_product_rounded_up_and_never_less_for_more(factor, size, more):
    formula = Formula(factor, "class")
    needed = formula.required({"class": size})
    assert needed - 1 < factor * size <= needed
    assert formula.required({"class": size + more}) >= needed


@pytest.mark.parametrize(
    ("factor", "per", "sizes", "needed"),
    [
        ("0,6", "class", {"class": 45}, 27),
        ("0.6", "class", {"class": 8}, 5),
        ("1/15", "pupil", {"pupil": 16}, 2),
        ("1", "school", {}, 1),
        ("3", "site", {"site": 0}, 0),
        ("1", "room", {"room": None}, None),
        ("1", "room", {}, None),
    ],
)
def test_formulas_by_example(factor, per, sizes, needed):
    assert Formula(engine.factor(factor), per).required(sizes) == needed


@pytest.mark.parametrize(
    "text", ["", "0", "-1", "1/0", "1e9", "0x1", "một", "__import__('os')", "9999999", "1,23456", "٣"]
)
def test_what_is_no_formula_is_refused(text):
    assert engine.factor(text) is None


@settings(deadline=None)
@given(st.none() | SIZES, st.none() | SIZES)
def test_a_shortage_fills_up_to_what_is_needed_and_is_never_negative(required, usable):
    lack = engine.shortage(required, usable)
    if required is None or usable is None:
        assert lack is None
    else:
        assert lack >= 0
        assert max(required, usable) == usable + lack


@settings(deadline=None)
@given(anything_scored, st.data())
def test_a_better_score_never_lowers_the_level(made, data):
    checklist, scores = made
    item = data.draw(st.sampled_from(list(checklist.items.values())))
    now = scores.get(item.code) or Decimal(0)
    better = now + data.draw(st.integers(0, int(top(item) - now)))
    assert engine.level(checklist, {**scores, item.code: better}) >= engine.level(checklist, scores)


@settings(deadline=None)
@given(anything_scored, st.integers(1, 3))
def test_doing_what_is_missing_reaches_the_level_where_it_can_be_reached(made, target):
    checklist, scores = made
    target = min(target, checklist.rule.highest)
    full = {code: top(item) for code, item in checklist.items.items()}
    done = dict(scores)
    for lack in engine.missing(checklist, scores, target):
        done[lack.item.code] = (scores.get(lack.item.code) or Decimal(0)) + lack.gap
        assert engine.refusal(lack.item, done[lack.item.code]) is None
    if engine.level(checklist, full) >= target:
        assert engine.level(checklist, done) >= target


@settings(deadline=None)
@given(anything_scored, st.integers(1, 3))
def test_where_nothing_is_missing_the_level_is_reached(made, target):
    checklist, scores = made
    level, target = engine.level(checklist, scores), min(target, checklist.rule.highest)
    lacks = engine.missing(checklist, scores, target)
    assert [lack.gap for lack in lacks] == sorted(lack.gap for lack in lacks)
    assert engine.missing(checklist, scores, level) == []
    full = {code: top(item) for code, item in checklist.items.items()}
    if not lacks and engine.level(checklist, full) >= target:
        assert level >= target


@settings(deadline=None)
@given(anything_scored)
def test_totals_are_the_sums_of_the_points(made):
    checklist, scores = made
    points = sum(
        (scores.get(code) or Decimal(0) for code, item in checklist.items.items() if item.kind == POINTS), Decimal(0)
    )
    assert sum(engine.totals(checklist, scores).values()) == points
    assert engine.answered(checklist, scores) == len(scores)


@settings(deadline=None)
@given(anything_scored)
def test_what_is_written_is_read_again(made):
    checklist, _scores = made
    if any(item.maximum == 0 for item in checklist.items.values()):
        return
    # A thing that is met or not has no maximum of its own.
    groups = tuple(
        replace(g, items=tuple(replace(i, maximum=Decimal(1)) if i.kind == MET else i for i in g.items))
        for g in checklist.groups
    )
    tidy = replace(checklist, groups=groups)
    assert bodies.read(json.loads(json.dumps(bodies.plain(tidy)))) == tidy


def four_thousand(**scores):
    return {code.replace("_", "."): Decimal(score) for code, score in scores.items()}


@pytest.mark.parametrize(
    ("teaching", "managing", "compulsory", "levels"),
    [
        (49, 80, 1, {"1": 1, "2": 3}),
        (50, 75, 1, {"1": 2, "2": 2}),
        (75, 50, 1, {"1": 2, "2": 2}),
        (76, 76, 1, {"1": 3, "2": 3}),
        (100, 90, 0, {"1": 1, "2": 1}),
    ],
)
def test_decision_4725_by_its_thresholds(teaching, managing, compulsory, levels):
    checklist = bodies.read(DECISION_4725)
    scores = {code: Decimal(compulsory) for code in ("1.1", "1.2", "2.1", "2.2")}
    for group, points in zip(checklist.groups, (teaching, managing), strict=True):
        left = Decimal(points)
        for item in group.items:
            if item.kind == POINTS:
                scores[item.code] = min(left, item.maximum)
                left -= scores[item.code]
    assert engine.group_levels(checklist, scores) == levels
    assert engine.level(checklist, scores) == min(levels.values())


@pytest.mark.parametrize(
    ("points", "level"),
    [("0", 1), ("9", 1), ("9.99", 1), ("10", 2), ("20", 2), ("20.01", 3), ("21", 3), ("30", 3)],
)
def test_criterion_1_3_of_decision_4725_has_its_own_level(points, level):
    assert bodies.read(DECISION_4725).parts["1.3"].level(Decimal(points)) == level


def test_a_part_joins_the_items_of_its_group_whose_codes_begin_with_its_own():
    group = bodies.read(DECISION_4725).groups[0]
    part = group.parts[0]
    joined = [item.code for item in group.items_of(part)]
    assert joined == ["1.3.1", "1.3.2", "1.3.3", "1.3.4", "1.3.5"]
    assert not part.holds(replace(group.items[2], code="1.30.1"))
    assert [item.code for item in group.items if group.parts_from(item) == [part]] == ["1.3.1"]
    scores = {"1.3.1": Decimal(6), "1.3.5": Decimal("2.5"), "1.4": Decimal(9)}
    assert engine.points_of(group.items_of(part), scores) == Decimal("8.5")


@pytest.mark.parametrize("points", [0, 6])
def test_the_level_of_a_part_changes_neither_its_groups_nor_the_whole(points):
    checklist = bodies.read(DECISION_4725)
    without = replace(checklist, groups=tuple(replace(group, parts=()) for group in checklist.groups))
    scores = {code: top(item) for code, item in checklist.items.items()}
    scores |= {code: Decimal(points) for code in scores if code.startswith("1.3.")}
    for found in (engine.totals, engine.group_levels, engine.level):
        assert found(checklist, scores) == found(without, scores)
    assert engine.missing(checklist, scores, 3) == engine.missing(without, scores, 3)


def test_a_group_that_does_not_sum_to_what_its_source_states_is_pointed_out():
    checklist = bodies.read(DECISION_4725)
    assert [(group.code, group.reachable) for group in checklist.groups] == [("1", 100), ("2", 90)]
    assert engine.doubts(checklist) == [
        "Nhóm 2 cộng được 90 điểm, văn bản ghi 100. Thầy/cô đối chiếu lại điểm tối đa các mục."
    ]


def majority(scores):
    """Two compulsory items and three others, by a rule like that of Circular 57."""
    items = tuple(
        Item(code=str(i), title="x", kind=LEVEL, maximum=Decimal(2), compulsory=i < 2) for i in range(len(scores))
    )
    checklist = Checklist((Group(code="g", title="x", items=items),), Rule(kind=MAJORITY, steps=(Step(2), Step(2, 1))))
    return engine.level(checklist, {str(i): Decimal(score) for i, score in enumerate(scores)})


@pytest.mark.parametrize(
    ("scores", "level"),
    [
        ((1, 1, 1, 1, 0), 1),
        ((1, 0, 2, 2, 2), 0),
        ((1, 1, 1, 0, 0), 0),
        ((2, 2, 2, 2, 1), 2),
        ((2, 2, 2, 2, 0), 1),
        ((2, 1, 2, 2, 2), 1),
    ],
)
def test_the_rule_of_the_majority_by_example(scores, level):
    assert majority(scores) == level


@pytest.mark.parametrize(
    ("item", "score", "fits"),
    [
        (Item(code="1", title="x", kind=POINTS, maximum=Decimal(6)), "6", True),
        (Item(code="1", title="x", kind=POINTS, maximum=Decimal(6)), "5.5", True),
        (Item(code="1", title="x", kind=POINTS, maximum=Decimal(6)), "6.01", False),
        (Item(code="1", title="x", kind=POINTS, maximum=Decimal(6)), "-1", False),
        (Item(code="1", title="x", kind=POINTS, maximum=Decimal(6)), "NaN", False),
        (Item(code="1", title="x", kind=LEVEL, maximum=Decimal(2)), "1.5", False),
        (Item(code="1", title="x", kind=MET), "1", True),
        (Item(code="1", title="x", kind=MET), "2", False),
    ],
)
def test_a_score_fits_its_item_or_is_refused_with_a_sentence(item, score, fits):
    assert (engine.refusal(item, Decimal(score)) is None) == fits


def body(**changes):
    item = {"code": "1.1", "title": "Phòng học", "kind": COUNT, "factor": "0,6", "per": "class"}
    return {"groups": [{"code": "1", "title": "Phòng", "items": [{**item, **changes}]}]}


def parted(code="1.1", title="Phòng", bounds=("3", ">5"), kind=POINTS):
    part = {"code": code, "title": title, "bounds": bounds}
    return {"groups": [body(code="1.1.1", kind=kind, maximum="6")["groups"][0] | {"parts": [part]}]}


@pytest.mark.parametrize("raw", [DECISION_4725, parted(bounds=["5", ">5"])])
def test_a_checklist_with_parts_is_written_and_read_again(raw):
    checklist = bodies.read(raw)
    assert bodies.read(json.loads(json.dumps(bodies.plain(checklist)))) == checklist


def test_a_checklist_without_parts_is_written_as_before():
    assert list(bodies.plain(bodies.read(body()))["groups"][0]) == ["code", "title", "items"]


RISING = "Nhóm nhỏ 1.1: ngưỡng điểm phải tăng dần và nhiều nhất 4 mức."
NO_ITEMS = "Nhóm nhỏ {0} chưa có mục chấm điểm nào: trong nhóm của nó, mã các mục phải bắt đầu bằng {0} và dấu chấm."
NUMBERS = "Nhóm nhỏ 1.1: ngưỡng điểm phải là các số, ví dụ 10; >20."


@pytest.mark.parametrize(
    ("raw", "sentences"),
    [
        (parted(bounds=["5", "3"]), [RISING]),
        (parted(bounds=["3", "3"]), [RISING]),
        (parted(bounds=[">3", "3"]), [RISING]),
        (parted(bounds=["1", "2", "3", "4"]), [RISING]),
        (parted(bounds=[]), [NUMBERS]),
        (parted(bounds=["ba"]), [NUMBERS]),
        (parted(bounds=["3", "-1"]), [NUMBERS]),
        (parted(bounds=["3", ">6"]), ["Nhóm nhỏ 1.1 chỉ cộng được 6 điểm, không tới được ngưỡng cao nhất."]),
        (
            parted(code="1.2"),
            [NO_ITEMS.format("1.2")],
        ),
        (
            parted(kind=MET),
            [NO_ITEMS.format("1.1")],
        ),
        (parted(title=""), ["Mục 1.1 chưa có nội dung."]),
        (parted(code="1.1.1"), ["Mã 1.1.1 có hai lần.", NO_ITEMS.format("1.1.1")]),
    ],
)
def test_a_wrong_part_is_refused_with_a_sentence(raw, sentences):
    with pytest.raises(BadChecklist) as refused:
        bodies.read(raw)
    assert list(refused.value.sentences) == sentences


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        ({}, "Bộ này chưa có mục nào."),
        (body(code="1 1"), "Mã 1 1 chưa đúng: dùng chữ số, chữ cái không dấu và dấu chấm."),
        (body(title=""), "Mục 1.1 chưa có nội dung."),
        (body(kind="guess"), "Mục 1.1: chưa chọn cách trả lời."),
        (body(factor="class*2"), "Mục 1.1: định mức phải là một số, ví dụ 0,6 hoặc 1/15."),
        (body(per="teacher"), "Mục 1.1: định mức phải là một số, ví dụ 0,6 hoặc 1/15."),
        (body(kind=POINTS, maximum="nhiều"), "Mục 1.1: điểm hoặc mức cao nhất chưa đúng."),
        (body(kind=LEVEL, maximum="9"), "Mục 1.1: điểm hoặc mức cao nhất chưa đúng."),
        (
            {"groups": [*body()["groups"], *body()["groups"]]},
            "Mã 1 có hai lần.",
        ),
        ({**body(), "rule": {"kind": THRESHOLDS, "bounds": []}}, "Quy tắc xếp mức chưa đủ hoặc chưa đúng."),
        ({**body(), "rule": {"kind": THRESHOLDS, "bounds": ["sáu"]}}, "Quy tắc xếp mức chưa đủ hoặc chưa đúng."),
        (
            {**body(), "rule": {"kind": THRESHOLDS, "bounds": ["75", "50"]}},
            "Ngưỡng điểm phải tăng dần và nhiều nhất 4 mức.",
        ),
        (
            {**body(kind=LEVEL, maximum="2"), "rule": {"kind": MAJORITY, "steps": [{"rest": 3}]}},
            "Mức 1 đòi 3 mục không bắt buộc, bộ chỉ có 1.",
        ),
    ],
)  # fmt: skip
def test_a_wrong_checklist_is_refused_with_a_sentence(raw, sentence):
    with pytest.raises(BadChecklist) as refused:
        bodies.read(raw)
    assert sentence in refused.value.sentences


def test_the_rule_is_told_in_words():
    assert engine.rule_in_words(bodies.read(DECISION_4725)) == [
        "Mức 1: chưa đủ điểm của mức 2.",
        "Mức 2: mỗi nhóm từ 50 điểm.",
        "Mức 3: mỗi nhóm trên 75 điểm.",
        "Thiếu một mục bắt buộc thì nhóm ấy chỉ ở mức 1; mức chung là mức thấp nhất của các nhóm.",
        "Nhóm nhỏ 1.3: mức 2 từ 10 điểm, mức 3 trên 20 điểm; mức này không tính vào mức của nhóm.",
    ]
