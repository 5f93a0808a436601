"""Donations by Circular 16/2018: approved before asking, public before taking, settled in public; no sum for each."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest

from intranet.registry.districts import District
from intranet.registry.schools import School
from intranet.shared.edits import Refused
from intranet.shared.steps import take
from intranet.shared.waiting import Waiting
from intranet.shared.working_days import SpecialDay
from plugins.facilities.donations import circular, queries, rules
from plugins.facilities.donations.forms import PARTS, GiftForm, PlanForm
from plugins.facilities.donations.upkeep import work
from plugins.facilities.models import DonationPlan, Donor, Gift, Opinion

PLAN = {
    "title": "Sửa phòng đọc",
    "content": "Sửa phòng đọc 60 m², mua giá sách.",
    "purpose": "Học sinh có chỗ đọc sách.",
    "beneficiaries": "Mọi học sinh của trường.",
    "budget": Decimal(120_000_000),
    "timetable": "Tháng 11 tiếp nhận, tháng 12 sửa.",
    "use": "Thay mái 80 triệu, giá sách 40 triệu.",
    "team": "Hiệu trưởng\nKế toán\nĐại diện cha mẹ học sinh",
}
GIFT = {
    "kind": "money",
    "on": None,
    "donor_id": None,
    "giver": "",
    "named": False,
    "amount": Decimal(5_000_000),
    "item": "",
    "quantity": None,
    "unit": "",
    "document": "PT 01",
    "offer_id": None,
}
START = date(2026, 10, 5)
# Fifteen working days after the fifth of October.
END = date(2026, 10, 26)
WAY = ("draft", "submitted", "approved", "posted", "collecting", "settled", "settlement_posted", "closed")


@pytest.fixture
def make_plan(app, actor_of, on_day):
    """``make_plan("collecting")``: a plan of hm.hieutruong's school in this state; posted on START."""

    def make(state="posted", **values):
        on_day(START)
        with app.app_context():
            head, office = actor_of("hm.hieutruong"), actor_of("hm.chuyenvien")
            plan = rules.make_plan(head, PLAN | values)
            steps = (
                lambda: take(plan, "submit", head),
                lambda: rules.approve(plan, "15/QĐ-UBND", START, office),
                lambda: take(plan, "post", head),
                lambda: (on_day(END + timedelta(days=1)), take(plan, "collect", head)),
            )
            for reached, step in zip(WAY[1:], steps, strict=False):
                if plan.state == state:
                    break
                step()
                plan = DonationPlan.get_by_id(plan.id)
                assert plan.state == reached
            return plan

    return make


# --- hard rules ---


def test_no_form_asks_for_an_amount_of_each_nor_for_who_has_not_given():
    names = {*PARTS, *(name for form in (PlanForm, GiftForm) for name in dir(form) if not name.startswith("_"))}
    assert [
        name for name in names if re.search("mean|average|minimum|per_pupil|target|suggest|missing|unpaid", name)
    ] == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Bình quân 200.000 đồng.", ["bình quân"]),
        ("Mức tối thiểu: 100 nghìn, mỗi học sinh", ["tối thiểu", "mỗi học sinh"]),
        ("mỗi\nem góp một cuốn", ["mỗi em"]),
        ("Danh sách chưa ủng hộ", ["chưa ủng hộ"]),
        ("Chi tiền lương, gửi xe", ["tiền lương", "gửi xe"]),
        ("Mọi em, mọi học sinh đều được đọc sách.", []),
        ("Sửa phòng đọc 60 m².", []),
    ],
)
def test_words_that_the_circular_forbids_are_pointed_out(text, found):
    sentences = circular.warnings(text)
    assert re.findall("“([^”]+)”", " ".join(sentences)) == found


def test_the_school_and_the_approving_office_read_the_warning_and_decide(cast, make_plan):
    plan = make_plan("submitted", content="Vận động bình quân 200 nghìn đồng.")
    pages = [("hm.hieutruong", f"/facilities/donations/{plan.id}")]
    pages += [("hm.chuyenvien", f"/facilities/donations/{plan.id}/approval")]
    assert ["không quy định mức bình quân" in cast(who).get(page).text for who, page in pages] == [True, True]


