"""Feedback is given once by who was there and closes by itself; then nothing leads from a person to an answer."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup

from intranet.kernel.clock import today
from intranet.kernel.database import database, is_postgres
from intranet.kernel.forms import FormToken
from intranet.shared.audit import AuditEntry, AuditValue
from intranet.shared.modules import do_daily
from plugins.professional_development.feedback.rules import shuffle
from plugins.professional_development.models import FeedbackAnswer, FeedbackGiven, Session

HOME = "/professional-development"
NAMES = ("hm.hieutruong", "hm.dieuphoi", "hm.giaovien", "uh.hieutruong", "uh.dieuphoi", "uh.giaovien")
PRAISE = {"useful": "4", "clear": "3", "applicable": "2"}


@pytest.fixture
def minuted(make_session, attended):
    """A session with minutes at which everybody of NAMES was; its feedback is open for a week."""
    session = make_session(state="minuted", hours=-30)
    return attended(session, NAMES, held_on=today(), feedback_until=today() + timedelta(days=7), minutes="Đã họp.")


@pytest.fixture
def close(app):
    """``close(session)``: its last day was yesterday, and the daily duties are done."""

    def end(session):
        with app.app_context():
            Session.update(feedback_until=today() - timedelta(days=1)).where(Session.id == session.id).execute()
            do_daily(today())

    return end


def answer(browser, session, **values):
    return browser.submit(f"{HOME}/sessions/{session.id}/feedback", "feedback", PRAISE | values)


def panel(browser, session):
    page = browser.soup(f"{HOME}/sessions/{session.id}")
    return " ".join(page.find(attrs={"data-panel": "professional_development.feedback"}).get_text(" ").split())


def answers(session):
    rows = FeedbackAnswer.select().where(FeedbackAnswer.session == session).order_by(FeedbackAnswer.wish)
    return [(row.useful, row.clear, row.applicable, row.wish) for row in rows]


def test_the_form_chooses_nothing_for_anybody(cast, minuted):
    form = cast("uh.giaovien").soup(f"{HOME}/sessions/{minuted.id}/feedback").find("form", {"data-form": "feedback"})
    assert [choice["value"] for choice in form.find_all("input", {"type": "radio", "checked": True})] == []
    assert [text.text.strip() for text in form.find_all("textarea")] == ["", ""]


def test_an_unanswered_question_is_asked_again_and_nothing_is_written(cast, minuted):
    reply = answer(cast("uh.giaovien"), minuted, clear="")
    errors = [item.text for item in BeautifulSoup(reply.text, "lxml").select(".errors li")]
    assert (reply.status_code, errors, answers(minuted)) == (422, ["Thầy/cô chưa chọn câu trả lời."], [])


def test_a_form_sent_again_and_a_second_form_count_once(cast, minuted):
    browser, here = cast("uh.giaovien"), f"{HOME}/sessions/{minuted.id}/feedback"
    form = browser.soup(here).find("form", {"data-form": "feedback"})
    data = {field["name"]: field["value"] for field in form.find_all("input", {"type": "hidden"})} | PRAISE
    second = {field["name"]: field["value"] for field in browser.soup(here).select("form input[type=hidden]")} | PRAISE
    assert [browser.post(here, data=data).status_code for _time in range(2)] == [303, 303]
    assert browser.post(here, data=second).status_code == 422
    assert (answers(minuted), FeedbackGiven.select().where(FeedbackGiven.session == minuted).count()) == (
        [(4, 3, 2, "")],
        1,
    )


@pytest.mark.parametrize(("name", "sentence"), [("hm2.giaovien", None), ("hm.chuyenvien", "người có mặt")])
def test_who_was_not_there_is_not_asked(cast, minuted, name, sentence):
    browser, here = cast(name), f"{HOME}/sessions/{minuted.id}/feedback"
    if sentence is None:
        assert browser.get(here).status_code == 404
        return
    page = browser.soup(here)
    assert (sentence in page.text, page.find("form", {"data-form": "feedback"})) == (True, None)


def test_the_session_page_leads_to_the_form_while_it_is_open(cast, minuted):
    browser = cast("uh.giaovien")
    link = browser.soup(f"{HOME}/sessions/{minuted.id}").find("a", href=f"{HOME}/sessions/{minuted.id}/feedback")
    assert link.text.strip() == "Góp ý không ghi tên"
    answer(browser, minuted)
    assert panel(browser, minuted).endswith("1/6 người có mặt đã góp ý. Thầy/cô đã góp ý cho buổi này.")


def test_it_closes_by_itself_on_the_day_after_its_last(app, minuted):
    with app.app_context():
        do_daily(minuted.feedback_until)
        assert Session.get_by_id(minuted.id).state == "minuted"
        do_daily(minuted.feedback_until + timedelta(days=1))
        assert Session.get_by_id(minuted.id).state == "closed"


def test_results_show_after_closing_with_the_rate_and_the_texts_to_who_runs_it(cast, minuted, close):
    for name in NAMES[:5]:
        answer(cast(name), minuted, wish=f"Ý của {name}")
    assert "trên 4" not in panel(cast("hm.dieuphoi"), minuted)
    close(minuted)
    shown = panel(cast("uh.giaovien"), minuted)
    assert shown.startswith("Góp ý 5/6 người có mặt đã góp ý (83%).")
    assert ("Giúp ích cho công việc 4 trên 4" in shown, "Ý của" in shown) == (True, False)
    assert panel(cast("hm.dieuphoi"), minuted).count("Ý của") == 5


def test_below_five_answers_nothing_of_them_shows(cast, minuted, close):
    for name in NAMES[:4]:
        answer(cast(name), minuted, wish="Bàn về Hình học", comment="Nói to hơn")
    close(minuted)
    shown = panel(cast("hm.dieuphoi"), minuted)
    assert shown == (
        "Góp ý 4/6 người có mặt đã góp ý (67%). Dưới 5 phiếu nên không hiện kết quả, để không ai bị nhận ra."
    )


def test_after_closing_nothing_leads_from_a_person_to_an_answer(app, cast, minuted, close):
    for name in NAMES:
        answer(cast(name), minuted, wish=f"Ý của {name}")
    with app.app_context():
        # Somebody who answered alone on a day could be told from it.
        FeedbackAnswer.update(day=today() - timedelta(days=3)).where(
            FeedbackAnswer.wish == "Ý của uh.giaovien"
        ).execute()
        before = {row.key: row.wish for row in FeedbackAnswer.select().where(FeedbackAnswer.session == minuted)}
    close(minuted)
    with app.app_context():
        rows = list(FeedbackAnswer.select().where(FeedbackAnswer.session == minuted))
        given = {row.key for row in FeedbackGiven.select().where(FeedbackGiven.session == minuted)}
        assert sorted(row.wish for row in rows) == sorted(before.values())
        # Keys: new ones, and none that the list of people knows.
        keys = {row.key for row in rows}
        assert (keys & before.keys(), keys & given) == (set(), set())
        # Times: one day for all; who answered has none.
        assert {row.day for row in rows} == {today() - timedelta(days=1)}
        assert set(FeedbackGiven._meta.fields) == {"key", "session", "person"}
        assert set(FeedbackAnswer._meta.fields) == {
            *("key", "session", "day", "useful", "clear", "applicable", "wish", "comment")
        }
        # Nothing else was written of it: no audit, and forms that were sent name nobody.
        said = AuditValue.select().where(AuditValue.after.contains("Ý của"))
        assert (said.count(), AuditEntry.select().where(AuditEntry.action.contains("feedback")).count()) == (0, 0)
        assert set(FormToken._meta.fields) == {"token_hash", "location", "created_at"}


def test_where_rows_lie_tells_nothing_of_their_order(app, cast, minuted, close):
    for name in NAMES:
        answer(cast(name), minuted, wish=f"Ý của {name}")
    close(minuted)
    with app.app_context():
        if is_postgres():
            # Written anew in one transaction: no row shares its transaction with a person's.
            sql = "SELECT DISTINCT xmin::text FROM professional_development_feedback_{} WHERE session_id = %s"
            made = [{row[0] for row in database.execute_sql(sql.format(t), (minuted.id,))} for t in ("answer", "given")]
            assert (len(made[0]), made[0] & made[1]) == (1, set())
        else:
            # Without row numbers, SQLite keeps rows in the order of their random keys.
            for table in ("answer", "given"):
                name = f"professional_development_feedback_{table}"
                (made,) = database.execute_sql("SELECT sql FROM sqlite_master WHERE name = ?", (name,)).fetchone()
                assert made.endswith("WITHOUT ROWID")


def test_answers_are_written_anew_in_an_order_that_differs(app, cast, minuted, close):
    names = [f"Ý của {name}" for name in NAMES]
    orders = set()
    for name in NAMES:
        answer(cast(name), minuted, wish=f"Ý của {name}")
    with app.app_context():
        for _time in range(20):
            shuffle(Session.get_by_id(minuted.id))
            rows = FeedbackAnswer.select(FeedbackAnswer.wish).where(FeedbackAnswer.session == minuted)
            orders.add(tuple(wish for (wish,) in rows.tuples()))
    assert len(orders) > 1
    assert all(sorted(order) == sorted(names) for order in orders)
