"""All views of the module: importing them registers them."""

from plugins.facilities.donations import book_views, disclosure_views  # noqa: F401
from plugins.facilities.donations import views as donation_views  # noqa: F401
from plugins.facilities.giving import views as giving_views  # noqa: F401
from plugins.facilities.matching import views as matching_views  # noqa: F401
from plugins.facilities.needs import views as need_views  # noqa: F401
from plugins.facilities.numbers import views as number_views  # noqa: F401
from plugins.facilities.offers import step_views as offer_step_views  # noqa: F401
from plugins.facilities.offers import views as offer_views  # noqa: F401
from plugins.facilities.proposals import step_views  # noqa: F401
from plugins.facilities.proposals import views as proposal_views  # noqa: F401
from plugins.facilities.reviews import views as review_views  # noqa: F401
from plugins.facilities.routes import blueprint
from plugins.facilities.shortage import views as shortage_views  # noqa: F401
from plugins.facilities.standard import views as standard_views  # noqa: F401
from plugins.facilities.wall import views as wall_views  # noqa: F401

__all__ = ["blueprint"]
