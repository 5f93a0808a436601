"""What teachers are stuck with: said, shared, routed to a school that is strong there, answered, found again."""

from io import BytesIO

import pytest
from openpyxl import load_workbook

from intranet.registry.schools import STRENGTH, School, Tag
from intranet.testing import form_values
from plugins.professional_development.models import Difficulty, DifficultyWeight

HOME = "/professional-development/difficulties"
TITLE = "Dạy xác suất cho lớp đông"


@pytest.fixture
def difficulty(cast):
    """What hm.giaovien is stuck with."""
    answer = cast("hm.giaovien").submit(f"{HOME}/new", "difficulty", {"title": TITLE, "subject": "Toán"})
    return Difficulty.get_by_id(int(answer.headers["Location"].rpartition("/")[2]))


def now_is(difficulty):
    return Difficulty.get_by_id(difficulty.id)


def send(browser, difficulty, page, **values):
    form = browser.soup(f"{HOME}/{difficulty.id}/{page}").select_one("main form.form")
    return browser.post(f"{HOME}/{difficulty.id}/{page}", data=form_values(form) | values).status_code


def route(cast, difficulty, code="01281503"):
    return send(cast("hm.chuyenvien"), difficulty, "route", school=str(School.get(School.code == code).id))


def press(browser, difficulty, key, **values):
    """Take a step by the button on the page, or on the page that asks first."""
    address = f"/steps/professional_development_difficulty/{difficulty.id}/{key}"
    form = browser.soup(f"{HOME}/{difficulty.id}").find("form", {"action": address})
    form = form or browser.soup(address).find("form", {"data-form": "step"})
    return browser.post(address, data=form_values(form) | values).status_code


def test_others_add_their_weight_once_and_take_it_back(cast, difficulty):
    browser = cast("hm2.giaovien")
    weights = []
    for _time in range(2):
        browser.submit(f"{HOME}/{difficulty.id}", "share")
        weights.append(now_is(difficulty).weight)
    assert weights == [2, 1]
    assert DifficultyWeight.select().where(DifficultyWeight.difficulty == difficulty).count() == 1


def test_the_heaviest_stands_first(cast, difficulty):
    Difficulty.update(weight=99).where(Difficulty.id == difficulty.id).execute()
    assert cast("hm.giaovien").soup(HOME).select_one("table.list tbody a").text == TITLE


def test_schools_that_are_strong_in_the_matter_stand_first_when_it_is_routed(cast, difficulty):
    school = School.get(School.code == "01281503")
    Tag.create(school=school, kind=STRENGTH, label="Dạy xác suất, thống kê", fact="")
    first = cast("hm.chuyenvien").soup(f"{HOME}/{difficulty.id}/route").select_one("#school option")
    assert first["value"] == str(school.id)


def test_a_session_answers_it_and_the_answer_is_found_by_its_words(cast, difficulty, make_session):
    assert cast("uh.hieutruong").get(f"{HOME}/{difficulty.id}").status_code == 404
    assert route(cast, difficulty) == 303
    session = make_session()
    answer = {"answer": "Dùng xúc xắc giấy.", "session": "0"}
    assert send(cast("uh.hieutruong"), difficulty, "answer", **answer) == 303
    page = cast("hm2.giaovien").soup(f"{HOME}?q=xuc+xac")
    assert [link.text for link in page.select("table.list tbody a")] == [TITLE]
    Difficulty.update(session=session).where(Difficulty.id == difficulty.id).execute()
    assert session.title in cast("hm.giaovien").soup(f"{HOME}/{difficulty.id}").text
    press(cast("hm.giaovien"), difficulty, "close")
    assert now_is(difficulty).state == "closed"


def test_who_asked_may_ask_again_and_the_helper_may_send_it_back(cast, difficulty):
    route(cast, difficulty)
    press(cast("uh.hieutruong"), difficulty, "return_to_office", reason="Trường chưa dạy phần này.")
    assert now_is(difficulty).state == "open"
    assert send(cast("hm.chuyenvien"), difficulty, "answer", answer="Xem tài liệu của Sở.") == 303
    press(cast("hm.giaovien"), difficulty, "ask_again", reason="Tài liệu chưa có phần này.")
    assert (now_is(difficulty).state, now_is(difficulty).outcome) == ("open", "Tài liệu chưa có phần này.")


def test_nobody_else_answers_or_routes(cast, difficulty):
    form = {"csrf_token": cast("hm2.hieutruong").csrf("/account"), "answer": "Không phải tôi.", "session": "0"}
    assert cast("hm2.hieutruong").post(f"{HOME}/{difficulty.id}/answer", data=form).status_code == 403
    for name, page in (("hm2.hieutruong", "answer"), ("hm.giaovien", "answer"), ("hm2.hieutruong", "route")):
        assert cast(name).get(f"{HOME}/{difficulty.id}/{page}").status_code == 403
    assert (now_is(difficulty).state, now_is(difficulty).answer) == ("open", "")


def test_an_answer_that_says_nothing_is_asked_for_again(cast, difficulty):
    route(cast, difficulty)
    assert send(cast("uh.hieutruong"), difficulty, "answer", answer="", session="0") == 422
    assert now_is(difficulty).state == "routed"


def test_the_register_as_a_file_has_the_rows_of_its_filters(cast, difficulty):
    page = cast("hm.giaovien").soup(f"{HOME}?state=open")
    sheet = load_workbook(BytesIO(cast("hm.giaovien").get(page.find(id="export")["href"]).data)).worksheets[0]
    rows = list(sheet.iter_rows(min_row=5, values_only=True))
    assert [row[1] for row in rows] == [link.text for link in page.select("table.list tbody a")]
    assert TITLE in [row[1] for row in rows]
