"""What goes on in the demo that people open: sessions of today, last week and last month, each at another step."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from intranet.api import Person, fold, midnight, now, refresh_waiting, sort_key, today
from plugins.professional_development import demo
from plugins.professional_development.credits import certificates
from plugins.professional_development.models import (
    CONFIRMED,
    PRESENT,
    REGISTERED,
    WAITING_LIST,
    Adoption,
    Difficulty,
    FeedbackAnswer,
    LessonPlan,
    LessonStudy,
    Observation,
    Practice,
    Registration,
    Session,
)
from plugins.professional_development.sessions import effects

HALF_HOUR = timedelta(minutes=30)
WISHES = (
    "Cách chấm sản phẩm nhóm cho công bằng.",
    "Dạy lớp đông trên 45 học sinh.",
    "Dùng học liệu số khi mạng yếu.",
)
COMMENTS = ("Nên gửi kế hoạch bài dạy trước hai ngày.", "Thời gian thảo luận hơi ngắn.")


def build() -> None:
    """Sessions, studies and practices of the demo's first schools."""
    for code in ("hm", "uh"):
        _queue(Session.get(Session.organiser == _person(f"{code}.dieuphoi"), Session.state == "open"), code)
    for session in Session.select().where(Session.state == "credited"):
        _say(session)
        _certificates(session)
    organiser = _person("hm.dieuphoi")
    title = "Chuyên đề: Ôn thi vào lớp 10 môn Toán theo nhóm"
    _propose(demo.add(organiser, "topic", title, 3, "Toán", "Khối 9", -16, "closed", 3))
    _today(organiser)
    _study(organiser)
    _shared_study(_person("uh.giaovien"))
    _answers()
    _adopted()
    for model in (Session, Difficulty, LessonStudy, Practice):
        for record in model.select():
            refresh_waiting(record)


def _person(username: str) -> Person:
    return Person.get(Person.username == username)


def _place(session: Session, person: Person, turn: int, **values: object) -> Registration:
    work = {"school": person.school_id, "district": person.district_id}
    return Registration.create(session=session, person=person, turn=turn, **work, **values)


def _queue(session: Session, code: str) -> None:
    """Nearly full: the last two wait, and move up when somebody cancels."""
    names = [f"{code}.giaovien", f"{'uh' if code == 'hm' else 'hm'}.giaovien", f"{code}.hieutruong", "uh.hieutruong"]
    people = [_person(name) for name in dict.fromkeys(names)]
    Session.update(capacity=max(1, len(people) - 1)).where(Session.id == session.id).execute()
    for turn, person in enumerate(people, start=1):
        _place(session, person, turn, state=REGISTERED if turn < len(people) else WAITING_LIST)


def _say(session: Session) -> None:
    """What people wished for, on some of the answers; nobody knows on whose."""
    rows = list(FeedbackAnswer.select().where(FeedbackAnswer.session == session).order_by(FeedbackAnswer.key))
    for row, wish, comment in zip(rows, (*WISHES, ""), (*COMMENTS, "", ""), strict=False):
        row.wish, row.comment = wish, comment
        row.save()


def _certificates(session: Session) -> None:
    confirmed = Registration.select().where(Registration.session == session, Registration.credit == CONFIRMED)
    for place in list(confirmed.order_by(Registration.id))[:4]:
        certificates.issue(place, person_id=session.organiser_id)


def _propose(session: Session) -> None:
    """The feedback is closed; the principals of both schools find the periods on their home page."""
    _say(session)
    effects.propose_credit(session, None)


def _today(organiser: Person) -> None:
    """Under way now: the grid and the code can be tried, some have checked in."""
    title = "Dạy minh họa Khoa học tự nhiên 7: Nguyên tử"
    session = demo.add(organiser, "demonstration", title, 0, "Khoa học tự nhiên", "Khối 7", 0, "open", 2)
    session.starts_at = now().replace(second=0) - HALF_HOUR
    session.ends_at = session.starts_at + 4 * HALF_HOUR
    session.presenters = organiser.name
    session.save()
    names = ("hm.giaovien", "hm.hieutruong", "uh.dieuphoi", "uh.giaovien", "uh.hieutruong")
    for turn, name in enumerate(names, start=1):
        came = {"attendance": PRESENT, "checked_in_at": session.starts_at} if turn in (1, 4) else {}
        _place(session, _person(name), turn, state=REGISTERED, **came)


