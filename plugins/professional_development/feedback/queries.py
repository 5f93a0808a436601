"""What was answered, once nobody can be told from it; and what a session's page says of its feedback."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from peewee import fn

from plugins.professional_development.feedback import rules
from plugins.professional_development.models import PRESENT, FeedbackAnswer, FeedbackGiven, Registration, Session

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
    present = _present(session)
    answers = FeedbackAnswer.select().where(FeedbackAnswer.session == session)
    given = answers.count()
    if given < LEAST:
        return Results(given, present, None, [], [])
    names = ("useful", "clear", "applicable")
    query = FeedbackAnswer.select(*(fn.AVG(getattr(FeedbackAnswer, name)) for name in names))
    row = next(iter(query.where(FeedbackAnswer.session == session).tuples()))
    means = {name: round(float(mean), 1) for name, mean in zip(names, row, strict=True)}
    texts = list(answers.select(FeedbackAnswer.wish, FeedbackAnswer.comment).order_by(FeedbackAnswer.key).tuples())
    return Results(given, present, means, [w for w, _c in texts if w], [c for _w, c in texts if c])


def _present(session: Session) -> int:
    came = Registration.session == session, Registration.attendance == PRESENT
    return Registration.select().where(*came).count()


@dataclass(frozen=True, slots=True)
class Standing:
    """How the feedback of a session stands: open until a day, or closed with results."""

    until: date | None
    # Whether the reader can answer now, and whether they have.
    asked: bool
    has_given: bool
    given: int
    present: int
    results: Results | None


def standing(session: Session, person_id: int) -> Standing | None:
    """What a session's page says of its feedback; None before there is any."""
    if session.state in CLOSED:
        found = results(session)
        return Standing(session.feedback_until, False, False, found.given, found.present, found)
    if session.state != "minuted":
        return None
    has_given = rules.has_given(session, person_id)
    asked = not has_given and rules.refusal(session, person_id) is None
    return Standing(session.feedback_until, asked, has_given, _given(session), _present(session), None)


def _given(session: Session) -> int:
    return FeedbackGiven.select().where(FeedbackGiven.session == session).count()
