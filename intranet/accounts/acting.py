"""In which work a session acts, and as whom an administrator looks (decision D8)."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from peewee import JOIN

from intranet.kernel.database import transaction
from intranet.kernel.language import gettext as _
from intranet.registry.districts import District
from intranet.registry.people import ADMINISTRATOR, ROLE_LABELS, Membership, Person, SignInSession, under_way
from intranet.registry.schools import School
from intranet.shared import audit
from intranet.shared.edits import Refused

NAMES = (Membership.id, Membership.role, District.name, School.name)


def works_of(person_id: int) -> list[tuple[int, str, str]]:
    """(membership id, what the role is called, the place's own name) of the work under way, in the order of sign-in."""
    rows = (
        Membership.select(*NAMES)
        .join(District, JOIN.LEFT_OUTER)
        .switch(Membership)
        .join(School, JOIN.LEFT_OUTER)
        .where(Membership.person == person_id, under_way(Membership))
        .order_by(Membership.id)
        .tuples()
    )
    return [(id_, str(ROLE_LABELS[role]), school or district or "") for id_, role, district, school in rows]


def membership_of(session_hash: str) -> int | None:
    """The membership that a session was told to act in."""
    row = SignInSession.select(SignInSession.membership).where(SignInSession.token_hash == session_hash)
    return row.scalar()


def switch(person_id: int, membership_id: int, *, session_hash: str, done: Callable[[], None]) -> bool:
    """Act in another membership of one's own; False where it is not, or not under way."""
    with transaction():
        if membership_id not in _ids(works_of(person_id)):
            return False
        before = membership_of(session_hash)
        SignInSession.update(membership=membership_id).where(SignInSession.token_hash == session_hash).execute()
        changes = {"membership": (before, membership_id)}
        audit.record("session.membership", Person.get_by_id(person_id), person_id=person_id, changes=changes)
        done()
    return True


def why_closed(person: Person) -> str | None:
    """Why nobody may look at the person's pages; None where an administrator may."""
    if _is_administrator(person.id):
        return _("Không xem như quản trị hệ thống được.")
    if not person.active or not works_of(person.id):
        return _("Người này hiện không có công việc hoặc tài khoản đang khóa, nên không có gì để xem.")
    return None


def look(person: Person, membership_id: int, *, by: int, session_hash: str, done: Callable[[], None]) -> None:
    """Let an administrator look at the pages of a person in one membership. Raises Refused."""
    with transaction():
        if sentence := why_closed(person):
            raise Refused("", sentence)
        if membership_id not in _ids(works_of(person.id)):
            raise Refused("", _("Công việc đã chọn không còn nữa. Thầy/cô chọn lại."))
        SignInSession.update(seen_as=membership_id).where(SignInSession.token_hash == session_hash).execute()
        audit.record("session.see_as", person, person_id=by)
        done()


def stop_looking(person_id: int, *, by: int, session_hash: str, done: Callable[[], None] = lambda: None) -> None:
    """End a look; nothing happens where it has ended."""
    with transaction():
        ended = SignInSession.update(seen_as=None).where(
            SignInSession.token_hash == session_hash, SignInSession.seen_as.is_null(False)
        )
        if ended.execute():
            audit.record("session.see_as_end", Person.get_by_id(person_id), person_id=by)
        done()


def _is_administrator(person_id: int) -> bool:
    mine = (Membership.person == person_id) & (Membership.role == ADMINISTRATOR)
    return Membership.select().where(mine, under_way(Membership)).exists()


def _ids(works: Iterable[tuple[int, str, str]]) -> set[int]:
    return {id_ for id_, _role, _place in works}
