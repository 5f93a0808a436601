"""A memorandum from its first text to its end: written, agreed on, signed, amended, expired."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from io import BytesIO
from threading import Barrier

import pytest
from bs4 import BeautifulSoup
from PIL import Image

from intranet.kernel.clock import today
from intranet.programmes import memoranda
from intranet.programmes.life_cycle import ALERT
from intranet.programmes.upkeep import expire_memoranda, remind_of_ends
from intranet.registry.agreements import Memorandum, MemorandumClause, Signatory
from intranet.registry.districts import District
from intranet.registry.people import LEADER, OFFICER, Membership, Person
from intranet.registry.twinning import Programme
from intranet.shared.notices import Notice
from intranet.shared.waiting import Approval, Waiting
from intranet.testing import form_values

ARTICLES = [
    "Mục đích",
    "Nội dung phối hợp",
    "Kết nghĩa giữa các trường",
    "Trách nhiệm của các bên",
    "Kế hoạch, sơ kết và tổng kết",
    "Thông tin về học sinh",
    "Hiệu lực",
]


def errors(answer):
    return [item.text for item in BeautifulSoup(answer.text, "lxml").select(".errors li")]


def page_of(memorandum):
    return f"/programmes/memoranda/{memorandum.id}"


def state(memorandum):
    return Memorandum.get_by_id(memorandum.id).state


def headings(memorandum):
    return [heading for heading, _text in memoranda.clauses_of(memorandum.id)]


def fields(browser, memorandum):
    form = browser.soup(f"{page_of(memorandum)}/edit").find("form", {"data-form": "memorandum"})
    return form_values(form)


def buttons(browser, memorandum):
    panel = browser.soup(page_of(memorandum)).find(attrs={"data-panel": "core.steps"})
    return [way.text.strip() for way in panel.select(".actions .btn")]


@pytest.fixture
def signed(programme):
    """The demo's memorandum in force."""
    return Memorandum.get(Memorandum.programme == programme)


@pytest.fixture
def frozen(cast, memorandum, press):
    """The memorandum of the prepared programme, agreed on by both leaders."""
    for username in ("hm.lanhdao", "uh.lanhdao"):
        press(cast(username), memorandum, "agree")
    assert state(memorandum) == "frozen"
    return memorandum


def sign(browser, memorandum, **typed):
    data = {"number": "02/BGN-PGDĐT", "signed_on": "20/11/2025", "place": "Hà Nội"}
    return browser.submit(f"{page_of(memorandum)}/sign", "sign", data | typed)


# --- writing ---


def test_a_new_one_has_seven_articles_from_the_facts_of_the_programme(cast, programme):
    browser = cast("uh.chuyenvien")
    answer = browser.submit(f"/programmes/{programme.id}/memoranda/new", "memorandum")
    made = Memorandum.select().order_by(Memorandum.id.desc()).get()
    assert answer.headers["Location"] == page_of(made)
    assert (made.state, made.ends_on, headings(made)) == ("draft", date(2025, 8, 31), ARTICLES)
    first, *_rest, last = [text for _heading, text in memoranda.clauses_of(made.id)]
    assert first.startswith(programme.goals) and "Thầy cô cùng sẻ chia trách nhiệm" in first
    assert "đến hết ngày 31/08/2025" in last
    signers = Signatory.select(Signatory.body, Signatory.title, Signatory.name).where(Signatory.memorandum == made)
    assert list(signers.order_by(Signatory.district).tuples()) == [
        ("Phòng GD&ĐT quận Hoàng Mai", "Trưởng phòng", "Nguyễn Thị Ánh"),
        ("Phòng GD&ĐT huyện Ứng Hòa", "Trưởng phòng", "Nguyễn Hữu Ơn"),
    ]


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ("up-2", [ARTICLES[0], ARTICLES[2], ARTICLES[1], *ARTICLES[3:]]),
        ("down-0", [ARTICLES[1], ARTICLES[0], *ARTICLES[2:]]),
        ("drop-5", [*ARTICLES[:5], ARTICLES[6]]),
        ("more", [*ARTICLES, ""]),
        ("up-0", ARTICLES),
        ("down-6", ARTICLES),
    ],
)
def test_articles_are_moved_added_and_taken_out_before_anything_is_saved(cast, memorandum, action, expected):
    browser = cast("uh.chuyenvien")
    data = fields(browser, memorandum) | {"title": "Tên đang gõ", "action": action}
    answer = browser.post(f"{page_of(memorandum)}/edit", data=data)
    page = BeautifulSoup(answer.text, "lxml")
    shown = [box.get("value", "") for box in page.select("input[name^=clauses-][name$=-heading]")]
    assert (answer.status_code, shown) == (200, expected)
    assert page.find("input", {"name": "title"})["value"] == "Tên đang gõ"
    assert (headings(memorandum), Memorandum.get_by_id(memorandum.id).title) == (ARTICLES, memorandum.title)
    saved = form_values(page.find("form", {"data-form": "memorandum"})) | {"action": "save"}
    assert browser.post(f"{page_of(memorandum)}/edit", data=saved).status_code == 303
    assert headings(memorandum) == [heading for heading in expected if heading]


