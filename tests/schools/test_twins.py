"""What becomes of pairs when their schools or principals change: nothing is lost, and nothing waits for nobody."""

from datetime import date, timedelta

import pytest

from intranet.contributions import ActivityFacts
from intranet.kernel.clock import now, today
from intranet.people import rules as people_rules
from intranet.registry.people import PRINCIPAL, Person
from intranet.registry.pledges import CANCELLED, PLANNED, POSTPONED, Meeting, PledgeClause
from intranet.registry.reports import Report
from intranet.registry.schools import School
from intranet.registry.twinning import (
    ACCEPTED,
    ACTIVE,
    AGREED,
    DECLINED,
    ENDED,
    MET,
    PROPOSED,
    Pairing,
    Programme,
)
from intranet.schools import life_cycle, rules
from intranet.shared import activities, meetings, pledges, steps
from intranet.shared.activities import record_activity
from intranet.shared.audit import AuditEntry
from intranet.shared.waiting import Approval, Waiting
from intranet.testing import form_values

FIRST, PARTNER, OTHER = "01008508", "01281503", "01008401"
CLEAN = "01008305"
DAY = timedelta(days=1)


def school(code):
    return School.get(School.code == code)


@pytest.fixture
def pairing(app):
    """The pair of the two first demo schools."""
    with app.app_context():
        return Pairing.get(Pairing.first_school == school(FIRST), Pairing.second_school == school(PARTNER))


@pytest.fixture
def stand(app, pairing):
    """Put the pair into a state."""

    def put(state, **values):
        with app.app_context():
            Pairing.update(state=state, **values).where(Pairing.id == pairing.id).execute()
            steps.refresh(Pairing.get_by_id(pairing.id))

    return put


def fresh(pairing):
    return Pairing.get_by_id(pairing.id)


def make_pair(first, second, state=ACTIVE):
    return Pairing.create(
        programme=Programme.get(),
        first_school=first,
        first_district=first.district_id,
        second_school=second,
        second_district=second.district_id,
        state=state,
    )


def press(browser, pairing, key, **values):
    """Take a step as the page offers it."""
    address = f"/steps/pairing/{pairing.id}/{key}"
    form = browser.soup(address).find("form", {"data-form": "step"})
    return browser.post(address, data=form_values(form) | values)


def waiting(pairing):
    """(role, school's code) of all for whom the pair waits."""
    query = Waiting.select(Waiting.role, School.code).join(School, on=(Waiting.school == School.id))
    return sorted(query.where(Waiting.subject_type == "pairing", Waiting.subject_id == pairing.id).tuples())


# --- a principal leaves in mid-signing ---


def replace_principal():
    """The coordinator of the first school becomes its principal today; the former one leaves it."""
    people_rules.appoint_principal(
        school(FIRST), Person.get(Person.username == "hm.dieuphoi"), on=today(), stay=False, person_id=None
    )


def test_a_successor_inherits_the_open_place(app, cast, pairing, stand):
    stand(PROPOSED)
    press(cast("uh.hieutruong"), pairing, "accept")
    assert waiting(pairing) == [(PRINCIPAL, FIRST)]
    with app.app_context():
        replace_principal()
    assert press(cast("hm.dieuphoi"), pairing, "accept").status_code == 303
    assert fresh(pairing).state == ACCEPTED


def test_the_word_that_a_former_principal_gave_stays_under_the_own_name(app, cast, pairing, stand):
    stand(PROPOSED)
    giver = Person.get(Person.username == "hm.hieutruong")
    press(cast("hm.hieutruong"), pairing, "accept")
    with app.app_context():
        replace_principal()
    word = Approval.get(Approval.subject_type == "pairing", Approval.subject_id == pairing.id)
    assert (word.person_id, word.role, word.void_at) == (giver.id, PRINCIPAL, None)
    assert cast("hm.dieuphoi").get(f"/steps/pairing/{pairing.id}/accept").status_code == 200
    assert press(cast("uh.hieutruong"), pairing, "accept").status_code == 303
    assert fresh(pairing).state == ACCEPTED


def test_who_left_cannot_act_any_more(app, cast, pairing, stand):
    stand(PROPOSED)
    browser = cast("hm.hieutruong")
    form = form_values(browser.soup(f"/steps/pairing/{pairing.id}/accept").find("form", {"data-form": "step"}))
    with app.app_context():
        replace_principal()
    answer = browser.post(f"/steps/pairing/{pairing.id}/accept", data=form)
    # Without any work, not even the page is there.
    assert answer.status_code == 404
    assert Approval.select().where(Approval.subject_type == "pairing").count() == 0


