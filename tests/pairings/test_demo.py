"""The demo shows pairs in every state, with what each state supposes."""

import pytest

from intranet.demo import pairs
from intranet.pairings.life_cycle import LIFE_CYCLE
from intranet.registry.pledges import Meeting, PledgeClause
from intranet.registry.twinning import ACTIVE, PAIRING_STATES, RENEWED, TWINNED, Pairing, Programme
from intranet.shared import pledges
from intranet.shared.waiting import Waiting


@pytest.fixture
def seeded(app):
    """The pairs of the demo that the tests' own lacks."""
    with app.app_context():
        known = [pairing.id for pairing in Pairing.select()]
        pairs.build(Programme.get())
        return list(Pairing.select().where(Pairing.id.not_in(known)))


def test_every_state_has_a_pair_beside_those_under_way(seeded):
    assert {pairing.state for pairing in seeded} == PAIRING_STATES.keys() - {ACTIVE, RENEWED}
    assert len({(pairing.first_school_id, pairing.second_school_id) for pairing in seeded}) == len(seeded)


def test_what_a_state_supposes_is_there(app, seeded):
    met = {row.pairing_id for row in Meeting.select()}
    promised = {row.pairing_id for row in PledgeClause.select()}
    for pairing in seeded:
        agreed = pairing.state in ("agreed", "signed", "review", "ended")
        assert (pairing.id in met, pairing.id in promised) == (agreed or pairing.state == "met",) * 2
        assert (pairing.signed_on is not None) == (pairing.state in ("signed", "review", "ended"))
        assert bool(pairing.outcome) == (pairing.state in ("ended", "declined"))
    with app.app_context():
        assert list(pledges.differences()) == []


def test_whoever_is_next_has_it_among_the_tasks(seeded):
    for pairing in seeded:
        waits = Waiting.select().where(Waiting.subject_type == "pairing", Waiting.subject_id == pairing.id).exists()
        assert waits == (LIFE_CYCLE.state[pairing.state].kind == "under_way")


@pytest.mark.parametrize("username", ["hm.lanhdao", "admin"])
def test_every_page_of_a_pair_opens(cast, seeded, username):
    browser = cast(username)
    for pairing in seeded:
        page = browser.soup(f"/pairings/{pairing.id}")
        # Whom to call at a school is for partners.
        assert bool(page.select(".pair-side dd")) <= (pairing.state in TWINNED)
