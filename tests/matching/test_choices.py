"""People decide: another partner, dropping, taking back, and sending, alone or many at once."""

import pytest

from intranet.registry.districts import District, DistrictModule
from intranet.registry.people import OFFICER, Membership, Person
from intranet.registry.schools import School
from intranet.registry.twinning import ACTIVE, Pairing, ProgrammeDistrict
from intranet.shared.audit import AuditEntry, AuditValue
from plugins.matching.models import Suggestion

REASON = "Hai trường đã giao lưu từ năm ngoái"


@pytest.fixture
def page(programme, suggestion):
    """Where the first school of the suggestion gets another partner."""
    return f"/matching/programmes/{programme.id}/schools/{suggestion.first_school_id}?all=1"


@pytest.fixture
def others(officer, page, suggestion):
    """The ids of the other candidates, the best first."""
    radios = officer.soup(page).select("input[name=partner]")
    return [int(radio["value"]) for radio in radios if int(radio["value"]) != suggestion.second_school_id]


def fresh(suggestion):
    return Suggestion.get_or_none(Suggestion.id == suggestion.id)


def undecided_with(school_id):
    return Suggestion.get_or_none(
        (Suggestion.first_school == school_id) | (Suggestion.second_school == school_id),
        Suggestion.state.in_(("open", "edited")),
    )


def changes_of(action):
    entry = AuditEntry.select().where(AuditEntry.action == action).order_by(AuditEntry.id.desc()).first()
    return {value.field: (value.before, value.after) for value in AuditValue.select().where(AuditValue.entry == entry)}


def test_candidates_are_ordered_by_score_and_the_suggested_one_is_ticked(officer, page, suggestion):
    soup = officer.soup(page)
    scores = [float(cell.text.replace(",", ".")) for cell in soup.select("#list td.num")]
    assert scores == sorted(scores, reverse=True)
    assert soup.select_one("input[name=partner][checked]")["value"] == str(suggestion.second_school_id)


def test_who_chooses_otherwise_says_why(officer, page, others, suggestion):
    answer = officer.submit(page, "choose", {"partner": others[0]})
    assert (answer.status_code, "Thầy/cô cho biết vì sao chọn khác gợi ý." in answer.text) == (422, True)
    before = suggestion.second_school.name
    assert officer.submit(page, "choose", {"partner": others[0], "reason": REASON}).status_code == 303
    changed = fresh(suggestion)
    assert (changed.second_school_id, changed.state, changed.override_reason) == (others[0], "edited", REASON)
    assert changes_of("matching.choose")["partner"] == (before, School.get_by_id(others[0]).name)
    assert changes_of("matching.choose")["reason"] == (None, REASON)


def test_going_back_to_what_was_calculated_needs_no_reason(officer, page, others, suggestion):
    officer.submit(page, "choose", {"partner": others[0], "reason": REASON})
    assert officer.submit(page, "choose", {"partner": suggestion.second_school_id, "reason": ""}).status_code == 303
    back = fresh(suggestion)
    assert (back.second_school_id, back.state, back.override_reason) == (suggestion.second_school_id, "open", "")


def test_a_calculated_suggestion_gives_way_and_what_a_person_chose_does_not(cast, officer, page, others, suggestion):
    taken = next(id_ for id_ in others if undecided_with(id_))
    loser = undecided_with(taken)
    officer.submit(page, "choose", {"partner": taken, "reason": REASON})
    assert fresh(loser) is None
    assert undecided_with(loser.first_school_id) is None
    url = f"/matching/programmes/{suggestion.programme_id}/schools/{loser.first_school_id}?all=1"
    answer = officer.submit(url, "choose", {"partner": taken, "reason": REASON})
    sentence = f"{School.get_by_id(taken).name} đã được chọn cho {suggestion.first_school.name}."
    assert (answer.status_code, sentence in answer.text) == (422, True)


def test_the_other_office_chooses_from_its_side(cast, suggestion, unpaired, programme):
    level = suggestion.second_school.levels
    free = next(school for school in unpaired("HM", level) if school.id != suggestion.first_school_id)
    url = f"/matching/programmes/{programme.id}/schools/{suggestion.second_school_id}?all=1"
    answer = cast("uh.chuyenvien").submit(url, "choose", {"partner": free.id, "reason": REASON})
    assert answer.status_code == 303
    changed = fresh(suggestion)
    assert {changed.first_school_id, changed.second_school_id} == {free.id, suggestion.second_school_id}
    assert undecided_with(suggestion.first_school_id) is None


