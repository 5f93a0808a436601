"""From a need to its thanks, across both districts: the goods are received on a telephone."""

from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from intranet.kernel.clock import today

pytestmark = [pytest.mark.browser, pytest.mark.story]

PHONE = {"width": 360, "height": 740}
ITEM = "Ghế xếp hội trường"


def press(page: Page, form: str) -> None:
    page.locator(f"[data-form={form}] button[name=action]").click()


def step(page: Page, home: str, name: str) -> None:
    page.goto(home)
    page.locator("[data-panel='core.steps']").get_by_role("button", name=name, exact=True).click()


def form_of(page: Page, home: str, name: str) -> None:
    """The form behind a step."""
    page.goto(home)
    page.locator("[data-panel='core.steps']").get_by_role("link", name=name, exact=True).click()


def ask(school: Page) -> str:
    """The need's page, once the school has sent it."""
    school.goto("/facilities/needs/new")
    school.locator("#item").fill(ITEM)
    school.locator("#quantity").fill("60")
    school.locator("#unit").fill("chiếc")
    school.locator("#why").fill("Hội trường mới có 40 ghế cho 100 người.")
    school.locator("#estimate").fill("12,5 triệu")
    press(school, "need")
    expect(school.locator("h1")).to_have_text(ITEM)
    home = school.url
    step(school, home, "Gửi thẩm định")
    return home


def publish(office: Page, home: str) -> None:
    for name in ("Đạt thẩm định", "Công bố"):
        step(office, home, name)
    expect(office.locator("[data-panel='core.steps']")).to_contain_text("Đang kêu gọi")


def promise(giver: Page) -> str:
    """The offer's page, once the partner found the need on the wall, without marks."""
    giver.goto("/facilities/wall?q=ghe+xep")
    giver.get_by_role("link", name=ITEM).click()
    giver.get_by_role("link", name="Hỗ trợ nhu cầu này").click()
    expect(giver.locator("#quantity")).to_have_value("60")
    giver.locator("#quantity").fill("61")
    press(giver, "offer")
    expect(giver.locator(".error")).to_contain_text("Nhu cầu này chỉ còn thiếu 60 chiếc.")
    giver.locator("#quantity").fill("40")
    press(giver, "offer")
    expect(giver.locator("h1")).to_have_text(ITEM)
    return giver.url


def send(giver: Page, offer: str) -> None:
    form_of(giver, offer, "Hẹn ngày giao")
    giver.locator("#scheduled_on").fill(f"{today() + timedelta(days=2):%d/%m/%Y}")
    press(giver, "schedule")
    form_of(giver, offer, "Giao hàng")
    giver.locator("#giver_name").fill("Anh Lái xe")
    press(giver, "dispatch")
    expect(giver.locator("[data-panel='core.steps']")).to_contain_text("Đang giao")
    # The giver cannot say for the school that it is there.
    expect(giver.get_by_role("link", name="Xác nhận đã nhận")).to_have_count(0)


def receive(phone: Page, offer: str, photo: Path) -> None:
    """One thumb: the slip is filled in; two chairs are broken."""
    form_of(phone, offer, "Xác nhận đã nhận")
    width = phone.evaluate("() => document.documentElement.scrollWidth")
    assert width <= PHONE["width"]
    assert phone.get_by_role("button", name="Xác nhận đã nhận").bounding_box()["height"] >= 56
    expect(phone.locator("#received")).to_have_value("40")
    phone.locator("#received").fill("38")
    phone.locator("#files").set_input_files(photo)
    phone.locator("summary", has_text="Thừa, thiếu, hỏng").click()
    phone.locator("#broken").fill("2")
    press(phone, "receive")
    expect(phone.locator("#receipt_note-error")).to_contain_text("Có hàng hỏng: thầy/cô ghi rõ hỏng thế nào.")
    phone.locator("#receipt_note").fill("Hai ghế gãy chân khi chở")
    phone.locator("#files").set_input_files(photo)
    press(phone, "receive")
    expect(phone.locator("[data-panel='facilities.delivery']")).to_contain_text("38 chiếc")
    expect(phone.locator("[data-panel='facilities.offer-files']")).to_contain_text("ghe.jpg")


def thank(school: Page, offer: str) -> None:
    form_of(school, offer, "Gửi lời cảm ơn")
    expect(school.locator("#thanks")).to_have_value(
        "Trường THCS Yên Sở đã nhận 38 chiếc Ghế xếp hội trường và trân trọng cảm ơn Trường THCS Hồng Quang "
        "đã chung tay cùng nhà trường."
    )
    press(school, "thank")


def test_from_a_need_to_its_thanks(window, trouble, tmp_path):
    photo = tmp_path / "ghe.jpg"
    Image.new("RGB", (400, 300), "brown").save(photo)
    school, office, giver = (window(name) for name in ("hm.dieuphoi", "hm.chuyenvien", "uh.hieutruong"))
    phone = window("hm.hieutruong", viewport=PHONE)
    need = ask(school)
    publish(office, need)
    offer = promise(giver)
    step(phone, offer, "Đồng ý nhận")
    send(giver, offer)
    receive(phone, offer, photo)
    thank(school, offer)
    giver.goto(offer)
    expect(giver.locator("[data-panel='facilities.thanks']")).to_contain_text("trân trọng cảm ơn")
    school.goto(need)
    for bar, text in (("pledged", "38/60"), ("on_the_way", "0/60"), ("received", "38/60")):
        expect(school.locator(f"[data-bar={bar}]")).to_contain_text(text)
    # Twice something was refused: that the browser says so, too, is as it should be.
    assert [error for error in trouble.errors if "422" not in error] == []
