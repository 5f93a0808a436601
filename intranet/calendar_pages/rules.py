"""The secret address under which a person's own programs read the calendar: made, replaced, given up."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from intranet.kernel.database import transaction
from intranet.kernel.language import gettext as _
from intranet.registry.feeds import CalendarFeed
from intranet.registry.people import Membership, Person, under_way
from intranet.shared import audit
from intranet.shared.access import Actor
from intranet.shared.edits import Refused, locked
from intranet.shared.sessions import token_hash


def make_feed(actor: Actor, *, done: Callable[[], None] = lambda: None) -> str:
    """Make an address for what the actor is now, and the one before worthless. The token stands nowhere else."""
    token = secrets.token_urlsafe(32)
    with transaction():
        # The person first, as everywhere: of two who ask at once the second replaces what the first was given.
        person = locked(Person, actor.person_id)
        membership_id = _acting_in(actor)
        CalendarFeed.delete().where(CalendarFeed.person == person).execute()
        CalendarFeed.create(token_hash=token_hash(token), person=person, membership=membership_id)
        audit.record("calendar.feed", person, person_id=person.id)
        done()
    return token


def _acting_in(actor: Actor) -> int:
    found = (
        Membership.select(Membership.id)
        .where(
            Membership.person == actor.person_id,
            Membership.role == actor.role,
            _same(Membership.district, actor.district_id),
            _same(Membership.school, actor.school_id),
            under_way(Membership),
        )
        .order_by(Membership.id)
        .first()
    )
    if found is None:
        raise Refused("", _("Công việc này của thầy/cô vừa kết thúc nên chưa tạo được địa chỉ."))
    return found.id


def _same(field: object, value: int | None) -> object:
    return field.is_null() if value is None else field == value


def revoke_feed(person_id: int, *, done: Callable[[], None] = lambda: None) -> bool:
    """Make a person's address worthless; False when there is none."""
    with transaction():
        person = locked(Person, person_id)
        given_up = CalendarFeed.delete().where(CalendarFeed.person == person).execute() > 0
        if given_up:
            audit.record("calendar.feed_end", person, person_id=person.id)
        done()
    return given_up
