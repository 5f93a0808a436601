"""What a school lacks, until it is published."""

from decimal import Decimal

import pytest

from intranet.shared.edits import Refused
from plugins.facilities.models import Need
from plugins.facilities.needs import rules
from tests.facilities.conftest import NEED

FORM = {
    "item": "Máy chiếu",
    "quantity": "2",
    "unit": "chiếc",
    "why": "Máy cũ hỏng",
    "priority": "1",
    "estimate": "25 triệu",
    "public": "y",
}


def test_a_principal_writes_a_need(cast):
    answer = cast("hm.hieutruong").submit("/facilities/needs/new", "need", FORM)
    assert answer.status_code == 303
    need = Need.get(Need.item == "Máy chiếu")
    assert (need.quantity, need.estimate, need.state) == (Decimal(2), Decimal(25_000_000), "draft")
    assert answer.headers["Location"] == f"/facilities/needs/{need.id}"


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [
        ("quantity", "-3", "Hãy nhập một số, ví dụ 12 hoặc 2,5."),
        ("quantity", "0", "Hãy nhập một số khác 0."),
        ("quantity", "2000000", "Số lượng quá lớn, thầy/cô xem lại."),
        ("unit", "", "Thầy/cô chưa nhập đơn vị tính, ví dụ bộ, chiếc."),
        ("due_on", "01/01/2001", "Ngày cần đã qua."),
        ("estimate", "nhiều lắm", "Hãy nhập số tiền, ví dụ 12.500.000 hoặc 12,5 triệu."),
    ],
)
def test_what_does_not_fit_is_told_at_its_field(cast, field, text, sentence):
    answer = cast("hm.hieutruong").submit("/facilities/needs/new", "need", {**FORM, field: text})
    assert (answer.status_code, sentence in answer.text) == (422, True)


def test_one_shortage_makes_one_need(app, actor_of):
    actor = actor_of("hm.hieutruong")
    values = {**NEED, "source": "review", "source_key": "room:7"}
    with app.app_context():
        first, second = (rules.make_need(actor, values).id for _time in range(2))
        other = rules.make_need(actor_of("hm2.hieutruong"), values).id
    assert (first == second, first == other) == (True, False)


def test_the_same_thing_typed_twice_is_asked_about(cast, make_need):
    make_need()
    browser = cast("hm.hieutruong")
    again = {**FORM, "item": "bộ bàn ghế học sinh  Cỡ IV"}
    answer = browser.submit("/facilities/needs/new", "need", again)
    assert (answer.status_code, "Trường đã có nhu cầu này." in answer.text) == (422, True)
    assert browser.submit("/facilities/needs/new", "need", {**again, "apart": "yes"}).status_code == 303


@pytest.mark.parametrize(
    ("received", "pledged", "quantity", "sentence"),
    [
        (8, 12, 7, "Trường đã nhận 8 bộ nên số lượng cần không thể ít hơn."),
        (8, 12, 10, "Đã có nơi cam kết 12 bộ nên số lượng cần không thể ít hơn."),
        (0, 2.5, 2, "Đã có nơi cam kết 2,5 bộ nên số lượng cần không thể ít hơn."),
    ],
)
def test_a_need_never_becomes_less_than_what_came(app, make_need, actor_of, received, pledged, quantity, sentence):
    need = make_need()
    Need.update(received=received, pledged=pledged).where(Need.id == need.id).execute()
    need = Need.get_by_id(need.id)
    with app.app_context(), pytest.raises(Refused, match=sentence):
        rules.update_need(
            need, {"quantity": Decimal(quantity)}, version=need.version, person_id=actor_of("hm.hieutruong").person_id
        )


def test_a_need_goes_into_a_proposal_and_out_again(app, make_need, actor_of):
    officer, need = actor_of("hm.chuyenvien"), make_need()
    with app.app_context():
        rules.into_proposal(need, person_id=officer.person_id)
        assert Need.get_by_id(need.id).state == "proposal"
        rules.out_of_proposal(need, person_id=officer.person_id)
    assert Need.get_by_id(need.id).state == "published"


def test_a_need_that_is_covered_goes_into_no_proposal(app, make_need, actor_of):
    need = make_need()
    Need.update(pledged=20).where(Need.id == need.id).execute()
    with app.app_context(), pytest.raises(Refused, match="đã có nơi cam kết đủ"):
        rules.into_proposal(need, person_id=actor_of("hm.chuyenvien").person_id)


@pytest.mark.parametrize("state", ["draft", "submitted"])
def test_a_need_that_nobody_verified_goes_into_no_proposal(app, make_need, actor_of, state):
    with app.app_context(), pytest.raises(Refused, match="chưa được thẩm định"):
        rules.into_proposal(make_need(state), person_id=actor_of("hm.chuyenvien").person_id)


@pytest.mark.parametrize(
    ("name", "value", "sentence"), [("item", "Tivi", "thứ cần không đổi"), ("unit", "cái", "đơn vị")]
)
def test_what_was_promised_stays_what_it_was(app, make_need, promise, actor_of, name, value, sentence):
    need = make_need()
    promise(need, 3)
    need = Need.get_by_id(need.id)
    with app.app_context(), pytest.raises(Refused, match=sentence):
        rules.update_need(need, {name: value}, version=need.version, person_id=actor_of("hm.hieutruong").person_id)
