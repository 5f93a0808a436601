"""A school checks itself by Circular 57: scores, evidence, level, what is missing; the office checks beside it."""

from decimal import Decimal
from io import BytesIO

import pytest
from PIL import Image

from intranet.checklists.rules import save_pack
from intranet.kernel import checklists
from intranet.kernel.checklist_bodies import plain, read
from intranet.kernel.clock import today
from intranet.kernel.schoolyear import school_year_of
from intranet.shared.checklists import ChecklistPack
from intranet.shared.steps import take
from plugins.facilities.models import Need, StandardCheck, StandardLine
from plugins.facilities.standard import rules

# Bold in the circular's own table: these eight every school has to reach.
COMPULSORY = ("1.3", "1.4", "2.1", "2.2", "3.1", "3.2", "4.1", "4.2")
OTHERS = ("1.1", "1.2", "2.3", "3.3", "3.4", "3.5", "4.3")


def pack():
    return ChecklistPack.get(ChecklistPack.key == "standard-57-2026")


@pytest.fixture
def make_check(app, actor_of):
    """``make_check("submitted", {"1.1": 0})``: the self-check of hm.hieutruong's school, level 1 where not said."""

    def make(state="draft", scores=None, **values):
        year = school_year_of(today())
        with app.app_context():
            principal = actor_of("hm.hieutruong")
            given = {"school_year": year, "target_level": 2, "target_year": year, **values}
            check = rules.begin_check(principal, pack(), given)
            if state != "draft" or scores is not None:
                said = {code: Decimal(1) for code in (*COMPULSORY, *OTHERS)}
                said |= {code: Decimal(score) for code, score in (scores or {}).items()}
                written = {f"own-{code}": score for code, score in said.items()}
                rules.save_section(check, written, version=check.version, person_id=principal.person_id)
            if state == "submitted":
                take(check, "submit", principal)
            return StandardCheck.get_by_id(check.id)

    return make


def text(browser, address):
    return browser.soup(address).find("main").get_text(" ", strip=True)


def test_the_pack_is_the_circulars(app):
    found = pack().checklist
    assert [code for code, item in found.items.items() if item.compulsory] == list(COMPULSORY)
    assert sorted(found.items) == sorted((*COMPULSORY, *OTHERS))
    assert checklists.rule_in_words(found) == [
        "Mức 1: cả 8 mục bắt buộc và ít nhất 5 trong 7 mục còn lại đạt mức 1.",
        "Mức 2: cả 8 mục bắt buộc và ít nhất 5 trong 7 mục còn lại đạt mức 2, không mục nào dưới mức 1.",
    ]


@pytest.mark.parametrize(
    ("compulsory", "others", "level"),
    [
        (1, (1, 1, 1, 1, 1, 0, 0), 1),
        (1, (1, 1, 1, 1, 0, 0, 0), 0),
        (0, (2, 2, 2, 2, 2, 2, 2), 0),
        (2, (2, 2, 2, 2, 2, 1, 1), 2),
        (2, (2, 2, 2, 2, 2, 1, 0), 1),
        (2, (2, 2, 2, 2, 1, 1, 1), 1),
    ],
)
def test_the_level_by_the_circulars_rule(app, compulsory, others, level):
    scores = {code: Decimal(compulsory) for code in COMPULSORY}
    scores |= {code: Decimal(score) for code, score in zip(OTHERS, others, strict=True)}
    assert checklists.level(pack().checklist, scores) == level


def test_a_school_begins_scores_and_sends(cast):
    browser = cast("hm.dieuphoi")
    browser.submit("/facilities/standard/new", "standard", {"target_level": "1", "pack": str(pack().id)})
    check = StandardCheck.select().order_by(StandardCheck.id.desc()).get()
    home = f"/facilities/standard/{check.id}"
    assert "khoản 4 Điều 27" in text(browser, home)
    for group in check.pack.checklist.groups:
        given = {f"own-{item.code}": "1" for item in group.items}
        answer = browser.submit(f"{home}/sections/{group.code}", "section", given)
        assert answer.status_code == 303
    assert StandardCheck.get_by_id(check.id).own_level == 1
    assert "Đã đạt" in text(browser, home)
    assert browser.submit(home, "step").status_code == 303
    assert StandardCheck.get_by_id(check.id).state == "submitted"


def test_a_second_one_of_the_same_year_is_refused(cast, make_check):
    make_check()
    answer = cast("hm.hieutruong").submit("/facilities/standard/new", "standard", {"target_level": "1"})
    assert (answer.status_code, "Năm học này trường đã tự đánh giá theo bộ này." in answer.text) == (422, True)


def test_what_is_not_scored_is_not_sent(cast, make_check):
    check = make_check()
    assert "Còn 15 tiêu chí chưa chấm." in text(cast("hm.hieutruong"), f"/facilities/standard/{check.id}")


@pytest.mark.parametrize(("value", "status"), [("2", 303), ("3", 422), ("1.5", 422), ("-1", 422), ("x", 422)])
def test_only_a_level_of_the_item_is_taken(cast, make_check, value, status):
    check = make_check()
    answer = cast("hm.dieuphoi").submit(
        f"/facilities/standard/{check.id}/sections/1", "section", {"own-1.1": value, "note-1.1": "Giữ lại"}
    )
    assert (answer.status_code, status == 303 or "Giữ lại" in answer.text) == (status, True)


