"""A school is split: requests and steps that people choose go to the new school, volunteers with their work."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from intranet.api import TWINNED, OpenWork, Pairing, Person, School, carry, locked, record, refresh_waiting
from intranet.api import lazy_gettext as _
from plugins.digital.desk.life_cycle import NEW
from plugins.digital.desk.life_cycle import OPEN as UNSOLVED
from plugins.digital.models import Improvement, Request, Volunteer
from plugins.digital.plans.life_cycle import OPEN

REQUEST, STEP = "request", "step"


def open_work(school: School) -> Iterator[OpenWork]:
    """Requests that are not closed, and open steps of the plan; what the school practises alone is its own."""
    requests = Request.select(Request.id, Request.title).where(Request.school == school, Request.state.in_(UNSOLVED))
    for id_, title in requests.order_by(Request.id).tuples():
        yield OpenWork(kind=REQUEST, id=id_, kind_label=_("Yêu cầu hỗ trợ CNTT"), label=title)
    shared = Improvement.private == False  # noqa: E712 (SQL)
    steps = Improvement.select(Improvement.id, Improvement.title).where(
        Improvement.school == school, Improvement.state == OPEN, shared
    )
    for id_, title in steps.order_by(Improvement.id).tuples():
        yield OpenWork(kind=STEP, id=id_, kind_label=_("Việc cải tiến chuyển đổi số"), label=title)


def hand_over(school: School, successor: School, chosen: Mapping[str, Collection[int]]) -> None:
    """Make what was chosen the new school's, and have it answer for the pairs that it took over."""
    here = Person.select(Person.id).where(Person.school == successor)
    Volunteer.update(school=successor).where(Volunteer.school == school, Volunteer.person.in_(here)).execute()
    pairs = _pairs_of(successor)
    for id_ in sorted(chosen.get(REQUEST, ())):
        _move_request(locked(Request, id_), school, successor, pairs)
    asked = Request.select().where(
        Request.helper_school == school, Request.pairing.in_(pairs), Request.state.in_(UNSOLVED)
    )
    for request in list(asked.order_by(Request.id)):
        request.helper_school = successor
        request.save()
        refresh_waiting(request)
    for id_ in sorted(chosen.get(STEP, ())):
        step = locked(Improvement, id_)
        step.school = successor
        if step.pairing_id not in pairs:
            step.pairing = None
        step.save()
        record("digital.improvement", step, person_id=None, changes={"school": (school.name, successor.name)})
        refresh_waiting(step)


def _pairs_of(school: School) -> list[int]:
    of = (Pairing.first_school == school) | (Pairing.second_school == school)
    return [id_ for (id_,) in Pairing.select(Pairing.id).where(of, Pairing.state.in_(TWINNED)).tuples()]


def _move_request(request: Request, school: School, successor: School, pairs: Collection[int]) -> None:
    """Who helps goes on helping; a partner that stayed with the old school is asked no more."""
    request.school = successor
    lost = request.pairing_id is not None and request.pairing_id not in pairs
    if lost:
        request.pairing = None
    if lost and request.state == NEW:
        request.helper_school = request.helper_district = None
    request.save()
    record("digital.request", request, person_id=None, changes={"school": (school.name, successor.name)})
    if lost and request.state == NEW:
        carry(request, "pass_on", person_id=None)
    else:
        refresh_waiting(request)
