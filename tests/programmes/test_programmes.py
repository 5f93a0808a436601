"""The list of programmes, a programme's page and its form."""

from datetime import date, datetime, timedelta

import pytest
from bs4 import BeautifulSoup

from intranet.kernel.clock import today
from intranet.programmes.upkeep import remind_of_ends
from intranet.registry.agreements import YearPlan, YearPlanItem
from intranet.registry.districts import District
from intranet.registry.people import Membership, Person
from intranet.registry.pledges import Meeting, PledgeClause
from intranet.registry.schools import School
from intranet.registry.twinning import CLOSED, DRAFT, RUNNING, Pairing, Programme, ProgrammeDistrict
from intranet.shared.audit import AuditEntry, AuditValue
from intranet.shared.notices import Notice
from intranet.shared.waiting import Waiting
from intranet.testing import form_values

TITLE = "Nhà trường cùng chung tay phát triển – Thầy cô cùng sẻ chia trách nhiệm"
NEXT = "Trường kết nghĩa: cùng dạy tốt, cùng học tốt"


def errors(answer):
    return [item.text for item in BeautifulSoup(answer.text, "lxml").select(".errors li")]


def changes(action):
    entry = AuditEntry.select().where(AuditEntry.action == action).order_by(AuditEntry.id.desc()).get()
    return {v.field: (v.before, v.after) for v in AuditValue.select().where(AuditValue.entry == entry)}


def typed(known, **values):
    return {
        "title": "Cùng nhau đọc sách",
        "starts_on": "01/09/2026",
        "ends_on": "31/08/2028",
        "districts": [str(known["UH"])],
    } | values


# --- reading ---


def test_the_list_shows_programmes_with_period_districts_and_pairs(cast):
    rows = cast("hm.chuyenvien").soup("/programmes").select("#list tbody tr")
    assert [[cell.get_text(" ", strip=True) for cell in row.find_all(["th", "td"])] for row in rows] == [
        [
            f"{TITLE} Chủ trì: Quận Hoàng Mai",
            "01/09/2023 – 31/08/2025",
            "Huyện Ứng Hòa, Quận Hoàng Mai",
            "Đang thực hiện",
            "7",
        ],
        [
            f"{NEXT} Chủ trì: Quận Hoàng Mai",
            "01/09/2025 – 31/08/2028",
            "Huyện Ứng Hòa, Quận Hoàng Mai",
            "Đang soạn",
            "0",
        ],
    ]


@pytest.mark.parametrize(
    ("username", "titles"),
    [
        ("hm.chuyenvien", [TITLE, NEXT]),
        ("uh.xem", [TITLE, NEXT]),
        ("hm.hieutruong", [TITLE]),
        ("uh.giaovien", [TITLE]),
        ("admin", [TITLE, NEXT]),
    ],
)
def test_schools_see_what_has_begun_and_offices_what_they_prepare(cast, following, username, titles):
    browser = cast(username)
    assert [link.text for link in browser.soup("/programmes").select("#list th a")] == titles
    assert browser.get(f"/programmes/{following.id}").status_code == (200 if NEXT in titles else 404)


def test_a_district_outside_knows_nothing_of_it(cast, programme, districts):
    ProgrammeDistrict.delete().where(ProgrammeDistrict.district == districts["UH"]).execute()
    Pairing.update(second_district=districts["HM"]).execute()
    assert cast("uh.chuyenvien").get(f"/programmes/{programme.id}").status_code == 404
    assert cast("uh.chuyenvien").soup("/programmes").select("#list th a") == []


def test_numbers_of_pairs_lead_to_their_lists(cast, programme):
    page = cast("hm.chuyenvien").soup(f"/programmes/{programme.id}")
    assert [(item.b.text, item.span.text, item["href"]) for item in page.select(".stats a")] == [
        ("7", "Tất cả các cặp", f"/pairings?programme={programme.id}"),
        ("7", "Đang thực hiện", f"/pairings?programme={programme.id}&state=active"),
    ]


def test_a_school_counts_its_own_pairs(cast, programme):
    page = cast("hm.giaovien").soup(f"/programmes/{programme.id}")
    assert [item.b.text for item in page.select(".stats a")] == ["1", "1"]


