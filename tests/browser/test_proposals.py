"""What a partner cannot cover becomes a proposal, approved and handed over; donations wait for fifteen working days."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from intranet.kernel.clock import today
from intranet.kernel.database import database, open_database
from plugins.facilities.models import DonationPlan

pytestmark = [pytest.mark.browser, pytest.mark.story]

ITEM = "Bảng chống lóa"
PLAN = {
    "title": "Làm sân bóng rổ",
    "content": "Làm một sân bóng rổ 420 m².",
    "purpose": "Học sinh có chỗ tập thể thao.",
    "beneficiaries": "Học sinh toàn trường.",
    "budget": "90 triệu",
    "timetable": "Làm trong kỳ nghỉ hè.",
    "use": "Mặt sân 60 triệu, cột bóng 30 triệu.",
    "team": "Hiệu trưởng",
}


def press(page: Page, form: str) -> None:
    page.locator(f"[data-form={form}] button[name=action]").click()


def send(page: Page, form: str, **values: str) -> None:
    """Fill fields of a form by their ids and send it."""
    for name, value in values.items():
        page.locator(f"[data-form={form}] #{name}").fill(value)
    press(page, form)


def step(page: Page, home: str, name: str, role: str = "button") -> None:
    page.goto(home)
    page.locator("[data-panel='core.steps']").get_by_role(role, name=name, exact=True).click()


def stands_at(page: Page, state: str) -> None:
    expect(page.locator("[data-panel='core.steps']")).to_contain_text(state)


def ask(school: Page, office: Page, giver: Page) -> str:
    """A published need of twenty, of which the partner promises five: its page."""
    school.goto("/facilities/needs/new")
    send(school, "need", item=ITEM, quantity="20", unit="chiếc", why="Bảng cũ lóa.", estimate="40 triệu")
    expect(school.locator("h1")).to_have_text(ITEM)
    home = school.url
    step(school, home, "Gửi thẩm định")
    for name in ("Đạt thẩm định", "Công bố"):
        step(office, home, name)
    stands_at(office, "Đang kêu gọi")
    giver.goto(home)
    giver.get_by_role("link", name="Hỗ trợ nhu cầu này").click()
    send(giver, "offer", quantity="5")
    expect(giver.locator("h1")).to_have_text(ITEM)
    return home


def gather(office: Page) -> str:
    """The dossier's page, with what nobody promised, its cost and two sources that add up."""
    office.goto("/facilities/proposals/new")
    texts = {"addressee": "Ủy ban nhân dân quận Hoàng Mai", "reasons": "Phòng học thiếu bảng đạt chuẩn."}
    send(office, "proposal", title="Mua bảng cho phòng học", **texts)
    home = office.url
    office.get_by_role("link", name="Chọn nhu cầu").first.click()
    office.get_by_label(ITEM).check()
    press(office, "needs")
    line = office.locator("[data-panel='facilities.lines'] tbody tr")
    expect(line).to_contain_text("15 chiếc")
    expect(line).to_contain_text("30.000.000")
    for kind, amount in (("Ngân sách xã, phường", "20 triệu"), ("Xã hội hóa, tài trợ", "10 triệu")):
        office.goto(f"{home}/sources/new")
        office.get_by_label(kind).check()
        send(office, "source", amount=amount)
    return home


def test_what_a_partner_does_not_cover_is_proposed_approved_and_handed_over(window):
    school, office, leader = window("hm.hieutruong"), window("hm.chuyenvien"), window("hm.lanhdao")
    need = ask(school, office, window("uh.hieutruong"))
    home = gather(office)
    step(office, home, "Gửi kiểm tra")
    # Asked of the committee, it is asked of nobody else.
    school.goto(need)
    stands_at(school, "Trong hồ sơ đề xuất")
    step(leader, home, "Đồng ý gửi")
    step(office, home, "Ghi số và gửi", "link")
    send(office, "send", number="31/TTr-PGDĐT")
    step(office, home, "Ghi phê duyệt", "link")
    expect(office.locator("[data-form=approve] input[id^=source_]").first).to_have_value("20.000.000")
    send(office, "approve", decision_number="88/QĐ-UBND")
    expect(office.locator("[data-panel='facilities.money']")).to_contain_text("30.000.000")
    step(office, home, "Bắt đầu thực hiện")
    step(office, home, "Ghi bàn giao", "link")
    send(office, "hand_over", result="Đã bàn giao cho trường.")
    stands_at(office, "Đã bàn giao")
    school.goto(need)
    stands_at(school, "Đã đủ")
    school.goto("/facilities/proposals")
    expect(school.locator("#list")).to_contain_text("31/TTr-PGDĐT")


@pytest.fixture
def days_pass(served_database, running_app):
    """``days_pass(plan id)``: its plan of use was posted two months ago."""

    def pass_by(plan_id: str) -> None:
        open_database(served_database)
        ago = {"posted_on": today() - timedelta(days=60), "posting_ends_on": today() - timedelta(days=30)}
        DonationPlan.update(ago).where(DonationPlan.id == int(plan_id)).execute()
        database.close()

    return pass_by


def test_a_plan_of_use_is_public_for_fifteen_working_days_before_anything_is_taken(window, days_pass):
    school, office, stranger = window("hm.hieutruong"), window("hm.chuyenvien"), window()
    school.goto("/facilities/donations/new")
    send(school, "donation", **PLAN)
    home = school.url
    step(school, home, "Gửi duyệt")
    step(office, home, "Duyệt", "link")
    send(office, "approve", decision_number="16/QĐ-UBND")
    step(school, home, "Niêm yết kế hoạch sử dụng")
    expect(school.locator("[data-panel='facilities.posting']")).to_contain_text("0 trên 15 ngày làm việc")
    stands_at(school, "Chưa hết 15 ngày làm việc niêm yết kế hoạch sử dụng.")

    stranger.goto("/facilities/disclosure")
    stranger.get_by_role("link", name="Trường THCS Yên Sở").click()
    stranger.get_by_role("link", name=PLAN["title"]).click()
    send(stranger, "opinion", text="Nên có cả bảng rổ cho lớp nhỏ.")
    school.goto(home)
    school.get_by_role("link", name="Trả lời", exact=True).click()
    send(school, "answer", answer="Nhà trường tiếp thu.")

    days_pass(home.rpartition("/")[2])
    step(school, home, "Bắt đầu tiếp nhận")
    school.get_by_role("link", name="Ghi sổ tài trợ").first.click()
    school.get_by_label("Tiền", exact=True).check()
    send(school, "gift", giver="Bà Tư Hiền", amount="5 triệu")
    expect(school.locator("[data-panel='facilities.book']")).to_contain_text("Bà Tư Hiền")
    stranger.goto(f"/facilities/disclosure/plans/{home.rpartition('/')[2]}")
    expect(stranger.locator("main")).to_contain_text("5.000.000")
    expect(stranger.locator("main")).to_contain_text("Nhà trường tiếp thu.")
    expect(stranger.locator("main")).not_to_contain_text("Bà Tư Hiền")
