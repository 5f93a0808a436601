"""Ứng Hòa becomes several communes: each office goes on with the round of its own schools, and all of it comes back."""

from datetime import timedelta

import pytest

from intranet.kernel.clock import today
from intranet.registry.districts import District
from intranet.registry.schools import School
from intranet.registry.units import UnitChange
from intranet.shared import office_rounds
from intranet.shared.checklists import ChecklistPack
from intranet.shared.steps import take
from intranet.shared.waiting import Waiting
from intranet.units.undoing import undo_change
from plugins.facilities.models import PublicWall, Review, ReviewLine, Round
from plugins.facilities.reviews import queries, rules


@pytest.fixture
def change(request):
    """``change()``: Ứng Hòa is divided; the units by name."""
    return lambda: request.getfixturevalue("reorganised")


@pytest.fixture
def take_back(app):
    def undo():
        with app.app_context():
            undo_change(UnitChange.get(), person_id=None)

    return undo


@pytest.fixture
def opened(app, actor_of):
    """A round of Ứng Hòa; of those asked, THCS Hồng Quang has sent its review and another one has begun."""
    with app.app_context():
        Round.delete().where(Round.id.not_in(Review.select(Review.round))).execute()
        pack = ChecklistPack.get(ChecklistPack.key == "review-lower-secondary")
        values = {"title": "Rà soát đầu năm học", "note": "", "due_on": today() + timedelta(days=30)}
        made = rules.open_round(actor_of("uh.chuyenvien"), pack, values)
        principal = actor_of("uh.hieutruong")
        sent = rules.begin_review(made, School.get_by_id(principal.school_id), principal.person_id)
        ReviewLine.update(have=10, usable=4, condition=4).where(ReviewLine.review == sent).execute()
        take(sent, "submit", principal)
        asked = School.select().where(
            School.id.in_(office_rounds.schools_asked(made)), School.id != principal.school_id
        )
        rules.begin_review(made, asked.order_by(School.sort_key).first(), principal.person_id)
        return made


def board(round_):
    return {row.school_id: row.state for row in queries.board(round_)}


def rounds_of(district, title="Rà soát đầu năm học"):
    return list(Round.select().where(Round.district == district, Round.title == title))


def test_each_office_goes_on_with_its_own_schools_and_none_is_asked_twice(opened, change):
    before = board(opened)
    units = change()
    [whole], [part] = rounds_of(units["Vân Đình"]), rounds_of(units["Hòa Xá"])
    assert (whole.id, part.split_from_id, part.due_on) == (opened.id, opened.id, opened.due_on)
    assert [rounds_of(units[name]) for name in ("Ứng Hòa", "Ứng Thiên", "Huyện Ứng Hòa")] == [[], [], []]
    boards = [board(whole), board(part)]
    assert boards[0] | boards[1] == before
    assert not boards[0].keys() & boards[1].keys()
    assert list(boards[1].values()) == ["submitted"]


def test_what_was_sent_waits_for_the_office_of_now_which_locks_it(app, opened, change, actor_of, cast):
    sent = Review.get(Review.round == opened, Review.state == "submitted")
    units = change()
    review = Review.get_by_id(sent.id)
    waits = [
        row.district_id for row in Waiting.select().where(Waiting.subject_id == review.id, Waiting.role == "officer")
    ]
    assert set(waits) == {units["Hòa Xá"].id}
    assert {line.district_id for line in ReviewLine.select().where(ReviewLine.review == review)} == {review.district_id}
    # The people of the office work in Vân Đình by now.
    page = cast("uh.chuyenvien").get(f"/facilities/reviews/{review.id}")
    assert page.status_code == 404


def test_a_school_that_has_not_begun_finds_its_round(app, opened, change, cast):
    with app.app_context():
        mine = Review.get(Review.state == "submitted", Review.round == opened)
        ReviewLine.delete().where(ReviewLine.review == mine).execute()
        Waiting.delete().where(Waiting.subject_id == mine.id).execute()
        mine.delete_instance()
    [part] = rounds_of(change()["Hòa Xá"])
    browser = cast("uh.hieutruong")
    assert browser.submit(f"/facilities/rounds/{part.id}", "begin").status_code == 303
    assert browser.get(f"/facilities/rounds/{opened.id}").status_code == 404
    assert Review.get(Review.school == mine.school_id, Review.round == part).state == "draft"


def test_the_board_tells_how_all_parts_stand(opened, change, cast):
    assert (
        cast("uh.chuyenvien").soup(f"/facilities/rounds/{opened.id}").find(attrs={"data-panel": "facilities.parts"})
        is None
    )
    asked = len(board(opened))
    change()
    panel = cast("uh.chuyenvien").soup(f"/facilities/rounds/{opened.id}").find(attrs={"data-panel": "facilities.parts"})
    assert [(row.dt.text, row.dd.text) for row in panel.select("dl div")] == [
        ("Xã Hòa Xá", "0/1 trường xong"),
        ("Xã Vân Đình", f"0/{asked - 1} trường xong"),
        ("Cả đợt", f"0/{asked} trường xong"),
    ]


def test_taken_back_it_is_one_round_again_with_what_was_done_since(app, opened, change, take_back, actor_of):
    before = board(opened)
    units = change()
    with app.app_context():
        [part] = rounds_of(units["Hòa Xá"])
        review = Review.get(Review.round == part)
        Review.update(remark="Đã xem").where(Review.id == review.id).execute()
    take_back()
    assert [row.id for row in rounds_of(units["Huyện Ứng Hòa"])] == [opened.id]
    assert Round.select().where(Round.split_from.is_null(False)).count() == 0
    again = Round.get_by_id(opened.id)
    assert board(again) == before
    assert (again.asked_in, again.asked_on) == (None, None)
    assert Review.get_by_id(review.id).remark == "Đã xem"


def test_a_unit_that_takes_schools_in_does_not_ask_them_what_it_asked_its_own(app, opened, change, actor_of):
    home = actor_of("hm.chuyenvien").district_id
    with app.app_context():
        values = {"title": "Của Hoàng Mai", "note": "", "due_on": today() + timedelta(days=30)}
        other = rules.open_round(actor_of("hm.chuyenvien"), opened.pack, values)
        asked = len(board(other))
        change()
        assert len(board(Round.get_by_id(other.id))) == asked
        assert Round.get_by_id(other.id).district_id == home


def test_where_the_office_had_a_public_page_its_successors_have_one(app, change, take_back, cast):
    with app.app_context():
        PublicWall.create(district=District.get(District.code == "UH"), shown=True, contact="Phòng GD&ĐT")
    units = change()
    shown = {wall.district.name: wall.contact for wall in PublicWall.select().where(PublicWall.shown == True)}  # noqa: E712
    assert {name: shown[name] for name in ("Xã Vân Đình", "Xã Hòa Xá")} == {
        "Xã Vân Đình": "UBND xã Vân Đình",
        "Xã Hòa Xá": "UBND xã Hòa Xá",
    }
    assert [link.text for link in cast("").soup("/facilities/public/UH").select("#list a")] == [
        "Xã Hòa Xá",
        "Xã Vân Đình",
    ]
    take_back()
    assert not PublicWall.select().where(PublicWall.district.in_([units["Vân Đình"], units["Hòa Xá"]])).exists()
    assert cast("").get("/facilities/public/UH").status_code == 200
