"""Every change of a session beside the steps of its life and the places in it."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from intranet.api import (
    MERGED,
    SAVED,
    UNCHANGED,
    Pairing,
    Refused,
    begin,
    fold,
    gettext,
    locked,
    merged,
    now,
    record,
    sort_key,
    transaction,
)
from plugins.professional_development.models import PARTNER, Registration, Session
from plugins.professional_development.sessions import effects
from plugins.professional_development.sessions.kinds import KINDS
from plugins.professional_development.sessions.registering import move_up

FIELDS = (
    *("kind", "title", "theme_id", "content", "subject", "grade", "textbook", "tag", "starts_at", "ends_at", "place"),
    *("link", "audience", "capacity", "quota", "closes_at", "presenters", "programme", "periods", "pairing_id"),
    "clause_id",
)
MINUTES = ("chair", "secretary", "minutes", "conclusions")
# Where a session can still be planned anew.
PLANNED = ("idea", "draft", "returned", "approved", "open", "postponed")


def create_session(
    values: Mapping[str, Any],
    *,
    district_id: int,
    school_id: int | None,
    organiser_id: int,
    state: str = "draft",
    done: Callable[[Session], None] = lambda session: None,
) -> Session:
    """Plan a session that a school hosts, or the office where ``school_id`` is None. Raises Refused."""
    with transaction():
        session = Session(
            district=district_id,
            school=school_id,
            organiser=organiser_id,
            state=state,
            secret=secrets.token_urlsafe(24),
            **values,
        )
        _complete(session)
        session.save(force_insert=True)
        given = {name: (None, value) for name, value in values.items() if value}
        record("professional_development.session", session, person_id=organiser_id, changes=given)
        begin(session, person_id=organiser_id)
        done(session)
    return session


def _complete(session: Session) -> None:
    """Fill what follows from the rest. Raises Refused where it does not fit together."""
    refuse_times(session.starts_at, session.ends_at, session.closes_at)
    if session.kind not in KINDS:
        raise Refused("kind", gettext("Hãy chọn một mục trong danh sách."))
    session.partner = _partner(session)
    if session.audience == PARTNER and session.partner_id is None:
        raise Refused("audience", gettext("Hãy chọn cặp kết nghĩa để mời trường bạn."))
    session.sort_key = sort_key(session.title)
    session.search_text = fold(f" {session.title} {session.subject} {session.presenters} ")


def _partner(session: Session) -> int | None:
    if session.pairing_id is None or session.school_id is None:
        return None
    return Pairing.get_by_id(session.pairing_id).partner_of(session.school_id)


def refuse_times(starts_at: datetime | None, ends_at: datetime | None, closes_at: datetime | None) -> None:
    """Raise Refused unless the times follow each other."""
    if starts_at is not None and ends_at is not None and ends_at <= starts_at:
        raise Refused("ends_at", gettext("Giờ kết thúc phải sau giờ bắt đầu."))
    if closes_at is not None and starts_at is not None and closes_at > starts_at:
        raise Refused("closes_at", gettext("Hạn đăng ký phải trước giờ bắt đầu."))


def update_session(
    session: Session,
    values: Mapping[str, Any],
    *,
    version: int,
    person_id: int,
    done: Callable[[], None] = lambda: None,
) -> str:
    """Change a session whose form was made from ``version``; ``values`` are some of FIELDS or MINUTES.

    Returns UNCHANGED, SAVED or MERGED. Whoever has a place is told of another time or place once; more seats are given
    to those who wait. Raises Refused and Conflict.
    """
    with transaction():
        current = locked(Session, session.id)
        _refuse_state(current, values)
        known = {name: getattr(current, name) for name in values}
        mine = merged(current, known, values, version)
        if not mine:
            return UNCHANGED
        for name, value in mine.items():
            setattr(current, name, value)
        _complete(current)
        if "starts_at" in mine:
            _refuse_moving(current)
        current.version += 1
        current.updated_at = now()
        current.save()
        changes = {name: (known[name], value) for name, value in mine.items()}
        record("professional_development.session", current, person_id=person_id, changes=changes)
        if current.state == "open":
            _tell_and_fill(current, mine, person_id)
        done()
        return SAVED if current.version == version + 1 else MERGED


def _refuse_state(session: Session, values: Mapping[str, Any]) -> None:
    allowed = PLANNED if set(values) - set(MINUTES) else ("open", "held")
    if session.state not in allowed:
        raise Refused("", gettext("Buổi này đã sang bước khác nên không sửa được phần này nữa."))


def _refuse_moving(session: Session) -> None:
    """Whoever was noted as there was there: a session that begins later has nobody's attendance yet."""
    noted = Registration.select().where(Registration.session == session, Registration.attendance != "")
    if session.starts_at is not None and session.starts_at > now() and noted.exists():
        raise Refused("day", gettext("Đã có người được điểm danh nên không chuyển sang lúc khác được nữa."))


def _tell_and_fill(session: Session, changed: Mapping[str, Any], person_id: int) -> None:
    if {"starts_at", "ends_at", "place", "link"} & changed.keys():
        effects.moved(session, person_id)
    if {"capacity", "quota", "closes_at"} & changed.keys():
        move_up(session)
