"""A round by decision 4725: a school scores itself, the principal confirms, the office checks, approves, publishes."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from PIL import Image

from intranet.checklists.rules import save_pack
from intranet.kernel import checklists
from intranet.kernel.checklist_bodies import plain, read
from intranet.kernel.clock import today
from intranet.shared import office_rounds
from intranet.shared.audit import AuditEntry
from intranet.shared.checklists import ChecklistPack
from intranet.shared.waiting import Waiting
from plugins.digital.assessments import queries, telling
from plugins.digital.models import Assessment, Score

HOME = "/digital/assessments"


def pack():
    return ChecklistPack.get(ChecklistPack.key == "decision-4725")


def text(browser, address):
    return browser.soup(address).find("main").get_text(" ", strip=True)


def test_the_shipped_pack_warns_of_the_group_that_does_not_sum_to_100(cast, make_round):
    found = pack().checklist
    assert {group.code: group.reachable for group in found.groups} == {"1": 100, "2": 90}
    opened = make_round()
    for address in ("/digital/rounds/new", f"/digital/rounds/{opened.id}"):
        assert "Nhóm 2 cộng được 90 điểm, văn bản ghi 100." in text(cast("hm.chuyenvien"), address)


def test_an_office_opens_a_round_and_its_schools_stand_on_the_board(cast):
    office = cast("hm.chuyenvien")
    given = {"title": "Đánh giá 2027", "due_on": f"{today() + timedelta(days=40):%d/%m/%Y}"}
    assert office.submit("/digital/rounds/new", "round", given | {"due_on": "01/01/2020"}).status_code == 422
    answer = office.submit("/digital/rounds/new", "round", given)
    assert answer.status_code == 303
    assert "Chưa bắt đầu" in text(office, answer.location)
    assert "Đánh giá 2027" in text(cast("hm.hieutruong"), "/digital/")
    assert cast("uh.hieutruong").get(answer.location).status_code == 404


def test_a_school_scores_hands_in_and_its_principal_confirms(cast, make_round):
    opened, coordinator = make_round(), cast("hm.dieuphoi")
    home = coordinator.submit(f"/digital/rounds/{opened.id}", "begin").location
    made = Assessment.get(Assessment.round == opened)
    assert Waiting.select().where(Waiting.subject_type == "digital_assessment", Waiting.subject_id == made.id).exists()
    for group in made.pack.checklist.groups:
        given = {f"own-{item.code}": checklists.show_number(item.maximum) for item in group.items}
        assert coordinator.submit(f"{home}/sections/{group.code}", "section", given).status_code == 303
    assert Assessment.get_by_id(made.id).own_level == 3
    assert coordinator.submit(home, "step", verb="hand_in").status_code == 303
    assert coordinator.soup(home).select('[data-form="step"]') == []
    assert cast("hm.hieutruong").submit(home, "step", verb="confirm").status_code == 303
    assert Assessment.get_by_id(made.id).state == "submitted"


def test_it_waits_until_the_day_of_the_round(make_assessment, make_round):
    opened = make_round(due_on=today() + timedelta(days=9))
    made = make_assessment(opened=opened)
    assert {
        row.due_on
        for row in Waiting.select().where(Waiting.subject_id == made.id, Waiting.subject_type == "digital_assessment")
    } == {today() + timedelta(days=9)}


@pytest.mark.parametrize(("value", "status"), [("6", 303), ("2,5", 303), ("6,5", 422), ("-1", 422), ("x", 422)])
def test_no_more_points_than_the_criterion_gives(cast, make_assessment, value, status):
    made = make_assessment()
    answer = cast("hm.dieuphoi").submit(f"{HOME}/{made.id}/sections/1", "section", {"own-1.3.1": value})
    assert answer.status_code == status
    assert ("Mục 1.3.1: hãy nhập từ 0 đến 6." in answer.text) == (value == "6,5")


@pytest.mark.parametrize(
    ("scores", "level", "missing"),
    [
        # 60 of each group: 16 more are needed for more than 75, the cheapest criteria first.
        ({"1.4": 0, "1.5.1": 0, "1.5.2": 0, "1.7.3": 0, "1.7.2": 2}, 2, ["1.5.2", "1.7.2", "1.7.3", "1.4"]),
        ({"2.1": 0}, 1, ["2.1"]),
        ({}, 3, []),
    ],
)
def test_what_is_missing_for_the_next_level_stands_cheapest_first(cast, make_assessment, scores, level, missing):
    made = make_assessment(scores=scores)
    assert made.own_level == level
    panel = cast("hm.hieutruong").soup(f"{HOME}/{made.id}").find("section", {"data-panel": "digital.missing"})
    assert [line.text.split(". ")[0] for line in panel.select("li")] == missing


def test_the_year_before_stands_beside(app, cast, make_assessment, make_round):
    before = make_assessment("published", {"1.4": 3}, make_round(school_year="2020-2021"))
    now = make_assessment()
    assert now.id != before.id
    browser = cast("hm.hieutruong")
    assert "Lần trước: 3/10" in text(browser, f"{HOME}/{now.id}/sections/1")
    row = browser.soup(f"{HOME}/{now.id}").find("td", {"data-label": "Năm trước"})
    assert row.text == "93"


def test_the_office_checks_beside_the_school_and_says_why_it_differs(cast, make_assessment):
    made = make_assessment("submitted")
    office, home = cast("hm.chuyenvien"), f"{HOME}/{made.id}"
    assert "Duyệt kết quả: Thầy/cô chấm kiểm tra các tiêu chí trước." in text(office, home)
    silent = office.submit(f"{home}/check", "check", {"checked-1.4": "4"})
    assert (silent.status_code, "Mục 1.4: kết quả kiểm tra khác trường tự chấm" in silent.text) == (422, True)
    office.submit(f"{home}/check", "check", {"checked-1.4": "4", "reason-1.4": "Chỉ thấy 40 học liệu"})
    assert "trường chấm 10, phòng chấm 4 Chỉ thấy 40 học liệu" in text(cast("hm.hieutruong"), home)
    assert office.submit(home, "step", verb="approve").status_code == 303
    assert Assessment.get_by_id(made.id).state == "approved"


def test_two_who_check_at_once_lose_nothing(cast, make_assessment):
    made = make_assessment("submitted")
    office, address = cast("hm.chuyenvien"), f"{HOME}/{made.id}/check"
    first = {"checked-1.4": "4", "reason-1.4": "Bốn mươi học liệu"}
    other = {"checked-1.7.3": "0", "reason-1.7.3": "Chưa có phòng"}
    office.submit(address, "check")
    page = office.soup(address)
    assert office.submit(address, "check", first).status_code == 303
    # Both forms were made from the version before.
    version = page.find("input", {"name": "version"})["value"]
    assert office.submit(address, "check", {**other, "version": version}).status_code == 303
    same = office.submit(address, "check", {"checked-1.4": "7", "reason-1.4": "Bảy mươi", "version": version})
    assert (same.status_code, "Bảy mươi" in same.text) == (409, True)
    kept = dict(Score.select(Score.item, Score.reason).where(Score.assessment == made, Score.reason != "").tuples())
    assert kept == {"1.4": "Bốn mươi học liệu", "1.7.3": "Chưa có phòng"}


def test_two_who_check_first_collide_only_where_both_said_something(cast, make_assessment):
    made = make_assessment("submitted")
    office, address = cast("hm.chuyenvien"), f"{HOME}/{made.id}/check"
    version = office.soup(address).find("input", {"name": "version"})["value"]
    assert office.submit(address, "check", {"checked-1.4": "4", "reason-1.4": "Bốn mươi"}).status_code == 303

    def second(**scores):
        """What a form sends that was opened before anybody had checked: the school's word where nothing was changed."""
        own = dict(Score.select(Score.item, Score.own).where(Score.assessment == made).tuples())
        begun = {f"checked-{code}": f"{score:.2f}" for code, score in own.items() if code != "1.7.3"}
        return {**begun, "reason-1.4": "", **scores, "version": version}

    kept = second(**{"checked-1.7.3": "0", "reason-1.7.3": "Chưa có phòng"})
    assert office.submit(address, "check", kept).status_code == 303
    found = dict(Score.select(Score.item, Score.checked).where(Score.assessment == made).tuples())
    assert (found["1.4"], found["1.7.3"]) == (4, 0)
    assert office.submit(address, "check", second(**{"checked-1.4": "7", "reason-1.4": "Bảy"})).status_code == 409


