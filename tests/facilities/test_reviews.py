"""A round is opened, filled in section by section, sent, returned, locked; what is missing becomes a need."""

import json
import tomllib
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from PIL import Image

from intranet.kernel.clock import today
from intranet.registry.people import Person
from intranet.registry.schools import School, SchoolYearFigures
from intranet.schools.life_cycle import merge_school
from intranet.shared import office_rounds
from intranet.shared.access import Actor
from intranet.shared.attachments import Attachment
from intranet.shared.checklists import ChecklistPack
from intranet.shared.modules import do_daily
from intranet.shared.notices import Notice
from intranet.shared.steps import take
from intranet.shared.waiting import Waiting
from plugins.facilities.models import Need, PresentState, Review, ReviewLine, Round
from plugins.facilities.reviews import queries, rules

TABLE = tomllib.loads((Path(__file__).parents[2] / "docs" / "access.toml").read_text(encoding="utf-8"))["facilities"]
RELATIONS = [
    ("hm.giaovien", "own_school"),
    ("hm.chuyenvien", "office"),
    ("hm.xem", "office"),
    ("hm2.hieutruong", "own_district"),
    ("uh.hieutruong", "partner"),
    ("uh.chuyenvien", "programme"),
]
ROUND = {"title": "Rà soát đầu năm học", "note": "Đếm tại chỗ, chụp ảnh chỗ hỏng."}


def pack():
    return ChecklistPack.get(ChecklistPack.key == "review-lower-secondary")


@pytest.fixture
def make_round(app, actor_of):
    """``make_round(due=30)``: hm.chuyenvien's round of the lower secondary schools."""

    def make(due=30, **values):
        with app.app_context():
            given = {**ROUND, "due_on": today() + timedelta(days=due), **values}
            return rules.open_round(actor_of("hm.chuyenvien"), pack(), given)

    return make


@pytest.fixture
def make_review(app, actor_of, make_round, person):
    """``make_review("submitted", have=3)``: the review of hm.hieutruong's school, full beyond ``draft``."""

    def make(state="draft", *, opened=None, have=10, usable=4):
        opened = opened or make_round()
        with app.app_context():
            principal, officer = actor_of("hm.hieutruong"), actor_of("hm.chuyenvien")
            review = rules.begin_review(opened, School.get_by_id(principal.school_id), principal.person_id)
            if state != "draft":
                ReviewLine.update(have=have, usable=usable, condition=4).where(ReviewLine.review == review).execute()
                take(review, "submit", principal)
            if state == "returned":
                rules.send_back(review, {"2.1": "Đếm lại phòng học"}, "", officer)
            if state == "locked":
                take(review, "lock", officer)
            return Review.get_by_id(review.id)

    return make


def text(browser, address):
    return browser.soup(address).find("main").get_text(" ", strip=True)


def test_an_office_opens_a_round_and_the_schools_of_its_level_are_told(cast, person):
    answer = cast("hm.chuyenvien").submit(
        "/facilities/rounds/new", "round", {**ROUND, "due_on": "31/12/2030", "pack": str(pack().id)}
    )
    opened = Round.select().order_by(Round.id.desc()).get()
    assert (answer.status_code, answer.location, opened.levels) == (303, f"/facilities/rounds/{opened.id}", 4)
    told = {row.person_id for row in Notice.select().where(Notice.kind == rules.ROUND_NOTICE)}
    assert {person(name).id for name in ("hm.hieutruong", "hm.dieuphoi")} <= told
    # The second school teaches another level; the other district has rounds of its own.
    assert told.isdisjoint({person(name).id for name in ("hm.giaovien", "hm2.hieutruong", "uh.hieutruong")})


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"title": ""}, "Thầy/cô chưa nhập tên đợt."),
        ({"due_on": "01/01/2020"}, "Hạn gửi không thể trước hôm nay."),
        ({"due_on": "mai"}, "Ngày phải có dạng"),
        ({"pack": "999"}, "Hãy chọn một mục trong danh sách."),
    ],
)
def test_a_wrong_round_is_refused(cast, changes, sentence):
    given = {**ROUND, "due_on": "31/12/2030", "pack": str(pack().id), **changes}
    answer = cast("hm.chuyenvien").submit("/facilities/rounds/new", "round", given)
    assert (
        answer.status_code,
        sentence in answer.text,
        Round.select().where(Round.title == given["title"]).count(),
    ) == (422, True, 0)