@pytest.mark.parametrize("action", ["up-99", "drop-x", "down-٣", "up-", "drop--1"])
def test_a_button_that_no_page_has_saves(cast, memorandum, action):
    browser = cast("uh.chuyenvien")
    data = fields(browser, memorandum) | {"action": action}
    assert browser.post(f"{page_of(memorandum)}/edit", data=data).status_code == 303
    assert headings(memorandum) == ARTICLES


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ({"title": ""}, ["Thầy/cô chưa nhập tên văn bản."]),
        ({"clauses-0-text": " "}, ["Thầy/cô chưa ghi nội dung của điều này."]),
        ({"signatories-1-body": ""}, ["Thầy/cô chưa ghi cơ quan ký."]),
        ({"starts_on": "01/09/2028", "ends_on": "31/08/2028"}, ["Ngày kết thúc phải sau ngày bắt đầu."]),
    ],
)
def test_what_is_missing_or_out_of_order_is_said(cast, memorandum, typed, expected):
    browser = cast("hm.chuyenvien")
    answer = browser.post(f"{page_of(memorandum)}/edit", data=fields(browser, memorandum) | typed)
    assert (answer.status_code, errors(answer)) == (422, expected)


def test_a_signatory_of_a_district_outside_is_not_taken(cast, memorandum, districts):
    browser = cast("hm.chuyenvien")
    typed = {"signatories-0-district_id": "99999", "signatories-1-district_id": str(districts["UH"])}
    typed |= {"signatories-1-name": "Người ký mới"}
    assert browser.post(f"{page_of(memorandum)}/edit", data=fields(browser, memorandum) | typed).status_code == 303
    names = [signer.name for signer in memoranda.signatories_of(memorandum.id)]
    assert names == ["Nguyễn Thị Ánh", "Người ký mới"]


def test_two_officers_who_change_the_articles_at_once_see_both_texts(cast, memorandum):
    first, second = cast("hm.chuyenvien"), cast("uh.chuyenvien")
    late = fields(second, memorandum)
    first.submit(f"{page_of(memorandum)}/edit", "memorandum", {"clauses-0-heading": "Mục tiêu chung"}, verb="save")
    answer = second.post(f"{page_of(memorandum)}/edit", data=late | {"clauses-1-heading": "Việc cùng làm"})
    assert answer.status_code == 409
    assert len(errors(answer)) == 1 and errors(answer)[0].startswith("Các điều: đang lưu là “1. Mục tiêu chung:")
    assert headings(memorandum)[:2] == ["Mục tiêu chung", "Nội dung phối hợp"]


@pytest.mark.parametrize(
    ("username", "status"),
    [
        ("hm.chuyenvien", 200),
        ("uh.lanhdao", 200),
        ("uh.chuyenvien", 200),
        ("hm.xem", 403),
        ("hm.hieutruong", 403),
        ("admin", 200),
    ],
)
def test_all_offices_write_it(cast, memorandum, username, status):
    assert cast(username).get(f"{page_of(memorandum)}/edit").status_code == status


# --- agreeing ---


def test_all_leaders_agree_and_the_text_is_frozen(cast, memorandum, press):
    press(cast("hm.lanhdao"), memorandum, "agree")
    assert (state(memorandum), buttons(cast("hm.lanhdao"), memorandum)) == ("review", ["Trả lại để sửa"])
    assert buttons(cast("hm.chuyenvien"), memorandum) == []
    press(cast("uh.lanhdao"), memorandum, "agree")
    assert state(memorandum) == "frozen"
    answer = cast("hm.chuyenvien").submit(f"{page_of(memorandum)}/edit", "memorandum", {"title": "Khác"}, verb="save")
    assert errors(answer) == ["Văn bản đã được thống nhất. Muốn sửa, lãnh đạo phòng trả lại văn bản trước."]


