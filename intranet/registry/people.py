"""People, what they are where (memberships), and the traces of their sign-ins."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from peewee import BooleanField, CharField, DateField, DateTimeField, ForeignKeyField, IntegerField, TextField

from intranet.kernel.clock import now, today
from intranet.kernel.language import lazy_gettext as _
from intranet.kernel.phone import national_digits
from intranet.kernel.tables import SortKeyField, Table
from intranet.kernel.text import fold, name_sort_key, search_text
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
END_REASONS = {
    "transfer": _("Chuyển công tác"),
    "role": _("Đổi chức vụ"),
    "retired": _("Nghỉ hưu"),
    "left": _("Thôi việc"),
    "unit": _("Sắp xếp lại đơn vị"),
    "mistake": _("Ghi nhầm"),
}
LEAVE_LABELS = {
    "birth": _("Nghỉ thai sản"),
    "illness": _("Nghỉ ốm dài ngày"),
    "study": _("Đi học"),
    "secondment": _("Biệt phái"),
    "other": _("Nghỉ khác"),
}
# Of a partner school, only these are shown (decision D1).
CONTACT_ROLES = (PRINCIPAL, COORDINATOR)


# Duties beside the role (decision D8): per school, dated. Modules declare more.
HOMEROOM = "homeroom"
COUNSELLOR = "counsellor"
UNION = "union"
IT_CONTACT = "it_contact"
GROUP_HEAD = "group_head"

FUNCTION_LABELS = {
    HOMEROOM: _("Giáo viên chủ nhiệm"),
    GROUP_HEAD: _("Tổ trưởng chuyên môn"),
    COUNSELLOR: _("Tư vấn học đường"),
    UNION: _("Chủ tịch Công đoàn"),
    IT_CONTACT: _("Đầu mối công nghệ thông tin"),
}
FEMALE, MALE = "F", "M"
GENDER_LABELS = {FEMALE: _("Nữ"), MALE: _("Nam")}


def under_way(dated: Any, day: Any = None) -> Any:
    """Condition: a dated row (starts_on, ends_on; both days included) holds on ``day``, by default today."""
    day = today() if day is None else day
    return (dated.starts_on.is_null() | (dated.starts_on <= day)) & (dated.ends_on.is_null() | (dated.ends_on >= day))


class Person(Table):
    """Someone who works here. ``district`` is who keeps the record; administrators may have none.

    ``school`` is where the person works now, taken from the memberships by people.rules: lists would join for it.
    """

    district = ForeignKeyField(District, null=True, on_delete="RESTRICT", backref="+")
    school = ForeignKeyField(School, null=True, on_delete="RESTRICT", backref="+")
    username = CharField(max_length=60, unique=True)
    name = CharField(max_length=120)
    sort_key = SortKeyField()
    # The words of everything by which people look for the person, as text.search_text writes them.
    search_text = TextField()
    phone = CharField(max_length=20, default="")
    email = CharField(max_length=200, default="")
    birth_date = DateField(null=True)
    gender = CharField(max_length=1, default="")
    # What the person teaches, with commas; and the same folded, "|toan|tin hoc|", to filter by.
    subjects = CharField(max_length=200, default="")
    subjects_key = CharField(max_length=220, default="")
    note = TextField(default="")
    password_hash = CharField(max_length=200, null=True)
    active = BooleanField(default=True)
    language = CharField(max_length=5, default="vi")
    theme = CharField(max_length=10, default="auto")
    # In the trash since then.
    deleted_at = DateTimeField(null=True)
    # Nothing personal stands here any more since then; the row stays for what refers to it (decision D12).
    erased_at = DateTimeField(null=True)
    version = IntegerField(default=1)
    created_at = DateTimeField(default=now)

    class Meta:
        # An unchanged column is not written: its search index would be made anew.
        only_save_dirty = True
        indexes = (
            (("sort_key", "id"), False),
            (("district", "sort_key", "id"), False),
            (("school", "sort_key", "id"), False),
            (("phone",), False),
            (("email",), False),
        )

    @classmethod
    def visible_to(cls, actor: Actor) -> Any:
        """Condition for the people whom the actor may see (docs/access.toml)."""
        kept = cls.deleted_at.is_null()
        if actor.sees_all:
            return kept
        own = cls.district == actor.district_id
        if not actor.partner_school_ids:
            return kept & own
        return kept & (own | cls.id.in_(contacts_of(sorted(actor.partner_school_ids))))

    def owner(self) -> tuple[int | None, int | None]:
        """Whose record this is: (district id, id of the school where the person works or None)."""
        return self.district_id, self.school_id

    def set_keys(self) -> None:
        """Fill the computed columns. Call before every save that may change name, user name, phone or subjects."""
        self.sort_key = name_sort_key(self.name)
        self.search_text = search_text(self.name, self.username, national_digits(self.phone))
        names = [fold(name) for name in self.subjects.split(",") if name.strip()]
        self.subjects_key = f"|{'|'.join(names)}|" if names else ""


class Membership(Table):
    """A role of a person in a district's office or in one school, from a day to a day, both included."""

    person = ForeignKeyField(Person, on_delete="RESTRICT", backref="+")
    role = CharField(max_length=20)
    # The office as its papers name it: "Phó Hiệu trưởng", "Kế toán". Empty: the role's own label.
    title = CharField(max_length=60, default="")
    district = ForeignKeyField(District, null=True, on_delete="RESTRICT", backref="+")
    school = ForeignKeyField(School, null=True, on_delete="RESTRICT", backref="+")
    starts_on = DateField(null=True)
    ends_on = DateField(null=True)
    # Why it ended: a key of END_REASONS.
    end_reason = CharField(max_length=20, default="")

    class Meta:
        indexes = ((("school", "role"), False),)


