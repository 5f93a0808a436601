"""A school is split in the middle of needs and deliveries."""

from decimal import Decimal

import pytest

from intranet.registry.schools import School
from intranet.registry.twinning import Pairing
from intranet.schools.life_cycle import merge_school
from intranet.schools.open_work import open_work
from intranet.shared import activities
from intranet.shared.waiting import Waiting
from plugins.facilities.models import DonationPlan, Gift, Need, Offer


@pytest.fixture
def pair(actor_of):
    return Pairing.get(Pairing.first_school == actor_of("hm.hieutruong").school_id)


@pytest.fixture
def make_plan(actor_of):
    def make(state):
        school = School.get_by_id(actor_of("hm.hieutruong").school_id)
        return DonationPlan.create(
            district=school.district_id, school=school, title=f"Sửa phòng đọc {state}", content="Sửa.", state=state
        )

    return make


def offered(app, school_id):
    with app.app_context():
        work = open_work(School.get_by_id(school_id))
    return [one.label for key, one in work.items() if key.startswith("facilities:")]


def test_what_the_office_knows_of_is_offered_and_no_draft(app, make_need, make_plan):
    need = make_need("submitted")
    make_need("draft", item="Máy chiếu")
    for state in ("draft", "collecting", "closed"):
        make_plan(state)
    labels = offered(app, need.school_id)
    assert (need.item in labels, "Máy chiếu" in labels) == (True, False)
    assert [label for label in labels if label.startswith("Sửa")] == ["Sửa phòng đọc collecting"]


def test_a_need_goes_with_what_is_on_its_way_and_waits_there(cast, make_need, promise, bring, pair, split_off):
    need = make_need()
    offer = bring(promise(need, 5), "dispatched")
    people = ["hm.hieutruong", "hm.dieuphoi"]
    old, new = split_off("hm.hieutruong", people=people, pairs=[pair.id], work=[f"facilities:need:{need.id}"])
    moved = Offer.get_by_id(offer.id)
    assert (Need.get_by_id(need.id).school_id, moved.school_id, moved.pairing_id) == (new.id, new.id, pair.id)
    assert not Waiting.select().where(Waiting.module == "facilities", Waiting.school == old).exists()
    browser = cast("hm.hieutruong")
    assert browser.submit(f"/facilities/offers/{offer.id}/receive", "receive").status_code == 303
    assert Need.get_by_id(need.id).received == Decimal(5)


def test_under_no_pair_of_its_own_a_gift_still_comes_but_counts_for_no_promise(make_need, promise, split_off):
    need = make_need()
    offer = promise(need, 5)
    split_off("hm.hieutruong", work=[f"facilities:need:{need.id}"])
    moved = Offer.get_by_id(offer.id)
    assert (offer.pairing_id is None, moved.pairing_id, moved.clause_id) == (False, None, None)


def test_what_was_received_stays_in_the_old_schools_ledger(app, make_need, promise, bring, pair, split_off):
    need = make_need()
    offer = bring(promise(need, 5))
    old, _new = split_off("hm.hieutruong", pairs=[pair.id], work=[f"facilities:need:{need.id}"])
    assert Offer.get_by_id(offer.id).school_id == old.id
    with app.app_context():
        assert list(activities.check()) == []


def test_a_plan_goes_with_its_book(cast, make_plan, split_off):
    plan = make_plan("collecting")
    Gift.create(plan=plan, number=1, on="2026-09-05", kind="money", amount=Decimal(1_000_000))
    _old, new = split_off("hm.hieutruong", people=["hm.hieutruong"], work=[f"facilities:plan:{plan.id}"])
    assert DonationPlan.get_by_id(plan.id).school_id == new.id
    assert "1.000.000" in cast("hm.hieutruong").get(f"/facilities/donations/{plan.id}").text


def test_what_is_not_chosen_or_not_the_schools_stays(make_need, split_off, actor_of):
    mine = make_need()
    theirs = Need.get(Need.school != mine.school_id)
    split_off("hm.hieutruong", work=[f"facilities:need:{theirs.id}"])
    assert [Need.get_by_id(need.id).school_id for need in (mine, theirs)] == [mine.school_id, theirs.school_id]


def test_what_arrived_keeps_its_pair_through_a_split_and_a_merger(
    app, actor_of, make_need, promise, bring, pair, split_off
):
    offer = bring(promise(make_need(), 5))
    old, _new = split_off("hm.hieutruong", pairs=[pair.id])
    with app.app_context():
        merge_school(School.get_by_id(actor_of("hm2.hieutruong").school_id), old, person_id=None)
        assert list(activities.check()) == []
    assert Offer.get_by_id(offer.id).pairing_id == pair.id


@pytest.mark.parametrize("with_pair", [True, False])
def test_what_was_promised_under_a_pair_is_for_whoever_has_the_pair(make_need, promise, pair, split_off, with_pair):
    offer = promise(make_need(), 5)
    old, new = split_off("uh.hieutruong", pairs=[pair.id] if with_pair else [])
    giver = new if with_pair else old
    assert Offer.get_by_id(offer.id).giver_school_id == giver.id
    rows = Waiting.select().where(Waiting.subject_type == "facilities_offer", Waiting.subject_id == offer.id)
    assert {row.school_id for row in rows} <= {offer.school_id, giver.id}
