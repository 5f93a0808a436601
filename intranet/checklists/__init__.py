"""The screens of checklists: see, copy, edit and date what modules let schools be reviewed by."""

from flask import Blueprint

blueprint = Blueprint("checklists", __name__, url_prefix="/checklists")
