"""All views of the module: importing them registers them."""

from plugins.matching import school_views, send_views, suggestion_views, weight_views  # noqa: F401
from plugins.matching.pages import blueprint

__all__ = ["blueprint"]
