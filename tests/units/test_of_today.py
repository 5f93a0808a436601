"""Only units of today are chosen and get anything new; those of before stay readable, and give up their codes."""

from datetime import date, timedelta
from io import BytesIO

import click
import pytest
from xlsxwriter import Workbook

from intranet.cli.common import district_of
from intranet.imports.rules import plan_file
from intranet.kernel.clock import today
from intranet.kernel.text import sort_key
from intranet.operations import verify
from intranet.people.authority import Post
from intranet.people.rules import create_person
from intranet.registry.districts import (
    Commune,
    District,
    closed_sentence,
    commune_options,
    district_by_code,
    district_options,
    find_or_add_commune,
)
from intranet.registry.people import OFFICER, Membership, Person
from intranet.registry.schools import School
from intranet.registry.twinning import ProgrammeDistrict
from intranet.registry.units import FormerPlace, UnitChange, refresh_search, successors_of
from intranet.schools.imports import SCHOOLS
from intranet.schools.rules import create_school, update_school
from intranet.shared import modules
from intranet.shared.edits import Refused
from intranet.shared.sessions import build_actor
from intranet.shared.spreadsheets import UnreadableFile
from plugins.facilities.models import PublicWall

LAST_DAY = date(2025, 6, 30)
OLD_NAME = "Phường Thịnh Liệt (đến 30/06/2025)"


