"""The directory of people: list, page, form, and what people are where."""

from flask import Blueprint

blueprint = Blueprint("people", __name__, url_prefix="/people")