def test_of_two_who_choose_the_second_is_told(cast, officer, page, others, suggestion):
    token = officer.soup(page).find("input", {"name": "seen"})["value"]
    officer.submit(page, "choose", {"partner": others[0], "reason": REASON})
    answer = officer.submit(page, "choose", {"partner": others[1], "reason": REASON, "seen": token})
    assert (answer.status_code, "Người khác vừa đổi gợi ý của trường này." in answer.text) == (409, True)
    assert fresh(suggestion).second_school_id == others[0]


@pytest.mark.parametrize(
    ("partner", "sentence"),
    [
        (lambda suggestion, unpaired: "", "Thầy/cô chưa chọn trường."),
        (
            lambda suggestion, unpaired: next(school.id for school in unpaired("HM", suggestion.first_school.levels)),
            "Hãy chọn trường của đơn vị khác.",
        ),
        (
            lambda suggestion, unpaired: unpaired("UH", {1: 2, 2: 4, 4: 1}[suggestion.first_school.levels])[0].id,
            "Hai trường không có cấp học chung.",
        ),
    ],
)
def test_what_cannot_be_a_pair_is_refused(officer, page, suggestion, unpaired, partner, sentence):
    answer = officer.submit(page, "choose", {"partner": partner(suggestion, unpaired), "reason": REASON})
    assert (answer.status_code, sentence in answer.text) == (422, True)


def test_a_school_that_was_closed_meanwhile_is_refused(officer, page, others, suggestion):
    token = officer.soup(page)
    School.update(closed_on="2026-01-01").where(School.id == others[0]).execute()
    answer = officer.submit(page, "choose", {"partner": others[0], "reason": REASON})
    assert token and (answer.status_code, "đã đóng hoặc không thuộc chương trình này" in answer.text) == (422, True)


def test_what_people_chose_outlives_the_next_calculation(officer, page, others, suggestion, calculate):
    officer.submit(page, "choose", {"partner": others[0], "reason": REASON})
    calculate()
    kept = undecided_with(suggestion.first_school_id)
    assert (kept.id, kept.second_school_id, kept.state) == (suggestion.id, others[0], "edited")
    rows = Suggestion.select(Suggestion.first_school, Suggestion.second_school)
    ids = [id_ for row in rows.where(Suggestion.state.in_(("open", "edited"))).tuples() for id_ in row]
    assert len(ids) == len(set(ids))


def test_a_dropped_suggestion_is_not_made_again_until_it_is_taken_back(officer, suggestion, calculate):
    url = f"/matching/suggestions/{suggestion.id}"
    officer.submit(url, "drop", {"reason": "Quá xa"})
    calculate()
    pairs = Suggestion.select(Suggestion.first_school, Suggestion.second_school).where(Suggestion.state == "open")
    assert (suggestion.first_school_id, suggestion.second_school_id) not in set(pairs.tuples())
    assert "Quá xa" in officer.soup("/matching/").select_one("details.unfold").text


def test_what_was_dropped_by_mistake_comes_back(officer, suggestion):
    url = f"/matching/suggestions/{suggestion.id}"
    officer.submit(url, "drop")
    assert fresh(suggestion).state == "dropped"
    assert officer.submit(url, "restore").status_code == 303
    assert fresh(suggestion).state == "open"


def test_it_does_not_come_back_when_a_school_has_another_partner_by_now(officer, suggestion, calculate):
    url = f"/matching/suggestions/{suggestion.id}"
    officer.submit(url, "drop")
    calculate()
    officer.submit(url, "restore")
    assert fresh(suggestion).state == "dropped"
    assert "đã có gợi ý khác" in officer.soup("/matching/").select_one("#flash .warn").text


def send(client, suggestions, action):
    url = "/matching/send?" + "&".join(f"suggestion={suggestion.id}" for suggestion in suggestions)
    return client.submit(url, "send", verb=action)


@pytest.mark.parametrize(("action", "state"), [("accept", "suggested"), ("propose", "proposed")])
def test_accepting_makes_the_pair(officer, suggestion, action, state):
    assert send(officer, [suggestion], action).status_code == 303
    kept = fresh(suggestion)
    assert (kept.state, kept.pairing.state, kept.pairing.proposal) == ("kept", state, suggestion.sentence)
    assert {kept.pairing.first_school_id, kept.pairing.second_school_id} == {
        suggestion.first_school_id,
        suggestion.second_school_id,
    }
    assert officer.soup(f"/matching/suggestions/{suggestion.id}").find("a", href=f"/pairings/{kept.pairing_id}")


def test_the_reason_for_choosing_otherwise_goes_along_with_the_proposal(officer, page, others, suggestion):
    officer.submit(page, "choose", {"partner": others[0], "reason": REASON})
    send(officer, [suggestion], "propose")
    assert fresh(suggestion).pairing.proposal.endswith(f"\nLý do chọn: {REASON}")


