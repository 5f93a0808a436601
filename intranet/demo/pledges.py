"""The demo's pledges, meetings and visits: what twinned schools promised, did, and mean to do. All of it is made up."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from intranet.kernel.clock import now, stored, today
from intranet.kernel.language import source_text
from intranet.meetings.rules import people_of
from intranet.pairings.pledge import default_preamble
from intranet.registry.people import CONTACT_ROLES, LEADER, PRINCIPAL, ROLE_LABELS, Membership
from intranet.registry.pledges import (
    CANCELLED,
    CONFIRMED,
    EXCUSED,
    HELD,
    HELD_STATES,
    MEETING,
    PLANNED,
    POSTPONED,
    PRESENT,
    VISIT,
    ClauseCorrection,
    Meeting,
    MeetingAttendee,
    PledgeClause,
)
from intranet.registry.schools import Level, School
from intranet.registry.twinning import ACTIVE, Pairing
from intranet.shared import pledges, steps
from intranet.shared.activities import CORE_KINDS, record_activity
from intranet.shared.meetings import facts
from intranet.shared.pledges import BOTH, FIRST, SECOND

SIGNED_ON = date(2023, 10, 20)
# (side, text, quantity, unit, due in days, kind of activity, evidence)
MEETINGS = (BOTH, "Họp giao ban hai trường mỗi học kỳ một lần", 4, "cuộc", 180, MEETING, "Biên bản họp")
SECONDARY = (
    (
        *(FIRST, "Tổ chức tiết dạy minh họa môn Toán, Ngữ văn, Khoa học tự nhiên để giáo viên trường bạn dự giờ"),
        *(6, "tiết", 150, "", "Kế hoạch bài dạy, phiếu dự giờ"),
    ),
    (
        *(FIRST, "Chuyên đề ôn thi vào lớp 10 cho giáo viên dạy lớp 9: Toán, Ngữ văn, Tiếng Anh", 3, "chuyên đề"),
        *(60, "", "Tài liệu chuyên đề"),
    ),
    (
        *(FIRST, "Chuyển giao bộ thí nghiệm Khoa học tự nhiên còn sử dụng tốt cho phòng bộ môn", 20, "bộ"),
        *(-15, "", "Biên bản bàn giao"),
    ),
    (
        *(SECOND, "Đón trường bạn về trải nghiệm làng nghề và nông nghiệp tại địa phương", 2, "chuyến"),
        *(120, VISIT, "Kế hoạch, ảnh"),
    ),
    MEETINGS,
    (
        *(SECOND, "Chia sẻ kinh nghiệm giáo dục kỹ năng sống gắn với đời sống nông thôn", 1, "buổi"),
        *(200, "", "Tài liệu chia sẻ"),
    ),
    (BOTH, "Thi giao lưu tiếng Anh trực tuyến giữa hai trường", 1, "cuộc thi", 30, "", ""),
)
PRIMARY = (
    (FIRST, "Tiết dạy minh họa môn Tiếng Việt, Toán theo sách giáo khoa mới", 4, "tiết", 120, "", "Kế hoạch bài dạy"),
    (FIRST, "Tập huấn dùng bảng tương tác và học liệu số", 2, "buổi", 45, "", "Danh sách dự"),
    (FIRST, "Tặng sách cho thư viện thân thiện", 300, "quyển", -20, "", "Biên bản bàn giao"),
    (SECOND, "Đón học sinh trường bạn trải nghiệm một ngày ở làng nghề", 2, "chuyến", 150, VISIT, "Kế hoạch"),
    MEETINGS,
    (SECOND, "Chia sẻ cách tổ chức vườn trường, bếp ăn bán trú", 1, "buổi", 210, "", ""),
    (BOTH, "Ngày hội đọc sách chung", 1, "ngày hội", 20, "", ""),
)
PRESCHOOL = (
    (FIRST, "Dự giờ hoạt động góc, tổ chức môi trường lấy trẻ làm trung tâm", 4, "buổi", 120, "", "Phiếu dự giờ"),
    (FIRST, "Hướng dẫn làm đồ dùng, đồ chơi tự tạo", 2, "buổi", 45, "", "Ảnh sản phẩm"),
    (FIRST, "Tặng đồ chơi ngoài trời", 3, "bộ", -10, "", "Biên bản bàn giao"),
    (SECOND, "Đón giáo viên trường bạn thăm vườn rau, khu chơi dân gian", 2, "chuyến", 150, VISIT, "Kế hoạch"),
    MEETINGS,
    (SECOND, "Chia sẻ thực đơn từ nguồn thực phẩm địa phương", 1, "buổi", 210, "", ""),
    (BOTH, "Hội thi làm đồ chơi giữa hai trường", 1, "hội thi", 20, "", ""),
)
# (clause, what was done, why it is written by hand)
BY_HAND = (
    (0, 2, "Hai tiết dạy trong tháng chuyên môn, theo sổ dự giờ của trường nhận."),
    (0, 2, "Hai tiết dạy dịp hội giảng, có phiếu dự giờ."),
    (1, 3, "Đã hoàn thành đủ, theo danh sách dự và tài liệu lưu ở tổ chuyên môn."),
    (2, 12, "Bàn giao đợt một, theo biên bản."),
    (2, -2, "Đối chiếu biên bản: hai bộ bị hỏng khi vận chuyển."),
)
DROPPED, DROPPED_REASON = 6, "Trùng lịch thi của thành phố; hai trường thống nhất lồng ghép vào hoạt động khác."

FIRST_MEETING = (
    "Hội nghị thống nhất nội dung giao ước kết nghĩa",
    "Hai trường giới thiệu thế mạnh và khó khăn. {first} mạnh về đội ngũ cốt cán và thiết bị; {second} có kinh nghiệm "
    "giáo dục kỹ năng sống và hoạt động trải nghiệm.\nHai bên trao đổi từng cam kết: việc làm, số lượng, thời hạn.",
    "Thống nhất nội dung giao ước.\nHai điều phối viên lập kế hoạch chi tiết từng học kỳ.",
)
REGULAR_MEETING = (
    "Giao ban học kỳ: rà soát kết quả giao ước",
    "Điều phối viên hai trường báo cáo kết quả từng cam kết.\nGiáo viên {second} đề nghị thêm thời gian thực hành sau "
    "mỗi tiết dạy minh họa.\n{first} đề nghị tổ chức chuyến trải nghiệm trước kỳ kiểm tra.",
    "Tiếp tục các tiết dạy minh họa theo lịch.\nBố trí xe cho chuyến trải nghiệm trong tháng tới.",
)
VISIT_THERE = (
    "Trải nghiệm làng nghề và thăm vườn trường",
    "Giáo viên {first} thăm trường, dự hoạt động trải nghiệm, trao đổi cách phối hợp với cha mẹ học sinh.",
    "Hai trường cùng biên soạn kế hoạch trải nghiệm cho năm học sau.",
)
VISIT_HERE = (
    "Dự giờ, góp ý tiết dạy minh họa",
    "Giáo viên {second} dự hai tiết dạy, suy ngẫm và thảo luận theo hướng nghiên cứu bài học.",
    "Giáo viên {second} dạy thử ở trường mình, hai tổ chuyên môn góp ý trực tuyến.",
)
AGENDA = "1. Kết quả từng cam kết.\n2. Khó khăn, đề xuất của mỗi trường.\n3. Kế hoạch học kỳ tới."


def build(*, canaries: bool) -> None:
    """Fill the pairs under way. With ``canaries``, those of the accounts and the last stay bare: tests write theirs."""
    pairings = list(enumerate(Pairing.select().where(Pairing.state == ACTIVE).order_by(Pairing.id)))
    for number, pairing in pairings[2:5] if canaries else pairings:
        _sign(pairing, number)
        clauses = _promise(pairing)
        _meet(pairing, clauses, number)
        pledges.recount(pairing.id)


def _sign(pairing: Pairing, number: int) -> None:
    pairing.pledge_preamble = default_preamble(pairing)
    pairing.pledge_number = f"{number + 1:02}/GƯ-KN"
    pairing.signed_on = SIGNED_ON
    pairing.signed_place = pairing.second_school.name
    pairing.save()


def _promise(pairing: Pairing) -> list[PledgeClause]:
    levels = pairing.first_school.levels
    rows = SECONDARY if levels & Level.LOWER_SECONDARY else PRIMARY if levels & Level.PRIMARY else PRESCHOOL
    kinds = {kind.key: source_text(kind.label) for kind in CORE_KINDS}
    givers = {FIRST: pairing.first_school_id, SECOND: pairing.second_school_id}
    clauses = [
        PledgeClause.create(
            pairing=pairing,
            position=position,
            giver=givers.get(side),
            receiver=pairing.partner_of(givers[side]) if side in givers else None,
            text=text,
            quantity=Decimal(quantity),
            unit=unit,
            due_on=today() + timedelta(days=days),
            activity_kind=kind,
            kind_label=kinds.get(kind, ""),
            evidence=evidence,
        )
        for position, (side, text, quantity, unit, days, kind, evidence) in enumerate(rows, start=1)
    ]
    dropped = clauses[DROPPED]
    dropped.dropped_on, dropped.dropped_reason = today() - timedelta(days=40), DROPPED_REASON
    dropped.save()
    _correct(pairing, clauses)
    return clauses


def _correct(pairing: Pairing, clauses: list[PledgeClause]) -> None:
    """What was done before modules counted it, written by the principal of who gave; else by the office's leader."""
    writer = (
        Membership.select(Membership.person)
        .where(
            (Membership.school == pairing.first_school)
            | ((Membership.district == pairing.first_district) & (Membership.role == LEADER)),
            Membership.role.in_((*CONTACT_ROLES, LEADER)),
        )
        .order_by(Membership.school.is_null(), Membership.role.desc())
        .first()
    )
    for number, (clause, quantity, reason) in enumerate(BY_HAND):
        ClauseCorrection.create(
            clause=clauses[clause],
            quantity=Decimal(quantity),
            reason=reason,
            person=writer.person_id,
            at=now() - timedelta(days=90 - 12 * number),
        )


