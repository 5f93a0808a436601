"""All views of the module: importing them registers them."""

from plugins.facilities.needs import views as need_views  # noqa: F401
from plugins.facilities.routes import blueprint

__all__ = ["blueprint"]
