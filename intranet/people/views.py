"""The directory, a person's page, and the form of a record."""

from __future__ import annotations

from flask import g, render_template, request

from intranet.kernel.language import gettext as _
from intranet.kernel.language import ngettext
from intranet.kernel.text import fold
from intranet.people import (
    appoint_views,  # noqa: F401 (its views register themselves)
    authority,
    blueprint,
    erasure_views,  # noqa: F401
    exports,  # noqa: F401
    profile,
    queries,
    record_views,  # noqa: F401
    work_views,  # noqa: F401
)
from intranet.people.forms import STATE_LABELS, function_labels, in_force, list_address, read_filters
from intranet.people.lists import COUNT_LIMIT, PRESENT, Filters
from intranet.people.profile import NOW, OVER, Duty, Work
from intranet.registry.districts import district_options
from intranet.registry.people import END_REASONS, GENDER_LABELS, LEAVE_LABELS, ROLE_LABELS, Person
from intranet.shared.access import fetch, may
from intranet.shared.authority import may_manage_account
from intranet.web.gate import requires
from intranet.web.hx import page
from intranet.web.layout import format_number

# Filters whose value is a name, or what somebody typed; the others' are words of the page's language.
NAMED = ("query", "district_id", "school_id", "subject")


@blueprint.get("")
@requires("people.view")
def index() -> str:
    """The directory, or its fragment."""
    filters = read_filters()
    found = queries.person_page(g.actor, filters)
    force = in_force(filters)
    return page(
        "people/index.html",
        "people/_list.html",
        filters=filters,
        found=found,
        work=queries.work_of(g.actor, [row[0] for row in found.rows]),
        count_text=_count_text(found.count),
        chips=_chips(filters, force),
        chip_words={value for field, _name, value in force if field not in NAMED},
        address=list_address,
        **({} if request.htmx.partial else _options(filters)),
    )


def _options(filters: Filters) -> dict[str, object]:
    """What the filters offer. A fragment holds no choices."""
    district_id = filters.district_id if g.actor.sees_all else g.actor.district_id
    subjects = queries.subject_options(district_id)
    return {
        "districts": district_options([filters.district_id]) if g.actor.sees_all else (),
        "schools": queries.school_options(district_id),
        "partners": queries.partner_options(g.actor),
        "subjects": [(name, name) for name in subjects],
        "subject": next((name for name in subjects if fold(name) == fold(filters.subject)), ""),
        "roles": ROLE_LABELS.items(),
        "states": STATE_LABELS.items(),
        "more": bool(filters.subject or filters.state != PRESENT),
    }


def _count_text(count: int) -> str:
    if count > COUNT_LIMIT:
        return _("hơn %(count)s người", count=format_number(COUNT_LIMIT))
    return ngettext("%(num)s người", "%(num)s người", count)


def _chips(filters: Filters, force: list[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """(name, value, address without it) of each filter in force."""
    nothing = Filters()
    return [(name, value, list_address(filters, **_cleared(field, nothing))) for field, name, value in force]


def _cleared(field: str, nothing: Filters) -> dict[str, object]:
    # Another district has other schools and subjects.
    fields = (field, "school_id", "subject") if field == "district_id" else (field,)
    return {name: getattr(nothing, name) for name in fields}


@blueprint.get("/<int:person_id>")
@requires("people.view")
def show(person_id: int) -> str:
    """A person's page, as far as docs/access.toml allows: of partner schools' people only work and work phone."""
    person = fetch(Person, person_id, g.actor)
    full = g.actor.sees_all or person.district_id == g.actor.district_id
    work = profile.work_of(person.id)
    duties, leaves = (profile.duties_of(person.id), profile.leaves_of(person.id)) if full else ([], [])
    seen = work if full else [row for row in work if row.state == NOW and _is_contact(row)]
    present = profile.still(seen)
    movable = authority.may_change_work(g.actor, person, work)
    return render_template(
        "people/show.html",
        person=person,
        full=full,
        private=person.id == g.actor.person_id or may(g.actor, "people.edit", person),
        note_open=may(g.actor, "people.note", person),
        work=present,
        duties=profile.still(duties),
        earlier=_earlier(work, duties) if full else [],
        leaves=leaves,
        away=any(row.state == NOW for row in leaves),
        left=bool(seen) and not present,
        in_school=any(row.school_id for row in present),
        editable=authority.may_edit(g.actor, person, work),
        movable=movable,
        deletable=movable and person.password_hash is None,
        account_open=may_manage_account(g.actor, person, profile.still(work)),
        duty_labels=function_labels(),
        leave_labels=LEAVE_LABELS,
        genders=GENDER_LABELS,
    )


def _is_contact(row: Work) -> bool:
    return queries.is_contact(g.actor, row.role, row.school_id)


def _earlier(work: list[Work], duties: list[Duty]) -> list[tuple]:
    """(row, title, what in words, of what, why it ended) of all that is over, the latest first."""
    labels = function_labels()
    rows = [(row, row.title, row.label, "", END_REASONS.get(row.end_reason, "")) for row in work if row.state == OVER]
    rows += [(row, "", labels.get(row.kind, row.kind), row.detail, "") for row in duties if row.state == OVER]
    return sorted(rows, key=lambda row: (row[0].ends_on, row[0].starts_on or row[0].ends_on), reverse=True)
