"""A child's way through the module, as the people of two schools in two districts go it, until it is forgotten."""

from io import BytesIO

import pytest
from docx import Document
from playwright.sync_api import Page, expect

from intranet.kernel.clock import today
from intranet.kernel.database import database, open_database
from intranet.registry.districts import District
from plugins.mentoring import hooks
from plugins.mentoring.tables.cases import Case

pytestmark = pytest.mark.browser

NAME, CIRCUMSTANCE = "Nguyễn Thị Măng Cụt", "Mẹ ốm nặng đã lâu"
DONE = "Làm mười bài phân số"
PHONE = {"width": 360, "height": 760}


@pytest.fixture
def timer(site, served_database, running_app):
    """``timer(case id)``: the day has come on which a child is forgotten, and the district's duties of that day."""

    def run(case_id: str) -> None:
        open_database(served_database)
        with running_app.app_context():
            Case.update(erase_on=today()).where(Case.id == int(case_id)).execute()
            assert "1 cases erased" in hooks.duties(District.get(District.code == "HM"), today())
        database.close()

    return run


def send(page: Page, form: str, **values: str) -> None:
    """Fill fields of a form by their ids and send it."""
    found = page.locator(f"[data-form={form}]")
    for name, value in values.items():
        found.locator(f"#{name}").fill(value)
    found.locator("button[name=action]").click()


def step(page: Page, verb: str) -> None:
    page.locator(f"[data-panel='core.steps'] button[value={verb}]").click()


def nominate(teacher: Page) -> tuple[str, str]:
    """The case's page and its code."""
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
    return teacher.url, teacher.locator(".kicker").inner_text()


def agree(teacher: Page, coordinator: Page, home: str) -> None:
    """The school takes the child up, and the family agrees to a mentor of the partner school."""
    coordinator.goto(home)
    step(coordinator, "accept")
    expect(coordinator.locator("[data-panel='core.steps']")).to_contain_text("Chờ gia đình đồng ý")
    teacher.goto(f"{home}/consents/new")
    teacher.get_by_label("Giáo viên trường kết nghĩa kèm em").check()
    teacher.get_by_label("Học sinh cùng đồng ý và đã ký").check()
    teacher.locator("#way").select_option("met")
    send(teacher, "consent", giver="Trần Thị Sầu Riêng")
    expect(teacher.locator("#flash")).to_contain_text("Đã ghi sự đồng ý")


def match(mentor: Page, coordinator: Page, home: str, code: str) -> str:
    """A teacher across the district border helps; the match's page. Nobody there learns who the child is."""
    mentor.goto("/mentoring/mentors/me")
    mentor.get_by_label("THCS").check()
    send(mentor, "profile", subjects="Toán")
    coordinator.goto(f"{home}/match")
    coordinator.get_by_role("link", name="Mời Lý Thị Ú").click()
    coordinator.locator("#unrelated").check()
    send(coordinator, "match", subject="Toán")

    mentor.goto("/mentoring/pupils")
    mentor.get_by_role("link", name=code).first.click()
    here = mentor.url
    mentor.goto(f"{here}/accept")
    mentor.locator("#unrelated").check()
    mentor.locator("#silent").check()
    send(mentor, "accept")
    coordinator.goto(here)
    step(coordinator, "approve")
    mentor.goto(here)
    for told in (NAME, CIRCUMSTANCE, "Hoàn cảnh khó khăn"):
        expect(mentor.locator("main")).not_to_contain_text(told)
    return here


def note(mentor: Page, coordinator: Page, here: str, code: str) -> None:
    """The mentor writes of a time with the child, and that something needs to be looked at; the coordinator is told."""
    mentor.goto(f"{here}/log")
    mentor.locator("#important").check()
    send(mentor, "log", minutes="45", done=DONE)
    expect(mentor.locator("#flash")).to_contain_text("Đã ghi nhật ký")
    coordinator.goto("/notices")
    expect(coordinator.locator("main")).to_contain_text(f"{code}: nhật ký kèm có việc cần xem ngay")
    coordinator.goto(here)
    expect(coordinator.locator("main")).to_contain_text(DONE)


def review(coordinator: Page, home: str) -> None:
    """Goals were reached, and the family gets a letter about the term."""
    coordinator.goto(home)
    step(coordinator, "look_back")
    coordinator.goto(f"{home}/review")
    coordinator.get_by_label("Đã đạt mục tiêu").check()
    send(coordinator, "review", summary="Em tiến bộ nhiều")
    coordinator.goto(f"{home}/papers")
    with coordinator.expect_download() as letter:
        coordinator.get_by_role("link", name="Phiếu thông báo cho gia đình").first.click()
    assert NAME not in letter.value.suggested_filename
    paper = Document(BytesIO(letter.value.path().read_bytes()))
    assert any(NAME in line.text for line in paper.paragraphs)


@pytest.mark.story
def test_a_child_is_nominated_agreed_to_helped_across_the_border_and_forgotten_by_the_timer(window, timer):
    teacher, mentor = (window(name, viewport=PHONE) for name in ("hm.giaovien", "uh.giaovien"))
    coordinator, principal = window("hm.dieuphoi"), window("hm.hieutruong")
    home, code = nominate(teacher)
    agree(teacher, coordinator, home)
    here = match(mentor, coordinator, home, code)
    note(mentor, coordinator, here, code)
    review(coordinator, home)

    principal.goto(f"{home}/close")
    send(principal, "close", outcome="Em đã vững")
    expect(principal.locator("[data-panel='core.steps']")).to_contain_text("Đã kết thúc")
    case = home.rpartition("/")[2]
    # Closed, the mentor sees no more of the child.
    assert mentor.request.get(f"/mentoring/cases/{case}").status == 404
    mentor.goto(here)
    expect(mentor.locator("main")).not_to_contain_text(DONE)

    timer(case)
    principal.goto(home)
    expect(principal.locator("h1")).to_have_text(f"HS #{case}")
    expect(principal.locator("[data-panel='core.steps']")).to_contain_text("Đã xóa dữ liệu")
    for told in (NAME, CIRCUMSTANCE, "6A"):
        expect(principal.locator("main")).not_to_contain_text(told)
    # Who looked stays known.
    principal.goto(f"{home}/reads")
    expect(principal.locator("main")).to_contain_text("Lý Thị Ú")
