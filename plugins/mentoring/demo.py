"""Made-up pupils of the demo's own schools, in every state of a case, with mentors and logs: fruits for names."""

from __future__ import annotations

from datetime import date, timedelta

from intranet.api import PRINCIPAL, TEACHER, TWINNED, Actor, Pairing, Person, begin, carry, midnight, put, today
from plugins.mentoring import demo_markers
from plugins.mentoring.aid import rules as aid_rules
from plugins.mentoring.cases import consents, erasing, rules
from plugins.mentoring.groups import rules as groups
from plugins.mentoring.handovers import rules as handovers
from plugins.mentoring.mentors import rules as mentors
from plugins.mentoring.mentors.free_time import decoded
from plugins.mentoring.tables.aid import Aid
from plugins.mentoring.tables.cases import AID, GROUP, OWN_SCHOOL, PARTNER_SCHOOL, Case, Consent, Goal, Review
from plugins.mentoring.tables.groups import GroupPupil
from plugins.mentoring.tables.handovers import Handover
from plugins.mentoring.tables.mentors import Match, Meeting, Mentor

WEEK = timedelta(days=7)
# (user name, subjects, free half-hours, how many pupils at once)
MENTORS = (
    ("hm.dieuphoi", "Toán, Tin học", "0-30,0-31,0-32,2-30,2-31,2-32", 4),
    ("hm.giaovien", "Ngữ văn, Toán", "1-30,1-31,1-32,3-30,3-31,3-32", 4),
    ("uh.dieuphoi", "Tiếng Anh", "4-30,4-31,4-32", 2),
    ("uh.giaovien", "Toán, KHTN", "0-30,0-31,2-34,2-35", 3),
)
# (given name, class, kind, subject, goal, state, mentor); who helps across the districts sees the code alone.
UH_PUPILS = (
    ("Mít", "6A", "results", "Toán", "Cộng trừ được phân số", "active", "hm.dieuphoi"),
    ("Ổi", "6A", "results", "Toán", "Thuộc và dùng được bảng nhân", "active", "hm.dieuphoi"),
    ("Bưởi", "7B", "results", "Ngữ văn", "Viết được đoạn văn mười câu", "active", "hm.giaovien"),
    ("Khế", "8A", "hardship", "Ngữ văn", "Đọc trôi chảy, kể lại được truyện ngắn", "active", "hm.giaovien"),
    ("Nhãn", "9A", "exam", "Toán", "Giải được phương trình bậc hai", "active", "hm.giaovien"),
    ("Vải", "9A", "exam", "Toán", "Đạt từ 5 điểm bài thi thử", "review", "hm.dieuphoi"),
    ("Chôm Chôm", "9B", "exam", "Tiếng Anh", "Nhớ 300 từ của khối 9", "active", "uh.dieuphoi"),
    ("Sấu", "6B", "hardship", "Toán", "Đi học đều, làm đủ bài", "open", None),
    ("Me", "6B", "results", "KHTN", "Đạt từ 5 điểm giữa kỳ", "open", None),
    ("Hồng", "7A", "results", "Toán", "Nhân chia được số thập phân", "met", "uh.giaovien"),
    ("Lựu", "8B", "spirit", "", "Dám phát biểu trước lớp", "consent_pending", None),
    ("Đào", "9B", "exam", "Toán", "Vẽ được đồ thị hàm số bậc nhất", "nominated", None),
    ("Mận", "7A", "hardship", "Toán", "Làm đủ bài về nhà", "closed", "uh.giaovien"),
    ("Quýt", "8A", "results", "Tiếng Anh", "Đọc hiểu đoạn văn ngắn", "escalated", "uh.dieuphoi"),
    ("Dứa", "7C", "results", "Toán", "Làm được bài có phân số", "moved", None),
)
HM_PUPILS = (
    ("Xoài", "9D", "gifted", "Toán", "Vào đội tuyển của quận", "active", "hm.dieuphoi"),
    ("Cam", "6C", "hardship", "Ngữ văn", "Đọc mỗi tuần một cuốn sách", "matched", "uh.giaovien"),
    ("Chanh", "7D", "results", "KHTN", "Đạt từ 5 điểm cuối kỳ", "frozen", None),
    ("Táo", "8E", "spirit", "", "Vui khi đến lớp", "declined", None),
    ("Lê", "9C", "exam", "Ngữ văn", "Viết được bài nghị luận xã hội", "anonymised", None),
    ("Na", "6D", "results", "Toán", "Làm được bốn phép tính với số nguyên", "nominated", None),
)
# What some of them are given: (kind, what, quantity, unit, worth, donor, state); without a donor the partner gives.
GIVEN = {
    "Khế": ("goods", "Xe đạp", 1, "chiếc", 2_500_000, "Cửa hàng xe đạp Tân Tiến", "acknowledged"),
    "Sấu": ("scholarship", "Học bổng một học kỳ", 1, "suất", 1_000_000, "Hội khuyến học xã", "approved"),
    "Cam": ("sponsorship", "Đỡ đầu sách vở, đồng phục", 9, "tháng", 4_500_000, "", "requested"),
}
AID_STEPS = {"requested": (), "approved": ("approve",), "acknowledged": ("approve", "deliver", "acknowledge")}
# Who moves, and who answers there.
MOVES = {"Xoài": "uh.hieutruong", "Dứa": "hm.hieutruong"}
FIRST_STEPS = ("nominated", "consent_pending", "declined")
HELPED = ("active", "review", "met", "escalated", "closed")
DONE = ("Làm lại các bài sai trong vở, em tự chữa được phần lớn.", "Ôn bài cũ, làm sáu bài mới.", "Luyện đề ngắn.")
RESULTS = ("good", "fair", "good")


