"""Joint programmes of districts, their memoranda and yearly plans."""

from flask import Blueprint

blueprint = Blueprint("programmes", __name__, url_prefix="/programmes")
