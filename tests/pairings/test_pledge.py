"""The pledge of a pair: written by both, agreed, and counted by what happens."""

from datetime import date
from decimal import Decimal

import pytest

from intranet.contributions import ActivityFacts, Measure
from intranet.pairings import pledge
from intranet.registry.people import Person
from intranet.registry.pledges import ClauseCorrection, PledgeClause
from intranet.registry.twinning import ACTIVE, AGREED, Pairing, Programme
from intranet.shared import steps
from intranet.shared.activities import record_activity, void_activity
from intranet.shared.audit import AuditEntry
from intranet.shared.notices import Notice
from intranet.shared.waiting import Approval
from intranet.testing import form_values, parse

FIRST, SECOND = "hm.hieutruong", "uh.hieutruong"


@pytest.fixture
def page(pair):
    return f"/pairings/{pair.id}/pledge"


@pytest.fixture
def state(app, pair):
    """``state(ACTIVE)`` puts the pair there."""

    def set_to(name):
        Pairing.update(state=name).where(Pairing.id == pair.id).execute()
        with app.app_context():
            steps.refresh(Pairing.get_by_id(pair.id))

    return set_to


def happen(app, pair, clause, quantity=1, key="meeting-900", unit="cuộc"):
    with app.app_context():
        record_activity(
            ActivityFacts(
                source_key=key,
                kind="meeting",
                on=date(2026, 10, 5),
                title="Họp chuyên môn",
                url="/pairings",
                district_id=pair.first_district_id,
                school_ids=(pair.first_school_id, pair.second_school_id),
                pairing_id=pair.id,
                measures=(Measure(quantity=quantity, unit=unit, clause_id=clause.id),),
            )
        )


def lines(browser, page):
    """(number and side, text, status, progress) of each clause."""
    return [
        (
            part.select_one(".kicker").get_text(" ", strip=True),
            part.h2.text,
            part["data-state"],
            part.select_one(".progress span").get_text(" ", strip=True) if part.select_one(".progress") else None,
        )
        for part in browser.soup(page).select(".clause")
    ]


def test_a_principal_writes_a_clause_and_the_partner_reads_it(cast, page):
    answer = cast(FIRST).submit(
        f"{page}/new",
        "clause",
        {"text": "Dạy minh họa môn Toán", "quantity": "3", "unit": "tiết", "due_on": "31/05/2027", "side": "first"},
    )
    assert (answer.status_code, answer.headers["Location"]) == (303, page)
    expected = [
        (
            "Cam kết 1 · Trường THCS Yên Sở sẽ giúp Trường THCS Hồng Quang",
            "Dạy minh họa môn Toán",
            "planned",
            "0 / 3 tiết",
        )
    ]
    assert lines(cast(SECOND), page) == expected


def test_the_first_clause_brings_a_preamble_that_names_both_schools(cast, page, clause, pair):
    clause("Tặng sách")
    text = Pairing.get_by_id(pair.id).pledge_preamble
    assert text.startswith("Thực hiện chương trình “Nhà trường cùng chung tay phát triển")
    assert "Trường THCS Yên Sở và Trường THCS Hồng Quang thống nhất ký giao ước" in text
    assert (
        cast(SECOND).submit(f"{page}/preamble", "preamble", {"pledge_preamble": "Hai trường hứa:"}).status_code == 303
    )
    assert cast(FIRST).soup(page).select_one(".preamble").text == "Hai trường hứa:"


def test_a_kind_of_activity_gives_the_unit(app, cast, page):
    cast(FIRST).submit(f"{page}/new", "clause", {"text": "Họp chung", "quantity": "2", "activity_kind": "meeting"})
    stored = PledgeClause.get(PledgeClause.text == "Họp chung")
    assert (stored.unit, stored.kind_label) == ("cuộc", "Họp cặp kết nghĩa")


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"text": ""}, "Thầy/cô chưa nhập nội dung cam kết."),
        ({"quantity": "nhiều"}, "Hãy nhập một số, ví dụ 12 hoặc 2,5."),
        ({"quantity": "0"}, "Hãy nhập một số khác 0."),
        ({"quantity": "-3"}, "Hãy nhập một số, ví dụ 12 hoặc 2,5."),
        ({"quantity": "3"}, "Thầy/cô chưa nhập đơn vị tính."),
        ({"due_on": "31/02/2027"}, "Ngày 31/02/2027 không có trong lịch."),
        ({"due_on": "01/01/2020"}, "Hạn phải sau ngày bắt đầu chương trình (01/09/2023)."),
        ({"due_on": "01/01/2090"}, "Hạn không thể sau ngày kết thúc chương trình (31/12/2089)."),
        ({"side": "third"}, "Hãy chọn một mục trong danh sách."),
        ({"activity_kind": "unknown.kind"}, "Hãy chọn một mục trong danh sách."),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_sentence(cast, page, values, sentence, pair):
    period = {"starts_on": date(2023, 9, 1), "ends_on": date(2089, 12, 31)}
    Programme.update(**period).where(Programme.id == pair.programme_id).execute()
    answer = cast(FIRST).submit(f"{page}/new", "clause", {"text": "Tặng vở", "side": "both"} | values)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert PledgeClause.select().where(PledgeClause.pairing == pair).count() == 0


