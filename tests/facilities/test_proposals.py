"""Proposals to the People's Committee: needs gathered, checked, sent, approved or let go, handed over."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import load_workbook

from intranet.shared.edits import Refused
from intranet.shared.steps import NotYours, take
from plugins.facilities.models import FundingSource, Need, Proposal, ProposalItem
from plugins.facilities.proposals import rules

TEXTS = {
    "title": "Bổ sung bàn ghế, máy tính cho các trường",
    "addressee": "Ủy ban nhân dân quận Hoàng Mai",
    "bases": "Căn cứ Nghị quyết số 12/NQ-HĐND\nCăn cứ kết quả rà soát năm học 2026-2027",
    "reasons": "Nhiều phòng học thiếu bàn ghế.",
    "course": "Quý I năm 2027.",
    "effects": "Đủ thiết bị tối thiểu.",
}
DAY = date(2026, 10, 5)
LIST = "/facilities/proposals"


@pytest.fixture
def office(actor_of):
    return actor_of("hm.chuyenvien")


@pytest.fixture
def make_proposal(app, actor_of, office, make_need, on_day):
    """``make_proposal("sent")``: a dossier with two needs of hm.hieutruong's school, which cost 75 million together."""

    def make(state="draft", sources=(("budget", 50_000_000), ("society", 25_000_000))):
        on_day(DAY)
        chairs, computers = make_need(), make_need(item="Máy tính", estimate=Decimal(45_000_000), unit="bộ")
        with app.app_context():
            proposal = rules.make_proposal(office, TEXTS)
            rules.add_needs(proposal, [chairs.id, computers.id], office)
            for kind, amount in sources:
                rules.add_source(proposal, {"kind": kind, "label": "", "amount": Decimal(amount)}, office)
            steps = (
                ("checking", lambda: take(proposal, "submit", office)),
                ("checked", lambda: take(proposal, "check", actor_of("hm.lanhdao"))),
                ("sent", lambda: rules.send(proposal, "05/TTr-PGDĐT", DAY, office)),
                ("appraisal", lambda: take(proposal, "appraise", office)),
                ("approved", lambda: rules.approve(proposal, "15/QĐ-UBND", DAY, asked(proposal), office)),
                ("implementing", lambda: take(proposal, "carry_out", office)),
            )
            for reached, step in steps:
                if proposal.state == state:
                    break
                step()
                proposal = Proposal.get_by_id(proposal.id)
                assert proposal.state == reached
            return proposal

    return make


def asked(proposal):
    rows = FundingSource.select(FundingSource.id, FundingSource.amount).where(FundingSource.proposal == proposal)
    return dict(rows.tuples())


def states(proposal):
    rows = Need.select(Need.state).join(ProposalItem).where(ProposalItem.proposal == proposal)
    return [state for (state,) in rows.order_by(Need.id).tuples()]


def lines(proposal):
    rows = ProposalItem.select(ProposalItem.position, ProposalItem.item).where(ProposalItem.proposal == proposal)
    return list(rows.order_by(ProposalItem.position).tuples())


# --- gathering ---


def test_a_need_in_a_dossier_is_asked_of_nobody_else(make_proposal):
    assert states(make_proposal()) == ["proposal", "proposal"]


def test_only_what_nobody_has_promised_is_asked_for_at_its_share_of_the_estimate(app, office, make_need):
    need = make_need(quantity=Decimal(20), estimate=Decimal(30_000_000))
    with app.app_context():
        Need.update(pledged=Decimal(5)).where(Need.id == need.id).execute()
        proposal = rules.make_proposal(office, TEXTS)
        rules.add_needs(proposal, [need.id], office)
        line = ProposalItem.get()
    assert (line.quantity, line.cost) == (15, 22_500_000)


@pytest.mark.parametrize("state", ["draft", "submitted"])
def test_a_need_that_is_not_verified_is_refused_and_nothing_of_the_choice_taken_in(app, office, make_need, state):
    good, early = make_need(), make_need(state, item="Ghế")
    with app.app_context():
        proposal = rules.make_proposal(office, TEXTS)
        with pytest.raises(Refused, match="chưa được thẩm định"):
            rules.add_needs(proposal, [good.id, early.id], office)
        assert (lines(proposal), Need.get_by_id(good.id).state) == ([], "published")


