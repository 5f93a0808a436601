"""What happened to a record, how it is taken back, and the trash."""

import re
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

import intranet
from intranet.history.labels import ACTION_LABELS
from intranet.kernel import clock
from intranet.people import rules as people_rules
from intranet.people.authority import Post
from intranet.registry.people import Person
from intranet.registry.schools import School, SchoolYearFigures
from intranet.schools import life_cycle
from intranet.shared import audit
from intranet.testing import form_values

ACT = re.compile(r'"((?:school|person|membership|function)\.[a-z]+)"')


@pytest.fixture
def school(app):
    return School.get(School.code == "01008508")


@contextmanager
def days_ago(days):
    """What is done within was done then."""
    clock.set_now(clock.now() - timedelta(days=days))
    try:
        yield
    finally:
        clock.set_now(None)


def acts(page):
    return [item.b.text for item in page.select(".timeline li")]


def edit(browser, school, **fields):
    done = browser.submit(f"/schools/{school.id}/edit", "school", fields)
    assert done.status_code == 303


def test_every_change_of_a_record_is_shown_with_who_and_what(cast, school):
    edit(cast("hm.hieutruong"), school, address="Ngõ 1")
    page = cast("hm.chuyenvien").soup(f"/history/school/{school.id}")
    first = page.select(".timeline li")[0]
    assert acts(page)[0] == "Sửa hồ sơ"
    assert "Đặng Minh Vinh" in first.text
    assert [line.text for line in first.select(".small p")] == ["Địa chỉ: Ngõ 1"]


def test_a_change_is_taken_back_and_that_is_a_change_too(cast, school):
    before = school.address
    edit(cast("hm.hieutruong"), school, address="Ngõ 1")
    officer = cast("hm.chuyenvien")
    officer.submit(f"/history/school/{school.id}", "undo")
    assert School.get_by_id(school.id).address == before
    assert acts(officer.soup(f"/history/school/{school.id}"))[:2] == ["Hoàn tác", "Sửa hồ sơ"]


def test_what_somebody_changed_again_is_not_taken_back(cast, school):
    officer = cast("hm.chuyenvien")
    edit(officer, school, address="Ngõ 1")
    edit(officer, school, address="Ngõ 2")
    form = officer.soup(f"/history/school/{school.id}").find_all("form", {"data-form": "undo"})[1]
    officer.post(form["action"], data=form_values(form))
    assert School.get_by_id(school.id).address == "Ngõ 2"
    assert "Không hoàn tác được" in officer.get(f"/history/school/{school.id}").text


def test_after_thirty_days_there_is_nothing_to_press(cast, school):
    officer = cast("hm.chuyenvien")
    with days_ago(31):
        edit(officer, school, address="Ngõ 1")
    page = officer.soup(f"/history/school/{school.id}")
    assert page.find("form", {"data-form": "undo"}) is None


def test_figures_are_taken_back_too(app, cast, school):
    officer = cast("hm.chuyenvien")
    year = "2025-2026"
    officer.submit(f"/schools/{school.id}/figures/{year}", "figures", {"pupils": "700"})
    officer.submit(f"/history/school/{school.id}", "undo")
    row = SchoolYearFigures.get(SchoolYearFigures.school == school, SchoolYearFigures.school_year == year)
    assert row.pupils is None


@pytest.mark.parametrize(
    ("username", "status"),
    [
        ("hm.chuyenvien", 200),
        ("hm.lanhdao", 200),
        ("hm.hieutruong", 200),
        ("hm.dieuphoi", 200),
        ("hm.giaovien", 403),
        ("hm.xem", 403),
        ("hm2.hieutruong", 403),
        ("uh.chuyenvien", 403),
        ("uh.hieutruong", 403),
    ],
)
def test_history_is_for_those_who_answer_for_the_record(cast, school, username, status):
    assert cast(username).get(f"/history/school/{school.id}").status_code == status


def test_a_change_of_many_is_taken_back_in_one_go(app, cast):
    officer = cast("hm.chuyenvien")
    with app.app_context():
        schools = list(School.select().where(School.code.in_(["01008401", "01008402"])).order_by(School.code))
        with audit.in_batch("import-77"):
            life_cycle.change_schools([s.id for s in schools], {"difficult_area": True}, person_id=None)
        edit(officer, schools[1], address="Ngõ 5")
    page = officer.soup("/history/batch/import-77")
    assert [cell.text for cell in page.select("[data-panel='history.batch'] tbody tr > *")] == ["Sửa hàng loạt", "2"]
    officer.submit("/history/batch/import-77", "undo")
    assert [School.get_by_id(s.id).difficult_area for s in schools] == [False, False]
    assert School.get_by_id(schools[1].id).address == "Ngõ 5"


@pytest.mark.parametrize("username", ["uh.chuyenvien", "hm.lanhdao", "hm.giaovien"])
def test_a_batch_is_the_business_of_its_office(app, cast, username):
    entry = audit.AuditEntry.select().where(audit.AuditEntry.request_id == "demo").order_by(audit.AuditEntry.id).first()
    assert cast(username).get(f"/history/batch/{entry.request_id}").status_code in (403, 404)


