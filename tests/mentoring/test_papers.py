"""A child's papers as Word files: made by keepers alone, written down as a look, kept nowhere."""

from datetime import timedelta
from io import BytesIO

import pytest
from docx import Document
from docx.oxml.ns import qn

from intranet.kernel.clock import today
from intranet.papers.kinds import paper_kinds
from intranet.registry.districts import District
from intranet.registry.schools import FormerKey, School
from intranet.shared.attachments import StoredFile
from intranet.shared.papers import IssuedDocument
from plugins.mentoring.aid.papers import hand_over
from plugins.mentoring.groups.papers import Enrolment
from plugins.mentoring.logs.papers import SUMMARY, TermSummary
from plugins.mentoring.numbers.papers import Annex
from plugins.mentoring.tables.aid import Aid
from plugins.mentoring.tables.cases import AID, GROUP, OWN_SCHOOL, PARTNER_SCHOOL, Case, CaseRead
from plugins.mentoring.tables.groups import GroupPupil
from plugins.mentoring.tables.mentors import Meeting
from tests.mentoring.conftest import CIRCUMSTANCE, GOAL, GUARDIAN, NAME, PUPIL

DONE = "Làm mười bài phân số"
TERM = "2026-2027-1"
STATE, MOTTO = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"


def read(answer):
    """Every line of a Word file, cells of tables too."""
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    body = Document(BytesIO(answer.data)).element.body
    texts = ("".join(node.text or "" for node in line.iter(qn("w:t"))) for line in body.iter(qn("w:p")))
    return [text for text in texts if text.strip()]


@pytest.fixture
def helped(cast, make_match):
    """A case of which one time was noted and one called off."""
    match = make_match("uh.giaovien")
    mentor, here = cast("uh.giaovien"), f"/mentoring/matches/{match.id}/log"
    mentor.submit(here, "log", {"done": DONE, "minutes": "45", "starts": "14:00", "result": "good"})
    before = today() - timedelta(days=1)
    mentor.submit(here, "log", {"state": "cancelled", "on": f"{before:%d/%m/%Y}", "minutes": "45"})
    return Case.get_by_id(match.case_id)


@pytest.fixture
def given(cast, make_case):
    """Something that a school across the district border gives a child, approved by both."""
    case = make_case(state="open", scope=OWN_SCHOOL | PARTNER_SCHOOL | AID)
    partner = str(School.get(School.code == "01281503").id)
    form = {"kind": "goods", "what": "Xe đạp", "quantity": "1", "unit": "chiếc", "giver": partner, "why": CIRCUMSTANCE}
    cast("hm.giaovien").submit(f"/mentoring/cases/{case.id}/aid", "aid", form)
    for username in ("hm.hieutruong", "uh.hieutruong"):
        cast(username).submit(f"/mentoring/aid/{Aid.get().id}", "step")
    return case


def test_the_consent_form_has_the_layout_of_the_decree_and_a_line_for_the_child(cast, make_case):
    case = make_case(state="consent_pending")
    texts = read(cast("hm.giaovien").get(f"/mentoring/cases/{case.id}/papers/consent.docx"))
    assert texts[1:4] == ["TRƯỜNG THCS YÊN SỞ", STATE, MOTTO]
    assert texts[6:8] == ["PHIẾU ĐỒNG Ý", "Để nhà trường giúp đỡ học sinh"]
    assert f"Họ và tên: {NAME}. Ngày sinh: 01/05/2014." in texts
    assert (f"- {GOAL}" in texts, f"Cha, mẹ hoặc người giám hộ: {GUARDIAN}" in texts) == (True, True)
    assert [text for text in texts if CIRCUMSTANCE in text] == []
    signed = ["CHA, MẸ HOẶC NGƯỜI GIÁM HỘ", "HỌC SINH", "ĐẠI DIỆN NHÀ TRƯỜNG"]
    assert [text for text in texts if text in signed] == signed


def test_a_child_under_seven_has_no_line_to_sign(cast, make_case):
    case = make_case(state="consent_pending", birth_date=f"{today().year - 6}-12-31")
    texts = read(cast("hm.giaovien").get(f"/mentoring/cases/{case.id}/papers/consent.docx"))
    assert ("HỌC SINH" in texts, "Học sinh từ đủ 7 tuổi cùng đồng ý và cùng ký." in texts) == (False, False)


def test_the_diary_holds_every_time_that_was_noted(cast, helped):
    texts = read(cast("hm.dieuphoi").get(f"/mentoring/cases/{helped.id}/papers/diary.docx"))
    assert "Số buổi đã kèm: 1; số buổi không thực hiện được: 1." in texts
    assert [text for text in texts if DONE in text or text in ("Tiến bộ", "Không thực hiện được")] == [
        "Không thực hiện được",
        f"Toán. {DONE}",
        "Tiến bộ",
    ]
    assert f"Họ và tên: {NAME}. Lớp: 6A, Trường THCS Yên Sở. Mã học sinh: HS 6A-01." in texts