@pytest.mark.parametrize("kind", ["round", "review"])
@pytest.mark.parametrize(("username", "relation"), RELATIONS)
def test_who_sees_a_round_and_a_review_is_what_the_table_grants(cast, make_review, kind, username, relation):
    review, browser = make_review(), cast(username)
    own = f"/facilities/reviews/{review.id}"
    pages = {
        "round": [f"/facilities/rounds/{review.round_id}"],
        "review": [own, f"{own}/sections/1", f"{own}/shortage", f"{own}/shortage.xlsx"],
    }
    seen = relation in TABLE[kind]["seen_by"]
    # A school sees of a round its own review, and one of another level is not asked.
    led_on = {302, 303} if kind == "round" and relation == "own_school" else set()
    asked = not (kind == "round" and username == "hm2.hieutruong")
    found = {browser.get(page).status_code for page in pages[kind]}
    assert found <= ({200} | led_on if seen and asked else {404})


def test_a_school_begins_with_its_own_figures(cast, make_round):
    opened = make_round()
    browser = cast("hm.dieuphoi")
    answer = browser.submit(f"/facilities/rounds/{opened.id}", "begin")
    review = Review.get(Review.round == opened)
    figures = SchoolYearFigures.select().where(SchoolYearFigures.school == review.school_id)
    latest = figures.order_by(SchoolYearFigures.school_year.desc()).get()
    assert (answer.location, review.classes, review.pupils) == (
        f"/facilities/reviews/{review.id}",
        latest.classes,
        latest.pupils,
    )
    required = dict(ReviewLine.select(ReviewLine.item, ReviewLine.required).where(ReviewLine.review == review).tuples())
    assert (required["1.1"], required["2.1"], required["3.6"]) == (1, -(-latest.classes * 6 // 10), 10 * latest.pupils)
    assert required["2.2"] is None
    # Beginning again leads to the same.
    assert browser.get(f"/facilities/rounds/{opened.id}").location == f"/facilities/reviews/{review.id}"


def test_a_school_of_another_level_is_not_asked(cast, make_round):
    opened = make_round()
    assert "Chưa có đợt rà soát nào" in text(cast("hm2.hieutruong"), "/facilities/rounds")
    assert cast("hm2.hieutruong").get(f"/facilities/rounds/{opened.id}").status_code == 404


def test_a_section_is_saved_as_far_as_it_is_filled_in(cast, make_review):
    review = make_review()
    page = f"/facilities/reviews/{review.id}/sections/2"
    answer = cast("hm.giaovien").submit(
        page,
        "section",
        {"have-2.1": "1.250", "usable-2.1": "20", "condition-2.1": "3", "note-2.1": "Ba phòng dột", "have-2.2": "0"},
    )
    assert (answer.status_code, answer.location) == (303, f"/facilities/reviews/{review.id}/sections/3")
    rows = {line.item: line for line in queries.lines(review.id)}
    assert rows["2.1"][4:8] == (1250, 20, 3, "Ba phòng dột")
    assert (rows["2.2"].have, rows["2.2"].usable, rows["2.3"].have) == (0, None, None)
    assert "1 trên 33 mục đã nhập" in text(cast("hm.giaovien"), f"/facilities/reviews/{review.id}")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"have-2.1": "5", "usable-2.1": "6"}, "Số dùng được không thể nhiều hơn số hiện có."),
        ({"have-2.1": "-1"}, "Hãy nhập một số nguyên."),
        ({"have-2.1": "mười"}, "Hãy nhập một số nguyên."),
        ({"have-2.1": "9999999"}, "Hãy nhập số từ 0 đến 999999."),
        ({"condition-2.1": "7"}, "Hãy chọn một mục trong danh sách."),
        ({"note-2.1": "x" * 501}, "Nội dung quá dài"),
    ],
)
def test_what_makes_no_sense_is_refused_and_stays_in_the_form(cast, make_review, changes, sentence):
    review = make_review()
    page = f"/facilities/reviews/{review.id}/sections/2"
    answer = cast("hm.giaovien").submit(page, "section", {"note-2.2": "Giữ lại", **changes})
    assert (answer.status_code, sentence in answer.text, "Giữ lại" in answer.text) == (422, True, True)
    assert Review.get_by_id(review.id).version == review.version


