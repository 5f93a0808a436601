"""Programmes of districts and the twinned schools in them: the links that access is decided by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from peewee import CharField, DateField, DateTimeField, ForeignKeyField, IntegerField, TextField

from intranet.kernel.clock import now, today
from intranet.kernel.language import lazy_gettext as _
from intranet.kernel.tables import Table
from intranet.registry.districts import District, dissolved_into
from intranet.registry.schools import School

if TYPE_CHECKING:
    from intranet.shared.access import Actor

# Where a pair stands (features: suggested, proposed, accepted by both schools, approved by both offices, met, agreed,
# signed, active, reviewed); renewed, ended and declined ones stay to be read.
SUGGESTED, PROPOSED, ACCEPTED, APPROVED = "suggested", "proposed", "accepted", "approved"
MET, AGREED, SIGNED, ACTIVE, REVIEW = "met", "agreed", "signed", "active", "review"
RENEWED, ENDED, DECLINED = "renewed", "ended", "declined"
PAIRING_STATES = {
    SUGGESTED: _("Được gợi ý"),
    PROPOSED: _("Chờ hai trường nhận lời"),
    ACCEPTED: _("Chờ hai phòng duyệt"),
    APPROVED: _("Đã duyệt, chờ họp"),
    MET: _("Đã họp, đang thống nhất nội dung"),
    AGREED: _("Đã thống nhất, chờ ký giao ước"),
    SIGNED: _("Đã ký giao ước"),
    ACTIVE: _("Đang thực hiện"),
    REVIEW: _("Đang sơ kết"),
    RENEWED: _("Đã nối tiếp"),
    ENDED: _("Đã kết thúc"),
    DECLINED: _("Không thành cặp"),
}
# Twinned for the eyes of others: approved by both offices and not over.
TWINNED = (APPROVED, MET, AGREED, SIGNED, ACTIVE, REVIEW)
OVER = (RENEWED, ENDED, DECLINED)
# What two schools may have only once in a programme.
OPEN = (SUGGESTED, PROPOSED, ACCEPTED, *TWINNED)

DRAFT, RUNNING, CLOSED, DROPPED = "draft", "running", "closed", "dropped"
# What offices still prepare, or gave up: it opens nobody's pages to others, and schools know nothing of it.
UNSTARTED = (DRAFT, DROPPED)


class Programme(Table):
    """A joint programme of two or more districts for a period. ``owner_district`` keeps its page."""

    title = TextField()
    starts_on = DateField(null=True)
    ends_on = DateField(null=True)
    # Movements that it answers, one a line; what it wants to reach; what became of it.
    movements = TextField(default="")
    goals = TextField(default="")
    closing_report = TextField(default="")
    owner_district = ForeignKeyField(District, null=True, on_delete="RESTRICT", backref="+")
    # The programme that it goes on with.
    predecessor = ForeignKeyField("self", null=True, on_delete="RESTRICT", backref="+")
    state = CharField(max_length=20, default=DRAFT)
    state_since = DateTimeField(default=now)
    version = IntegerField(default=1)
    updated_at = DateTimeField(default=now)

    @classmethod
    def visible_to(cls, actor: Actor) -> Any:
        """Condition for the programmes that the actor may see: the own district's. Schools see what has begun."""
        if actor.sees_all:
            return None
        condition = programmes_of(actor.district_id)
        return condition if actor.school_id is None else condition & cls.state.not_in(UNSTARTED)

    def owner(self) -> tuple[int | None, None]:
        """Whose record this is: the district's that keeps it."""
        return self.owner_district_id, None


class ProgrammeDistrict(Table):
    """A district that takes part in a programme, from the day on which it came in place of another until it left."""

    programme = ForeignKeyField(Programme, on_delete="RESTRICT", backref="+")
    district = ForeignKeyField(District, on_delete="RESTRICT", backref="+")
    joined_on = DateField(null=True)
    left_on = DateField(null=True)
    left_reason = TextField(default="")

    of_then = frozenset({"district"})

    class Meta:
        indexes = ((("programme", "district"), True),)