def test_the_form_offers_what_nobody_covers_and_takes_what_was_chosen(app, cast, make_need):
    need, covered = make_need(), make_need(item="Đã đủ")
    with app.app_context():
        Need.update(pledged=covered.quantity).where(Need.id == covered.id).execute()
    browser = cast("hm.chuyenvien")
    page = browser.submit(f"{LIST}/new", "proposal", TEXTS).headers["Location"]
    offered = browser.soup(f"{page}/needs").select("input[name=need]")
    assert [box["value"] for box in offered] == [str(need.id)]
    assert browser.submit(f"{page}/needs", "needs").status_code == 422
    assert browser.submit(f"{page}/needs", "needs", {"need": [str(need.id), str(covered.id)]}).status_code == 303
    with app.app_context():
        assert lines(Proposal.get(Proposal.title == TEXTS["title"])) == [(1, need.item)]


def test_lines_change_places_and_let_their_needs_go(app, cast, make_proposal):
    proposal = make_proposal()
    browser, page = cast("hm.chuyenvien"), f"{LIST}/{proposal.id}"
    second = ProposalItem.get(ProposalItem.proposal == proposal, ProposalItem.position == 2)
    browser.submit(page, "up", within=f"#line-{second.id}")
    assert lines(proposal) == [(1, "Máy tính"), (2, "Bộ bàn ghế học sinh cỡ IV")]
    browser.submit(page, "up", within=f"#line-{second.id}")
    assert lines(proposal)[0] == (1, "Máy tính")
    browser.submit(page, "remove", within=f"#line-{second.id}")
    assert (lines(proposal), Need.get_by_id(second.need_id).state) == ([(1, "Bộ bàn ghế học sinh cỡ IV")], "published")


@pytest.mark.parametrize(
    ("typed", "cost"), [("45.000.000", 45_000_000), ("45 triệu", 45_000_000), ("1 tỷ 200 triệu", 1_200_000_000)]
)
def test_a_line_is_priced_as_people_write_money(app, cast, make_proposal, typed, cost):
    proposal = make_proposal()
    line = ProposalItem.get(ProposalItem.proposal == proposal)
    cast("hm.chuyenvien").submit(f"{LIST}/{proposal.id}/lines/{line.id}", "price", {"cost": typed})
    assert ProposalItem.get_by_id(line.id).cost == cost


# --- before it goes ---


@pytest.mark.parametrize(
    ("sources", "texts", "sentence"),
    [
        ((("budget", 74_999_999),), {}, "Tổng các nguồn vốn phải bằng tổng kinh phí"),
        ((), {}, "Tổng các nguồn vốn phải bằng tổng kinh phí"),
        ((("budget", 75_000_000),), {"reasons": ""}, "chưa ghi nơi nhận hoặc sự cần thiết"),
    ],
)
def test_a_dossier_that_does_not_add_up_is_not_sent_on(app, office, make_proposal, sources, texts, sentence):
    proposal = make_proposal(sources=sources)
    with app.app_context():
        Proposal.update(texts or {"title": proposal.title}).where(Proposal.id == proposal.id).execute()
        with pytest.raises(Refused, match=sentence):
            take(proposal, "submit", office)


def test_a_line_without_a_cost_or_no_line_is_not_sent_on(app, office, make_proposal):
    proposal = make_proposal()
    with app.app_context():
        ProposalItem.update(cost=None).where(ProposalItem.position == 1).execute()
        with pytest.raises(Refused, match="Còn 1 nhu cầu chưa có kinh phí"):
            take(proposal, "submit", office)
        empty = rules.make_proposal(office, TEXTS)
        with pytest.raises(Refused, match="chưa có nhu cầu nào"):
            take(empty, "submit", office)


def test_who_gathers_does_not_check(app, office, make_proposal):
    proposal = make_proposal("checking")
    with app.app_context(), pytest.raises(NotYours):
        take(proposal, "check", office)


