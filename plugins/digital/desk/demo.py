"""Volunteers, requests, answers and resources of the demo's own schools, in every state. No pupil is named."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from intranet.api import (
    COORDINATOR,
    PRINCIPAL,
    TEACHER,
    TWINNED,
    Actor,
    Pairing,
    Person,
    School,
    carry,
    local,
    now,
    refresh_waiting,
    stop_waiting,
    working_days_after,
)
from plugins.digital.articles.rules import make_article
from plugins.digital.desk import rules
from plugins.digital.models import Request, Resource
from plugins.digital.resources import rules as resources
from plugins.digital.volunteers.rules import register

ROLES = {"hieutruong": PRINCIPAL, "dieuphoi": COORDINATOR, "giaovien": TEACHER}
# (account, topics as bits, note)
VOLUNTEERS = (
    ("hm.giaovien", 2 + 4 + 8, "Rảnh chiều thứ Năm, giúp từ xa được."),
    ("hm.dieuphoi", 1 + 16 + 32, ""),
    ("uh.giaovien", 8 + 64, "Làm đề kiểm tra trên máy."),
)
# The steps that lead to each state.
WAYS = {
    "new": (),
    "queued": ("pass_on",),
    "assigned": ("accept",),
    "waiting": ("accept", "ask_school"),
    "solved": ("accept", "solve"),
    "confirmed": ("accept", "solve", "confirm"),
    "rated": ("accept", "solve", "confirm", "rate"),
}
# (asker, text, room), (state, helper, solution, hours, rating, thanks), age in days
REQUESTS = (
    (
        ("uh.giaovien", "Máy chiếu phòng 6A không nhận máy tính", "Phòng 6A"),
        (
            "rated",
            "hm.giaovien",
            "Đổi cáp HDMI, chọn lại nguồn vào trên điều khiển, nhấn Windows + P chọn Nhân đôi.",
            "0.5",
            5,
            "Cảm ơn thầy, giờ học kịp dùng.",
        ),
        40,
    ),
    (
        ("uh.hieutruong", "Giáo viên không vào được phần mềm kiểm tra trực tuyến", "Phòng Tin học"),
        (
            "rated",
            "hm.dieuphoi",
            "Cấp lại mật khẩu theo danh sách, hướng dẫn đổi mật khẩu lần đầu.",
            "1.5",
            4,
            "Cảm ơn cô đã hướng dẫn cả tổ.",
        ),
        25,
    ),
    (
        ("uh.giaovien", "Wifi dãy nhà B chập chờn vào tiết 3, 4", "Dãy nhà B"),
        ("confirmed", "hm.dieuphoi", "Đặt lại kênh của hai bộ phát, tắt bộ phát cũ trùng tên.", "2", None, ""),
        12,
    ),
    (
        ("uh.hieutruong", "Cần mẫu bài kiểm tra trên máy cho khối 8", ""),
        ("solved", "hm.giaovien", "Gửi mẫu 20 câu và cách trộn đề.", "1", None, ""),
        3,
    ),
    (
        ("uh.giaovien", "Máy tính giáo viên mở bài giảng rất chậm", "Phòng 7B"),
        ("waiting", "hm.giaovien", "", None, None, ""),
        2,
    ),
    (("uh.giaovien", "Loa phòng 8A bị rè", "Phòng 8A"), ("new", "", "", None, None, ""), 0),
    (
        ("hm.giaovien", "Máy in phòng hội đồng kẹt giấy liên tục", "Phòng hội đồng"),
        ("queued", "", "", None, None, ""),
        4,
    ),
)
ARTICLES = (
    (
        "hm.giaovien",
        "Máy chiếu không nhận máy tính",
        "1. Kiểm tra cáp HDMI hai đầu.\n2. Chọn đúng nguồn vào trên điều khiển máy chiếu.\n"
        "3. Nhấn Windows + P, chọn Nhân đôi.\n4. Vẫn không được: thử cáp khác, máy tính khác.",
    ),
    (
        "uh.giaovien",
        "Trộn đề kiểm tra trên máy",
        "Soạn câu hỏi trong bảng, mỗi hàng một câu; chọn trộn câu và trộn đáp án.",
    ),
)
# (account, title, summary, levels, subject, tool, link), (steps, reused by)
RESOURCES = (
    (
        (
            "hm.giaovien",
            "Thí nghiệm ảo: quang hợp ở lá cây",
            "Học sinh đổi ánh sáng, đếm bọt khí, lập bảng và nhận xét. Dùng được trên điện thoại.",
            4,
            "Khoa học tự nhiên 7",
            "Trình duyệt",
            "https://phet.colorado.edu/vi/",
        ),
        (("submit", "approve", "publish"), "uh.giaovien"),
    ),
    (
        (
            "uh.giaovien",
            "Bản đồ sông Đáy qua các thời kỳ",
            "Bản đồ tương tác cho bài lịch sử địa phương.",
            4,
            "Lịch sử và Địa lí",
            "Bản đồ số",
            "https://hanoi.edu.vn/ban-do-song-day",
        ),
        (("submit", "approve", "publish"), "hm.giaovien"),
    ),
    (
        (
            "hm.giaovien",
            "Phiếu luyện tập phân số tự chấm",
            "20 câu tự chấm, có gợi ý khi sai.",
            2,
            "Toán",
            "Bảng tính",
            "https://hanoi.edu.vn/phieu-phan-so",
        ),
        (("submit",), None),
    ),
)


def actor(username: str) -> Actor:
    """Somebody of the demo's own schools."""
    person = Person.get(Person.username == username)
    role = ROLES[username.partition(".")[2]]
    return Actor(person_id=person.id, role=role, district_id=person.district_id, school_id=person.school_id)


