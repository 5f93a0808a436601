"""Every change of a request that is not a plain step of its life."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from intranet.api import (
    TWINNED,
    Actor,
    NotYours,
    Pairing,
    Refused,
    School,
    Upload,
    attach_files,
    begin,
    carry,
    fold,
    gettext,
    locked,
    notify,
    now,
    people_who_hold,
    record,
    take,
    today,
    transaction,
    where_on,
    working_days_after,
)
from intranet.api import lazy_gettext as _
from plugins.digital.desk.life_cycle import ASSIGNED, OPEN, WAITING, address_of
from plugins.digital.desk.parties import ASKER, still_asks, volunteers_of
from plugins.digital.models import Reply, Request
from plugins.digital.pages import MODULE

Done = Callable[[], None]
NEWS = "digital.replies"
# How many working days the partner school's volunteers have before the office is asked, too.
OFFER_DAYS = 2
LONGEST_TITLE = 100


def ask(
    actor: Actor,
    text: str,
    room: str = "",
    photos: Sequence[Upload] = (),
    *,
    done: Callable[[Request], None] = lambda request: None,
) -> Request:
    """Ask for help for the own school. Raises Refused where the actor works in none.

    It is offered to a partner school that has volunteers; where there is none, the office is asked at once.
    """
    if actor.school_id is None:
        raise Refused("", gettext("Yêu cầu do người của trường gửi."))
    with transaction():
        request = Request(
            district=actor.district_id,
            school=actor.school_id,
            asker=actor.person_id,
            title=title_of(text),
            text=text,
            search_text=fold(f" {text} {room} "),
            room=room,
            **_offer(actor.school_id),
        )
        request.save(force_insert=True)
        record("digital.request", request, person_id=actor.person_id, changes={"title": (None, request.title)})
        if photos:
            attach_files(request, photos, person_id=actor.person_id, module=MODULE)
        begin(request, person_id=actor.person_id)
        if request.helper_school_id is None:
            carry(request, "pass_on", person_id=actor.person_id)
        done(request)
    return request


def title_of(text: str) -> str:
    """The first line, made short at a word."""
    line = text.strip().splitlines()[0].strip()
    if len(line) <= LONGEST_TITLE:
        return line
    return line[: LONGEST_TITLE - 1].rpartition(" ")[0] + "…" if " " in line[:LONGEST_TITLE] else line[:LONGEST_TITLE]


def _offer(school_id: int) -> dict[str, Any]:
    """Which pair and partner school are asked first, and until when; nothing where nobody is on a register."""
    own = (Pairing.first_school == school_id) | (Pairing.second_school == school_id)
    here = where_on(Pairing.first_district, MODULE) & where_on(Pairing.second_district, MODULE)
    for pairing in Pairing.select().where(own, here, Pairing.state.in_(TWINNED)).order_by(Pairing.id):
        partner_id = pairing.partner_of(school_id)
        if volunteers_of(partner_id):
            return {
                "pairing": pairing,
                "helper_school": partner_id,
                "helper_district": School.get_by_id(partner_id).district_id,
                "offered_until": working_days_after(today(), OFFER_DAYS),
            }
    return {}


def may_reply(request: Request, actor: Actor) -> bool:
    """Whether the actor has a word in it: the school that asked, whoever helps, the office."""
    if request.state not in OPEN:
        return False
    if actor.person_id == request.helper_id or actor.school_id == request.school_id:
        return True
    return actor.school_id is None and actor.district_id == request.district_id and not actor.sees_all


def reply(request: Request, actor: Actor, text: str, *, asks: bool = False, done: Done = lambda: None) -> Reply:
    """Write about a request; the other side is told. Raises NotYours and Refused.

    With ``asks``, whoever helps waits for the school's answer; the school's word ends the waiting.
    """
    with transaction():
        current = locked(Request, request.id)
        if not may_reply(current, actor):
            raise NotYours("", gettext("Yêu cầu này không nhận thêm trao đổi."))
        made = Reply.create(request=current, person=actor.person_id, text=text)
        current.spoke_at = now()
        current.first_reply_at = current.first_reply_at or (None if _is_of_school(current, actor) else now())
        current.save()
        record("digital.reply", current, person_id=actor.person_id)
        if asks and current.state == ASSIGNED:
            take(current, "ask_school", actor)
        elif current.state == WAITING and _is_of_school(current, actor):
            carry(current, "answer", person_id=actor.person_id)
        else:
            _tell(current, actor)
        done()
    return made


def _is_of_school(request: Request, actor: Actor) -> bool:
    return actor.school_id == request.school_id and actor.person_id != request.helper_id


def _tell(request: Request, actor: Actor) -> None:
    people = {request.helper_id} if request.helper_id else set()
    people |= set(people_who_hold(ASKER.holders(request)))
    title = _("Trao đổi mới: %(title)s", title=request.title)
    notify(people, NEWS, title, address_of(request.id), module=MODULE, but=actor.person_id)


def solve(request: Request, actor: Actor, solution: str, hours: Decimal | None, *, done: Done = lambda: None) -> None:
    """Whoever helps says what was done and how long it took. Raises NotYours and Refused."""
    if hours is not None and not 0 < hours <= 100:
        raise Refused("hours", gettext("Số giờ phải lớn hơn 0 và không quá 100."))
    with transaction():
        current = locked(Request, request.id)
        take(current, "solve", actor)
        current = locked(Request, request.id)
        current.solution, current.hours, current.solved_at, current.spoke_at = solution, hours, now(), now()
        current.save()
        changes = {"solution": (None, solution), "hours": (None, hours)}
        record("digital.request", current, person_id=actor.person_id, changes=changes)
        done()


def rate(request: Request, actor: Actor, rating: int, thanks: str, *, done: Done = lambda: None) -> None:
    """Who asked says what it was worth, and thanks. Raises NotYours and Refused.

    Where the one who asked has gone, nobody rates in that name: others of the school do not know.
    """
    if not still_asks(request):
        raise Refused("", gettext("Người gửi yêu cầu không còn dùng hệ thống nên không đánh giá được."))
    with transaction():
        take(request, "rate", actor)
        current = locked(Request, request.id)
        current.rating, current.thanks = rating, thanks
        current.save()
        changes = {"rating": (None, rating), "thanks": (None, thanks)}
        record("digital.request", current, person_id=actor.person_id, changes=changes)
        done()
