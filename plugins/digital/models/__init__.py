"""The tables, a file for each room that keeps any; everybody takes them from here."""

from plugins.digital.models.assessments import Assessment, Improvement, Round, Score

MODELS: tuple[type, ...] = (Round, Assessment, Score, Improvement)

__all__ = ["MODELS", "Assessment", "Improvement", "Round", "Score"]
