"""A school closes and no other takes over: promises and drafts end, what is on its way and what was given does not."""

from decimal import Decimal

import pytest

from intranet.kernel.clock import today
from intranet.registry.districts import District
from intranet.registry.schools import School
from intranet.schools.life_cycle import close_school
from intranet.shared.modules import do_daily
from intranet.shared.notices import Notice
from intranet.shared.steps import take
from intranet.shared.waiting import Waiting
from plugins.facilities.closings import work
from plugins.facilities.models import DonationPlan, Need, Offer, Supply


@pytest.fixture
def close(app, actor_of):
    """``close("hm.hieutruong")``: the school is closed, and the day's work was done; a second time, nothing is left."""

    def run(username):
        school = School.get_by_id(actor_of(username).school_id)
        with app.app_context():
            close_school(school, closed_on=today(), reason="Giải thể", person_id=None)
            district = District.get_by_id(school.district_id)
            assert len(list(work(district))) == 1
            assert list(work(district)) == []
        return school

    return run


@pytest.fixture
def make_plan(app, actor_of):
    """``make_plan("collecting")``: a donation plan of hm.hieutruong's school."""

    def make(state, **values):
        school = School.get_by_id(actor_of("hm.hieutruong").school_id)
        place = {"district": school.district_id, "school": school}
        with app.app_context():
            return DonationPlan.create(**place, title="Sửa phòng đọc", content="Sửa.", state=state, **values)

    return make


def told(person, username, words):
    return Notice.select().where(Notice.person == person(username), Notice.title.contains(words)).count()


def test_the_work_of_the_day_does_it(app, actor_of, make_need):
    need = make_need()
    School.update(closed_on=today()).where(School.id == need.school_id).execute()
    with app.app_context():
        do_daily(today())
    assert Need.get_by_id(need.id).state == "withdrawn"


@pytest.mark.parametrize("state", ["draft", "submitted", "verified", "published"])
def test_what_it_asked_for_is_withdrawn_with_the_reason(make_need, close, state):
    need = make_need(state)
    close("hm.hieutruong")
    found = Need.get_by_id(need.id)
    assert (found.state, found.outcome) == ("withdrawn", "Trường đã đóng.")


@pytest.mark.parametrize("closed", ["hm.hieutruong", "uh.hieutruong"])
@pytest.mark.parametrize("state", ["offered", "accepted", "scheduled"])
def test_a_promise_is_cancelled_and_both_sides_learn_it(make_need, promise, bring, close, person, closed, state):
    need = make_need()
    offer = bring(promise(need, 5), state)
    close(closed)
    found, cancelled = Offer.get_by_id(offer.id), "Bộ bàn ghế học sinh cỡ IV (5 bộ): Đã hủy"
    assert (found.state, found.outcome, Need.get_by_id(need.id).pledged) == ("cancelled", "Trường đã đóng.", Decimal(0))
    assert [told(person, who, cancelled) for who in ("hm.hieutruong", "uh.hieutruong")] == [1, 1]


def test_what_is_on_its_way_still_arrives_and_then_the_need_ends(app, make_need, promise, bring, close, make_plan):
    need = make_need()
    make_plan("draft")
    offer = bring(promise(need, 5), "dispatched")
    school = close("hm.hieutruong")
    assert (Offer.get_by_id(offer.id).state, Need.get_by_id(need.id).state) == ("dispatched", "published")
    bring(Offer.get_by_id(offer.id), "received")
    with app.app_context():
        assert list(work(District.get_by_id(school.district_id))) == ["ended for closed schools: 1"]
    found = Need.get_by_id(need.id)
    assert (found.state, found.received) == ("withdrawn", Decimal(5))


def test_what_it_could_give_is_no_longer_offered(app, actor_of, close):
    giver = actor_of("hm.hieutruong")
    place = {"district": giver.district_id, "school": giver.school_id}
    with app.app_context():
        supply = Supply.create(**place, item="Bàn ghế", search_text="ban ghe", quantity=5, left=5, unit="bộ")
    close("hm.hieutruong")
    assert Supply.get_by_id(supply.id).state == "closed"


@pytest.mark.parametrize(
    ("state", "after"),
    [(state, "withdrawn") for state in ("draft", "submitted", "approved", "posted")]
    + [(state, state) for state in ("settled", "settlement_posted", "closed")],
)
def test_a_plan_of_which_nothing_was_taken_ends(make_plan, make_need, close, state, after):
    make_need()
    plan = make_plan(state)
    close("hm.hieutruong")
    assert DonationPlan.get_by_id(plan.id).state == after


def test_what_was_given_is_settled_by_the_office(app, cast, make_plan, make_need, close, actor_of):
    make_need()
    plan = make_plan("collecting")
    page, office = f"/facilities/donations/{plan.id}", actor_of("hm.chuyenvien")
    assert cast("hm.chuyenvien").get(f"{page}/edit").status_code == 403
    close("hm.hieutruong")
    of_plan = Waiting.subject_type == "facilities_donation_plan", Waiting.subject_id == plan.id
    waiting = {(row.role, row.school_id) for row in Waiting.select().where(*of_plan)}
    assert waiting == {("principal", plan.school_id), ("coordinator", plan.school_id), ("officer", None)}
    answer = cast("hm.chuyenvien").submit(f"{page}/edit", "donation", {"settlement": "Đã chi hết."})
    assert answer.status_code == 303
    with app.app_context():
        take(DonationPlan.get_by_id(plan.id), "settle", office)
        take(DonationPlan.get_by_id(plan.id), "post_settlement", office)
        take(DonationPlan.get_by_id(plan.id), "close", office)
    assert DonationPlan.get_by_id(plan.id).state == "closed"
