"""Which two schools become a pair, and what is left of every try that is refused."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from intranet.kernel.clock import today
from intranet.kernel.database import database
from intranet.pairings import rules
from intranet.registry.districts import District
from intranet.registry.schools import School
from intranet.registry.twinning import (
    CLOSED,
    DECLINED,
    DRAFT,
    PROPOSED,
    SUGGESTED,
    Pairing,
    Programme,
    ProgrammeDistrict,
)
from intranet.shared.audit import AuditEntry, AuditValue
from intranet.shared.edits import Refused
from intranet.shared.waiting import Waiting


def free(district, number=0):
    """A school of a district that no pair has."""
    query = School.select().where(
        School.district == District.get(District.code == district),
        School.id.not_in(Pairing.select(Pairing.first_school)),
        School.id.not_in(Pairing.select(Pairing.second_school)),
    )
    return list(query.order_by(School.id))[number]


@pytest.fixture
def programme(app):
    with app.app_context():
        return Programme.get()


@pytest.fixture
def make(app, programme):
    """Propose a pair of two schools."""

    def propose(first, second, **values):
        with app.app_context():
            return rules.propose(values.pop("programme", programme), first, second, person_id=None, **values)

    return propose


@pytest.mark.parametrize(
    ("rule", "state", "roles"), [("suggest", SUGGESTED, {"officer"}), ("propose", PROPOSED, {"principal"})]
)
def test_a_new_pair_waits_for_whoever_is_next(app, programme, rule, state, roles):
    with app.app_context():
        pairing = getattr(rules, rule)(programme, free("HM"), free("UH"), proposal="Cùng cấp học.", person_id=None)
        assert (pairing.state, pairing.proposal) == (state, "Cùng cấp học.")
        assert {row.role for row in Waiting.select().where(Waiting.subject_id == pairing.id)} == roles
        entry = AuditEntry.get(AuditEntry.action == "pairing.create", AuditEntry.subject_id == pairing.id)
        values = {value.field: value.after for value in AuditValue.select().where(AuditValue.entry == entry)}
        assert values == {"state": state, "programme": programme.title, "proposal": "Cùng cấp học."}


def test_the_school_of_the_programmes_owner_comes_first(make, programme):
    pairing = make(free("UH"), free("HM"))
    assert (pairing.first_district_id, pairing.second_district.code) == (programme.owner_district_id, "UH")


def test_two_schools_of_one_district_stand_as_given(make):
    first, second = free("UH", 1), free("UH", 0)
    pairing = make(first, second)
    assert (pairing.first_school_id, pairing.second_school_id) == (first.id, second.id)


@pytest.mark.parametrize(
    ("case", "sentence"),
    [
        ("same", "Hãy chọn hai trường khác nhau."),
        ("closed", "{second} đã đóng hoặc đã xóa."),
        ("trash", "{second} đã đóng hoặc đã xóa."),
        ("left", "Đơn vị của {second} không tham gia chương trình này."),
        ("pair", "{first} và {second} đã là một cặp của chương trình này."),
        ("turned pair", "{first} và {second} đã là một cặp của chương trình này."),
        ("draft", "Chương trình này chưa bắt đầu hoặc đã kết thúc."),
        ("over", "Chương trình này chưa bắt đầu hoặc đã kết thúc."),
    ],
)
def test_what_cannot_be_a_pair_is_refused_with_a_sentence(make, programme, case, sentence):
    first, second = free("HM"), free("UH")
    if case == "same":
        second = first
    elif case == "closed":
        School.update(closed_on=today()).where(School.id == second.id).execute()
    elif case == "trash":
        School.update(deleted_at="2023-01-01 00:00:00").where(School.id == second.id).execute()
    elif case == "left":
        ProgrammeDistrict.update(left_on=today()).where(ProgrammeDistrict.district == second.district_id).execute()
    elif case == "pair":
        make(first, second)
    elif case == "turned pair":
        pairing = make(first, second)
        Pairing.update(
            first_school=second, second_school=first, first_district=second.district, second_district=first.district
        ).where(Pairing.id == pairing.id).execute()
    elif case in ("draft", "over"):
        Programme.update(state=DRAFT if case == "draft" else CLOSED).where(Programme.id == programme.id).execute()
    count = Pairing.select().count()
    with pytest.raises(Refused) as refusal:
        make(first, second)
    assert str(refusal.value) == sentence.format(first=first.name, second=second.name)
    assert Pairing.select().count() == count


def test_a_district_that_leaves_later_still_takes_part(make):
    second = free("UH")
    leaving = ProgrammeDistrict.update(left_on=today() + timedelta(1))
    leaving.where(ProgrammeDistrict.district == second.district_id).execute()
    assert make(free("HM"), second).state == PROPOSED


def test_a_pair_that_is_over_may_begin_anew(make):
    first, second = free("HM"), free("UH")
    Pairing.update(state=DECLINED).where(Pairing.id == make(first, second).id).execute()
    assert make(first, second).state == PROPOSED


def test_a_pair_of_another_programme_does_not_count(make, programme):
    other = Programme.create(title="Khác", state="running", owner_district=programme.owner_district_id)
    for row in list(ProgrammeDistrict.select().where(ProgrammeDistrict.programme == programme)):
        ProgrammeDistrict.create(programme=other, district=row.district_id)
    first, second = free("HM"), free("UH")
    make(first, second)
    assert make(first, second, programme=other).programme_id == other.id


def test_several_partners_are_a_cluster_with_a_name(app, programme):
    lead, partners = free("HM"), [free("UH", 0), free("UH", 1)]
    with app.app_context():
        with pytest.raises(Refused) as refusal:
            rules.propose_several(programme, lead, partners, person_id=None)
        assert refusal.value.field == "cluster"
        pairs = rules.propose_several(programme, lead, partners, cluster="Cụm Ngoại ngữ", person_id=None)
    assert [(pair.first_school_id, pair.cluster) for pair in pairs] == [(lead.id, "Cụm Ngoại ngữ")] * 2


def test_of_several_partners_all_or_none_become_pairs(app, programme):
    lead, good, bad = free("HM"), free("UH", 0), free("UH", 1)
    School.update(closed_on=today()).where(School.id == bad.id).execute()
    count = Pairing.select().count()
    with app.app_context(), pytest.raises(Refused):
        rules.propose_several(programme, lead, [good, bad], cluster="Cụm", person_id=None)
    assert Pairing.select().count() == count


def test_two_offices_that_propose_the_same_pair_at_once_make_one(app, programme):
    first, second = free("HM"), free("UH")
    ready = Barrier(2)

    def propose(turned):
        try:
            with app.app_context():
                ready.wait()
                sides = (second, first) if turned else (first, second)
                return rules.propose(programme, *sides, person_id=None).state
        except Refused as refusal:
            return str(refusal)
        finally:
            database.close()

    with ThreadPoolExecutor(2) as threads:
        outcomes = set(threads.map(propose, (False, True)))
    assert outcomes == {PROPOSED, f"{first.name} và {second.name} đã là một cặp của chương trình này."}
    assert Pairing.select().where(Pairing.first_school == first).count() == 1
