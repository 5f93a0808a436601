"""How well two schools suit each other, and what the sentence says and does not say."""

import pytest

from plugins.matching.score import (
    ALIKE,
    BALANCED,
    DIFFERENT,
    FACTORS,
    FULL,
    PRESETS,
    SIMILAR,
    Facts,
    distance_km,
    matches,
    may_pair,
    most_points,
    prepared,
    rate,
    score,
    size_step,
)

MOST = most_points(BALANCED)


def school(number, **facts):
    return Facts(id=number, **{"name": f"Trường THCS {number}", "district_id": number, "levels": 4, **facts})


def both(first, second):
    return prepared([school(1, **first), school(2, **second)])


@pytest.mark.parametrize(
    ("strength", "need", "found"),
    [
        ("Dạy học tiếng Anh", "Giáo viên tiếng Anh", True),
        ("Thư viện thân thiện", "Sách thư viện", True),
        ("Toán", "Giáo viên Toán", True),
        ("Phụ đạo học sinh", "Phụ đạo học sinh", True),
        ("Khoẻ và đẹp", "Khỏe và đẹp", True),
        ("Phụ đạo học sinh", "Bồi dưỡng học sinh giỏi", False),
        ("Giáo viên Tin học", "Giáo viên Toán", False),
        ("Máy chiếu", "Máy tính cho phòng Tin học", False),
        ("Dạy học môn Toán", "Dạy học môn Văn", False),
    ],
)
def test_a_strength_answers_a_need_that_speaks_of_the_same(strength, need, found):
    giver, receiver = both({"strengths": (strength,)}, {"needs": (need,)})
    assert matches(giver, receiver) == ([(strength, need)] if found else [])
    assert len(giver.answers & receiver.need_keys) == found


def test_help_in_both_directions_counts_more_than_in_one():
    one_way = both({"strengths": ("Toán", "Văn")}, {"needs": ("Toán", "Văn")})
    two_ways = both(
        {"strengths": ("Toán", "Văn"), "needs": ("Bơi", "Múa")}, {"needs": ("Toán", "Văn"), "strengths": ("Bơi", "Múa")}
    )
    points = [rate(*pair, MOST).parts["needs"]["points"] for pair in (one_way, two_ways)]
    assert points == [250, 500]


@pytest.mark.parametrize(
    ("first", "second", "step"),
    [
        ({"pupils": 1000}, {"pupils": 750}, ALIKE),
        ({"pupils": 500}, {"pupils": 1000}, SIMILAR),
        ({"pupils": 400}, {"pupils": 1000}, DIFFERENT),
        ({"pupils": 1000, "classes": 20}, {"classes": 16}, ALIKE),
        ({"pupils": 1000}, {"classes": 16}, ""),
        ({"pupils": 0}, {"pupils": 10}, ""),
    ],
)
def test_sizes_are_compared_in_three_steps(first, second, step):
    assert size_step(school(1, **first), school(2, **second)) == step


def test_distances_are_told_in_steps_of_ten_kilometres():
    hoang_mai, ung_hoa = school(1, place=(20.97, 105.85)), school(2, place=(20.72, 105.81))
    assert (distance_km(hoang_mai, ung_hoa), distance_km(hoang_mai, school(3))) == (30, None)


def test_the_parts_add_up_to_the_score_and_their_most_to_a_hundred_points():
    first, second = both({"strengths": ("Toán",), "pupils": 500, "load": 1}, {"needs": ("Toán",), "pupils": 800})
    for weights in (*PRESETS.values(), dict.fromkeys(FACTORS, 1), {**dict.fromkeys(FACTORS, 0), "load": 7}):
        most = most_points(weights)
        rating = rate(first, second, most)
        assert sum(most.values()) == FULL
        assert sum(rating.parts[factor]["points"] for factor in FACTORS) == rating.score == score(first, second, most)


def test_what_is_not_known_counts_half_and_is_not_spoken_of():
    rating = rate(*both({}, {}), MOST)
    assert (rating.parts["size"]["points"], rating.parts["distance"]["points"]) == (100, 50)
    assert rating.sentence == "Cùng cấp THCS; hai trường chưa có cặp nào."


def test_the_sentence_names_every_reason():
    first, second = both(
        {"strengths": ("Dạy học tiếng Anh",), "needs": ("Vườn trường",), "pupils": 900, "place": (20.97, 105.85)},
        {
            "strengths": ("Vườn trường",),
            "needs": ("Giáo viên tiếng Anh",),
            "pupils": 800,
            "place": (20.72, 105.81),
            "load": 2,
        },
    )
    assert rate(first, second, MOST).sentence == (
        "Cùng cấp THCS; THCS 1 mạnh về “Dạy học tiếng Anh”, THCS 2 cần “Giáo viên tiếng Anh”; "
        "THCS 2 mạnh về “Vườn trường”, đúng điều THCS 1 cần; quy mô tương đương; cách nhau khoảng 30 km; "
        "THCS 2 đang có 2 cặp."
    )


def test_figures_of_the_other_district_cannot_be_reckoned_from_a_suggestion():
    """Two sizes of the same step give the same rating: nothing of the number itself gets through."""
    ratings = [rate(*both({"pupils": 1000}, {"pupils": pupils}), MOST) for pupils in (800, 999, 1200)]
    assert ratings[0] == ratings[1] == ratings[2]


@pytest.mark.parametrize(
    ("second", "allowed"),
    [({}, True), ({"levels": 6}, True), ({"levels": 2}, False), ({"district_id": 1}, False)],
)
def test_only_schools_of_two_districts_with_a_level_in_common_may_be_paired(second, allowed):
    assert may_pair(school(1), school(2, **second)) is allowed