@pytest.mark.parametrize("path", ["", "/{id}"])
def test_more_rows_take_no_more_queries(cast, programme, queries, path):
    browser, address = cast("hm.chuyenvien"), "/programmes" + path.format(id=programme.id)
    browser.get(address)
    with queries() as run:
        browser.get(address)
    before = len(run)
    other, pair = District.get(District.code == "UH"), Pairing.get()
    for number in range(3):
        made = Programme.create(title=f"Chương trình {number}", owner_district=other, state=RUNNING)
        for district in District.select():
            ProgrammeDistrict.create(programme=made, district=district)
        columns = ("first_school", "first_district", "second_school", "second_district")
        for owner in (made, programme):
            Pairing.create(programme=owner, **{name: getattr(pair, name) for name in columns}, state="declined")
    with queries() as run:
        browser.get(address)
    assert len(run) == before


def test_a_prepared_programme_opens_no_district_to_another(cast, programme, districts):
    school = School.get(School.code == "01281503")
    assert cast("hm.chuyenvien").get(f"/schools/{school.id}").status_code == 200
    ProgrammeDistrict.delete().where(
        ProgrammeDistrict.district == districts["UH"], ProgrammeDistrict.programme == programme
    ).execute()
    assert cast("hm.chuyenvien").get(f"/schools/{school.id}").status_code == 404


def test_people_of_the_successor_of_a_dissolved_district_read_its_programmes(cast, programme, districts):
    new = District.create(code="VD", kind="xa", name="Xã Vân Đình", office_name="UBND xã Vân Đình", sort_key="v")
    person = Person.get(Person.username == "uh.chuyenvien")

    Membership.update(district=new).where(Membership.person == person).execute()
    assert cast("uh.chuyenvien").get(f"/programmes/{programme.id}").status_code == 404
    District.update(merged_into=new).where(District.id == districts["UH"]).execute()
    page = cast("uh.chuyenvien").soup(f"/programmes/{programme.id}")
    listed = page.find(attrs={"data-panel": "programmes.districts"}).get_text(" ", strip=True)
    assert "Cơ quan kế thừa: UBND xã Vân Đình" in listed


# --- making one ---


def test_an_officer_makes_a_programme_of_the_own_district_with_others(cast, districts):
    answer = cast("hm.chuyenvien").submit("/programmes/new", "programme", typed(districts))
    made = Programme.get(Programme.title == "Cùng nhau đọc sách")
    assert answer.headers["Location"] == f"/programmes/{made.id}"
    assert (made.owner_district_id, made.state, made.ends_on) == (districts["HM"], DRAFT, date(2028, 8, 31))
    part = ProgrammeDistrict.select(ProgrammeDistrict.district).where(ProgrammeDistrict.programme == made)
    assert {row.district_id for row in part} == {districts["HM"], districts["UH"]}
    assert changes("programme.create")["districts"] == (None, "Huyện Ứng Hòa; Quận Hoàng Mai")


def test_offices_of_the_other_districts_are_told(cast, districts):
    cast("hm.chuyenvien").submit("/programmes/new", "programme", typed(districts))
    title = "Đơn vị được mời vào chương trình “Cùng nhau đọc sách”"
    told = Notice.select().where(Notice.title == title)
    assert {notice.person.username for notice in told} == {"uh.lanhdao", "uh.chuyenvien"}


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"title": " "}, ["Thầy/cô chưa nhập tên chương trình."]),
        ({"starts_on": ""}, ["Thầy/cô chưa nhập ngày bắt đầu."]),
        ({"ends_on": "31/02/2027"}, ["Ngày 31/02/2027 không có trong lịch."]),
        ({"ends_on": "01/09/2026"}, ["Ngày kết thúc phải sau ngày bắt đầu."]),
        ({"ends_on": "31/08/2026"}, ["Ngày kết thúc phải sau ngày bắt đầu."]),
        ({"districts": []}, ["Chương trình cần ít nhất hai đơn vị tham gia."]),
        ({"districts": ["99999"]}, ["Hãy chọn một mục trong danh sách."]),
    ],
)
def test_what_does_not_make_a_programme_is_said_at_its_field(cast, districts, values, expected):
    answer = cast("hm.chuyenvien").submit("/programmes/new", "programme", typed(districts, **values))
    assert (answer.status_code, errors(answer)) == (422, expected)
    assert not Programme.select().where(Programme.title == "Cùng nhau đọc sách").exists()


