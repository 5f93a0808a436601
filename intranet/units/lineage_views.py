"""The units of today and of before, and what became of one."""

from __future__ import annotations

from flask import render_template

from intranet.units import lineage
from intranet.units.routes import blueprint
from intranet.web.gate import requires


@blueprint.get("")
@requires("units.change")
def index() -> str:
    """All managing units."""
    today, before = lineage.all_units()
    return render_template("units/index.html", parts=(("today", today), ("before", before)))
