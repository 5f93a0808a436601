"""The units of today and of before, and what became of one."""

from __future__ import annotations

from flask import abort, g, render_template

from intranet.kernel.clock import today
from intranet.registry.districts import District
from intranet.registry.units import CHANGE_KINDS
from intranet.units import lineage
from intranet.units.forms import EXTENTS
from intranet.units.routes import blueprint
from intranet.web.gate import requires


@blueprint.get("")
@requires("units.change")
def index() -> str:
    """All managing units."""
    current, before = lineage.all_units()
    return render_template("units/index.html", parts=(("today", current), ("before", before)))


@blueprint.get("/<int:district_id>")
@requires("units.view")
def show_unit(district_id: int) -> str:
    """What became of a unit."""
    found = District.get_or_none((District.id == district_id) & lineage.visible_to(g.actor)) or abort(404)
    seen = District.select(District.id).where(lineage.visible_to(g.actor))
    left = lineage.schools_then(found, g.actor)
    return render_template(
        "units/unit.html",
        unit=found,
        over=found.valid_to is not None and found.valid_to < today(),
        heir=found.merged_into if found.merged_into_id else None,
        events=lineage.events_of(found),
        kinds=CHANGE_KINDS,
        extents=EXTENTS,
        left=lineage.grouped(left[: lineage.MOST_SCHOOLS]),
        more=len(left) > lineage.MOST_SCHOOLS,
        left_count=len(left),
        now=lineage.schools_now(found),
        areas=lineage.areas_of(found, g.actor),
        seen={id_ for (id_,) in seen.tuples()},
    )
