"""The calendar of holidays: everybody reads it, administrators keep it."""

from datetime import date

import pytest

from intranet.shared.audit import AuditEntry
from intranet.shared.working_days import SpecialDay, working_days_after

PAGE = "/admin/holidays"
NEW_DAY = {"on": "15/06/2026", "name": "Nghỉ bão", "source": "Công điện 01", "checked": "y"}


@pytest.mark.parametrize(
    ("username", "status"), [("", 303), ("hm.giaovien", 200), ("uh.chuyenvien", 200), ("admin", 200)]
)
def test_whoever_is_signed_in_reads_the_calendar(cast, username, status):
    assert cast(username).get(PAGE).status_code == status


@pytest.mark.parametrize("username", ["hm.giaovien", "hm.chuyenvien", "hm.lanhdao"])
def test_only_administrators_change_it(app, cast, username):
    day = SpecialDay.get(SpecialDay.on == date(2026, 9, 2))
    assert [cast(username).get(f"{PAGE}/{end}").status_code for end in ("new", day.id)] == [403, 403]
    assert cast(username).soup(PAGE).select(f'a[href^="{PAGE}/"]') == []


def test_a_year_shows_its_days_with_the_text_behind_each(cast):
    rows = [
        row.get_text(" ", strip=True) for row in cast("hm.giaovien").soup(f"{PAGE}?year=2026").select("#list tbody tr")
    ]
    assert rows[1:3] == [
        "02/01/2026 Thứ Sáu Nghỉ Nghỉ, làm bù ngày 10/01/2026 Văn bản 12729/VPCP-KGVX, 25/12/2025",
        "10/01/2026 Thứ Bảy Làm bù Làm bù cho ngày 02/01/2026 Văn bản 12729/VPCP-KGVX, 25/12/2025",
    ]
    assert rows[-1].endswith("Chưa đối chiếu")


def test_a_year_without_days_says_what_that_means(cast):
    page = cast("admin").soup(f"{PAGE}?year=2028")
    assert page.select_one(".empty h2").text == "Chưa có lịch nghỉ lễ năm 2028"


@pytest.mark.parametrize(("query", "status"), [("1899", 404), ("2101", 404), ("abc", 400), ("２０２６", 400)])
def test_an_odd_year_is_refused(cast, query, status):
    assert cast("admin").get(f"{PAGE}?year={query}").status_code == status


def test_a_new_day_off_counts_at_once_and_is_in_the_log(app, cast):
    assert working_days_after(date(2026, 6, 14), 1) == date(2026, 6, 15)
    answer = cast("admin").submit(f"{PAGE}/new", "holiday", NEW_DAY)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{PAGE}?year=2026")
    assert working_days_after(date(2026, 6, 14), 1) == date(2026, 6, 16)
    assert AuditEntry.select().order_by(AuditEntry.id.desc()).get().action == "special_day.save"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"on": "02/09/2026"}, "Ngày này đã có trong lịch."),
        ({"on": "31/02/2026"}, "Ngày 31/02/2026 không có trong lịch."),
        ({"on": ""}, "Thầy/cô chưa nhập ngày."),
        ({"name": ""}, "Thầy/cô chưa nhập tên ngày nghỉ."),
        ({"working": "y"}, "Ngày này là ngày làm việc sẵn; chỉ thứ Bảy, Chủ nhật mới làm bù."),
    ],
)
def test_what_makes_no_sense_is_refused_with_what_was_typed(app, cast, fields, sentence):
    before = SpecialDay.select().count()
    answer = cast("admin").submit(f"{PAGE}/new", "holiday", NEW_DAY | fields)
    assert (answer.status_code, sentence in answer.text, SpecialDay.select().count()) == (422, True, before)


def test_a_day_is_changed_and_taken_off(app, cast):
    day = SpecialDay.get(SpecialDay.on == date(2027, 2, 4))
    here = f"{PAGE}/{day.id}"
    cast("admin").submit(here, "holiday", {"checked": "y", "source": "Thông báo 1"})
    assert (SpecialDay[day.id].checked, SpecialDay[day.id].source) == (True, "Thông báo 1")
    cast("admin").submit(here, "remove")
    assert (SpecialDay.get_or_none(SpecialDay.id == day.id), working_days_after(date(2027, 2, 3), 1)) == (
        None,
        date(2027, 2, 4),
    )
