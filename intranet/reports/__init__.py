"""Reports of pairs and of programmes: filled from what happened, edited by people, frozen when issued."""

from flask import Blueprint

blueprint = Blueprint("reports", __name__, url_prefix="/reports")
