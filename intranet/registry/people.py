"""People, what they are where (memberships), and the traces of their sign-ins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from peewee import BooleanField, CharField, DateField, DateTimeField, ForeignKeyField, IntegerField, TextField

from intranet.kernel.clock import now
from intranet.kernel.database import SortKeyField, Table
from intranet.kernel.language import lazy_gettext as _
from intranet.kernel.text import fold, match_key, name_sort_key
from intranet.registry.districts import District
from intranet.registry.schools import School

if TYPE_CHECKING:
    from intranet.shared.access import Actor

ADMINISTRATOR = "administrator"
LEADER = "leader"
OFFICER = "officer"
PRINCIPAL = "principal"
COORDINATOR = "coordinator"
TEACHER = "teacher"
VIEWER = "viewer"

ROLE_LABELS = {
    ADMINISTRATOR: _("Quản trị hệ thống"),
    LEADER: _("Lãnh đạo phòng"),
    OFFICER: _("Chuyên viên phòng"),
    PRINCIPAL: _("Hiệu trưởng"),
    COORDINATOR: _("Điều phối viên"),
    TEACHER: _("Giáo viên, nhân viên"),
    VIEWER: _("Người xem"),
}
# Of a partner school, only these are shown (decision D1).
CONTACT_ROLES = (PRINCIPAL, COORDINATOR)


class Person(Table):
    """Someone who works here. ``district`` is who keeps the record; administrators may have none."""

    district = ForeignKeyField(District, null=True, on_delete="RESTRICT", backref="+")
    username = CharField(max_length=60, unique=True)
    name = CharField(max_length=120)
    sort_key = SortKeyField()
    search_text = TextField()
    marked_text = TextField()
    phone = CharField(max_length=20, default="")
    email = CharField(max_length=200, default="")
    note = TextField(default="")
    password_hash = CharField(max_length=200, null=True)
    active = BooleanField(default=True)
    language = CharField(max_length=5, default="vi")
    theme = CharField(max_length=10, default="auto")
    version = IntegerField(default=1)
    created_at = DateTimeField(default=now)

    class Meta:
        indexes = ((("sort_key", "id"), False), (("district", "sort_key", "id"), False))

    @classmethod
    def visible_to(cls, actor: Actor) -> Any:
        """Condition for the people whom the actor may see (docs/access.toml): None means all."""
        if actor.sees_all:
            return None
        own = cls.district == actor.district_id
        if not actor.partner_school_ids:
            return own
        contacts = Membership.select(Membership.person).where(
            Membership.school.in_(sorted(actor.partner_school_ids)),
            Membership.role.in_(CONTACT_ROLES),
            Membership.ends_on.is_null(),
        )
        return own | cls.id.in_(contacts)

    def owner(self) -> tuple[int | None, int | None]:
        """Whose record this is: (district id, school id or None)."""
        return self.district_id, None

    def set_keys(self) -> None:
        """Fill the columns computed from the name. Call before every save that may change it."""
        self.sort_key = name_sort_key(self.name)
        self.search_text = fold(f"{self.name} {self.username}")
        self.marked_text = match_key(self.name)


class Membership(Table):
    """A role of a person in a district's office or in one school, until it ends."""

    person = ForeignKeyField(Person, on_delete="RESTRICT", backref="+")
    role = CharField(max_length=20)
    district = ForeignKeyField(District, null=True, on_delete="RESTRICT", backref="+")
    school = ForeignKeyField(School, null=True, on_delete="RESTRICT", backref="+")
    starts_on = DateField(null=True)
    ends_on = DateField(null=True)

    class Meta:
        indexes = ((("school", "role"), False),)


class SignInSession(Table):
    """A signed-in device. Only the token's hash is kept, so a copy of this table signs nobody in."""

    token_hash = CharField(max_length=64, primary_key=True)
    person = ForeignKeyField(Person, on_delete="CASCADE", backref="+")
    membership = ForeignKeyField(Membership, null=True, on_delete="CASCADE", backref="+")
    created_at = DateTimeField()
    seen_at = DateTimeField()
    device = CharField(max_length=200, default="")
    address = CharField(max_length=60, default="")


class KnownDevice(Table):
    """A browser on which this person has signed in before: wrong passwords elsewhere cannot lock it out."""

    token_hash = CharField(max_length=64, primary_key=True)
    person = ForeignKeyField(Person, on_delete="CASCADE", backref="+")
    created_at = DateTimeField()


class SignInFailure(Table):
    """One wrong password, counted under a key (account, known device or address)."""

    key = CharField(max_length=80)
    at = DateTimeField()

    class Meta:
        indexes = ((("key", "at"), False),)
