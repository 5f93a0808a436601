"""Every change of mentors and matches: offered, asked, taken on, paused, ended."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from intranet.api import (
    TWINNED,
    Actor,
    Pairing,
    Person,
    Refused,
    begin,
    carry,
    fold,
    gettext,
    locked,
    locked_within,
    now,
    opened,
    put,
    record,
    take,
    today,
    transaction,
)
from plugins.mentoring.cases.consents import covers, scope_for
from plugins.mentoring.mentors.effects import LIVE
from plugins.mentoring.mentors.free_time import Slots, decoded, encoded
from plugins.mentoring.tables.cases import WITH_MENTORS, Case, Consent
from plugins.mentoring.tables.mentors import Match, Mentor

Done = Callable[[], None]
PROFILE = ("subjects", "levels", "free", "most", "offers")


def save_profile(actor: Actor, values: Mapping[str, Any], *, done: Done = lambda: None) -> None:
    """Offer to help pupils, or say anew how. ``values`` are PROFILE, the free time as Slots."""
    given = {**values, "free": encoded(values["free"])}
    with transaction():
        mentor = Mentor.get_or_none(Mentor.person == actor.person_id) or Mentor(person=actor.person_id)
        known = {name: getattr(mentor, name) for name in PROFILE} if mentor.id else dict.fromkeys(PROFILE)
        for name in PROFILE:
            setattr(mentor, name, given[name])
        # Whoever moved to another school offers to help there from now on.
        mentor.district, mentor.school, mentor.updated_at = actor.district_id, actor.school_id, now()
        mentor.save()
        changes = {name: (known[name], given[name]) for name in PROFILE if known[name] != given[name]}
        record("mentoring.mentor", mentor, person_id=actor.person_id, changes=changes)
        done()


def set_free(case: Case, free: Slots, *, person_id: int, done: Done = lambda: None) -> None:
    """Say when a child has time."""
    with transaction():
        current = locked(Case, case.id)
        before, current.free = current.free, encoded(free)
        current.save()
        record("mentoring.case", current, person_id=person_id, changes={"free": (before, current.free)})
        done()


def propose(
    case: Case,
    mentor_id: int,
    values: Mapping[str, Any],
    actor: Actor,
    *,
    done: Callable[[Match], None] = lambda match: None,
) -> Match:
    """Ask somebody to help a child. Raises Refused.

    ``values``: subject, weekday, starts, minutes, starts_on, ends_on, substitute_for_id.
    """
    with transaction():
        current = locked(Case, case.id)
        mentor = _free_mentor(current, mentor_id)
        _refuse_dates(current, values)
        match = Match.create(
            case=current,
            district=current.district_id,
            school=current.school_id,
            mentor=mentor.person_id,
            mentor_school=mentor.school_id,
            pairing=pairing_of(current.school_id, mentor.school_id),
            **values,
        )
        # That the coordinator made sure of it is a fact of its own.
        changes = {"mentor_id": (None, mentor.person_id), "unrelated": (None, True)}
        record("mentoring.match", match, person_id=actor.person_id, changes=changes)
        begin(match, person_id=actor.person_id)
        carry(current, "match", person_id=actor.person_id)
        done(match)
    return match


def _free_mentor(case: Case, mentor_id: int) -> Mentor:
    """The mentor who can be asked to help this child. Raises Refused."""
    mentor = Mentor.get_or_none(Mentor.person == mentor_id)
    if mentor is None or not mentor.offers:
        raise Refused("", gettext("Người này không còn đăng ký kèm học sinh."))
    person = locked(Person, mentor_id)
    if not person.active or person.deleted_at is not None or person.school_id != mentor.school_id:
        raise Refused("", gettext("Người kèm không còn làm việc ở trường này."))
    if case.state not in WITH_MENTORS or not covers(case, scope_for(case, mentor.school_id)):
        raise Refused("", gettext("Gia đình chưa đồng ý, hoặc sự đồng ý đã hết hạn hay đã rút."))
    if Match.select().where(Match.case == case, Match.mentor == mentor_id, Match.state.in_(LIVE)).exists():
        raise Refused("", gettext("Người này đang kèm em, hoặc đã được mời."))
    if Match.select().where(Match.mentor == mentor_id, Match.state.in_(LIVE)).count() >= mentor.most:
        raise Refused("", gettext("Người này đã kèm đủ số em nhận được."))
    return mentor


def _refuse_dates(case: Case, values: Mapping[str, Any]) -> None:
    if values["ends_on"] is not None and values["ends_on"] < values["starts_on"]:
        raise Refused("ends_on", gettext("Ngày kết thúc phải sau ngày bắt đầu."))
    replaced = values["substitute_for_id"]
    if replaced is None:
        return
    if not Match.select().where(Match.id == replaced, Match.case == case, Match.state.in_(LIVE)).exists():
        raise Refused("substitute_for", gettext("Việc kèm này đã kết thúc."))
    if values["ends_on"] is None:
        raise Refused("ends_on", gettext("Người kèm thay có ngày kết thúc."))


def pairing_of(school_id: int, mentor_school_id: int) -> int | None:
    """The pair under which a partner's mentor comes. Raises Refused for a stranger."""
    if school_id == mentor_school_id:
        return None
    one = (Pairing.first_school == school_id) & (Pairing.second_school == mentor_school_id)
    other = (Pairing.first_school == mentor_school_id) & (Pairing.second_school == school_id)
    pairing = Pairing.select().where(one | other, Pairing.state.in_(TWINNED)).order_by(Pairing.id.desc()).first()
    if pairing is None:
        raise Refused("", gettext("Hai trường không còn kết nghĩa."))
    return pairing.id


