"""What schools and donors could give: the list, each one with the needs that it fits."""

from __future__ import annotations

from flask import abort, g, render_template, request, url_for

from intranet.api import demand, fetch, may, page, requires, whole
from intranet.api import gettext as _
from plugins.facilities.matching import queries, rules
from plugins.facilities.matching.forms import SupplyForm
from plugins.facilities.models import Supply
from plugins.facilities.offers import queries as offer_queries
from plugins.facilities.offers.life_cycle import KINDS
from plugins.facilities.offers.views import Answer, write
from plugins.facilities.pages import HOME
from plugins.facilities.routes import blueprint

FOLDER = "facilities/matching"


@blueprint.get("/supplies")
@requires("facilities.view")
def supplies() -> str:
    """What could be given in the programme, the newest first."""
    rows, before = queries.supplies(g.actor, whole(request.args.get("before")))
    return page(
        f"{FOLDER}/index.html",
        f"{FOLDER}/_list.html",
        rows=rows,
        kinds=KINDS,
        next=url_for(".supplies", before=before) if before else None,
        gives=_gives(),
    )


def _gives() -> bool:
    return g.actor.school_id is not None and may(g.actor, "facilities.offer")


@blueprint.get("/supplies/<int:supply_id>")
@requires("facilities.view")
def supply(supply_id: int) -> str:
    """One of them, and the needs that it fits."""
    found = fetch(Supply, supply_id, g.actor)
    keeps = found.school_id == g.actor.school_id and may(g.actor, "facilities.offer", found)
    return render_template(
        f"{FOLDER}/show.html",
        supply=found,
        kinds=KINDS,
        keeps=keeps and found.state == rules.OPEN,
        needs=rules.needs_for(found) if found.state == rules.OPEN else (),
    )


@blueprint.get("/supplies/new")
@requires("facilities.offer")
def new_supply() -> str:
    """The empty form."""
    return _form_page(SupplyForm(data={"kind": "gift", "donor": 0}))


def _form_page(form: SupplyForm) -> str:
    if not _gives():
        abort(403)
    form.offer(offer_queries.donors(g.actor))
    return render_template(f"{FOLDER}/form.html", form=form)


@blueprint.post("/supplies/new")
@requires("facilities.offer")
def create_supply() -> Answer:
    """Note it, and tell whom it fits."""
    if not _gives():
        abort(403)
    form = SupplyForm()
    form.offer(offer_queries.donors(g.actor))
    return write(
        form,
        lambda: _form_page(form),
        lambda done: rules.make_supply(g.actor, form.values(), done=lambda made: done(rules.supply_address(made.id))),
        f"{HOME}/supplies",
        _("Đã lưu. Các trường có nhu cầu phù hợp đã được báo."),
    )


@blueprint.post("/supplies/<int:supply_id>/close")
@requires("facilities.offer")
def close_supply(supply_id: int) -> Answer:
    """It is not to be had any more."""
    found = fetch(Supply, supply_id, g.actor)
    demand(g.actor, "facilities.offer", found)
    home = rules.supply_address(found.id)
    return write(
        None,
        lambda: supply(found.id),
        lambda done: rules.close_supply(found, g.actor.person_id, done=done),
        home,
        _("Đã đóng nguồn này."),
    )
