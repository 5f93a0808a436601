"""Who may give which role, and whose record and work somebody may change."""

import pytest

from intranet.people.authority import Post, may_change_work, may_edit, may_give
from intranet.people.profile import work_of
from intranet.registry.districts import District
from intranet.registry.people import (
    ADMINISTRATOR,
    COORDINATOR,
    LEADER,
    OFFICER,
    PRINCIPAL,
    ROLE_LABELS,
    TEACHER,
    VIEWER,
    Membership,
    Person,
)
from intranet.registry.schools import School
from intranet.shared.sessions import build_actor

OWN, SECOND, ELSEWHERE = "01008508", "01008401", "01281503"
OFFICE = ""


@pytest.fixture
def acting(app):
    """``acting("hm.chuyenvien")``: that person as an actor."""

    def find(username):
        person = Person.get(Person.username == username)
        work = Membership.get_or_none(Membership.person == person)
        place = {"role": None, "district_id": None, "school_id": None}
        if work is not None:
            place = {"role": work.role, "district_id": work.district_id, "school_id": work.school_id}
        return build_actor(person_id=person.id, **place)

    with app.app_context():
        yield find


def post(role, place):
    """A role in the school of a code, or in Hoàng Mai's office."""
    if place == OFFICE:
        return Post(role, District.get(District.code == "HM").id)
    school = School.get(School.code == place)
    return Post(role, school.district_id, school.id)


IN_DISTRICT = {PRINCIPAL, COORDINATOR, TEACHER, VIEWER}
TABLE = [
    ("admin", OWN, set(ROLE_LABELS)),
    ("admin", ELSEWHERE, set(ROLE_LABELS)),
    ("hm.lanhdao", OFFICE, {OFFICER, *IN_DISTRICT}),
    ("hm.lanhdao", OWN, {OFFICER, *IN_DISTRICT}),
    ("hm.lanhdao", ELSEWHERE, set()),
    ("hm.chuyenvien", OFFICE, IN_DISTRICT),
    ("hm.chuyenvien", SECOND, IN_DISTRICT),
    ("hm.chuyenvien", ELSEWHERE, set()),
    ("hm.hieutruong", OWN, {COORDINATOR, TEACHER}),
    ("hm.hieutruong", SECOND, set()),
    ("hm.hieutruong", OFFICE, set()),
    ("hm.dieuphoi", OWN, set()),
    ("hm.giaovien", OWN, set()),
    ("hm.xem", OFFICE, set()),
    ("hm.moi", OFFICE, set()),
]


@pytest.mark.parametrize(("username", "place", "roles"), TABLE)
def test_who_gives_which_role_where(acting, username, place, roles):
    actor = acting(username)
    assert {role for role in ROLE_LABELS if may_give(actor, post(role, place))} == roles


RECORDS = [
    ("admin", {"admin", "hm.lanhdao", "hm.chuyenvien", "hm.hieutruong", "hm.giaovien", "hm.moi", "uh.giaovien"}),
    ("hm.lanhdao", {"hm.lanhdao", "hm.chuyenvien", "hm.hieutruong", "hm.giaovien", "hm.moi"}),
    ("hm.chuyenvien", {"hm.chuyenvien", "hm.hieutruong", "hm.giaovien", "hm.moi"}),
    ("hm.hieutruong", {"hm.hieutruong", "hm.giaovien"}),
    ("hm2.hieutruong", set()),
    ("hm.dieuphoi", set()),
    ("hm.giaovien", set()),
]
WORK = [
    ("admin", {"hm.lanhdao", "hm.chuyenvien", "hm.hieutruong", "hm.giaovien", "hm.moi", "uh.giaovien"}),
    ("hm.lanhdao", {"hm.chuyenvien", "hm.hieutruong", "hm.giaovien", "hm.moi"}),
    ("hm.chuyenvien", {"hm.hieutruong", "hm.giaovien", "hm.moi"}),
    ("hm.hieutruong", {"hm.giaovien"}),
    ("hm2.hieutruong", set()),
    ("hm.giaovien", set()),
]


def allowed(question, actor):
    people = Person.select().where(Person.username.in_(sorted(RECORDS[0][1])))
    return {person.username for person in people if question(actor, person, work_of(person.id))}


@pytest.fixture
def placed(acting):
    """Everybody's own school, as the rules keep it."""
    for work in Membership.select():
        Person.update(school=work.school_id).where(Person.id == work.person_id).execute()


@pytest.mark.parametrize(("username", "people"), RECORDS)
def test_whose_record_each_role_edits(acting, placed, username, people):
    assert allowed(may_edit, acting(username)) == people


@pytest.mark.parametrize(("username", "people"), WORK)
def test_whose_work_each_role_changes_never_the_own(acting, placed, username, people):
    assert allowed(may_change_work, acting(username)) == people


def test_a_second_role_above_protects_the_record(acting, placed):
    teacher = Person.get(Person.username == "hm.giaovien")
    Membership.create(person=teacher, role=OFFICER, district=teacher.district_id)
    assert not may_edit(acting("hm.hieutruong"), teacher, work_of(teacher.id))
    assert may_edit(acting("hm.chuyenvien"), teacher, work_of(teacher.id))
    assert not may_change_work(acting("hm.chuyenvien"), teacher, work_of(teacher.id))


@pytest.mark.parametrize("role", [LEADER, ADMINISTRATOR])
def test_work_that_is_over_protects_nobody(acting, placed, role):
    teacher = Person.get(Person.username == "hm.giaovien")
    former = Membership.create(person=teacher, role=role, district=teacher.district_id)
    assert not may_edit(acting("hm.chuyenvien"), teacher, work_of(teacher.id))
    Membership.update(ends_on="2020-01-01").where(Membership.id == former.id).execute()
    assert may_change_work(acting("hm.chuyenvien"), teacher, work_of(teacher.id))
