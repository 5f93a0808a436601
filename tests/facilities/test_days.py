"""What days bring: needs that expire, loans due back, dates, districts that switch the module off."""

from datetime import timedelta
from decimal import Decimal

import pytest

from intranet.kernel.clock import today
from intranet.registry.districts import District
from intranet.shared.notices import Notice
from plugins.facilities.models import Need
from plugins.facilities.needs import upkeep
from plugins.facilities.offers import reminders

WEEK = timedelta(days=7)


@pytest.fixture
def own(app):
    return District.get(District.code == "HM")


def test_a_need_whose_day_is_over_expires_unless_somebody_is_about_to_serve_it(app, own, make_need, promise):
    due = today() + WEEK
    alone, served = make_need(due_on=due), make_need(item="Máy in", due_on=due)
    promise(served, 3)
    with app.app_context():
        counts = [upkeep.expire(own, day) for day in (due, due + timedelta(days=1), due + WEEK)]
    assert counts == [0, 1, 0]
    assert [Need.get_by_id(need.id).state for need in (alone, served)] == ["expired", "published"]


def test_an_expired_need_is_called_for_again_with_a_new_day(cast, app, own, make_need):
    need = make_need(due_on=today() + WEEK)
    with app.app_context():
        upkeep.expire(own, today() + 2 * WEEK)
    Need.update(due_on=today() - WEEK).where(Need.id == need.id).execute()
    office, school = cast("hm.chuyenvien"), cast("hm.hieutruong")
    page = office.get(f"/facilities/needs/{need.id}").text
    assert "Ngày cần đã qua. Thầy/cô sửa ngày cần trước." in page
    later = (today() + 5 * WEEK).strftime("%d/%m/%Y")
    assert school.submit(f"/facilities/needs/{need.id}/edit", "need", {"due_on": later}).status_code == 303
    assert office.submit(f"/facilities/needs/{need.id}", "step", verb="renew").status_code == 303
    assert Need.get_by_id(need.id).state == "published"


def test_a_week_before_a_loan_is_due_both_sides_are_reminded_once(app, own, make_need, promise, bring, person):
    back = today() + timedelta(days=30)
    bring(promise(make_need(), 2, kind="loan", due_back_on=back))
    with app.app_context():
        counts = [reminders.remind(own, back - timedelta(days=days)) for days in (8, 7, 6, 0)]
    assert counts == [0, 1, 0, 0]
    people = {notice.person_id for notice in Notice.select().where(Notice.kind == reminders.DUE_BACK)}
    assert {person("hm.hieutruong").id, person("uh.hieutruong").id} <= people


def test_deliveries_and_days_of_return_stand_in_the_calendar(cast, make_need, promise, bring):
    bring(promise(make_need(), 2), "scheduled")
    bring(promise(make_need(item="Máy in"), 1, kind="loan", due_back_on=today() + WEEK))
    for username in ("hm.giaovien", "uh.hieutruong"):
        pages = [cast(username).get(f"/calendar/day/{day}").text for day in (today(), today() + WEEK)]
        assert ("Giao: Bộ bàn ghế" in pages[0], "Trả lại: Máy in" in pages[1]) == (True, True)
    assert "Giao: Bộ bàn ghế" not in cast("hm2.hieutruong").get(f"/calendar/day/{today()}").text


def test_the_other_side_learns_once_that_a_district_switched_off(cast, switch, make_need, promise, bring, person):
    offer = bring(promise(make_need(), 2), "dispatched")
    switch("facilities", "HM", False)
    told = Notice.select(Notice.title).where(Notice.kind == reminders.NEWS, Notice.title.contains(offer.item))
    assert {title for (title,) in told.tuples()} == {f"Tạm ngừng theo đơn vị bên kia: {offer.item}"}
    assert cast("uh.hieutruong").get(f"/facilities/offers/{offer.id}").status_code == 404
    switch("facilities", "HM", True)
    assert cast("uh.hieutruong").get(f"/facilities/offers/{offer.id}").status_code == 200
    # Nothing was lost.
    bring(offer, "received")


def test_needs_are_found_by_the_search_of_all_without_marks(cast, make_need):
    make_need(item="Bồn rửa tay inox", quantity=Decimal(2))
    assert "Bồn rửa tay inox" in cast("uh.giaovien").soup("/search?q=bon+rua").find("main").get_text()


@pytest.mark.parametrize(("username", "seen"), [("uh.hieutruong", True), ("uh2.hieutruong", False)])
def test_the_home_page_shows_what_partner_schools_need(cast, make_need, username, seen):
    make_need(item="Bồn rửa tay inox")
    assert ("Bồn rửa tay inox" in cast(username).get("/").text) is seen
