"""Who helps with what, requests for help, what is said about them, and the answers that others may use."""

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
from plugins.digital.models.owned import OfSchool
from plugins.digital.pages import MODULE


class Volunteer(OfSchool, Table):
    """Somebody who helps others with computers, and with what: ``topics`` are bits."""

    district = ForeignKeyField(District, on_delete="RESTRICT", backref="+")
    school = ForeignKeyField(School, on_delete="RESTRICT", backref="+")
    person = ForeignKeyField(Person, unique=True, on_delete="RESTRICT", backref="+")
    topics = IntegerField(default=0)
    note = CharField(max_length=500, default="")
    active = BooleanField(default=True)
    version = IntegerField(default=1)
    updated_at = DateTimeField(default=now)

    class Meta:
        table_name = "digital_volunteer"
        indexes = ((("school", "active"), False), (("district", "active"), False))

    @classmethod
    def visible_to(cls, actor: Actor) -> Any:
        """Condition: those of the own district and of partner schools; who stopped, only themselves."""
        if actor.sees_all:
            return None
        partner = cls.school.in_(sorted(actor.partner_school_ids)) & where_on(cls.district, MODULE)
        shown = (cls.active == True) & ((cls.district == actor.district_id) | partner)  # noqa: E712 (SQL)
        return shown | (cls.person == actor.person_id)


class Request(OfSchool, Table):
    """What does not work at a school, and who helps.

    ``helper_school`` is the partner school whose volunteers are asked first, until ``offered_until``; then the office
    is asked, too. ``by_partner`` says whether it was one of them who took it. ``spoke_at`` is when somebody last wrote.
    """

    district = ForeignKeyField(District, on_delete="RESTRICT", backref="+")
    school = ForeignKeyField(School, on_delete="RESTRICT", backref="+")
    asker = ForeignKeyField(Person, on_delete="RESTRICT", backref="+")
    title = CharField(max_length=100)
    text = TextField()
    search_text = TextField()
    room = CharField(max_length=100, default="")
    pairing = ForeignKeyField(Pairing, null=True, on_delete="RESTRICT", backref="+")
    helper_school = ForeignKeyField(School, null=True, on_delete="RESTRICT", backref="+")
    helper_district = ForeignKeyField(District, null=True, on_delete="RESTRICT", backref="+")
    offered_until = DateField(null=True)
    helper = ForeignKeyField(Person, null=True, on_delete="RESTRICT", backref="+")
    by_partner = BooleanField(default=False)
    solution = TextField(default="")
    # Hours that helping took, as the helper says.
    hours = DecimalField(max_digits=5, decimal_places=1, null=True)
    first_reply_at = DateTimeField(null=True)
    solved_at = DateTimeField(null=True)
    spoke_at = DateTimeField(default=now)
    reopened = IntegerField(default=0)
    # 1 to 5; nobody's opinion is guessed.
    rating = IntegerField(null=True)
    thanks = TextField(default="")
    outcome = TextField(default="")
    state = CharField(max_length=20, default="new")
    state_since = DateTimeField(default=now)
    version = IntegerField(default=1)
    created_at = DateTimeField(default=now)

    class Meta:
        table_name = "digital_request"
        indexes = (
            (("school", "id"), False),
            (("district", "state", "id"), False),
            (("helper_school", "id"), False),
            (("helper", "state"), False),
            (("state", "id"), False),
        )

    @classmethod
    def visible_to(cls, actor: Actor) -> Any:
        """Condition: the own school's, the office's; where a school is asked to help, its volunteers and keepers."""
        if actor.sees_all:
            return None
        own = cls.school == actor.school_id if actor.school_id is not None else cls.district == actor.district_id
        asked = (cls.helper == actor.person_id) | cls.helper_school.in_(_helps_at(actor))
        if actor.school_id is not None and actor.role in (PRINCIPAL, COORDINATOR):
            asked |= cls.helper_school == actor.school_id
        return own | (asked & where_on(cls.district, MODULE))


def _helps_at(actor: Actor) -> Any:
    """Query for the school for which the actor is on the register."""
    return Volunteer.select(Volunteer.school).where(
        Volunteer.person == actor.person_id,
        Volunteer.active == True,  # noqa: E712 (SQL)
        Volunteer.school == actor.school_id,
    )


class Reply(Table):
    """What somebody wrote about a request."""

    request = ForeignKeyField(Request, on_delete="RESTRICT", backref="+")
    person = ForeignKeyField(Person, on_delete="RESTRICT", backref="+")
    text = TextField()
    created_at = DateTimeField(default=now)

    class Meta:
        table_name = "digital_reply"
        indexes = ((("request", "id"), False),)

    def owner(self) -> tuple[int, int]:
        """Whose record this is: the request's."""
        return self.request.owner()


class Article(OfSchool, Table):
    """An answer that others may use, made of a request or written by itself. No name stands in it."""

    district = ForeignKeyField(District, on_delete="RESTRICT", backref="+")
    school = ForeignKeyField(School, null=True, on_delete="RESTRICT", backref="+")
    author = ForeignKeyField(Person, on_delete="RESTRICT", backref="+")
    request = ForeignKeyField(Request, null=True, unique=True, on_delete="RESTRICT", backref="+")
    title = CharField(max_length=200)
    sort_key = SortKeyField()
    body = TextField()
    search_text = TextField()
    retired = BooleanField(default=False)
    version = IntegerField(default=1)
    updated_at = DateTimeField(default=now)

    class Meta:
        table_name = "digital_article"
        indexes = ((("district", "retired", "id"), False), (("retired", "id"), False), (("author",), False))

    @classmethod
    def visible_to(cls, actor: Actor) -> Any:
        """Condition: all of the programme; what is out of date, those who can take it up again."""
        if actor.sees_all:
            return None
        mine = cls.author == actor.person_id
        if actor.school_id is None:
            mine |= cls.district == actor.district_id
        here = cls.district == actor.district_id
        wide = cls.district.in_(sorted(actor.district_ids)) & where_on(cls.district, MODULE)
        return mine | ((cls.retired == False) & (here | wide))  # noqa: E712 (SQL)
