"""The room of units: its blueprint, with all of its views."""

from __future__ import annotations

from intranet.units import change_views, lineage_views, school_views, unit_views
from intranet.units.routes import blueprint

__all__ = ["blueprint", "change_views", "lineage_views", "school_views", "unit_views"]
