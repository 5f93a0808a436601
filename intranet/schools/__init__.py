"""The school register: list, page, form, figures, tags, sites, and the life of a school."""

from flask import Blueprint

blueprint = Blueprint("schools", __name__, url_prefix="/schools")
