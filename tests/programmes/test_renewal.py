"""A programme goes on in a new one, and takes the chosen pairs along."""

from datetime import date
from decimal import Decimal

import pytest
from bs4 import BeautifulSoup

from intranet.kernel.clock import today
from intranet.programmes.renewal import carry_forward
from intranet.registry.pledges import PledgeClause
from intranet.registry.schools import School
from intranet.registry.twinning import RUNNING, Pairing, Programme, ProgrammeDistrict
from intranet.shared.edits import Refused


@pytest.fixture
def following(following):
    """The programme that goes on, begun, with time left."""
    following.state, following.ends_on = RUNNING, date(2028, 8, 31)
    following.save()
    return following


@pytest.fixture
def pair(programme):
    """An active pair with a promise to be kept, one that was kept and one that was dropped."""
    pair = Pairing.get(Pairing.first_school == School.get(School.code == "01008508"))
    giver = pair.first_school_id
    columns = {"pairing": pair, "giver": giver, "receiver": pair.second_school_id, "unit": "tiết"}
    PledgeClause.create(position=1, text="Dạy minh họa", quantity=4, due_on=date(2024, 4, 30), **columns)
    PledgeClause.create(position=2, text="Cùng họp", due_on=None, done=Decimal(1), **columns)
    PledgeClause.create(position=3, text="Bỏ", dropped_on=date(2024, 1, 5), **columns)
    return pair


def carry(browser, programme, **typed):
    return browser.submit(f"/programmes/{programme.id}/carry", "carry", typed)


def renewed(programme):
    return list(Pairing.select().where(Pairing.programme == programme).order_by(Pairing.id))


def test_a_new_programme_is_filled_from_the_one_before(cast, programme, districts):
    browser = cast("uh.chuyenvien")
    page = f"/programmes/new?after={programme.id}"
    form = browser.soup(page).find("form", {"data-form": "programme"})
    values = {box["name"]: box["value"] for box in form.select("input[type=text], input[type=hidden]")}
    assert (values["title"], values["starts_on"], values["ends_on"], values["after"]) == (
        *(programme.title, "01/09/2025", "31/08/2027", str(programme.id)),
    )
    browser.submit(page, "programme", {"title": "Chương trình mới"})
    made = Programme.get(Programme.title == "Chương trình mới")
    assert (made.predecessor_id, made.owner_district_id, made.goals) == (
        *(programme.id, districts["UH"], programme.goals),
    )
    page = cast("hm.chuyenvien").soup(f"/programmes/{programme.id}")
    assert page.find("a", href=f"/programmes/{made.id}").text == "Chương trình mới"


def test_chosen_pairs_are_carried_with_their_live_promises_and_both_principals_agree_anew(cast, following, pair, work):
    answer = carry(cast("hm.chuyenvien"), following, pair=[str(pair.id)])
    assert answer.headers["Location"].startswith("/jobs/")
    work()
    old, (new,) = Pairing.get_by_id(pair.id), renewed(following)
    assert (old.state, new.state, new.renewed_from_id) == ("renewed", "met", old.id)
    assert (new.first_school_id, new.second_school_id, new.signed_on, new.started_on) == (
        *(old.first_school_id, old.second_school_id, None, None),
    )
    clauses = PledgeClause.select().where(PledgeClause.pairing == new).order_by(PledgeClause.position)
    assert [(clause.text, clause.quantity, clause.due_on, clause.done) for clause in clauses] == [
        ("Dạy minh họa", Decimal(4), None, Decimal(0)),
        ("Cùng họp", None, None, Decimal(0)),
    ]
    tasks = cast("hm.hieutruong").soup("/").find(attrs={"data-panel": "home.tasks"}).get_text(" ", strip=True)
    assert "Soạn và thống nhất nội dung giao ước" in tasks


def test_all_pairs_are_ticked_at_first(cast, following, work):
    carry(cast("hm.chuyenvien"), following)
    page = cast("hm.chuyenvien").soup(f"/programmes/{following.id}/carry")
    assert len(page.select("input[name=pair][checked]")) == 7
    data = {"pair": [box["value"] for box in page.select("input[name=pair]")]}
    carry(cast("hm.chuyenvien"), following, **data)
    work()
    assert len(renewed(following)) == 7
    assert "Không còn cặp nào để nối tiếp" in cast("hm.chuyenvien").get(f"/programmes/{following.id}/carry").text


def test_a_long_list_is_carried_in_parts(cast, following, monkeypatch):
    monkeypatch.setattr("intranet.programmes.renewal.MOST_AT_ONCE", 3)
    page = cast("hm.chuyenvien").soup(f"/programmes/{following.id}/carry")
    assert len(page.select("input[name=pair]")) == 3
    assert page.select_one("main .notice p").text.startswith("Mỗi lần nối tiếp nhiều nhất 3 cặp")


def test_nothing_chosen_is_said(cast, following):
    browser = cast("hm.chuyenvien")
    token = browser.csrf("/account")
    answer = browser.post(f"/programmes/{following.id}/carry", data={"csrf_token": token})
    assert answer.status_code == 422
    assert BeautifulSoup(answer.text, "lxml").select_one(".errors p").text.strip() == "Thầy/cô chưa chọn cặp nào."


def test_a_pair_carried_twice_is_renewed_once(cast, following, pair, work):
    for _time in range(2):
        carry(cast("hm.chuyenvien"), following, pair=[str(pair.id)])
    work()
    assert len(renewed(following)) == 1


@pytest.mark.parametrize("what", ["district", "school", "pair"])
def test_a_pair_that_cannot_go_on_is_listed_with_the_reason(app, cast, following, pair, what):
    if what == "district":
        ProgrammeDistrict.delete().where(
            ProgrammeDistrict.programme == following, ProgrammeDistrict.district == pair.second_district_id
        ).execute()
        sentence = "Một trong hai đơn vị không tham gia chương trình mới."
    elif what == "school":
        School.update(closed_on=today()).where(School.id == pair.second_school_id).execute()
        sentence = "Một trong hai trường đã đóng."
    else:
        columns = ("first_school", "first_district", "second_school", "second_district")
        swapped = dict(zip(columns, (getattr(pair, name) for name in (*columns[2:], *columns[:2])), strict=True))
        Pairing.create(programme=following, state="proposed", **swapped)
        sentence = "Hai trường đã có trong một cặp của chương trình mới."
    box = cast("hm.chuyenvien").soup(f"/programmes/{following.id}/carry").find("input", {"value": str(pair.id)})
    assert (box.has_attr("disabled"), box.parent.select_one(".small").text) == (True, sentence)
    with app.app_context(), pytest.raises(Refused, match=sentence):
        carry_forward(pair, following, person_id=None)
    assert Pairing.get_by_id(pair.id).state == "active"


def test_nothing_is_carried_into_a_programme_that_has_not_begun(app, cast, following, pair):
    Programme.update(state="draft").where(Programme.id == following.id).execute()
    assert cast("hm.chuyenvien").get(f"/programmes/{following.id}/carry").status_code == 404
    with app.app_context(), pytest.raises(Refused, match="Chương trình mới chưa bắt đầu"):
        carry_forward(pair, following, person_id=None)


@pytest.mark.parametrize(
    ("username", "status"),
    [("hm.chuyenvien", 200), ("uh.lanhdao", 200), ("hm.hieutruong", 403), ("uh.xem", 403), ("admin", 200)],
)
def test_offices_of_the_programme_carry_pairs(cast, following, username, status):
    assert cast(username).get(f"/programmes/{following.id}/carry").status_code == status