@pytest.mark.parametrize(
    ("text", "amount"),
    [("1.250", "1250"), ("2,5", "2.5"), ("2.50", "2.5"), ("12", "12"), ("1.000.000,25", "1000000.25")],
)
def test_amounts_are_read_as_vietnamese_people_write_them(cast, page, text, amount):
    cast(FIRST).submit(f"{page}/new", "clause", {"text": "Tặng vở", "quantity": text, "unit": "quyển"})
    assert PledgeClause.get(PledgeClause.text == "Tặng vở").quantity == Decimal(amount)


def test_clauses_are_put_in_order(cast, page, clause):
    for text in ("Một", "Hai", "Ba"):
        clause(text)
    last = PledgeClause.get(PledgeClause.text == "Ba")
    for _ in range(2):
        form = cast(FIRST).soup(page).select_one(f"#clause-{last.id} form[data-form=up]")
        assert cast(FIRST).post(form["action"], data=form_values(form) | {"action": "up"}).status_code == 303
    assert [text for _side, text, *_rest in lines(cast(FIRST), page)] == ["Ba", "Một", "Hai"]
    assert cast(FIRST).soup(page).select_one(f"#clause-{last.id} form[data-form=up]") is None


def test_two_who_edit_different_clauses_or_fields_both_succeed(cast, page, clause):
    one, other = clause("Một", quantity=Decimal(3), unit="tiết"), clause("Hai")
    forms = {
        key: form_values(cast(name).soup(f"{page}/{row.id}/edit").find("form", {"data-form": "clause"}))
        for key, name, row in (("a", FIRST, one), ("b", SECOND, other), ("c", SECOND, one))
    }
    answers = [
        cast(FIRST).post(f"{page}/{one.id}/edit", data=forms["a"] | {"text": "Một, mới"}),
        cast(SECOND).post(f"{page}/{other.id}/edit", data=forms["b"] | {"text": "Hai, mới"}),
        cast(SECOND).post(f"{page}/{one.id}/edit", data=forms["c"] | {"quantity": "5"}),
    ]
    assert [answer.status_code for answer in answers] == [303] * 3
    rows = [(row.text, row.quantity) for row in PledgeClause.select().where(PledgeClause.id.in_([one.id, other.id]))]
    assert sorted(rows, key=str) == [("Hai, mới", None), ("Một, mới", Decimal(5))]


def test_two_who_edit_the_same_words_see_both_texts_and_nothing_is_lost(cast, page, clause):
    row = clause("Dạy thử", quantity=Decimal(3), unit="tiết")
    address = f"{page}/{row.id}/edit"
    old = form_values(cast(SECOND).soup(address).find("form", {"data-form": "clause"}))
    cast(FIRST).submit(address, "clause", {"text": "Dạy minh họa", "quantity": "4"})
    answer = cast(SECOND).post(address, data=old | {"text": "Dạy mẫu"})
    assert answer.status_code == 409
    assert (
        'đang lưu là “<span lang="vi">Dạy minh họa</span>”, thầy/cô nhập “<span lang="vi">Dạy mẫu</span>”'
        in answer.text
    )
    again = form_values(cast(SECOND).soup(address).find("form", {"data-form": "clause"}))
    kept = form_values(parse(answer.text).find("form", {"data-form": "clause"}))
    assert (kept["text"], kept["quantity"], kept["version"]) == ("Dạy mẫu", "4", again["version"])
    assert cast(SECOND).post(address, data=kept).status_code == 303
    stored = PledgeClause.get_by_id(row.id)
    assert (stored.text, stored.quantity) == ("Dạy mẫu", Decimal(4))


