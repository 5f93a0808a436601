"""The log of everything that was done, for those who answer for a place."""

from flask import Blueprint

blueprint = Blueprint("audit", __name__, url_prefix="/audit")