def test_two_people_fill_in_different_lines_at_once_and_the_same_one_in_turn(cast, make_review):
    review = make_review()
    page = f"/facilities/reviews/{review.id}/sections/2"
    first, second = cast("hm.giaovien"), cast("hm.dieuphoi")
    version = str(review.version)
    first.submit(page, "section", {"have-2.1": "12", "usable-2.1": "10"})
    stale = {"version": version, "have-2.1": "", "usable-2.1": ""}
    other = second.submit(page, "section", {**stale, "have-2.2": "1", "usable-2.2": "1"})
    same = second.submit(page, "section", {**stale, "have-2.1": "13"})
    rows = {line.item: (line.have, line.usable) for line in queries.lines(review.id)}
    assert (other.status_code, rows["2.1"], rows["2.2"]) == (303, (12, 10), (1, 1))
    assert (same.status_code, "Người khác vừa sửa bản ghi này" in same.text) == (409, True)


def test_a_review_is_sent_when_every_line_is_answered(cast, make_review):
    review = make_review()
    browser = cast("hm.hieutruong")
    assert "Còn 33 mục chưa nhập." in text(browser, f"/facilities/reviews/{review.id}")
    ReviewLine.update(have=1, usable=1).execute()
    assert browser.submit(f"/facilities/reviews/{review.id}", "step").status_code == 303
    assert Review.get_by_id(review.id).state == "submitted"
    closed = browser.post(f"/facilities/reviews/{review.id}/sections/1", data={"csrf_token": browser.csrf("/")})
    assert (closed.status_code, "Rà soát đã gửi nên không sửa được nữa." in closed.text) == (422, True)


def test_what_is_sent_goes_by_the_figures_of_the_day(make_review, app):
    review = make_review()
    SchoolYearFigures.update(classes=31).where(SchoolYearFigures.school == review.school_id).execute()
    ReviewLine.update(have=1, usable=1).execute()
    with app.app_context():
        principal = Person.get(Person.username == "hm.hieutruong")
        take(
            review,
            "submit",
            Actor(person_id=principal.id, role="principal", district_id=review.district_id, school_id=review.school_id),
        )
    assert ReviewLine.get(ReviewLine.review == review, ReviewLine.item == "2.1").required == 19


def test_remarks_go_back_with_their_lines_and_the_review_is_sent_again(cast, make_review, person):
    review = make_review("submitted")
    answer = cast("hm.chuyenvien").submit(
        f"/facilities/reviews/{review.id}/return", "return", {"remark-2.1": "Đếm lại phòng học nhà B"}
    )
    assert (answer.status_code, Review.get_by_id(review.id).state) == (303, "returned")
    school = cast("hm.dieuphoi")
    assert "1 nhận xét" in text(school, f"/facilities/reviews/{review.id}")
    assert "Phòng nhận xét: Đếm lại phòng học nhà B" in text(school, f"/facilities/reviews/{review.id}/sections/2")
    waiting = Waiting.select().where(Waiting.subject_type == "facilities_review", Waiting.subject_id == review.id)
    assert {row.school_id for row in waiting} == {review.school_id}
    school.submit(f"/facilities/reviews/{review.id}/sections/2", "section", {"have-2.1": "9", "usable-2.1": "4"})
    school.submit(f"/facilities/reviews/{review.id}", "step")
    assert Review.get_by_id(review.id).state == "submitted"