def test_what_was_typed_about_a_clause_removed_meanwhile_can_become_a_new_one(app, cast, page, clause, pair):
    row = clause("Tặng vở")
    address = f"{page}/{row.id}/edit"
    typed = form_values(cast(SECOND).soup(address).find("form", {"data-form": "clause"})) | {"text": "Tặng vở ô ly"}
    with app.app_context():
        pledge.remove_clause(pair, row, person_id=None)
    answer = cast(SECOND).post(address, data=typed)
    assert answer.status_code == 409
    assert "vừa được người khác bỏ" in answer.text
    form = parse(answer.text).find("form", {"data-form": "clause"})
    assert (form["action"], form_values(form)["text"]) == (f"{page}/new", "Tặng vở ô ly")
    assert cast(SECOND).post(form["action"], data=form_values(form)).status_code == 303
    assert [text for _side, text, *_rest in lines(cast(FIRST), page)] == ["Tặng vở ô ly"]


def test_an_edit_voids_the_word_that_the_other_side_gave(app, cast, page, clause, pair):
    row = clause("Tặng vở")
    address = f"/steps/pairing/{pair.id}/agree"
    form = cast(SECOND).soup(f"/pairings/{pair.id}").find("form", {"action": address})
    assert cast(SECOND).post(address, data=form_values(form)).status_code == 303
    old = form_values(cast(FIRST).soup(f"/pairings/{pair.id}").find("form", {"action": address}))
    cast("hm.dieuphoi").submit(f"{page}/{row.id}/edit", "clause", {"text": "Tặng sách"})
    own = (Approval.subject_type == "pairing") & (Approval.subject_id == pair.id)
    assert Approval.select().where(own, Approval.void_at.is_null()).count() == 0
    assert cast(FIRST).post(address, data=old).status_code == 409
    assert Pairing.get_by_id(pair.id).state == "met"
    title = Notice.select().where(Notice.person == Person.get(Person.username == SECOND)).order_by(Notice.id.desc())
    assert any("giao ước vừa được sửa" in notice.title for notice in title)


@pytest.mark.parametrize("name", [AGREED, ACTIVE])
def test_from_agreement_on_the_text_stands(app, cast, page, clause, state, name):
    row = clause("Tặng vở")
    old = form_values(cast(FIRST).soup(f"{page}/{row.id}/edit").find("form", {"data-form": "clause"}))
    state(name)
    assert cast(FIRST).soup(page).select(f"a[href$='/pledge/{row.id}/edit'], a[href$='/pledge/new']") == []
    answers = [
        cast(FIRST).post(f"{page}/{row.id}/edit", data=old | {"text": "Khác"}),
        cast(FIRST).submit(f"{page}/new", "clause", {"text": "Thêm"}),
        cast(FIRST).submit(f"{page}/preamble", "preamble", {"pledge_preamble": "Khác"}),
    ]
    assert [answer.status_code for answer in answers] == [422] * 3
    assert all("Hai trường đã thống nhất nội dung nên giao ước không sửa được nữa." in one.text for one in answers)
    assert PledgeClause.get_by_id(row.id).text == "Tặng vở"


def test_a_promise_can_be_dropped_with_a_reason_at_any_time(app, cast, page, clause, state):
    row = clause("Tặng vở")
    state(ACTIVE)
    assert cast(FIRST).submit(f"{page}/{row.id}/drop", "drop_clause", {"reason": ""}).status_code == 422
    assert (
        cast(FIRST).submit(f"{page}/{row.id}/drop", "drop_clause", {"reason": "Đã có nhà tài trợ."}).status_code == 303
    )
    part = cast(SECOND).soup(page).select_one(f"#clause-{row.id}")
    assert (part["data-state"], part.select_one(".status").text) == ("dropped", "Không thực hiện")
    assert "Đã có nhà tài trợ." in part.text
    again = cast(FIRST).submit(f"{page}/{row.id}/drop", "drop_clause", {"reason": "Lần nữa."})
    assert again.status_code == 422


def test_activities_raise_progress_and_void_ones_take_it_back(app, cast, page, clause, pair, state):
    row = clause("Họp chung", quantity=Decimal(2), unit="cuộc", activity_kind="meeting")
    state(ACTIVE)
    happen(app, pair, row)
    assert lines(cast(FIRST), page)[0][2:] == ("under_way", "1 / 2 cuộc")
    part = cast(SECOND).soup(page).select_one(f"#clause-{row.id} details")
    assert part.summary.text == "1 hoạt động được tính"
    assert part.li.get_text(" ", strip=True) == "05/10/2026 · Họp chuyên môn 1 cuộc"
    happen(app, pair, row, key="meeting-901")
    assert lines(cast(FIRST), page)[0][2:] == ("done", "2 / 2 cuộc")
    with app.app_context():
        void_activity("meeting-901", "Ghi nhầm")
    assert lines(cast(FIRST), page)[0][2:] == ("under_way", "1 / 2 cuộc")


