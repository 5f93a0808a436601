"""Lists of needs and offers as Excel files."""

from decimal import Decimal
from io import BytesIO

from openpyxl import load_workbook


def rows_of(answer):
    assert answer.status_code == 200
    sheet = load_workbook(BytesIO(answer.data)).worksheets[0]
    rows = [[cell for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True)]
    return [row for row in rows if len(row) > 3]


def test_the_needs_of_a_school_as_a_file_with_the_filters_of_the_list(cast, make_need):
    make_need(item="Máy in", quantity=Decimal("2.5"), estimate=Decimal(9_000_000))
    make_need("draft", item="Bàn")
    browser = cast("hm.hieutruong")
    link = browser.soup("/facilities/?state=published").find(id="export")["href"]
    head, only = rows_of(browser.get(link))[:2]
    assert (head[2], only[2:5], only[-4:]) == ("Cần gì", ["Máy in", 2.5, "bộ"], ["Đang kêu gọi", 0, 0, 0])
    assert len(rows_of(browser.get(link))) == 2


def test_offers_as_a_file_name_no_donor_who_wishes_none(cast, make_need, promise, bring):
    need = make_need()
    form = {"name": "Bà Kín", "donor_kind": "person", "quantity": "3", "anonymous": "y"}
    cast("hm.dieuphoi").submit(f"/facilities/needs/{need.id}/donor", "donor", form)
    bring(promise(need, 5))
    rows = rows_of(cast("hm.hieutruong").get("/facilities/offers/export.xlsx"))
    texts = [" ".join(map(str, row)) for row in rows]
    assert "Trường THCS Hồng Quang" in texts[1] and "Đã nhận" in texts[1]
    assert "Người tài trợ không nêu tên" in texts[2] and "Bà Kín" not in " ".join(texts)
