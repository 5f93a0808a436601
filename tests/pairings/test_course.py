"""The course of a pair: signing with dates in order, looking back, going on in another programme, two at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from io import BytesIO
from threading import Barrier

import pytest
from bs4 import BeautifulSoup
from PIL import Image

from intranet.kernel.clock import now, today
from intranet.kernel.database import database
from intranet.kernel.schoolyear import school_year_of
from intranet.registry.pledges import Meeting, PairReview, PledgeClause
from intranet.registry.schools import School
from intranet.registry.twinning import (
    ACCEPTED,
    ACTIVE,
    AGREED,
    DECLINED,
    MET,
    PROPOSED,
    RENEWED,
    REVIEW,
    SIGNED,
    Pairing,
    Programme,
    ProgrammeDistrict,
)
from intranet.shared import steps
from intranet.shared.attachments import Attachment
from intranet.shared.audit import AuditEntry, AuditValue
from intranet.shared.waiting import Approval
from intranet.testing import form_values

FIRST, SECOND = "hm.hieutruong", "uh.hieutruong"


@pytest.fixture
def pairing(app):
    """The pair of the two first demo schools, of which nothing is written yet."""
    with app.app_context():
        found = Pairing.get(Pairing.first_school == School.get(School.code == "01008508"))
        PledgeClause.delete().where(PledgeClause.pairing == found).execute()
        PairReview.delete().where(PairReview.pairing == found).execute()
        Meeting.update(state="cancelled").where(Meeting.pairing == found).execute()
        Pairing.update(signed_on=None, pledge_number="", signed_place="").where(Pairing.id == found.id).execute()
        return found


@pytest.fixture
def stand(app, pairing):
    """Put the pair into a state."""

    def put(state, **values):
        values = {"state_since": now() - timedelta(1)} | values
        with app.app_context():
            Pairing.update(state=state, **values).where(Pairing.id == pairing.id).execute()
            steps.refresh(Pairing.get_by_id(pairing.id))

    return put


def fresh(pairing):
    return Pairing.get_by_id(pairing.id)


def errors(answer):
    return [item.text for item in BeautifulSoup(answer.text, "lxml").select(".errors li")]


def step_form(browser, pairing, key):
    address = f"/steps/pairing/{pairing.id}/{key}"
    return form_values(browser.soup(address).find("form", {"data-form": "step"}))


def press(browser, pairing, key, **values):
    return browser.post(f"/steps/pairing/{pairing.id}/{key}", data=step_form(browser, pairing, key) | values)


# --- signing ---


def sign(browser, pairing, **typed):
    values = {"pledge_number": "01/GƯ", "signed_on": "20/10/2023", "signed_place": "Hà Nội"}
    return browser.submit(f"/pairings/{pairing.id}/sign", "sign", values | typed)


def meet(pairing, moment):
    Meeting.create(pairing=pairing, title="Họp", starts_at=moment, state="held", minutes="x")


def picture():
    body = BytesIO()
    Image.new("RGB", (40, 30), "white").save(body, "JPEG")
    return body.getvalue()


def test_signing_keeps_number_day_place_and_scan_and_moves_the_pair(cast, pairing, stand):
    stand(AGREED)
    browser = cast(FIRST)
    link = browser.soup(f"/pairings/{pairing.id}").find("a", href=f"/pairings/{pairing.id}/sign")
    assert link.text == "Ghi việc ký giao ước"
    answer = sign(browser, pairing, scan=(BytesIO(picture()), "giao-uoc.jpg"))
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/pairings/{pairing.id}")
    signed = fresh(pairing)
    assert (signed.state, signed.pledge_number, signed.signed_on, signed.signed_place) == (
        SIGNED,
        "01/GƯ",
        date(2023, 10, 20),
        "Hà Nội",
    )
    scan = Attachment.get(Attachment.subject_type == "pairing", Attachment.subject_id == pairing.id)
    assert scan.name == "giao-uoc.jpg"
    assert cast(SECOND).get(f"/files/{scan.id}/download").status_code == 200


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ({"signed_on": ""}, "Thầy/cô chưa nhập ngày ký."),
        ({"signed_on": "31/02/2023"}, "Ngày 31/02/2023 không có trong lịch."),
        ({"signed_on": f"{today() + timedelta(1):%d/%m/%Y}"}, "Ngày ký không thể sau hôm nay."),
        ({"signed_on": "19/10/2023"}, "Ngày ký không thể trước cuộc họp đầu tiên của hai trường (20/10/2023)."),
        ({"pledge_number": " "}, "Thầy/cô chưa nhập số giao ước."),
    ],
)
def test_dates_out_of_order_are_refused_and_nothing_is_written(cast, pairing, stand, typed, expected):
    # 20 October in Vietnam, still the 19th in UTC.
    meet(pairing, datetime(2023, 10, 19, 18, 0))
    stand(AGREED)
    answer = sign(cast(FIRST), pairing, **typed)
    assert (answer.status_code, errors(answer)) == (422, [expected])
    assert (fresh(pairing).state, fresh(pairing).signed_on) == (AGREED, None)


def test_a_scan_that_is_no_paper_is_refused_and_nothing_is_written(cast, pairing, stand):
    stand(AGREED)
    answer = sign(cast(FIRST), pairing, scan=(BytesIO(b"MZ\x90"), "x.exe"))
    assert answer.status_code == 422
    on_it = (Attachment.subject_type == "pairing") & (Attachment.subject_id == pairing.id)
    assert (fresh(pairing).state, Attachment.select().where(on_it).count()) == (AGREED, 0)


def test_a_pledge_is_signed_once(cast, pairing, stand):
    stand(AGREED)
    forms = [
        form_values(cast(name).soup(f"/pairings/{pairing.id}/sign").find("form", {"data-form": "sign"}))
        for name in (FIRST, SECOND)
    ]
    typed = {"pledge_number": "01/GƯ", "signed_on": "20/10/2023"}
    first = cast(FIRST).post(f"/pairings/{pairing.id}/sign", data=forms[0] | typed)
    second = cast(SECOND).post(f"/pairings/{pairing.id}/sign", data=forms[1] | typed | {"pledge_number": "02/GƯ"})
    assert (first.status_code, second.status_code) == (303, 422)
    assert errors(second) == ["Việc này đã sang bước “Đã ký giao ước”."]
    assert fresh(pairing).pledge_number == "01/GƯ"
    answer = cast(SECOND).get(f"/pairings/{pairing.id}/sign")
    assert answer.headers["Location"] == f"/pairings/{pairing.id}"


@pytest.mark.parametrize(
    ("username", "status"), [("hm.dieuphoi", 200), ("uh.hieutruong", 200), ("hm.chuyenvien", 403), ("hm.giaovien", 403)]
)
def test_the_two_schools_sign(cast, pairing, stand, username, status):
    stand(AGREED)
    assert cast(username).get(f"/pairings/{pairing.id}/sign").status_code == status
    assert cast("uh2.hieutruong").get(f"/pairings/{pairing.id}/sign").status_code == 404


# --- looking back ---


def write(browser, pairing, **typed):
    return browser.submit(f"/pairings/{pairing.id}/review", "review", {"achieved": "Dạy chung 12 tiết."} | typed)


def test_both_schools_look_back_and_then_go_on(cast, pairing, stand):
    stand(REVIEW)
    link = cast(FIRST).soup(f"/pairings/{pairing.id}").find("a", href=f"/pairings/{pairing.id}/review")
    assert link.text == "Viết nhận xét của trường tôi"
    assert write(cast(FIRST), pairing, difficulties="Đường xa.").status_code == 303
    page = cast(FIRST).soup(f"/pairings/{pairing.id}")
    assert "Hai trường chưa viết xong nhận xét của năm học." in page.find(attrs={"data-panel": "core.steps"}).text
    assert write(cast("uh.dieuphoi"), pairing).status_code == 303
    for name in (FIRST, SECOND):
        assert press(cast(name), pairing, "go_on").status_code == 303
    assert fresh(pairing).state == ACTIVE
    assert fresh(pairing).review_on > today()
    reviews = PairReview.select().where(PairReview.pairing == pairing)
    assert {(review.school.code, review.school_year, review.difficulties) for review in reviews} == {
        ("01008508", school_year_of(today()), "Đường xa."),
        ("01281503", school_year_of(today()), ""),
    }


def test_a_review_is_written_on_and_not_twice(cast, pairing, stand):
    stand(REVIEW)
    write(cast(FIRST), pairing)
    form = cast("hm.dieuphoi").soup(f"/pairings/{pairing.id}/review").find("form", {"data-form": "review"})
    assert form.find("textarea", {"name": "achieved"}).text.strip() == "Dạy chung 12 tiết."
    write(cast("hm.dieuphoi"), pairing, achieved="Dạy chung 14 tiết.")
    (review,) = PairReview.select().where(PairReview.pairing == pairing)
    assert review.achieved == "Dạy chung 14 tiết."
    entry = AuditEntry.select().where(AuditEntry.action == "pairing.reviewed").order_by(AuditEntry.id.desc()).get()
    values = {
        value.field: (value.before, value.after) for value in AuditValue.select().where(AuditValue.entry == entry)
    }
    assert values["achieved"] == ("Dạy chung 12 tiết.", "Dạy chung 14 tiết.")


def test_a_review_of_an_earlier_round_does_not_count(cast, pairing, stand):
    for name in (FIRST, SECOND):
        stand(REVIEW)
        write(cast(name), pairing)
    stand(REVIEW, state_since=now() + timedelta(1))
    page = cast(FIRST).soup(f"/pairings/{pairing.id}")
    assert "Hai trường chưa viết xong nhận xét của năm học." in page.find(attrs={"data-panel": "core.steps"}).text


@pytest.mark.parametrize(
    ("username", "state", "status"),
    [
        (FIRST, ACTIVE, 303),
        ("uh.dieuphoi", REVIEW, 200),
        ("hm.chuyenvien", REVIEW, 403),
        ("hm.giaovien", REVIEW, 403),
        ("hm2.hieutruong", REVIEW, 404),
    ],
)
def test_schools_write_reviews_once_the_review_is_open(cast, pairing, stand, username, state, status):
    stand(state)
    assert cast(username).get(f"/pairings/{pairing.id}/review").status_code == status


# --- going on in another programme ---


@pytest.fixture
def next_programme(app):
    """Another running programme of both districts."""
    with app.app_context():
        first = Programme.get()
        made = Programme.create(
            title="Chương trình 2026 – 2029", state="running", owner_district=first.owner_district_id
        )
        for row in list(ProgrammeDistrict.select().where(ProgrammeDistrict.programme == first)):
            ProgrammeDistrict.create(programme=made, district=row.district_id)
        return made


def renew(browser, pairing):
    return browser.submit(f"/pairings/{pairing.id}/renew", "renew")


def test_a_renewed_pair_carries_its_live_promises_and_asks_the_principals_anew(
    app, cast, pairing, stand, next_programme
):
    with app.app_context():
        PledgeClause.create(
            pairing=pairing, position=1, giver=pairing.first_school_id, text="Dạy 5 tiết", due_on=today(), done=3
        )
        PledgeClause.create(pairing=pairing, position=2, text="Bỏ rồi", dropped_on=today(), dropped_reason="x")
    stand(ACTIVE)
    answer = renew(cast("hm.chuyenvien"), pairing)
    new = Pairing.select().order_by(Pairing.id.desc()).get()
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/pairings/{new.id}")
    assert (new.renewed_from_id, new.programme_id, new.state) == (pairing.id, next_programme.id, MET)
    assert (fresh(pairing).state, fresh(pairing).ended_on) == (RENEWED, today())
    (clause,) = PledgeClause.select().where(PledgeClause.pairing == new)
    assert (clause.text, clause.giver_id, clause.done, clause.due_on) == (
        "Dạy 5 tiết",
        pairing.first_school_id,
        0,
        None,
    )
    for name in (FIRST, SECOND):
        assert press(cast(name), new, "agree").status_code == 303
    assert fresh(new).state == AGREED


def test_what_a_renewed_pair_had_planned_takes_place_in_the_new_one(app, cast, pairing, stand, next_programme):
    with app.app_context():
        clause = PledgeClause.create(pairing=pairing, position=1, text="Thăm trường", activity_kind="visit")
        tomorrow, yesterday = now() + timedelta(1), now() - timedelta(1)
        to_come = Meeting.create(pairing=pairing, title="Thăm trường", starts_at=tomorrow, clause=clause)
        held = Meeting.create(pairing=pairing, title="Họp", starts_at=yesterday, state="held")
    stand(ACTIVE)
    renew(cast("hm.chuyenvien"), pairing)
    new = Pairing.select().order_by(Pairing.id.desc()).get()
    moved = Meeting.get_by_id(to_come.id)
    assert (moved.pairing_id, moved.state, moved.clause.pairing_id) == (new.id, "planned", new.id)
    assert Meeting.get_by_id(held.id).pairing_id == pairing.id
    entry = AuditEntry.get(AuditEntry.action == "meeting.update", AuditEntry.subject_id == to_come.id)
    value = AuditValue.get(AuditValue.entry == entry)
    assert (value.field, value.before, value.after) == ("programme", pairing.programme.title, next_programme.title)


def test_two_officers_who_renew_at_once_make_one_pair(cast, pairing, stand, next_programme):
    stand(ACTIVE)
    address = f"/pairings/{pairing.id}/renew"
    names = ("hm.chuyenvien", "uh.chuyenvien")
    forms = {name: form_values(cast(name).soup(address).find("form", {"data-form": "renew"})) for name in names}
    together = Barrier(2)

    def send(name):
        together.wait()
        status = cast(name).post(address, data=forms[name]).status_code
        database.close()
        return status

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(send, names)) == [303, 422]
    assert Pairing.select().where(Pairing.renewed_from == pairing).count() == 1


def test_without_another_programme_the_page_says_so(cast, pairing, stand):
    stand(ACTIVE)
    page = cast("hm.chuyenvien").soup(f"/pairings/{pairing.id}/renew")
    assert page.find("form", {"data-form": "renew"}) is None
    assert "Chưa có chương trình nào khác" in page.find("main").text


def test_a_programme_that_a_district_has_left_is_not_offered(cast, pairing, stand, next_programme):
    stand(ACTIVE)
    leaving = ProgrammeDistrict.update(left_on=today()).where(ProgrammeDistrict.programme == next_programme)
    leaving.where(ProgrammeDistrict.district == pairing.second_district_id).execute()
    page = cast("hm.chuyenvien").soup(f"/pairings/{pairing.id}/renew")
    assert page.find("form", {"data-form": "renew"}) is None


@pytest.mark.parametrize(("username", "status"), [("uh.chuyenvien", 200), ("hm.hieutruong", 403), ("hm.lanhdao", 403)])
def test_offices_renew(cast, pairing, stand, next_programme, username, status):
    stand(ACTIVE)
    assert cast(username).get(f"/pairings/{pairing.id}/renew").status_code == status


# --- both sides at once ---


@pytest.mark.parametrize("round_", range(3))
def test_two_principals_who_answer_in_the_same_moment_leave_one_outcome(cast, pairing, stand, round_):
    stand(PROPOSED)
    ways = {FIRST: "accept", SECOND: "decline"}
    forms = {name: step_form(cast(name), pairing, key) | {"reason": "Đã có cặp khác."} for name, key in ways.items()}
    together = Barrier(2)

    def send(name):
        together.wait()
        status = cast(name).post(f"/steps/pairing/{pairing.id}/{ways[name]}", data=forms[name]).status_code
        database.close()
        return status

    with ThreadPoolExecutor(2) as pool:
        statuses = list(pool.map(send, (FIRST, SECOND)))
    # Who declines is always heard; who accepted just before has said so, who comes after is told what became of it.
    assert statuses in ([303, 303], [422, 303])
    assert (fresh(pairing).state, fresh(pairing).outcome) == (DECLINED, "Đã có cặp khác.")
    live = Approval.select().where(Approval.subject_type == "pairing", Approval.subject_id == pairing.id)
    assert AuditEntry.select().where(AuditEntry.action == "pairing.decline").count() == 1
    assert live.count() <= 1


def test_both_principals_who_accept_in_the_same_moment_move_it_once(cast, pairing, stand):
    stand(PROPOSED)
    forms = {name: step_form(cast(name), pairing, "accept") for name in (FIRST, SECOND)}
    together = Barrier(2)

    def send(name):
        together.wait()
        status = cast(name).post(f"/steps/pairing/{pairing.id}/accept", data=forms[name]).status_code
        database.close()
        return status

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(send, (FIRST, SECOND))) == [303, 303]
    assert fresh(pairing).state == ACCEPTED
    assert (
        AuditEntry.select().where(AuditEntry.action == "pairing.accept", AuditEntry.subject_id == pairing.id).count()
        == 1
    )


# --- the trail ---


def test_the_history_tells_every_step_and_takes_none_back(cast, pairing, stand):
    stand(PROPOSED)
    press(cast(FIRST), pairing, "accept")
    press(cast(SECOND), pairing, "accept")
    browser = cast("hm.chuyenvien")
    link = browser.soup(f"/pairings/{pairing.id}").find("a", href=f"/history/pairing/{pairing.id}")
    page = browser.soup(link["href"])
    assert [item.b.text for item in page.select("ol.timeline > li")][:2] == ["Nhận lời kết nghĩa", "Đồng ý"]
    told = [line.get_text(" ", strip=True) for line in page.select("ol.timeline .small p")]
    assert told[0] == "Trạng thái: Chờ hai trường nhận lời → Chờ hai phòng duyệt"
    assert told[1] == "Nhận lời kết nghĩa: Hiệu trưởng trường thứ nhất"
    assert page.select("form[data-form=undo]") == []
    token = {"csrf_token": browser.csrf("/account"), "act": 1}
    assert browser.post(f"/history/pairing/{pairing.id}/undo", data=token).status_code == 404
    assert cast("hm.giaovien").get(link["href"]).status_code == 403
    assert cast("uh2.hieutruong").get(link["href"]).status_code == 404


def test_an_act_stands_in_the_log_of_the_side_that_acts(cast, pairing, stand):
    stand(PROPOSED)
    press(cast(SECOND), pairing, "accept")
    entry = AuditEntry.get(AuditEntry.action == "pairing.consent", AuditEntry.subject_id == pairing.id)
    assert (entry.district_id, entry.school_id) == (pairing.second_district_id, pairing.second_school_id)
