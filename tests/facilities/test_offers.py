"""What is promised for a need, and how it gets there."""

import threading
from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import pillow_heif
import pytest
from PIL import Image

from intranet.kernel.clock import today
from intranet.kernel.database import database
from intranet.registry.activities import Activity, ActivityMeasure
from intranet.shared.attachments import Attachment
from intranet.shared.edits import Refused
from intranet.shared.steps import NotYours, take
from plugins.facilities.models import Donor, Need, Offer
from plugins.facilities.offers import rules


def bars(need):
    found = Need.get_by_id(need.id)
    return found.pledged, found.on_the_way, found.received, found.state


def test_the_three_bars_follow_a_delivery(make_need, promise, bring):
    need = make_need()
    offer = promise(need, 12)
    seen = [bars(need)]
    for state in ("accepted", "scheduled", "dispatched", "received", "thanked"):
        offer = bring(offer, state)
        seen.append(bars(need))
    assert seen == [(12, 0, 0, "published")] * 3 + [(12, 12, 0, "published")] + [(12, 0, 12, "published")] * 2


def test_a_need_that_got_all_of_it_is_fulfilled(make_need, promise, bring):
    need = make_need()
    bring(promise(need, 12))
    bring(promise(need, 8))
    assert bars(need) == (20, 0, 20, "fulfilled")


@pytest.mark.parametrize("key", ["decline", "cancel"])
def test_what_is_not_taken_opens_the_remainder_again(app, make_need, promise, actor_of, key):
    need = make_need()
    offer = promise(need, 12)
    with app.app_context():
        take(offer, key, actor_of("hm.hieutruong"), reason="Đã có nơi khác")
    assert bars(need) == (0, 0, 0, "published")


@pytest.mark.parametrize(
    ("promised", "asked", "sentence"),
    [(15, 6, "Nhu cầu này chỉ còn thiếu 5 bộ."), (20, 1, "Nhu cầu này vừa có nơi khác cam kết đủ")],
)
def test_nobody_promises_more_than_what_is_left(make_need, promise, promised, asked, sentence):
    need = make_need()
    promise(need, promised)
    with pytest.raises(Refused, match=sentence):
        promise(need, asked, "hm2.hieutruong")