def test_a_return_without_a_remark_is_refused(cast, make_review):
    review = make_review("submitted")
    answer = cast("hm.chuyenvien").submit(f"/facilities/reviews/{review.id}/return", "return")
    assert (answer.status_code, "Thầy/cô chưa ghi nhận xét nào." in answer.text) == (422, True)


def test_a_locked_review_is_what_the_school_has(cast, make_review):
    review = make_review("locked", have=10, usable=4)
    states = {row.item: row for row in PresentState.select().where(PresentState.school == review.school_id)}
    assert (len(states), states["2.1"].have, states["2.1"].usable, states["2.1"].on) == (33, 10, 4, today())
    for username in ("hm.hieutruong", "hm.chuyenvien"):
        assert "Theo rà soát khóa ngày" in text(cast(username), f"/schools/{review.school_id}")
    for username in ("uh.hieutruong", "hm2.hieutruong"):
        assert "Theo rà soát khóa ngày" not in text(cast(username), f"/schools/{review.school_id}")


def test_the_next_round_offers_what_the_last_one_found(cast, make_review, make_round):
    make_review("locked", have=10, usable=4)
    second = make_review(opened=make_round(title="Rà soát cuối năm học"))
    page = f"/facilities/reviews/{second.id}/sections/2"
    browser = cast("hm.giaovien")
    assert "có 10, dùng được 4" in text(browser, page)
    browser.submit(page, "section", {"have-2.1": "11", "usable-2.1": "11"})
    browser.submit(page, "last")
    rows = {line.item: (line.have, line.usable) for line in queries.lines(second.id)}
    assert (rows["2.1"], rows["2.2"], rows["1.1"]) == ((11, 11), (10, 4), (None, None))


def test_a_photo_lies_on_its_line_without_what_the_camera_wrote(cast, make_review):
    review = make_review()
    line = ReviewLine.get(ReviewLine.review == review, ReviewLine.item == "2.1")
    exif = Image.Exif()
    exif[0x010F] = "Máy ảnh kín"
    body = BytesIO()
    Image.new("RGB", (300, 200), "red").save(body, "JPEG", exif=exif)
    browser, files = cast("hm.giaovien"), f"/files/facilities_review_line/{line.id}"
    browser.submit(files, "files", {"files": (BytesIO(body.getvalue()), "phong.jpg")})
    kept = Attachment.get(Attachment.subject_type == "facilities_review_line", Attachment.subject_id == line.id)
    assert b"Exif" not in browser.get(f"/files/{kept.id}/download").data
    assert "1 ảnh" in text(browser, f"/facilities/reviews/{review.id}/sections/2")
    assert cast("hm2.hieutruong").get(files).status_code == 404
    assert cast("hm.chuyenvien").soup(files).select('form[data-form="files"]') == []


def test_the_board_shows_every_school_with_its_sections(cast, make_review):
    review = make_review()
    ReviewLine.update(have=1, usable=1).where(ReviewLine.section == "1").execute()
    rows = {row.school_id: row for row in queries.board(review.round)}
    first = rows[review.school_id]
    assert (first.state, first.sections["1"], first.sections["2"]) == ("draft", (5, 5), (0, 8))
    schools = School.select().where(
        School.district == review.district_id, School.levels.bin_and(4) != 0, School.closed_on.is_null()
    )
    assert len(rows) == schools.count()
    shown = text(cast("hm.chuyenvien"), f"/facilities/rounds/{review.round_id}")
    assert "5/5" in shown and "Chưa bắt đầu" in shown


