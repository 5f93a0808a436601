"""Both reorganisations of the two districts, entered by an administrator from the state's tables, and taken back."""

from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.story]

DATA = Path(__file__).parent.parent / "units" / "data"
COMMUNES = ("merge", "Sắp xếp xã của huyện Ứng Hòa", "1286/NQ-UBTVQH15", "14/11/2024", "01/01/2025")
WARDS = ("Phường Hoàng Mai", "Phường Tương Mai", "Phường Lĩnh Nam")
DISTRICTS = ("dissolve", "Chính quyền địa phương hai cấp", "1656/NQ-UBTVQH15", "16/06/2025", "01/07/2025")


@pytest.fixture
def site(own_site):
    """What happens here is more than other tests could bear."""
    return own_site


def press(page: Page, name: str) -> None:
    page.locator("main").get_by_role("button", name=name, exact=True).click()


def drafted(admin: Page, kind: str, title: str, number: str, decree_on: str, effective_on: str, table: str) -> str:
    """Enter a change, and the table that came with its decree; its address."""
    admin.goto("/units/changes/new")
    admin.locator(f"input[value={kind}]").check()
    fields = {"title": title, "decree_number": number, "decree_on": decree_on, "effective_on": effective_on}
    for name, value in fields.items():
        admin.locator(f"#{name}").fill(value)
    press(admin, "Lập bản nháp")
    admin.wait_for_url("**/units")
    home = admin.url.removesuffix("/units")
    admin.goto(f"{home}/file")
    admin.locator("#file").set_input_files(DATA / table)
    press(admin, "Đọc bảng")
    expect(admin.locator("#flash")).to_contain_text("Đã đọc bảng")
    return home


def carried_out(admin: Page, home: str) -> None:
    admin.goto(home)
    press(admin, "Lên lịch")
    press(admin, "Thực hiện ngay")
    admin.wait_for_url(home, timeout=60_000)
    expect(admin.locator("main [data-state=applied]")).to_be_visible()


def fill_in(admin: Page, home: str, folder: Path) -> int:
    """Take the list of schools, say in Excel where each lies that the table leaves open, and hand it back."""
    admin.goto(f"{home}/schools")
    with admin.expect_download() as download:
        admin.get_by_role("link", name="Tải danh sách").click()
    path = folder / "truong.xlsx"
    download.value.save_as(path)
    book = load_workbook(path)
    rows = list(book.worksheets[0].iter_rows())
    header = next(number for number, row in enumerate(rows) if any(cell.value == "Đơn vị mới" for cell in row))
    column = [cell.value for cell in rows[header]].index("Đơn vị mới")
    open_ones = [row[column] for row in rows[header + 1 :] if row[0].value and not row[column].value]
    for number, cell in enumerate(open_ones):
        cell.value = WARDS[number % len(WARDS)]
    book.save(path)
    admin.goto(f"{home}/schools/file")
    admin.locator("#file").set_input_files(path)
    press(admin, "Ghi vào hệ thống")
    return len(open_ones)


def last_lines(reader: Page, reading: str) -> tuple[list[str], list[str]]:
    """(units, sums) of a year before the change, counted by the units of then or of now."""
    reader.goto(f"/reports/units?period=2023-2024&reading={reading}")
    table = reader.locator("[data-panel='reports.units'] tbody")
    units = [text.partition(" (")[0] for text in table.locator("tr:not(.total) th").all_inner_texts()]
    return units, table.locator("tr.total td").all_inner_texts()


def test_two_reorganisations_are_entered_carried_out_and_the_second_is_taken_back(window, trouble, tmp_path):
    admin, leader = window("admin", shared=False), window("uh.lanhdao", shared=False)
    principal = window("uh.hieutruong", shared=False, viewport={"width": 360, "height": 740})
    pair = principal.locator("a[href^='/pairings/']").first.get_attribute("href")

    carried_out(admin, drafted(admin, *COMMUNES, "2025-01-01.csv"))

    home = drafted(admin, *DISTRICTS, "2025-07-01.csv")
    expect(admin.locator("[data-state=unknown]")).to_have_count(0)
    admin.goto(home)
    admin.locator("[data-panel='units.next'] li a").click()
    expect(admin.locator(".progress")).to_contain_text("Còn 49 trường chưa có đơn vị mới")
    # Of Hoàng Mai's wards every one was cut up: a person says where each school stands.
    assert fill_in(admin, home, tmp_path) == 49
    expect(admin.locator(".progress")).to_contain_text("Mọi trường đã có đơn vị mới")
    admin.goto(f"{home}/preview")
    expect(admin.locator(".stats").first).to_contain_text("139")
    carried_out(admin, home)

    # Whoever was signed in still is, and works in the unit of today; the pair is alive.
    leader.reload()
    expect(leader.locator(".user-menu")).to_contain_text("Xã Ứng Hòa")
    (before, sums), (now, same) = last_lines(admin, "then"), last_lines(admin, "now")
    assert (before, sums) == (["Huyện Ứng Hòa", "Quận Hoàng Mai"], same)
    assert {"Huyện Ứng Hòa", "Quận Hoàng Mai"} & set(now) == set()
    principal.goto(pair)
    expect(principal.locator("h1")).to_be_visible()
    principal.locator(".pair-side a").first.click()
    principal.locator(".kicker a").click()
    expect(principal.locator("main")).to_contain_text("Lập từ")
    assert principal.evaluate("document.documentElement.scrollWidth") <= 360

    admin.goto(f"{home}/undo")
    admin.locator("#title").fill(DISTRICTS[1])
    press(admin, "Hoàn tác")
    admin.wait_for_url(home, timeout=60_000)
    expect(admin.locator("main [data-state=undone]")).to_be_visible()
    leader.reload()
    expect(leader.locator(".user-menu")).to_contain_text("Huyện Ứng Hòa")
    assert trouble.errors == []
