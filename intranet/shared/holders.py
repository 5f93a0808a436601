"""Who holds a place in a life cycle: whether somebody does, who these people are, and what the place is called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask import current_app

from intranet.kernel.clock import today
from intranet.kernel.language import gettext as _
from intranet.kernel.statements import Statement, among, param
from intranet.kernel.workflow import Holder, Transition, Workflow
from intranet.registry.districts import District
from intranet.registry.people import ROLE_LABELS, Function, Membership, Person, under_way
from intranet.registry.schools import School
from intranet.shared.access import Actor

# A programme of many units waits for the office of each.
MOST_NAMED = 6


def holds(actor: Actor, holder: Holder) -> bool:
    """Whether the actor is this holder, in what the actor acts in now. Administrators stand in for nobody."""
    if holder.person_id is not None:
        return actor.person_id == holder.person_id
    if holder.school_id is not None:
        there = actor.school_id == holder.school_id
    else:
        there = actor.school_id is None and actor.district_id == holder.district_id
    return there and (actor.role == holder.role or holder.role in actor.functions)


def sides(workflow: Workflow, transition: Transition, record: Any) -> dict[str, list[Holder]]:
    """Who can take a transition, by side: a party, or each of its places where every one counts for itself."""
    found: dict[str, list[Holder]] = {}
    for key in transition.by:
        party = workflow.party[key]
        if not party.each:
            found.setdefault(key, [])
        for holder in party.holders(record):
            place = f"s{holder.school_id}" if holder.school_id is not None else f"d{holder.district_id}"
            found.setdefault(f"{key}-{place}" if party.each else key, []).append(holder)
    return found


def party_of(workflow: Workflow, transition: Transition, record: Any, actor: Actor) -> str | None:
    """The side for which the actor can take the transition, or None."""
    for side, holders in sides(workflow, transition, record).items():
        if any(holds(actor, holder) for holder in holders):
            return side
    return None


def people_of(holders: Iterable[Holder]) -> set[int]:
    """The ids of the people who are these holders today."""
    holders = list(holders)
    people = {holder.person_id for holder in holders if holder.person_id is not None}
    for holder in holders:
        if holder.person_id is None:
            people.update(id_ for (id_,) in _people_with(holder).tuples())
    return people


def _people_with(holder: Holder) -> Any:
    if holder.role not in ROLE_LABELS:
        return Function.select(Function.person).where(
            Function.kind == holder.role, Function.school == holder.school_id, under_way(Function)
        )
    query = Membership.select(Membership.person).where(Membership.role == holder.role, under_way(Membership))
    if holder.school_id is not None:
        return query.where(Membership.school == holder.school_id)
    return query.where(Membership.district == holder.district_id, Membership.school.is_null())


def of_parties(workflow: Workflow, parties: Iterable[str], record: Any) -> list[Holder]:
    """Those of several parties, one after the other."""
    return [holder for key in parties for holder in workflow.party[key].holders(record)]


def vacant(holders: Sequence[Holder]) -> list[Holder]:
    """The posts of schools that nobody holds today, where nobody else of the school can take the step either."""
    posts = [holder for holder in holders if holder.school_id is not None and holder.role in ROLE_LABELS]
    if not posts:
        return []
    held = set(_HELD.rows(schools={post.school_id for post in posts}, today=today()))
    # Duties of a module are given from day to day; only where a school has posts alone can nobody be there.
    served = {post.school_id for post in posts if (post.school_id, post.role) in held}
    served |= {holder.school_id for holder in holders if holder not in posts}
    return [post for post in posts if post.school_id not in served]


_HELD = Statement(
    lambda: Membership.select(Membership.school, Membership.role).where(
        among(Membership.school, "schools"), under_way(Membership, param("today"))
    )
)


def names_of(holders: Iterable[Holder]) -> str:
    """Holders in words: "Hiệu trưởng Trường THCS Hoàng Liệt". Of many, the first and how many more."""
    everybody = list(dict.fromkeys(holders))
    holders = everybody if len(everybody) <= MOST_NAMED else everybody[: MOST_NAMED - 1]
    schools = _names(School, [holder.school_id for holder in holders])
    districts = _names(District, [holder.district_id for holder in holders if holder.school_id is None])
    labels = current_app.extensions["functions"]
    texts = []
    for holder in holders:
        if holder.person_id is not None:
            texts.append(_person_name(holder.person_id))
            continue
        place = schools.get(holder.school_id) if holder.school_id is not None else districts.get(holder.district_id)
        label = ROLE_LABELS.get(holder.role) or labels[holder.role]
        texts.append(" ".join(filter(None, (str(label), place))))
    if len(holders) < len(everybody):
        more = len(everybody) - len(holders)
        return _("%(names)s và %(count)s nơi khác", names=", ".join(texts), count=more)
    return ", ".join(texts)


def _person_name(person_id: int) -> str:
    return Person.select(Person.name).where(Person.id == person_id).scalar() or ""


def _names(model: Any, ids: Iterable[int | None]) -> Mapping[int, str]:
    wanted = {id_ for id_ in ids if id_ is not None}
    return dict(_NAMES[model].rows(ids=wanted)) if wanted else {}


_NAMES = {
    School: Statement(lambda: School.select(School.id, School.name).where(among(School.id, "ids"))),
    District: Statement(lambda: District.select(District.id, District.name).where(among(District.id, "ids"))),
}
