"""Home, search, health."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app, g, jsonify, render_template, request
from peewee import PeeweeException

from intranet.home import queries
from intranet.kernel import migrations
from intranet.kernel.plugins import Failure
from intranet.kernel.text import canonical, search_tokens
from intranet.people.queries import contacts_of_schools, person_page
from intranet.registry.people import ROLE_LABELS
from intranet.schools.queries import Filters, pairings_of, school_page
from intranet.shared import modules
from intranet.shared.access import Actor, may
from intranet.web.gate import public, requires, signed_in
from intranet.web.panels import register_place, render_panels

blueprint = Blueprint("home", __name__)

SEARCH_LIMIT = 10

register_place("home", lambda _id, _actor: None)


@blueprint.get("/")
@signed_in
def index() -> str:
    """What must I do now, and what is mine."""
    return render_template(
        "home/index.html",
        stats=queries.stats(g.actor),
        own_school=queries.own_school(g.actor),
        partners=_partners(g.actor),
        role_labels=ROLE_LABELS,
        may_import=may(g.actor, "schools.import"),
        panels=render_panels("home", None, g.actor),
    )


def _partners(actor: Actor) -> list[tuple]:
    """(pairing id, partner, its district, contacts as (name, phone, role)) of the own school's pairs."""
    if actor.school_id is None:
        return []
    rows = pairings_of(actor.school_id)
    contacts = contacts_of_schools([partner_id for _id, partner_id, *_names in rows])
    return [(id_, partner, district, contacts[partner_id]) for id_, partner_id, partner, district, *_rest in rows]


@blueprint.get("/search")
@requires("search.use")
def search() -> str:
    """One box over schools, people and what modules add, each filtered by access."""
    query = canonical(request.args.get("q", ""))[:100]
    found = _search(g.actor, query) if search_tokens(query) else None
    return render_template("home/search.html", query=query, found=found)


def _search(actor: Actor, query: str) -> dict[str, Any]:
    items = modules.collect("search", actor, query=query, limit=SEARCH_LIMIT)
    return {
        "schools": school_page(actor, Filters(query=query)).rows[:SEARCH_LIMIT],
        "people": person_page(actor, query).rows[:SEARCH_LIMIT],
        "modules": [
            (modules.plugins().cards[name].label, item) for name, item in items if not isinstance(item, Failure)
        ],
    }


@blueprint.get("/healthz")
@public
def healthz() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
@public
def readyz() -> tuple[Response, int]:
    """The database answers and has the schema that this version needs."""
    try:
        waiting = migrations.pending(current_app.extensions["components"])
    except PeeweeException:
        return jsonify(status="database"), 503
    if waiting:
        return jsonify(status="migrations"), 503
    return jsonify(status="ok"), 200
