"""The demo's programme with its signed memorandum and a yearly plan, and the programme that is to follow it."""

from __future__ import annotations

from datetime import date, datetime, time

from intranet.programmes import memoranda, plans, rules
from intranet.programmes.plans import Item
from intranet.registry.agreements import Memorandum
from intranet.registry.people import LEADER, OFFICER, Person
from intranet.registry.twinning import Programme
from intranet.shared import steps
from intranet.shared.access import Actor

MOVEMENTS = "Nhà trường cùng chung tay phát triển\nThầy cô cùng sẻ chia trách nhiệm"
GOALS = (
    "Tăng cường các hoạt động kết nối, trao đổi, chia sẻ kinh nghiệm dạy học giữa hai ngành GD&ĐT; "
    "nâng cao chất lượng đội ngũ, từng bước thu hẹp khoảng cách chất lượng giáo dục giữa các nhà trường.\n"
    "Chung tay hỗ trợ các trường khó khăn về cơ sở vật chất; giúp đỡ học sinh có hoàn cảnh khó khăn, "
    "không để học sinh nào bị bỏ lại phía sau."
)
PLACE = "Hà Nội"
SIGNED_ON = date(2023, 9, 20)
AIMS = (
    "Triển khai bản ghi nhớ đã ký giữa hai phòng trong năm học 2023-2024.\n"
    "Mỗi trường tham gia có ít nhất một hoạt động chung với trường kết nghĩa trong mỗi học kỳ."
)
ITEMS = (
    Item("Giới thiệu, duyệt các cặp trường kết nghĩa; tổ chức ký giao ước", "Hai phòng", date(2023, 10, 31), "7 cặp"),
    Item(
        "Chuyên đề sinh hoạt chuyên môn theo nghiên cứu bài học giữa các trường kết nghĩa",
        "Các trường",
        date(2024, 4, 30),
        "2 chuyên đề mỗi cặp",
    ),
    Item(
        "Tập huấn ứng dụng công nghệ thông tin, chuyển đổi số trong dạy học",
        "Phòng GD&ĐT quận Hoàng Mai",
        date(2024, 1, 31),
        "2 đợt, 120 giáo viên",
    ),
    Item(
        "Rà soát cơ sở vật chất, thiết bị; vận động hỗ trợ các trường khó khăn",
        "Phòng GD&ĐT huyện Ứng Hòa",
        date(2024, 3, 31),
        "10 trường",
    ),
    Item("Sơ kết năm học, biểu dương các cặp làm tốt", "Hai phòng", date(2024, 6, 15), "1 hội nghị"),
)
NEXT_TITLE = "Trường kết nghĩa: cùng dạy tốt, cùng học tốt"
NEXT_GOALS = (
    "Giữ nếp sinh hoạt chuyên môn chung giữa các trường kết nghĩa và mở rộng sang chuyển đổi số, tư vấn học đường.\n"
    "Mỗi cặp tự đánh giá kết quả bằng số liệu của chính hai trường."
)


def describe(programme: Programme) -> None:
    """Fill the programme that the demo has, and prepare the next one."""
    values = {"movements": MOVEMENTS, "goals": GOALS}
    rules.update_programme(programme, values, version=programme.version, person_id=None)
    begun = datetime.combine(programme.starts_on, time(3))
    Programme.update(state_since=begun).where(Programme.id == programme.id).execute()
    _sign_memorandum(programme)
    _plan_year(programme)
    _prepare_next(programme)


def _actor(username: str, role: str) -> Actor:
    person = Person.get(Person.username == username)
    return Actor(person_id=person.id, role=role, district_id=person.district_id)


def _sign_memorandum(programme: Programme) -> None:
    """Both offices agree and sign; it holds until they close the programme, so it has no last day of its own."""
    officer = _actor("hm.chuyenvien", OFFICER)
    values = memoranda.suggested(programme, None) | {"starts_on": SIGNED_ON, "ends_on": None}
    memorandum = memoranda.create_memorandum(programme, values, person_id=officer.person_id)
    steps.take(memorandum, "submit", officer)
    for leader in (_actor("hm.lanhdao", LEADER), _actor("uh.lanhdao", LEADER)):
        steps.take(memorandum, "agree", leader, seen=steps.text_hash(memorandum))
    memoranda.sign(memorandum, number="01/BGN-PGDĐT", signed_on=SIGNED_ON, place=PLACE, actor=officer)
    steps.take(memorandum, "enforce", officer)
    # It has stood there since then, not since the demo was built.
    Memorandum.update(state_since=datetime.combine(SIGNED_ON, time(3))).where(Memorandum.id == memorandum.id).execute()


def _plan_year(programme: Programme) -> None:
    person_id = _actor("hm.chuyenvien", OFFICER).person_id
    values = {"school_year": "2023-2024", "aims": AIMS, plans.ITEMS: ITEMS}
    plan = plans.create_plan(programme, values, person_id=person_id)
    plans.issue_plan(plan, number="15/KH-PGDĐT", issued_on=date(2023, 9, 25), person_id=person_id)


def _prepare_next(programme: Programme) -> None:
    """A programme still prepared, whose memorandum lies with both offices."""
    officer = _actor("hm.chuyenvien", OFFICER)
    districts = [_actor("uh.chuyenvien", OFFICER).district_id]
    values = {
        "title": NEXT_TITLE,
        "movements": MOVEMENTS,
        "goals": NEXT_GOALS,
        "starts_on": date(2025, 9, 1),
        "ends_on": date(2028, 8, 31),
        rules.DISTRICTS: districts,
    }
    following = rules.create_programme(officer.district_id, values, predecessor=programme, person_id=officer.person_id)
    memorandum = memoranda.create_memorandum(
        following, memoranda.suggested(following, None), person_id=officer.person_id
    )
    steps.take(memorandum, "submit", officer)
