"""What leaders look for among pairs: conditions over a pair's own row, for the list and for the overview alike."""

from __future__ import annotations

import operator
from datetime import date, timedelta
from functools import reduce
from typing import Any

from intranet.kernel.clock import midnight, today
from intranet.kernel.language import lazy_gettext as _
from intranet.kernel.statements import param
from intranet.pairings.life_cycle import STATES
from intranet.registry.twinning import ACTIVE, REVIEW, SIGNED, TWINNED, Pairing

# For how many days nothing happened, and how often one side gave while the other never did.
SILENT_DAYS = 60
OFTEN = 3

SILENT, LATE, ONE_SIDED, STUCK, REVIEW_DUE, PLEDGED = "silent", "late", "one_sided", "stuck", "review_due", "pledged"
FLAG_LABELS = {
    SILENT: _("60 ngày không có hoạt động"),
    LATE: _("Có cam kết quá hạn"),
    ONE_SIDED: _("Chỉ một bên giúp"),
    STUCK: _("Bước đang chờ đã quá hạn"),
    REVIEW_DUE: _("Đến hạn sơ kết"),
    PLEDGED: _("Đã ký giao ước"),
}
# A promise counts from the signature on.
PROMISED = (SIGNED, ACTIVE, REVIEW)
LIVE = (ACTIVE, REVIEW)
# A state's days, where it has any.
_LIMITS = {state.key: state.days for state in STATES if state.days is not None}


def condition(flag: str, pairs: Any = Pairing) -> Any:
    """Condition of a Statement: the pair has the flag. Its values come from values()."""
    if flag == SILENT:
        quiet = pairs.last_activity_on.is_null() & (pairs.started_on.is_null() | (pairs.started_on < param("silent")))
        return pairs.state.in_(LIVE) & (quiet | (pairs.last_activity_on < param("silent")))
    if flag == LATE:
        return pairs.state.in_(PROMISED) & (pairs.next_due_on < param("today"))
    if flag == ONE_SIDED:
        one_way = (pairs.first_gave >= OFTEN) & (pairs.second_gave == 0)
        other_way = (pairs.second_gave >= OFTEN) & (pairs.first_gave == 0)
        return pairs.state.in_(TWINNED) & (one_way | other_way)
    if flag == STUCK:
        late = ((pairs.state == key) & (pairs.state_since < param(f"limit_{key}")) for key in _LIMITS)
        return reduce(operator.or_, late)
    if flag == REVIEW_DUE:
        return (pairs.state == ACTIVE) & (pairs.review_on <= param("today"))
    return pairs.state.in_(PROMISED) & pairs.signed_on.is_null(False)


def values(day: date | None = None) -> dict[str, Any]:
    """The values of all flags on a day, by default today."""
    day = day or today()
    limits = {f"limit_{key}": midnight(day - timedelta(days)) for key, days in _LIMITS.items()}
    return {"today": day, "silent": day - timedelta(SILENT_DAYS)} | limits
