"""All views of the module: importing them registers them."""

from plugins.digital.articles import views as article_views  # noqa: F401
from plugins.digital.assessments import round_views, views  # noqa: F401
from plugins.digital.desk import exports  # noqa: F401
from plugins.digital.desk import views as desk_views  # noqa: F401
from plugins.digital.numbers import views as number_views  # noqa: F401
from plugins.digital.plans import views as plan_views  # noqa: F401
from plugins.digital.resources import views as resource_views  # noqa: F401
from plugins.digital.routes import blueprint
from plugins.digital.volunteers import views as volunteer_views  # noqa: F401

__all__ = ["blueprint"]
