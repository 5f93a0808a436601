"""The floor: what the same pages cost in bare Flask, sqlite3 and Jinja, with hand-written SQL and the text as it is.

The same HTML from the same rows, for the same reader: the session is checked as the product checks it, a filter
filters, a form is read, checked and saved with its audit entry. What there is none of: other permissions than those of
an office for its district, plugins, translations, a form library, headers against attacks, columns beyond the usual.
"""

from __future__ import annotations

import gzip
import secrets
from pathlib import Path

from flask import Flask, Response, request

from benchmarks.floor import database, form, index, show


def create_app(url: str) -> Flask:
    """The floor on the SQLite database at ``url``."""
    database.connect(url)
    app = Flask(__name__, template_folder=str(Path(__file__).parent / "templates"), static_folder=None)
    app.config.update(SECRET_KEY=secrets.token_hex(), SESSION_COOKIE_SAMESITE="Lax", TEMPLATES_AUTO_RELOAD=False)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.add_url_rule("/schools", view_func=index.schools)
    app.add_url_rule("/schools/<int:school_id>", view_func=show.school)
    app.add_url_rule("/schools/<int:school_id>/edit", view_func=form.save, methods=["POST"])
    app.after_request(compress)
    return app


def compress(response: Response) -> Response:
    """With the standard library, at its fastest level."""
    body = response.get_data()
    if len(body) >= 1000 and "gzip" in request.headers.get("Accept-Encoding", ""):
        response.set_data(gzip.compress(body, 1, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response