def test_without_a_successor_yet_the_pair_says_for_whom_it_waits_and_goes_on_with_who_comes(app, cast, pairing, stand):
    stand(PROPOSED)
    press(cast("uh.hieutruong"), pairing, "accept")
    page = f"/pairings/{pairing.id}"
    notice = ".notice.warn"
    panel = {"data-panel": "core.steps"}
    assert cast("hm.chuyenvien").soup(page).find(attrs=panel).select(notice) == []
    with app.app_context():
        people_rules.leave_for_good(
            Person.get(Person.username == "hm.hieutruong"), on=today() - DAY, reason="retired", person_id=None
        )
    said = cast("hm.chuyenvien").soup(page).find(attrs=panel).select_one(notice)
    assert said.text == "Bước này chờ người kế nhiệm. Hiện chưa có: Hiệu trưởng Trường THCS Yên Sở"
    with app.app_context():
        replace_principal()
    assert press(cast("hm.dieuphoi"), pairing, "accept").status_code == 303
    assert fresh(pairing).state == ACCEPTED


# --- a school gets another name ---


def test_a_renamed_school_stays_in_its_pair_and_its_tasks_say_the_new_name(app, pairing, stand):
    stand(PROPOSED)
    with app.app_context():
        current = school(FIRST)
        rules.update_school(current, {"name": "Trường THCS Mới"}, version=current.version, person_id=None)
    assert fresh(pairing).state == PROPOSED
    own = (Waiting.subject_type == "pairing") & (Waiting.subject_id == pairing.id)
    titles = {row.title for row in Waiting.select().where(own)}
    assert titles == {"Trường THCS Mới – Trường THCS Hồng Quang"}


# --- a school is merged ---


def merge(code, into):
    life_cycle.merge_school(school(code), school(into), person_id=None)


def test_the_successor_answers_for_the_merged_school_and_given_words_stay(app, cast, pairing, stand):
    stand(PROPOSED)
    press(cast("uh.hieutruong"), pairing, "accept")
    with app.app_context():
        merge(FIRST, OTHER)
    assert waiting(pairing) == [(PRINCIPAL, OTHER)]
    assert Approval.get(Approval.subject_id == pairing.id, Approval.subject_type == "pairing").void_at is None
    assert press(cast("hm2.hieutruong"), pairing, "accept").status_code == 303
    assert fresh(pairing).state == ACCEPTED


def test_a_merger_changes_no_promise_and_voids_no_word_about_the_text(app, cast, pairing, stand):
    with app.app_context():
        PledgeClause.delete().where(PledgeClause.pairing == pairing).execute()
        clause = PledgeClause.create(
            pairing=pairing, position=1, giver=school(FIRST), receiver=school(PARTNER), text="Dạy 5 tiết"
        )
    stand(MET)
    press(cast("uh.hieutruong"), pairing, "agree")
    with app.app_context():
        merge(FIRST, OTHER)
    assert PledgeClause.get_by_id(clause.id).giver_id == school(OTHER).id
    assert press(cast("hm2.hieutruong"), pairing, "agree").status_code == 303
    assert fresh(pairing).state == AGREED


def test_a_school_merged_into_its_own_partner_ends_the_pair_with_the_reason(app):
    with app.app_context():
        pair = make_pair(school(FIRST), school(OTHER))
        merge(FIRST, OTHER)
    ended = fresh(pair)
    assert (ended.state, ended.outcome, ended.ended_on) == (ENDED, "Hai trường đã gộp thành một.", today())
    assert ended.first_school_id == school(FIRST).id
    assert waiting(pair) == []
    assert AuditEntry.select().where(AuditEntry.action == "pairing.end", AuditEntry.subject_id == pair.id).exists()


@pytest.mark.parametrize(("state", "after"), [(PROPOSED, DECLINED), (ACTIVE, ENDED)])
def test_a_pair_that_the_successor_has_already_is_over_with_the_reason(app, pairing, state, after):
    with app.app_context():
        double = make_pair(school(OTHER), school(PARTNER), state)
        merge(OTHER, FIRST)
    assert (fresh(double).state, fresh(double).outcome) == (
        after,
        "Trường nhận gộp đã có cặp này trong cùng chương trình.",
    )
    assert fresh(pairing).state == ACTIVE


def test_a_pair_of_the_successor_that_is_over_ends_no_living_one(app, pairing):
    with app.app_context():
        make_pair(school(OTHER), school(PARTNER), ENDED)
        merge(FIRST, OTHER)
    assert (fresh(pairing).state, fresh(pairing).first_school_id) == (ACTIVE, school(OTHER).id)


def give(pairing, giver, key):
    record_activity(
        ActivityFacts(
            source_key=key,
            kind="visit",
            on=date(2023, 11, 5),
            title="Thăm trường",
            district_id=giver.district_id,
            school_ids=(pairing.first_school_id, pairing.second_school_id),
            pairing_id=pairing.id,
            giver_id=giver.id,
        )
    )


def gave(pairing):
    return fresh(pairing).first_gave, fresh(pairing).second_gave