def seems_related(case: Case, person: Person) -> bool:
    """Whether the mentor's name or telephone stands among the child's family: then a person has to look."""
    givers = [opened(consent, "giver") for consent in Consent.select().where(Consent.case == case)]
    family = fold(" ".join([opened(case, "guardian"), *givers]))
    digits = re.sub(r"\D", "", opened(case, "guardian"))
    phone = re.sub(r"\D", "", person.phone)[-9:]
    return fold(person.name) in family or (len(phone) == 9 and phone in digits)


def accept(match: Match, actor: Actor, *, done: Done = lambda: None) -> None:
    """Take a child on; the mentor said to be no relative. Raises Refused and NotYours."""
    with transaction():
        record("mentoring.match", match, person_id=actor.person_id, changes={"unrelated": (None, True)})
        take(match, "accept", actor, done=done)


def decline(match: Match, reason: str, actor: Actor, *, done: Done = lambda: None) -> None:
    """Do not take a child on; the reason is sealed. Raises Refused and NotYours."""
    with transaction():
        _look_back(match, reason, "")
        take(match, "decline", actor, done=done)


def finish(match: Match, reached: str, assessment: str, actor: Actor, *, done: Done = lambda: None) -> None:
    """End a match with a look back, which is sealed. Raises Refused and NotYours."""
    with transaction():
        _look_back(match, assessment, reached)
        take(match, "finish", actor, done=done)


def _look_back(match: Match, text: str, reached: str) -> None:
    current = locked_within(match)
    put(current, assessment=text)
    current.reached = reached
    if current.ends_on is None or current.ends_on > today():
        current.ends_on = today()
    current.save()


def pause(match: Match, until: date | None, actor: Actor, *, done: Done = lambda: None) -> None:
    """Pause a match, until a day or until somebody lets it go on. Raises Refused and NotYours."""
    if until is not None and until < today():
        raise Refused("until", gettext("Ngày này đã qua."))
    with transaction():
        current = locked_within(match)
        current.paused_until = until
        current.save()
        take(match, "pause", actor, done=done)


def slots_of(case: Case) -> Slots:
    """When the child has time."""
    return decoded(case.free)