def test_of_two_who_cover_the_same_remainder_at_once_the_second_is_told(app, make_need, promise, actor_of):
    need, barrier, outcomes = make_need(), threading.Barrier(2), []

    def run(username):
        with app.app_context():
            barrier.wait()
            try:
                promise(need, 15, username)
                outcomes.append("promised")
            except Refused as refusal:
                outcomes.append(str(refusal))
            finally:
                database.close()

    threads = [threading.Thread(target=run, args=(name,)) for name in ("uh.hieutruong", "hm2.hieutruong")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["Nhu cầu này chỉ còn thiếu 5 bộ.", "promised"]
    assert bars(need)[0] == 15


# --- Receipt ---


def test_nobody_confirms_receipt_for_the_other_side(app, make_need, promise, bring, actor_of, cast):
    offer = bring(promise(make_need(), 5), "dispatched")
    slip = {"received": Decimal(5), "broken": Decimal(0), "condition": "good", "receipt_note": ""}
    with app.app_context(), pytest.raises((NotYours, Refused)):
        rules.receive(offer, slip, actor_of("uh.hieutruong"))
    statuses = {name: cast(name).get(f"/facilities/offers/{offer.id}/receive").status_code for name in SIDES}
    assert statuses == SIDES
    assert Offer.get_by_id(offer.id).state == "dispatched"


def test_whoever_handed_over_does_not_take_for_the_other_school_when_working_there_too(
    app, make_need, promise, bring, person
):
    offer = bring(promise(make_need(), 5), "dispatched")
    Offer.update(dispatched_by=person("hm.hieutruong")).where(Offer.id == offer.id).execute()
    with pytest.raises(Refused, match="Người đã giao không xác nhận nhận thay trường nhận"):
        bring(Offer.get_by_id(offer.id))


SIDES = {"hm.hieutruong": 200, "uh.hieutruong": 403, "hm.giaovien": 403, "hm.chuyenvien": 403, "uh2.hieutruong": 404}


@pytest.mark.parametrize(
    ("received", "broken", "sentence"),
    [
        (13, 0, "Nhận nhiều hơn 12 bộ đã hứa: thầy/cô ghi lý do."),
        (10, 0, "Nhận thiếu so với số đã giao: thầy/cô ghi rõ thiếu gì."),
        (10, 2, "Có hàng hỏng: thầy/cô ghi rõ hỏng thế nào."),
    ],
)
def test_what_differs_from_the_promise_needs_a_word(make_need, promise, bring, received, broken, sentence):
    need = make_need()
    offer = bring(promise(need, 12), "dispatched")
    with pytest.raises(Refused, match=sentence):
        bring(offer, received=Decimal(received), broken=Decimal(broken))
    bring(offer, received=Decimal(received), broken=Decimal(broken), receipt_note="Đã lập biên bản")
    # What is short or broken is lacking again.
    assert bars(need) == (received, 0, received, "published")


def test_a_delivery_counts_for_the_ledger_once(app, make_need, promise, bring, actor_of):
    offer = bring(promise(make_need(), 12))
    activity = Activity.get(Activity.source_key == f"offer-{offer.id}")
    giver, receiver = actor_of("uh.hieutruong").school_id, actor_of("hm.hieutruong").school_id
    assert (activity.kind, activity.giver_id, activity.receiver_id) == ("facilities.support", giver, receiver)
    assert activity.pairing_id == offer.pairing_id is not None
    measure = ActivityMeasure.get(ActivityMeasure.activity == activity)
    assert (measure.quantity, measure.unit) == (Decimal(12), "bộ")


def test_a_slip_on_the_telephone_takes_photos_and_names(cast, make_need, promise, bring, picture):
    offer = bring(promise(make_need(), 5), "dispatched")
    browser = cast("hm.hieutruong")
    answer = browser.submit(f"/facilities/offers/{offer.id}/receive", "receive", {"files": picture("banghe.jpg")})
    assert answer.status_code == 303
    found = Offer.get_by_id(offer.id)
    assert (found.state, found.received, found.giver_name) == ("received", Decimal(5), "Anh Lái")
    assert "banghe.jpg" in browser.get(f"/facilities/offers/{offer.id}").text


def test_a_file_that_is_no_picture_is_told_and_nothing_is_lost(cast, make_need, promise, bring):
    offer = bring(promise(make_need(), 5), "dispatched")
    answer = cast("hm.hieutruong").submit(
        f"/facilities/offers/{offer.id}/receive",
        "receive",
        {"files": (BytesIO(b"%PDF-1.7 broken"), "anh.jpg"), "receipt_note": "Giữ lại dòng này"},
    )
    assert (answer.status_code, Offer.get_by_id(offer.id).state) == (422, "dispatched")
    assert "Tệp PDF bị hỏng hoặc chưa trọn vẹn" in answer.text and "Giữ lại dòng này" in answer.text


# --- Loans, transfers, donors ---


def test_a_loan_names_its_day_and_leaves_the_need_again(app, make_need, promise, bring, actor_of):
    need = make_need(quantity=Decimal(4))
    with pytest.raises(Refused, match="chưa nhập ngày trả lại"):
        promise(need, 4, kind="loan")
    offer = bring(promise(need, 4, kind="loan", due_back_on=today() + timedelta(days=30)))
    assert bars(need) == (4, 0, 4, "fulfilled")
    with app.app_context():
        rules.give_back(offer, today(), actor_of("uh.hieutruong"))
    assert bars(need) == (0, 0, 0, "published")


def test_a_transfer_asks_for_the_decision(make_need, promise, bring):
    offer = bring(promise(make_need(), 5, kind="transfer"), "scheduled")
    with pytest.raises(Refused, match="cần số quyết định"):
        bring(offer, "dispatched")
    assert bring(offer, "dispatched", sent={"decision_number": "125/QĐ-UBND"}).decision_number == "125/QĐ-UBND"


def test_a_coordinator_notes_a_donor_once(cast, make_need):
    need, browser = make_need(), cast("hm.dieuphoi")
    address = f"/facilities/needs/{need.id}/donor"
    form = {"name": "Công ty Gỗ Việt", "donor_kind": "company", "contact": "0912 345 678", "quantity": "3"}
    assert browser.submit(address, "donor", form).status_code == 303
    donor = Donor.get(Donor.name == "Công ty Gỗ Việt")
    assert browser.submit(address, "donor", {"known": str(donor.id), "quantity": "2"}).status_code == 303
    assert [(offer.donor_id, offer.quantity) for offer in Offer.select().where(Offer.need == need)] == [
        (donor.id, Decimal(3)),
        (donor.id, Decimal(2)),
    ]
    assert bars(need)[0] == 5


def test_a_donor_is_called_only_by_the_school_and_its_office(cast, make_need):
    need = make_need()
    form = {"name": "Bà Kín", "donor_kind": "person", "contact": "0987 000 111", "quantity": "3", "anonymous": "y"}
    assert cast("hm.dieuphoi").submit(f"/facilities/needs/{need.id}/donor", "donor", form).status_code == 303
    address = f"/facilities/offers/{Offer.get(Offer.need == need).id}"
    seen = {}
    for name in ("hm.dieuphoi", "hm.chuyenvien", "hm.giaovien"):
        text = cast(name).get(address).text
        seen[name] = ("Bà Kín" in text, "0987 000 111" in text)
    assert seen == {"hm.dieuphoi": (True, True), "hm.chuyenvien": (True, True), "hm.giaovien": (False, False)}


def test_a_school_lends_its_partner_what_no_need_names(cast, actor_of):
    browser, receiver = cast("uh.hieutruong"), actor_of("hm.hieutruong").school_id
    form = {
        "school": str(receiver),
        "item": "Máy chiếu",
        "quantity": "1",
        "unit": "chiếc",
        "kind": "loan",
        "due_back_on": (today() + timedelta(days=20)).strftime("%d/%m/%Y"),
        "worth": "12,5 triệu",
    }
    assert browser.submit("/facilities/offers/new", "school-offer", form).status_code == 303
    offer = Offer.get(Offer.item == "Máy chiếu")
    assert (offer.school_id, offer.state, offer.worth) == (receiver, "offered", Decimal(12_500_000))


def heic():
    body = BytesIO()
    pillow_heif.from_pillow(Image.new("RGB", (64, 48), "teal")).save(body, quality=50)
    return body.getvalue()


PDF = b"%PDF-1.4\n1 0 obj\n<< >>\nendobj\nstartxref\n0\n%%EOF\n"


@pytest.mark.parametrize(
    ("body", "name", "kept", "sentence"),
    [
        (lambda: bytes(12 * 1024 * 1024), "to.jpg", None, "Tệp lớn hơn 10 MB. Thầy/cô hãy thu nhỏ rồi gửi lại."),
        (heic, "IMG_0001.HEIC", "IMG_0001.jpg", ""),
        (lambda: PDF, "bienban.jpg", "bienban.pdf", ""),
        (lambda: b"MZ virus", "anh.jpg", None, "Hệ thống chỉ nhận ảnh (JPEG, PNG, WebP, HEIC), PDF"),
    ],
    ids=["12 MB", "HEIC", "PDF named jpg", "program named jpg"],
)
def test_files_of_a_slip_are_judged_by_their_contents(cast, make_need, promise, bring, body, name, kept, sentence):
    offer = bring(promise(make_need(), 5), "dispatched")
    address = f"/facilities/offers/{offer.id}/receive"
    answer = cast("hm.hieutruong").submit(address, "receive", {"files": (BytesIO(body()), name)})
    assert (answer.status_code, sentence in answer.text) == (303 if kept else 422, True)
    names = [row.name for row in Attachment.select().where(Attachment.subject_type == "facilities_offer")]
    assert [found for found in names if "CANARY" not in found] == ([kept] if kept else [])
    assert Offer.get_by_id(offer.id).state == ("received" if kept else "dispatched")


def test_forty_megabytes_are_refused_before_they_are_read_and_the_delivery_waits(cast, make_need, promise, bring):
    offer = bring(promise(make_need(), 5), "dispatched")
    address = f"/facilities/offers/{offer.id}/receive"
    answer = cast("hm.hieutruong").submit(address, "receive", {"files": (BytesIO(bytes(40 * 1024 * 1024)), "to.jpg")})
    assert (answer.status_code, "MB" in answer.text) == (413, True)
    assert Offer.get_by_id(offer.id).state == "dispatched"


def test_a_delivery_of_which_nothing_is_whole_is_received_all_the_same(cast, make_need, promise, bring):
    need = make_need()
    offer = bring(promise(need, 5), "dispatched")
    slip = {"received": "0", "broken": "5", "receipt_note": "Xe đổ, gãy hết"}
    assert cast("hm.hieutruong").submit(f"/facilities/offers/{offer.id}/receive", "receive", slip).status_code == 303
    assert bars(need) == (0, 0, 0, "published")
    assert Activity.get_or_none(Activity.source_key == f"offer-{offer.id}") is None
