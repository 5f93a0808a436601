"""Schools merge and split: what they plan, write and ask goes on somewhere; what happened stays."""

import pytest

from intranet.registry.twinning import ACTIVE, Pairing
from intranet.schools.life_cycle import merge_school
from intranet.schools.open_work import counted
from intranet.shared.waiting import Waiting
from plugins.professional_development.credits.waiting import refresh_confirmations
from plugins.professional_development.difficulties import rules as difficulties
from plugins.professional_development.models import (
    OWN_SCHOOL,
    PROPOSED,
    LessonStudy,
    Practice,
    Registration,
    Session,
)
from tests.professional_development.conftest import GUEST, HOST

OTHER = "01008401"


@pytest.fixture
def merge(app, school):
    """The host's school becomes part of another of its district, or ``merge(code)`` that one."""

    def go(code=HOST, into=OTHER):
        with app.app_context():
            merge_school(school(code), school(into), person_id=None)
        return school(code), school(into)

    return go


@pytest.fixture
def pair(school):
    return Pairing.get(Pairing.first_school == school(HOST), Pairing.second_school == school(GUEST))


@pytest.fixture
def written(app, actor_of, school):
    """A practice, a lesson study of the pair and a difficulty of the host's."""

    def make(**study):
        place = {"district": school(HOST).district_id, "school": school(HOST)}
        teacher = actor_of("hm.giaovien")
        with app.app_context():
            asked = []
            difficulties.post(teacher, "Học sinh ngại nói", "", "Tiếng Anh", "", done=asked.append)
            return (
                Practice.create(
                    **place, author=teacher.person_id, title="Thư viện xanh", sort_key="x", search_text="x"
                ),
                LessonStudy.create(**place, leader=teacher.person_id, title="Phân số", search_text="x", **study),
                *asked,
            )

    return make


def schools_of(*rows):
    return {type(row).get_by_id(row.id).school_id for row in rows}


# --- merging ---


def test_what_is_under_way_is_the_successors(cast, make_session, written, merge, pair):
    session, rows = make_session(), written(pairing=pair)
    held = make_session(state="held")
    old, successor = merge()
    assert schools_of(session, *rows) == {successor.id}
    assert Session.get_by_id(session.id).pairing_id == pair.id
    assert schools_of(held) == {old.id}
    rows = Waiting.select(Waiting.school).where(Waiting.subject_id == rows[0].id, Waiting.title == "Thư viện xanh")
    assert {school_id for (school_id,) in rows.tuples()} == {None, successor.id}
    assert cast("hm2.hieutruong").get(f"/professional-development/sessions/{session.id}").status_code == 200


def test_a_partner_that_merged_is_still_invited(make_session, merge, school):
    session = make_session()
    merge(GUEST, "01281402")
    assert Session.get_by_id(session.id).partner_id == school("01281402").id


def test_two_partners_that_become_one_hold_it_alone(make_session, merge, pair, school):
    session = make_session()
    # As if they were of one district: only such schools merge.
    Pairing.update(second_school=school(OTHER), second_district=school(OTHER).district_id).where(
        Pairing.id == pair.id
    ).execute()
    Session.update(partner=school(OTHER)).where(Session.id == session.id).execute()
    merge()
    alone = Session.get_by_id(session.id)
    assert (alone.partner_id, alone.pairing_id, alone.audience) == (None, None, OWN_SCHOOL)


def test_under_a_pair_that_both_had_it_goes_on_under_the_successors(make_session, merge, pair, school):
    theirs = Pairing.create(
        programme=pair.programme_id,
        first_school=school(OTHER),
        first_district=school(OTHER).district_id,
        second_school=pair.second_school_id,
        second_district=pair.second_district_id,
        state=ACTIVE,
    )
    session = make_session()
    merge()
    again = Session.get_by_id(session.id)
    assert (again.pairing_id, again.partner_id) == (theirs.id, pair.second_school_id)


def test_periods_wait_for_the_successors_head(app, person, make_session, attended, merge):
    session = attended(make_session(), ["hm.giaovien", "hm2.giaovien"], state="closed")
    Registration.update(credit=PROPOSED, periods=2).where(Registration.session == session).execute()
    with app.app_context():
        refresh_confirmations(session)
    old, successor = merge()
    rows = Waiting.select().where(Waiting.url == "/professional-development/credits")
    assert [row.school_id for row in rows if row.title.startswith(session.title)] == [successor.id]
    assert not Registration.select().where(Registration.school == old, Registration.session == session).exists()


# --- splitting ---


def test_what_is_chosen_goes_with_the_pair(app, make_session, written, pair, split_off):
    session, (practice, study, asked) = make_session(), written(pairing=pair)
    with app.app_context():
        kinds = dict(counted(session.school))
    assert {"Buổi sinh hoạt chuyên môn", "Mô hình hay", "Nghiên cứu bài học", "Khó khăn, vướng mắc"} <= kinds.keys()
    work = [f"session:{session.id}", f"practice:{practice.id}", f"study:{study.id}", f"difficulty:{asked.id}"]
    _old, new = split_off("hm.hieutruong", pairs=[pair.id], work=[f"professional_development:{key}" for key in work])
    assert schools_of(session, practice, study, asked) == {new.id}
    moved = Session.get_by_id(session.id)
    assert (moved.pairing_id, moved.partner_id) == (pair.id, pair.second_school_id)


def test_a_session_apart_from_its_pair_is_held_alone(make_session, pair, split_off):
    stays, goes = make_session(), make_session()
    _old, new = split_off("hm.hieutruong", work=[f"professional_development:session:{goes.id}"])
    alone = Session.get_by_id(goes.id)
    assert (alone.school_id, alone.pairing_id, alone.partner_id, alone.audience) == (new.id, None, None, OWN_SCHOOL)
    assert Session.get_by_id(stays.id).pairing_id == pair.id


def test_a_pair_that_went_over_leaves_the_old_schools_sessions(app, make_session, pair, split_off):
    session, held = make_session(), make_session(state="held")
    split_off("hm.hieutruong", pairs=[pair.id])
    alone = Session.get_by_id(session.id)
    assert (alone.pairing_id, alone.partner_id) == (None, None)
    assert Session.get_by_id(held.id).pairing_id == pair.id


def test_places_go_with_people_and_the_partner_meets_the_new_school(make_session, attended, pair, split_off):
    theirs = make_session()
    Session.update(school=pair.second_school_id, partner=pair.first_school_id).where(Session.id == theirs.id).execute()
    theirs = attended(Session.get_by_id(theirs.id), ["hm.giaovien", "hm.dieuphoi"], state="open")
    old, new = split_off("hm.hieutruong", people=["hm.giaovien"], pairs=[pair.id])
    assert Session.get_by_id(theirs.id).partner_id == new.id
    places = Registration.select(Registration.school).where(Registration.session == theirs).order_by(Registration.turn)
    assert [school_id for (school_id,) in places.tuples()] == [new.id, old.id]
