"""The tables, a file for each room that keeps any; everybody takes them from here."""

from plugins.digital.models.assessments import Assessment, Improvement, Round, Score
from plugins.digital.models.desk import Article, Reply, Request, Volunteer
from plugins.digital.models.resources import Flag, Resource, Reuse

MODELS: tuple[type, ...] = (
    *(Round, Assessment, Score, Improvement),
    *(Volunteer, Request, Reply, Article, Resource, Reuse, Flag),
)

__all__ = [
    "MODELS",
    "Article",
    "Assessment",
    "Flag",
    "Improvement",
    "Reply",
    "Request",
    "Resource",
    "Reuse",
    "Round",
    "Score",
    "Volunteer",
]