def build(canaries: bool) -> None:
    """Fill a fresh demo; with ``canaries``, a pupil of each of the accounts' schools with marker texts, and no more."""
    if canaries:
        demo_markers.build()
        return
    for username, subjects, free, most in MENTORS:
        values = {"subjects": subjects, "levels": 4, "free": decoded(free), "most": most, "offers": True}
        mentors.save_profile(_actor(username), values)
    for code, pupils in (("uh", UH_PUPILS), ("hm", HM_PUPILS)):
        for number, row in enumerate(pupils):
            _pupil(code, number, *row)
    _joint_group()


def _actor(username: str) -> Actor:
    person = Person.get(Person.username == username)
    role = PRINCIPAL if username.endswith("hieutruong") else TEACHER
    return Actor(person_id=person.id, role=role, district_id=person.district_id, school_id=person.school_id)


def _joint_group() -> None:
    """Both schools' pupils before the examination, two of them with a case, in the third week of the group."""
    keeper = _actor("hm.dieuphoi")
    pairing = Pairing.get(Pairing.first_school == keeper.school_id, Pairing.state.in_(TWINNED))
    plan = {
        "kind": "exam",
        "title": "Ôn thi vào lớp 10 môn Toán",
        "subject": "Toán",
        "grade": 9,
        "teacher_id": keeper.person_id,
        "pairing_id": pairing.id,
        "periods_a_week": 2,
        "timetable": "Chiều thứ Bảy, trực tuyến",
        "place": "Phòng học số 1",
        "starts_on": today() - 3 * WEEK,
        "ends_on": today() + 20 * WEEK,
    }
    group = groups.create(keeper, plan)
    carry(group, "enrol", person_id=None)
    sender = _actor("uh.dieuphoi")
    mine = Case.select(Case.code).where(Case.school == sender.school_id, Case.kind == "exam", Case.state == "active")
    for code in [code for (code,) in mine.order_by(Case.id).tuples()]:
        groups.enrol(group, code, "", today() - 4 * WEEK, sender)
    for number, form_given in enumerate((today() - 4 * WEEK, today() - 4 * WEEK, None), start=21):
        groups.enrol(group, f"HS 9D-{number}", "", form_given, keeper)
    carry(group, "start", person_id=None)
    away = GroupPupil.select(GroupPupil.id).where(GroupPupil.group == group).order_by(GroupPupil.id).limit(1).scalar()
    for weeks, absent in ((3, []), (2, [away]), (1, [])):
        groups.meet(group, today() - weeks * WEEK, 2, absent, keeper)


def _pupil(
    code: str, number: int, fruit: str, class_name: str, kind: str, subject: str, goal: str, state: str, helper: str
) -> None:
    teacher = _actor(f"{code}.giaovien")
    started = today() - timedelta(weeks=11) + timedelta(days=number)
    case = rules.nominate(
        teacher,
        {
            "name": f"Nguyễn {'Thị' if number % 2 else 'Văn'} {fruit}",
            "birth_date": f"{today().year - 6 - int(class_name[0])}-05-{number + 1:02}",
            "guardian": f"Bà Trần Thị {fruit}",
            "class_name": class_name,
            "kind": kind,
            "subject": subject,
            "circumstances": "Bố mẹ đi làm xa, em ở với bà." if kind == "hardship" else "Em học chậm từ năm trước.",
            "tried": "Giáo viên chủ nhiệm đã gặp gia đình, bạn cùng bàn đã giúp em học.",
            "homeroom_id": teacher.person_id,
        },
        [goal],
    )
    Case.update(created_at=midnight(started), free="0-30,0-31,1-30,1-31,2-30,3-30").where(Case.id == case.id).execute()
    if state == "nominated":
        return
    if state == "declined":
        rules.decline(case, "Gia đình mong em được nghỉ ngơi thêm.", _actor(f"{code}.hieutruong"))
        return
    carry(case, "accept", person_id=None)
    if state not in FIRST_STEPS:
        _agree(case, teacher, started + WEEK)
    if helper:
        _help(case, helper, code, started + 2 * WEEK, under_way=state in HELPED)
    _end(case, state, code)
    if fruit in MOVES:
        _hand_over(case, code, MOVES[fruit], taken=state == "moved")
    if fruit in GIVEN:
        _give(case, teacher, *GIVEN[fruit])
    if state == "open":
        Case.update(state_since=midnight(started + WEEK)).where(Case.id == case.id).execute()


