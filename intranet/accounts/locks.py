"""Closing and opening somebody's account, and signing somebody out everywhere: acts of those above the person."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from intranet.accounts import telling
from intranet.accounts.links import end_links, end_sessions
from intranet.kernel.database import is_postgres, transaction
from intranet.kernel.language import gettext as _
from intranet.registry.people import ADMINISTRATOR, Membership, Person, under_way
from intranet.shared import audit
from intranet.shared.edits import Refused, locked


def _nothing() -> None: ...


def lock(person: Person, reason: str, *, person_id: int | None, done: Callable[[], None] = _nothing) -> None:
    """Close an account: all sessions and links end at once. ``done`` runs last in the transaction. Raises Refused."""
    with transaction():
        _keep_an_administrator(person)
        current = locked(Person, person.id)
        if not current.active:
            raise Refused("", _("Tài khoản này đã khóa từ trước."))
        Person.update(active=False).where(Person.id == current.id).execute()
        end_sessions(current)
        end_links(current)
        audit.record("account.lock", current, person_id=person_id, changes={"reason": (None, reason)})
        done()


def _keep_an_administrator(person: Person) -> None:
    """Refuse to close the last account that can repair everything else."""
    able = {row.id for row in _administrators()}
    if able == {person.id}:
        raise Refused("", _("Đây là tài khoản quản trị cuối cùng còn dùng được nên không khóa được."))


def _administrators() -> Any:
    """Administrators who can sign in; under lock, so that of two who close each other's accounts one is refused."""
    posts = Membership.select(Membership.person).where(Membership.role == ADMINISTRATOR, under_way(Membership))
    query = (
        Person.select()
        .where(
            Person.id.in_(posts),
            Person.active == True,  # noqa: E712 (SQL)
            Person.password_hash.is_null(False),
            Person.deleted_at.is_null(),
        )
        .order_by(Person.id)
    )
    return query.for_update() if is_postgres() else query


def unlock(person: Person, *, person_id: int | None, done: Callable[[], None] = _nothing) -> None:
    """Open a closed account; the password is the one from before. Raises Refused."""
    with transaction():
        current = locked(Person, person.id)
        if current.active:
            raise Refused("", _("Tài khoản này đang mở."))
        Person.update(active=True).where(Person.id == current.id).execute()
        audit.record("account.unlock", current, person_id=person_id)
        telling.opened_again(current.id)
        done()


def sign_out(person: Person, *, person_id: int | None, done: Callable[[], None] = _nothing) -> None:
    """End all sessions of a person, for whoever lost a phone."""
    with transaction():
        current = locked(Person, person.id)
        end_sessions(current)
        audit.record("session.end_all", current, person_id=person_id)
        done()
