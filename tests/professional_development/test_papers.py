"""A session as Word files."""

import re
from io import BytesIO
from zipfile import ZipFile

import pytest

from intranet.kernel.text import canonical
from plugins.professional_development.models import Registration, Session
from plugins.professional_development.sessions.papers import KINDS_OF_PAPER


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


def test_the_invitation_names_both_schools_and_strangers_get_none(cast, make_session):
    session = make_session()
    address = f"/papers/professional_development.invitation/{session.id}.docx"
    text = text_of(cast("hm.dieuphoi").get(address))
    assert f"giáo viên {session.school.name} và {session.partner.name}" in text
    assert cast("hm2.giaovien").get(address).status_code == 404
