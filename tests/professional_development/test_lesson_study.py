"""A lesson is studied by the four steps: planned, taught and observed, discussed, planned anew; and put on paper."""

from datetime import timedelta

import pytest

from intranet.kernel.clock import midnight, today
from intranet.shared.notices import Notice
from intranet.testing import form_values
from plugins.professional_development.lesson_studies.papers import KINDS_OF_PAPER
from plugins.professional_development.models import LessonStudy, Observation
from tests.professional_development.test_papers import text_of

HOME = "/professional-development/lesson-studies"
SEEN = {"pupil": "HS 3", "minute": "12", "action": "Chia băng giấy thành bốn phần."}
TEXTS = {"discussion": "HS 3 chưa rõ phần bằng nhau.", "report": "Vật thật giúp học sinh tự phát hiện sai."}


@pytest.fixture
def study(app, cast, make_session):
    """A study of the pair, led by hm.giaovien, linked to a session of lesson study next week."""
    start = midnight(today() + timedelta(days=7)) + timedelta(hours=14)
    session = make_session(kind="lesson_study", title="Buổi dạy", starts_at=start, ends_at=start + timedelta(hours=2))
    browser = cast("hm.giaovien")
    form = browser.soup(f"{HOME}/new").find("form", {"data-form": "lesson-study"})
    values = form_values(form) | {"title": "Phân số bằng nhau", "subject": "Toán", "members": "Cô A\nThầy B"}
    answer = browser.post(f"{HOME}/new", data=values | {"pairing": str(session.pairing_id), "session": str(session.id)})
    return LessonStudy.get_by_id(int(answer.headers["Location"].rpartition("/")[2]))


def take(browser, study, verb):
    form = browser.soup(f"{HOME}/{study.id}").find("button", {"name": "action", "value": verb}).find_parent("form")
    return browser.post(form["action"], data=form_values(form) | {"action": verb}).status_code


def state(study):
    return LessonStudy.get_by_id(study.id).state


def observe(browser, study, **values):
    return browser.submit(f"{HOME}/{study.id}/observe", "observe", SEEN | values).status_code


def fill(cast, study, name, **values):
    browser, page = cast("hm.giaovien"), f"{HOME}/{study.id}/{name}"
    form = browser.soup(page).select_one("main form.form")
    return browser.post(page, data=form_values(form) | values).status_code


@pytest.fixture
def taught(cast, study):
    """The study after its first lesson, which somebody of the partner school observed as well."""
    leader = cast("hm.giaovien")
    fill(cast, study, "plan/1", aims="Hiểu phân số.", course="Khởi động, luyện tập.")
    take(leader, study, "plan")
    observe(cast("uh.giaovien"), study)
    fill(cast, study, "discussion", taught_on=f"{today():%d/%m/%Y}")
    take(leader, study, "teach")
    return study


def test_a_study_goes_through_its_steps_and_the_second_teaching_may_be_left_out(cast, taught):
    leader = cast("hm.giaovien")
    fill(cast, taught, "discussion", **TEXTS)
    assert take(leader, taught, "discuss") == 303
    fill(cast, taught, "plan/2", aims="Hiểu phân số.", course="Gấp giấy.", changes="Thêm gấp giấy.")
    take(leader, taught, "replan")
    take(leader, taught, "report")
    take(cast("hm.hieutruong"), taught, "share")
    assert state(taught) == "shared"


def test_the_page_shows_which_of_the_four_steps_is_under_way(cast, taught):
    page = cast("uh.giaovien").soup(f"{HOME}/{taught.id}")
    done = [item.find(string=True).strip() for item in page.select(".stages .done")]
    assert done == ["Xây dựng bài học minh họa", "Dạy minh họa và dự giờ"]
    assert page.select_one(".stages [aria-current]").text.strip() == "Suy ngẫm, thảo luận"


def test_a_step_without_its_work_says_what_is_missing(cast, study):
    page = cast("hm.giaovien").soup(f"{HOME}/{study.id}")
    assert page.find("button", {"name": "action", "value": "plan"}) is None
    assert "Chưa có kế hoạch bài dạy lần 1." in page.text


@pytest.mark.parametrize("pupil", ["Nguyễn Văn An", "An", "HS", "HS 1234", "hs 1"])
def test_no_observation_names_a_pupil(cast, study, pupil):
    fill(cast, study, "plan/1", aims="Hiểu.", course="Luyện tập.")
    take(cast("hm.giaovien"), study, "plan")
    assert observe(cast("hm.giaovien"), study, pupil=pupil) == 422
    assert Observation.select().where(Observation.study == study).count() == 0


def test_the_form_keeps_pair_and_session(cast, study):
    fill(cast, study, "edit", title="Tên khác")
    after = LessonStudy.get_by_id(study.id)
    assert (after.title, after.pairing_id, after.session_id) == ("Tên khác", study.pairing_id, study.session_id)


@pytest.mark.parametrize("kind", KINDS_OF_PAPER, ids=lambda kind: kind.key)
def test_the_sample_has_every_tag(app, study, kind):
    with app.test_request_context():
        assert sorted(kind.context(LessonStudy.get_by_id(study.id))) == sorted(kind.sample)


def test_the_minutes_show_the_four_steps_and_who_was_there(app, cast, taught, attended, person):
    attended(taught.session, ["uh.hieutruong"], held_on=today())
    fill(cast, taught, "discussion", **TEXTS)
    text = text_of(cast("uh.giaovien").get(f"/papers/professional_development.study_minutes/{taught.id}.docx"))
    wanted = (
        *("BƯỚC 1: XÂY DỰNG BÀI HỌC MINH HỌA", "Hiểu phân số.", "BƯỚC 2: DẠY MINH HỌA VÀ DỰ GIỜ"),
        *("HS 3 (phút 12): Chia băng giấy", "BƯỚC 3: SUY NGẪM, THẢO LUẬN", TEXTS["discussion"], "BƯỚC 4: VẬN DỤNG"),
        *(TEXTS["report"], "Thầy B", person("uh.hieutruong").name),
    )
    assert [words for words in wanted if words not in text] == []


def test_the_report_reaches_every_member_and_no_guest(app, cast, taught, attended, person):
    attended(taught.session, ["uh.hieutruong", "hm2.giaovien"], held_on=today())
    leader = cast("hm.giaovien")
    fill(cast, taught, "discussion", **TEXTS)
    take(leader, taught, "discuss")
    fill(cast, taught, "plan/2", aims="Hiểu.", course="Gấp giấy.")
    take(leader, taught, "replan")
    take(leader, taught, "report")
    told = {row.person_id for row in Notice.select().where(Notice.url == f"{HOME}/{taught.id}")}
    # The head of the school is told of the step that comes next.
    assert {person("uh.giaovien").id, person("uh.hieutruong").id} <= told
    assert {person("hm2.giaovien").id, person("hm.giaovien").id} & told == set()


def test_strangers_see_it_once_it_is_shared(cast, study):
    assert cast("hm2.giaovien").get(f"{HOME}/{study.id}").status_code == 404
    assert cast("uh.giaovien").get(f"{HOME}/{study.id}").status_code == 200
    LessonStudy.update(state="shared").where(LessonStudy.id == study.id).execute()
    assert cast("hm2.giaovien").get(f"{HOME}/{study.id}").status_code == 200
