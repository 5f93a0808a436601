"""All views of the module: importing them registers them."""

from plugins.mentoring.cases import (  # noqa: F401
    consent_views,
    duty_views,
    opening_views,
    restricted_views,
    review_views,
    views,
)
from plugins.mentoring.routes import blueprint

__all__ = ["blueprint"]
