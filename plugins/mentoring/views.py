"""All views of the module: importing them registers them."""

from plugins.mentoring.routes import blueprint

__all__ = ["blueprint"]
