"""Made-up sessions, difficulties, lesson studies and practices of the demo's own schools. No pupil is named."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from intranet.api import (
    TWINNED,
    District,
    Pairing,
    Person,
    fold,
    midnight,
    now,
    record_activity,
    sort_key,
    today,
)
from plugins.professional_development.feedback.queries import LEAST
from plugins.professional_development.models import (
    ABSENT,
    CONFIRMED,
    PARTNER,
    PRESENT,
    REGISTERED,
    Adoption,
    Difficulty,
    DifficultyWeight,
    FeedbackAnswer,
    FeedbackGiven,
    LessonPlan,
    LessonStudy,
    Observation,
    Practice,
    Registration,
    Session,
    Theme,
)
from plugins.professional_development.sessions import effects, kinds

HOUR = timedelta(hours=1)
HELD = ("minuted", "closed", "credited")
# (kind, title, theme, subject, grade, days from today, state, periods)
SESSIONS = {
    "HM": (
        ("demonstration", "Dạy minh họa Tin học 6: Sơ đồ tư duy", 1, "Tin học", "Khối 6", -45, "credited", 2),
        ("topic", "Chuyên đề: Dạy học phân hóa môn Toán", 0, "Toán", "Khối 7", -12, "minuted", 3),
        ("demonstration", "Dạy minh họa Ngữ văn 9: Ôn tập nghị luận xã hội", 3, "Ngữ văn", "Khối 9", 6, "open", 2),
        ("visit", "Tham quan thư viện mở của trường", None, "", "", 20, "submitted", 0),
    ),
    "UH": (
        ("training", "Tập huấn dùng học liệu số trong giờ Khoa học tự nhiên", 1, "KHTN", "", -30, "credited", 4),
        ("management", "Giao lưu: Tổ chức bữa ăn bán trú ở trường nông thôn", None, "", "", 11, "open", 2),
    ),
}
DIFFICULTIES = (
    ("Học sinh ngại nói tiếng Anh trước lớp", "Lớp đông, giờ luyện nói ít.", "Tiếng Anh", "open"),
    ("Chưa biết ra đề kiểm tra theo ma trận mới", "", "Toán", "answered"),
    ("Phòng máy ít, 45 học sinh dùng chung 20 máy", "Chia nhóm thì mất thời gian.", "Tin học", "routed"),
)
PRACTICES = (
    ("Góc đọc mười lăm phút đầu giờ", "Mỗi sáng cả lớp đọc, mỗi tuần một em giới thiệu sách.", "Ngữ văn", "published"),
    ("Đôi bạn cùng tiến qua phiếu học tập số", "Phiếu giao trên mạng, bạn khá chữa bài cho bạn.", "Toán", "published"),
    ("Câu lạc bộ STEM từ vật liệu tái chế", "Mỗi tháng một sản phẩm, trường bạn cùng chấm.", "KHTN", "submitted"),
)


def build(canaries: bool) -> None:
    """Fill a fresh demo; with ``canaries``, what is not for everybody carries marker texts of its scope."""
    for district in District.select().where(District.code.in_(list(SESSIONS))):
        _themes(district)
        for number in (1, 2):
            own = f"{district.code.lower()}{'' if number == 1 else number}"
            principal = Person.get(Person.username == f"{own}.hieutruong")
            marker = f"CANARY-{district.code}-S{number}"
            _draft(principal, marker if canaries else "Trao đổi trong tổ trước.")
            if canaries:
                _practice(principal, f"Mô hình còn nháp {number}", marker, "", "draft")
                _study(principal, marker)
        coordinator = Person.get(Person.username == f"{district.code.lower()}.dieuphoi")
        if canaries:
            _own_session(coordinator, *(f"CANARY-{district.code}-{scope}" for scope in ("V1", "S1", "R1")))
        for row in SESSIONS[district.code]:
            # The pairs of the marked demo begin without a past: their tests write it.
            if not (canaries and row[6] in HELD):
                add(coordinator, *row)
        _difficulties(district, f"CANARY-{district.code}" if canaries else "")
        _practices(coordinator)
    _study(Person.get(Person.username == "hm.giaovien"))


def _themes(district: District) -> None:
    if not Theme.select().where(Theme.district == district).exists():
        for place, label in enumerate(kinds.THEMES):
            Theme.create(district=district, label=label, position=place)


def _new(person: Person, title: str, **values: Any) -> Session:
    return Session.create(
        district=person.district_id,
        school=person.school_id,
        organiser=person,
        title=title,
        sort_key=sort_key(title),
        search_text=fold(f" {title} {values.get('subject', '')} "),
        secret=secrets.token_urlsafe(24),
        **values,
    )


def _draft(principal: Person, content: str) -> None:
    _new(principal, "Bồi dưỡng giáo viên mới", kind="topic", content=content, state="draft")


def add(
    organiser: Person,
    kind: str,
    title: str,
    theme: int | None,
    subject: str,
    grade: str,
    days: int,
    state: str,
    periods: int,
) -> Session:
    """A session of the organiser's school with its partner, held where its state says so."""
    pairing = Pairing.get(
        (Pairing.first_school == organiser.school_id) | (Pairing.second_school == organiser.school_id),
        Pairing.state.in_(TWINNED),
    )
    start = midnight(today() + timedelta(days=days)) + 14 * HOUR
    themes = list(Theme.select().where(Theme.district == organiser.district_id).order_by(Theme.position))
    session = _new(
        organiser,
        title,
        kind=kind,
        theme=themes[theme] if theme is not None else None,
        content="Dự giờ hoặc nghe báo cáo, sau đó thảo luận về việc học của học sinh và cách vận dụng ở hai trường.",
        subject=subject,
        grade=grade,
        starts_at=start,
        ends_at=start + 2 * HOUR,
        place="Phòng họp của trường",
        audience=PARTNER,
        pairing=pairing,
        partner=pairing.partner_of(organiser.school_id),
        capacity=40,
        quota=20,
        programme="02",
        periods=periods,
        state=state,
    )
    if state in HELD:
        hold(session)
    return session


