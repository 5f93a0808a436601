"""What the offices see of a school year, and the lists behind the numbers."""

import pytest

from plugins.professional_development import demo
from plugins.professional_development.models import Registration

NUMBERS = "/professional-development/numbers"


def stats(page):
    return {item.find("span").text: item.find("b").text for item in page.select("ul.stats li")}


def test_the_numbers_of_a_district_and_nobody_elses(app, cast, make_session, person):
    before = stats(cast("hm.chuyenvien").soup(NUMBERS))["buổi đã tổ chức trên đã lên lịch"]
    elsewhere = stats(cast("uh.chuyenvien").soup(NUMBERS))
    held, planned = map(int, before.split("/"))
    make_session()
    make_session(state="draft")
    after = stats(cast("hm.chuyenvien").soup(NUMBERS))["buổi đã tổ chức trên đã lên lịch"]
    assert after == f"{held}/{planned + 1}"
    assert stats(cast("uh.chuyenvien").soup(NUMBERS)) == elsewhere


def test_the_share_from_the_partner_school_counts_those_who_were_there(app, cast, make_session, person):
    Registration.update(attendance="absent").execute()
    session = make_session()
    for turn, (name, mark) in enumerate(
        (("uh.giaovien", "present"), ("uh.hieutruong", "absent"), ("hm.giaovien", "present"))
    ):
        who = person(name)
        place = {"school": who.school_id, "district": who.district_id, "turn": turn, "attendance": mark}
        Registration.create(session=session, person=who, **place)
    found = stats(cast("hm.lanhdao").soup(NUMBERS))
    assert (found["người dự từ trường bạn"], found["người dự từ đơn vị khác"], found["thầy cô đã dự"]) == (
        "50%",
        "50%",
        "1",
    )


@pytest.mark.parametrize("key", ["held", "people", "partner", "across", "minutes"])
def test_each_number_opens_its_list(app, cast, make_session, key):
    with app.app_context():
        demo.hold(make_session(state="minuted", hours=-48))
    page = cast("hm.chuyenvien").soup(NUMBERS)
    link = next(link["href"] for link in page.select("ul.stats a") if f"/numbers/{key}?" in link["href"])
    assert cast("hm.chuyenvien").soup(link).find("ul", class_="lines") is not None


def test_the_numbers_are_the_offices(cast):
    seen = {name: cast(name).get(NUMBERS).status_code for name in ("hm.lanhdao", "hm.hieutruong", "hm.xem")}
    assert seen == {"hm.lanhdao": 200, "hm.hieutruong": 403, "hm.xem": 403}
    assert cast("hm.lanhdao").get(f"{NUMBERS}/unknown").status_code == 404
