"""A session as Word files."""

import re
from io import BytesIO
from zipfile import ZipFile

import pytest

from intranet.kernel.text import canonical
from intranet.shared.notices import Notice
from intranet.shared.steps import carry
from plugins.professional_development.models import Registration, Session
from plugins.professional_development.sessions.papers import KINDS_OF_PAPER

HOME = "/professional-development"


def text_of(answer):
    xml = ZipFile(BytesIO(answer.data)).read("word/document.xml").decode()
    return canonical(re.sub("<[^>]+>", "", xml))


@pytest.mark.parametrize("kind", KINDS_OF_PAPER, ids=lambda kind: kind.key)
def test_the_sample_has_every_tag(app, make_session, kind):
    session = make_session()
    with app.test_request_context():
        assert sorted(kind.context(Session.get_by_id(session.id))) == sorted(kind.sample)


def test_the_minutes_name_who_was_there_and_who_was_not(app, cast, make_session, person):
    session = make_session(state="held")
    for turn, (name, attendance) in enumerate((("uh.giaovien", "present"), ("hm.giaovien", "excused"))):
        who = person(name)
        place = {"school": who.school_id, "district": who.district_id, "turn": turn, "attendance": attendance}
        Registration.create(session=session, person=who, **place)
    Session.update(minutes="Nhóm bàn về <b>bài tập</b>.").where(Session.id == session.id).execute()
    text = text_of(cast("uh.giaovien").get(f"/papers/professional_development.minutes/{session.id}.docx"))
    for words in ("Có mặt (1 người):", person("uh.giaovien").name, "Vắng có lý do:", "Nhóm bàn về &lt;b&gt;bài tập"):
        assert words in text


READERS = {
    "hm.giaovien": True,
    "hm.hieutruong": True,
    "hm.chuyenvien": True,
    "hm.lanhdao": True,
    "uh.giaovien": True,
    "uh.hieutruong": True,
    "uh.chuyenvien": True,
    "hm2.hieutruong": True,
    "hm2.giaovien": False,
    "uh2.hieutruong": False,
    "uh2.giaovien": False,
    "hm.xem": False,
    "uh.xem": False,
}


@pytest.fixture
def minuted(app, make_session, attended):
    """A session for all schools of the programme, to which one principal of another school came."""
    session = make_session(audience="programme")
    return attended(session, ("uh.giaovien", "hm2.hieutruong"), state="minuted", minutes="Bàn về hỗn số.")


@pytest.mark.parametrize(("name", "reads"), READERS.items())
def test_minutes_are_for_those_whom_they_name_and_those_whose_session_it_is(cast, minuted, name, reads):
    browser = cast(name)
    page = browser.soup(f"{HOME}/sessions/{minuted.id}")
    paper = f"/papers/professional_development.minutes/{minuted.id}"
    assert ("Bàn về hỗn số." in page.text, page.find("a", href=re.compile(paper)) is not None) == (reads, reads)
    assert {browser.get(path).status_code for path in (paper, f"{paper}.docx")} == {200 if reads else 403}


@pytest.mark.parametrize("name", ["hm2.giaovien", "uh.giaovien"])
def test_issued_minutes_are_for_the_same_people(cast, minuted, name):
    here = f"/papers/professional_development.minutes/{minuted.id}"
    answer = cast("hm.hieutruong").submit(here, "issue", {"number": "3", "issued_on": "01/09/2026"})
    assert answer.status_code == 303
    code = answer.headers["Location"].rsplit("/", 1)[1]
    status = 200 if READERS[name] else 403
    assert [cast(name).get(f"/papers/issued/{code}{end}").status_code for end in ("", ".docx")] == [status, status]


def test_the_minutes_go_to_those_who_have_a_place_and_not_to_those_who_waited(app, make_session, attended, person):
    session = attended(make_session(), ("uh.giaovien",), state="held", minutes="x")
    with app.app_context():
        waiting = person("hm.giaovien")
        place = {"school": waiting.school_id, "district": waiting.district_id, "turn": 2, "state": "waiting"}
        Registration.create(session=session, person=waiting, **place)
        carry(session, "confirm_minutes", person_id=None)
    told = Notice.select().where(Notice.kind == "professional_development.news")
    assert [row.person_id for row in told] == [person("uh.giaovien").id]


def test_the_invitation_names_both_schools_and_strangers_get_none(cast, make_session):
    session = make_session()
    address = f"/papers/professional_development.invitation/{session.id}.docx"
    text = text_of(cast("hm.dieuphoi").get(address))
    assert f"giáo viên {session.school.name} và {session.partner.name}" in text
    assert cast("hm2.giaovien").get(address).status_code == 404