def test_a_correction_is_explained_and_seen_by_all(app, cast, page, clause, pair, state):
    row = clause("Tặng sách", quantity=Decimal(100), unit="quyển")
    state(ACTIVE)
    assert cast(FIRST).submit(f"{page}/{row.id}/correct", "correct", {"quantity": "40,5"}).status_code == 422
    for quantity, reason in (("40", "Trao ngày khai giảng."), ("-10", "Đếm lại.")):
        values = {"quantity": quantity, "reason": reason}
        assert cast(FIRST).submit(f"{page}/{row.id}/correct", "correct", values).status_code == 303
    assert lines(cast(SECOND), page)[0][2:] == ("under_way", "30 / 100 quyển")
    items = cast("uh.chuyenvien").soup(page).select(f"#clause-{row.id} > div > ul.lines li")
    assert [item.get_text(" ", strip=True).rpartition(" ,")[0] for item in items] == [
        "-10 Đếm lại. – Đặng Minh Vinh",
        "+40 Trao ngày khai giảng. – Đặng Minh Vinh",
    ]
    assert AuditEntry.select().where(AuditEntry.action == "pairing.correct").count() == 2


def test_a_correction_never_takes_more_than_there_is(cast, page, clause, state):
    row = clause("Tặng sách", quantity=Decimal(100), unit="quyển")
    state(ACTIVE)
    answer = cast(FIRST).submit(f"{page}/{row.id}/correct", "correct", {"quantity": "-1", "reason": "Nhầm."})
    assert answer.status_code == 422
    assert "không thể giảm xuống dưới 0" in answer.text
    assert ClauseCorrection.select().where(ClauseCorrection.clause == row).count() == 0


def test_a_clause_edited_after_progress_keeps_it_while_unit_and_kind_stay(app, cast, page, clause, pair):
    row = clause("Họp chung", quantity=Decimal(2), unit="cuộc", activity_kind="meeting")
    happen(app, pair, row)
    assert cast(FIRST).submit(f"{page}/{row.id}/edit", "clause", {"text": "Họp", "quantity": "3"}).status_code == 303
    assert lines(cast(FIRST), page)[0][1:] == ("Họp", "under_way", "1 / 3 cuộc")
    for values in ({"unit": "buổi"}, {"activity_kind": "visit"}):
        answer = cast(FIRST).submit(f"{page}/{row.id}/edit", "clause", values)
        assert answer.status_code == 422
        assert "không thực hiện rồi viết cam kết mới" in answer.text
    assert cast(FIRST).submit(f"{page}/{row.id}/edit", "remove").status_code == 303
    assert "Đã có hoạt động gắn với cam kết này" in cast(FIRST).get(page).text
    assert PledgeClause.get_by_id(row.id).done == 1


def test_a_clause_without_progress_is_taken_out(cast, page, clause):
    row = clause("Nhầm")
    assert cast(FIRST).submit(f"{page}/{row.id}/edit", "remove").status_code == 303
    assert lines(cast(FIRST), page) == []


@pytest.mark.parametrize(
    ("username", "status"),
    [("hm.dieuphoi", 200), ("uh.chuyenvien", 200), ("hm.giaovien", 403), ("hm.lanhdao", 403), ("hm2.hieutruong", 404)],
)
def test_the_schools_leaders_and_the_officers_write_it(cast, page, username, status):
    assert cast(username).get(f"{page}/new").status_code == status


@pytest.mark.parametrize("username", ["hm.giaovien", "uh.giaovien", "hm.lanhdao", "uh.xem", "admin"])
def test_both_sides_and_both_offices_read_it(cast, page, clause, username):
    clause("Tặng sách")
    assert [text for _side, text, *_rest in lines(cast(username), page)] == ["Tặng sách"]


def test_a_repeated_form_adds_one_clause(cast, page, pair):
    form = form_values(cast(FIRST).soup(f"{page}/new").find("form", {"data-form": "clause"})) | {"text": "Một lần"}
    assert [cast(FIRST).post(f"{page}/new", data=form).status_code for _ in range(2)] == [303, 303]
    assert PledgeClause.select().where(PledgeClause.pairing == pair).count() == 1


def test_the_page_asks_no_more_for_three_clauses_than_for_one(app, cast, page, clause, pair, queries):
    counts = []
    for number in (1, 3):
        while PledgeClause.select().where(PledgeClause.pairing == pair).count() < number:
            happen(app, pair, clause("Họp", activity_kind="meeting"), key=f"meeting-{number}")
        browser = cast(FIRST)
        browser.get(page)
        with queries() as run:
            browser.get(page)
        counts.append(len(run))
    assert counts[0] == counts[1]
