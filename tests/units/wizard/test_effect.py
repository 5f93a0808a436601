"""A change takes effect by a button, is taken back by its title, and leaves its trace on the pages of units."""

import re
from datetime import timedelta

import pytest

from intranet.kernel import jobs
from intranet.kernel.clock import today
from intranet.registry.districts import Commune, District, of_today
from intranet.registry.people import Person
from intranet.registry.schools import School
from intranet.registry.units import ChangeUnit, UnitChange
from intranet.testing import form_values, parse
from intranet.units import upkeep

VIETNAMESE = re.compile("[àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ]", re.I)


@pytest.fixture
def applied(app, cast, shaped, placed):
    """The change of a few lines, in effect."""
    here = f"/units/changes/{shaped.id}"
    placed(shaped)
    cast("admin").submit(here, "schedule")
    answer = cast("admin").submit(here, "apply")
    assert answer.headers["Location"].startswith("/jobs/")
    with app.app_context():
        jobs.run_due()
    return UnitChange.get_by_id(shaped.id)


def text(browser, address):
    return browser.soup(address).find("main").get_text(" ", strip=True)


def test_a_change_is_carried_out_and_taken_back_by_its_title(app, cast, applied):
    here, admin = f"/units/changes/{applied.id}", cast("admin")
    assert applied.state == "applied"
    assert {unit.name for unit in District.select().where(of_today())} >= {"Xã Vân Đình", "Xã Ứng Thiên"}
    assert "Hoàn tác được đến hết ngày" in text(admin, here)
    # Who went where stays to be read.
    assert len(admin.soup(f"{here}/people").select("tbody tr")) == 6
    assert admin.get(f"{here}/schools").status_code == admin.get(f"{here}/units").status_code == 200
    assert admin.get(f"{here}/preview").status_code == 404
    assert admin.submit(f"{here}/undo", "undo", {"title": "Tên khác"}).status_code == 422
    assert admin.submit(f"{here}/undo", "undo", {"title": applied.title}).status_code == 303
    with app.app_context():
        jobs.run_due()
    assert "Đã hoàn tác" in text(admin, here)
    assert {unit.code for unit in District.select().where(of_today())} == {"HM", "UH"}
    assert School.select().where(School.district.not_in(District.select(District.id).where(of_today()))).count() == 0


def test_a_unit_that_ended_says_what_it_became_and_its_people_may_read_it(cast, applied):
    former = District.get(District.code == "UH")
    page = cast("uh.hieutruong").soup(f"/units/{former.id}")
    shown = re.sub(r"\s+", " ", page.find("main").get_text())
    assert "Huyện Ứng Hòa Đến 30/06/2025" in shown
    assert "Giải thể, chia về Xã Vân Đình (một phần), Xã Ứng Thiên (một phần), Xã Hòa Xá (một phần)" in shown
    assert "1656/NQ-UBTVQH15" in shown
    assert "Cụm Ứng Hòa cũ" in shown
    assert "Xem thay đổi" not in shown
    assert len(page.select('[data-panel="units.left"] li')) == 91


def test_a_new_unit_says_what_it_came_from(cast, applied):
    new = District.get(District.name == "Xã Vân Đình")
    shown = text(cast("admin"), f"/units/{new.id}")
    assert "Lập từ Huyện Ứng Hòa (một phần)" in shown
    assert "Xem thay đổi" in shown


def test_communes_rearranged_inside_a_unit_are_part_of_its_course_and_of_its_schools(cast, history):
    history.take_effect(history.communes_of_2025())
    district, school = District.get(District.code == "UH"), of_commune("Xã Hoa Viên")
    shown = text(cast("uh.giaovien"), f"/units/{district.id}")
    assert "Xã Viên An, Xã Viên Nội, Xã Hoa Sơn → Xã Hoa Viên" in shown
    card = cast("uh.giaovien").soup(f"/schools/{school.id}").select_one('[data-panel="schools.card"]')
    assert re.search(r"Huyện Ứng Hòa, Xã (Viên An|Viên Nội|Hoa Sơn)\s+đến 31/12/2024", card.get_text())


def of_commune(name):
    return School.select().join(Commune).where(Commune.name == name).order_by(School.id).get()


def test_strangers_to_a_unit_learn_nothing_of_it(app, cast):
    other = District.create(code="DD", kind="quan", name="Quận Đống Đa", office_name="Phòng", sort_key="x")
    assert [cast(name).get(f"/units/{other.id}").status_code for name in ("hm.giaovien", "admin")] == [404, 200]
    assert cast("hm.lanhdao").get("/units").status_code == 403


