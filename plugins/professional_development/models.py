"""The tables: sessions with who comes, difficulties, lesson studies, feedback without names, and good practices."""

from __future__ import annotations

import secrets
from typing import Any

from peewee import (
    BooleanField,
    CharField,
    DateField,
    DateTimeField,
    DecimalField,
    ForeignKeyField,
    IntegerField,
    TextField,
)

from intranet.api import (
    COORDINATOR,
    PRINCIPAL,
    VIEWER,
    Actor,
    District,
    Pairing,
    Person,
    School,
    SortKeyField,
    Table,
    now,
    where_on,
)

MODULE = "professional_development"


class Owned:
    """What belongs to a district, and to a school of it unless the office keeps it (``school`` is empty)."""

    def owner(self) -> tuple[int, int | None]:
        """Whose record this is: (district id, school id or None)."""
        return self.district_id, self.school_id


class Theme(Table):
    """What sessions are about, as the district words it."""

    district = ForeignKeyField(District, on_delete="RESTRICT", backref="+")
    label = CharField(max_length=120)
    position = IntegerField(default=0)
    retired = BooleanField(default=False)

    class Meta:
        table_name = "professional_development_theme"

    @classmethod
    def visible_to(cls, actor: Actor) -> Any:
        """Condition: the own district's."""
        return None if actor.sees_all else cls.district == actor.district_id

    def owner(self) -> tuple[int, None]:
        """Whose record this is: the district's."""
        return self.district_id, None


# Who may see and join a session beside the host's own people.
OWN_SCHOOL, PARTNER, OWN_DISTRICT, PROGRAMME = "school", "pair", "district", "programme"
# States in which only those who prepare a session see it.
UNPUBLISHED = ("idea", "draft", "submitted", "returned")


class Session(Owned, Table):
    """A professional-development session. ``school`` hosts it, else the office; ``partner`` comes along with its pair.

    Times are UTC. ``periods`` are teaching periods (tiết) that attending is worth.
    """

    district = ForeignKeyField(District, on_delete="RESTRICT", backref="+")
    school = ForeignKeyField(School, null=True, on_delete="RESTRICT", backref="+")
    partner = ForeignKeyField(School, null=True, on_delete="RESTRICT", backref="+")
    pairing = ForeignKeyField(Pairing, null=True, on_delete="RESTRICT", backref="+")
    # The clause of the pair's pledge that it serves.
    clause_id = IntegerField(null=True)
    kind = CharField(max_length=30)
    title = CharField(max_length=200)
    sort_key = SortKeyField()
    search_text = TextField()
    theme = ForeignKeyField(Theme, null=True, on_delete="RESTRICT", backref="+")
    content = TextField(default="")
    subject = CharField(max_length=60, default="")
    grade = CharField(max_length=30, default="")
    textbook = CharField(max_length=60, default="")
    # What the session is about beside its theme, for other modules: "digital".
    tag = CharField(max_length=30, default="")
    starts_at = DateTimeField(null=True)
    ends_at = DateTimeField(null=True)
    place = CharField(max_length=200, default="")
    link = CharField(max_length=300, default="")
    audience = CharField(max_length=20, default=OWN_SCHOOL)
    capacity = IntegerField(null=True)
    quota = IntegerField(null=True)
    # Until then people register, and whoever waits moves up by itself.
    closes_at = DateTimeField(null=True)
    # The beginning of which people were reminded: once it is moved, they are again.
    reminded_for = DateTimeField(null=True)
    organiser = ForeignKeyField(Person, on_delete="RESTRICT", backref="+")
    presenters = CharField(max_length=300, default="")
    programme = CharField(max_length=2, default="")
    periods = DecimalField(max_digits=5, decimal_places=1, default=0)
    # Signs the codes by which people check themselves in.
    secret = CharField(max_length=60)
    chair = CharField(max_length=120, default="")
    secretary = CharField(max_length=120, default="")
    minutes = TextField(default="")
    conclusions = TextField(default="")
    held_on = DateField(null=True)
    feedback_until = DateField(null=True)
    outcome = TextField(default="")
    state = CharField(max_length=20, default="draft")
    state_since = DateTimeField(default=now)
    version = IntegerField(default=1)
    updated_at = DateTimeField(default=now)

    class Meta:
        table_name = "professional_development_session"
        indexes = (
            (("district", "starts_at", "id"), False),
            (("state", "starts_at"), False),
            (("pairing", "starts_at"), False),
        )

    @classmethod
    def visible_to(cls, actor: Actor) -> Any:
        """Condition: what is published to the actor, and what the own school or office prepares."""
        if actor.sees_all:
            return None
        published = cls.state.not_in(UNPUBLISHED)
        lent = published & where_on(cls.district, MODULE)
        if actor.school_id is None:
            partners = School.select(School.id).where(School.district == actor.district_id)
            here = cls.district == actor.district_id
            own = (here if actor.role != VIEWER else here & published) | (lent & cls.partner.in_(partners))
        else:
            mine = (cls.school == actor.school_id) | (cls.organiser == actor.person_id)
            here = (cls.district == actor.district_id) & cls.audience.in_((OWN_DISTRICT, PROGRAMME))
            own = mine | (lent & (cls.partner == actor.school_id)) | (published & here)
        wide = lent & (cls.audience == PROGRAMME) & cls.district.in_(sorted(actor.district_ids))
        # Who changed school keeps the place, and sees what it is in.
        places = Registration.select(Registration.session).where(Registration.person == actor.person_id)
        return own | wide | (lent & cls.id.in_(places))

    def owners(self) -> tuple[tuple[int, int | None], ...]:
        """Whose record this is: the host's alone; a partner comes, and does not run it."""
        return (self.owner(),)


