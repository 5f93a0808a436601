"""Sessions, what they are about, and who comes."""

from __future__ import annotations

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
from plugins.professional_development.models.owned import Owned
from plugins.professional_development.pages import MODULE


class Theme(Table):
    """What sessions are about, as the district words it."""

    district = ForeignKeyField(District, on_delete="RESTRICT", backref="+")
    label = CharField(max_length=120)
    position = IntegerField(default=0)
    retired = BooleanField(default=False)

    # Each unit has a list of its own (themes.moving).
    of_then = frozenset({"district"})

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
