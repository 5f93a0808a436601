"""A school is split: requests go with what it asked, helpers with their work."""

import pytest

from intranet.registry.twinning import Pairing
from intranet.shared.waiting import Waiting
from plugins.digital.models import Request, Volunteer


@pytest.fixture
def pair(person):
    return Pairing.get(Pairing.second_school == person("uh.giaovien").school_id)


def waiting(request):
    rows = Waiting.select(Waiting.person, Waiting.role).where(
        Waiting.subject_type == "digital_request", Waiting.subject_id == request.id
    )
    return sorted(rows.tuples(), key=str)


def test_a_request_stays_with_its_helper_under_the_same_pair(person, volunteer, make_request, pair, split_off):
    request = make_request("assigned")
    _old, new = split_off(
        "uh.giaovien", people=["uh.giaovien"], pairs=[pair.id], work=[f"digital:request:{request.id}"]
    )
    moved = Request.get_by_id(request.id)
    assert (moved.school_id, moved.pairing_id, moved.state) == (new.id, pair.id, "assigned")
    assert waiting(request) == [(person("hm.giaovien").id, "")] or waiting(request)[0][0] == person("hm.giaovien").id


def test_a_partner_that_stayed_with_the_old_school_is_asked_no_more(volunteer, make_request, split_off):
    request = make_request("new")
    _old, new = split_off("uh.giaovien", work=[f"digital:request:{request.id}"])
    moved = Request.get_by_id(request.id)
    assert (moved.school_id, moved.pairing_id, moved.helper_school_id, moved.state) == (new.id, None, None, "queued")


def test_volunteers_follow_their_work_and_are_asked_under_a_pair_that_went_there(
    person, volunteer, make_request, pair, split_off
):
    request = make_request("new")
    _old, new = split_off("hm.giaovien", people=["hm.giaovien"], pairs=[pair.id])
    assert Volunteer.get_by_id(volunteer.id).school_id == new.id
    assert Request.get_by_id(request.id).helper_school_id == new.id
    assert [person_id for person_id, _role in waiting(request)] == [person("hm.giaovien").id]