def test_an_edit_asks_again_who_had_agreed(cast, memorandum, press):
    press(cast("hm.lanhdao"), memorandum, "agree")
    cast("uh.chuyenvien").submit(f"{page_of(memorandum)}/edit", "memorandum", {"clauses-0-text": "Khác."}, verb="save")
    assert "Thống nhất văn bản" in buttons(cast("hm.lanhdao"), memorandum)
    tasks = cast("hm.lanhdao").soup("/").find(attrs={"data-panel": "home.tasks"})
    assert memorandum.title in tasks.get_text()
    press(cast("uh.lanhdao"), memorandum, "agree")
    assert state(memorandum) == "review"


def test_a_leader_who_agrees_while_another_edits_reads_it_again(cast, memorandum):
    leader = cast("hm.lanhdao")
    address = f"/steps/memorandum/{memorandum.id}/agree"
    form = form_values(leader.soup(page_of(memorandum)).find("form", {"action": address}))
    cast("uh.chuyenvien").submit(f"{page_of(memorandum)}/edit", "memorandum", {"clauses-0-text": "Khác."}, verb="save")
    answer = leader.post(address, data=form)
    assert (answer.status_code, errors(answer)) == (409, ["Nội dung vừa được sửa. Thầy/cô đọc lại trước khi đồng ý."])
    assert Approval.select().where(Approval.subject_id == memorandum.id, Approval.void_at.is_null()).count() == 0


def test_both_leaders_may_agree_in_the_same_moment(cast, memorandum, press):
    browsers, together = [cast("hm.lanhdao"), cast("uh.lanhdao")], Barrier(2)
    forms = [
        form_values(
            browser.soup(page_of(memorandum)).find("form", {"action": f"/steps/memorandum/{memorandum.id}/agree"})
        )
        for browser in browsers
    ]

    def agree(browser, form):
        together.wait()
        return browser.post(f"/steps/memorandum/{memorandum.id}/agree", data=form).status_code

    with ThreadPoolExecutor(2) as pool:
        statuses = list(pool.map(agree, browsers, forms))
    assert (statuses, state(memorandum)) == ([303, 303], "frozen")


def test_a_leader_who_leaves_in_mid_signing_leaves_the_place_to_the_successor(cast, memorandum, press):
    press(cast("hm.lanhdao"), memorandum, "agree")
    gone, new = (Person.get(Person.username == name) for name in ("uh.lanhdao", "uh.chuyenvien"))
    Membership.update(ends_on=today() - timedelta(days=1)).where(Membership.person == gone).execute()
    Membership.update(role=LEADER).where(Membership.person == new, Membership.role == OFFICER).execute()
    assert cast("uh.lanhdao").get(page_of(memorandum)).status_code == 403
    assert press(cast("uh.chuyenvien"), memorandum, "agree").status_code == 303
    assert state(memorandum) == "frozen"


@pytest.mark.parametrize("before", ["review", "frozen"])
def test_a_leader_sends_it_back_with_a_reason(cast, memorandum, press, before):
    if before == "frozen":
        for username in ("hm.lanhdao", "uh.lanhdao"):
            press(cast(username), memorandum, "agree")
    assert errors(press(cast("uh.lanhdao"), memorandum, "send_back")) == ["Thầy/cô chưa ghi lý do."]
    press(cast("uh.lanhdao"), memorandum, "send_back", reason="Thiếu điều về kinh phí.")
    assert state(memorandum) == "draft"
    notice = cast("hm.chuyenvien").soup(page_of(memorandum)).select_one("main .notice.warn")
    assert notice.get_text(" ", strip=True) == "Lý do trả lại Thiếu điều về kinh phí."
    press(cast("hm.chuyenvien"), memorandum, "submit")
    assert (state(memorandum), Memorandum.get_by_id(memorandum.id).outcome) == ("review", "")


def test_the_history_tells_in_words_whose_word_was_given(cast, frozen):
    lines = cast("hm.chuyenvien").soup(f"/history/memorandum/{frozen.id}").select("main .timeline .small")
    assert [line.get_text(" ", strip=True) for line in lines][:3] == [
        "Trạng thái: Các phòng xem xét → Đã thống nhất văn bản",
        "Thống nhất văn bản: Quận Hoàng Mai",
        "Trạng thái: Đang soạn → Các phòng xem xét",
    ]


