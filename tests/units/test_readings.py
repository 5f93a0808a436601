"""Numbers by unit in both readings: every sum is the same, and each unit has what is its own."""

from collections import Counter
from datetime import date, timedelta
from io import BytesIO
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from openpyxl import load_workbook

from intranet.contributions import ActivityFacts, Measure
from intranet.kernel.database import database
from intranet.kernel.text import sort_key
from intranet.registry.activities import Activity, ActivitySchool
from intranet.registry.districts import District
from intranet.registry.people import ADMINISTRATOR as ROLE
from intranet.registry.people import Membership, Person
from intranet.registry.schools import School, SchoolYearFigures
from intranet.registry.twinning import Pairing, ProgrammeDistrict
from intranet.registry.units import FormerPlace, FormerUnit, district_on
from intranet.reports.figures import Period
from intranet.reports.unit_views import periods
from intranet.reports.units import GAVE, GOT, WAYS, by_unit, facts_of, total
from intranet.shared.access import Actor
from intranet.shared.activities import record_activity
from intranet.shared.readings import NOW, THEN, dated_names, units_of_merged

ADMINISTRATOR = Actor(1, role=ROLE)
PERIOD = Period(date(2023, 8, 1), date(2024, 7, 31))
DAY = date(2024, 3, 1)
YEAR = "2023-2024"
# (key, day, which side of the pair gives or None, lessons): before and after the change, the second pair as well.
HAPPENED = (
    ("a1", 0, date(2023, 11, 10), "first", 3),
    ("a2", 0, date(2024, 2, 29), "second", 2),
    ("a3", 0, date(2024, 3, 1), "second", 5),
    ("a4", 1, date(2023, 12, 1), None, 1),
    ("a5", 1, date(2024, 4, 1), "second", 4),
)


def act(pair, key, on, side, quantity):
    """Something that the first or the second school gave the other one, or that both did."""
    schools = {"first": pair.first_school_id, "second": pair.second_school_id}
    giver = schools.get(side)
    record_activity(
        ActivityFacts(
            kind="visit",
            source_key=key,
            on=on,
            title="Việc",
            district_id=pair.first_district_id,
            pairing_id=pair.id,
            giver_id=giver,
            receiver_id=pair.partner_of(giver) if giver else None,
            school_ids=tuple(schools.values()),
            measures=(Measure(unit="tiết", quantity=quantity),),
        )
    )


@pytest.fixture
def pairs(app):
    """The two first pairs; nothing has happened yet."""
    with app.app_context():
        Activity.update(void_at=date(2024, 1, 1)).execute()
        return list(Pairing.select().order_by(Pairing.id).limit(2))


@pytest.fixture
def ids(app, pairs):
    """They have a year behind them, in which the second side's schools came under two communes."""
    with app.app_context():
        for key, place, on, side, quantity in HAPPENED:
            act(pairs[place], key, on, side, quantity)
        old = pairs[0].second_district
        new = [_commune("Xã Hòa Xá"), _commune("Xã Vân Đình")]
        District.update(valid_to=DAY - timedelta(days=1), merged_into=new[1]).where(District.id == old.id).execute()
        for place, school in enumerate(School.select().where(School.district == old).order_by(School.id)):
            move(school, new[0] if school.id == pairs[0].second_school_id else new[place % 2], DAY)
        for district in new:
            ProgrammeDistrict.create(programme=pairs[0].programme, district=district, joined_on=DAY)
        return {"hm": pairs[0].first_district_id, "uh": old.id, "hx": new[0].id, "vd": new[1].id}


def _commune(name):
    return District.create(
        code=name, kind="xa", name=name, office_name=f"UBND {name.lower()}", sort_key=sort_key(name), valid_from=DAY
    )


def move(school, district, day):
    """The school comes under another unit on a day, with everything that is its own."""
    before = School.get_by_id(school.id).district_id
    FormerPlace.create(school=school, district=before, until=day)
    School.update(district=district).where(School.id == school.id).execute()
    ActivitySchool.update(district=district).where(ActivitySchool.school == school.id).execute()
    for side, own in (("first_district", Pairing.first_school), ("second_district", Pairing.second_school)):
        Pairing.update(**{side: district}).where(own == school.id).execute()


def table(browser, address, panel="reports.units"):
    """The rows of a table of the page, as lists of texts."""
    found = browser.soup(address).find(attrs={"data-panel": panel})
    return [[cell.text for cell in row.select("th, td")] for row in found.select("tbody tr")]


