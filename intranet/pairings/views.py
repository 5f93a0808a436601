"""The list of pairs."""

from __future__ import annotations

from flask import g, request

from intranet.kernel.language import gettext as _
from intranet.kernel.language import ngettext
from intranet.pairings import (
    blueprint,
    course_views,  # noqa: F401 (its views register themselves)
    exports,  # noqa: F401
    forms,
    lists,
    page,  # noqa: F401
    pledge_views,  # noqa: F401
    propose_views,  # noqa: F401
)
from intranet.pairings.flags import FLAG_LABELS
from intranet.pairings.lists import COUNT_LIMIT, GROUP_LABELS, Filters
from intranet.registry.twinning import PAIRING_STATES
from intranet.schools.queries import district_options
from intranet.web import hx
from intranet.web.gate import requires
from intranet.web.layout import format_number

# An administrator's installation may hold hundreds; older ones are reached from their own page.
MOST_PROGRAMMES = 100
# Filters whose value is a name, or what somebody typed; the others' are words of the page's language.
NAMED = ("query", "programme_id", "district_id", "area_id")


@blueprint.get("")
@requires("pairings.view")
def index() -> str:
    """The list, or its fragment."""
    filters = forms.read_filters()
    programmes, districts, areas = options(filters)
    found = lists.pair_page(g.actor, filters)
    force = forms.in_force(filters, programmes, districts, areas)
    return hx.page(
        "pairings/index.html",
        "pairings/_list.html",
        filters=filters,
        programmes=programmes[:MOST_PROGRAMMES],
        districts=districts,
        areas=areas,
        level_choices=forms.LEVEL_CHOICES,
        group_labels=GROUP_LABELS,
        state_labels=PAIRING_STATES,
        flag_labels=FLAG_LABELS,
        found=found,
        count_text=_count_text(found.count),
        chips=_chips(filters, force),
        chip_words={value for field, _name, value in force if field not in NAMED},
        address=forms.list_address,
    )


def options(filters: Filters) -> tuple[list[tuple], list[tuple], list[tuple]]:
    """Programmes, districts and areas to choose from. A fragment holds no choices, it only names those that are set."""
    if request.htmx.partial and not (filters.district_id or filters.programme_id or filters.area_id):
        return [], [], []
    districts = district_options(g.actor, filters.district_id)
    return lists.programme_options(g.actor), districts, lists.area_options(g.actor)


def _count_text(count: int) -> str:
    if count > COUNT_LIMIT:
        return _("hơn %(count)s cặp", count=format_number(COUNT_LIMIT))
    return ngettext("%(num)s cặp", "%(num)s cặp", count)


def _chips(filters: Filters, force: list[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """(name, value, address without it) of each filter in force."""
    nothing = Filters()
    return [
        (name, value, forms.list_address(filters, **{field: getattr(nothing, field)})) for field, name, value in force
    ]
