"""What the module knows of a person is given out on request and forgotten; what others rest on stays without a name."""

from datetime import timedelta

import pytest

from intranet.kernel.clock import today
from plugins.professional_development import personal
from plugins.professional_development.feedback.rules import shuffle
from plugins.professional_development.models import (
    CONFIRMED,
    REFUSED,
    FeedbackAnswer,
    FeedbackGiven,
    Registration,
    Session,
)

NAMES = ("hm.giaovien", "uh.giaovien", "uh.hieutruong")


@pytest.fixture
def over(make_session, attended):
    """A session that three people were at, with its feedback given and not closed yet."""
    session = make_session(state="minuted", hours=-48, title="Buổi đã qua")
    session = attended(session, NAMES, held_on=today(), feedback_until=today())
    places = Registration.select().where(Registration.session == session)
    for place in places:
        FeedbackGiven.create(session=session, person=place.person_id)
        FeedbackAnswer.create(session=session, day=today(), useful=3, clear=3, applicable=3, comment="Nên ngắn hơn.")
    return session


def place_of(person, session):
    return Registration.get(Registration.person == person, Registration.session == session)


def test_a_person_gets_the_own_places_and_what_the_person_made(app, person, over):
    who = person("hm.giaovien")
    Registration.update(credit=CONFIRMED, periods=2).where(Registration.id == place_of(who, over).id).execute()
    with app.app_context():
        found = personal.known_of(who)
    rows = [row for row in found["Buổi sinh hoạt chuyên môn đã đăng ký"] if row["Tên buổi"] == "Buổi đã qua"]
    assert [(row["Loại"], row["Điểm danh"], row["Số tiết"], row["Ngày"]) for row in rows] == [
        ("Tiết dạy minh họa", "có mặt", "2", f"{today():%d/%m/%Y}")
    ]
    assert found["Nghiên cứu bài học đã chủ trì"] == [{"Tên": "Hỗn số"}]


def test_the_copy_of_ones_data_tells_nothing_of_what_one_answered(app, person, over):
    with app.app_context():
        assert "Nên ngắn hơn." not in str(personal.known_of(person("uh.giaovien")))


def test_a_forgotten_person_leaves_attendance_and_answers_but_not_that_the_person_answered(app, person, over):
    who = person("uh.giaovien")
    place = place_of(who, over)
    Registration.update(credit=REFUSED, credit_reason="Về sớm vì ốm.").where(Registration.id == place.id).execute()
    with app.app_context():
        personal.forget(who)
    after = Registration.get_by_id(place.id)
    assert (after.attendance, after.credit, after.credit_reason) == ("present", REFUSED, "")
    assert FeedbackGiven.select().where(FeedbackGiven.person == who).count() == 0
    assert FeedbackAnswer.select().where(FeedbackAnswer.session == over).count() == 3


def test_closing_keeps_every_answer_with_one_day_and_new_keys(app, over):
    """Nothing of an answer stays by which it could be told when, or after whom, it was written."""
    rows = list(FeedbackAnswer.select().where(FeedbackAnswer.session == over))
    FeedbackAnswer.update(day=today() - timedelta(days=3)).where(FeedbackAnswer.key == rows[0].key).execute()
    with app.app_context():
        shuffle(Session.get_by_id(over.id))
    after = list(FeedbackAnswer.select().where(FeedbackAnswer.session == over))
    assert {row.day for row in after} == {today()}
    assert {row.key for row in after} & {row.key for row in rows} == set()
    assert [(row.useful, row.comment) for row in after] == [(3, "Nên ngắn hơn.")] * 3