def test_returned_it_is_corrected_without_a_reason_of_the_office(cast, make_assessment):
    made = make_assessment("submitted")
    office, school, home = cast("hm.chuyenvien"), cast("hm.hieutruong"), f"{HOME}/{made.id}"
    office.submit(f"{home}/check", "check", {})
    office.submit(f"/steps/digital_assessment/{made.id}/send_back", "step", {"reason": "Thiếu minh chứng mục 1.4"})
    assert "Thiếu minh chứng mục 1.4" in text(school, home)
    assert school.submit(f"{home}/sections/1", "section", {"own-1.4": "5"}).status_code == 303
    school.submit(home, "step", verb="hand_in")
    school.submit(home, "step", verb="confirm")
    assert "Duyệt kết quả: Thầy/cô chấm kiểm tra các tiêu chí trước." in text(office, home)


def test_published_by_the_office_every_school_of_the_district_reads_the_level(cast, make_assessment):
    made = make_assessment("approved")
    board = f"/digital/rounds/{made.round_id}"
    assert "Kết quả đã công bố" not in text(cast("hm2.hieutruong"), board)
    assert cast("hm.chuyenvien").submit(board, "publish").status_code == 303
    assert Assessment.get_by_id(made.id).published_on == today()
    assert "Mức 3" in text(cast("hm2.hieutruong"), board)
    assert cast("hm2.hieutruong").get(f"{HOME}/{made.id}").status_code == 404