def test_the_list_has_units_of_today_and_of_before(cast, applied):
    page = cast("admin").soup("/units")
    parts = [[link.text for link in page.select(f'[data-panel="units.{part}"] a')] for part in ("today", "before")]
    assert ("Xã Vân Đình" in parts[0], sorted(parts[1])) == (True, ["Huyện Ứng Hòa", "Quận Hoàng Mai"])


@pytest.mark.parametrize(
    ("page", "sentence"),
    [
        ("apply", "Chưa làm gì: thay đổi này đang ở trạng thái “Bản nháp”."),
        ("undo", "Thay đổi này chưa thực hiện hoặc đã hoàn tác."),
    ],
)
def test_neither_is_done_with_a_draft(cast, shaped, page, sentence):
    here, data = f"/units/changes/{shaped.id}", {"csrf_token": cast("admin").csrf("/units")}
    answer = cast("admin").post(f"{here}/{page}", data=data)
    assert (answer.status_code, answer.headers["Location"]) == (303, here)
    assert sentence in said(cast("admin"), here)
    assert UnitChange.get_by_id(shaped.id).state == "draft"


def said(browser, address):
    return browser.soup(address).select_one("#flash").get_text(" ", strip=True)


def test_whoever_presses_after_the_daily_round_is_told_that_it_is_done(app, cast, shaped, placed):
    here, admin = f"/units/changes/{shaped.id}", cast("admin")
    placed(shaped)
    admin.submit(here, "schedule")
    button = form_values(admin.soup(here).select_one("form[data-form=apply]"))
    with app.app_context():
        upkeep.apply_due(today())
        jobs.run_due()
    answer = admin.post(f"{here}/apply", data=button)
    assert (answer.status_code, answer.headers["Location"]) == (303, here)
    assert "Chưa làm gì: thay đổi này đang ở trạng thái “Đã có hiệu lực”." in said(admin, here)


def test_when_it_is_done_the_page_of_the_work_leads_back_with_and_without_scripts(app, cast, shaped, placed):
    here, admin = f"/units/changes/{shaped.id}", cast("admin")
    placed(shaped)
    admin.submit(here, "schedule")
    work = admin.submit(here, "apply").headers["Location"]
    assert admin.get(work).status_code == 200
    with app.app_context():
        jobs.run_due()
    watched = admin.get(work, headers={"HX-Request": "true", "HX-Request-Type": "partial"})
    assert (admin.get(work).headers["Location"], watched.headers["HX-Redirect"]) == (here, here)


def test_a_change_is_taken_back_within_thirty_days(cast, applied):
    UnitChange.update(applied_at=UnitChange.get_by_id(applied.id).applied_at - timedelta(days=31)).execute()
    here = f"/units/changes/{applied.id}"
    answer = cast("admin").get(f"{here}/undo")
    assert (answer.status_code, answer.headers["Location"]) == (303, here)
    assert "Chỉ hoàn tác được đến hết" in said(cast("admin"), here)


def unmarked(html):
    """Texts of a page with Vietnamese letters that are not marked as Vietnamese."""
    page = parse(html.replace("Bảng tin", ""))
    for marked in page.select("[lang=vi], .demo-accounts, [data-module=notice_board], script"):
        marked.decompose()
    return [line for line in page.get_text("\n", strip=True).split("\n") if VIETNAMESE.search(line)]


PAGES = (
    "",
    "/preview",
    "/edit",
    "/units",
    "/file",
    "/units/new",
    "/schools",
    "/schools?show=waiting",
    "/schools/file",
    "/people",
)


def test_every_page_of_a_draft_is_english_where_the_reader_is(cast, shaped):
    cast("admin").get("/units")
    Person.update(language="en").where(Person.username == "admin").execute()
    source = ChangeUnit.select().where(ChangeUnit.heir.is_null(False)).get()
    found = {
        page: unmarked(cast("admin").get(f"/units/changes/{shaped.id}{page}").text)
        for page in (*PAGES, f"/units/{source.id}", f"/units/{source.heir_id}")
    }
    assert {page: texts for page, texts in found.items() if texts} == {}


def test_the_pages_of_units_are_english_where_the_reader_is(cast, applied):
    Person.update(language="en").where(Person.username == "admin").execute()
    pages = ["/units", f"/units/changes/{applied.id}", f"/units/changes/{applied.id}/undo"]
    pages += [f"/units/{unit.id}" for unit in District.select()]
    found = {page: unmarked(cast("admin").get(page).text) for page in pages}
    assert {page: texts for page, texts in found.items() if texts} == {}
