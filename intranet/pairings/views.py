"""The screens of twinned schools."""

from __future__ import annotations

from flask import g, render_template

from intranet.kernel.language import ngettext
from intranet.pairings import (
    blueprint,
    exports,  # noqa: F401 (its views register themselves)
    page,  # noqa: F401
    pledge_views,  # noqa: F401
    queries,
)
from intranet.registry.twinning import PAIRING_STATES
from intranet.web.gate import requires


@blueprint.get("")
@requires("pairings.view")
def index() -> str:
    """The pairs that the actor may see."""
    rows = queries.pairing_rows(g.actor)
    count = ngettext("%(num)s cặp", "%(num)s cặp", len(rows))
    return render_template("pairings/index.html", rows=rows, states=PAIRING_STATES, count_text=count)
