"""What requests tell on other pages: panels of the home page, of schools and of pairs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from intranet.api import AT_ONCE, Actor, NoticeKind, Panel, School, lazy_gettext
from intranet.api import gettext as _
from plugins.digital.desk.life_cycle import OPEN, STATE_LABELS
from plugins.digital.desk.rules import NEWS
from plugins.digital.models import Request

MOST = 4
NOTICE = NoticeKind(key=NEWS, label=lazy_gettext("Trao đổi mới về yêu cầu hỗ trợ CNTT"), delivery=AT_ONCE)


def panels(place: str, subject: Any, actor: Actor) -> Iterable[Panel]:
    """Requests under way: at home those in which the actor has a part, on a pair's page those that it helps with."""
    if place == "home":
        rows = _open(actor, _mine(actor))
    elif place == "pairing":
        rows = _open(actor, Request.pairing == subject.id)
    else:
        return
    if rows:
        yield Panel(
            key="requests",
            title=_("Hỗ trợ CNTT"),
            template="digital/desk/_panel.html",
            context={"rows": rows, "states": STATE_LABELS},
        )


def _mine(actor: Actor) -> Any:
    part = (Request.asker == actor.person_id) | (Request.helper == actor.person_id)
    if actor.school_id is None:
        return part
    return part | ((Request.helper_school == actor.school_id) & Request.state.in_(("new", "queued")))


def _open(actor: Actor, condition: Any) -> list[tuple]:
    query = (
        Request.select(Request.id, Request.title, School.name, Request.state)
        .join(School, on=(Request.school == School.id))
        .where(condition, Request.state.in_(OPEN))
    )
    visible = Request.visible_to(actor)
    query = query if visible is None else query.where(visible)
    return list(query.order_by(Request.id.desc()).limit(MOST).tuples())