@pytest.mark.parametrize("state", ["submitted", "approved", "published"])
def test_evidence_stays_once_it_was_handed_in(cast, make_assessment, state):
    made = make_assessment(scores={})
    line = Score.get(Score.assessment == made, Score.item == "1.4")
    body = BytesIO()
    Image.new("RGB", (60, 40), "blue").save(body, "JPEG")
    school, files = cast("hm.dieuphoi"), f"/files/digital_score/{line.id}"
    school.submit(files, "files", {"files": (BytesIO(body.getvalue()), "hoc-lieu.jpg")})
    page = school.soup(files)
    remove = next(form for form in page.select("form") if "/remove" in form["action"] or "/delete" in form["action"])
    Assessment.update(state=state).where(Assessment.id == made.id).execute()
    fields = {field["name"]: field.get("value", "") for field in remove.select("input[name]")}
    assert school.post(remove["action"], data=fields).status_code == 403
    assert "hoc-lieu.jpg" in text(cast("hm.chuyenvien"), files)
    assert school.soup(files).select('form[data-form="files"]') == []


def test_an_open_round_keeps_its_version_of_the_pack(app, make_assessment):
    made = make_assessment()
    with app.app_context():
        body = plain(pack().checklist)
        body["groups"] = body["groups"][:1]
        head = {"title": "Mới", "source": "", "note": "", "levels": 14, "starts_on": today(), "ends_on": None}
        save_pack(pack(), head, read(body), version=pack().version, person_id=1)
    assert (made.pack.version, len(made.pack.checklist.items), made.round.pack.version) == (2, 29, 2)


def test_practice_is_the_schools_alone(app, cast):
    school = cast("hm.dieuphoi")
    home = school.submit("/digital/practice", "practice").location
    made = Assessment.get_by_id(int(home.rpartition("/")[2]))
    assert school.submit(f"{home}/sections/1", "section", {"own-1.4": "7"}).status_code == 303
    line = Score.get(Score.assessment == made, Score.item == "1.4")
    assert (line.own, cast("hm.hieutruong").get(home).status_code) == (7, 200)
    # Everybody of the school finds it; to begin one is for those who assess.
    links = [link["href"] for link in cast("hm.giaovien").soup("/digital/").select("[data-panel='digital.practice'] a")]
    assert (home in links, "/digital/practice" in links) == (True, False)
    for username in ("hm.chuyenvien", "hm.lanhdao", "hm2.hieutruong", "uh.hieutruong", "admin"):
        answers = [cast(username).get(address).status_code for address in (home, f"/files/digital_score/{line.id}")]
        assert answers == [404, 404], username
    # Neither the trail of the office nor anybody's list of tasks tells of it.
    assert {
        entry.district_id
        for entry in AuditEntry.select().where(
            AuditEntry.subject_type == "digital_assessment", AuditEntry.subject_id == made.id
        )
    } == {None}
    assert (
        not Waiting.select().where(Waiting.subject_type == "digital_assessment", Waiting.subject_id == made.id).exists()
    )
    school.submit(f"/steps/digital_assessment/{made.id}/hand_in", "step")
    assert Assessment.get_by_id(made.id).state == "draft"


@pytest.mark.parametrize(
    ("username", "status"),
    [
        *(("hm.hieutruong", 200), ("hm.giaovien", 200), ("hm.lanhdao", 200), ("hm.chuyenvien", 200)),
        *(("hm2.hieutruong", 404), ("uh.hieutruong", 404), ("uh.chuyenvien", 404)),
    ],
)
def test_who_sees_an_assessment(cast, make_assessment, username, status):
    made = make_assessment()
    pages = {cast(username).get(f"{HOME}/{made.id}{page}").status_code for page in ("", "/sections/1")}
    assert pages == {status}


def test_only_the_school_scores_and_only_the_office_checks(cast, make_assessment):
    made = make_assessment("submitted")
    assert cast("hm.hieutruong").get(f"{HOME}/{made.id}/check").status_code == 403
    assert cast("hm.giaovien").get(f"{HOME}/{made.id}/plan/1.4").status_code == 403
    assert cast("hm.hieutruong").get("/digital/rounds/new").status_code == 403


def test_schools_that_have_sent_nothing_are_reminded(app, make_assessment, make_round):
    opened = make_round(due_on=today() + timedelta(days=3))
    made = make_assessment("submitted", {}, opened)
    with app.app_context():
        asked = {id_ for (id_,) in office_rounds.schools_asked(opened).tuples()}
        assert {id_ for (id_,) in queries.unsent(opened).tuples()} == asked - {made.school_id}
        assert list(telling.remind(opened.district, today())) == [f"round {opened.id} is due in three days"]


@pytest.mark.parametrize("level", [Decimal(0), Decimal(1)])
def test_a_compulsory_criterion_holds_its_group_back(make_assessment, level):
    assert make_assessment(scores={"1.1": level}).own_level == (3 if level else 1)
