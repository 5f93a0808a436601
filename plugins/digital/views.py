"""All views of the module: importing them registers them."""

from plugins.digital.assessments import round_views, views  # noqa: F401
from plugins.digital.plans import views as plan_views  # noqa: F401
from plugins.digital.routes import blueprint

__all__ = ["blueprint"]