def test_what_a_dissolved_unit_did_stands_under_it_or_under_its_successors(ids, cast):
    admin = cast("admin")
    then = table(admin, f"/reports/units?period={YEAR}&reading=then")
    now = table(admin, f"/reports/units?period={YEAR}&reading=now")
    place = "Huyện Ứng Hòa (đến 29/02/2024)"
    # Before the change the district gave once, got once and did something together; the communes did the rest.
    assert [row for row in then if row[0] == place] == [[place, "0", "0", "1", "1", "1"]]
    assert sum(int(row[3]) for row in then if row[0].startswith("Xã")) == 2
    assert [row[0] for row in now] == ["Quận Hoàng Mai", "Xã Hòa Xá", "Xã Vân Đình", "Tổng cộng"]
    assert [row[0] for row in then if row[0].startswith("Xã")] == [
        "Xã Hòa Xá (từ 01/03/2024)",
        "Xã Vân Đình (từ 01/03/2024)",
    ]
    assert then[-1] == now[-1] == ["Tổng cộng", "14", "14", "4", "4", "2"]
    for rows in (then, now):
        assert [sum(int(row[place]) for row in rows[:-1]) for place in range(1, 6)] == [14, 14, 4, 4, 2]


@pytest.mark.parametrize("reading", [THEN, NOW])
def test_the_kinds_add_up_to_the_same_with_their_quantities(ids, cast, reading):
    rows = table(cast("admin"), f"/reports/units?period={YEAR}&reading={reading}", "reports.unit_kinds")
    assert rows[-1] == ["Tổng cộng", "Thăm, giao lưu", "4 lần (14 tiết)", "4 lần (14 tiết)", "2 lần (2 tiết)"]


def test_the_file_says_which_reading_it_is_and_holds_the_same(ids, cast):
    sheets = {}
    for reading, words in ((THEN, "Theo đơn vị tại thời điểm"), (NOW, "Quy đổi về đơn vị hiện nay")):
        answer = cast("admin").get(f"/reports/units/export.xlsx?period={YEAR}&reading={reading}")
        rows = list(load_workbook(BytesIO(answer.data)).active.values)
        assert words in rows[1][0]
        sheets[reading] = rows
    last = [row[1:] for row in sheets[THEN] if row[1] == "Tổng cộng"]
    assert last == [row[1:] for row in sheets[NOW] if row[1] == "Tổng cộng"]
    assert last == [
        ("Tổng cộng", 14, 14, "Tất cả hoạt động", "lần", 4, 4, 2),
        ("Tổng cộng", None, None, "Thăm, giao lưu", "lần", 4, 4, 2),
        ("Tổng cộng", None, None, "Thăm, giao lưu", "tiết", 14, 14, 2),
    ]


def test_the_choice_is_offered_only_where_something_changed_since(ids, app, cast):
    with app.app_context():
        SchoolYearFigures.delete().execute()
    admin = cast("admin")
    choice = 'aria-label="Cách tính theo đơn vị"'
    assert choice in admin.get(f"/reports/units?period={YEAR}").text
    # A period after the change knows only the units of today.
    assert choice not in admin.get("/reports/units?period=2024-2025").text


def test_a_period_that_is_over_is_told_under_the_units_of_then_and_a_running_one_under_those_of_today(ids, cast):
    assert "(đến 29/02/2024)" in cast("admin").get(f"/reports/units?period={YEAR}").text
    assert "(đến 29/02/2024)" not in cast("admin").get("/reports/units").text


def test_a_successor_sees_the_past_of_its_schools_and_of_no_others(ids, app, cast):
    with app.app_context():
        person = Person.get(Person.username == "uh.chuyenvien")
        Membership.update(district=ids["hx"]).where(Membership.person == person).execute()
        both = Pairing.select().where(Pairing.second_district == ids["hx"]).count()
    rows = table(cast("uh.chuyenvien"), f"/reports/units?period={YEAR}&reading=now")
    assert [row[0] for row in rows] == ["Quận Hoàng Mai", "Xã Hòa Xá", "Tổng cộng"]
    assert int(rows[1][2]) == both


def test_a_renamed_unit_has_the_name_of_then(app, cast):
    with app.app_context():
        unit = District.get(District.code == "UH")
        FormerUnit.create(district=unit, kind="huyen", code="UH", name="Phủ Ứng Hòa", office_name="", until=DAY)
        before = {
            reading: dated_names([unit.id], reading, date(2023, 1, 1), date(2023, 5, 31)) for reading in (THEN, NOW)
        }
        after = dated_names([unit.id], THEN, date(2024, 8, 1), date(2025, 7, 31))
    assert before == {THEN: {unit.id: "Phủ Ứng Hòa"}, NOW: {unit.id: "Huyện Ứng Hòa"}}
    assert after == {unit.id: "Huyện Ứng Hòa"}


