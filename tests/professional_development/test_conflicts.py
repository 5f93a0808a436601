"""Two people have one form open: the second sees what the first saved, and nothing of it is lost."""

from datetime import timedelta

import pytest

from intranet.kernel.clock import midnight, today
from intranet.testing import form_values, parse
from plugins.professional_development.lesson_studies import rules as studies
from plugins.professional_development.practices import rules as practices

HOME = "/professional-development"
# By the form: the field that both change, and what only the first changes.
FORMS = {
    "session": ("place", {"start": "07:30", "end": "09:00", "theme": "2"}),
    "minutes": ("minutes", {"conclusions": "Làm lại ở khối 7."}),
    "practice": ("summary", {"levels": ["2", "4"], "licence": "credit"}),
    "lesson-study": ("members", {"teacher_name": "Cô Bích"}),
    "discussion": ("discussion", {"taught_on": "02/11/2026"}),
}


@pytest.fixture
def address(app, make_session, actor_of):
    """``address("session")``: of the form of a new record that hm.giaovien or hm.dieuphoi made."""

    def session():
        start = midnight(today() + timedelta(days=7)) + timedelta(hours=14)
        made = make_session(state="draft", starts_at=start, ends_at=start + timedelta(hours=2))
        return f"sessions/{made.id}/edit"

    def minutes():
        return f"sessions/{make_session(state='held', hours=-24).id}/minutes"

    def practice():
        values = {"title": "Góc hỏi đáp", "levels": 4, "licence": "ask"}
        return f"practices/{practices.create_practice(actor_of('hm.giaovien'), values).id}/edit"

    def study(part):
        values = {"title": "Phân số", "subject": "Toán", "teacher_name": ""}
        return f"lesson-studies/{studies.create_study(actor_of('hm.giaovien'), values).id}/{part}"

    makers = {
        "session": session,
        "minutes": minutes,
        "practice": practice,
        "lesson-study": lambda: study("edit"),
        "discussion": lambda: study("discussion"),
    }

    def make(name):
        with app.app_context():
            return f"{HOME}/{makers[name]()}"

    return make


def values_of(page, name):
    return form_values(page.select_one(f'form[data-form="{name}"]'))


@pytest.mark.parametrize("name", FORMS)
def test_the_second_sees_what_the_first_saved_and_keeps_it(cast, address, name):
    both, only = FORMS[name]
    url = address(name)
    first, second = cast("hm.hieutruong"), cast("hm.dieuphoi" if name in ("session", "minutes") else "hm.giaovien")
    mine, theirs = (values_of(browser.soup(url), name) for browser in (second, first))
    assert first.post(url, data=theirs | {both: "Bản của thầy"} | only).status_code == 303
    answer = second.post(url, data=mine | {both: "Bản của cô"})
    page = parse(answer.text)
    assert (answer.status_code, "Bản của thầy" in page.select_one("main .errors").text) == (409, True)
    # The form that comes back holds the own text, and of the rest what the other has saved.
    assert second.post(url, data=values_of(page, name)).status_code == 303
    kept = values_of(second.soup(url), name)
    assert [kept[both], *(kept[field] for field in only)] == ["Bản của cô", *as_sent(only)]


def as_sent(only):
    return [[value] if field in ("theme", "licence") else value for field, value in only.items()]
