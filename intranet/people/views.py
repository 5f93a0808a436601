"""The screens of the directory."""

from __future__ import annotations

from flask import Blueprint, g, render_template, request

from intranet.kernel.language import gettext as _
from intranet.kernel.language import ngettext
from intranet.kernel.text import canonical
from intranet.people import queries
from intranet.registry.people import Person
from intranet.shared.access import fetch, may
from intranet.web.gate import requires
from intranet.web.hx import page
from intranet.web.layout import format_number
from intranet.web.numbers import whole

blueprint = Blueprint("people", __name__, url_prefix="/people")


@blueprint.get("")
@requires("people.view")
def index() -> str:
    """The directory, or its fragment."""
    query = canonical(request.args.get("q", ""))[:100]
    after, before = whole(request.args.get("after")), whole(request.args.get("before"))
    found = queries.person_page(g.actor, query, after, before)
    return page("people/index.html", "people/_list.html", query=query, found=found, count_text=_count_text(found.count))


def _count_text(count: int) -> str:
    if count > queries.COUNT_LIMIT:
        return _("hơn %(count)s người", count=format_number(queries.COUNT_LIMIT))
    return ngettext("%(num)s người", "%(num)s người", count)


@blueprint.get("/<int:person_id>")
@requires("people.view")
def show(person_id: int) -> str:
    """A person's page. Of people of a partner school only the name and the work phone are shown."""
    person = fetch(Person, person_id, g.actor)
    own = g.actor.sees_all or person.district_id == g.actor.district_id
    return render_template(
        "people/show.html",
        person=person,
        own=own,
        places=queries.memberships([person.id]),
        role_labels=queries.ROLE_LABELS,
        note_open=may(g.actor, "people.note", person),
    )
