"""A session is planned, approved, opened and held; whoever may sees it."""

from io import BytesIO

import pytest
from openpyxl import load_workbook

from intranet.kernel.jobs import run_due
from intranet.testing import form_values
from plugins.professional_development.models import Session

HOME = "/professional-development"
GOOD = {
    "title": "Dạy minh họa: Hỗn số",
    "content": "Dự giờ và thảo luận về việc học của học sinh.",
    "day": "05/12/2030",
    "start": "14h",
    "end": "16:00",
    "place": "Phòng 6A1",
    "subject": "Toán",
    "grade": "6",
    "periods": "2",
}


def create(browser, **values):
    return browser.submit(f"{HOME}/sessions/new?kind=demonstration", "session", GOOD | values)


def press(browser, session_id, key, **values):
    """Take a step by the button on the session's page, or on the page that asks first."""
    address = f"/steps/professional_development_session/{session_id}/{key}"
    form = browser.soup(f"{HOME}/sessions/{session_id}").find("form", {"action": address})
    if form is None:
        form = browser.soup(address).find("form", {"data-form": "step"})
    return browser.post(address, data=form_values(form) | values)


def state(session_id):
    return Session.get_by_id(session_id).state


def test_a_coordinator_plans_a_session_and_the_principal_approves_it(app, cast):
    organiser, principal = cast("hm.dieuphoi"), cast("hm.hieutruong")
    answer = create(organiser)
    assert answer.status_code == 303
    session_id = int(answer.headers["Location"].rsplit("/", 1)[1])
    assert state(session_id) == "draft"
    press(organiser, session_id, "submit")
    press(principal, session_id, "approve")
    press(organiser, session_id, "open")
    assert state(session_id) == "open"
    assert cast("uh.giaovien").get(f"{HOME}/sessions/{session_id}").status_code == 200


def test_a_draft_is_seen_by_the_own_school_alone(app, cast, make_session):
    session = make_session(state="draft")
    here = f"{HOME}/sessions/{session.id}"
    seen = {
        name: cast(name).get(here).status_code
        for name in ("hm.giaovien", "hm2.giaovien", "uh.giaovien", "hm.chuyenvien")
    }
    assert seen == {"hm.giaovien": 200, "hm2.giaovien": 404, "uh.giaovien": 404, "hm.chuyenvien": 200}


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("title", "", "Thầy/cô chưa nhập tên buổi."),
        ("end", "13:00", "Giờ kết thúc phải sau giờ bắt đầu."),
        ("closes_day", "06/12/2030", "Hạn đăng ký phải trước giờ bắt đầu."),
        ("link", "javascript:alert(1)", "Đường dẫn phải bắt đầu bằng https://."),
        ("capacity", "0", "Hãy nhập số từ 1 đến 5000."),
        ("day", "31/02/2030", "Ngày 31/02/2030 không có trong lịch."),
    ],
)
def test_what_does_not_fit_is_said_and_nothing_is_written(app, cast, field, value, sentence):
    answer = create(cast("hm.dieuphoi"), **{field: value})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert Session.select().where(Session.title == GOOD["title"]).count() == 0


def test_a_teacher_without_a_duty_organises_nothing(cast):
    assert cast("uh2.giaovien").get(f"{HOME}/sessions/new").status_code == 403


def test_without_time_and_place_nothing_is_sent_for_approval(app, cast):
    organiser = cast("hm.dieuphoi")
    answer = create(organiser, day="", start="", end="")
    session_id = int(answer.headers["Location"].rsplit("/", 1)[1])
    assert "Buổi này chưa có thời gian bắt đầu và kết thúc." in organiser.soup(answer.headers["Location"]).text
    assert state(session_id) == "draft"


@pytest.mark.parametrize("query", ["", "?when=all", "?kind=topic", "?q=toan&state=open"])
def test_a_link_may_name_some_of_the_filters_only(cast, query):
    page = cast("hm.giaovien").soup(f"{HOME}/{query}")
    assert page.title.text == "Sinh hoạt chuyên môn – Chung Tay"


def test_the_catalogue_as_a_file_has_the_rows_of_its_filters(cast, make_session):
    make_session(title="Dạy minh họa trong tệp")
    browser = cast("hm.dieuphoi")
    page = browser.soup(f"{HOME}/?when=all&kind=demonstration")
    shown = [row.find("a").text for row in page.select("table.list tbody tr")]
    sheet = load_workbook(BytesIO(browser.get(page.find(id="export")["href"]).data)).worksheets[0]
    rows = list(sheet.iter_rows(min_row=5, values_only=True))
    assert [row[1] for row in rows] == shown
    assert "Dạy minh họa trong tệp" in shown
    assert {row[2] for row in rows} == {"Tiết dạy minh họa"}


def test_a_long_catalogue_is_made_by_a_job(app, cast, make_session, monkeypatch):
    make_session(title="Dạy minh họa trong tệp")
    monkeypatch.setattr("intranet.web.exports.MOST_AT_ONCE", 0)
    browser = cast("hm.dieuphoi")
    address = f"{HOME}/export.xlsx?when=all&q=trong+tep"
    job = browser.submit(address, "export").headers["Location"]
    with app.app_context():
        run_due()
    body = browser.get(f"{job}/file").data
    rows = list(load_workbook(BytesIO(body)).worksheets[0].iter_rows(min_row=5, values_only=True))
    assert [row[1] for row in rows] == ["Dạy minh họa trong tệp"]


def test_an_idea_needs_a_title_only_and_becomes_a_draft(cast):
    browser = cast("hm.dieuphoi")
    address = f"{HOME}/sessions/new?kind=topic"
    form = browser.soup(address).find("form", {"data-form": "session"})
    answer = browser.post(address, data=form_values(form) | {"title": "Dạy học phân hóa", "action": "idea"})
    session_id = int(answer.headers["Location"].rpartition("/")[2])
    assert state(session_id) == "idea"
    assert cast("uh.dieuphoi").get(f"{HOME}/sessions/{session_id}").status_code == 404
    press(browser, session_id, "plan")
    assert state(session_id) == "draft"


def panel(browser, url):
    box = browser.soup(url).find(attrs={"data-panel": "professional_development.sessions"})
    return [link.text for link in box.select("li a")]


def test_home_shows_what_one_can_sign_up_for_next(cast, make_session):
    make_session(title="Sau", hours=72)
    make_session(title="Trước", hours=48)
    make_session(title="Đã qua", hours=-48)
    make_session(title="Bản nháp", state="draft")
    assert [title for title in panel(cast("uh.giaovien"), "/") if len(title) < 9] == ["Trước", "Sau"]
    assert "Trước" not in panel(cast("hm2.giaovien"), "/")


def test_the_pairs_page_shows_its_latest_sessions_and_no_drafts(cast, make_session):
    older, latest = make_session(title="Cũ", hours=-72, state="credited"), make_session(title="Mới nhất", hours=96)
    make_session(title="Bản nháp", state="draft")
    titles = panel(cast("uh.hieutruong"), f"/pairings/{latest.pairing_id}")
    assert titles.index("Mới nhất") < titles.index("Cũ")
    assert (older.pairing_id, "Bản nháp" in titles) == (latest.pairing_id, False)
