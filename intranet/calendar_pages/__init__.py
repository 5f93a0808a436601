"""The calendar: a month, a school year, a list, a day; and the same in people's own calendars."""

from flask import Blueprint

blueprint = Blueprint("calendar", __name__, url_prefix="/calendar")
