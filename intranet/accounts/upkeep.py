"""What signing in leaves behind goes every day, once it is good for nothing."""

from __future__ import annotations

from datetime import date, timedelta

from intranet.kernel.clock import midnight
from intranet.kernel.jobs import daily
from intranet.registry.people import KnownDevice, SignInFailure, SignInSession
from intranet.shared.sessions import ABSOLUTE

KEEP_FAILURES = timedelta(days=1)
# Whoever comes back within a school year is still known.
KEEP_DEVICES = timedelta(days=400)


@daily
def forget_old_sessions(day: date) -> None:
    """Remove sessions past their longest time, wrong passwords of the days before, and devices of long ago."""
    moment = midnight(day)
    SignInSession.delete().where(SignInSession.created_at < moment - ABSOLUTE).execute()
    SignInFailure.delete().where(SignInFailure.at < moment - KEEP_FAILURES).execute()
    KnownDevice.delete().where(KnownDevice.created_at < moment - KEEP_DEVICES).execute()
