"""The one blueprint of the pages of units and of what changes them."""

from flask import Blueprint

blueprint = Blueprint("units", __name__, url_prefix="/units")