def make_workbook(*rows):
    content = BytesIO()
    with Workbook(content, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return content.getvalue()


@pytest.fixture
def unit(app):
    """``unit("Phường Định Công", code="00331", valid_to=…)``: a unit beside those of the demo."""

    def make(name, code="00331", **values):
        return District.create(
            code=code, kind="phuong", name=name, office_name=f"UBND {name}", sort_key=sort_key(name), **values
        )

    return make


@pytest.fixture
def old(unit):
    """A unit that was dissolved; what its office had is Hoàng Mai's."""
    return unit("Phường Thịnh Liệt", valid_to=LAST_DAY, merged_into=district_by_code("HM"))


@pytest.fixture
def coming(unit):
    return unit("Phường Mai sau", code="00999", valid_from=today() + timedelta(days=3))


def names(options):
    return [name for _id, name in options]


def choices(page, name):
    """What a page offers in a field."""
    return [option.text.strip() for option in page.select(f'select[name="{name}"] option') if option.get("value")]


@pytest.mark.parametrize(
    ("username", "address", "field"),
    [
        ("admin", "/schools", "district"),
        ("admin", "/people", "district"),
        ("admin", "/pairings", "district"),
        ("admin", "/schools/import", "district"),
    ],
)
def test_units_of_today_are_to_choose_from(old, coming, cast, username, address, field):
    offered = choices(cast(username).soup(address), field)
    assert {"Huyện Ứng Hòa", "Quận Hoàng Mai"} <= set(offered)
    assert not {"Phường Thịnh Liệt", OLD_NAME, "Phường Mai sau"} & set(offered)


@pytest.mark.parametrize("address", ["/schools", "/people", "/pairings"])
def test_a_unit_of_before_that_a_filter_names_stays_and_is_marked(old, cast, address):
    page = cast("admin").soup(f"{address}?district={old.id}")
    assert OLD_NAME in choices(page, "district")


def test_who_looks_back_chooses_among_all_units(old, coming, cast):
    offered = choices(cast("admin").soup("/audit"), "district")
    assert OLD_NAME in offered
    assert "Phường Mai sau" not in offered


@pytest.mark.parametrize(
    ("username", "address"),
    [
        ("admin", "/admin/modules"),
        ("admin", "/papers/letterheads"),
        ("admin", "/papers/templates"),
        ("hm.lanhdao", "/programmes/new"),
    ],
)
def test_boards_and_forms_show_units_of_today(old, coming, cast, username, address):
    text = cast(username).soup(address).select_one("main").text
    assert "Ứng Hòa" in text
    assert ("Phường Thịnh Liệt" in text, "Mai sau" in text) == (False, False)


def test_the_choices_cost_one_query_however_many_units_there_were(unit, queries):
    unit("Phường A", valid_to=LAST_DAY)
    with queries() as few:
        district_options()
    unit("Phường B", valid_to=LAST_DAY)
    with queries() as more:
        district_options()
    assert (len(few), len(more)) == (1, 1)


# --- Codes ---


def test_a_code_is_that_of_the_unit_of_today(old, unit):
    assert district_by_code("00331") == old
    new = unit("Phường Hoàng Mai")
    assert district_of("00331") == new
    # Dissolved too: the last one that had it.
    new.valid_to = today() - timedelta(days=1)
    new.save()
    assert district_by_code("00331") == new


def test_a_code_that_nobody_had_is_refused(app):
    with pytest.raises(click.UsageError):
        district_of("00332")


# --- Nothing new comes into a unit that is no more, or not yet there ---


def test_what_a_closed_unit_says(old, coming, unit):
    heir = district_by_code("HM")
    alone = unit("Xã Vắng", code="1", valid_to=LAST_DAY)
    assert closed_sentence(heir) is None
    assert closed_sentence(old) == "Phường Thịnh Liệt không còn từ sau ngày 30/06/2025; nay là Quận Hoàng Mai."
    assert closed_sentence(alone) == "Xã Vắng không còn từ sau ngày 30/06/2025; hãy chọn đơn vị hiện nay."
    day = coming.valid_from.strftime("%d/%m/%Y")
    assert closed_sentence(coming) == f"Phường Mai sau bắt đầu từ ngày {day}."


def test_a_unit_is_there_until_its_last_day(unit):
    assert closed_sentence(unit("Xã Cuối", valid_to=today(), valid_from=today())) is None


@pytest.mark.parametrize("which", ["old", "coming"])
def test_no_school_is_added_to_it(which, request, cast):
    district = request.getfixturevalue(which)
    values = {"name": "Trường THCS Mới", "levels": "4", "ownership": "cong_lap"}
    answer = cast("admin").submit(f"/schools/new?district={district.id}", "school", values | {"district": district.id})
    assert answer.status_code == 422
    assert closed_sentence(district) in answer.text
    assert not School.select().where(School.district == district).exists()


def test_no_person_is_added_to_it(old):
    with pytest.raises(Refused, match="không còn từ sau ngày"):
        create_person(old.id, {"name": "Lê Văn Mới"}, None, starts_on=today(), person_id=None)


def test_nobody_begins_to_work_in_its_office(old):
    post = Post(OFFICER, old.id, None)
    home = district_by_code("HM")
    with pytest.raises(Refused, match="không còn từ sau ngày"):
        create_person(home.id, {"name": "Lê Văn Mới"}, post, starts_on=today(), person_id=None)
    assert not Person.select().where(Person.name == "Lê Văn Mới").exists()


def test_no_list_is_brought_in(old, cast):
    answer = cast("admin").submit("/schools/import", "import", {"district": old.id})
    assert answer.status_code == 422
    with pytest.raises(UnreadableFile, match="không còn từ sau ngày"):
        plan_file(SCHOOLS, b"", "danh_sach.xlsx", old)


def test_no_module_is_switched(app, old, cast):
    token = cast("admin").csrf("/admin/modules")
    answer = cast("admin").post(f"/admin/modules/{old.id}/mentoring", data={"action": "on", "csrf_token": token})
    assert answer.status_code == 303
    page = cast("admin").soup("/admin/modules")
    assert closed_sentence(old) in page.select_one("#flash").text
    with app.app_context():
        assert modules.enabled_in(old) == frozenset()


# --- Communes ---


@pytest.fixture
def communes(app):
    """A commune of Hoàng Mai that is no more, and one of today."""
    home = district_by_code("HM")
    ended = find_or_add_commune(home.id, "Phường Xưa")
    ended.valid_to = LAST_DAY
    ended.save()
    return ended, find_or_add_commune(home.id, "Phường Nay")


def test_communes_of_today_are_to_choose_from_and_the_one_chosen_already(communes):
    ended, present = communes
    assert "Phường Xưa" not in names(commune_options(ended.district_id))
    assert (present.id, "Phường Nay") in commune_options(ended.district_id)
    assert (ended.id, "Phường Xưa (đến 30/06/2025)") in commune_options(ended.district_id, ended.id)
    assert commune_options(None, ended.id) == []


def test_a_name_alone_brings_no_commune_back(communes):
    ended, _present = communes
    school = School.get(School.district == ended.district_id)
    with pytest.raises(Refused, match="Phường Xưa không còn từ sau ngày 30/06/2025") as refusal:
        update_school(school, {"commune": "phường xưa"}, version=school.version, person_id=None)
    assert refusal.value.field == "commune"
    assert Commune.get_by_id(ended.id).valid_to == LAST_DAY
    with pytest.raises(Refused):
        create_school(
            ended.district_id, {"name": "Trường THCS A", "levels": 4, "commune": "Phường Xưa"}, person_id=None
        )


def test_a_school_that_was_closed_before_keeps_its_commune(app, communes):
    ended, _present = communes
    school = School.get(School.district == ended.district_id)
    School.update(commune=ended).where(School.id == school.id).execute()
    with app.app_context():
        update_school(school, {"name": "Trường THCS Tên khác"}, version=school.version, person_id=None)
    assert School.get_by_id(school.id).commune_id == ended.id


def test_many_schools_cannot_be_put_into_a_commune_of_before(communes, cast):
    ended, present = communes
    school = School.get(School.district == ended.district_id)
    answers = [
        cast("hm.chuyenvien").get(
            "/schools/bulk", query_string={"change": f"commune:{commune.id}", "school": school.id}
        )
        for commune in (ended, present)
    ]
    assert [answer.status_code for answer in answers] == [400, 200]


def test_a_list_names_communes_of_today(communes):
    ended, _present = communes
    rows = (("Mã trường", "Tên trường", "Cấp học", "Xã, phường"), ("01008999", "Trường THCS Mới", "THCS", "Phường xưa"))
    plan = plan_file(SCHOOLS, make_workbook(*rows), "danh_sach.xlsx", ended.district)
    assert [(error.column, error.message) for error in plan.errors] == [
        ("Xã, phường", "Phường Xưa không còn từ sau ngày 30/06/2025; hãy ghi tên xã, phường hiện nay.")
    ]


# --- Who came after ---


@pytest.fixture
def move(app):
    """``move(school, to)``: the school stood under its unit until the end of June 2025."""
    change = UnitChange.create(kind="dissolve", title="Sắp xếp", effective_on=date(2025, 7, 1))

    def place(school, to):
        FormerPlace.create(
            school=school, district=school.district_id, commune=school.commune_id, until=date(2025, 7, 1), change=change
        )
        School.update(district=to, commune=None).where(School.id == school.id).execute()

    return place


def test_a_school_is_found_by_the_unit_and_the_commune_that_it_was_in(app, unit, move, cast):
    school = School.select().where(School.district == district_by_code("UH"), School.commune.is_null(False)).first()
    commune = school.commune.name
    new = unit("Xã Vân Đình", code="10354")
    ProgrammeDistrict.create(programme=1, district=new)
    move(school, new)
    refresh_search([school.id])
    for words in ("huyện ứng hòa cũ", f"{commune} cũ", "ung hoa cu"):
        page = cast("admin").soup("/schools", query_string={"q": words})
        assert school.name in page.select_one("#list").text
    with app.app_context():
        assert [
            line for line in verify.problems(app.extensions["components"]) if line.startswith(f"school {school.id}:")
        ] == []
    # What is saved later keeps them.
    fresh = School.get_by_id(school.id)
    with app.app_context():
        update_school(fresh, {"name": f"{school.name} mới"}, version=fresh.version, person_id=None)
    assert " cu " in School.get_by_id(school.id).search_text


def test_whoever_shares_a_programme_with_a_unit_sees_its_successors(unit, move):
    home, away = district_by_code("HM"), district_by_code("UH")
    new = unit("Xã Vân Đình", code="10354")
    work = Membership.get(Membership.district == home, Membership.school.is_null())

    def seen():
        actor = build_actor(person_id=work.person_id, district_id=home.id, school_id=None, role=work.role)
        return actor.district_ids

    assert seen() == {home.id, away.id}
    ProgrammeDistrict.update(left_on=today()).where(ProgrammeDistrict.district == away).execute()
    ProgrammeDistrict.create(programme=1, district=new, joined_on=today())
    assert seen() == {home.id, new.id}


@pytest.fixture
def dissolved(unit, move):
    """Ứng Hòa is no more: its first school is in Vân Đình, which goes on with its office, its second in Hòa Xá."""
    away = district_by_code("UH")
    parts = [unit("Xã Vân Đình", code="10354"), unit("Xã Hòa Xá", code="10369")]
    for school, part in zip(School.select().where(School.district == away).order_by(School.id), parts, strict=False):
        move(school, part)
    away.valid_to, away.merged_into = LAST_DAY, parts[0]
    away.save()
    PublicWall.delete().execute()
    for part in (away, *parts):
        PublicWall.create(district=part, shown=True)
        modules._set(part, "facilities", True)
    return away, *parts


def test_the_successors_of_a_unit_are_those_of_today_where_its_schools_are(dissolved):
    away, heir, other = dissolved
    # Vietnamese order.
    assert successors_of(away) == [other, heir]
    assert successors_of(heir) == []


def test_the_public_page_of_a_unit_that_is_no_more_names_those_that_came_after(dissolved, cast):
    page = cast("").soup("/facilities/public/UH")
    assert [(link.text, link["href"]) for link in page.select("#list a")] == [
        ("Xã Hòa Xá", "/facilities/public/10369"),
        ("Xã Vân Đình", "/facilities/public/10354"),
    ]
    PublicWall.update(shown=False).where(PublicWall.district.in_(dissolved[1:])).execute()
    assert cast("").get("/facilities/public/UH").status_code == 404


def test_where_one_unit_came_after_its_public_page_is_meant(dissolved, cast):
    _away, heir, other = dissolved
    School.update(district=heir).where(School.district == other).execute()
    answer = cast("").get("/facilities/public/UH")
    assert (answer.status_code, answer.headers["Location"]) == (301, "/facilities/public/10354")


# --- The day's work ---


def test_a_unit_that_is_no_more_has_duties_and_no_days_work(app, old, coming, caplog):
    caplog.set_level("INFO", "intranet.plugins")
    done = []
    with app.app_context():
        plugins = modules.plugins()
        original = plugins.collect

        def collect(hook, *rest, district, **more):
            done.append((hook, district.id))
            return original(hook, *rest, district=district, **more)

        plugins.collect = collect
        try:
            modules.do_daily(today())
            present = set(done)
            done.clear()
            modules.do_daily(LAST_DAY)
        finally:
            del plugins.collect
    home = district_by_code("HM").id
    assert {("duties", home), ("daily", home), ("duties", old.id), ("duties", coming.id)} <= present
    assert not {("daily", old.id), ("daily", coming.id)} & present
    # A missed day before it ended is caught up.
    assert ("daily", old.id) in done