REGISTERED, WAITING_LIST, CANCELLED = "registered", "waiting", "cancelled"
PRESENT, ABSENT, EXCUSED = "present", "absent", "excused"
PROPOSED, CONFIRMED, REFUSED = "proposed", "confirmed", "refused"


class Registration(Table):
    """A person's place in a session: from signing up to the periods credited. ``school`` is where the person worked."""

    session = ForeignKeyField(Session, on_delete="RESTRICT", backref="+")
    person = ForeignKeyField(Person, on_delete="RESTRICT", backref="+")
    school = ForeignKeyField(School, null=True, on_delete="RESTRICT", backref="+")
    district = ForeignKeyField(District, on_delete="RESTRICT", backref="+")
    state = CharField(max_length=12, default=REGISTERED)
    # The turn: strictly the order in which people asked. Times to the second would not tell.
    turn = IntegerField()
    queued_at = DateTimeField(default=now)
    walked_in = BooleanField(default=False)
    attendance = CharField(max_length=10, default="")
    checked_in_at = DateTimeField(null=True)
    checked_in_by = IntegerField(null=True)
    periods = DecimalField(max_digits=5, decimal_places=1, null=True)
    credit = CharField(max_length=10, default="")
    credited_by = IntegerField(null=True)
    credited_at = DateTimeField(null=True)
    credit_reason = CharField(max_length=300, default="")
    certificate = CharField(max_length=20, default="")

    class Meta:
        table_name = "professional_development_registration"
        indexes = (
            (("session", "person"), True),
            (("session", "state", "turn"), False),
            (("person", "credit"), False),
            (("school", "credit"), False),
        )

    @classmethod
    def visible_to(cls, actor: Actor) -> Any:
        """Condition: the own one; for a school's or office's head, of its people, and of the sessions that it hosts."""
        if actor.sees_all:
            return None
        own = cls.person == actor.person_id
        if actor.role == VIEWER:
            return own
        if actor.school_id is None:
            hosted = Session.select(Session.id).where(Session.district == actor.district_id)
            return own | (cls.district == actor.district_id) | cls.session.in_(hosted)
        organised = Session.organiser == actor.person_id
        if actor.role not in (PRINCIPAL, COORDINATOR):
            return own | cls.session.in_(Session.select(Session.id).where(organised))
        hosted = Session.select(Session.id).where(organised | (Session.school == actor.school_id))
        return own | (cls.school == actor.school_id) | cls.session.in_(hosted)

    def owner(self) -> tuple[int, int | None]:
        """Whose record this is: of the school where the person works, which confirms the periods."""
        return self.district_id, self.school_id


def random_key() -> str:
    """A key that tells nothing of when its row was written."""
    return secrets.token_urlsafe(16)


