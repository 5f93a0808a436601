"""Proposing a pair by its form, without scripts: schools are chosen by links, and only those that can be twinned."""

import pytest
from bs4 import BeautifulSoup

from intranet.kernel.clock import today
from intranet.registry.districts import District
from intranet.registry.schools import School
from intranet.registry.twinning import CLOSED, OPEN, Pairing, Programme, ProgrammeDistrict
from intranet.shared.waiting import Waiting
from intranet.testing import form_values

OFFICER = "hm.chuyenvien"
HX = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "div#list"}


def free(district, number=0, level=4):
    """A school of a district that no pair has."""
    query = School.select().where(
        School.district == District.get(District.code == district),
        School.levels.bin_and(level) != 0,
        School.id.not_in(Pairing.select(Pairing.first_school)),
        School.id.not_in(Pairing.select(Pairing.second_school)),
    )
    return list(query.order_by(School.sort_key))[number]


def offered(browser, **query):
    """The names of the schools to choose from."""
    page = browser.soup("/pairings/new", query_string=query)
    return [link.text for link in page.select("#list th a")]


def chosen(lead, *partners):
    """The address of the page on which schools were chosen."""
    return f"/pairings/new?lead={lead.id}" + "".join(f"&partner={school.id}" for school in partners)


def send(browser, address, **typed):
    return browser.submit(address, "propose", {"proposal": "Cùng cấp học, gần nhau."} | typed)


def errors(answer):
    return [item.text for item in BeautifulSoup(answer.text, "lxml").select(".errors li")]


def test_a_pair_is_proposed_by_choosing_two_schools(cast):
    browser, lead, partner = cast(OFFICER), free("HM"), free("UH")
    page = browser.soup(f"/pairings/new?lead={lead.id}&q={partner.name}")
    row = next(row for row in page.select("#list tbody tr") if row.th.text == partner.name)
    answer = send(browser, row.select_one("a.btn")["href"])
    pairing = Pairing.select().order_by(Pairing.id.desc()).get()
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/pairings/{pairing.id}")
    assert (pairing.first_school_id, pairing.second_school_id) == (lead.id, partner.id)
    assert (pairing.state, pairing.proposal) == ("proposed", "Cùng cấp học, gần nhau.")
    assert Waiting.select().where(Waiting.subject_type == "pairing", Waiting.subject_id == pairing.id).count() == 2


def test_several_partners_make_a_cluster(cast):
    browser, lead, partners = cast(OFFICER), free("HM"), [free("UH", 0), free("UH", 1)]
    address = chosen(lead, *partners)
    answer = send(browser, address)
    assert (answer.status_code, errors(answer)) == (
        422,
        ["Nhiều trường đối tác là một cụm. Thầy/cô đặt tên cho cụm."],
    )
    answer = send(browser, address, cluster="Cụm Tiếng Anh")
    assert answer.headers["Location"] == "/pairings?state=proposed"
    made = Pairing.select().where(Pairing.cluster == "Cụm Tiếng Anh").order_by(Pairing.id)
    assert [(pair.first_school_id, pair.second_school_id) for pair in made] == [(lead.id, p.id) for p in partners]


def test_a_chosen_school_is_taken_off_again_by_its_chip(cast):
    browser, lead, partners = cast(OFFICER), free("HM"), [free("UH", 0), free("UH", 1)]
    chip = browser.soup(chosen(lead, *partners)).select(".chip")[0]
    left = browser.soup(chip["href"]).select(".chip")
    assert [link.span.text for link in left] == [partners[1].name]


def test_the_reason_is_asked_for_and_what_was_typed_and_chosen_stays(cast):
    browser, lead, partner = cast(OFFICER), free("HM"), free("UH")
    answer = send(browser, chosen(lead, partner), proposal=" ")
    assert (answer.status_code, errors(answer)) == (422, ["Thầy/cô chưa ghi lý do đề nghị."])
    assert partner.name in BeautifulSoup(answer.text, "lxml").select_one(".chip").text


def test_partners_are_offered_by_the_leads_level_first_those_without_pairs(cast):
    browser, lead = cast(OFFICER), free("HM")
    page = browser.soup(f"/pairings/new?lead={lead.id}")
    levels = {row.td.text for row in page.select("#list tbody tr")}
    assert {"THCS"} <= levels and all("THCS" in text for text in levels)
    pairs = [int(row.select_one("td.num").text) for row in page.select("#list tbody tr") if "Ứng Hòa" in row.text]
    assert pairs == sorted(pairs)