def test_the_family_is_told_of_a_term_with_goals_and_without_circumstances(cast, helped):
    browser, home = cast("hm.giaovien"), f"/mentoring/cases/{helped.id}/papers"
    assert f"{home}/terms/{TERM}.docx" in browser.get(home).text
    texts = read(browser.get(f"{home}/terms/{TERM}.docx"))
    assert texts[6:8] == ["PHIẾU THÔNG BÁO", "Kết quả giúp đỡ học sinh học kỳ 1 năm học 2026-2027"]
    assert f"Kính gửi: Gia đình em {NAME}, lớp 6A." in texts
    assert [text in texts for text in ("- Tiến bộ: 1 buổi", GOAL, "Chưa đánh giá", "GIÁO VIÊN CHỦ NHIỆM")] == [True] * 4
    assert [text for text in texts if CIRCUMSTANCE in text or DONE in text] == []


@pytest.mark.parametrize("term", ["2026-2027-2", "2019-2020-1", "2026", "x"])
def test_there_is_no_summary_of_a_term_in_which_nothing_was(cast, helped, term):
    assert cast("hm.giaovien").get(f"/mentoring/cases/{helped.id}/papers/terms/{term}.docx").status_code == 404


def test_the_hand_over_list_has_a_place_to_sign_and_says_nothing_of_why(cast, given):
    texts = read(cast("hm.dieuphoi").get("/mentoring/aid/hand-over.docx"))
    row = [f"{NAME} (HS 6A-01)", "Xe đạp", "1 chiếc"]
    assert texts[texts.index(row[0]) : texts.index(row[0]) + 3] == row
    assert ("Ký nhận" in texts, [text for text in texts if CIRCUMSTANCE in text]) == (True, [])


def test_the_form_of_a_group_is_a_letter_of_the_family(cast, make_group):
    group = make_group()
    here, teacher = f"/mentoring/groups/{group.id}", cast("hm.giaovien")
    teacher.submit(f"{here}/pupils/new", "pupil", {"code": "HS 9A-01", "name": PUPIL, "form_given": "20/11/2026"})
    empty = read(teacher.get(f"{here}/form.docx"))
    assert empty[:4] == [STATE, MOTTO, "ĐƠN ĐĂNG KÝ", "Tham gia nhóm bồi dưỡng, ôn thi"]
    assert (empty[4], PUPIL in " ".join(empty)) == ("Kính gửi: Hiệu trưởng Trường THCS Yên Sở", False)
    filled = read(teacher.get(f"{here}/pupils/{GroupPupil.get().id}/form.docx"))
    assert [PUPIL in text for text in filled if text.startswith("Cha, mẹ hoặc người giám hộ của em")] == [True]
    assert filled[-3].startswith("Yên Sở, ngày")
    assert filled[-2:] == ["HỌC SINH", "CHA, MẸ HOẶC NGƯỜI GIÁM HỘ"]
    for username in ("uh.dieuphoi", "uh.giaovien", "hm.chuyenvien"):
        answer = cast(username).get(f"{here}/pupils/{GroupPupil.get().id}/form.docx")
        assert answer.status_code in (403, 404)


def test_a_pupil_of_a_group_who_is_helped_too_sees_the_look_written_down(cast, make_group, make_case):
    group, case = make_group(), make_case(state="open", scope=GROUP)
    here, teacher = f"/mentoring/groups/{group.id}", cast("hm.giaovien")
    teacher.submit(f"{here}/pupils/new", "pupil", {"code": case.code, "name": NAME})
    before = CaseRead.select().where(CaseRead.what == "paper").count()
    read(teacher.get(f"{here}/pupils/{GroupPupil.get().id}/form.docx"))
    assert CaseRead.select().where(CaseRead.what == "paper", CaseRead.case == case).count() == before + 1


def addresses(case):
    home = f"/mentoring/cases/{case.id}/papers"
    return [home, f"{home}/consent.docx", f"{home}/diary.docx", f"{home}/terms/{TERM}.docx"]


def test_each_paper_is_written_down_as_a_look_before_it_is_sent(cast, helped):
    for address in addresses(helped):
        before = CaseRead.select().where(CaseRead.what == "paper").count()
        assert cast("hm.giaovien").get(address).status_code == 200
        assert (address, CaseRead.select().where(CaseRead.what == "paper").count()) == (address, before + 1)
    assert "Giấy tờ tải về máy" in cast("hm.hieutruong").get(f"/mentoring/cases/{helped.id}/reads").text


@pytest.mark.parametrize(
    ("username", "codes"),
    [
        ("uh.giaovien", {403}),
        *((name, {403, 404}) for name in ("uh.hieutruong", "uh.dieuphoi", "hm.chuyenvien", "hm.lanhdao", "admin")),
        ("hm2.hieutruong", {404}),
        ("hm2.giaovien", {404}),
    ],
)
def test_mentors_donors_offices_and_strangers_make_none(cast, helped, username, codes):
    reads = CaseRead.select().where(CaseRead.what == "paper").count()
    assert {cast(username).get(address).status_code for address in addresses(helped)} <= codes
    assert CaseRead.select().where(CaseRead.what == "paper").count() == reads


