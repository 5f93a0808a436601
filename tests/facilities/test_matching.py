"""What somebody could give, and the needs that it fits."""

from datetime import timedelta
from decimal import Decimal

import pytest

from intranet.kernel.clock import today
from intranet.shared.notices import Notice
from plugins.facilities.matching import rules
from plugins.facilities.models import Fit, Offer, Supply

FORM = {"item": "30 bộ bàn ghế cũ", "quantity": "30", "unit": "Bộ", "kind": "gift"}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Bộ bàn ghế học sinh cỡ IV", "30 bộ bàn ghế cũ", True),
        ("Máy chiếu phòng bộ môn", "Máy chiếu", True),
        ("Máy chiếu", "Máy tính", False),
        ("Quạt trần phòng học", "quat tran", True),
        ("Sách tham khảo cho thư viện", "Kệ sách thư viện mở", False),
        ("Bộ học sinh", "Bộ học sinh", False),
    ],
)
def test_names_of_one_kind_of_thing_are_alike(one, other, same):
    assert rules.alike(one, other) is rules.alike(other, one) is same


def told(username, person):
    """What somebody was told, each with how often."""
    rows = Notice.select(Notice.title, Notice.count).where(Notice.person == person(username), Notice.kind == rules.FIT)
    return list(rows.tuples())


def test_a_new_supply_finds_the_need_and_both_sides_are_told_once(app, cast, make_need, person):
    need = make_need()
    make_need(item="Máy tính")
    assert cast("uh.hieutruong").submit("/facilities/supplies/new", "supply", FORM).status_code == 303
    supply = Supply.get()
    with app.app_context():
        rules.seek_needs(supply)
    assert [fit.need_id for fit in Fit.select()] == [need.id]
    assert told("hm.hieutruong", person) == [(f"Có nguồn phù hợp với nhu cầu {need.item}", 1)]
    assert told("uh.hieutruong", person) == [("Có nhu cầu phù hợp với nguồn 30 bộ bàn ghế cũ", 1)]


def test_a_need_just_published_finds_the_supply(cast, make_need):
    cast("uh.hieutruong").submit("/facilities/supplies/new", "supply", FORM)
    need = make_need("verified")
    assert Fit.select().count() == 0
    need = make_need(item="Bàn ghế giáo viên")
    assert [fit.need_id for fit in Fit.select()] == [need.id]


@pytest.mark.parametrize(
    "change", [{"unit": "chiếc"}, {"until": (today() - timedelta(days=1))}, {"left": 0}, {"state": "closed"}]
)
def test_what_does_not_fit_finds_nobody(app, cast, make_need, change):
    cast("uh.hieutruong").submit("/facilities/supplies/new", "supply", FORM)
    Supply.update(**change).execute()
    make_need()
    assert Fit.select().count() == 0


def test_what_is_promised_of_a_supply_is_no_longer_left(app, cast, make_need, bring):
    first, second = make_need(), make_need(item="Bàn ghế đôi", quantity=Decimal(40))
    browser = cast("uh.hieutruong")
    browser.submit("/facilities/supplies/new", "supply", FORM)
    supply = Supply.get()
    page = browser.soup(f"/facilities/supplies/{supply.id}")
    address = page.select_one('a[href*="/offer?supply="]')["href"]
    assert browser.submit(address, "offer").status_code == 303
    offer = Offer.get(Offer.need == first)
    assert (offer.supply_id, Supply.get().left) == (supply.id, Decimal(10))
    answer = browser.submit(f"/facilities/needs/{second.id}/offer?supply={supply.id}", "offer", {"quantity": "15"})
    assert (answer.status_code, "Nguồn này chỉ còn 10 Bộ." in answer.text) == (422, True)
    bring(offer, received=Decimal(18), receipt_note="Thiếu hai bộ")
    assert Supply.get().left == Decimal(12)


def test_a_closed_supply_gives_nothing(cast, make_need):
    need, browser = make_need(), cast("uh.hieutruong")
    browser.submit("/facilities/supplies/new", "supply", FORM)
    supply = Supply.get()
    assert browser.submit(f"/facilities/supplies/{supply.id}", "close").status_code == 303
    answer = browser.submit(f"/facilities/needs/{need.id}/offer?supply={supply.id}", "offer", {"quantity": "5"})
    assert (answer.status_code, Supply.get().state) == (422, "closed")
