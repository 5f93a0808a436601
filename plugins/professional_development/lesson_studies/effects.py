"""What follows from a step in a lesson study, in the step's own transaction."""

from __future__ import annotations

from intranet.api import lazy_gettext as _
from intranet.api import notify
from plugins.professional_development.models import PRESENT, LessonPlan, LessonStudy, Observation, Registration
from plugins.professional_development.pages import HOME, MODULE
from plugins.professional_development.sessions.effects import NEWS


def reported(study: LessonStudy, person_id: int | None) -> None:
    """Every member gets the minutes: who led, planned, observed, or was at the session."""
    title = _("Biên bản nghiên cứu bài học: %(title)s", title=study.title)
    notify(members(study), NEWS, title, f"{HOME}/lesson-studies/{study.id}", module=MODULE, but=person_id)


def members(study: LessonStudy) -> list[int]:
    """The ids of the people who took part and may see it: guests of other schools only saw the lesson."""
    found = {study.leader_id}
    for model in (LessonPlan, Observation):
        found.update(id_ for (id_,) in model.select(model.person).where(model.study == study).distinct().tuples())
    if study.session_id is not None:
        came = Registration.select(Registration.person).where(
            Registration.session == study.session_id,
            Registration.attendance == PRESENT,
            Registration.school.in_(schools_of(study)),
        )
        found.update(id_ for (id_,) in came.tuples())
    return sorted(found)


def schools_of(study: LessonStudy) -> tuple[int, ...]:
    """The schools that study it: the own one, and with a pair its partner."""
    if study.pairing_id is None:
        return (study.school_id,)
    return study.pairing.first_school_id, study.pairing.second_school_id