def test_a_form_sent_twice_makes_one_programme(cast, districts):

    browser = cast("hm.chuyenvien")
    form = browser.soup("/programmes/new").find("form", {"data-form": "programme"})
    data = form_values(form) | typed(districts)
    first, second = (browser.post("/programmes/new", data=data) for _time in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert Programme.select().where(Programme.title == "Cùng nhau đọc sách").count() == 1


@pytest.mark.parametrize(
    ("username", "status"),
    [("hm.chuyenvien", 200), ("hm.lanhdao", 200), ("hm.hieutruong", 403), ("hm.xem", 403), ("admin", 404)],
)
def test_programmes_are_made_in_offices(cast, username, status):
    assert cast(username).get("/programmes/new").status_code == status


# --- changing it ---


@pytest.mark.parametrize(
    ("username", "status"),
    [("hm.chuyenvien", 200), ("hm.lanhdao", 200), ("uh.chuyenvien", 403), ("hm.hieutruong", 403), ("admin", 200)],
)
def test_the_lead_district_edits_it(cast, programme, username, status):
    assert cast(username).get(f"/programmes/{programme.id}/edit").status_code == status


def test_a_change_is_saved_and_audited(cast, programme):
    answer = cast("hm.chuyenvien").submit(f"/programmes/{programme.id}/edit", "programme", {"goals": "Cùng tiến bộ."})
    assert (answer.status_code, Programme.get_by_id(programme.id).goals) == (303, "Cùng tiến bộ.")
    assert changes("programme.edit") == {"goals": (programme.goals, "Cùng tiến bộ.")}


def test_two_people_who_change_different_fields_both_win(cast, programme):
    page = f"/programmes/{programme.id}/edit"
    first, second = cast("hm.chuyenvien"), cast("hm.lanhdao")

    form = form_values(second.soup(page).find("form", {"data-form": "programme"}))
    first.submit(page, "programme", {"goals": "Cùng tiến bộ."})
    answer = second.post(page, data=form | {"movements": "Dạy tốt, học tốt"})
    current = Programme.get_by_id(programme.id)
    assert (answer.status_code, current.goals, current.movements) == (303, "Cùng tiến bộ.", "Dạy tốt, học tốt")


def test_two_people_who_change_the_same_field_see_both_texts(cast, programme):
    page = f"/programmes/{programme.id}/edit"
    first, second = cast("hm.chuyenvien"), cast("hm.lanhdao")

    form = form_values(second.soup(page).find("form", {"data-form": "programme"}))
    first.submit(page, "programme", {"goals": "Cùng tiến bộ."})
    answer = second.post(page, data=form | {"goals": "Cùng vui."})
    assert answer.status_code == 409
    assert errors(answer) == ["Mục tiêu: đang lưu là “Cùng tiến bộ.”, thầy/cô nhập “Cùng vui.”"]
    again = form_values(BeautifulSoup(answer.text, "lxml").find("form", {"data-form": "programme"}))
    assert second.post(page, data=again).status_code == 303
    assert Programme.get_by_id(programme.id).goals == "Cùng vui."


def test_a_programme_that_is_over_stays_as_it_is(cast, programme):
    Programme.update(state=CLOSED).where(Programme.id == programme.id).execute()
    answer = cast("hm.chuyenvien").submit(f"/programmes/{programme.id}/edit", "programme", {"goals": "Khác"})
    assert errors(answer) == ["Chương trình đã kết thúc nên không sửa được nữa."]
    assert Programme.get_by_id(programme.id).goals == programme.goals


def test_a_district_does_not_fall_out_of_a_running_programme_by_the_form(cast, programme, third):
    kept = [str(third.id)]
    answer = cast("hm.chuyenvien").submit(f"/programmes/{programme.id}/edit", "programme", {"districts": kept})
    assert errors(answer) == [
        "Huyện Ứng Hòa đã tham gia chương trình. Khi đơn vị rời đi, thầy/cô dùng “Ghi đơn vị rời chương trình”."
    ]


def test_a_prepared_programme_starts_with_two_districts(cast, following, press):
    assert press(cast("hm.lanhdao"), following, "start").status_code == 303
    assert Programme.get_by_id(following.id).state == RUNNING
    assert cast("hm.giaovien").get(f"/programmes/{following.id}").status_code == 200


def test_a_prepared_programme_is_given_up_and_out_of_sight_of_schools(cast, following, press):
    assert press(cast("hm.chuyenvien"), following, "drop").status_code == 303
    assert Programme.get_by_id(following.id).state == "dropped"
    assert cast("hm.giaovien").get(f"/programmes/{following.id}").status_code == 404


def test_the_history_tells_what_was_changed(cast, programme):
    cast("hm.chuyenvien").submit(f"/programmes/{programme.id}/edit", "programme", {"goals": "Cùng tiến bộ."})
    text = cast("hm.lanhdao").soup(f"/history/programme/{programme.id}").find("main").get_text(" ", strip=True)
    assert "Sửa chương trình" in text and "Cùng tiến bộ." in text
    assert cast("uh.lanhdao").get(f"/history/programme/{programme.id}").status_code == 403


def test_what_was_done_to_programmes_is_not_undone_in_one_go(cast, programme):
    cast("hm.chuyenvien").submit(f"/programmes/{programme.id}/edit", "programme", {"goals": "Cùng tiến bộ."})
    batch = AuditEntry.select().where(AuditEntry.action == "programme.edit").order_by(AuditEntry.id.desc()).get()
    browser = cast("hm.chuyenvien")
    token = browser.csrf("/account")
    assert browser.post(f"/history/batch/{batch.request_id}", data={"csrf_token": token}).status_code == 303
    assert Programme.get_by_id(programme.id).goals == "Cùng tiến bộ."


# --- handing over ---


def test_another_district_takes_the_lead(cast, programme, districts):
    chosen = {"district": str(districts["UH"])}
    assert cast("hm.lanhdao").submit(f"/programmes/{programme.id}/owner", "owner", chosen).status_code == 303
    assert Programme.get_by_id(programme.id).owner_district_id == districts["UH"]
    assert changes("programme.hand_over") == {"owner_district": ("Quận Hoàng Mai", "Huyện Ứng Hòa")}
    assert cast("uh.chuyenvien").get(f"/programmes/{programme.id}/edit").status_code == 200
    assert cast("hm.chuyenvien").get(f"/programmes/{programme.id}/edit").status_code == 403


# --- the end ---


def test_the_closing_report_is_kept_before_the_programme_ends(cast, programme):
    page = f"/programmes/{programme.id}/close"
    cast("hm.chuyenvien").submit(page, "close", {"closing_report": "Bảy cặp đã hoạt động."})
    current = Programme.get_by_id(programme.id)
    assert (current.closing_report, current.state) == ("Bảy cặp đã hoạt động.", RUNNING)


def test_a_programme_ends_with_its_report_and_takes_its_pairs_along(cast, programme, work):
    page = f"/programmes/{programme.id}/close"
    report = {"closing_report": "Bảy cặp đã hoạt động."}
    assert cast("hm.lanhdao").submit(page, "close", report, verb="close").status_code == 303
    assert Programme.get_by_id(programme.id).state == CLOSED
    work()
    pairs = list(Pairing.select(Pairing.state, Pairing.outcome, Pairing.ended_on).distinct().tuples())
    assert pairs == [("ended", "Chương trình kết thúc.", today())]


def test_a_programme_without_a_report_does_not_end(cast, programme):
    answer = cast("hm.lanhdao").submit(f"/programmes/{programme.id}/close", "close", {}, verb="close")
    assert errors(answer) == ["Chương trình chưa có báo cáo tổng kết."]
    assert Programme.get_by_id(programme.id).state == RUNNING


# --- shortening ---


def open_ended():
    """No promise and no task of the demo has a day, no review is due and nothing is planned."""
    Meeting.update(state="cancelled").where(Meeting.state == "planned").execute()
    YearPlanItem.update(due_on=None).execute()
    PledgeClause.update(due_on=None).execute()
    Pairing.update(review_on=None).execute()


@pytest.fixture
def promised(app, programme):
    """A pair of the programme with a review and a promise later than the new end."""

    pair = Pairing.get(Pairing.first_school == School.get(School.code == "01008508"))
    open_ended()
    Pairing.update(review_on=date(2025, 5, 31)).where(Pairing.id == pair.id).execute()
    PledgeClause.create(pairing=pair, position=1, text="Hai chuyên đề", due_on=date(2025, 4, 30))
    for starts_at in (datetime(2024, 12, 31, 16, 59), datetime(2024, 12, 31, 17)):
        Meeting.create(pairing=pair, title="Họp", starts_at=starts_at)
    YearPlanItem.create(plan=YearPlan.get(), position=99, task="Tổng kết", due_on=date(2025, 1, 1))
    return pair


def shorten(browser, programme, verb=None):

    page = f"/programmes/{programme.id}/edit"
    form = form_values(browser.soup(page).find("form", {"data-form": "programme"}))
    return browser.post(page, data=form | {"ends_on": "31/12/2024"} | ({"action": verb} if verb else {}))


def test_shortening_lists_what_lies_beyond_and_asks(cast, programme, promised):
    answer = shorten(cast("hm.chuyenvien"), programme)
    assert answer.status_code == 422
    assert errors(answer) == [
        "1 cặp có cam kết hạn sau ngày này: Trường THCS Yên Sở – Trường THCS Hồng Quang. Hạn đã ký được giữ nguyên; "
        "hai trường được báo để thống nhất lại.",
        "Kỳ sơ kết của 1 cặp được chuyển lên ngày 31/12/2024.",
        "1 cuộc họp, chuyến thăm đã hẹn sau ngày này vẫn giữ lịch cho đến khi cặp kết thúc.",
        "1 việc của kế hoạch năm có hạn sau ngày này; phòng chủ trì cần sửa kế hoạch.",
    ]
    assert Programme.get_by_id(programme.id).ends_on == date(2025, 8, 31)


def test_confirmed_shortening_brings_reviews_forward_keeps_promises_and_tells_the_schools(
    cast, programme, promised, work
):

    assert shorten(cast("hm.chuyenvien"), programme, "confirm").status_code == 303
    work()
    assert Pairing.get_by_id(promised.id).review_on == date(2024, 12, 31)
    assert PledgeClause.get(PledgeClause.text == "Hai chuyên đề").due_on == date(2025, 4, 30)
    title = "Chương trình kết thúc ngày 31/12/2024: 1 cam kết của cặp có hạn sau ngày này"
    told = {notice.person.username for notice in Notice.select().where(Notice.title == title)}
    assert told == {"hm.hieutruong", "hm.dieuphoi", "uh.hieutruong", "uh.dieuphoi"}
    assert changes("pairing.review_on") == {"review_on": ("2025-05-31", "2024-12-31")}


def test_shortening_that_leaves_nothing_behind_asks_nothing(cast, programme):
    open_ended()
    assert shorten(cast("hm.chuyenvien"), programme).status_code == 303
    assert Programme.get_by_id(programme.id).ends_on == date(2024, 12, 31)


def test_a_programme_whose_last_day_has_come_waits_for_its_end(app, cast, following):

    day = today() + timedelta(days=1)
    Programme.update(state=RUNNING, ends_on=day).where(Programme.id == following.id).execute()
    waits = Waiting.subject_type == "programme", Waiting.subject_id == following.id
    Waiting.delete().where(*waits).execute()
    with app.app_context():
        remind_of_ends(today())
        assert Waiting.select().where(*waits).count() == 0
        Programme.update(ends_on=today()).where(Programme.id == following.id).execute()
        remind_of_ends(today())
        remind_of_ends(today())
    assert {row.role for row in Waiting.select().where(*waits)} == {"officer", "leader"}
    told = Notice.select().where(Notice.url == f"/programmes/{following.id}", Notice.kind == "waiting")
    assert {notice.person.username for notice in told} >= {"hm.lanhdao", "hm.chuyenvien"}