# --- the way ---


def test_a_plan_says_everything_before_it_is_sent(app, actor_of, make_plan):
    plan = make_plan("draft", purpose="", budget=None)
    with app.app_context(), pytest.raises(Refused, match="Kế hoạch chưa ghi: mục đích, dự toán"):
        take(plan, "submit", actor_of("hm.hieutruong"))


def test_a_plan_is_typed_sent_and_approved_by_its_office(app, cast, on_day):
    on_day(START)
    typed = {**PLAN, "budget": "120 triệu"}
    answer = cast("hm.hieutruong").submit("/facilities/donations/new", "donation", typed)
    page = answer.headers["Location"]
    cast("hm.hieutruong").submit(page, "step", verb="submit")
    decision = {"decision_number": "15/QĐ-UBND", "decided_on": "05/10/2026"}
    assert cast("hm.chuyenvien").submit(f"{page}/approval", "approve", decision).status_code == 303
    plan = DonationPlan.get(DonationPlan.title == PLAN["title"])
    assert (plan.budget, plan.state, plan.decision_number) == (120_000_000, "approved", "15/QĐ-UBND")


@pytest.mark.parametrize(
    ("username", "status"),
    [
        ("hm.hieutruong", 403),
        ("hm.giaovien", 403),
        ("hm.lanhdao", 403),
        ("uh.chuyenvien", 404),
        ("hm2.hieutruong", 404),
    ],
)
def test_only_its_office_approves(cast, make_plan, username, status):
    plan = make_plan("submitted")
    assert cast(username).get(f"/facilities/donations/{plan.id}/approval").status_code == status


def test_what_was_approved_is_not_changed_and_the_plan_of_use_is_until_it_is_posted(app, make_plan, person):
    plan = make_plan("approved")
    writer = person("hm.hieutruong").id
    with app.app_context():
        assert rules.update_plan(plan, {"use": "Khác"}, version=plan.version, person_id=writer) == "saved"
        with pytest.raises(Refused, match="Phần này đã duyệt"):
            rules.update_plan(plan, {"budget": Decimal(1)}, version=plan.version + 1, person_id=writer)


# --- fifteen working days ---


def test_the_plan_of_use_is_public_for_fifteen_working_days(make_plan):
    plan = make_plan("posted")
    assert (plan.posted_on, plan.posting_ends_on) == (START, END)


@pytest.mark.parametrize(("day", "taken"), [(END, False), (END + timedelta(days=1), True)])
def test_nothing_is_taken_before_the_last_of_them_is_over(app, actor_of, make_plan, on_day, day, taken):
    plan = make_plan("posted")
    on_day(day)
    with app.app_context():
        if not taken:
            with pytest.raises(Refused, match="Chưa hết 15 ngày làm việc"):
                take(plan, "collect", actor_of("hm.hieutruong"))
            return
        take(plan, "collect", actor_of("hm.hieutruong"))
        assert DonationPlan.get_by_id(plan.id).state == "collecting"


def test_a_holiday_entered_meanwhile_moves_the_end_and_the_school_is_told_when_it_is_over(app, make_plan, on_day):
    plan = make_plan("posted")

    def waits():
        of_plan = Waiting.subject_type == "facilities_donation_plan", Waiting.subject_id == plan.id
        return Waiting.select().where(*of_plan).exists()

    with app.app_context():
        district = District.get(District.code == "HM")
        SpecialDay.create(on=date(2026, 10, 20), name="Nghỉ bão")
        on_day(END + timedelta(days=1))
        list(work(district, END))
        assert (DonationPlan.get_by_id(plan.id).posting_ends_on, waits()) == (date(2026, 10, 27), False)
        on_day(END + timedelta(days=2))
        assert list(work(district, END)) == ["postings that are over: 1"]
        assert (list(work(district, END)), waits()) == ([], True)