class FeedbackGiven(Table):
    """That a person answered. Nothing leads from it to an answer, not even the order in which rows were written."""

    key = CharField(max_length=22, primary_key=True, default=random_key)
    session = ForeignKeyField(Session, on_delete="RESTRICT", backref="+")
    person = ForeignKeyField(Person, on_delete="RESTRICT", backref="+")

    class Meta:
        table_name = "professional_development_feedback_given"
        indexes = ((("session", "person"), True),)


class FeedbackAnswer(Table):
    """What somebody answered: no person, of the time only the day, and a random key, because an order would tell."""

    key = CharField(max_length=22, primary_key=True, default=random_key)
    session = ForeignKeyField(Session, on_delete="RESTRICT", backref="+")
    day = DateField()
    useful = IntegerField()
    clear = IntegerField()
    applicable = IntegerField()
    wish = TextField(default="")
    comment = TextField(default="")

    class Meta:
        table_name = "professional_development_feedback_answer"


class Difficulty(Owned, Table):
    """What teachers are stuck with. Others add their weight; an officer routes it to a school that is strong there."""

    district = ForeignKeyField(District, on_delete="RESTRICT", backref="+")
    school = ForeignKeyField(School, null=True, on_delete="RESTRICT", backref="+")
    person = ForeignKeyField(Person, on_delete="RESTRICT", backref="+")
    title = CharField(max_length=200)
    body = TextField(default="")
    search_text = TextField()
    subject = CharField(max_length=60, default="")
    grade = CharField(max_length=30, default="")
    weight = IntegerField(default=1)
    routed_to = ForeignKeyField(School, null=True, on_delete="RESTRICT", backref="+")
    session = ForeignKeyField(Session, null=True, on_delete="RESTRICT", backref="+")
    answer = TextField(default="")
    outcome = TextField(default="")
    state = CharField(max_length=20, default="open")
    state_since = DateTimeField(default=now)
    version = IntegerField(default=1)
    created_at = DateTimeField(default=now)

    class Meta:
        table_name = "professional_development_difficulty"
        indexes = ((("district", "state", "weight"), False),)

    @classmethod
    def visible_to(cls, actor: Actor) -> Any:
        """Condition: the own district's, and those routed to the own school or district."""
        if actor.sees_all:
            return None
        lent = where_on(cls.district, MODULE)
        if actor.school_id is not None:
            return (cls.district == actor.district_id) | (lent & (cls.routed_to == actor.school_id))
        here = School.select(School.id).where(School.district == actor.district_id)
        return (cls.district == actor.district_id) | (lent & cls.routed_to.in_(here))


class DifficultyWeight(Table):
    """Somebody has the same difficulty."""

    difficulty = ForeignKeyField(Difficulty, on_delete="RESTRICT", backref="+")
    person = ForeignKeyField(Person, on_delete="RESTRICT", backref="+")

    class Meta:
        table_name = "professional_development_difficulty_weight"
        indexes = ((("difficulty", "person"), True),)


class LessonStudy(Owned, Table):
    """A lesson studied together (công văn 5555/BGDĐT-GDTrH, 2014): planned, taught, discussed, planned anew."""

    district = ForeignKeyField(District, on_delete="RESTRICT", backref="+")
    school = ForeignKeyField(School, null=True, on_delete="RESTRICT", backref="+")
    pairing = ForeignKeyField(Pairing, null=True, on_delete="RESTRICT", backref="+")
    session = ForeignKeyField(Session, null=True, on_delete="RESTRICT", backref="+")
    title = CharField(max_length=200)
    search_text = TextField()
    subject = CharField(max_length=60, default="")
    grade = CharField(max_length=30, default="")
    leader = ForeignKeyField(Person, on_delete="RESTRICT", backref="+")
    teacher_name = CharField(max_length=120, default="")
    members = TextField(default="")
    discussion = TextField(default="")
    conclusions = TextField(default="")
    report = TextField(default="")
    taught_on = DateField(null=True)
    taught_again_on = DateField(null=True)
    outcome = TextField(default="")
    state = CharField(max_length=20, default="theme")
    state_since = DateTimeField(default=now)
    version = IntegerField(default=1)
    updated_at = DateTimeField(default=now)

    class Meta:
        table_name = "professional_development_lesson_study"

    @classmethod
    def visible_to(cls, actor: Actor) -> Any:
        """Condition: the own school's and the pair's; for an office, its schools'; reported ones for the district."""
        if actor.sees_all:
            return None
        pairs = Pairing.select(Pairing.id).where(Pairing.visible_to(actor))
        joint = cls.pairing.in_(pairs) & where_on(cls.district, MODULE)
        here = cls.district == actor.district_id
        shared = here & (cls.state == "shared")
        if actor.school_id is not None:
            return (cls.school == actor.school_id) | joint | shared
        return shared if actor.role == VIEWER else here | joint


