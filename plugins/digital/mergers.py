"""What becomes of a school's matters when it becomes part of another."""

from __future__ import annotations

from intranet.api import School, carry, refresh_waiting
from plugins.digital.assessments.life_cycle import UNDER_WAY
from plugins.digital.models import Assessment, Improvement
from plugins.digital.plans.life_cycle import OPEN


def take_over(school: School, successor: School) -> None:
    """What it was answering ends, the successor answers for itself; open steps of its plan are the successor's."""
    asked = Assessment.private == False  # noqa: E712 (SQL)
    answering = Assessment.select().where(Assessment.school == school, asked, Assessment.state.in_(UNDER_WAY))
    for assessment in answering.order_by(Assessment.id):
        carry(assessment, "set_aside", person_id=None)
    steps = list(Improvement.select().where(Improvement.school == school, Improvement.state == OPEN))
    for step in sorted(steps, key=lambda step: step.id):
        step.school = successor
        step.save()
        refresh_waiting(step)
