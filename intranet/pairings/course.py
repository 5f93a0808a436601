"""The steps of a pair that need more than a word: signing the pledge, looking back, going on in another programme."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from peewee import fn

from intranet.files.rules import attach
from intranet.kernel.clock import local, now, today
from intranet.kernel.database import transaction
from intranet.kernel.dates import show_date
from intranet.kernel.language import gettext as _
from intranet.kernel.language import lazy_gettext
from intranet.pairings.life_cycle import LIFE_CYCLE
from intranet.programmes import renewal
from intranet.registry.pledges import HELD_STATES, Meeting, PairReview
from intranet.registry.twinning import REVIEW, Pairing, Programme
from intranet.shared import audit, steps
from intranet.shared.access import Actor
from intranet.shared.edits import Refused, locked
from intranet.shared.holders import people_of
from intranet.shared.notifying import PROGRESS, notify
from intranet.shared.uploads import Upload

REVIEW_FIELDS = ("achieved", "difficulties", "proposals")


def _nothing() -> None: ...


def sign(
    pairing: Pairing,
    *,
    number: str,
    signed_on: date,
    place: str,
    scans: Sequence[Upload],
    actor: Actor,
    done: Callable[[], None] = _nothing,
) -> None:
    """Note under which number, when and where the pledge was signed, with its scan. Raises Refused."""
    with transaction():
        current = locked(Pairing, pairing.id)
        _refuse_day(current, signed_on)
        values = {"pledge_number": number, "signed_on": signed_on, "signed_place": place}
        changes = audit.differences(current, values)
        for name, value in values.items():
            setattr(current, name, value)
        current.save()
        audit.record("pairing.signature", current, person_id=actor.person_id, changes=changes)
        attach(current, scans, person_id=actor.person_id)
        steps.take(current, "sign", actor, done=done)


def _refuse_day(pairing: Pairing, signed_on: date) -> None:
    if signed_on > today():
        raise Refused("signed_on", _("Ngày ký không thể sau hôm nay."))
    # The day of the meeting, not of the click that says the text is agreed: schools enter papers of years ago.
    met = Meeting.select(fn.MIN(Meeting.starts_at)).where(Meeting.pairing == pairing, Meeting.state.in_(HELD_STATES))
    first = met.scalar()
    if first is not None and signed_on < local(first).date():
        day = show_date(local(first).date())
        raise Refused("signed_on", _("Ngày ký không thể trước cuộc họp đầu tiên của hai trường (%(day)s).", day=day))


def review_of(pairing: Pairing, school_id: int, year: str) -> PairReview | None:
    """How a school looked back on a school year, if it did."""
    return PairReview.get_or_none(
        PairReview.pairing == pairing, PairReview.school == school_id, PairReview.school_year == year
    )


def write_review(
    pairing: Pairing,
    school_id: int,
    year: str,
    values: Mapping[str, Any],
    *,
    person_id: int,
    done: Callable[[], None] = _nothing,
) -> None:
    """How one of the two schools looks back on a school year; ``values`` are REVIEW_FIELDS. Raises Refused."""
    with transaction():
        current = locked(Pairing, pairing.id)
        if current.state != REVIEW:
            raise Refused("", _("Hai trường chưa mở sơ kết."))
        review = review_of(current, school_id, year) or PairReview(
            pairing=current, school=school_id, school_year=year, person=person_id
        )
        changes = audit.differences(review, values)
        for name, value in values.items():
            setattr(review, name, value)
        review.person, review.at = person_id, now()
        review.save()
        if changes:
            audit.record(
                "pairing.reviewed", current, person_id=person_id, changes={"school_year": (None, year), **changes}
            )
            _tell(current, review, person_id)
        done()


def _tell(pairing: Pairing, review: PairReview, person_id: int) -> None:
    party = LIFE_CYCLE.party
    people = people_of([*party["schools"].holders(pairing), *party["offices"].holders(pairing)])
    text = lazy_gettext("%(school)s đã viết nhận xét sơ kết", school=review.school.name)
    notify(people, PROGRESS, text, f"/pairings/{pairing.id}", but=person_id)


def renew(pairing: Pairing, programme: Programme, *, actor: Actor, done: Callable[[Pairing], None]) -> Pairing:
    """Go on in another running programme, as a programme that follows carries its pairs. Raises Refused."""
    with transaction():
        new = renewal.carry_forward(pairing, programme, person_id=actor.person_id)
        done(new)
    return new