def _study(organiser: Person) -> None:
    """The study of demo.py is taught in a session of the pair."""
    title = "Nghiên cứu bài học Toán 6: Hỗn số"
    session = demo.add(organiser, "lesson_study", title, 0, "Toán", "Khối 6", -9, "minuted", 2)
    study = LessonStudy.get(LessonStudy.title == "Hỗn số")
    study.session, study.pairing = session, session.pairing
    study.save()
    Observation.create(
        study=study,
        person=_person("uh.giaovien"),
        pupil="HS 5",
        minute=18,
        action="So sánh 1 3/4 với 2 bằng cách đặt hai băng giấy cạnh nhau.",
        cause="Băng giấy giúp so sánh phần còn thiếu.",
    )


def _shared_study(leader: Person) -> None:
    """One that has gone all the way, for the district to read."""
    study = LessonStudy.create(
        district=leader.district_id,
        school=leader.school_id,
        leader=leader,
        title="Đọc hiểu truyện ngắn hiện đại",
        search_text=fold(" Đọc hiểu truyện ngắn hiện đại Ngữ văn "),
        subject="Ngữ văn",
        grade="8",
        teacher_name=leader.name,
        members="Nhóm Ngữ văn 8",
        discussion="HS 2 và HS 7 đọc lướt nên kể lại sai trình tự; cả hai nêu đúng khi có phiếu sắp xếp sự việc.",
        conclusions="Thêm phiếu sắp xếp sự việc trước câu hỏi suy luận.",
        report="Lần dạy lại, cả bốn học sinh được quan sát kể đúng trình tự và nêu được chi tiết làm căn cứ.",
        taught_on=today() - timedelta(days=40),
        taught_again_on=today() - timedelta(days=33),
        state="shared",
        state_since=midnight(today() - timedelta(days=30)),
    )
    for number, course, changes in (
        (1, "Đọc thành tiếng, trả lời câu hỏi, thảo luận.", ""),
        (
            2,
            "Đọc thầm, sắp xếp sự việc, trả lời câu hỏi, thảo luận.",
            "Thêm phiếu sắp xếp sự việc.",
        ),
    ):
        aims = "Học sinh nêu được chi tiết làm căn cứ cho nhận xét của mình."
        LessonPlan.create(study=study, number=number, aims=aims, course=course, changes=changes, person=leader)
    for teaching, action in ((1, "Kể lại sai trình tự hai sự việc."), (2, "Sắp xếp đúng, chỉ ra câu văn làm căn cứ.")):
        Observation.create(study=study, teaching=teaching, person=leader, pupil="HS 2", minute=15, action=action)


def _answers() -> None:
    """One was answered by a session, and solved."""
    session = Session.get(Session.state == "credited", Session.subject == "Tin học")
    Difficulty.update(session=session, state="closed", answer="Xem phần chia nhóm luân phiên trong biên bản.").where(
        Difficulty.title.startswith("Phòng máy ít"), Difficulty.district == _person("uh.dieuphoi").district_id
    ).execute()


def _adopted() -> None:
    """A practice that went round."""
    title = "Sổ tay dặn dò bằng ảnh cho học sinh bán trú"
    author = _person("uh.hieutruong")
    practice = Practice.create(
        district=author.district_id,
        school=author.school_id,
        author=author,
        title=title,
        sort_key=sort_key(title),
        search_text=fold(f" {title} "),
        summary="Mỗi nền nếp một tấm ảnh do học sinh chụp, dán ở nơi cần nhớ.",
        description="Lớp chọn năm việc hay quên, chụp ảnh, ghi một câu ngắn. Mỗi tháng thay một lần.",
        levels=4,
        licence="free",
        state="published",
        adopted=2,
    )
    others: Sequence[tuple[str, int, str]] = (
        ("hm.dieuphoi", 26, "Làm ở khu nội trú, mỗi phòng một bộ; học sinh tự thay ảnh."),
        ("uh2.hieutruong", 8, "Dùng cho khối 6 mới vào trường."),
    )
    for name, days, note in others:
        person = _person(name)
        Adoption.create(
            practice=practice,
            school=person.school_id,
            district=person.district_id,
            person=person,
            adopted_on=today() - timedelta(days=days),
            note=note,
        )