def build() -> None:
    """Make them, and bring each as far as it is."""
    for username, topics, note in VOLUNTEERS:
        register(actor(username), {"topics": topics, "note": note, "active": True})
    for asked, given, age in REQUESTS:
        _request(asked, given, age)
    for username, title, body in ARTICLES:
        make_article(actor(username), {"title": title, "body": body})
    for values, (steps, user) in RESOURCES:
        _resource(values, steps, user)


def _request(asked: tuple[str, str, str], given: tuple[str, str, str, str | None, int | None, str], age: int) -> None:
    state, helper, solution, hours, rating, thanks = given
    request = rules.ask(actor(asked[0]), asked[1], asked[2])
    since = now() - timedelta(days=age)
    _offer(request, since)
    for step in WAYS[state]:
        if step == "solve":
            done = {"solution": solution, "hours": hours and Decimal(hours), "solved_at": since + timedelta(days=1)}
            Request.update(**done).where(Request.id == request.id).execute()
        carry(request, step, person_id=actor(helper).person_id if helper else None)
        if step == "accept":
            replied = since + timedelta(hours=3)
            Request.update(first_reply_at=replied).where(Request.id == request.id).execute()
        if step == "ask_school":
            rules.Reply.create(
                request=request, person=actor(helper).person_id, text="Máy dùng Windows mấy, còn trống bao nhiêu GB?"
            )
    Request.update(state_since=min(since + timedelta(days=2), now())).where(Request.id == request.id).execute()
    if rating:
        Request.update(rating=rating, thanks=thanks).where(Request.id == request.id).execute()


def _offer(request: Request, since: datetime) -> None:
    """Offer it to the partner school: modules are switched on only after the demo is made, so the rule asked nobody."""
    of = (Pairing.first_school == request.school_id) | (Pairing.second_school == request.school_id)
    pairing = Pairing.select().where(of, Pairing.state.in_(TWINNED)).order_by(Pairing.id).first()
    partner = School.get_by_id(pairing.partner_of(request.school_id))
    Request.update(
        created_at=since,
        pairing=pairing,
        helper_school=partner,
        helper_district=partner.district_id,
        offered_until=working_days_after(local(since).date(), rules.OFFER_DAYS),
        state="new",
    ).where(Request.id == request.id).execute()
    refresh_waiting(Request.get_by_id(request.id))


def _resource(values: tuple, steps: tuple[str, ...], user: str | None) -> None:
    username, title, summary, levels, subject, tool, link = values
    given = {"title": title, "summary": summary, "levels": levels, "subject": subject, "tool": tool, "link": link}
    resource = resources.make_resource(actor(username), {**given, "textbook": "", "licence": "credit"})
    for step in steps:
        carry(resource, step, person_id=None)
    if user:
        resources.reuse(Resource.get_by_id(resource.id), actor(user))


def mark() -> None:
    """A request and a draft of each district's first school: for the school and its office alone."""
    for code in ("hm", "uh"):
        text = f"CANARY-{code.upper()}-V1"
        rules.ask(actor(f"{code}.hieutruong"), f"Máy in hỏng\n{text}")
        values = {"title": "Học liệu còn nháp", "summary": text, "levels": 0, "subject": "", "textbook": ""}
        given = {**values, "tool": "", "licence": "", "link": ""}
        # Tests of other rooms look at what waits for the same people.
        stop_waiting(resources.make_resource(actor(f"{code}.hieutruong"), given))
