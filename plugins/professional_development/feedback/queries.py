"""What was answered, once nobody can be told from it."""

from __future__ import annotations

from dataclasses import dataclass

from peewee import fn

from plugins.professional_development.models import PRESENT, FeedbackAnswer, Registration, Session

# Below this many answers, somebody could be recognised.
LEAST = 5
CLOSED = ("closed", "credited")


@dataclass(frozen=True, slots=True)
class Results:
    """How many of how many answered; the means (1 to 4) and texts are None below LEAST answers."""

    given: int
    present: int
    means: dict[str, float] | None
    wishes: list[str]
    comments: list[str]

    @property
    def rate(self) -> int:
        """Of a hundred who were there, how many answered."""
        return round(100 * self.given / self.present) if self.present else 0


def results(session: Session) -> Results | None:
    """The results; None until the feedback is closed."""
    if session.state not in CLOSED:
        return None
    present = Registration.select().where(Registration.session == session, Registration.attendance == PRESENT).count()
    answers = FeedbackAnswer.select().where(FeedbackAnswer.session == session)
    given = answers.count()
    if given < LEAST:
        return Results(given, present, None, [], [])
    names = ("useful", "clear", "applicable")
    query = FeedbackAnswer.select(*(fn.AVG(getattr(FeedbackAnswer, name)) for name in names))
    row = next(iter(query.where(FeedbackAnswer.session == session).tuples()))
    means = {name: float(mean) for name, mean in zip(names, row, strict=True)}
    texts = list(answers.select(FeedbackAnswer.wish, FeedbackAnswer.comment).order_by(FeedbackAnswer.key).tuples())
    return Results(given, present, means, [w for w, _c in texts if w], [c for _w, c in texts if c])
