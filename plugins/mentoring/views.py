"""All views of the module: importing them registers them."""

from plugins.mentoring.cases import consent_views, views  # noqa: F401
from plugins.mentoring.routes import blueprint

__all__ = ["blueprint"]