def _own_session(organiser: Person, content: str, minutes: str, feedback: str) -> None:
    """A school's own session, over and done with: what its office's viewers read too, its minutes, what was wished."""
    start = midnight(today() - timedelta(days=20)) + 14 * HOUR
    session = _new(
        organiser,
        "Họp tổ chuyên môn",
        kind="topic",
        content=content,
        starts_at=start,
        ends_at=start + 2 * HOUR,
        minutes=minutes,
        conclusions=minutes,
        state="closed",
    )
    for _number in range(LEAST):
        FeedbackAnswer.create(
            session=session, day=today(), useful=4, clear=4, applicable=4, wish=feedback, comment=feedback
        )


def hold(session: Session) -> None:
    """Let a session have taken place, with those who came from both districts."""
    names = [f"{code}.{role}" for code in ("hm", "uh") for role in ("hieutruong", "dieuphoi", "giaovien")]
    for turn, person in enumerate(Person.select().where(Person.username.in_(names)).order_by(Person.username), start=1):
        came = person.username != "uh.dieuphoi"
        confirmed = came and session.state == "credited"
        Registration.create(
            session=session,
            person=person,
            school=person.school_id,
            district=person.district_id,
            state=REGISTERED,
            turn=turn,
            attendance=PRESENT if came else ABSENT,
            checked_in_at=session.starts_at if came else None,
            periods=session.periods if confirmed else None,
            credit=CONFIRMED if confirmed else "",
            credited_at=now() if confirmed else None,
        )
        if came and session.state in ("closed", "credited"):
            FeedbackGiven.create(session=session, person=person)
            FeedbackAnswer.create(session=session, day=today(), useful=4, clear=3 + turn % 2, applicable=3)
    session.held_on = session.starts_at.date()
    session.chair, session.secretary = session.organiser.name, "Tổ trưởng chuyên môn"
    session.minutes = "Giáo viên dạy nêu ý định bài dạy. Nhóm chia sẻ điều quan sát được ở học sinh."
    session.conclusions = "Mỗi trường dạy lại bài này ở một lớp, trao đổi kết quả trong hai tuần."
    # Minutes were there two days after; the feedback of those that go on closes this week.
    session.feedback_until = session.held_on + timedelta(days=2) + effects.FEEDBACK_DAYS
    if session.state == "minuted":
        session.feedback_until = today() + timedelta(days=3)
    session.save()
    record_activity(effects.facts(session), module="professional_development")


