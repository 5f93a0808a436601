"""The wall of published needs."""

from __future__ import annotations

from flask import g, request, url_for

from intranet.api import page, pictures_of, requires, whole
from plugins.facilities.needs.forms import PRIORITIES
from plugins.facilities.needs.life_cycle import STATE_LABELS
from plugins.facilities.routes import blueprint
from plugins.facilities.wall import queries
from plugins.facilities.wall.forms import LACKING, PARTNERS, WallFilter

FOLDER = "facilities/wall"


@blueprint.get("/wall")
@requires("facilities.view")
def wall() -> str:
    """What schools of the programme lack, or the list's fragment."""
    form = WallFilter()
    if not request.args:
        form.still.data = LACKING
    form.validate()
    wanted = queries.Wanted(
        query=form.q.data or "",
        partners=form.whose.data == PARTNERS,
        priority=whole(form.priority.data),
        lacking=form.still.data == LACKING,
    )
    rows, after = queries.wall(g.actor, wanted, _after())
    return page(
        f"{FOLDER}/index.html",
        f"{FOLDER}/_list.html",
        form=form,
        rows=rows,
        pictures=pictures_of("facilities_need", [row[0] for row in rows]),
        states=STATE_LABELS,
        priorities=PRIORITIES,
        filtered=wanted != queries.Wanted(),
        next=url_for(".wall", **{**_filters(form), "after": "{}-{}".format(*after)}) if after else None,
    )


def _filters(form: WallFilter) -> dict[str, str]:
    return {name: form[name].data or "" for name in ("q", "whose", "priority", "still")}


def _after() -> tuple[int, int] | None:
    """Where the last page ended: "2-1234"."""
    priority, _dash, last = request.args.get("after", "").partition("-")
    found = whole(priority), whole(last)
    return found if None not in found else None
