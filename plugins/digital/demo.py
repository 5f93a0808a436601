"""What the demo's schools do in this module. No person but its accounts is named."""

from __future__ import annotations

from plugins.digital.assessments import demo as assessments
from plugins.digital.desk import demo as desk


def build(canaries: bool) -> None:
    """Fill a fresh demo; with ``canaries``, what is not for everybody carries marker texts of its scope."""
    if canaries:
        assessments.mark()
        desk.mark()
    else:
        assessments.build()
        desk.build()
