"""Society gives without an account: one-time addresses, and a district's public page."""

import re
import threading
from datetime import timedelta
from decimal import Decimal

import pytest

from intranet.kernel.clock import now
from intranet.kernel.database import database
from intranet.shared.edits import Refused
from plugins.facilities.giving import rules
from plugins.facilities.models import Donor, Need, Offer, OfferLink, PublicWall

GIFT = {"name": "Hội cựu học sinh khóa 2001", "donor_kind": "alumni", "contact": "0912 345 678", "quantity": "8"}


@pytest.fixture
def make_link(cast):
    """``make_link(need)``: the path of an address that a coordinator just made."""

    def make(need):
        answer = cast("hm.dieuphoi").submit(f"/facilities/needs/{need.id}/links", "link", {"label": "Hội cựu học sinh"})
        assert answer.status_code == 200
        return re.search(r"/facilities/give/[\w-]{40,}", answer.text)[0]

    return make


def test_a_donor_without_an_account_gives_once(cast, make_need, make_link):
    need = make_need()
    path, stranger = make_link(need), cast("")
    assert "Bộ bàn ghế học sinh cỡ IV" in stranger.get(path).text
    assert stranger.submit(path, "gift", GIFT).headers["Location"] == "/facilities/give/thanks"
    offer = Offer.get(Offer.need == need)
    assert (offer.state, offer.quantity, offer.donor.name) == ("offered", Decimal(8), GIFT["name"])
    assert (stranger.get(path).status_code, Need.get_by_id(need.id).pledged) == (404, Decimal(8))
    assert stranger.get("/facilities/give/thanks").status_code == 200


def test_the_database_does_not_hold_the_address(make_need, make_link):
    token = make_link(make_need()).rpartition("/")[2]
    link = OfferLink.get()
    assert token not in " ".join(str(value) for value in link.__data__.values())


@pytest.mark.parametrize(
    "spoil",
    [
        lambda link: OfferLink.update(expires_at=now() - timedelta(minutes=1)),
        lambda link: OfferLink.update(cancelled_at=now()),
        lambda link: Need.update(state="withdrawn"),
    ],
    ids=["old", "withdrawn", "need gone"],
)
def test_an_address_that_is_no_longer_good_says_whom_to_ask(cast, make_need, make_link, spoil):
    path = make_link(make_need())
    spoil(OfferLink.get()).execute()
    answer = cast("").get(path)
    assert (answer.status_code, "Quý vị hỏi lại trường đã gửi liên kết." in answer.text) == (404, True)
    assert cast("").get("/facilities/give/" + "x" * 43).status_code == 404


def test_a_donor_is_told_what_is_left_and_loses_nothing(cast, make_need, make_link, promise):
    need = make_need()
    path = make_link(need)
    promise(need, 15)
    answer = cast("").submit(path, "gift", GIFT)
    assert (answer.status_code, "Nhu cầu này chỉ còn thiếu 5 bộ." in answer.text) == (422, True)
    assert GIFT["name"] in answer.text and OfferLink.get().used_at is None


def test_of_two_who_use_one_address_at_once_one_gives(app, make_need, make_link):
    need = make_need()
    token, barrier, outcomes = make_link(need).rpartition("/")[2], threading.Barrier(2), []
    donor = {"name": "Người tặng", "kind": "person", "contact": "", "anonymous": False}

    def run():
        with app.app_context():
            barrier.wait()
            try:
                rules.use_link(token, donor, {"quantity": Decimal(2), "kind": "gift"})
                outcomes.append("given")
            except Refused as refusal:
                outcomes.append(str(refusal))
            finally:
                database.close()

    threads = [threading.Thread(target=run) for _time in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["Liên kết này đã dùng hoặc hết hạn.", "given"]
    assert Offer.select().where(Offer.need == need).count() == 1


def test_an_address_sends_only_so_many_forms(cast, make_need, make_link):
    path, stranger = make_link(make_need()), cast("")
    statuses = {stranger.submit(path, "gift", {**GIFT, "quantity": "900"}).status_code for _time in range(40)}
    assert statuses == {422, 429}


@pytest.mark.parametrize(("username", "status"), [("hm.giaovien", 403), ("uh.hieutruong", 403), ("hm.dieuphoi", 200)])
def test_only_the_schools_keepers_and_its_office_hand_out_addresses(cast, make_need, username, status):
    assert cast(username).get(f"/facilities/needs/{make_need().id}/links").status_code == status


def test_the_public_page_is_the_districts_to_open_and_names_nobody(cast, make_need, person):
    need = make_need(why="Cô Hoa lớp 6A xin")
    make_need(item="Chỉ nội bộ", public=False)
    assert cast("").get("/facilities/public/HM").status_code == 404
    office = cast("hm.chuyenvien")
    contact = {"shown": "y", "contact": "Văn phòng phòng giáo dục"}
    assert office.submit("/facilities/public", "public-wall", contact).status_code == 303
    page = cast("").get("/facilities/public/HM").text
    seen = {text: text in page for text in (need.item, need.school.name, contact["contact"], "Chỉ nội bộ", "Cô Hoa")}
    assert seen == {
        need.item: True,
        need.school.name: True,
        contact["contact"]: True,
        "Chỉ nội bộ": False,
        "Cô Hoa": False,
    }
    assert person("hm.hieutruong").name not in page


def test_the_public_page_goes_where_the_module_goes(cast, switch, make_need, own_wall):
    make_need()
    assert cast("").get("/facilities/public/HM").status_code == 200
    switch("facilities", "HM", False)
    assert cast("").get("/facilities/public/HM").status_code == 404


@pytest.fixture
def own_wall(app, person):
    return PublicWall.create(district=person("hm.chuyenvien").district_id, shown=True)


def test_the_same_donor_is_noted_once(cast, make_need, make_link):
    need = make_need()
    for _time in range(2):
        cast("").submit(make_link(need), "gift", GIFT)
    assert Donor.select().where(Donor.name == GIFT["name"]).count() == 1
