"""Official papers as Word files: kinds, our layout, a district's own templates, letterheads, what was issued."""

from flask import Blueprint

blueprint = Blueprint("papers", __name__, url_prefix="/papers")