def test_a_paper_without_an_article_is_not_sent(cast, memorandum, press):
    press(cast("uh.lanhdao"), memorandum, "send_back", reason="Viết lại.")
    MemorandumClause.delete().where(MemorandumClause.memorandum == memorandum).execute()
    panel = cast("hm.chuyenvien").soup(page_of(memorandum)).find(attrs={"data-panel": "core.steps"})
    assert "Gửi các phòng xem xét: Văn bản chưa có điều khoản nào." in panel.get_text()


def test_a_draft_is_given_up_with_a_reason(cast, memorandum, press):
    press(cast("uh.lanhdao"), memorandum, "send_back", reason="Viết lại.")
    press(cast("hm.chuyenvien"), memorandum, "drop", reason="Lập nhầm.")
    assert (state(memorandum), Memorandum.get_by_id(memorandum.id).outcome) == ("dropped", "Lập nhầm.")


# --- signing ---


def test_it_is_signed_scanned_and_put_into_force(cast, frozen, press):
    officer = cast("uh.chuyenvien")
    assert "Ghi việc ký" in buttons(officer, frozen)
    assert sign(officer, frozen).headers["Location"] == page_of(frozen)
    current = Memorandum.get_by_id(frozen.id)
    assert (current.state, current.number, current.signed_on, current.signed_place, current.starts_on) == (
        *("signed", "02/BGN-PGDĐT", date(2025, 11, 20), "Hà Nội", date(2025, 11, 20)),
    )
    picture = BytesIO()
    Image.new("RGB", (60, 80), "white").save(picture, "PNG")
    scan = {"files": (BytesIO(picture.getvalue()), "ban-quet.png")}
    assert officer.submit(f"/files/memorandum/{frozen.id}", "files", scan).status_code == 303
    assert press(officer, frozen, "enforce").status_code == 303
    Programme.update(state="running").where(Programme.id == frozen.programme_id).execute()
    page = cast("hm.giaovien").soup(page_of(frozen))
    assert page.find(attrs={"data-state": "in_force"}).text == "Đang có hiệu lực"
    assert [link.text for link in page.select("[data-panel='programmes.scan'] .files a[href$='/download']")] == [
        "ban-quet.jpg"
    ]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ({"number": ""}, ["Thầy/cô chưa nhập số, ký hiệu."]),
        ({"signed_on": ""}, ["Thầy/cô chưa nhập ngày ký."]),
        ({"signed_on": (today() + timedelta(2)).strftime("%d/%m/%Y")}, ["Ngày ký không thể sau hôm nay."]),
    ],
)
def test_signing_needs_a_number_and_a_day_that_has_come(cast, frozen, typed, expected):
    answer = sign(cast("hm.chuyenvien"), frozen, **typed)
    assert (answer.status_code, errors(answer), state(frozen)) == (422, expected, "frozen")


def test_nothing_is_signed_after_its_last_day(cast, frozen):
    Memorandum.update(ends_on=date(2025, 11, 19)).where(Memorandum.id == frozen.id).execute()
    answer = sign(cast("hm.chuyenvien"), frozen)
    assert errors(answer) == ["Ngày ký không thể sau ngày hết hiệu lực."]


def test_what_is_not_agreed_on_is_not_signed(cast, memorandum):
    answer = sign(cast("hm.chuyenvien"), memorandum)
    assert errors(answer) == ["Việc này đã sang bước “Các phòng xem xét”."]
    assert Memorandum.get_by_id(memorandum.id).signed_on is None


def test_names_on_a_signed_paper_stay_when_people_change(cast, signed):
    Person.update(name="Tên mới").where(Person.username == "hm.lanhdao").execute()
    panel = cast("hm.giaovien").soup(page_of(signed)).find(attrs={"data-panel": "programmes.signing"})
    assert "Trưởng phòng: Nguyễn Thị Ánh" in panel.get_text()


