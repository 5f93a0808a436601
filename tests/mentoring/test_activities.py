"""What pairs did for pupils is told of a month with at least five of them, else of a longer time, else never."""

from datetime import date

import pytest

from intranet.registry.activities import Activity, ActivityMeasure
from intranet.registry.pledges import PledgeClause
from intranet.registry.twinning import Pairing
from intranet.shared import pledges
from plugins.mentoring import demo
from plugins.mentoring.numbers import activities, telling
from plugins.mentoring.tables.cases import Case
from plugins.mentoring.tables.mentors import Match, Meeting

LATER = date(2027, 8, 15)


@pytest.fixture
def helped(app, make_case, make_match, offer):
    """``helped({date(2026, 9, 7): 5, …})``: so many pupils of the first school were met on these days."""

    def help_(days):
        with app.app_context():
            offer("uh.giaovien", most=9)
            matches = [make_match(case=make_case(state="open")) for _number in range(max(days.values()))]
            for on, count in days.items():
                for match in matches[:count]:
                    Meeting.create(match=match, on=on, state="held", person=match.mentor_id)
            return matches[0].pairing_id

    return help_


def told(app, day=LATER):
    with app.app_context():
        return [(known.source_key.split("-", 3)[-1], known.measures[0].quantity) for known in activities.facts(day)]


SEPTEMBER, OCTOBER, MARCH, APRIL = date(2026, 9, 7), date(2026, 10, 5), date(2027, 3, 1), date(2027, 4, 5)


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ({SEPTEMBER: 5}, [("2026-09", 5)]),
        ({SEPTEMBER: 5, OCTOBER: 4}, [("2026-09", 5)]),
        ({SEPTEMBER: 4}, []),
        ({SEPTEMBER: 4, OCTOBER: 4}, []),
        ({SEPTEMBER: 5, OCTOBER: 5, MARCH: 3}, [("2026-09", 5), ("2026-10", 5)]),
    ],
)
def test_a_month_is_told_where_five_pupils_stand_behind_it(app, helped, days, expected):
    helped(days)
    assert told(app) == expected


def spread(app, helped, days):
    """Other pupils on each day, two or three at a time."""
    helped({SEPTEMBER: sum(days.values())})
    matches = list(Match.select().order_by(Match.id))
    with app.app_context():
        Meeting.delete().execute()
        for on, count in days.items():
            for match in [matches.pop() for _number in range(count)]:
                Meeting.create(match=match, on=on, state="held", person=match.mentor_id)


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ({SEPTEMBER: 3, OCTOBER: 2}, [("2026-2027-1", 5)]),
        ({SEPTEMBER: 3, MARCH: 2}, [("2026-2027", 5)]),
        ({SEPTEMBER: 2, MARCH: 2}, []),
    ],
)
def test_fewer_are_carried_to_the_term_and_then_to_the_year(app, helped, days, expected):
    spread(app, helped, days)
    assert told(app) == expected
    # Nothing is told before the longer time is over.
    assert told(app, date(2026, 11, 15)) == []


def test_planned_and_cancelled_times_and_the_own_schools_mentors_count_for_nothing(app, helped):
    helped({SEPTEMBER: 5})
    Meeting.update(state="cancelled").execute()
    assert told(app) == []
    Meeting.update(state="held").execute()
    Match.update(pairing=None).execute()
    assert told(app) == []


def test_the_day_writes_them_once_for_ledger_and_pledge_and_takes_back_what_no_longer_stands(app, helped):
    pairing_id = helped({SEPTEMBER: 5})
    clause = PledgeClause.create(
        pairing=pairing_id, position=1, text="Kèm", unit="buổi kèm", activity_kind=activities.MENTORING
    )
    with app.app_context():
        district = Case.get().district
        assert len(list(activities.record_all(district, LATER))) == 1
        assert list(activities.record_all(district, LATER)) == []
        activity = Activity.get(Activity.module == "mentoring")
        assert (activity.on, activity.title, activity.url) == (date(2026, 9, 30), "Kèm học sinh, tháng 09/2026", "")
        assert [row.quantity for row in ActivityMeasure.select().where(ActivityMeasure.activity == activity)] == [5]
        assert PledgeClause.get_by_id(clause.id).done == 5
        assert list(pledges.differences()) == []
        Meeting.update(state="cancelled").where(Meeting.id == Meeting.get().id).execute()
        assert len(list(activities.record_all(district, LATER))) == 1
        assert Activity.get(Activity.module == "mentoring").void_at is not None
        assert PledgeClause.get_by_id(clause.id).done == 0


def test_an_activity_says_nothing_of_any_child(app, helped):
    helped({SEPTEMBER: 5})
    with app.app_context():
        known = next(activities.facts(LATER))
    assert [word for word in ("HS ", "6A", "Toán", "07/09") if word in f"{known.title} {known.source_key}"] == []


def test_a_report_and_the_pairs_page_tell_the_same(app, cast, helped):
    pairing_id = helped({SEPTEMBER: 5})
    with app.app_context():
        pairing = Pairing.get_by_id(pairing_id)
        sections = list(telling.report_sections(pairing.programme, pairing, None, date(2026, 8, 1), LATER))
        whole = list(telling.report_sections(pairing.programme, None, pairing.first_district, date(2026, 8, 1), LATER))
        assert [row[0] for section in sections for row in section.tables[0].rows] == ["Kèm học sinh, tháng 09/2026"]
        assert whole == sections
        assert list(telling.report_sections(pairing.programme, pairing, None, date(2026, 10, 1), LATER)) == []
        list(activities.record_all(pairing.second_district, LATER))
        list(activities.record_all(pairing.first_district, LATER))
    assert "Kèm học sinh, tháng 09/2026" in cast("hm.hieutruong").get(f"/pairings/{pairing_id}").text


def test_panels_tell_an_office_and_partners_what_the_tables_tell(app, cast):
    with app.app_context():
        demo.build(canaries=False)
    school = Case.get(Case.code == "HS 6A-01").school_id

    def panel(username, url):
        head = cast(username).soup(url).select_one("#panel-mentoring-numbers")
        return head.find_parent("section").get_text() if head else ""

    assert "15" in panel("uh.lanhdao", "/")
    assert "15" in panel("hm.hieutruong", f"/schools/{school}")
    assert panel("hm.giaovien", f"/schools/{school}") == ""


# A coordinator's home has two panels, and the dates of the calendar.
@pytest.mark.parametrize(
    ("username", "url", "most"),
    [("hm.dieuphoi", "/", 3), ("uh.lanhdao", "/", 1), ("hm.hieutruong", "/schools/{school}", 1)],
)
def test_panels_ask_little_with_children_and_without(app, cast, queries, username, url, most):
    school = Pairing.get().first_school_id
    counts = []
    for build in (lambda: None, lambda: demo.build(canaries=False)):
        with app.app_context():
            build()
        cast(username).get(url.format(school=school))
        with queries() as run:
            cast(username).get(url.format(school=school))
        counts.append(len([sql for sql in run if 'FROM "mentoring_' in sql]))
    assert counts == [most, most]
