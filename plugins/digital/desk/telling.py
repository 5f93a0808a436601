"""What requests tell on other pages: panels of the home page, of schools and of pairs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from intranet.api import AT_ONCE, Actor, NoticeKind, Panel, School, for_each_actor, lazy_gettext, param, visible
from intranet.api import gettext as _
from plugins.digital.desk.life_cycle import OPEN, STATE_LABELS
from plugins.digital.desk.rules import NEWS
from plugins.digital.models import Request

MOST = 4
NOTICE = NoticeKind(key=NEWS, label=lazy_gettext("Trao đổi mới về yêu cầu hỗ trợ CNTT"), delivery=AT_ONCE)


def panels(place: str, subject: Any, actor: Actor) -> Iterable[Panel]:
    """Requests under way: at home those in which the actor has a part, on a pair's page those that it helps with."""
    if place == "home":
        rows = _at_home(actor).rows()
    elif place == "pairing":
        rows = _of_pair(actor).rows(pairing=subject.id)
    else:
        return
    if rows:
        yield Panel(
            key="requests",
            title=_("Hỗ trợ CNTT"),
            template="digital/desk/_panel.html",
            context={"rows": rows, "states": STATE_LABELS},
        )


@for_each_actor
def _at_home(actor: Actor) -> Any:
    part = (Request.asker == actor.person_id) | (Request.helper == actor.person_id)
    if actor.school_id is not None:
        part |= (Request.helper_school == actor.school_id) & Request.state.in_(("new", "queued"))
    return _open(actor, part)


@for_each_actor
def _of_pair(actor: Actor) -> Any:
    return _open(actor, Request.pairing == param("pairing"))


def _open(actor: Actor, condition: Any) -> Any:
    query = (
        Request.select(Request.id, Request.title, School.name, Request.state)
        .join(School, on=(Request.school == School.id))
        .where(condition, Request.state.in_(OPEN))
    )
    return visible(query, Request, actor).order_by(Request.id.desc()).limit(MOST)
