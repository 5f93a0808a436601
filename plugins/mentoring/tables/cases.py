"""A child who is helped: the case, its goals, consents and reviews, who read it, and what few may read."""

from __future__ import annotations

from datetime import date
from typing import Any

from peewee import BooleanField, CharField, DateField, DateTimeField, ForeignKeyField, IntegerField, TextField

from intranet.api import (
    COORDINATOR,
    COUNSELLOR,
    PRINCIPAL,
    Actor,
    District,
    Person,
    School,
    SealKeyField,
    Secret,
    Table,
    now,
    today,
    where_on,
)
from plugins.mentoring.tables.owned import MODULE, OfCase, OfSchool

# Who sees all cases of the own school; everybody else only those in which they have a part.
KEEPERS = (PRINCIPAL, COORDINATOR)
# What a family agrees to, as bits of Consent.scope.
OWN_SCHOOL, PARTNER_SCHOOL, GROUP, AID = 1, 2, 4, 8
# The child moved, and the new school has the case.
MOVED = "moved"
# States in which mentors see their child's case.
WITH_MENTORS = ("open", "matched", "active", "review", "met", "escalated")


class Case(OfSchool, Table):
    """A pupil whom the school looks after. ``code`` ("HS 6A-03") is all that the world outside the school sees.

    Texts about the child are sealed; ``class_name`` and ``kind`` are not, so that the school can count.
    """

    district = ForeignKeyField(District, on_delete="RESTRICT", backref="+")
    school = ForeignKeyField(School, on_delete="RESTRICT", backref="+")
    seal_key = SealKeyField()
    code = CharField(max_length=20)
    name = Secret()
    birth_date = Secret()
    guardian = Secret()
    class_name = CharField(max_length=20)
    kind = CharField(max_length=20)
    # What the mentors help with; never a circumstance.
    subject = CharField(max_length=60, default="")
    # When the child has time, as Mentor.free.
    free = TextField(default="")
    circumstances = Secret()
    tried = Secret()
    # Why it ended, or was handed on.
    outcome = Secret()
    ending = CharField(max_length=20, default="")
    school_year = CharField(max_length=9)
    # The case of the school from which the child moved here.
    came_from = ForeignKeyField("self", null=True, on_delete="RESTRICT", backref="+")
    nominated_by = ForeignKeyField(Person, on_delete="RESTRICT", backref="+")
    homeroom = ForeignKeyField(Person, on_delete="RESTRICT", backref="+")
    # The day on which the case is looked at next; on which the child's data is erased, once it is closed.
    review_on = DateField(null=True)
    erase_on = DateField(null=True)
    erased_at = DateTimeField(null=True)
    state = CharField(max_length=20, default="nominated")
    state_since = DateTimeField(default=now)
    version = IntegerField(default=1)
    created_at = DateTimeField(default=now)
    updated_at = DateTimeField(default=now)

    class Meta:
        table_name = "mentoring_case"
        indexes = ((("school", "code"), True), (("school", "state"), False), (("district", "state"), False))

    @classmethod
    def visible_to(cls, actor: Actor) -> Any:
        """Condition: those in which the actor has a part; for principal, coordinator and counsellor, the school's.

        Administrators see none, not even as somebody else. An office sees those that it opened, each with its reason.
        """
        if actor.sees_all or actor.seen_by is not None:
            return cls.id == 0
        if actor.school_id is None:
            return cls.id.in_(open_to(actor.person_id)) & (cls.state != MOVED)
        return kept_by(actor) | mentored_by(actor)


def kept_by(actor: Actor) -> Any:
    """Condition: cases that the actor looks after in the own school, as long as the child is there."""
    mine = (Case.school == actor.school_id) & (Case.state != MOVED)
    if actor.role in KEEPERS or COUNSELLOR in actor.functions:
        return mine
    return mine & ((Case.nominated_by == actor.person_id) | (Case.homeroom == actor.person_id))


def open_to(person_id: int) -> Any:
    """Query for the ids of the cases that somebody of an office has open now."""
    return OfficeOpening.select(OfficeOpening.case).where(
        OfficeOpening.person == person_id, OfficeOpening.ends_at > now()
    )


def mentored_by(actor: Actor) -> Any:
    """Condition: cases of which the actor is a mentor, as long as the family agrees and the case is under way.

    A district that switched the module off lends its children to nobody (decision D3).
    """
    from plugins.mentoring.tables.mentors import matched_cases

    own = Case.school == actor.school_id
    agreed = (own & Case.id.in_(covered(OWN_SCHOOL))) | (~own & Case.id.in_(covered(PARTNER_SCHOOL)))
    mine = Case.id.in_(matched_cases(actor.person_id, actor.school_id)) & where_on(Case.district, MODULE)
    return mine & Case.state.in_(WITH_MENTORS) & agreed


