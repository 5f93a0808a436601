"""A school becomes part of another in the middle of needs and deliveries."""

from decimal import Decimal

import pytest

from intranet.registry.schools import School
from intranet.schools.life_cycle import merge_school
from plugins.facilities.models import Need, Offer
from plugins.facilities.needs import rules
from tests.facilities.conftest import NEED


@pytest.fixture
def merge(app, actor_of):
    """``merge("hm.hieutruong", "hm2.hieutruong")``: the first one's school becomes part of the second one's."""

    def run(one, other):
        schools = [School.get_by_id(actor_of(username).school_id) for username in (one, other)]
        with app.app_context():
            merge_school(*schools, person_id=None)
        return schools[1]

    return run


def test_needs_and_what_is_under_way_go_to_the_successor(cast, make_need, promise, bring, merge):
    need = make_need()
    offer = bring(promise(need, 5), "dispatched")
    successor = merge("hm.hieutruong", "hm2.hieutruong")
    assert (Need.get_by_id(need.id).school_id, Offer.get_by_id(offer.id).school_id) == (successor.id, successor.id)
    browser = cast("hm2.hieutruong")
    assert browser.submit(f"/facilities/offers/{offer.id}/receive", "receive").status_code == 303
    assert Need.get_by_id(need.id).received == Decimal(5)


def test_one_shortage_that_both_had_stays_two_needs_and_none_is_lost(app, make_need, actor_of, merge):
    mine = make_need(source="review", source_key="room:7")
    with app.app_context():
        theirs = rules.make_need(actor_of("hm2.hieutruong"), {**NEED, "source": "review", "source_key": "room:7"})
    merge("hm.hieutruong", "hm2.hieutruong")
    assert [Need.get_by_id(need.id).source_key for need in (mine, theirs)] == [None, "room:7"]


def test_what_one_of_the_two_promised_the_other_is_given_up(make_need, promise, merge):
    need = make_need()
    offer = promise(need, 5, "hm2.hieutruong")
    merge("hm2.hieutruong", "hm.hieutruong")
    assert (Offer.get_by_id(offer.id).state, Need.get_by_id(need.id).pledged) == ("cancelled", Decimal(0))


def test_a_closed_school_calls_for_nothing(app, cast, make_need, actor_of, promise):
    need = make_need()
    School.update(closed_on="2020-01-01").where(School.id == need.school_id).execute()
    assert need.item not in cast("uh.hieutruong").get("/facilities/wall").text
