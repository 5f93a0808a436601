"""Signing in and out, and one's own account."""

from flask import Blueprint

blueprint = Blueprint("accounts", __name__)