class LessonPlan(Table):
    """A version of the plan of a studied lesson: the first, and the one after the discussion."""

    study = ForeignKeyField(LessonStudy, on_delete="RESTRICT", backref="+")
    number = IntegerField()
    aims = TextField(default="")
    course = TextField(default="")
    changes = TextField(default="")
    person = ForeignKeyField(Person, on_delete="RESTRICT", backref="+")
    at = DateTimeField(default=now)

    class Meta:
        table_name = "professional_development_lesson_plan"
        indexes = ((("study", "number"), True),)


class Observation(Table):
    """What an observer saw an assigned pupil do ("HS 1"); never a mark for the teacher, never a pupil's name."""

    study = ForeignKeyField(LessonStudy, on_delete="RESTRICT", backref="+")
    teaching = IntegerField(default=1)
    person = ForeignKeyField(Person, on_delete="RESTRICT", backref="+")
    pupil = CharField(max_length=20)
    minute = IntegerField(null=True)
    action = TextField()
    difficulty = TextField(default="")
    cause = TextField(default="")
    at = DateTimeField(default=now)

    class Meta:
        table_name = "professional_development_observation"
        indexes = ((("study", "teaching", "id"), False),)


class Practice(Owned, Table):
    """A good practice (mô hình hay) that others may take over."""

    district = ForeignKeyField(District, on_delete="RESTRICT", backref="+")
    school = ForeignKeyField(School, null=True, on_delete="RESTRICT", backref="+")
    author = ForeignKeyField(Person, on_delete="RESTRICT", backref="+")
    title = CharField(max_length=200)
    sort_key = SortKeyField()
    search_text = TextField()
    summary = TextField(default="")
    description = TextField(default="")
    levels = IntegerField(default=0)
    subject = CharField(max_length=60, default="")
    textbook = CharField(max_length=60, default="")
    licence = CharField(max_length=30, default="")
    # Whether the schools of all districts of the programme see it once published.
    wide = BooleanField(default=True)
    adopted = IntegerField(default=0)
    outcome = TextField(default="")
    state = CharField(max_length=20, default="draft")
    state_since = DateTimeField(default=now)
    version = IntegerField(default=1)
    updated_at = DateTimeField(default=now)

    class Meta:
        table_name = "professional_development_practice"
        indexes = ((("district", "state", "sort_key"), False),)

    @classmethod
    def visible_to(cls, actor: Actor) -> Any:
        """Condition: what is published in the own district or wider; what the own school or office has in hand."""
        if actor.sees_all:
            return None
        published = cls.state == "published"
        mine = cls.district == actor.district_id
        if actor.school_id is not None:
            mine = cls.school == actor.school_id
        elif actor.role == VIEWER:
            mine &= published
        here = published & (cls.district == actor.district_id)
        lent = published & (cls.wide == True) & where_on(cls.district, MODULE)  # noqa: E712 (SQL)
        wide = lent & cls.district.in_(sorted(actor.district_ids))
        return mine | here | wide


class Adoption(Table):
    """A school that took a practice over, and what it says of it."""

    practice = ForeignKeyField(Practice, on_delete="RESTRICT", backref="+")
    school = ForeignKeyField(School, on_delete="RESTRICT", backref="+")
    district = ForeignKeyField(District, on_delete="RESTRICT", backref="+")
    person = ForeignKeyField(Person, on_delete="RESTRICT", backref="+")
    adopted_on = DateField()
    note = TextField(default="")

    class Meta:
        table_name = "professional_development_adoption"
        indexes = ((("practice", "school"), True),)

    def owner(self) -> tuple[int, int]:
        """Whose record this is: the school's that took it over."""
        return self.district_id, self.school_id


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
