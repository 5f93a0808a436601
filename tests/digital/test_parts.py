"""Criterion 1.3 of decision 4725: its sum with a level of its own, on the pages and on paper, and how it came."""

import runpy
from pathlib import Path

import pytest

from intranet.checklists.rules import save_pack
from intranet.kernel.checklist_bodies import plain, read
from intranet.kernel.clock import today
from intranet.kernel.database import database
from intranet.shared.checklists import ChecklistPack, body_of
from plugins import digital

KEY = "decision-4725"
HOME = "/digital/assessments"
MIGRATION = Path(digital.__file__).parent / "migrations" / "0004_parts_of_groups.py"
LEVELS = [("9", "9/30 – Mức 1"), ("10", "10/30 – Mức 2"), ("20", "20/30 – Mức 2"), ("20.5", "20,5/30 – Mức 3")]


def of_1_3(points):
    """So many points for the five items of 1.3, six at the most for each."""
    left, scores = float(points), {}
    for number in range(1, 6):
        scores[f"1.3.{number}"] = str(min(6, left))
        left -= min(6, left)
    return scores


def text(browser, address):
    return browser.soup(address).find("main").get_text(" ", strip=True)


def sums(browser, address):
    """{group or part: its cells} of the table of sums."""
    rows = browser.soup(address).select("table.list tbody tr")
    return {row.find("th").get_text(strip=True): [cell.text for cell in row.select("td")] for row in rows}


@pytest.mark.parametrize(("points", "words"), LEVELS)
def test_the_schools_form_shows_the_sum_of_the_part_beside_its_level(cast, make_assessment, points, words):
    made = make_assessment(scores=of_1_3(points))
    shown = text(cast("hm.hieutruong"), f"{HOME}/{made.id}/sections/1")
    assert f"1.3. Dạy học trực tuyến Trường tự chấm: {words} · Lần trước: 5/30 – Mức 1 1.3.1." in shown
    assert "1.3." not in text(cast("hm.hieutruong"), f"{HOME}/{made.id}/sections/2")


def test_while_nothing_of_it_is_scored_a_part_has_no_level_and_last_years_stands_beside(
    cast, make_assessment, make_round
):
    make_assessment("published", of_1_3(12), make_round(school_year="2020-2021"))
    made = make_assessment()
    shown = text(cast("hm.hieutruong"), f"{HOME}/{made.id}/sections/1")
    assert "1.3. Dạy học trực tuyến Trường tự chấm: – · Lần trước: 12/30 – Mức 2" in shown


def test_the_page_of_an_assessment_sums_the_part_below_its_group(cast, make_assessment):
    made = make_assessment("submitted", of_1_3(9))
    found = sums(cast("hm.hieutruong"), f"{HOME}/{made.id}")
    assert list(found) == [
        "1. Chuyển đổi số trong dạy, học",
        "1.3. Dạy học trực tuyến",
        "2. Chuyển đổi số trong quản trị cơ sở giáo dục",
    ]
    # The low part holds back neither its group nor the whole.
    assert (found["1.3. Dạy học trực tuyến"], found["1. Chuyển đổi số trong dạy, học"]) == (
        ["5/5", "5", "9", "–", "Mức 1"],
        ["16/16", "14", "79", "–", "Mức 3"],
    )
    assert made.own_level == 3


def test_the_office_sees_both_sums_where_it_checks(cast, make_assessment):
    made = make_assessment("submitted", of_1_3(21))
    office, address = cast("hm.chuyenvien"), f"{HOME}/{made.id}/check"
    assert "1.3. Dạy học trực tuyến Trường tự chấm: 21/30 – Mức 3 1.3.1. Có" in text(office, address)
    assert office.submit(address, "check", {"checked-1.3.1": "5", "reason-1.3.1": "Ít dùng"}).status_code == 303
    assert "Trường tự chấm: 21/30 – Mức 3 · Kết quả kiểm tra: 20/30 – Mức 2" in text(office, address)
    assert sums(office, f"{HOME}/{made.id}")["1.3. Dạy học trực tuyến"] == ["5/5", "5", "21", "20", "Mức 2"]


def test_the_report_holds_the_part_below_its_group(cast, make_assessment, paper):
    made = make_assessment("approved", of_1_3(20))
    lines = paper("hm.hieutruong", "digital.report", made)
    start = lines.index("1. Chuyển đổi số trong dạy, học")
    assert lines[start + 1 : start + 7] == [
        *("90", "90"),
        *("1.3. Dạy học trực tuyến", "20/30 – Mức 2", "20/30 – Mức 2"),
        "2. Chuyển đổi số trong quản trị cơ sở giáo dục",
    ]
    rule = "Nhóm nhỏ 1.3: mức 2 từ 10 điểm, mức 3 trên 20 điểm; mức này không tính vào mức của nhóm."
    assert any(rule in line for line in lines)


# --- A database in which the pack is as 0.7 shipped it ---


@pytest.fixture
def shipped(app):
    """The first version, which knows no parts."""
    pack = ChecklistPack.get(ChecklistPack.key == KEY)
    body = plain(pack.checklist)
    for group in body["groups"]:
        group.pop("parts", None)
    pack.version, pack.body = 1, body_of(read(body))
    pack.save()
    return pack


def migrate():
    runpy.run_path(str(MIGRATION))["up"](None, database.obj)


def versions():
    rows = ChecklistPack.select().where(ChecklistPack.key == KEY).order_by(ChecklistPack.version)
    return [(pack.version, list(pack.checklist.parts)) for pack in rows]


def test_the_migration_adds_a_version_and_open_rounds_keep_theirs(cast, shipped, make_round, make_assessment):
    opened = make_round()
    before = make_assessment(scores={}, opened=opened)
    pages = [f"/digital/rounds/{opened.id}", f"{HOME}/{before.id}", f"{HOME}/{before.id}/sections/1"]
    seen = [text(cast("hm.hieutruong"), page) for page in pages]
    migrate()
    assert versions() == [(1, []), (2, ["1.3"])]
    assert [text(cast("hm.hieutruong"), page) for page in pages] == seen
    assert not any("1.3. Dạy học trực tuyến" in page for page in seen)
    # A round that is opened now goes by the new one.
    given = {"title": "Đợt sau", "due_on": f"{today():%d/%m/%Y}"}
    answer = cast("hm.chuyenvien").submit("/digital/rounds/new", "round", given)
    later = make_assessment(opened=before.round.__class__.get_by_id(int(answer.location.rpartition("/")[2])))
    assert "1.3. Dạy học trực tuyến" in text(cast("hm.hieutruong"), f"{HOME}/{later.id}/sections/1")


def test_the_migration_leaves_an_edited_pack_alone(shipped):
    head = {name: getattr(shipped, name) for name in ("title", "source", "levels", "starts_on", "ends_on")}
    save_pack(shipped, head | {"note": "Đã đối chiếu"}, shipped.checklist, version=1, person_id=1)
    migrate()
    assert versions() == [(1, []), (2, [])]


def test_where_the_pack_came_with_its_parts_the_migration_changes_nothing(app):
    migrate()
    assert versions() == [(2, ["1.3"])]
