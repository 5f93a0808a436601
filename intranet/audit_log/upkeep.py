"""The values before and after go after some years; the acts themselves stay for ever (decision D17)."""

from __future__ import annotations

from datetime import date

from flask import current_app

from intranet.kernel.clock import midnight
from intranet.kernel.jobs import daily
from intranet.shared.audit import AuditEntry, AuditValue

# So many at once that nobody else waits long for the database.
BATCH = 5_000


@daily
def forget_old_values(day: date) -> None:
    """Remove values older than the setting says."""
    years = current_app.extensions["config"].keep_audit_values_years
    if not years:
        return
    # The first of the month: 29 February is not in every year.
    before = midnight(day.replace(day=1, year=day.year - years))
    old = AuditValue.select(AuditValue.id).join(AuditEntry).where(AuditEntry.at < before).limit(BATCH)
    while ids := [value_id for (value_id,) in old.tuples()]:
        AuditValue.delete().where(AuditValue.id.in_(ids)).execute()
