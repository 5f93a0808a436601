"""Schools come under another unit, and their children with them; what an office was let into does not go along."""

from __future__ import annotations

from intranet.api import Moves, now
from plugins.mentoring.tables.cases import Case, OfficeOpening


def follow(moves: Moves) -> None:
    """An opening ends at once: its reason was that of an office which answers for this child no more.

    Whoever does so now gives a reason again, and the principal learns of it again.
    """
    cases = Case.select(Case.id).where(Case.school.in_(sorted(moves.schools)))
    OfficeOpening.update(ends_at=now()).where(OfficeOpening.case.in_(cases), OfficeOpening.ends_at > now()).execute()
