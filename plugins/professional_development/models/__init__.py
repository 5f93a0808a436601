"""The tables, a file for each room that keeps any; everybody takes them from here."""

from plugins.professional_development.models.difficulties import Difficulty, DifficultyWeight
from plugins.professional_development.models.feedback import FeedbackAnswer, FeedbackGiven, random_key
from plugins.professional_development.models.lesson_studies import LessonPlan, LessonStudy, Observation
from plugins.professional_development.models.practices import Adoption, Practice
from plugins.professional_development.models.sessions import (
    ABSENT,
    CANCELLED,
    CONFIRMED,
    EXCUSED,
    OWN_DISTRICT,
    OWN_SCHOOL,
    PARTNER,
    PRESENT,
    PROGRAMME,
    PROPOSED,
    REFUSED,
    REGISTERED,
    UNPUBLISHED,
    WAITING_LIST,
    Registration,
    Session,
    Theme,
)

MODELS = (
    Theme,
    Session,
    Registration,
    FeedbackGiven,
    FeedbackAnswer,
    Difficulty,
    DifficultyWeight,
    LessonStudy,
    LessonPlan,
    Observation,
    Practice,
    Adoption,
)

__all__ = [
    "ABSENT",
    "CANCELLED",
    "CONFIRMED",
    "EXCUSED",
    "MODELS",
    "OWN_DISTRICT",
    "OWN_SCHOOL",
    "PARTNER",
    "PRESENT",
    "PROGRAMME",
    "PROPOSED",
    "REFUSED",
    "REGISTERED",
    "UNPUBLISHED",
    "WAITING_LIST",
    "Adoption",
    "Difficulty",
    "DifficultyWeight",
    "FeedbackAnswer",
    "FeedbackGiven",
    "LessonPlan",
    "LessonStudy",
    "Observation",
    "Practice",
    "Registration",
    "Session",
    "Theme",
    "random_key",
]