def test_a_paper_of_a_dissolved_office_names_its_successor(cast, signed, districts):
    new = District.create(code="HMP", kind="phuong", name="Phường Hoàng Mai", office_name="UBND phường", sort_key="h")
    District.update(merged_into=new).where(District.id == districts["HM"]).execute()
    panel = cast("hm.chuyenvien").soup(page_of(signed)).find(attrs={"data-panel": "programmes.signing"})
    assert [item.get_text(" ", strip=True) for item in panel.select("li")] == [
        "Phòng GD&ĐT quận Hoàng Mai Trưởng phòng: Nguyễn Thị Ánh Cơ quan kế thừa: UBND phường",
        "Phòng GD&ĐT huyện Ứng Hòa Trưởng phòng: Nguyễn Hữu Ơn",
    ]


# --- amending ---


def test_an_appendix_in_force_is_named_on_the_paper_that_it_amends(cast, programme, signed, press):
    browser = cast("uh.chuyenvien")
    answer = browser.submit(f"/programmes/{programme.id}/memoranda/new?parent={signed.id}", "memorandum", verb="save")
    appendix = Memorandum.get(Memorandum.parent == signed)
    assert answer.headers["Location"] == page_of(appendix)
    assert headings(appendix) == ["Nội dung sửa đổi, bổ sung", "Hiệu lực"]
    assert "số 01/BGN-PGDĐT ký ngày 20/09/2023" in appendix.preamble
    assert cast("hm.giaovien").get(page_of(appendix)).status_code == 404
    press(browser, appendix, "submit")
    for username in ("hm.lanhdao", "uh.lanhdao"):
        press(cast(username), appendix, "agree")
    sign(browser, appendix, number="01/PL")
    press(browser, appendix, "enforce")
    notice = cast("hm.giaovien").soup(page_of(signed)).select_one("main .notice.info")
    assert notice.get_text(" ", strip=True) == (
        f"Được sửa đổi bởi {appendix.title} – Số 01/PL , ký ngày 20/11/2025 (Đang có hiệu lực)"
    )


def test_only_a_binding_paper_is_amended(cast, following, memorandum):
    page = f"/programmes/{following.id}/memoranda/new?parent={memorandum.id}"
    answer = cast("hm.chuyenvien").submit(page, "memorandum", verb="save")
    assert errors(answer) == ["Chỉ lập được phụ lục cho văn bản đã ký và còn hiệu lực."]


def test_a_paper_of_another_programme_is_not_amended_here(cast, following, signed):
    assert cast("hm.chuyenvien").get(f"/programmes/{following.id}/memoranda/new?parent={signed.id}").status_code == 404


# --- its end ---


def test_offices_hear_two_months_before_it_expires_and_once(app, cast, signed):
    waits = Waiting.subject_type == "memorandum", Waiting.subject_id == signed.id
    Notice.delete().execute()
    Memorandum.update(ends_on=today() + ALERT + timedelta(days=1)).where(Memorandum.id == signed.id).execute()
    with app.app_context():
        remind_of_ends(today())
        assert Waiting.select().where(*waits).count() == 0
        Memorandum.update(ends_on=today() + ALERT).where(Memorandum.id == signed.id).execute()
        remind_of_ends(today())
        remind_of_ends(today())
    assert Waiting.select().where(*waits).count() == 4
    told = Notice.select().where(Notice.url == page_of(signed), Notice.title.endswith("Chuẩn bị gia hạn hoặc kết thúc"))
    assert [notice.count for notice in told] == [1] * 4
    tasks = cast("uh.lanhdao").soup("/").find(attrs={"data-panel": "home.tasks"})
    assert signed.title in tasks.get_text()


def test_it_expires_the_day_after_its_last_and_its_appendix_with_it(app, cast, programme, signed):
    appendix = Memorandum.create(programme=programme, parent=signed, title="Phụ lục", state="in_force")
    Memorandum.update(ends_on=today()).where(Memorandum.id == signed.id).execute()
    with app.app_context():
        expire_memoranda(today())
        assert (state(signed), state(appendix)) == ("in_force", "in_force")
        expire_memoranda(today() + timedelta(days=1))
        expire_memoranda(today() + timedelta(days=1))
    assert (state(signed), state(appendix)) == ("expired", "expired")
    assert cast("hm.giaovien").get(page_of(signed)).status_code == 200


def test_a_leader_ends_it_early_with_a_reason(cast, signed, press):
    press(cast("hm.lanhdao"), signed, "end", reason="Hai bên ký văn bản mới.")
    current = Memorandum.get_by_id(signed.id)
    assert (current.state, current.outcome) == ("ended", "Hai bên ký văn bản mới.")
