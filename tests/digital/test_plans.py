"""What is missing becomes a step with somebody who sees to it and a day; with a partner, the pair's ledger knows."""

from datetime import timedelta

import pytest

from intranet.kernel.clock import today
from intranet.registry.activities import Activity
from intranet.registry.people import Person
from intranet.registry.schools import School
from intranet.registry.twinning import Pairing
from intranet.shared.waiting import Waiting
from plugins.digital import mergers, personal
from plugins.digital.models import Assessment, Improvement
from plugins.digital.plans import telling


def text(browser, address):
    return browser.soup(address).find("main").get_text(" ", strip=True)


def person(username):
    return Person.get(Person.username == username)


@pytest.fixture
def planned(cast, make_assessment):
    """``planned(pairing=…)``: a step about criterion 1.4, of hm.giaovien."""

    def make(**values):
        made = make_assessment(scores={"1.4": 3})
        given = {"title": "Số hóa 40 học liệu", "responsible": str(person("hm.giaovien").id)}
        given |= {"due_on": f"{today() + timedelta(days=20):%d/%m/%Y}", **values}
        answer = cast("hm.hieutruong").submit(f"/digital/assessments/{made.id}/plan/1.4", "improvement", given)
        assert answer.location == f"/digital/assessments/{made.id}"
        return Improvement.get(Improvement.assessment == made)

    return make


def test_a_step_waits_for_who_is_responsible_until_its_day(cast, planned):
    step = planned()
    row = Waiting.get(Waiting.subject_type == "digital_improvement", Waiting.subject_id == step.id)
    assert (row.person_id, row.due_on) == (person("hm.giaovien").id, today() + timedelta(days=20))
    assert "Số hóa 40 học liệu" in text(cast("hm.giaovien"), "/")
    assert "Số hóa 40 học liệu" in text(cast("hm.hieutruong"), f"/digital/assessments/{step.assessment_id}")


def test_somebody_else_takes_over(cast, planned):
    step = planned()
    given = {"responsible": str(person("hm.dieuphoi").id)}
    assert (
        cast("hm.hieutruong").submit(f"/digital/improvements/{step.id}/edit", "improvement", given).status_code == 303
    )
    rows = Waiting.select().where(Waiting.subject_type == "digital_improvement", Waiting.subject_id == step.id)
    assert [row.person_id for row in rows] == [person("hm.dieuphoi").id]


def test_nobody_from_elsewhere_is_responsible(cast, make_assessment):
    made = make_assessment(scores={})
    given = {"responsible": str(person("uh.giaovien").id), "due_on": f"{today():%d/%m/%Y}"}
    answer = cast("hm.hieutruong").submit(f"/digital/assessments/{made.id}/plan/1.4", "improvement", given)
    assert (answer.status_code, Improvement.select().where(Improvement.assessment == made).count()) == (422, 0)


def test_done_with_the_partner_school_it_stands_in_the_ledger_until_it_is_reopened(cast, planned):
    page, step = cast("hm.hieutruong"), planned()
    options = page.soup(f"/digital/improvements/{step.id}/edit").select("select[name=pairing] option")
    pair = next(option["value"] for option in options if option["value"] != "0")
    page.submit(f"/digital/improvements/{step.id}/edit", "improvement", {"pairing": pair})
    teacher, home = cast("hm.giaovien"), f"/digital/improvements/{step.id}"
    assert teacher.submit(home, "step", verb="finish").status_code == 303
    entry = Activity.get(Activity.module == "digital", Activity.source_key == f"improvement-{step.id}")
    assert (entry.pairing_id, entry.on, entry.void_at) == (int(pair), today(), None)
    pairing = Pairing.get_by_id(int(pair))
    for of in (pairing, None):
        sections = telling.report_sections(pairing.programme, of, pairing.first_district, today(), today())
        assert [section.tables[0].rows[0][2] for section in sections] == ["Số hóa 40 học liệu"]
    assert teacher.submit(home, "step", verb="reopen").status_code == 303
    assert list(telling.report_sections(pairing.programme, pairing, None, today(), today())) == []
    assert Activity.get_by_id(entry.id).void_at is not None
    assert Improvement.get_by_id(step.id).done_on is None


def test_alone_it_is_nobodys_ledger(cast, planned):
    step = planned()
    cast("hm.giaovien").submit(f"/digital/improvements/{step.id}", "step", verb="finish")
    assert (
        not Activity.select()
        .where(Activity.source_key == f"improvement-{step.id}", Activity.module == "digital")
        .exists()
    )
    assert Improvement.get_by_id(step.id).done_on == today()


@pytest.mark.parametrize(("username", "status"), [("hm.giaovien", 200), ("hm.chuyenvien", 200), ("uh.hieutruong", 404)])
def test_who_sees_a_step(cast, planned, username, status):
    assert cast(username).get(f"/digital/improvements/{planned().id}").status_code == status


def test_a_merged_school_hands_over_its_steps_and_answers_no_more(app, planned):
    step = planned()
    assessment, school = step.assessment, step.school
    successor = School.select().where(School.district == school.district, School.id != school.id).first()
    with app.app_context():
        mergers.take_over(school, successor)
    assert Improvement.get_by_id(step.id).school_id == successor.id
    assert Assessment.get_by_id(assessment.id).state == "set_aside"


def test_who_is_responsible_finds_it_among_the_own_data(app, planned):
    step = planned()
    with app.app_context():
        found = personal.known_of(person("hm.giaovien"))["Việc cải tiến chuyển đổi số"]
    assert found[-1] == {"Việc": "Số hóa 40 học liệu", "Hạn": step.due_on, "Xong ngày": None}
