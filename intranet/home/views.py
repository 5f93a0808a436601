"""Home, search, health."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, g, jsonify, redirect, render_template, request, url_for
from peewee import PeeweeException

from intranet.home import queries, results
from intranet.home.results import marker
from intranet.kernel import migrations
from intranet.kernel.text import canonical
from intranet.people.queries import contacts_of_schools
from intranet.registry.people import ROLE_LABELS
from intranet.registry.twinning import OPEN, PAIRING_STATES
from intranet.schools.queries import pairings_of
from intranet.shared import calendar
from intranet.shared.access import Actor, may
from intranet.shared.operations import backup_is_due
from intranet.shared.tasks import tasks_of
from intranet.web.gate import public, requires, signed_in
from intranet.web.panels import register_place, render_panels

blueprint = Blueprint("home", __name__)

# Under the box stands one line more, which leads to everything that was found.
QUICK_LIMIT = 7
MOST_DATES = 5

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
        promises=queries.promises(g.actor.school_id) if g.actor.school_id is not None else {},
        role_labels=ROLE_LABELS,
        pairing_states=PAIRING_STATES,
        may_import=may(g.actor, "schools.import"),
        tasks=tasks_of(g.actor),
        upcoming=calendar.upcoming(g.actor, MOST_DATES) if may(g.actor, "calendar.view") else (),
        backup_due=_backup_is_due(g.actor),
        panels=render_panels("home", None, g.actor),
    )


def _backup_is_due(actor: Actor) -> bool:
    """Whether to remind an administrator. A demo makes no backups."""
    return may(actor, "system.view") and not current_app.extensions["config"].demo and backup_is_due()


def _partners(actor: Actor) -> list[tuple]:
    """(pairing id, partner, its district, state, contacts as (name, phone, role)) of the own school's open pairs.

    Whom to call there is for twinned schools alone (decision D1).
    """
    if actor.school_id is None:
        return []
    rows = [row for row in pairings_of(actor.school_id) if row[4] in OPEN]
    contacts = contacts_of_schools([row[1] for row in rows if row[1] in actor.partner_school_ids])
    return [
        (id_, partner, district, state, contacts.get(partner_id, ()))
        for id_, partner_id, partner, district, state, _district_id in rows
    ]


@blueprint.get("/search")
@requires("search.use")
def search() -> str:
    """One box over schools, people and what modules add, each filtered by access."""
    query = _query()
    return render_template("home/search.html", query=query, found=results.groups(g.actor, query), mark=marker(query))


@blueprint.get("/search/quick")
@requires("search.use")
def quick() -> str | Response:
    """The first results, for the list under the box while somebody types."""
    query = _query()
    if not request.htmx.partial:
        return redirect(url_for("home.search", q=query))
    found = results.groups(g.actor, query)
    shown = results.first_of(found or [], QUICK_LIMIT)
    return render_template("home/_quick.html", query=query, found=found, shown=shown, mark=marker(query))


def _query() -> str:
    return canonical(request.args.get("q", ""))[:100]


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