def test_the_board_asks_as_many_questions_for_many_schools_as_for_one(cast, make_round, queries, app):
    opened = make_round()
    browser = cast("hm.chuyenvien")

    def count():
        with queries() as run:
            browser.get(f"/facilities/rounds/{opened.id}")
        return len(run)

    count()
    before = count()
    for school in School.select().where(School.id.in_(office_rounds.schools_asked(opened))).limit(3):
        with app.app_context():
            rules.begin_review(opened, school, 1)
    assert count() == before


def test_a_closed_round_takes_nothing_until_it_is_open_again(cast, make_review):
    review = make_review()
    ReviewLine.update(have=1, usable=1).execute()
    office, school = cast("hm.chuyenvien"), cast("hm.hieutruong")
    office.submit(f"/facilities/rounds/{review.round_id}", "close")
    assert "Đợt rà soát này đã đóng." in text(school, f"/facilities/reviews/{review.id}")
    office.submit(f"/facilities/rounds/{review.round_id}", "close")
    assert school.submit(f"/facilities/reviews/{review.id}", "step").status_code == 303


def test_schools_that_sent_nothing_are_reminded_three_days_before(app, make_round, make_review, person):
    opened = make_round(due=3)
    with app.app_context():
        before = Notice.select().count()
        do_daily(today())
        told = Notice.select().where(Notice.title == "Rà soát cơ sở vật chất còn ba ngày đến hạn gửi")
        assert person("hm.hieutruong").id in {row.person_id for row in told}
    assert (before > 0, opened.closed_at) == (True, None)


def test_with_the_module_off_rounds_are_gone_and_come_back(cast, make_review, switch):
    review = make_review("locked")
    switch("facilities", "HM", False)
    assert cast("hm.chuyenvien").get(f"/facilities/rounds/{review.round_id}").status_code == 404
    assert "Theo rà soát khóa ngày" not in text(cast("hm.hieutruong"), f"/schools/{review.school_id}")
    switch("facilities", "HM", True)
    assert cast("hm.hieutruong").get(f"/facilities/reviews/{review.id}").status_code == 200


def test_an_open_round_waits_at_home_until_it_is_sent(cast, make_round, make_review):
    opened = make_round()
    shown = text(cast("hm.giaovien"), "/")
    assert "Rà soát đầu năm học Chưa nhập" in shown
    assert "Rà soát đầu năm học" not in text(cast("hm2.hieutruong"), "/")
    make_review("submitted", opened=opened)
    assert "Rà soát đầu năm học Chưa nhập" not in text(cast("hm.giaovien"), "/")


@pytest.mark.parametrize(
    ("username", "shown"), [("hm.giaovien", True), ("hm.chuyenvien", True), ("uh.chuyenvien", False)]
)
def test_the_day_by_which_it_is_due_stands_in_the_calendar(cast, make_round, username, shown):
    opened = make_round(due=2)
    day = cast(username).get(f"/calendar/day/{opened.due_on:%Y-%m-%d}")
    assert ("Hạn gửi: Rà soát đầu năm học" in day.text) == shown


def test_a_pack_that_also_scores_is_not_offered_for_a_round(cast, app):
    with app.app_context():
        body = json.loads(pack().body)
        body["groups"][0]["items"].append({"code": "1.9", "title": "Điểm", "kind": "points", "maximum": "5"})
        ChecklistPack.update(body=json.dumps(body)).where(ChecklistPack.id == pack().id).execute()
    offered = [option.text for option in cast("hm.chuyenvien").soup("/facilities/rounds/new").select("#pack option")]
    assert pack().title not in offered and len(offered) == 3


@pytest.mark.parametrize(("state", "after"), [("draft", "set_aside"), ("submitted", "set_aside"), ("locked", "locked")])
def test_what_a_merged_school_was_answering_ends_and_waits_for_nobody(app, person, make_review, state, after):
    review = make_review(state)
    with app.app_context():
        successor = School.get_by_id(person("hm2.hieutruong").school_id)
        merge_school(School.get_by_id(review.school_id), successor, person_id=None)
    waiting = Waiting.select().where(Waiting.subject_type == "facilities_review", Waiting.subject_id == review.id)
    assert (Review.get_by_id(review.id).state, waiting.count()) == (after, 0)