def test_schools_that_only_came_into_another_commune_stayed_under_their_unit(app, cast):
    with app.app_context():
        for school in School.select():
            FormerPlace.create(school=school, district=school.district_id, until=DAY)
    assert 'aria-label="Cách tính theo đơn vị"' not in cast("admin").get(f"/reports/units?period={YEAR}").text


def test_a_merged_school_counts_for_its_own_unit_then_and_for_its_successors_now(ids, app, pairs):
    with app.app_context():
        pair, between = pairs[0], pairs[1].first_school
        last = School.select().where(School.district == ids["vd"]).first()
        School.update(merged_into=last, closed_on=DAY).where(School.id == between.id).execute()
        School.update(merged_into=between, closed_on=DAY).where(School.id == pair.first_school_id).execute()
        assert units_of_merged() == {pair.first_school_id: ids["vd"], between.id: ids["vd"]}
        found = facts_of(pair.programme_id, ADMINISTRATOR, PERIOD, PERIOD.last)
        then, now = by_unit(found, THEN), by_unit(found, NOW)
    # Both first schools became part of a school there, whose district has what a second one gave, too.
    assert [(line.times(GAVE), line.times(GOT)) for line in (then[ids["hm"]], now[ids["vd"]])] == [(1, 3), (2, 3)]
    assert total(then.values()) == total(now.values())


def test_quarters_follow_each_other_without_a_gap(app):
    with app.test_request_context():
        days = [(choice.period.first, choice.period.last) for key, choice in periods().items() if "-q" in key]
    assert len(days) == 8
    for (first, _last), (_first, before) in pairwise(days):
        assert before == first - timedelta(days=1)


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/reports/units?reading=never", 404),
        ("/reports/units?period=1999-2000", 404),
        ("/reports/units?area=999", 404),
        ("/reports/units?programme=999", 404),
    ],
)
def test_what_there_is_not_cannot_be_asked_for(cast, address, status):
    assert cast("hm.lanhdao").get(address).status_code == status


@pytest.mark.parametrize("username", ["hm.hieutruong", "hm.xem", "hm.giaovien"])
def test_numbers_by_unit_are_for_those_who_lead_an_office(cast, username):
    assert cast(username).get("/reports/units").status_code == 403


def test_the_page_asks_as_often_whatever_there_is(ids, app, cast, queries):
    admin = cast("admin")
    address = f"/reports/units?period={YEAR}"
    admin.get(address)
    with queries() as few:
        admin.get(address)
    with app.app_context():
        pair = Pairing.select().order_by(Pairing.id.desc()).first()
        for number in range(3):
            act(pair, f"b{number}", DAY, "first", 1)
    with queries() as many:
        admin.get(address)
    assert len(few) == len(many)


def report_tables(browser, programme_id):
    """{section: [(caption, columns, rows) of each table]} of a programme's report about the year, newly begun."""
    page = f"/reports/new?programme={programme_id}&year={YEAR}"
    address = browser.submit(page, "report").headers["Location"]
    found = {}
    for table in browser.soup(address).select("article.official table.figures"):
        rows = [[cell.text for cell in row.select("th, td")] for row in table.select("tr")]
        found.setdefault(rows[0][0], []).append((table.caption and table.caption.text, rows[0], rows[1:]))
    return found


def test_a_programmes_report_tells_units_of_then_and_of_today_with_the_same_sums(ids, pairs, cast):
    found = report_tables(cast("hm.chuyenvien"), pairs[0].programme_id)
    captions = ["Theo đơn vị tại thời điểm", "Quy đổi về đơn vị hiện nay"]
    assert [caption for caption, *_table in found["Đơn vị tham gia"]] == captions
    then, now = (rows for _caption, _columns, rows in found["Đơn vị tham gia"])
    assert then[-1] == now[-1] == ["Cộng", "14", "7"]
    assert {row[0] for row in now} == {"Quận Hoàng Mai", "Xã Hòa Xá", "Xã Vân Đình", "Cộng"}
    times = []
    for _caption, columns, rows in found["Hoạt động"]:
        gave = {name.removesuffix(" giúp"): cell for name, cell in zip(columns[3:], rows[0][3:], strict=True)}
        times.append({name: int(cell.split()[0]) for name, cell in gave.items() if cell})
    # The district's school gave once before it came under the commune, and once after.
    assert times[0]["Huyện Ứng Hòa"] == 1
    assert "Huyện Ứng Hòa" not in times[1]
    assert [sum(gave.values()) for gave in times] == [4, 4]


def test_a_report_of_a_time_without_changes_has_one_reading(pairs, cast):
    found = report_tables(cast("hm.chuyenvien"), pairs[0].programme_id)
    assert [caption for caption, *_table in found["Đơn vị tham gia"]] == [None]


