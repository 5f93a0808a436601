"""A district leaves a programme: today or some day, by whom, and what becomes of its pairs and papers."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup

from intranet.kernel.clock import today
from intranet.programmes.upkeep import leave_on_the_day
from intranet.registry.agreements import Memorandum, Signatory
from intranet.registry.schools import School
from intranet.registry.twinning import Pairing, ProgrammeDistrict
from intranet.shared.audit import AuditEntry, AuditValue

REASON = "QĐ 45 về sắp xếp đơn vị"


def errors(answer):
    return [item.text for item in BeautifulSoup(answer.text, "lxml").select(".errors li")]


def leave(browser, programme, district, **typed):
    page = f"/programmes/{programme.id}/districts/{district.id}/leave"
    return browser.submit(page, "leave_programme", {"reason": REASON} | typed)


def written(day):
    return day.strftime("%d/%m/%Y")


@pytest.fixture
def programme(programme):
    """The running programme, with time left."""
    programme.ends_on = today() + timedelta(days=300)
    programme.save()
    return programme


@pytest.fixture
def pairs(programme, third):
    """A twinned and a proposed pair of the third district with Hoàng Mai, beside the demo's seven."""
    school = School(district=third, name="Trường THCS Tả Thanh Oai", levels=4, code="01271501")
    school.set_keys("")
    school.save()
    other = School.get(School.code == "01008508")
    return [
        Pairing.create(
            programme=programme,
            first_school=other,
            first_district=other.district_id,
            second_school=school,
            second_district=third,
            state=state,
        )
        for state in ("active", "proposed")
    ]


def states(pairs):
    return [(pair.state, pair.outcome) for pair in map(Pairing.get_by_id, pairs)]


def test_leaving_today_ends_the_districts_pairs_with_the_reason(cast, programme, third, pairs, work):
    assert leave(cast("hm.chuyenvien"), programme, third).status_code == 303
    work()
    sentence = f"Huyện Thanh Trì rời chương trình: {REASON}"
    assert states(pairs) == [("ended", sentence), ("declined", sentence)]
    assert Pairing.select().where(Pairing.state == "active").count() == 7
    page = cast("hm.giaovien").soup(f"/programmes/{programme.id}")
    assert page.find(attrs={"data-state": "left"}).text == "Đã rời chương trình"
    assert cast("tt.chuyenvien").get(f"/programmes/{programme.id}").status_code == 200


def test_leaving_is_in_the_log_with_day_and_reason(cast, programme, third):
    leave(cast("tt.lanhdao"), programme, third)
    entry = AuditEntry.get(AuditEntry.action == "programme.leave")
    values = {v.field: v.after for v in AuditValue.select().where(AuditValue.entry == entry)}
    assert values == {"left": "Huyện Thanh Trì", "left_on": f"{today()}", "reason": REASON}


def test_leaving_some_day_ends_the_pairs_on_that_day(app, cast, programme, third, pairs, work):
    day = today() + timedelta(days=10)
    leave(cast("tt.lanhdao"), programme, third, on=written(day))
    work()
    assert [state for state, _why in states(pairs)] == ["active", "proposed"]
    with app.app_context():
        leave_on_the_day(day - timedelta(days=1))
        assert [state for state, _why in states(pairs)] == ["active", "proposed"]
        ProgrammeDistrict.update(left_on=today()).where(ProgrammeDistrict.left_on == day).execute()
        leave_on_the_day(today())
        leave_on_the_day(today())
    assert [state for state, _why in states(pairs)] == ["ended", "declined"]


def test_a_district_that_was_to_leave_stays(cast, programme, third):
    leave(cast("hm.chuyenvien"), programme, third, on=written(today() + timedelta(days=10)))
    assert cast("tt.chuyenvien").submit(f"/programmes/{programme.id}", "stay").status_code == 303
    row = ProgrammeDistrict.get(ProgrammeDistrict.district == third)
    assert (row.left_on, row.left_reason) == (None, "")


