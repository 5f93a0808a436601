"""Meetings of a pair, and visits of one school to the other: invitation, attendance, minutes."""

from flask import Blueprint

blueprint = Blueprint("meetings", __name__, url_prefix="/meetings")