def contacts_of(school_ids: Any) -> Any:
    """Query for the ids of the people who stand for some schools: principals and coordinators of today."""
    return Membership.select(Membership.person).where(
        Membership.school.in_(school_ids), Membership.role.in_(CONTACT_ROLES), under_way(Membership)
    )


def people_with_role(role: str, *, school_ids: Any = None, district_ids: Any = None) -> Any:
    """Query for the ids of the people who have a role today, in some schools or in some offices."""
    place = Membership.school.in_(school_ids) if school_ids is not None else Membership.district.in_(district_ids)
    return Membership.select(Membership.person).where(place, Membership.role == role, under_way(Membership))


def works_at(person_id: int, school_id: int | None, district_id: int) -> bool:
    """Whether a person works today in a school, or in a district's office where ``school_id`` is None."""
    place = Membership.school == school_id
    if school_id is None:
        place = Membership.school.is_null() & (Membership.district == district_id)
    return Membership.select().where(Membership.person == person_id, place, under_way(Membership)).exists()


class Function(Table):
    """A duty of a person in a school beside the role, from a day to a day. ``detail`` says of what: the class 6A."""

    person = ForeignKeyField(Person, on_delete="CASCADE", backref="+")
    school = ForeignKeyField(School, on_delete="RESTRICT", backref="+")
    kind = CharField(max_length=40)
    detail = CharField(max_length=60, default="")
    starts_on = DateField(null=True)
    ends_on = DateField(null=True)

    class Meta:
        table_name = "person_function"


class Leave(Table):
    """A time away after which the person comes back: birth, illness, study, secondment."""

    person = ForeignKeyField(Person, on_delete="CASCADE", backref="+")
    kind = CharField(max_length=20)
    starts_on = DateField()
    ends_on = DateField(null=True)

    class Meta:
        table_name = "person_leave"


class Preference(Table):
    """What a person chose for a screen: the columns of a list."""

    person = ForeignKeyField(Person, on_delete="CASCADE", backref="+")
    name = CharField(max_length=60)
    value = TextField()

    class Meta:
        table_name = "person_preference"
        indexes = ((("person", "name"), True),)


def session_label() -> str:
    """A name for a session that tells nothing."""
    return secrets.token_urlsafe(9)


class SignInSession(Table):
    """A signed-in device. Only the token's hash is kept, so a copy of this table signs nobody in."""

    token_hash = CharField(max_length=64, primary_key=True)
    person = ForeignKeyField(Person, on_delete="CASCADE", backref="+")
    membership = ForeignKeyField(Membership, null=True, on_delete="CASCADE", backref="+")
    created_at = DateTimeField()
    seen_at = DateTimeField()
    device = CharField(max_length=200, default="")
    address = CharField(max_length=60, default="")
    # Names the session in its owner's list; the token's hash never leaves the database.
    label = CharField(max_length=12, unique=True, default=session_label)
    # The password was right; until the code is given too, nothing else is open.
    waits_for_code = BooleanField(default=False)
    # An administrator looks at the pages of this person and acts in nothing.
    seen_as = ForeignKeyField(Membership, null=True, on_delete="CASCADE", backref="+")


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
