"""The pages of checklists: seen, copied, edited into a new version, refused with sentences."""

import pytest

from intranet.kernel.clock import today
from intranet.registry.districts import District
from intranet.shared.audit import AuditEntry, AuditValue
from intranet.shared.checklists import ChecklistPack, in_force


@pytest.fixture
def own(cast, pack):
    """The own copy of Hoàng Mai."""
    answer = cast("hm.chuyenvien").submit(f"/checklists/{pack.id}", "copy")
    assert answer.status_code == 303
    return ChecklistPack.get(ChecklistPack.copied_from == pack)


def text(browser, address):
    return browser.soup(address).find("main").get_text(" ", strip=True)


def test_a_pack_shows_its_source_its_rule_and_what_does_not_add_up(cast, pack):
    shown = text(cast("hm.hieutruong"), f"/checklists/{pack.id}")
    assert "Quyết định 4725/QĐ-BGDĐT ngày 30/12/2022" in shown
    assert "Mức 3: mỗi nhóm trên 75 điểm." in shown
    assert "Nhóm 2 cộng được 90 điểm, văn bản ghi 100." in shown
    assert "2.4.2. Tuyển sinh đầu cấp trực tuyến" in shown
    assert "1.3. Dạy học trực tuyến Nhóm nhỏ tối đa 30 điểm 1.3.1. Có triển khai" in shown
    assert "Nhóm nhỏ 1.3: mức 2 từ 10 điểm, mức 3 trên 20 điểm" in shown


def test_the_list_holds_what_is_for_all_and_the_own(cast, pack, own):
    assert "bản của đơn vị" in text(cast("hm.chuyenvien"), "/checklists")
    assert "bản của đơn vị" not in text(cast("uh.chuyenvien"), "/checklists")


def test_a_copy_is_of_the_own_district_and_the_original_stays(pack, own, app):
    hoang_mai = District.get(District.code == "HM")
    assert (own.district_id, own.version, own.body, own.key) == (hoang_mai.id, 1, pack.body, "qd4725~hm-1")
    assert ChecklistPack.get_by_id(pack.id).title == pack.title


@pytest.mark.parametrize(
    ("username", "of", "status"),
    [
        ("hm.xem", "pack", 200),
        ("uh.giaovien", "pack", 200),
        ("hm.giaovien", "own", 200),
        ("uh.lanhdao", "own", 404),
        ("hm.moi", "pack", 403),
    ],
)
def test_what_is_for_all_everybody_reads_and_a_districts_own_its_people(cast, pack, own, username, of, status):
    found = {"own": own, "pack": pack}[of]
    assert cast(username).get(f"/checklists/{found.id}").status_code == status


@pytest.mark.parametrize(
    ("username", "of", "method", "status"),
    [
        ("hm.chuyenvien", "own", "get", 200),
        ("admin", "own", "get", 200),
        ("hm.hieutruong", "own", "get", 403),
        ("uh.chuyenvien", "own", "get", 404),
        # What is for all, administrators edit.
        ("hm.chuyenvien", "pack", "get", 403),
        ("admin", "pack", "get", 200),
    ],
)
def test_who_may_edit(cast, pack, own, username, of, method, status):
    found = {"own": own, "pack": pack}[of]
    assert cast(username).get(f"/checklists/{found.id}/edit").status_code == status


def test_where_no_module_uses_it_a_pack_is_not_there(cast, pack, switch):
    switch("notice_board", "HM", False)
    assert cast("hm.chuyenvien").get(f"/checklists/{pack.id}").status_code == 404
    assert f'"/checklists/{pack.id}"' not in cast("hm.chuyenvien").get("/checklists").text


def test_an_edit_makes_a_new_version_and_the_old_one_stays(cast, own):
    browser = cast("hm.chuyenvien")
    answer = browser.submit(
        f"/checklists/{own.id}/edit", "checklist", {"items-18-maximum": "16", "starts_on": "01/09/2026"}
    )
    new = ChecklistPack.get(ChecklistPack.key == own.key, ChecklistPack.version == 2)
    assert (answer.status_code, answer.location) == (303, f"/checklists/{new.id}")
    assert (new.checklist.items["2.3.1"].maximum, own.checklist.items["2.3.1"].maximum) == (16, 6)
    assert new.checklist.groups[1].reachable == new.checklist.groups[1].maximum
    assert "văn bản ghi" not in text(browser, f"/checklists/{new.id}")
    assert "Đây là bản cũ." in text(browser, f"/checklists/{own.id}")


def test_a_new_record_takes_the_version_in_force_on_its_day(cast, own):
    cast("hm.chuyenvien").submit(f"/checklists/{own.id}/edit", "checklist", {"starts_on": "01/01/2030"})
    district = own.district_id

    def versions(day):
        found = in_force("notice_board.quality", district, day)
        return [pack.version for pack in found if pack.key == own.key]

    assert (versions(today()), versions(today().replace(year=2031))) == ([1], [2])


def test_an_added_item_is_asked_and_an_emptied_one_no_longer(cast, own):
    rows = len(own.checklist.items)
    cast("hm.chuyenvien").submit(
        f"/checklists/{own.id}/edit",
        "checklist",
        {
            f"items-{rows}-group": "1",
            f"items-{rows}-code": "1.8",
            f"items-{rows}-title": "Mục mới của đơn vị",
            f"items-{rows}-kind": "points",
            f"items-{rows}-maximum": "2,5",
            "items-0-code": "",
            "items-0-title": "",
        },
    )
    items = ChecklistPack.get(ChecklistPack.key == own.key, ChecklistPack.version == 2).checklist.items
    assert ("1.1" in items, items["1.8"].title, str(items["1.8"].maximum)) == (False, "Mục mới của đơn vị", "2.5")