def test_nothing_happens_before_somebody_confirms(officer, suggestion):
    page = officer.soup(f"/matching/send?suggestion={suggestion.id}")
    assert page.find("form", {"data-form": "send"}) is not None
    assert (fresh(suggestion).state, Pairing.select().where(Pairing.proposal != "").count()) == ("open", 0)


def test_one_that_fails_holds_no_other_up_and_its_row_says_why(officer, programme, suggestion):
    good, bad = Suggestion.select().where(Suggestion.state == "open").order_by(Suggestion.id).limit(2)
    page = officer.soup(f"/matching/send?suggestion={good.id}&suggestion={bad.id}")
    fields = {field["name"]: field["value"] for field in page.find("form", {"data-form": "send"}).find_all("input")}
    School.update(closed_on="2026-01-01").where(School.id == bad.second_school_id).execute()
    officer.post("/matching/send", data=fields | {"action": "propose"})
    assert (fresh(good).state, fresh(bad).state) == ("kept", "open")
    soup = officer.soup("/matching/")
    assert [note.text for note in soup.select("#flash .notice")] == [
        "Đã gửi đề nghị cho 1 cặp.",
        "1 gợi ý chưa gửi được; lý do ghi ở từng dòng.",
    ]
    row = soup.find(id=f"s{bad.id}").find_parent("tr")
    assert f"{bad.second_school.name} đã đóng hoặc đã xóa." in row.text


def test_of_two_who_send_the_second_learns_it_and_there_is_one_pair(cast, officer, suggestion):
    other = cast("uh.chuyenvien")
    page = other.soup(f"/matching/send?suggestion={suggestion.id}")
    fields = {field["name"]: field["value"] for field in page.find("form", {"data-form": "send"}).find_all("input")}
    send(officer, [suggestion], "propose")
    other.post("/matching/send", data=fields | {"action": "propose"})
    assert "1 gợi ý chưa gửi được" in other.soup("/matching/").select_one("#flash").text
    pairs = Pairing.select().where(Pairing.first_school == suggestion.first_school_id)
    assert pairs.count() == 1


def test_the_same_form_sent_twice_makes_one_pair(officer, suggestion):
    page = officer.soup(f"/matching/send?suggestion={suggestion.id}")
    fields = {field["name"]: field["value"] for field in page.find("form", {"data-form": "send"}).find_all("input")}
    answers = [officer.post("/matching/send", data=fields | {"action": "accept"}) for _ in range(2)]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert Pairing.select().where(Pairing.state == "suggested").count() == 1


def test_all_can_be_sent_at_once_up_to_a_limit(officer, programme, monkeypatch):
    monkeypatch.setattr("plugins.matching.send_views.MOST_AT_ONCE", 3)
    page = officer.soup(f"/matching/send?programme={programme.id}&all=1")
    total = Suggestion.select().where(Suggestion.state == "open").count()
    assert f"{total - 3} gợi ý còn lại" in page.select_one("main .notice").text
    officer.submit(f"/matching/send?programme={programme.id}&all=1", "send", verb="accept")
    assert Pairing.select().where(Pairing.state == "suggested").count() == 3


def test_a_pair_made_elsewhere_meanwhile_is_not_made_twice(officer, suggestion):
    first, second = suggestion.first_school, suggestion.second_school
    Pairing.create(
        programme=suggestion.programme_id,
        first_school=first,
        first_district=first.district_id,
        second_school=second,
        second_district=second.district_id,
        state=ACTIVE,
    )
    send(officer, [suggestion], "propose")
    assert "đã là một cặp" in fresh(suggestion).problem


def test_a_suggestion_of_two_other_districts_is_not_for_a_third_to_decide(cast, officer, suggestion, programme):
    """Where three districts take part, each office decides for its own schools only."""
    third = District.create(code="X3", kind="huyen", name="Huyện Ba", office_name="Phòng Ba", sort_key="x")
    ProgrammeDistrict.create(programme=programme, district=third)
    person = Person.get(Person.username == "uh.chuyenvien")
    Person.update(district=third).where(Person.id == person.id).execute()
    Membership.update(district=third).where(Membership.person == person, Membership.role == OFFICER).execute()
    DistrictModule.create(district=third, module="matching", enabled=True)
    stranger = cast("uh.chuyenvien")
    assert stranger.get(f"/matching/?programme={programme.id}").status_code == 200
    assert stranger.get(f"/matching/suggestions/{suggestion.id}").status_code == 404