def test_an_opinion_waits_for_its_answer_before_anything_is_taken(app, actor_of, make_plan, on_day):
    plan = make_plan("posted")
    with app.app_context():
        head = actor_of("hm.hieutruong")
        opinion = rules.say_opinion(plan, "Nên mua thêm sách.", "", None)
        on_day(END + timedelta(days=1))
        with pytest.raises(Refused, match="Còn 1 ý kiến chưa trả lời"):
            take(plan, "collect", head)
        rules.answer(opinion, "Trường tiếp thu.", head)
        take(plan, "collect", head)


# --- the book ---


@pytest.mark.parametrize("state", ["approved", "posted"])
def test_nothing_is_booked_before_collecting(app, actor_of, make_plan, state):
    plan = make_plan(state)
    with app.app_context(), pytest.raises(Refused, match="Chỉ ghi sổ khi"):
        rules.book_gift(plan, GIFT | {"on": START}, actor_of("hm.hieutruong"))


@pytest.mark.parametrize(("day", "sentence"), [(END, "còn đang niêm yết"), (END + timedelta(days=9), "chưa đến")])
def test_a_gift_has_a_day_on_which_it_could_be_taken(app, actor_of, make_plan, day, sentence):
    plan = make_plan("collecting")
    with app.app_context(), pytest.raises(Refused, match=sentence):
        rules.book_gift(plan, GIFT | {"on": day}, actor_of("hm.hieutruong"))


def test_the_book_counts_its_lines_and_keeps_what_is_struck_out(app, actor_of, make_plan):
    plan = make_plan("collecting")
    day = END + timedelta(days=1)
    goods = {"kind": "goods", "item": "Giá sách", "quantity": Decimal(4), "unit": "cái", "amount": Decimal(20_000_000)}
    with app.app_context():
        head = actor_of("hm.hieutruong")
        wrong = rules.book_gift(plan, GIFT | {"on": day}, head)
        rules.book_gift(plan, GIFT | {"on": day, "amount": Decimal(80_000_000)}, head)
        rules.book_gift(plan, GIFT | goods | {"on": day}, head)
        rules.strike(wrong, "Ghi nhầm", head)
        rules.spend(plan, {"on": day, "what": "Thay mái", "amount": Decimal(75_000_000), "document": ""}, head)
        assert [gift.number for gift in queries.gifts(plan)] == [1, 2, 3]
        assert tuple(queries.sums(plan)) == (2, 80_000_000, 20_000_000, 75_000_000)
        with pytest.raises(Refused, match="nhiều hơn số tiền tài trợ còn lại"):
            rules.spend(plan, {"on": day, "what": "Sách", "amount": Decimal(5_000_001), "document": ""}, head)
        with pytest.raises(Refused, match="đã chi nhiều hơn"):
            rules.strike(Gift.get(Gift.number == 2), "Nhầm", head)
        assert tuple(queries.sums(plan)) == (2, 80_000_000, 20_000_000, 75_000_000)


def test_a_line_is_struck_out_on_its_page(app, cast, actor_of, make_plan):
    plan = make_plan("collecting")
    with app.app_context():
        line = rules.book_gift(plan, GIFT | {"on": END + timedelta(days=1)}, actor_of("hm.hieutruong"))
    address = f"/facilities/donations/{plan.id}/gifts/{line.id}/strike"
    assert cast("hm.hieutruong").submit(address, "strike", {"reason": "Ghi nhầm"}).status_code == 303
    assert Gift.get_by_id(line.id).struck_reason == "Ghi nhầm"