@pytest.mark.parametrize("case", ["closed", "trash", "partner", "chosen", "itself", "left"])
def test_only_schools_that_can_be_paired_are_offered(cast, case):
    browser, lead, school = cast(OFFICER), free("HM"), free("UH")
    query = {"lead": lead.id, "q": school.name}
    assert school.name in offered(browser, **query)
    if case == "closed":
        School.update(closed_on=today()).where(School.id == school.id).execute()
    elif case == "trash":
        School.update(deleted_at="2023-01-01 00:00:00").where(School.id == school.id).execute()
    elif case == "partner":
        send(browser, chosen(lead, school))
    elif case == "chosen":
        query["partner"] = school.id
    elif case == "itself":
        query |= {"lead": school.id}
    elif case == "left":
        ProgrammeDistrict.update(left_on=today()).where(ProgrammeDistrict.district == school.district_id).execute()
    assert school.name not in offered(browser, **query)


def test_with_a_school_of_another_district_only_own_ones_are_offered(cast):
    lead = free("UH")
    page = cast(OFFICER).soup(f"/pairings/new?lead={lead.id}")
    assert {row.select("td")[2].text for row in page.select("#list tbody tr")} == {"Quận Hoàng Mai"}


@pytest.mark.parametrize("query", ["hoa xa", "Hoà Xá", "HÒA XÁ"])
def test_partners_are_found_by_name_without_marks(cast, query):
    assert "Trường Mầm non Hòa Xá" in offered(cast(OFFICER), lead=free("HM").id, level="", q=query)


def test_a_second_click_proposes_once(cast):
    browser, lead, partner = cast(OFFICER), free("HM"), free("UH")
    form = form_values(browser.soup(chosen(lead, partner)).find("form", {"data-form": "propose"}))
    answers = {browser.post("/pairings/new", data=form | {"proposal": "x"}).headers["Location"] for _time in range(2)}
    assert len(answers) == 1
    assert Pairing.select().where(Pairing.first_school == lead, Pairing.state.in_(OPEN)).count() == 1


def test_a_pair_made_by_somebody_else_meanwhile_is_refused_with_a_sentence(cast):
    browser, lead, partner = cast(OFFICER), free("HM"), free("UH")
    form = form_values(browser.soup(chosen(lead, partner)).find("form", {"data-form": "propose"}))
    send(cast("uh.chuyenvien"), chosen(lead, partner))
    answer = browser.post("/pairings/new", data=form | {"proposal": "x"})
    assert answer.status_code == 422
    assert errors(answer) == [f"{lead.name} và {partner.name} đã là một cặp của chương trình này."]


def test_without_a_running_programme_there_is_nothing_to_choose(cast):
    Programme.update(state=CLOSED).execute()
    page = cast(OFFICER).soup("/pairings/new")
    assert page.select("form[data-form=choice]") == []
    assert "Chưa có chương trình nào đang thực hiện" in page.find("main").text


def test_nobody_pairs_two_schools_of_another_district(cast):
    first, second = free("UH", 0), free("UH", 1)
    token = cast(OFFICER).csrf("/account")
    data = {"csrf_token": token, "programme": Programme.get().id, "lead": first.id, "partner": second.id}
    assert cast(OFFICER).post("/pairings/new", data=data | {"proposal": "x"}).status_code == 403
    assert Pairing.select().where(Pairing.first_school == first).count() == 0


@pytest.mark.parametrize(
    ("username", "status"),
    [("hm.lanhdao", 200), ("uh.chuyenvien", 200), ("hm.hieutruong", 403), ("hm.xem", 403), ("hm.giaovien", 403)],
)
def test_offices_propose(cast, username, status):
    assert cast(username).get("/pairings/new").status_code == status


def test_htmx_gets_the_candidates_alone(cast):
    answer = cast(OFFICER).get(f"/pairings/new?lead={free('HM').id}&q=hoa", headers=HX)
    assert not answer.text.lstrip().startswith("<!doctype")
    assert len(BeautifulSoup(answer.text, "lxml").select("tbody tr")) > 0


def test_more_candidates_take_no_more_queries(cast, queries):
    browser, lead, counts = cast(OFFICER), free("HM"), []
    for query in ("hong quang", "hoa"):
        browser.get(f"/pairings/new?lead={lead.id}&level=&q={query}")
        with queries() as run:
            rows = offered(browser, lead=lead.id, level="", q=query)
        counts.append((len(rows), len(run)))
    assert counts[0][0] < counts[1][0]
    assert counts[0][1] == counts[1][1]