def programmes_of(district: Any) -> Any:
    """Condition: the district takes or took part in the programme, or one did that it goes on for.

    Or it has a pair there: of a programme that was over when a district ended, its schools' offices go on reading.
    """
    part = ProgrammeDistrict.select(ProgrammeDistrict.programme).where(
        (ProgrammeDistrict.district == district) | ProgrammeDistrict.district.in_(dissolved_into(district))
    )
    first = Pairing.select(Pairing.programme).where(Pairing.first_district == district)
    second = Pairing.select(Pairing.programme).where(Pairing.second_district == district)
    return Programme.id.in_(part) | Programme.id.in_(first) | Programme.id.in_(second)


def takes_part(row: Any = ProgrammeDistrict, day: Any = None) -> Any:
    """Condition: the district takes part on ``day``, by default today; the day of leaving is the first without it."""
    day = today() if day is None else day
    return (row.joined_on.is_null() | (row.joined_on <= day)) & (row.left_on.is_null() | (row.left_on > day))


class Pairing(Table):
    """Two twinned schools. The districts stand here too, so that lists need no joins to know who may see what.

    A cluster (one school helps several) is several pairs with the same ``cluster`` name.
    """

    programme = ForeignKeyField(Programme, on_delete="RESTRICT", backref="+")
    first_school = ForeignKeyField(School, on_delete="RESTRICT", backref="+")
    first_district = ForeignKeyField(District, on_delete="RESTRICT", backref="+")
    second_school = ForeignKeyField(School, on_delete="RESTRICT", backref="+")
    second_district = ForeignKeyField(District, on_delete="RESTRICT", backref="+")
    cluster = CharField(max_length=120, default="")
    # Why these two: what the proposal says, and why somebody chose otherwise than was suggested.
    proposal = TextField(default="")
    state = CharField(max_length=20, default=SUGGESTED)
    state_since = DateTimeField(default=now)
    version = IntegerField(default=1)
    updated_at = DateTimeField(default=now)
    # Why it was declined or ended.
    outcome = TextField(default="")
    started_on = DateField(null=True)
    ended_on = DateField(null=True)
    # The day by which the next term review is due, while active.
    review_on = DateField(null=True)
    # The pair that this one goes on with.
    renewed_from = ForeignKeyField("self", null=True, on_delete="RESTRICT", backref="+")
    # The pledge: its preamble, and under which number, when and where it was signed.
    pledge_preamble = TextField(default="")
    pledge_number = CharField(max_length=60, default="")
    signed_on = DateField(null=True)
    signed_place = CharField(max_length=120, default="")
    # Counted by shared.pledges from activities and clauses, so that overviews need no scan.
    last_activity_on = DateField(null=True)
    first_gave = IntegerField(default=0)
    second_gave = IntegerField(default=0)
    next_due_on = DateField(null=True)

    class Meta:
        indexes = (
            (("programme", "first_school", "second_school"), False),
            (("first_district", "state"), False),
            (("second_district", "state"), False),
            (("state", "id"), False),
        )

    @classmethod
    def visible_to(cls, actor: Actor) -> Any:
        """Condition for the pairings that the actor may see: both schools and both offices. None means all."""
        if actor.sees_all:
            return None
        if actor.school_id:
            return (cls.first_school == actor.school_id) | (cls.second_school == actor.school_id)
        return (cls.first_district == actor.district_id) | (cls.second_district == actor.district_id)

    def owner(self) -> tuple[int, None]:
        """The first of owners(), for what can name one only."""
        return self.first_district_id, None

    def owners(self) -> tuple[tuple[int, int], ...]:
        """Whose record this is: both sides', each (district id, school id)."""
        return (self.first_district_id, self.first_school_id), (self.second_district_id, self.second_school_id)

    def partner_of(self, school_id: int) -> int:
        """The id of the other school."""
        return self.second_school_id if school_id == self.first_school_id else self.first_school_id
