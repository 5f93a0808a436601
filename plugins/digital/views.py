"""All views of the module: importing them registers them."""

from plugins.digital.routes import blueprint

__all__ = ["blueprint"]
