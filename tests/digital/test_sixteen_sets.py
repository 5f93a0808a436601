"""All sixteen sets of the four modules in one district, with the other all off and all on (decision D3).

Nothing is lost, and where a module is off no link, route, hit, task or reminder of it is left.
"""

from itertools import product

import pytest
from bs4 import BeautifulSoup

from intranet.kernel.clock import today
from intranet.registry.districts import District
from intranet.shared import modules

MODULES = ("digital", "facilities", "mentoring", "professional_development")
# A page of each, one of its words that a search finds where it is on, and the address that its parts lie under.
PAGES = {
    "digital": "/digital/",
    "facilities": "/facilities/",
    "mentoring": "/mentoring/cases",
    "professional_development": "/professional-development/",
}


def rows_of(app):
    """{table: how many rows} of all four modules."""
    return {
        model._meta.table_name: model.select().count()
        for module in MODULES
        for model in app.extensions["plugins"].boot(module, "models")
    }


def links_of(answer):
    """The modules to which links of a page lead."""
    page = BeautifulSoup(answer.text, "lxml")
    found = [link["href"] for link in page.select("a[href]")]
    return {name for name, address in PAGES.items() if any(href.startswith(segment(address)) for href in found)}


def segment(address):
    return f"/{address.split('/')[1]}/"


SETS = [tuple(name for name, on in zip(MODULES, each, strict=True) if on) for each in product((False, True), repeat=4)]


def marks(chosen):
    """On PostgreSQL none and all of them will do."""
    return pytest.mark.story if len(chosen) in (0, len(MODULES)) else ()


@pytest.fixture
def sets(app):
    """``sets("HM", chosen)`` switches all four modules of a district."""

    def switch(code, chosen):
        with app.app_context():
            for module in MODULES:
                modules.switch(District.get(District.code == code), module, module in chosen, person_id=None)

    return switch


@pytest.mark.crawl
@pytest.mark.parametrize(
    "chosen", [pytest.param(chosen, id="+".join(chosen) or "none", marks=marks(chosen)) for chosen in SETS]
)
def test_what_is_off_leaves_nothing_and_loses_nothing(app, cast, sets, make_assessment, chosen):
    made = make_assessment()
    before = rows_of(app)
    office, school = cast("hm.chuyenvien"), cast("hm.hieutruong")
    sets("HM", chosen)
    # Routes.
    assert {name for name, address in PAGES.items() if school.get(address).status_code == 200} == set(chosen)
    # Links: of navigation, panels and tasks at home, on the own school's page, among search hits, in the calendar.
    pages = {school: ("/", f"/schools/{made.school_id}", "/calendar", "/notices"), office: ("/", "/search?q=danh+gia")}
    for other in ((), MODULES):
        sets("UH", other)
        assert rows_of(app) == before
        for browser, addresses in pages.items():
            for address in addresses:
                found = links_of(browser.get(address))
                assert found - set(chosen) == set(), address
                assert browser is school or ("digital" in found) == ("digital" in chosen), address
        # Reminders: the day's work is done for what is on alone.
        assert told_in(app, "HM") <= {*chosen, "matching", "notice_board"}
    sets("HM", MODULES)
    assert rows_of(app) == before
    assert school.get(f"/digital/assessments/{made.id}").status_code == 200


def told_in(app, code):
    """The modules that did something in a district's work of the day."""
    with app.app_context():
        own = District.get(District.code == code)
        return {
            module
            for module, _line in plugins_of(app).collect("daily", modules.enabled_in(own), district=own, day=today())
        }


def plugins_of(app):
    return app.extensions["plugins"]