def test_what_is_missing_stands_least_first_and_leads_to_a_need_once(cast, make_check):
    check = make_check(scores={"4.1": 0, **dict.fromkeys(OTHERS, 2)})
    browser, home = cast("hm.hieutruong"), f"/facilities/standard/{check.id}"
    panel = browser.soup(home).find("section", {"data-panel": "facilities.missing"})
    shown = [line.text.split(".")[0] + "." + line.text.split(".")[1] for line in panel.select("li")]
    assert shown == [code for code in COMPULSORY if code != "4.1"] + ["4.1"]
    given = {"item": "Sửa chữa phòng học", "quantity": "4", "unit": "phòng"}
    answer = browser.submit(f"{home}/needs/4.1", "need", given)
    need = Need.get(Need.source == "standard")
    assert (answer.location, need.source_key) == (f"/facilities/needs/{need.id}", f"standard-{check.id}-4.1")
    assert "Tiêu chí 4.1" in need.why
    assert f"/facilities/needs/{need.id}" in browser.get(home).text
    browser.submit(f"{home}/needs/4.1", "need", given)
    assert Need.select().where(Need.source == "standard").count() == 1


def test_the_office_checks_beside_the_school_and_says_why_it_differs(cast, make_check):
    check = make_check("submitted")
    browser, home = cast("hm.chuyenvien"), f"/facilities/standard/{check.id}"
    silent = browser.submit(f"{home}/check", "check", {"checked-4.2": "0"})
    assert (silent.status_code, "khác trường tự chấm, thầy/cô ghi lý do" in silent.text) == (422, True)
    assert StandardLine.select().where(StandardLine.standard == check, StandardLine.checked.is_null(False)).count() == 0
    browser.submit(f"{home}/check", "check", {"checked-4.2": "0", "reason-4.2": "Chưa có hồ sơ phòng cháy"})
    found = StandardCheck.get_by_id(check.id)
    assert (found.own_level, found.checked_level) == (1, 0)
    browser.submit(home, "step")
    assert StandardCheck.get_by_id(check.id).state == "checked"
    assert "trường chấm 1, phòng chấm 0 Chưa có hồ sơ phòng cháy" in text(cast("hm.hieutruong"), home)


def test_two_who_check_at_once_see_each_other(cast, make_check):
    check = make_check("submitted")
    page = f"/facilities/standard/{check.id}/check"
    version = str(StandardCheck.get_by_id(check.id).version)
    cast("hm.chuyenvien").submit(page, "check", {"checked-1.1": "2", "reason-1.1": "Đủ hồ sơ"})
    late = {"version": version, "checked-1.1": "0", "reason-1.1": "Thiếu hồ sơ"}
    answer = cast("hm.lanhdao").submit(page, "check", late)
    assert (answer.status_code, "Người khác vừa sửa bản ghi này" in answer.text) == (409, True)
    assert StandardLine.get(StandardLine.standard == check, StandardLine.item == "1.1").checked == 2


def test_it_is_concluded_only_after_every_criterion_was_checked(cast, make_check):
    check = make_check("submitted")
    shown = text(cast("hm.chuyenvien"), f"/facilities/standard/{check.id}")
    assert "Kết luận kiểm tra: Thầy/cô chấm kiểm tra các tiêu chí trước." in shown


def test_a_later_version_of_the_pack_leaves_the_record_as_it_was(app, make_check):
    check = make_check()
    with app.app_context():
        body = plain(pack().checklist)
        body["groups"] = body["groups"][:1]
        body["rule"]["steps"] = [{"rest": 1}]
        head = {"title": "Mới", "source": "", "note": "", "levels": 4, "starts_on": today(), "ends_on": None}
        save_pack(pack(), head, read(body), version=1, person_id=1)
    kept = StandardCheck.get_by_id(check.id)
    assert (kept.pack.version, len(kept.pack.checklist.items)) == (1, 15)


@pytest.mark.parametrize(
    ("username", "status"),
    [
        ("hm.hieutruong", 200),
        ("hm.lanhdao", 200),
        ("hm.giaovien", 403),
        ("hm2.hieutruong", 404),
        ("uh.hieutruong", 404),
        ("uh.chuyenvien", 404),
    ],
)
def test_who_sees_a_self_check(cast, make_check, username, status):
    check = make_check()
    pages = {cast(username).get(f"/facilities/standard/{check.id}{page}").status_code for page in ("", "/sections/4")}
    assert pages == {status}


def test_evidence_lies_on_its_criterion_until_it_is_sent(cast, make_check):
    check = make_check(scores={})
    line = StandardLine.get(StandardLine.standard == check, StandardLine.item == "4.1")
    body = BytesIO()
    Image.new("RGB", (60, 40), "blue").save(body, "JPEG")
    browser, files = cast("hm.dieuphoi"), f"/files/facilities_standard_line/{line.id}"
    browser.submit(files, "files", {"files": (BytesIO(body.getvalue()), "so-do.jpg")})
    assert "1 minh chứng" in text(browser, f"/facilities/standard/{check.id}/sections/4")
    assert cast("uh.hieutruong").get(files).status_code == 404
    cast("hm.hieutruong").submit(f"/facilities/standard/{check.id}", "step")
    assert browser.soup(files).select('form[data-form="files"]') == []


def test_the_target_is_changed(cast, make_check):
    check = make_check(target_level=1)
    home = f"/facilities/standard/{check.id}"
    assert cast("hm.dieuphoi").submit(f"{home}/target", "target", {"target_level": "2"}).status_code == 303
    assert StandardCheck.get_by_id(check.id).target_level == 2
    assert cast("hm.dieuphoi").submit(f"{home}/target", "target", {"target_level": "3"}).status_code == 422