def test_an_anonymous_donor_leaves_no_name_in_the_book(app, actor_of, make_plan):
    plan = make_plan("collecting")
    with app.app_context():
        school = School.get_by_id(plan.school_id)
        known = {
            "district": school.district_id,
            "school": school,
            "kind": "person",
            "sort_key": "x",
            "search_text": "x",
        }
        shy = Donor.create(name="Người Kín Đáo", anonymous=True, **known)
        day = END + timedelta(days=1)
        values = GIFT | {"on": day, "donor_id": shy.id, "giver": "Người Kín Đáo", "named": True}
        gift = rules.book_gift(plan, values, actor_of("hm.hieutruong"))
    assert (gift.giver, gift.named) == ("", False)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"amount": ""}, "Thầy/cô chưa nhập số tiền."),
        ({"amount": "-5"}, "Hãy nhập số tiền, ví dụ 12.500.000 hoặc 12,5 triệu."),
        ({"amount": "năm triệu"}, "Hãy nhập số tiền, ví dụ 12.500.000 hoặc 12,5 triệu."),
        ({"kind": "goods", "item": ""}, "Thầy/cô chưa ghi hiện vật, công trình hoặc việc đóng góp."),
        ({"kind": "goods", "item": "Sách", "quantity": "999999999999"}, "Hãy nhập một số, ví dụ 12 hoặc 2,5."),
        ({"on": "31/02/2026"}, "Ngày 31/02/2026 không có trong lịch."),
    ],
)
def test_a_line_that_makes_no_sense_is_refused_with_what_was_typed(app, cast, make_plan, fields, sentence):
    plan = make_plan("collecting")
    line = {"kind": "money", "on": "27/10/2026", "amount": "5 triệu"} | fields
    answer = cast("hm.hieutruong").submit(f"/facilities/donations/{plan.id}/gifts/new", "gift", line)
    assert (answer.status_code, sentence in answer.text, Gift.select().count()) == (422, True, 0)


@pytest.mark.parametrize("path", ["edit", "gifts/new", "spendings/new", "opinions/new"])
@pytest.mark.parametrize(
    ("username", "status"),
    [("hm.giaovien", 403), ("hm.chuyenvien", 403), ("hm2.hieutruong", 404), ("uh.hieutruong", 404)],
)
def test_the_book_is_kept_by_the_school_alone(cast, make_plan, path, username, status):
    plan = make_plan("collecting")
    assert cast(username).get(f"/facilities/donations/{plan.id}/{path}").status_code == status


@pytest.mark.parametrize(
    ("username", "known"), [("hm.hieutruong", True), ("hm.chuyenvien", True), ("hm.giaovien", False)]
)
def test_who_gave_is_read_by_those_who_deal_with_donors(app, cast, actor_of, make_plan, username, known):
    plan = make_plan("collecting")
    with app.app_context():
        values = GIFT | {"on": END + timedelta(days=1), "giver": "Bà Tư Hiền"}
        rules.book_gift(plan, values, actor_of("hm.hieutruong"))
    page = cast(username).get(f"/facilities/donations/{plan.id}").text
    book = cast(username).get(f"/facilities/donations/{plan.id}/book.xlsx").status_code
    assert ("Bà Tư Hiền" in page, book) == (known, 200 if known else 403)


# --- in public ---


@pytest.fixture
def settled(app, actor_of, make_plan):
    """A plan whose settlement is posted, with a named and an unnamed giver."""
    plan = make_plan("collecting")
    day = END + timedelta(days=1)
    with app.app_context():
        head = actor_of("hm.hieutruong")
        rules.book_gift(plan, GIFT | {"on": day, "giver": "Công ty Sách Xanh", "named": True}, head)
        rules.book_gift(plan, GIFT | {"on": day, "giver": "Bà Tư Hiền"}, head)
        rules.spend(plan, {"on": day, "what": "Thay mái", "amount": Decimal(9_000_000), "document": ""}, head)
        version = DonationPlan.get_by_id(plan.id).version
        rules.update_plan(plan, {"settlement": "Đã thay mái."}, version=version, person_id=head.person_id)
        for step in ("settle", "post_settlement"):
            take(plan, step, head)
    return DonationPlan.get_by_id(plan.id)