def test_the_owner_hands_over_before_it_leaves(cast, programme, third, districts):
    page = f"/programmes/{programme.id}/districts/{districts['HM']}/leave"
    answer = cast("hm.lanhdao").submit(page, "leave_programme", {"reason": REASON})
    assert errors(answer) == ["Đơn vị chủ trì phải bàn giao việc chủ trì trước khi rời chương trình."]
    cast("hm.lanhdao").submit(f"/programmes/{programme.id}/owner", "owner", {"district": str(third.id)})
    assert cast("hm.lanhdao").submit(page, "leave_programme", {"reason": REASON}).status_code == 303


def test_a_programme_of_two_is_ended_instead(cast, programme, districts):
    page = f"/programmes/{programme.id}/districts/{districts['UH']}/leave"
    answer = cast("uh.lanhdao").submit(page, "leave_programme", {"reason": REASON})
    assert errors(answer) == [
        "Sau đó chương trình còn ít hơn hai đơn vị. Hãy kết thúc chương trình thay vì rút đơn vị."
    ]
    assert ProgrammeDistrict.select().where(ProgrammeDistrict.left_on.is_null(False)).count() == 0


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ({"on": ""}, ["Thầy/cô chưa nhập ngày rời chương trình."]),
        ({"reason": " "}, ["Thầy/cô chưa ghi lý do."]),
        ({"on": "31/08/2023"}, ["Ngày rời không thể trước ngày bắt đầu chương trình."]),
        (
            {"on": written(today() + timedelta(days=301))},
            [f"Ngày rời phải trong thời gian của chương trình, đến {written(today() + timedelta(days=300))}."],
        ),
    ],
)
def test_a_day_out_of_order_is_refused(cast, programme, third, typed, expected):
    answer = leave(cast("hm.chuyenvien"), programme, third, **typed)
    assert (answer.status_code, errors(answer)) == (422, expected)


def test_leaving_twice_is_refused(cast, programme, third):
    browser = cast("hm.chuyenvien")
    page = f"/programmes/{programme.id}/districts/{third.id}/leave"
    token = browser.soup(page).find("input", {"name": "csrf_token"})["value"]
    data = {"csrf_token": token, "on": written(today() + timedelta(days=10)), "reason": REASON}
    assert browser.post(page, data=data).status_code == 303
    assert errors(browser.post(page, data=data)) == ["Đơn vị này đã ghi ngày rời chương trình."]


@pytest.mark.parametrize(
    ("username", "status"),
    [("hm.chuyenvien", 200), ("tt.lanhdao", 200), ("uh.chuyenvien", 403), ("hm.hieutruong", 403), ("admin", 200)],
)
def test_the_lead_district_and_the_district_itself_say_that_it_leaves(cast, programme, third, username, status):
    assert cast(username).get(f"/programmes/{programme.id}/districts/{third.id}/leave").status_code == status


@pytest.mark.parametrize(("state", "after"), [("draft", "draft"), ("review", "draft"), ("frozen", "draft")])
def test_papers_that_are_not_signed_go_back_without_the_district(cast, programme, third, work, state, after):
    cast("hm.chuyenvien").submit(f"/programmes/{programme.id}/memoranda/new", "memorandum")
    paper = Memorandum.select().order_by(Memorandum.id.desc()).get()
    assert Signatory.select().where(Signatory.memorandum == paper).count() == 3
    Memorandum.update(state=state).where(Memorandum.id == paper.id).execute()
    leave(cast("hm.chuyenvien"), programme, third)
    work()
    paper = Memorandum.get_by_id(paper.id)
    outcome = "" if state == "draft" else f"Huyện Thanh Trì rời chương trình: {REASON}"
    assert (paper.state, paper.outcome) == (after, outcome)
    assert Signatory.select().where(Signatory.memorandum == paper).count() == 2


def test_a_signed_paper_stays_as_it_was_signed(cast, programme, third, work):
    leave(cast("hm.chuyenvien"), programme, third)
    work()
    signed = Memorandum.get(Memorandum.programme == programme)
    assert (signed.state, Signatory.select().where(Signatory.memorandum == signed).count()) == ("in_force", 2)
