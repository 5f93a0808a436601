"""All views of the module: importing them registers them."""

from plugins.mentoring.aid import views as aid_views  # noqa: F401
from plugins.mentoring.cases import (  # noqa: F401
    consent_views,
    duty_views,
    opening_views,
    restricted_views,
    review_views,
    views,
)
from plugins.mentoring.groups import views as group_views  # noqa: F401
from plugins.mentoring.handovers import views as handover_views  # noqa: F401
from plugins.mentoring.logs import paper_views  # noqa: F401
from plugins.mentoring.logs import views as log_views  # noqa: F401
from plugins.mentoring.mentors import match_views  # noqa: F401
from plugins.mentoring.mentors import views as mentor_views  # noqa: F401
from plugins.mentoring.numbers import views as number_views  # noqa: F401
from plugins.mentoring.routes import blueprint
from plugins.mentoring.teacher_support import views as support_views  # noqa: F401

__all__ = ["blueprint"]