def test_anybody_reads_the_settlement_and_no_name_of_who_wishes_none(cast, settled):
    page = cast("").soup(f"/facilities/disclosure/plans/{settled.id}").find("main").get_text(" ", strip=True)
    seen = ["Công ty Sách Xanh", "Bà Tư Hiền", "Không nêu tên", "Đã thay mái.", "Thay mái", "9.000.000", "1.000.000"]
    assert [text for text in seen if text in page] == [text for text in seen if text != "Bà Tư Hiền"]


def test_neither_book_nor_settlement_is_public_before_it_is_posted_and_drafts_never(cast, make_plan):
    draft = make_plan("approved")
    posted = make_plan("posted", title="Mua sách")
    answers = [cast("").get(f"/facilities/disclosure/plans/{plan.id}").status_code for plan in (draft, posted)]
    page = cast("").soup(f"/facilities/disclosure/{posted.school_id}").find("main").text
    assert (answers, "Mua sách" in page, "Sửa phòng đọc" in page) == ([404, 200], True, False)


def test_a_switched_off_module_shows_nothing(cast, make_plan, switch):
    plan = make_plan("posted")
    switch("facilities", "HM", False)
    paths = (f"/facilities/disclosure/{plan.school_id}", f"/facilities/disclosure/plans/{plan.id}")
    assert [cast("").get(path).status_code for path in paths] == [404, 404]
    assert cast("").soup("/facilities/disclosure").select("#list a") == []


def test_anybody_may_speak_while_the_plan_is_posted_and_the_answer_is_public(app, cast, make_plan, actor_of):
    plan = make_plan("posted")
    page = f"/facilities/disclosure/plans/{plan.id}"
    assert cast("").submit(page, "opinion", {"text": "Nên mua thêm sách."}).status_code == 303
    opinion = Opinion.get()
    assert "Nên mua thêm sách." not in cast("").get(page).text
    with app.app_context():
        rules.answer(opinion, "Trường tiếp thu.", actor_of("hm.hieutruong"))
    assert "Trường tiếp thu." in cast("").get(page).text


def test_an_address_that_sends_too_much_is_stopped(cast, make_plan):
    plan = make_plan("posted")
    page = f"/facilities/disclosure/plans/{plan.id}"
    browser = cast("")
    token = browser.csrf(page)
    codes = [browser.post(page, data={"csrf_token": token, "text": f"Ý kiến {n}"}).status_code for n in range(22)]
    assert codes == [303] * 20 + [429] * 2


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_as_many_queries_for_many_plans_as_for_one(cast, make_plan, queries, count):
    DonationPlan.delete().where(DonationPlan.state == "submitted").execute()
    for number in range(count):
        make_plan("posted", title=f"Kế hoạch {number}")
    browser = cast("hm.chuyenvien")
    browser.get("/facilities/donations")
    with queries() as run:
        assert len(browser.soup("/facilities/donations").select("#list tbody tr")) == count
    assert len(run) <= 8


# --- on paper ---


def test_the_plan_of_use_as_it_is_posted(paper, make_plan):
    plan = make_plan("posted")
    texts = paper("hm.hieutruong", "facilities.use_plan", plan)
    start = texts.index("KẾ HOẠCH")
    assert texts[start : start + 2] == ["KẾ HOẠCH", "Sử dụng tài trợ: Sửa phòng đọc"]
    assert "Tổng chi phí: 120.000.000 đồng (Một trăm hai mươi triệu đồng)." in texts
    assert any("15 ngày làm việc, từ ngày 05 tháng 10 năm 2026 đến hết ngày 26 tháng 10 năm 2026" in t for t in texts)


def test_a_posted_settlement_names_nobody_who_does_not_wish_it(paper, settled):
    texts = paper("hm.hieutruong", "facilities.settlement", settled)
    assert ("Công ty Sách Xanh" in texts, "Bà Tư Hiền" in texts) == (True, False)
    assert "Đã chi 9.000.000 đồng, còn lại 1.000.000 đồng." in texts
