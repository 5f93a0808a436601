"""A school becomes part of another in the middle of needs and deliveries."""

from decimal import Decimal

import pytest

from intranet.kernel.clock import today
from intranet.registry.schools import School
from intranet.schools.life_cycle import merge_school
from intranet.shared.notices import Notice
from intranet.shared.steps import begin
from intranet.shared.waiting import Waiting
from plugins.facilities.models import DonationPlan, Donor, Gift, Need, Offer, Opinion, Proposal, ProposalItem, Spending
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


def test_the_successor_keeps_the_plan_and_its_book_and_settles_it(app, cast, actor_of, person, merge):
    old = School.get_by_id(actor_of("hm.hieutruong").school_id)
    place = {"district": old.district_id, "school": old}
    with app.app_context():
        plan = DonationPlan.create(**place, title="Sửa phòng đọc", content="Sửa.", state="collecting")
        begin(plan, person_id=None)
        donor = Donor.create(**place, name="Bình Minh", sort_key="b", search_text="binh minh", kind="company")
        money = {"kind": "money", "amount": 5_000_000, "giver": donor.name}
        Gift.create(plan=plan, number=1, on=today(), donor=donor, **money)
        Spending.create(plan=plan, on=today(), what="Mua giá sách", amount=2_000_000)
        Opinion.create(plan=plan, text="Nên mua thêm đèn", given_on=today())
    successor = merge("hm.hieutruong", "hm2.hieutruong")
    assert DonationPlan.get_by_id(plan.id).school_id == successor.id
    page = cast("hm2.hieutruong").get(f"/facilities/donations/{plan.id}").text
    assert [words in page for words in ("Bình Minh", "Mua giá sách", "Nên mua thêm đèn")] == [True, True, True]
    of_plan = Waiting.subject_type == "facilities_donation_plan", Waiting.subject_id == plan.id
    assert {school for (school,) in Waiting.select(Waiting.school).where(*of_plan).tuples()} == {successor.id}
    told = Notice.select().where(Notice.person == person("hm2.hieutruong"), Notice.title.contains("kế hoạch vận động"))
    assert told.count() == 1


def test_what_stands_in_a_proposal_is_the_successors(app, cast, make_need, merge):
    need = make_need()
    with app.app_context():
        proposal = Proposal.create(district=need.district_id, title="Bổ sung bàn ghế", state="sent")
        line = {"item": need.item, "quantity": need.quantity, "unit": need.unit}
        item = ProposalItem.create(proposal=proposal, need=need, school=need.school_id, position=1, **line)
        Need.update(state="proposal").where(Need.id == need.id).execute()
    address = f"/facilities/proposals/{proposal.id}"
    assert cast("hm2.hieutruong").get(address).status_code == 404
    successor = merge("hm.hieutruong", "hm2.hieutruong")
    assert (ProposalItem.get_by_id(item.id).school_id, Need.get_by_id(need.id).school_id) == (successor.id,) * 2
    assert cast("hm2.hieutruong").get(address).status_code == 200


def test_a_closed_school_calls_for_nothing(app, cast, make_need, actor_of, promise):
    need = make_need()
    School.update(closed_on="2020-01-01").where(School.id == need.school_id).execute()
    assert need.item not in cast("uh.hieutruong").get("/facilities/wall").text
