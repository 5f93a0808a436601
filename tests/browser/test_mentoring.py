"""A child's way through the module, as the people of two schools in two districts go it."""

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

NAME, CIRCUMSTANCE = "Nguyễn Thị Măng Cụt", "Mẹ ốm nặng đã lâu"
PHONE = {"width": 360, "height": 760}


def send(page: Page, form: str, **values: str) -> None:
    """Fill fields of a form by their ids and send it."""
    found = page.locator(f"[data-form={form}]")
    for name, value in values.items():
        found.locator(f"#{name}").fill(value)
    found.locator("button[name=action]").click()


def step(page: Page, verb: str) -> None:
    page.locator(f"[data-panel='core.steps'] button[value={verb}]").click()


@pytest.mark.story
def test_a_child_is_nominated_agreed_to_helped_by_the_partner_school_and_forgotten(window):
    teacher, coordinator, principal = (
        window("hm.giaovien", viewport=PHONE),
        window("hm.dieuphoi"),
        window("hm.hieutruong"),
    )
    mentor = window("uh.giaovien", viewport=PHONE)

    teacher.goto("/mentoring/cases/new")
    teacher.get_by_label("Hoàn cảnh khó khăn", exact=True).check()
    send(
        teacher,
        "nominate",
        name=NAME,
        birth_date="01/05/2014",
        class_name="6A",
        circumstances=CIRCUMSTANCE,
        tried="Cô chủ nhiệm đã đến thăm nhà",
        subject="Toán",
        goals="Cộng trừ được phân số",
    )
    expect(teacher.locator("h1")).to_have_text(NAME)
    home = teacher.url
    code = teacher.locator(".kicker").inner_text()

    coordinator.goto(home)
    step(coordinator, "accept")
    expect(coordinator.locator("[data-panel='core.steps']")).to_contain_text("Chờ gia đình đồng ý")

    teacher.goto(f"{home}/consents/new")
    teacher.get_by_label("Giáo viên trường kết nghĩa kèm em").check()
    teacher.get_by_label("Học sinh cùng đồng ý và đã ký").check()
    teacher.locator("#way").select_option("met")
    send(teacher, "consent", giver="Trần Thị Sầu Riêng")
    expect(teacher.locator("#flash")).to_contain_text("Đã ghi sự đồng ý")

    mentor.goto("/mentoring/mentors/me")
    mentor.get_by_label("THCS").check()
    send(mentor, "profile", subjects="Toán")

    coordinator.goto(f"{home}/match")
    coordinator.get_by_role("link", name="Mời Lý Thị Ú").click()
    coordinator.locator("#unrelated").check()
    send(coordinator, "match", subject="Toán")

    mentor.goto("/mentoring/pupils")
    mentor.get_by_role("link", name=code).first.click()
    match = mentor.url
    expect(mentor.locator("main")).not_to_contain_text(NAME)
    expect(mentor.locator("main")).not_to_contain_text(CIRCUMSTANCE)
    mentor.goto(f"{match}/accept")
    mentor.locator("#unrelated").check()
    mentor.locator("#silent").check()
    send(mentor, "accept")
    coordinator.goto(match)
    step(coordinator, "approve")

    mentor.goto(f"{match}/log")
    send(mentor, "log", minutes="45", done="Làm mười bài phân số")
    expect(mentor.locator("#flash")).to_contain_text("Đã ghi nhật ký")

    coordinator.goto(home)
    step(coordinator, "look_back")
    coordinator.goto(f"{home}/review")
    coordinator.get_by_label("Đã đạt mục tiêu").check()
    send(coordinator, "review", summary="Em tiến bộ nhiều")
    principal.goto(f"{home}/close")
    send(principal, "close", outcome="Em đã vững")
    expect(principal.locator("[data-panel='core.steps']")).to_contain_text("Đã kết thúc")

    # Closed, the mentor sees no more of the child.
    case = home.rpartition("/")[2]
    assert mentor.request.get(f"/mentoring/cases/{case}").status == 404

    # The timer is tried elsewhere; here the family does not want to wait for it.
    principal.goto(f"{home}/erase")
    send(principal, "erase", code=code)
    expect(principal.locator("h1")).not_to_contain_text(NAME)
    expect(principal.locator("[data-panel='core.steps']")).to_contain_text("Đã xóa dữ liệu")
