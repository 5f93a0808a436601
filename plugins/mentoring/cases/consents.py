"""Consents: what a family agrees to, until when, and its withdrawal."""

from __future__ import annotations

from typing import Any

from plugins.mentoring.tables.cases import OWN_SCHOOL, PARTNER_SCHOOL, Consent, covered


def covers(case: Any, scope: int) -> bool:
    """Whether the child's family agrees to this today."""
    return covered(scope).where(Consent.case == case).exists()


def scope_for(case: Any, school_id: int) -> int:
    """What a family must have agreed to before somebody of this school becomes its child's mentor."""
    return OWN_SCHOOL if school_id == case.school_id else PARTNER_SCHOOL
