"""All views of the module: importing them registers them."""

from plugins.professional_development.credits import certificate_views, record_views  # noqa: F401
from plugins.professional_development.credits import views as credits  # noqa: F401
from plugins.professional_development.difficulties import exports as difficulty_exports  # noqa: F401
from plugins.professional_development.difficulties import views as difficulties  # noqa: F401
from plugins.professional_development.feedback import views as feedback  # noqa: F401
from plugins.professional_development.lesson_studies import views as lesson_studies  # noqa: F401
from plugins.professional_development.numbers import views as numbers  # noqa: F401
from plugins.professional_development.practices import exports as practice_exports  # noqa: F401
from plugins.professional_development.practices import views as practices  # noqa: F401
from plugins.professional_development.routes import blueprint
from plugins.professional_development.sessions import exports, list_views, place_views, views  # noqa: F401
from plugins.professional_development.themes import views as themes  # noqa: F401

__all__ = ["blueprint"]