def in_force(day: date) -> Any:
    """Condition: the consent counts on a day. A withdrawal ends it at once."""
    return (Consent.given_on <= day) & (Consent.expires_on >= day) & Consent.withdrawn_on.is_null()


def covered(scope: int, day: date | None = None) -> Any:
    """Query for the ids of the cases whose family agrees to this today."""
    return Consent.select(Consent.case).where(in_force(day or today()), Consent.scope.bin_and(scope) != 0)


class Goal(OfCase, Table):
    """What is to be reached; the mentor sees it, so it names no circumstance."""

    case = ForeignKeyField(Case, on_delete="RESTRICT", backref="+")
    seal_key = SealKeyField()
    text = Secret()
    position = IntegerField(default=0)
    # How far it was reached at the last review: "", yes, mostly, partly, no.
    reached = CharField(max_length=10, default="")
    dropped = BooleanField(default=False)

    class Meta:
        table_name = "mentoring_goal"


class Consent(OfCase, Table):
    """That the child's representative agreed, to what and how, and until when. A withdrawal ends it, nothing erases it.

    Law 91/2025/QH15 and Decree 356/2025: silence is no consent; a child of seven and over agrees as well.
    """

    case = ForeignKeyField(Case, on_delete="RESTRICT", backref="+")
    seal_key = SealKeyField()
    giver = Secret()
    relation = CharField(max_length=20)
    # What was agreed to: the bits above.
    scope = IntegerField(default=0)
    way = CharField(max_length=20)
    child_agrees = BooleanField(default=False)
    given_on = DateField()
    expires_on = DateField()
    recorded_by = ForeignKeyField(Person, on_delete="RESTRICT", backref="+")
    recorded_at = DateTimeField(default=now)
    withdrawn_on = DateField(null=True)
    withdrawn_by = IntegerField(null=True)
    # The signed form: its contents sealed, and what kind of file it is.
    scan = Secret()
    scan_type = CharField(max_length=60, default="")

    class Meta:
        table_name = "mentoring_consent"
        indexes = ((("case", "expires_on"), False),)


class RestrictedNote(OfCase, Table):
    """What only principal and counsellor read."""

    case = ForeignKeyField(Case, on_delete="RESTRICT", backref="+")
    seal_key = SealKeyField()
    text = Secret()
    person = ForeignKeyField(Person, on_delete="RESTRICT", backref="+")
    at = DateTimeField(default=now)

    class Meta:
        table_name = "mentoring_restricted_note"


class Review(OfCase, Table):
    """A look back at a case: how far the goals were reached and what follows."""

    case = ForeignKeyField(Case, on_delete="RESTRICT", backref="+")
    seal_key = SealKeyField()
    on = DateField()
    decision = CharField(max_length=20)
    summary = Secret()
    person = ForeignKeyField(Person, on_delete="RESTRICT", backref="+")

    class Meta:
        table_name = "mentoring_review"


class CaseRead(Table):
    """Who read what of a case, and when. Written before anything is shown; nobody changes or removes it."""

    at = DateTimeField(default=now)
    person = ForeignKeyField(Person, on_delete="RESTRICT", backref="+")
    case = ForeignKeyField(Case, on_delete="RESTRICT", backref="+")
    # In whose name the person read.
    district = ForeignKeyField(District, null=True, on_delete="RESTRICT", backref="+")
    school = ForeignKeyField(School, null=True, on_delete="RESTRICT", backref="+")
    what = CharField(max_length=20)

    of_then = frozenset({"district"})

    class Meta:
        table_name = "mentoring_case_read"
        indexes = ((("case", "id"), False), (("person", "id"), False))


class OfficeOpening(OfCase, Table):
    """That somebody of the office opened a case, and why. The principal is told at once."""

    case = ForeignKeyField(Case, on_delete="RESTRICT", backref="+")
    person = ForeignKeyField(Person, on_delete="RESTRICT", backref="+")
    district = ForeignKeyField(District, on_delete="RESTRICT", backref="+")
    seal_key = SealKeyField()
    reason = Secret()
    # The term in which it counts: "2026-2027/1".
    term = CharField(max_length=12)
    at = DateTimeField(default=now)
    ends_at = DateTimeField()

    # The office that gave its reason: who comes after it has to give its own.
    of_then = frozenset({"district"})

    class Meta:
        table_name = "mentoring_office_opening"
        indexes = ((("district", "term"), False), (("person", "ends_at"), False))