def _difficulties(district: District, marker: str) -> None:
    people = list(Person.select().where(Person.username.startswith(f"{district.code.lower()}")).order_by(Person.id))
    teachers = [person for person in people if person.school_id is not None and person.active]
    for number, (title, body, subject, state) in enumerate(DIFFICULTIES):
        author = teachers[number % len(teachers)]
        difficulty = Difficulty.create(
            district=district,
            school=author.school_id,
            person=author,
            title=title,
            body=f"{body} {marker}".strip(),
            subject=subject,
            state=state,
            search_text=fold(f" {title} {body} {subject} "),
            weight=min(number + 1, len(teachers)),
            routed_to=author.school_id if state == "routed" else None,
            answer="Trường gửi bộ đề mẫu và ma trận trong mục Mô hình hay." if state == "answered" else "",
        )
        for person in teachers[: difficulty.weight]:
            DifficultyWeight.create(difficulty=difficulty, person=person)


def _practices(author: Person) -> None:
    for title, summary, subject, state in PRACTICES:
        practice = _practice(author, title, summary, subject, state)
        adopter = Person.get(Person.username == f"{'uh' if author.username.startswith('hm') else 'hm'}.dieuphoi")
        if state == "published" and subject == "Ngữ văn":
            Adoption.create(
                practice=practice,
                school=adopter.school_id,
                district=adopter.district_id,
                person=adopter,
                adopted_on=today() - timedelta(days=20),
                note="Làm ở khối 6, học sinh mượn sách nhiều hơn.",
            )
            Practice.update(adopted=1).where(Practice.id == practice.id).execute()


def _practice(author: Person, title: str, summary: str, subject: str, state: str) -> Practice:
    return Practice.create(
        district=author.district_id,
        school=author.school_id,
        author=author,
        title=title,
        sort_key=sort_key(title),
        search_text=fold(f" {title} {summary} {subject} "),
        summary=summary,
        description="Chuẩn bị, cách làm từng bước, kết quả sau một học kỳ, điều kiện cần có.",
        levels=4,
        subject=subject,
        licence="credit",
        state=state,
    )


def _study(leader: Person, marker: str = "") -> None:
    study = LessonStudy.create(
        district=leader.district_id,
        school=leader.school_id,
        leader=leader,
        title="Hỗn số",
        search_text=fold(" Hỗn số Toán "),
        subject="Toán",
        grade="6",
        teacher_name=leader.name,
        members="Nhóm Toán 6",
        discussion=marker,
        taught_on=today() - timedelta(days=9),
        state="taught",
    )
    LessonPlan.create(
        study=study,
        number=1,
        aims=f"Học sinh hiểu hỗn số qua chia đều vật thật. {marker}".strip(),
        course="Khởi động, hình thành kiến thức, luyện tập, vận dụng.",
        person=leader,
    )
    for pupil, minute, action, difficulty in (
        ("HS 3", 12, "Chia băng giấy thành bốn phần nhưng không bằng nhau.", "Chưa rõ “phần bằng nhau”."),
        ("HS 8", 25, "Viết 7/4 = 1 3/4 và giải thích cho bạn.", ""),
    ):
        Observation.create(
            study=study, person=leader, pupil=pupil, minute=minute, action=action, difficulty=difficulty, cause=marker
        )
