"""How two schools become a pair: who can be twinned, and the first line of the pair's life."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from intranet.kernel.database import transaction
from intranet.kernel.language import gettext as _
from intranet.programmes.life_cycle import districts_of
from intranet.registry.schools import School
from intranet.registry.twinning import (
    OPEN,
    PROPOSED,
    RUNNING,
    SUGGESTED,
    Pairing,
    Programme,
)
from intranet.shared import audit, steps
from intranet.shared.edits import Refused, locked

Done = Callable[[Pairing], None]


def suggest(
    programme: Programme,
    first_school: School,
    second_school: School,
    *,
    proposal: str = "",
    cluster: str = "",
    person_id: int | None,
    done: Done = lambda pairing: None,
) -> Pairing:
    """Suggest a pair: an office still has to send it to the two schools. Raises Refused."""
    with transaction():
        pairing = _make(programme, first_school, second_school, SUGGESTED, proposal, cluster, person_id)
        done(pairing)
    return pairing


def propose(
    programme: Programme,
    first_school: School,
    second_school: School,
    *,
    proposal: str = "",
    cluster: str = "",
    person_id: int | None,
    done: Done = lambda pairing: None,
) -> Pairing:
    """Propose a pair to its two principals. Raises Refused."""
    with transaction():
        pairing = _make(programme, first_school, second_school, PROPOSED, proposal, cluster, person_id)
        done(pairing)
    return pairing


def propose_several(
    programme: Programme,
    lead: School,
    partners: Sequence[School],
    *,
    proposal: str = "",
    cluster: str = "",
    person_id: int | None,
    done: Callable[[list[Pairing]], None] = lambda pairings: None,
) -> list[Pairing]:
    """Propose one school to several, all or none: with more than one partner they are a cluster. Raises Refused."""
    if not partners:
        raise Refused("partners", _("Thầy/cô chưa chọn trường đối tác."))
    if len(partners) > 1 and not cluster:
        raise Refused("cluster", _("Nhiều trường đối tác là một cụm. Thầy/cô đặt tên cho cụm."))
    with transaction():
        locked(Programme, programme.id)
        # Always the lower id first, so that two such transactions cannot wait for each other.
        for school_id in sorted({lead.id, *(school.id for school in partners)}):
            locked(School, school_id)
        pairings = [
            _make(programme, lead, partner, PROPOSED, proposal, cluster, person_id, field="partners")
            for partner in partners
        ]
        done(pairings)
    return pairings


def _make(
    programme: Programme,
    first: School,
    second: School,
    state: str,
    proposal: str,
    cluster: str,
    person_id: int | None,
    field: str = "second_school",
) -> Pairing:
    _refuse_programme(locked(Programme, programme.id))
    rows = {id_: locked(School, id_) for id_ in sorted({first.id, second.id})}
    first, second = in_order(programme, rows[first.id], rows[second.id])
    _refuse_schools(programme, first, second, field)
    pairing = Pairing.create(
        programme=programme,
        first_school=first,
        first_district=first.district_id,
        second_school=second,
        second_district=second.district_id,
        state=state,
        proposal=proposal,
        cluster=cluster,
    )
    changes = {"state": (None, state), "programme": (None, programme.title)}
    changes |= {name: (None, text) for name, text in (("proposal", proposal), ("cluster", cluster)) if text}
    audit.record("pairing.create", pairing, person_id=person_id, changes=changes)
    steps.begin(pairing, person_id=person_id)
    return pairing


def in_order(programme: Programme, first: School, second: School) -> tuple[School, School]:
    """The school of the programme's owner comes first, if exactly one of them is its; else as given."""
    owner = programme.owner_district_id
    return (second, first) if second.district_id == owner != first.district_id else (first, second)


def _refuse_programme(programme: Programme) -> None:
    if programme.state != RUNNING:
        raise Refused("programme", _("Chương trình này chưa bắt đầu hoặc đã kết thúc."))


def _refuse_schools(programme: Programme, first: School, second: School, field: str) -> None:
    if first.id == second.id:
        raise Refused(field, _("Hãy chọn hai trường khác nhau."))
    taking_part = districts_of(programme.id)
    for school in (first, second):
        if school.closed_on is not None or school.deleted_at is not None:
            raise Refused(field, _("%(name)s đã đóng hoặc đã xóa.", name=school.name))
        if school.district_id not in taking_part:
            raise Refused(field, _("Đơn vị của %(name)s không tham gia chương trình này.", name=school.name))
    if open_pair(programme.id, first.id, second.id):
        names = {"first": first.name, "second": second.name}
        raise Refused(field, _("%(first)s và %(second)s đã là một cặp của chương trình này.", **names))


def open_pair(programme_id: int, school_id: int, other_id: int) -> Pairing | None:
    """The pair of these two schools in a programme that is not over, whichever comes first."""
    one_way = (Pairing.first_school == school_id) & (Pairing.second_school == other_id)
    other_way = (Pairing.first_school == other_id) & (Pairing.second_school == school_id)
    return Pairing.get_or_none(Pairing.programme == programme_id, Pairing.state.in_(OPEN), one_way | other_way)