def _meet(pairing: Pairing, clauses: list[PledgeClause], number: int) -> None:
    together, visit = clauses[4], clauses[3]
    first, second = pairing.first_school_id, pairing.second_school_id
    _hold(pairing, MEETING, FIRST_MEETING, 400 + number, host=second)
    _hold(pairing, MEETING, REGULAR_MEETING, 150 + number, host=first, clause=together)
    _hold(pairing, VISIT, VISIT_THERE, 60 + number, host=second, giver=second, clause=visit)
    if number != 1:
        _hold(pairing, VISIT, VISIT_HERE, 45 + number, host=first, giver=first)
    if number == 2:
        _hold(pairing, MEETING, REGULAR_MEETING, 4, host=second, clause=together, state=HELD)
    state = {3: POSTPONED, 4: CANCELLED}.get(number, PLANNED)
    _hold(pairing, MEETING, REGULAR_MEETING, -12 - number, host=second, clause=together, state=state)


def _hold(
    pairing: Pairing,
    kind: str,
    words: tuple[str, str, str],
    days_ago: int,
    *,
    host: int,
    giver: int | None = None,
    clause: PledgeClause | None = None,
    state: str = CONFIRMED,
) -> None:
    title, minutes, conclusions = words
    day = today() - timedelta(days=days_ago)
    took_place = state in HELD_STATES
    names = {"first": pairing.first_school.name, "second": pairing.second_school.name}
    place = names["first"] if host == pairing.first_school_id else names["second"]
    contacts = {school_id: _contacts(school_id) for school_id in (pairing.first_school_id, pairing.second_school_id)}
    leaders = [people[0][1] if people else "" for people in (contacts[host], contacts[pairing.partner_of(host)])]
    meeting = Meeting.create(
        pairing=pairing,
        kind=kind,
        title=title,
        starts_at=stored(datetime.combine(day, time(8, 30))),
        ends_at=stored(datetime.combine(day, time(11))),
        place=f"Phòng hội đồng {place}" if kind == MEETING else place,
        host=host,
        giver=giver,
        clause=clause,
        agenda=AGENDA if kind == MEETING else "",
        minutes=minutes.format(**names) if took_place else "",
        conclusions=conclusions.format(**names) if took_place else "",
        chair=leaders[0] if took_place else "",
        secretary=leaders[1] if took_place else "",
        state=state,
        state_since=stored(datetime.combine(min(day, today()), time(16))),
        invited_at=stored(datetime.combine(min(day, today()) - timedelta(days=3), time(9))),
        outcome="" if state in (*HELD_STATES, PLANNED) else "Trùng lịch kiểm tra giữa kỳ của hai trường.",
    )
    _ask(meeting, contacts, took_place)
    if took_place:
        record_activity(facts(meeting))
    steps.refresh(meeting)


def _contacts(school_id: int) -> list[tuple[int | None, str, str, str]]:
    """Who stands for a school; of one without accounts, whom its list names."""
    found = [person for person in people_of(school_id) if person[3] in CONTACT_ROLES]
    name = School.get_by_id(school_id).principal_name
    return found or [(None, name, source_text(ROLE_LABELS[PRINCIPAL]), PRINCIPAL)] * bool(name)


def _ask(meeting: Meeting, contacts: dict[int, list[tuple[int | None, str, str, str]]], took_place: bool) -> None:
    people = [(school_id, *person) for school_id, found in contacts.items() for person in found]
    for number, (school_id, person_id, name, title, _role) in enumerate(people):
        attendance = (EXCUSED if number == 3 else PRESENT) if took_place else ""
        MeetingAttendee.create(
            meeting=meeting, person=person_id, school=school_id, name=name, title=title, attendance=attendance
        )
