"""Numbers of facilities, each with the list that it counts, on the screen and in Excel."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import load_workbook

from intranet.kernel.clock import now, today
from intranet.kernel.jobs import run_due
from intranet.kernel.schoolyear import school_year_of
from intranet.registry.twinning import Pairing
from intranet.web import exports
from plugins.facilities.models import (
    DonationPlan,
    Gift,
    Need,
    Offer,
    PresentState,
    Proposal,
    Review,
    Round,
    StandardCheck,
    StandardLine,
)
from plugins.facilities.numbers import queries as numbers_queries
from plugins.facilities.numbers import telling, views
from plugins.facilities.numbers.lists import LISTS

PAGE = "/facilities/numbers"


@pytest.fixture
def empty(app):
    """Without what the demo has."""
    with app.app_context():
        for model in (PresentState, StandardLine, StandardCheck, Gift):
            model.delete().execute()
        Need.update(state="draft").execute()
        Offer.update(state="cancelled").execute()
        Proposal.update(state="draft").execute()
        Round.update(due_on=today() - timedelta(days=2000)).execute()


@pytest.fixture
def facts(app, empty, actor_of, make_need, promise, bring):
    """Two needs, an old one; an offer of two that arrived after ten days; money approved and donated."""
    chairs, old = make_need(), make_need(item="Máy tính", pupils=900)
    promise(old, 3, worth=Decimal(6_000_000))
    arrived = bring(promise(chairs, 5, worth=Decimal(4_000_000)), received=Decimal(5))
    with app.app_context():
        Need.update(created_at=now() - timedelta(days=200)).where(Need.id == old.id).execute()
        Need.update(created_at=now() - timedelta(days=10)).where(Need.id == chairs.id).execute()
        assert Offer.get_by_id(arrived.id).received_on == today()
        for state, approved in (("approved", 40_000_000), ("sent", None)):
            of_office = {"district": old.district_id, "title": "Bổ sung", "sent_on": today()}
            Proposal.create(**of_office, state=state, approved=approved)
        place = {"district": old.district_id, "school": old.school_id}
        plan = DonationPlan.create(**place, title="Sửa phòng đọc", content="Sửa.", state="collecting")
        Gift.create(plan=plan, number=1, on=today(), kind="money", amount=5_000_000)
        Gift.create(plan=plan, number=2, on=today(), kind="money", amount=9_000_000, struck_at=now())
    return chairs


def found(app, actor):
    with app.app_context():
        return numbers_queries.numbers(numbers_queries.scope_of(actor, school_year_of(today())))


def test_the_numbers_of_an_office(app, actor_of, facts):
    numbers = found(app, actor_of("hm.chuyenvien"))
    assert (numbers.open_needs, numbers.old_needs, numbers.median_days) == (2, 1, 10)
    assert (numbers.offers.some, numbers.offers.every, numbers.promised, numbers.arrived) == (
        1,
        2,
        10_000_000,
        4_000_000,
    )
    assert (numbers.proposals.some, numbers.proposals.every, numbers.granted) == (1, 2, 40_000_000)
    assert numbers.donated == 5_000_000


def test_a_school_has_its_own_numbers_and_no_dossiers(app, actor_of, facts):
    own, other = (found(app, actor_of(name)) for name in ("hm.hieutruong", "hm2.hieutruong"))
    assert (own.open_needs, own.donated, own.proposals.every) == (2, 5_000_000, 0)
    assert (other.open_needs, other.donated, other.offers.every) == (0, 0, 0)


def test_where_nothing_is_nothing_is_counted(app, empty, actor_of):
    numbers = found(app, actor_of("hm.chuyenvien"))
    assert (numbers.open_needs, numbers.median_days, numbers.unmet.percent, numbers.reviews.some) == (0, None, None, 0)


def test_reviews_are_counted_of_the_schools_that_are_asked_and_what_is_missing_by_the_locked_ones(
    app, empty, actor_of, facts
):
    with app.app_context():
        pack = Round.select(Round.pack).scalar() or 1
        opened = Round.create(district=facts.district_id, pack=pack, title="Đợt", levels=4, due_on=today())
        place = {"district": facts.district_id, "school": facts.school_id}
        review = Review.create(**place, round=opened, state="locked")
        for item, required, usable in (("1.1", 10, 4), ("1.2", 3, 3), ("1.3", 5, 9), ("1.4", None, 2)):
            line = {"pack_key": "x", "item": item, "title": item, "required": required, "usable": usable}
            PresentState.create(**place, **line, review=review, on=today())
    numbers = found(app, actor_of("hm.hieutruong"))
    assert (numbers.reviews.some, numbers.reviews.every) == (1, 1)
    assert (numbers.unmet.some, numbers.unmet.every) == (1, 3)
    assert found(app, actor_of("hm.chuyenvien")).reviews.every > 1


@pytest.mark.parametrize("key", LISTS)
def test_each_number_leads_to_its_list_and_the_list_to_excel(cast, facts, key):
    browser = cast("hm.chuyenvien")
    rows = browser.soup(f"{PAGE}/{key}").select("tbody tr")
    assert len(cells(browser.get(f"{PAGE}/{key}/export.xlsx"))) >= len(rows)


def cells(answer):
    sheet = list(load_workbook(BytesIO(answer.data)).active.iter_rows(values_only=True))
    return sheet[next(place for place, row in enumerate(sheet) if row[0] == "STT") + 1 :]


@pytest.mark.parametrize("key", LISTS)
def test_a_long_list_is_made_by_a_job_and_is_the_same_list(app, cast, facts, monkeypatch, key):
    browser, address = cast("hm.chuyenvien"), f"{PAGE}/{key}/export.xlsx"
    at_once = cells(browser.get(address))
    monkeypatch.setattr(exports, "MOST_AT_ONCE", -1)
    monkeypatch.setattr(exports, "BATCH", 1)
    page = browser.submit(address, "export").headers["Location"]
    with app.app_context():
        assert run_due() == 1
    assert cells(browser.get(f"{page}/file")) == at_once


def test_the_page_says_how_many_it_shows_and_the_file_has_all(app, cast, facts, monkeypatch):
    monkeypatch.setattr(views, "SHOWN", 1)
    page = cast("hm.chuyenvien").soup(f"{PAGE}/needs").main
    assert (len(page.select("tbody tr")), "Trang này hiện 1 dòng đầu" in page.text, "2 dòng" in page.text) == (
        1,
        True,
        True,
    )
    assert len(cells(cast("hm.chuyenvien").get(f"{PAGE}/needs/export.xlsx"))) == 2


def test_the_needs_that_serve_most_pupils_stand_first(cast, facts):
    rows = cast("hm.chuyenvien").soup(f"{PAGE}/top").select("tbody th")
    assert [row.text.strip() for row in rows] == ["Máy tính", "Bộ bàn ghế học sinh cỡ IV"]


@pytest.mark.parametrize(
    ("username", "status"), [("hm.giaovien", 403), ("hm.xem", 403), ("hm.hieutruong", 200), ("hm.lanhdao", 200)]
)
def test_who_reads_numbers(cast, username, status):
    assert {cast(username).get(path).status_code for path in (PAGE, f"{PAGE}/needs")} == {status}


@pytest.mark.parametrize("path", ["?year=1999-2000", "/nothing", "/needs?year=x"])
def test_what_does_not_exist_is_not_found(cast, path):
    assert cast("hm.chuyenvien").get(PAGE + path).status_code == 404


def test_the_page_asks_as_many_questions_for_many_needs_as_for_one(app, cast, facts, make_need, queries):
    browser = cast("hm.chuyenvien")

    def count():
        with queries() as run:
            browser.get(PAGE)
        return len(run)

    browser.get(PAGE)
    before = count()
    for number in range(3):
        make_need(item=f"Thứ {number}")
    assert count() == before <= 16


def test_an_office_begins_with_what_its_schools_ask_for(cast, facts):
    panel = cast("hm.chuyenvien").soup("/").select_one('[data-panel="facilities.numbers"]')
    assert [number.text for number in panel.select(".stats b")] == ["2", "0", "1"]
    assert cast("hm.hieutruong").soup("/").select_one('[data-panel="facilities.numbers"]') is None


def test_a_report_of_the_pair_lists_what_was_brought(app, facts):
    with app.app_context():
        offer = Offer.get(Offer.state == "received")
        pairing = Pairing.get_by_id(offer.pairing_id)
        whole = (pairing.programme, None, offer.giver_district)
        sections = [
            list(telling.report_sections(*of, today(), today())) for of in ((pairing.programme, pairing, None), whole)
        ]
        before = list(telling.report_sections(*whole, today() - timedelta(days=9), today() - timedelta(days=1)))
    rows = [section.tables[0].rows for found in sections for section in found]
    assert [row[1:] for row in rows[0]] == [
        ("Trường THCS Hồng Quang", "Trường THCS Yên Sở", "Bộ bàn ghế học sinh cỡ IV", "5 bộ")
    ]
    assert (rows[1], before) == (rows[0], [])
