"""Free half-hours as people write them, and who is suggested for a child, with the reasons."""

import pytest

from plugins.mentoring.mentors import free_time
from plugins.mentoring.mentors.suggestions import Candidate, Wish, level_of, suggest

MONDAY, WEDNESDAY = 0, 2
LOWER = 4


def slots(weekday, text):
    return frozenset((weekday, half) for half in free_time.read_day(text))


@pytest.fixture(autouse=True)
def in_request(app):
    """Reasons are sentences in somebody's language."""
    with app.test_request_context():
        yield


@pytest.mark.parametrize(
    ("text", "halves"),
    [
        ("", set()),
        ("15:00-16:30", {30, 31, 32}),
        ("15h-16h, 19:00 – 20h", {30, 31, 38, 39}),
        ("7 giờ 30 đến 8h30", {15, 16}),
        # Only whole half-hours count.
        ("15:10-16:20", {31}),
        ("15:10-15:20", set()),
        ("15:00-16:00;15:30-16:30", {30, 31, 32}),
    ],
)
def test_free_time_is_read_as_people_write_it(text, halves):
    assert free_time.read_day(text) == halves


@pytest.mark.parametrize("text", ["chiều", "15:00", "16:00-15:00", "5:00-7:00", "21:00-23:00", "25:00-26:00", "15:00-"])
def test_what_is_no_time_is_refused_with_a_sentence(text):
    with pytest.raises(ValueError, match=r"[Gg]iờ"):
        free_time.read_day(text)


def test_free_time_is_kept_and_shown_as_it_was_given():
    week = slots(MONDAY, "15:00-16:30, 19:00-20:00") | slots(WEDNESDAY, "7:00-7:30")
    assert free_time.decoded(free_time.encoded(week)) == week
    assert free_time.in_words(week) == "Thứ Hai 15:00-16:30, 19:00-20:00; Thứ Tư 7:00-7:30"
    assert free_time.decoded("") == frozenset()


@pytest.mark.parametrize(
    ("starts", "minutes", "fits"), [(900, 45, True), (900, 90, True), (900, 91, False), (885, 45, False)]
)
def test_a_time_fits_only_within_the_free_half_hours(starts, minutes, fits):
    assert free_time.fits(slots(MONDAY, "15:00-16:30"), MONDAY, starts, minutes) is fits


def test_the_first_time_that_is_long_enough_is_proposed():
    week = slots(MONDAY, "15:00-15:30") | slots(WEDNESDAY, "16:00-17:00")
    assert free_time.first_fitting(week, 45) == (WEDNESDAY, 960)
    assert free_time.first_fitting(week, 90) is None


def candidate(person_id, **values):
    known = {"school_id": 1, "school": "THCS A", "subjects": "Toán", "levels": LOWER, "most": 2, "load": 0}
    free = slots(MONDAY, "15:00-16:00")
    return Candidate(**{"person_id": person_id, "name": f"Cô {person_id}", "free": free, **known, **values})


WISH = Wish(school_id=1, subject="Toán", level=LOWER, free=slots(MONDAY, "15:30-17:00"))


def order(*candidates):
    return [one.candidate.person_id for one in suggest(WISH, candidates)]


def test_subject_comes_before_time_and_school_and_the_full_stand_at_the_end():
    best = candidate(1, subjects="Ngữ văn, toán")
    other_school = candidate(2, school_id=2)
    other_subject = candidate(3, subjects="Ngữ văn")
    full = candidate(4, load=2)
    assert order(full, other_subject, other_school, best) == [1, 2, 3, 4]


def test_of_two_alike_the_one_with_fewer_children_stands_first_and_the_order_does_not_depend_on_the_question():
    assert order(candidate(1, load=1), candidate(2)) == [2, 1]
    assert order(candidate(2), candidate(1)) == order(candidate(1), candidate(2)) == [1, 2]


def test_the_reasons_name_the_time_in_common_and_what_speaks_against():
    (one,) = suggest(WISH, [candidate(1)])
    assert one.common == slots(MONDAY, "15:30-16:00")
    assert one.reasons == (
        "Dạy đúng môn cần kèm",
        "Đúng cấp học",
        "Cùng rảnh Thứ Hai 15:30-16:00",
        "Đang kèm 0 trong 2 em nhận được",
        "Cùng trường với em",
    )
    (other,) = suggest(WISH, [candidate(2, school_id=2, subjects="Ngữ văn", levels=0, free=frozenset(), load=2)])
    assert (other.full, other.reasons) == (True, ())
    assert other.doubts == (
        "Chưa đăng ký môn cần kèm",
        "Khác cấp học của em",
        "Không có giờ rảnh chung",
        "Đã kèm đủ 2 em",
    )


@pytest.mark.parametrize(
    ("name", "level"), [("1A", 2), ("5", 2), ("6A1", 4), ("9", 4), ("12A", 8), ("13A", 0), ("Mầm", 0)]
)
def test_the_level_of_a_class_follows_from_its_grade(name, level):
    assert level_of(name) == level