def _hand_over(case: Case, code: str, to: str, *, taken: bool) -> None:
    case = Case.get_by_id(case.id)
    sender, receiver = _actor(f"{code}.hieutruong"), _actor(to)
    handover = Handover(
        case=case,
        district=case.district_id,
        school=case.school_id,
        to_school=receiver.school_id,
        person=sender.person_id,
    )
    put(handover, message="Em học vững số học, cần luyện thêm hình học. Em đã quen học nhóm hai bạn.")
    handover.save(force_insert=True)
    begin(handover, person_id=sender.person_id)
    if taken:
        handovers.accept(handover, case.class_name, receiver.person_id, receiver)


def _agree(case: Case, teacher: Actor, on: date) -> None:
    values = {
        "giver": "Bà của em",
        "relation": "grandparent",
        "scope": OWN_SCHOOL | PARTNER_SCHOOL | GROUP | AID,
        "way": "met",
        "child_agrees": True,
        "given_on": on,
        "expires_on": on + timedelta(days=300),
    }
    consents.give(case, values, None, teacher)


def _help(case: Case, helper: str, code: str, starts_on: date, *, under_way: bool) -> None:
    mentor = Mentor.get(Mentor.person == Person.get(Person.username == helper))
    weekday, half = next(iter(sorted(decoded(mentor.free))))
    values = {
        "subject": case.subject,
        "weekday": weekday,
        "starts": half * 30,
        "minutes": 45,
        "starts_on": starts_on,
        "ends_on": None,
        "substitute_for_id": None,
    }
    match = mentors.propose(case, mentor.person_id, values, _actor(f"{code}.hieutruong"))
    carry(match, "accept", person_id=mentor.person_id)
    if not under_way:
        return
    carry(match, "approve", person_id=None)
    Match.update(state_since=midnight(starts_on)).where(Match.id == match.id).execute()
    _logs(match, starts_on)


def _logs(match: Match, starts_on: date) -> None:
    """A time each week until yesterday; now and then one is called off, and the last of some has no log yet."""
    goal = Goal.get(Goal.case == match.case_id)
    on = starts_on + timedelta(days=(match.weekday - starts_on.weekday()) % 7)
    week = 0
    while on < today():
        missing = on + WEEK >= today() and match.id % 3 == 0
        state = "planned" if missing else "cancelled" if (week + match.id) % 5 == 4 else "held"
        meeting = Meeting(match=match, on=on, starts=match.starts, minutes=45, subject=match.subject, state=state)
        if state == "held":
            meeting.goal, meeting.result, meeting.person = goal, RESULTS[week % 3], match.mentor_id
            put(meeting, done=DONE[week % 3])
        meeting.save(force_insert=True)
        on, week = on + WEEK, week + 1


def _end(case: Case, state: str, code: str) -> None:
    """What was decided of a child in the end, or how far it is."""
    case = Case.get_by_id(case.id)
    if state in ("review", "met", "escalated", "closed"):
        carry(case, "look_back", person_id=None)
    if state in ("met", "escalated", "closed"):
        decision = "escalate" if state == "escalated" else "met"
        Goal.update(reached="partly" if state == "escalated" else "mostly").where(Goal.case == case).execute()
        written = Review(case=case, on=today(), decision=decision, person=case.homeroom_id)
        put(written, summary="Em theo kịp hơn, cần giữ nếp học ở nhà.")
        written.save(force_insert=True)
        carry(case, decision, person_id=None)
    if state == "closed":
        rules.close(
            Case.get_by_id(case.id), "reached", "Em đã làm đủ bài trong tám tuần liền.", _actor(f"{code}.hieutruong")
        )
    if state == "frozen":
        consents.withdraw(Consent.get(Consent.case == case), None)
    if state == "anonymised":
        erasing.forget(case, None)


def _give(
    case: Case, teacher: Actor, kind: str, what: str, quantity: int, unit: str, worth: int, donor: str, state: str
) -> None:
    values = {
        "kind": kind,
        "what": what,
        "quantity": quantity,
        "unit": unit,
        "worth": worth,
        "donor": donor,
        "giver_id": None if donor else _actor("uh.hieutruong").school_id,
        "why": "Nhà xa trường, gia đình chưa lo được.",
    }
    aid = aid_rules.request(case, values, teacher)
    for way in AID_STEPS[state]:
        carry(aid, way, person_id=None)
    if state == "acknowledged":
        week_ago = today() - WEEK
        Aid.update(delivered_on=week_ago, acknowledged_on=week_ago).where(Aid.id == aid.id).execute()