@pytest.mark.parametrize(
    "change",
    [
        lambda p, a: rules.add_needs(p, [], a),
        lambda p, a: rules.add_source(p, {"kind": "other", "label": "", "amount": Decimal(1)}, a),
        lambda p, a: rules.remove_line(ProposalItem.get(), a),
        lambda p, a: rules.price_line(ProposalItem.get(), Decimal(1), a),
        lambda p, a: rules.update_proposal(p, {"title": "Khác"}, version=1, person_id=a.person_id),
    ],
)
def test_what_was_sent_on_stays_as_it_was(app, office, make_proposal, change):
    proposal = make_proposal("checking")
    with app.app_context(), pytest.raises(Refused, match="không sửa được nữa"):
        change(proposal, office)


# --- what becomes of it ---


@pytest.mark.parametrize(("step", "state"), [("give_back", "returned"), ("refuse", "refused")])
@pytest.mark.parametrize("before", ["sent", "appraisal"])
def test_needs_go_back_when_it_is_returned_or_refused(app, office, make_proposal, before, step, state):
    proposal = make_proposal(before)
    with app.app_context():
        take(proposal, step, office, reason="Chưa cân đối được vốn")
        found = Proposal.get_by_id(proposal.id)
    assert (found.state, found.outcome, states(proposal)) == (state, "Chưa cân đối được vốn", ["published"] * 2)


def test_a_withdrawn_dossier_lets_its_needs_go(app, office, make_proposal):
    proposal = make_proposal("checked")
    with app.app_context():
        take(proposal, "withdraw", office, reason="Gộp vào hồ sơ khác")
    assert states(proposal) == ["published", "published"]


def test_a_returned_dossier_begins_anew_with_what_is_still_lacking(app, cast, office, make_proposal):
    proposal = make_proposal("sent")
    with app.app_context():
        take(proposal, "give_back", office, reason="Thiếu thuyết minh")
        chairs, computers = (
            ProposalItem.select().where(ProposalItem.proposal == proposal).order_by(ProposalItem.position)
        )
        Need.update(pledged=Decimal(20)).where(Need.id == chairs.need_id).execute()
        Need.update(pledged=Decimal(5)).where(Need.id == computers.need_id).execute()
    cast("hm.chuyenvien").submit(f"{LIST}/{proposal.id}/revise", "revise")
    line = ProposalItem.get(ProposalItem.proposal == proposal)
    assert (Proposal.get_by_id(proposal.id).state, lines(proposal)) == ("draft", [(1, "Máy tính")])
    # What is asked for changed, so somebody says anew what it costs.
    assert (line.quantity, line.cost, states(proposal)) == (15, None, ["proposal"])


def test_the_approved_amount_is_the_sum_of_its_sources(app, cast, make_proposal):
    proposal = make_proposal("appraisal")
    first, second = asked(proposal)
    typed = {"decision_number": "15/QĐ-UBND", "decided_on": "05/10/2026"}
    typed |= {f"source_{first}": "40 triệu", f"source_{second}": ""}
    answer = cast("hm.chuyenvien").submit(f"{LIST}/{proposal.id}/approve", "approve", typed)
    assert (answer.status_code, Proposal.get_by_id(proposal.id).approved) == (303, 40_000_000)
    assert [source.approved for source in FundingSource.select().order_by(FundingSource.id)] == [40_000_000, 0]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"decided_on": "06/10/2026"}, "Ngày này chưa đến."),
        ({"decided_on": "04/10/2026"}, "Ngày này không thể trước ngày gửi hoặc ngày quyết định."),
        ({"decision_number": ""}, "Thầy/cô chưa nhập số quyết định."),
        ({"sources": ""}, "Thầy/cô chưa ghi số tiền được duyệt của nguồn nào."),
    ],
)
def test_an_approval_that_makes_no_sense_is_refused(app, cast, make_proposal, typed, sentence):
    proposal = make_proposal("sent")
    fields = {"decision_number": "15/QĐ-UBND", "decided_on": "05/10/2026"} | typed
    if "sources" in typed:
        fields |= {f"source_{source}": "" for source in asked(proposal)}
    answer = cast("hm.chuyenvien").submit(f"{LIST}/{proposal.id}/approve", "approve", fields)
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert Proposal.get_by_id(proposal.id).state == "sent"