@pytest.mark.parametrize(
    ("changes", "parts"),
    [
        ({"parts-0-bounds": "12; >24"}, {"1.3": ["12", ">24"]}),
        ({"parts-0-bounds": " 9,5 ; > 20;"}, {"1.3": ["9,5", ">20"]}),
        ({"parts-0-code": "", "parts-0-title": ""}, {}),
        (
            {"parts-1-group": "2", "parts-1-code": "2.4", "parts-1-title": "Kết nối", "parts-1-bounds": "15"},
            {"1.3": ["10", ">20"], "2.4": ["15"]},
        ),
    ],
)
def test_parts_of_groups_are_edited_with_the_rest(cast, own, changes, parts):
    answer = cast("hm.chuyenvien").submit(f"/checklists/{own.id}/edit", "checklist", changes)
    assert answer.status_code == 303
    new = ChecklistPack.get(ChecklistPack.key == own.key, ChecklistPack.version == 2)
    found = {part.code: [bound.words() for bound in part.bounds] for part in new.checklist.parts.values()}
    assert (found, list(own.checklist.parts)) == (parts, ["1.3"])
    trail = AuditValue.select(AuditValue.field).join(AuditEntry).where(AuditEntry.subject_id == new.id)
    changed = {name for (name,) in trail.where(AuditEntry.action == "checklist.update").tuples()}
    assert changed == {"version", "item 2.4" if "2.4" in parts else "item 1.3"}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"title": ""}, "Thầy/cô chưa nhập tên bộ."),
        ({"parts-0-group": "9"}, "Chưa có nhóm 9 trong danh sách nhóm."),
        ({"parts-0-group": "2"}, "Nhóm nhỏ 1.3 chưa có mục chấm điểm nào"),
        ({"parts-0-bounds": "mười"}, "Nhóm nhỏ 1.3: ngưỡng điểm phải là các số, ví dụ 10; &gt;20."),
        ({"parts-0-bounds": ""}, "Nhóm nhỏ 1.3: ngưỡng điểm phải là các số, ví dụ 10; &gt;20."),
        ({"parts-0-bounds": "20; 10"}, "Nhóm nhỏ 1.3: ngưỡng điểm phải tăng dần"),
        ({"parts-0-title": ""}, "Mục 1.3 chưa có nội dung."),
        ({"items-0-group": "9"}, "Chưa có nhóm 9 trong danh sách nhóm."),
        ({"items-3-code": "1.3.1"}, "Mã 1.3.1 có hai lần."),
        ({"items-2-maximum": "sáu"}, "Mục 1.3.1: điểm hoặc mức cao nhất chưa đúng."),
        ({"items-2-kind": "count", "items-2-factor": "2 lớp"}, "Mục 1.3.1: định mức phải là một số"),
        ({"steps-0-bound": "80"}, "Ngưỡng điểm phải tăng dần"),
        ({"starts_on": "01/01/2027", "ends_on": "01/01/2026"}, "Ngày kết thúc phải sau ngày bắt đầu."),
        ({"groups-0-maximum": "trăm"}, "Nhóm 1: tổng điểm phải là một số."),
    ],
)
def test_a_wrong_pack_is_refused_with_what_was_typed_kept(cast, own, changes, sentence):
    answer = cast("hm.chuyenvien").submit(f"/checklists/{own.id}/edit", "checklist", {"note": "Giữ lại", **changes})
    assert (answer.status_code, sentence in answer.text, "Giữ lại" in answer.text) == (422, True, True)
    assert ChecklistPack.select().where(ChecklistPack.key == own.key).count() == 1


def test_who_saves_second_sees_that_somebody_saved_before(cast, own):
    first, second = cast("hm.chuyenvien"), cast("hm.lanhdao")
    page = f"/checklists/{own.id}/edit"
    fields = {"version": "1", "note": "Của người thứ hai"}
    first.submit(page, "checklist", {"note": "Của người thứ nhất"})
    answer = second.submit(page, "checklist", fields)
    assert (answer.status_code, "Người khác vừa lưu bản 2 của bộ này." in answer.text) == (409, True)
    assert "Của người thứ hai" in answer.text
    assert second.submit(page, "checklist", {**fields, "version": "2"}).status_code == 303
    assert [row.note for row in ChecklistPack.select().where(ChecklistPack.key == own.key)][1:] == [
        "Của người thứ nhất",
        "Của người thứ hai",
    ]


def test_saving_without_a_change_makes_no_version(cast, own):
    cast("hm.chuyenvien").submit(f"/checklists/{own.id}/edit", "checklist")
    assert ChecklistPack.select().where(ChecklistPack.key == own.key).count() == 1


def test_the_same_form_sent_twice_makes_one_copy(cast, pack):
    browser = cast("hm.chuyenvien")
    form = browser.soup(f"/checklists/{pack.id}").select_one('form[data-form="copy"]')
    fields = {control["name"]: control.get("value", "") for control in form.select("input")}
    answers = [browser.post(form["action"], data=fields) for _twice in range(2)]
    assert len({answer.location for answer in answers}) == 1
    assert ChecklistPack.select().where(ChecklistPack.copied_from == pack).count() == 1