# --- What is missing ---


def test_what_is_missing_becomes_a_need_once(cast, make_review):
    review = make_review("submitted", have=3, usable=2)
    page, browser = f"/facilities/reviews/{review.id}/shortage", cast("hm.dieuphoi")
    line = ReviewLine.get(ReviewLine.review == review, ReviewLine.item == "2.1")
    row = browser.soup(page).find(id=f"need-{line.id}").find_parent("form")
    fields = {control["name"]: control["value"] for control in row.select("input")}
    answers = [browser.post(row["action"], data=fields), browser.post(row["action"], data=fields)]
    need = Need.get(Need.source_key == f"review-{review.id}-2.1")
    assert {answer.location for answer in answers} == {f"/facilities/needs/{need.id}"}
    assert (need.item, int(need.quantity), need.unit, need.state, need.source) == (
        "Phòng học",
        line.required - 2,
        "phòng",
        "draft",
        "review",
    )
    shown = browser.soup(page)
    assert shown.find("a", href=f"/facilities/needs/{need.id}") is not None
    assert shown.find(id=f"need-{line.id}") is None


def test_a_need_that_is_there_is_not_written_twice(cast, make_review, make_need):
    known = make_need("draft", item="Phòng học", unit="phòng")
    review = make_review("submitted", have=3, usable=2)
    browser = cast("hm.dieuphoi")
    answer = browser.post(
        f"/facilities/reviews/{review.id}/needs", data={"item": "2.1", "csrf_token": browser.csrf("/")}
    )
    assert (answer.location, Need.select().where(Need.item == "Phòng học").count()) == (
        f"/facilities/needs/{known.id}",
        1,
    )


@pytest.mark.parametrize(("username", "item", "status"), [
    ("hm.giaovien", "2.1", 403), ("hm.chuyenvien", "2.1", 403), ("uh.hieutruong", "2.1", 404),
    ("hm.hieutruong", "2.2", 404), ("hm.hieutruong", "9.9", 404),
])  # fmt: skip
def test_only_its_own_keepers_make_a_need_and_only_of_what_is_missing(cast, make_review, username, item, status):
    review = make_review("submitted", have=3, usable=2)
    browser = cast(username)
    answer = browser.post(
        f"/facilities/reviews/{review.id}/needs", data={"item": item, "csrf_token": browser.csrf("/")}
    )
    assert answer.status_code == status


def cells(answer):
    return [list(row) for row in load_workbook(BytesIO(answer.data)).active.iter_rows(values_only=True)]


def test_shortages_are_taken_out_as_files(cast, make_review):
    review = make_review("submitted", have=3, usable=2)
    required = ReviewLine.get(ReviewLine.review == review, ReviewLine.item == "2.1").required
    own = cells(cast("hm.hieutruong").get(f"/facilities/reviews/{review.id}/shortage.xlsx"))
    row = next(row for row in own if row[1] == "2.1. Phòng học")
    assert row[2:7] == ["phòng", required, 3, 2, required - 2]
    office = cells(cast("hm.chuyenvien").get(f"/facilities/rounds/{review.round_id}/shortage.xlsx"))
    row = [review.school.name, review.school.code, "2.1. Phòng học", "phòng", required, 3, 2, required - 2]
    assert row in [line[1:] for line in office]


def test_the_office_sees_what_all_schools_lack_together(cast, make_review):
    review = make_review("submitted", have=3, usable=2)
    soup = cast("hm.chuyenvien").soup(f"/facilities/rounds/{review.round_id}/shortage")
    row = next(row for row in soup.select("tbody tr") if "2.1. Phòng học" in row.text)
    required = ReviewLine.get(ReviewLine.review == review, ReviewLine.item == "2.1").required
    assert [cell.text for cell in row.select("td")] == [str(required), "2", str(required - 2), "1", "1"]