def test_what_was_handed_over_fulfils_its_needs(app, office, make_proposal):
    proposal = make_proposal("implementing")
    with app.app_context():
        rules.hand_over(proposal, DAY, "Đã bàn giao cho trường.", office)
    assert (Proposal.get_by_id(proposal.id).state, states(proposal)) == ("handed_over", ["fulfilled"] * 2)


# --- who sees what ---


@pytest.mark.parametrize(
    ("username", "draft", "sent"),
    [
        ("hm.chuyenvien", 200, 200),
        ("hm.lanhdao", 200, 200),
        ("hm.hieutruong", 404, 200),
        ("hm2.hieutruong", 404, 404),
        ("uh.chuyenvien", 404, 404),
        ("uh.hieutruong", 404, 404),
    ],
)
def test_an_office_sees_its_dossiers_and_a_school_those_that_were_sent_for_it(
    cast, make_proposal, username, draft, sent
):
    first = make_proposal()
    assert cast(username).get(f"{LIST}/{first.id}").status_code == draft
    Proposal.update(state="sent").where(Proposal.id == first.id).execute()
    assert cast(username).get(f"{LIST}/{first.id}").status_code == sent


def test_a_school_reads_its_own_lines_and_neither_money_nor_texts(cast, make_proposal):
    proposal = make_proposal("sent")
    page = cast("hm.hieutruong").soup(f"{LIST}/{proposal.id}").find("main").get_text(" ")
    assert [text in page for text in ("Máy tính", "Nhiều phòng học thiếu bàn ghế.", "50.000.000")] == [
        True,
        False,
        False,
    ]
    codes = [cast("hm.hieutruong").get(f"{LIST}/{proposal.id}/{end}").status_code for end in ("annex.xlsx", "edit")]
    assert codes == [403, 403]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_as_many_queries_for_many_dossiers_as_for_one(app, cast, office, queries, count):
    with app.app_context():
        Proposal.delete().execute()
        for number in range(count):
            rules.make_proposal(office, TEXTS | {"title": f"Hồ sơ {number}"})
    browser = cast("hm.chuyenvien")
    browser.get(LIST)
    with queries() as run:
        assert len(browser.soup(LIST).select("#list tbody tr")) == count
    assert len(run) <= 8


# --- on paper ---


def test_the_submission_says_what_is_asked_and_what_it_costs_in_words(paper, make_proposal):
    texts = paper("hm.chuyenvien", "facilities.submission", make_proposal("sent"))
    head = texts.index("TỜ TRÌNH")
    assert texts[head + 1 : head + 5] == [
        "Về việc bổ sung bàn ghế, máy tính cho các trường",
        "Kính gửi: Ủy ban nhân dân quận Hoàng Mai.",
        "Căn cứ Nghị quyết số 12/NQ-HĐND;",
        "Căn cứ kết quả rà soát năm học 2026-2027,",
    ]
    assert [text for text in texts if text.startswith("Số: ")] == ["Số: 05/TTr-PGDĐT"]
    table = texts.index("TT")
    assert texts[table + 5 : table + 10] == [
        *("1", "Trường THCS Yên Sở", "Bộ bàn ghế học sinh cỡ IV", "20 bộ", "30.000.000")
    ]
    money = "Tổng kinh phí: 75.000.000 đồng (bằng chữ: Bảy mươi lăm triệu đồng), gồm:"
    at = texts.index(money)
    assert texts[at + 1 : at + 3] == [
        "- Ngân sách xã, phường: 50.000.000 đồng;",
        "- Xã hội hóa, tài trợ: 25.000.000 đồng.",
    ]


def test_the_annex_lists_the_lines_in_their_order_with_their_sum(cast, make_proposal):
    proposal = make_proposal()
    body = cast("hm.chuyenvien").get(f"{LIST}/{proposal.id}/annex.xlsx").data
    rows = [row for row in load_workbook(BytesIO(body)).active.iter_rows(values_only=True) if row[2]]
    assert [(row[2], row[6]) for row in rows[-3:]] == [
        ("Bộ bàn ghế học sinh cỡ IV", 30_000_000),
        ("Máy tính", 45_000_000),
        ("Tổng cộng", 75_000_000),
    ]
