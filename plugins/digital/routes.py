"""The module's one blueprint; the folders' views register themselves on it."""

from flask import Blueprint

blueprint = Blueprint("digital", __name__)
