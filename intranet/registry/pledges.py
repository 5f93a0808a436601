"""What twinned schools promised each other, the meetings at which they did, and how they look back."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from peewee import CharField, DateField, DateTimeField, DecimalField, ForeignKeyField, IntegerField, TextField

from intranet.kernel.clock import now
from intranet.kernel.language import lazy_gettext as _
from intranet.kernel.tables import Table
from intranet.registry.people import Person
from intranet.registry.schools import School
from intranet.registry.twinning import Pairing

if TYPE_CHECKING:
    from intranet.shared.access import Actor


class PledgeClause(Table):
    """One promise of a pledge: who gives what to whom, how much, by when, and which activities count for it.

    Without giver and receiver both do it together. ``kind_label`` keeps it readable when its module is gone.
    """

    pairing = ForeignKeyField(Pairing, on_delete="RESTRICT", backref="+")
    position = IntegerField()
    giver = ForeignKeyField(School, null=True, on_delete="RESTRICT", backref="+")
    receiver = ForeignKeyField(School, null=True, on_delete="RESTRICT", backref="+")
    text = TextField()
    quantity = DecimalField(max_digits=14, decimal_places=2, null=True)
    unit = CharField(max_length=40, default="")
    due_on = DateField(null=True)
    activity_kind = CharField(max_length=60, default="")
    kind_label = CharField(max_length=120, default="")
    evidence = TextField(default="")
    dropped_on = DateField(null=True)
    dropped_reason = TextField(default="")
    # The sum of what activities and corrections say; kept by shared.pledges.
    done = DecimalField(max_digits=14, decimal_places=2, default=0)

    class Meta:
        indexes = ((("pairing", "position"), False), (("due_on",), False))

    def owner(self) -> tuple[int, None]:
        """The first of owners(), for what can name one only."""
        return self.pairing.owner()

    def owners(self) -> tuple[tuple[int, int], ...]:
        """Whose record this is: the pair's."""
        return self.pairing.owners()


class ClauseCorrection(Table):
    """What somebody added to or took from a clause's progress by hand, and why. Never changed, never deleted."""

    clause = ForeignKeyField(PledgeClause, on_delete="CASCADE", backref="+")
    quantity = DecimalField(max_digits=14, decimal_places=2)
    reason = TextField()
    person = ForeignKeyField(Person, on_delete="RESTRICT", backref="+")
    at = DateTimeField(default=now)


class PairReview(Table):
    """How one school of a pair looks back on a school year."""

    pairing = ForeignKeyField(Pairing, on_delete="RESTRICT", backref="+")
    school = ForeignKeyField(School, on_delete="RESTRICT", backref="+")
    school_year = CharField(max_length=9)
    achieved = TextField(default="")
    difficulties = TextField(default="")
    proposals = TextField(default="")
    person = ForeignKeyField(Person, on_delete="RESTRICT", backref="+")
    at = DateTimeField(default=now)

    class Meta:
        indexes = ((("pairing", "school", "school_year"), True),)


MEETING, VISIT = "meeting", "visit"
MEETING_KINDS = {MEETING: _("Họp cặp kết nghĩa"), VISIT: _("Thăm, giao lưu")}
PLANNED, POSTPONED, HELD, CONFIRMED, CANCELLED = "planned", "postponed", "held", "confirmed", "cancelled"
MEETING_STATES = {
    PLANNED: _("Đã lên lịch"),
    POSTPONED: _("Tạm hoãn"),
    HELD: _("Đã diễn ra, chờ xác nhận biên bản"),
    CONFIRMED: _("Biên bản đã xác nhận"),
    CANCELLED: _("Đã hủy"),
}
# It took place.
HELD_STATES = (HELD, CONFIRMED)


class Meeting(Table):
    """A meeting of a pair, or a visit of one school to the other: invitation, attendance, minutes.

    Times are UTC. With ``giver`` one school helped the other; without, they did it together.
    """

    pairing = ForeignKeyField(Pairing, on_delete="RESTRICT", backref="+")
    kind = CharField(max_length=20, default=MEETING)
    title = CharField(max_length=200)
    starts_at = DateTimeField()
    ends_at = DateTimeField(null=True)
    place = CharField(max_length=200, default="")
    link = CharField(max_length=300, default="")
    host = ForeignKeyField(School, null=True, on_delete="RESTRICT", backref="+")
    giver = ForeignKeyField(School, null=True, on_delete="RESTRICT", backref="+")
    clause = ForeignKeyField(PledgeClause, null=True, on_delete="RESTRICT", backref="+")
    agenda = TextField(default="")
    minutes = TextField(default="")
    conclusions = TextField(default="")
    chair = CharField(max_length=120, default="")
    secretary = CharField(max_length=120, default="")
    state = CharField(max_length=20, default=PLANNED)
    state_since = DateTimeField(default=now)
    version = IntegerField(default=1)
    updated_at = DateTimeField(default=now)
    invited_at = DateTimeField(null=True)
    # Why it was put off or cancelled.
    outcome = TextField(default="")

    class Meta:
        indexes = ((("pairing", "starts_at"), False), (("starts_at", "id"), False))

    @classmethod
    def visible_to(cls, actor: Actor) -> Any:
        """Condition for the meetings that the actor may see: whoever sees the pair."""
        condition = Pairing.visible_to(actor)
        return None if condition is None else cls.pairing.in_(Pairing.select(Pairing.id).where(condition))

    def owner(self) -> tuple[int, None]:
        """The first of owners(), for what can name one only."""
        return self.pairing.owner()

    def owners(self) -> tuple[tuple[int, int], ...]:
        """Whose record this is: the pair's."""
        return self.pairing.owners()


def to_come(moment: datetime) -> Any:
    """Condition: the meeting was put off, or is planned for later than ``moment``."""
    return (Meeting.state == POSTPONED) | ((Meeting.state == PLANNED) & (Meeting.starts_at > moment))


PRESENT, ABSENT, EXCUSED = "present", "absent", "excused"
ATTENDANCE = {PRESENT: _("Có mặt"), ABSENT: _("Vắng"), EXCUSED: _("Vắng có lý do")}


class MeetingAttendee(Table):
    """Who is asked to a meeting and whether they came. ``attendance`` is empty until somebody notes it."""

    meeting = ForeignKeyField(Meeting, on_delete="CASCADE", backref="+")
    person = ForeignKeyField(Person, null=True, on_delete="RESTRICT", backref="+")
    school = ForeignKeyField(School, null=True, on_delete="RESTRICT", backref="+")
    name = CharField(max_length=120)
    title = CharField(max_length=120, default="")
    attendance = CharField(max_length=10, default="")


MODELS = (PledgeClause, ClauseCorrection, PairReview, Meeting, MeetingAttendee)
