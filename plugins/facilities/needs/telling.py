"""What needs and deliveries tell on other pages: panels and the search of the whole intranet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from intranet.api import Actor, Panel, School, SearchResult, among, for_each_actor, search_tokens, visible
from intranet.api import gettext as _
from plugins.facilities.models import Need
from plugins.facilities.needs.life_cycle import STATE_LABELS
from plugins.facilities.needs.queries import ROW, found_by
from plugins.facilities.pages import HOME

MOST = 4


def panels(place: str, subject: Any, actor: Actor) -> Iterable[Panel]:
    """Published needs: on the home page those of partner schools, on a school's and a pair's page their own."""
    of = {
        "home": lambda: sorted(actor.partner_school_ids),
        "school": lambda: [subject.id],
        "pairing": lambda: [subject.first_school_id, subject.second_school_id],
    }
    if place not in of or not (school_ids := of[place]()):
        return
    rows = _published(actor).tuples(schools=school_ids)
    if rows or place == "pairing":
        title = _("Trường kết nghĩa đang cần") if place == "home" else _("Nhu cầu đang kêu gọi")
        yield Panel(
            key="needs",
            title=title,
            template="facilities/needs/_panel.html",
            context={"rows": rows, "states": STATE_LABELS, "named": place != "school"},
        )


@for_each_actor
def _published(actor: Actor) -> Any:
    query = Need.select(*ROW).join(School).where(among(Need.school, "schools"), Need.state == "published")
    return visible(query, Need, actor).order_by(Need.priority, Need.id).limit(MOST)


def found(actor: Actor, query: str, limit: int) -> Iterator[SearchResult]:
    """Needs in which the words stand, the newest first. Marks may be left out."""
    ids = found_by(tokens) if (tokens := search_tokens(query)) else []
    if not ids:
        return
    rows = visible(Need.select(Need.id, Need.item, School.name).join(School).where(Need.id.in_(ids)), Need, actor)
    for id_, item, school in rows.order_by(Need.id.desc()).limit(limit).tuples():
        yield SearchResult(title=item, url=f"{HOME}/needs/{id_}", detail=school)
