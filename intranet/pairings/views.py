"""The screens of twinned schools."""

from __future__ import annotations

from flask import g, render_template

from intranet.kernel.language import ngettext
from intranet.kernel.phone import show_phone
from intranet.pairings import (
    blueprint,
    exports,  # noqa: F401 (its views register themselves)
    queries,
)
from intranet.people.queries import contacts_of_schools
from intranet.registry.people import ROLE_LABELS
from intranet.registry.schools import School
from intranet.registry.twinning import PAIRING_STATES, Pairing
from intranet.shared import timeline
from intranet.shared.access import fetch
from intranet.web.gate import requires
from intranet.web.panels import register_place, render_panels

LATEST_LINES = 5

register_place("pairing", lambda pairing_id, actor: fetch(Pairing, pairing_id, actor))


@blueprint.get("")
@requires("pairings.view")
def index() -> str:
    """The pairs that the actor may see."""
    rows = queries.pairing_rows(g.actor)
    count = ngettext("%(num)s cặp", "%(num)s cặp", len(rows))
    return render_template("pairings/index.html", rows=rows, states=PAIRING_STATES, count_text=count)


@blueprint.get("/<int:pairing_id>")
@requires("pairings.view")
def show(pairing_id: int) -> str:
    """A pair's page: two schools face each other."""
    pairing = fetch(Pairing, pairing_id, g.actor)
    schools = (pairing.first_school, pairing.second_school)
    contacts = contacts_of_schools([school.id for school in schools])
    return render_template(
        "pairings/show.html",
        pairing=pairing,
        state=PAIRING_STATES[pairing.state],
        sides=[_side(school, contacts[school.id]) for school in schools],
        lines=timeline.lines(g.actor, timeline.Filters(pairing_id=pairing.id), LATEST_LINES),
        panels=render_panels("pairing", pairing, g.actor),
    )


def _side(school: School, contacts: list[tuple]) -> tuple[School, list[tuple[str, str]]]:
    """The school and whom to call there, as (role, name and phone)."""
    facts = [
        (str(ROLE_LABELS[role]), " · ".join(filter(None, (name, show_phone(phone))))) for name, phone, role in contacts
    ]
    return school, facts