def test_what_a_merged_school_gave_counts_for_its_successor(app, pairing):
    with app.app_context():
        before = gave(pairing)
        give(pairing, school(FIRST), "one")
        give(pairing, school(PARTNER), "two")
        merge(FIRST, OTHER)
        merge(OTHER, CLEAN)
        give(fresh(pairing), school(CLEAN), "three")
        assert gave(pairing) == (before[0] + 2, before[1] + 1)
        assert [line for line in pledges.differences() if line.startswith(f"pairing {pairing.id}:")] == []


@pytest.mark.parametrize(("code", "into"), [(FIRST, OTHER), (PARTNER, "01281402")])
def test_visits_keep_who_helped_whom_and_planned_ones_are_the_successors(app, pairing, code, into):
    with app.app_context():
        helped = {"pairing": pairing, "kind": "visit", "title": "Thăm", "starts_at": now(), "giver": school(code)}
        held = Meeting.create(**helped, state="held")
        record_activity(meetings.facts(held))
        planned = Meeting.create(**helped, host=school(code))
        steps.refresh(held)
        draft = Report.create(
            programme=pairing.programme,
            pairing=pairing,
            district=school(code).district_id,
            school=school(code),
            school_year="2026-2027",
            title="Báo cáo năm học",
        )
        merge(code, into)
        assert list(activities.check()) == []
    found = Meeting.get_by_id(planned.id)
    assert (found.giver_id, found.host_id, Meeting.get_by_id(held.id).giver_id) == (
        *(school(into).id,) * 2,
        school(code).id,
    )
    rows = Waiting.select().where(Waiting.subject_type == "meeting", Waiting.subject_id == held.id)
    assert (rows.where(Waiting.school == school(into)).count(), rows.where(Waiting.school == school(code)).count()) == (
        2,
        0,
    )
    assert Report.get_by_id(draft.id).school_id == school(into).id


def test_a_merged_school_that_opens_again_takes_what_it_gave_out_of_the_count(app, pairing):
    with app.app_context():
        before = gave(pairing)
        give(pairing, school(FIRST), "one")
        merge(FIRST, OTHER)
        life_cycle.reopen_school(school(FIRST), person_id=None)
        assert gave(pairing)[1] == before[1]
        assert [line for line in pledges.differences() if line.startswith(f"pairing {pairing.id}:")] == []


def plan_meeting(pair, starts_at, state=PLANNED):
    return Meeting.create(pairing=pair, title="Họp chuyên môn", starts_at=starts_at, state=state)


def test_the_own_partner_as_successor_is_said_on_the_pair_and_calls_off_what_was_planned(app, cast):
    with app.app_context():
        pair = make_pair(school(FIRST), school(OTHER))
        clause = PledgeClause.create(pairing=pair, position=1, giver=school(FIRST), text="Dạy 5 tiết")
        to_come, put_off = plan_meeting(pair, now() + DAY), plan_meeting(pair, now() - DAY, POSTPONED)
        begun = plan_meeting(pair, now() - DAY)
        merge(FIRST, OTHER)
    page = cast("hm.chuyenvien").soup(f"/pairings/{pair.id}")
    assert "Hai trường đã gộp thành một." in page.main.text
    assert "Dạy 5 tiết" in page.main.text
    assert PledgeClause.get_by_id(clause.id).giver_id == school(FIRST).id
    assert [(row.state, row.outcome) for row in map(Meeting.get_by_id, (to_come.id, put_off.id, begun.id))] == [
        (CANCELLED, "Hai trường đã gộp thành một."),
        (CANCELLED, "Hai trường đã gộp thành một."),
        (PLANNED, ""),
    ]


# --- a school closes ---


@pytest.mark.parametrize(("state", "after"), [(PROPOSED, DECLINED), (ACTIVE, ENDED)])
def test_the_pairs_of_a_school_that_closes_are_over_with_the_reason(app, pairing, stand, state, after):
    stand(state)
    with app.app_context():
        life_cycle.close_school(school(FIRST), closed_on=today(), reason="QĐ 12", person_id=None)
    assert (fresh(pairing).state, fresh(pairing).outcome) == (after, "Trường đã đóng: Trường THCS Yên Sở.")
    assert waiting(pairing) == []


@pytest.mark.parametrize("path", ["/schools/{id}/close", "/schools/bulk?change=close:1&school={id}"])
def test_what_closing_ends_is_said_before(cast, pairing, path):
    page = cast("hm.chuyenvien").soup(path.format(id=school(FIRST).id))
    notice = page.select_one(".notice.warn")
    assert notice.b.text == "1 cặp kết nghĩa kết thúc khi đóng trường"
    assert [link["href"] for link in notice.select("a")] == [f"/pairings/{pairing.id}"]


def test_schools_closed_in_one_go_end_their_pairs_too(app, pairing):
    with app.app_context():
        life_cycle.change_schools([school(FIRST).id, school(OTHER).id], {"closed_on": today()}, person_id=None)
    assert fresh(pairing).state == ENDED
