"""What days bring to requests: the office is asked, too; silence closes; whoever is gone holds nothing up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from intranet.api import District, School, carry, midnight, refresh_waiting, transaction
from plugins.digital.desk.life_cycle import ASSIGNED, IN_HAND, NEW, SOLVED, WAITING
from plugins.digital.desk.parties import still_asks, still_helps, volunteers_of
from plugins.digital.models import Request, Resource, Volunteer

# After so many whole days without a word, a request closes by itself.
SILENT = timedelta(days=7)


def work(district: District, day: date) -> Iterator[str]:
    """All of it, for the requests of a district's schools."""
    here = Request.district == district
    if count := _pass_on(here, day):
        yield f"{count} requests passed on"
    if count := _free(here):
        yield f"{count} requests given back"
    if count := _close(here, day):
        yield f"{count} requests closed"
    _hand_on(here)


def _each(condition: Any) -> list[Request]:
    return list(Request.select().where(condition).order_by(Request.id))


def _carry_all(requests: list[Request], step: str) -> int:
    for request in requests:
        with transaction():
            carry(request, step, person_id=None)
    return len(requests)


def _pass_on(here: Any, day: date) -> int:
    """The partner school's volunteers had their days, or there is none left."""
    new = _each(here & (Request.state == NEW))
    due = [request for request in new if request.offered_until < day or not volunteers_of(request.helper_school_id)]
    return _carry_all(due, "pass_on")


def _free(here: Any) -> int:
    """Whoever helped has gone: somebody else may."""
    gone = [request for request in _each(here & Request.state.in_(IN_HAND)) if not still_helps(request)]
    return _carry_all(gone, "give_back")


def _close(here: Any, day: date) -> int:
    limit = midnight(day - SILENT)
    silent = Request.state.in_((SOLVED, WAITING)) & (Request.state_since < limit) & (Request.spoke_at < limit)
    return _carry_all(_each(here & silent), "close")


def _hand_on(here: Any) -> None:
    """Where who asked has gone, what waited for that person waits for those who fill in for the school."""
    for request in _each(here & Request.state.in_((WAITING, SOLVED))):
        if not still_asks(request):
            with transaction():
                refresh_waiting(request)


def switched(district: District, on: bool) -> None:
    """A district turned the module off: what its volunteers were asked or had taken goes on to the other's office."""
    if on:
        return
    away = (Request.helper_district == district) & (Request.district != district)
    _carry_all(_each(away & (Request.state == NEW)), "pass_on")
    _carry_all(_each(away & (Request.by_partner == True) & Request.state.in_(IN_HAND)), "give_back")  # noqa: E712


def moved(school: School, successor: School) -> None:
    """What is under way goes along where a school becomes part of another."""
    Volunteer.update(school=successor, district=successor.district_id).where(Volunteer.school == school).execute()
    drafts = (Resource.school == school) & Resource.state.in_(("draft", "submitted", "reviewed"))
    for resource in list(Resource.select().where(drafts).order_by(Resource.id)):
        resource.school, resource.district = successor.id, successor.district_id
        resource.save()
        refresh_waiting(resource)
    under_way = Request.state.in_((NEW, "queued", ASSIGNED, WAITING, SOLVED))
    concerned = _each(under_way & ((Request.school == school) | (Request.helper_school == school)))
    for request in concerned:
        if request.school_id == school.id:
            request.school, request.district = successor.id, successor.district_id
        if request.helper_school_id == school.id:
            request.helper_school, request.helper_district = successor.id, successor.district_id
        request.save()
        refresh_waiting(request)