def test_a_giving_school_and_its_office_have_no_hand_over_list_of_the_child(cast, given):
    texts = read(cast("uh.dieuphoi").get("/mentoring/aid/hand-over.docx"))
    assert [text for text in texts if NAME in text or "HS 6A" in text or "Xe đạp" in text] == []
    for username in ("uh.chuyenvien", "hm.chuyenvien", "hm.giaovien", "uh.giaovien"):
        assert cast(username).get("/mentoring/aid/hand-over.docx").status_code == 403


def test_nothing_of_a_paper_is_stored_and_its_name_and_properties_tell_the_code_alone(cast, helped):
    files, issued = StoredFile.select().count(), IssuedDocument.select().count()
    for address in addresses(helped)[1:]:
        answer = cast("hm.dieuphoi").get(address)
        properties = Document(BytesIO(answer.data)).core_properties
        told = f"{answer.headers} {properties.title} {properties.author} {properties.subject} {properties.keywords}"
        assert ("HS-6A-01" in told, "Mang" in told or "Măng" in told) == (True, False)
    assert (StoredFile.select().count(), IssuedDocument.select().count()) == (files, issued)


@pytest.mark.parametrize("key", ["consent", "diary", "term_summary"])
def test_the_papers_room_neither_gives_nor_issues_one(cast, helped, key):
    for address in (f"/papers/mentoring.{key}/{helped.id}", f"/papers/mentoring.{key}/{helped.id}.docx"):
        assert [cast(name).get(address).status_code for name in ("hm.hieutruong", "hm.chuyenvien")] == [404, 404]


def test_of_a_forgotten_child_there_is_no_paper(cast, helped):
    cast("hm.hieutruong").submit(f"/mentoring/cases/{helped.id}/erase", "erase", {"code": helped.code})
    assert {cast("hm.hieutruong").get(address).status_code for address in addresses(helped)} == {404}


def test_the_annex_keeps_small_numbers_back_for_district_and_school(app, cast, make_case):
    for _turn in range(3):
        make_case(state="open")
    for username in ("hm.chuyenvien", "hm.hieutruong"):
        texts = read(cast(username).get("/mentoring/numbers/2026-2027/annex.docx"))
        assert "Số liệu giúp đỡ học sinh năm học 2026-2027" in texts
        assert [text for text in texts if text in ("3", "3/3") or NAME in text or "HS 6A" in text] == []
    for _turn in range(4):
        make_case(state="open")
    texts = read(cast("hm.hieutruong").get("/mentoring/numbers/2026-2027/annex.docx"))
    assert texts[texts.index("Học sinh được đề cử giúp đỡ") + 1] == "7"
    assert cast("hm.giaovien").get("/mentoring/numbers/2026-2027/annex.docx").status_code == 403
    assert cast("hm.hieutruong").get("/mentoring/numbers/1999-2000/annex.docx").status_code == 404


def test_a_schools_annex_has_no_count_that_could_be_taken_from_its_districts(app, cast, make_case):
    make_case(state="open")
    texts = read(cast("hm.hieutruong").get("/mentoring/numbers/2026-2027/annex.docx"))
    assert [text for text in texts if "trao tặng" in text or text == "Học sinh theo trường"] == []


def test_samples_have_the_tags_of_their_papers(app, helped, make_group):
    school = School.get_by_id(helped.school_id)
    records = {
        "consent": helped,
        "diary": helped,
        "term_summary": TermSummary(helped, TERM.replace("-1", "/1")),
        "enrolment": Enrolment(make_group()),
        "hand_over": hand_over(school.id),
        "annex": Annex(District.get_by_id(helped.district_id), school, "2026-2027"),
    }
    with app.test_request_context():
        kinds = {kind.key.partition(".")[2]: kind for module, kind in paper_kinds() if module == "mentoring"}
        tags = {key: kinds[key].context(record).keys() for key, record in records.items()}
    assert tags == {key: kind.sample.keys() for key, kind in kinds.items()}


@pytest.mark.parametrize(
    ("term", "parent", "name"),
    [
        ("2023-2024/2", "PHÒNG GD&ĐT HUYỆN ỨNG HÒA", "Trường THCS Đội Bình"),
        ("2025-2026/2", "UBND XÃ HÒA XÁ", "Trường THCS Hồng Quang"),
    ],
)
def test_what_a_family_is_told_of_a_term_is_headed_as_the_term_ended(app, helped, request, term, parent, name):
    with app.app_context():
        school = School.get(School.code == "01281503")
        FormerKey.create(school=school, kind="name", value="Trường THCS Đội Bình", match_key="", until="2025-01-01")
        Case.update(school=school, district=school.district_id).execute()
        Meeting.update(on=TermSummary(helped, term).days[0]).execute()
    request.getfixturevalue("reorganised")
    with app.test_request_context():
        told = SUMMARY.context(TermSummary(Case.get_by_id(helped.id), term))
    assert [told["co_quan_chu_quan"], told["truong"]] == [parent, name]
    # The mentor is of the same school here.
    assert told["nguoi_kem"][0].endswith(f", {name}")