# --- the trash ---


@pytest.fixture
def mistake(app, cast):
    """A school that somebody added by mistake and threw away."""
    officer = cast("hm.chuyenvien")
    officer.submit("/schools/new", "school", {"name": "Trường THCS Nhầm", "levels": ["4"], "code": "99"})
    made = School.get(School.code == "99")
    life_cycle.delete_school(made, person_id=None)
    return made


def test_what_was_thrown_away_is_nowhere_but_in_the_trash(cast, mistake):
    officer = cast("hm.chuyenvien")
    assert officer.get(f"/schools/{mistake.id}").status_code == 404
    assert "Trường THCS Nhầm" not in officer.get("/schools?q=nhầm").text.replace('value="nhầm"', "")
    assert [row.th.text for row in officer.soup("/trash").select("tbody tr")] == ["Trường THCS Nhầm"]


def test_the_trash_gives_back(cast, mistake):
    officer = cast("hm.chuyenvien")
    done = officer.submit("/trash", "restore")
    assert done.headers["Location"] == f"/schools/{mistake.id}"
    assert officer.get(f"/schools/{mistake.id}").status_code == 200
    assert officer.soup("/trash").select("tbody tr") == []


def test_the_trash_is_each_offices_own(cast, mistake):
    assert cast("uh.chuyenvien").soup("/trash").select("tbody tr") == []
    assert cast("uh.chuyenvien").post(f"/trash/school/{mistake.id}").status_code in (400, 404)
    assert cast("hm.giaovien").get("/trash").status_code == 403


def test_after_thirty_days_the_trash_is_empty(cast, mistake):
    School.update(deleted_at=clock.now() - timedelta(days=31)).where(School.id == mistake.id).execute()
    assert cast("hm.chuyenvien").soup("/trash").select("tbody tr") == []


def test_what_was_added_by_a_batch_goes_to_the_trash_with_it(app, cast):
    with app.app_context(), audit.in_batch("import-78"):
        made = School(district=School.get(School.code == "01008508").district_id, name="Trường Lạ", levels=4)
        made.set_keys("")
        made.save()
        audit.record("school.import", made, person_id=None, changes={"name": (None, made.name)})
    officer = cast("hm.chuyenvien")
    officer.submit("/history/batch/import-78", "undo")
    assert School.get_by_id(made.id).deleted_at is not None


# --- people ---


def test_a_persons_history_tells_of_work_too_and_the_profile_goes_back(cast):
    known = Person.get(Person.username == "hm.giaovien")
    officer = cast("hm.chuyenvien")
    officer.submit(f"/people/{known.id}/edit", "person", {"email": "moi@truong.edu.vn"})
    officer.submit(f"/people/{known.id}/leave", "leave", {"kind": "birth"})
    page = officer.soup(f"/history/person/{known.id}")
    assert acts(page)[:2] == ["Nghỉ", "Sửa hồ sơ"]
    officer.submit(f"/history/person/{known.id}", "undo")
    assert Person.get_by_id(known.id).email == known.email


@pytest.mark.parametrize(
    ("username", "shown"), [("hm.chuyenvien", True), ("hm.hieutruong", True), ("hm.dieuphoi", False)]
)
def test_a_birth_date_in_the_history_is_for_those_who_keep_the_record(cast, username, shown):
    known = Person.get(Person.username == "hm.giaovien")
    cast("hm.chuyenvien").submit(f"/people/{known.id}/edit", "person", {"birth_date": "05/09/1981"})
    page = cast(username).soup(f"/history/person/{known.id}")
    assert ("05/09/1981" in page.text, "Ngày sinh" in page.text) == (shown, True)


def test_a_person_comes_out_of_the_trash_with_the_work(app, cast):
    school_id = School.get(School.code == "01008508").id
    officer = cast("hm.chuyenvien")
    with app.app_context():
        post = Post("teacher", School.get_by_id(school_id).district_id, school_id)
        made = people_rules.create_person(
            post.district_id, {"name": "Lý Văn Nhầm"}, post, starts_on=clock.today(), person_id=None
        )
        people_rules.delete_person(made, person_id=None)
    assert officer.get(f"/people/{made.id}").status_code == 404
    done = officer.submit("/trash", "restore")
    assert done.headers["Location"] == f"/people/{made.id}"
    assert "Trường THCS Yên Sở" in officer.soup(f"/people/{made.id}").find("main").text


def test_every_act_that_is_recorded_has_a_name():
    """Whatever the rules of schools and people write into the trail can be read there."""
    source = Path(intranet.__file__).parent
    files = [path for room in ("schools", "people") for path in (source / room).glob("*.py")]
    found = {act for path in files for act in ACT.findall(path.read_text(encoding="utf-8"))}
    assert found - set(ACTION_LABELS) == set()
    assert len(found) > 20
