"""A session's papers after units changed: of then by the names of then, of today by those of today."""

from datetime import date

import pytest

from intranet.kernel.clock import midnight
from intranet.kernel.language import SOURCE, speaking
from intranet.papers.rules import issue
from intranet.registry.districts import District
from intranet.registry.schools import FormerKey
from intranet.shared.papers import IssuedDocument
from plugins.professional_development.credits.papers import CERTIFICATE
from plugins.professional_development.models import Registration, Session
from plugins.professional_development.sessions.papers import INVITATION, MINUTES, PLAN

BEFORE, AFTER = date(2024, 10, 1), date(2026, 10, 1)
THEN, NOW = "Trường THCS Đội Bình", "Trường THCS Hồng Quang"
DAYS = pytest.mark.parametrize("day", [BEFORE, AFTER], ids=["then", "now"])


@pytest.fixture
def session(app, make_session, attended, school):
    """Of Trường THCS Hồng Quang, which had another name until 2025; its own teacher came."""
    with app.app_context():
        host = school("01281503")
        FormerKey.create(school=host, kind="name", value=THEN, match_key="", until=date(2025, 1, 1))
        made = make_session()
        place = {"district": host.district_id, "school": host, "partner": school("01008508")}
        return attended(made, ["uh.giaovien", "uh.chuyenvien"], state="held", **place)


def held(session, day):
    Session.update(held_on=day, starts_at=midnight(day)).where(Session.id == session.id).execute()
    return Session.get_by_id(session.id)


@DAYS
def test_plan_invitation_and_minutes_name_host_and_guests_as_on_the_day(app, session, reorganised, day):
    office = "Phòng GD&ĐT huyện Ứng Hòa" if day == BEFORE else "UBND xã Vân Đình"
    parent, name = ("PHÒNG GD&ĐT HUYỆN ỨNG HÒA", THEN) if day == BEFORE else ("UBND XÃ HÒA XÁ", NOW)
    with app.app_context(), speaking(SOURCE):
        papers = [kind.context(held(session, day)) for kind in (PLAN, INVITATION, MINUTES)]
    for found in papers:
        assert [found["co_quan_chu_quan"], found["co_quan"], found["don_vi"]] == [parent, name.upper(), name]
        assert found["thanh_phan"].startswith(f"Cán bộ quản lý, giáo viên {name} và ")
    assert {who.partition(", ")[2] for who in papers[-1]["co_mat"]} == {name, office}


@DAYS
def test_an_offices_session_is_the_offices_of_the_day(app, session, request, day):
    with app.app_context():
        district = District.get(District.code == "UH")
        Session.update(school=None, district=district, partner=None, audience="programme").execute()
    request.getfixturevalue("reorganised")
    office = "Phòng GD&ĐT huyện Ứng Hòa" if day == BEFORE else "UBND xã Vân Đình"
    with app.app_context(), speaking(SOURCE):
        assert PLAN.context(held(session, day))["don_vi"] == office


@DAYS
def test_a_certificate_is_issued_under_the_names_of_its_day(app, session, reorganised, day):
    held(session, BEFORE)
    with app.app_context():
        place = Registration.get(Registration.session == session)
        issued = issue(CERTIFICATE.key, place, number="1", issued_on=day, person_id=None, holder_id=place.person_id)
        facts = IssuedDocument.get_by_id(issued.id).facts
    assert ("HUYỆN ỨNG HÒA" in facts, "XÃ HÒA XÁ" in facts) == (day == BEFORE, day == AFTER)
