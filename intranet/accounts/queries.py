"""What the account page shows of its person's sessions."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from intranet.accounts.rules import CODE_WAITS
from intranet.kernel.clock import now
from intranet.registry.people import SignInSession
from intranet.shared.sessions import ABSOLUTE, IDLE

MOST = 50


class Device(NamedTuple):
    """A session as its owner sees it."""

    label: str
    created_at: datetime
    seen_at: datetime
    device: str
    address: str
    waits_for_code: bool
    token_hash: str


def sessions_of(person_id: int) -> list[Device]:
    """The sessions that are still open, the latest used first."""
    moment, waits = now(), SignInSession.waits_for_code
    rows = (
        SignInSession.select(*(getattr(SignInSession, name) for name in Device._fields))
        .where(
            SignInSession.person == person_id,
            SignInSession.seen_at > moment - IDLE,
            SignInSession.created_at > moment - ABSOLUTE,
            ~waits | (SignInSession.created_at > moment - CODE_WAITS),
        )
        .order_by(SignInSession.seen_at.desc(), SignInSession.label)
        .limit(MOST)
        .tuples()
    )
    return [Device(*row) for row in rows]