# --- Whatever moves whenever, both readings have the same sums, and each activity stands under the unit of its day ---

DAYS = some.dates(PERIOD.first, PERIOD.last)
# For each of four schools, the days on which it came under the unit of that number.
MOVES = some.lists(some.dictionaries(DAYS, some.integers(0, 2), max_size=3), min_size=4, max_size=4)
ACTS = some.lists(some.tuples(some.integers(0, 1), some.sampled_from(["first", "second", None]), DAYS), max_size=6)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=MOVES, acts=ACTS)
def test_both_readings_always_have_the_same_sums(app, pairs, moves, acts):
    expected = {THEN: Counter(), NOW: Counter()}
    with app.app_context(), database.atomic() as undone:
        units = [District.get(District.code == "HM"), _commune("Xã Hòa Xá"), _commune("Xã Vân Đình")]
        schools = [school for pair in pairs for school in (pair.first_school, pair.second_school)]
        for school, steps in zip(schools, moves, strict=True):
            for day, place in sorted(steps.items()):
                move(school, units[place], day)
        for number, (place, side, on) in enumerate(acts):
            act(pairs[place], f"c{number}", on, side, 1)
            for id_ in (pairs[place].first_school_id, pairs[place].second_school_id):
                school = School.get_by_id(id_)
                expected[THEN][district_on(school, on).id] += 1
                expected[NOW][school.district_id] += 1
        found = facts_of(pairs[0].programme_id, ADMINISTRATOR, PERIOD, PERIOD.last)
        undone.rollback()
    lines = {reading: by_unit(found, reading) for reading in (THEN, NOW)}
    times = {
        reading: {unit: sum(map(line.times, WAYS)) for unit, line in of.items() if line.kinds}
        for reading, of in lines.items()
    }
    assert times == expected
    assert total(lines[THEN].values()) == total(lines[NOW].values())


# --- Figures of schools by school year ---


@pytest.fixture
def reported(app, ids):
    """Each school of the divided district reported a class of 20 pupils for the year before the change and the one
    after."""
    with app.app_context():
        SchoolYearFigures.delete().execute()
        schools = [row.school_id for row in FormerPlace.select(FormerPlace.school).distinct()]
        for year in ("2022-2023", "2024-2025"):
            for school in schools:
                SchoolYearFigures.create(school=school, school_year=year, classes=1, pupils=20)
        counts = {name: School.select().where(School.district == ids[name]).count() for name in ("hx", "vd")}
        return counts | {"all": len(schools)}


def figures_of(browser, reading):
    rows = table(browser, f"/reports/units?reading={reading}&period={YEAR}", "reports.unit_figures")
    return {(row[0], row[1]): row[2:] for row in rows}


def test_a_units_figures_stand_under_it_or_under_its_successors(reported, cast):
    then, now = (figures_of(cast("admin"), reading) for reading in (THEN, NOW))
    every = [str(reported["all"]), str(reported["all"]), f"{20 * reported['all']:,}".replace(",", "."), "–"]
    assert then["2022-2023", "Huyện Ứng Hòa"] == every
    # They are of all years: the choice stands there whatever period the activities are of.
    assert 'aria-label="Cách tính theo đơn vị"' in cast("admin").get("/reports/units?period=2024-2025").text
    for found, year in ((now, "2022-2023"), (now, "2024-2025"), (then, "2024-2025")):
        assert found[year, "Tổng cộng"] == every
        assert [found[year, name][0] for name in ("Xã Hòa Xá", "Xã Vân Đình")] == [
            str(reported["hx"]),
            str(reported["vd"]),
        ]


def test_an_office_has_the_figures_of_its_own_schools_only(reported, ids, app, cast):
    with app.app_context():
        person = Person.get(Person.username == "uh.lanhdao")
        Membership.update(district=ids["hx"]).where(Membership.person == person).execute()
    found = figures_of(cast("uh.lanhdao"), THEN)
    assert [name for _year, name in found] == ["Xã Hòa Xá", "Huyện Ứng Hòa"]
    assert {counts[0] for counts in found.values()} == {str(reported["hx"])}
    answer = cast("uh.lanhdao").get("/reports/units/figures.xlsx?reading=then")
    rows = list(load_workbook(BytesIO(answer.data)).active.values)
    assert "Theo đơn vị tại thời điểm" in rows[1][0]
    assert [row[1:4] for row in rows[4:]] == [
        ("2024-2025", "Xã Hòa Xá", reported["hx"]),
        ("2024-2025", "Tổng cộng", reported["hx"]),
        ("2022-2023", "Huyện Ứng Hòa", reported["hx"]),
        ("2022-2023", "Tổng cộng", reported["hx"]),
    ]
