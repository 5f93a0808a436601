"""The one gate that every request passes: signed in, module on, permission given. What declares nothing stays shut."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlencode

from flask import Response, abort, current_app, g, make_response, redirect, render_template, request

from intranet.kernel.forms import keep_form
from intranet.shared import modules
from intranet.shared.access import may

PUBLIC = "public"
SIGNED_IN = "signed in"
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}

View = TypeVar("View", bound=Callable[..., Any])
log = logging.getLogger("intranet.gate")


def requires(permission: str) -> Callable[[View], View]:
    """Declare the permission that a view needs; the record's own check stays with the view."""

    def declare(view: View) -> View:
        view.access = permission
        return view

    return declare


def public(view: View) -> View:
    """Declare a view open to everybody."""
    view.access = PUBLIC
    return view


def signed_in(view: View) -> View:
    """Declare a view open to every signed-in person, whatever the role."""
    view.access = SIGNED_IN
    return view


def owner_of(endpoint: str | None) -> str | None:
    """The plugin that an endpoint belongs to, or None for the core."""
    name = (endpoint or "").partition(".")[0]
    return name if name in modules.plugins().cards else None


def check() -> Response | None:
    """Before each request. Strangers are sent to sign in; a module that is off does not exist; else 403."""
    if request.endpoint is None:
        return None
    access = getattr(current_app.view_functions[request.endpoint], "access", None)
    if access == PUBLIC:
        return None
    if g.actor is None:
        return _sign_in_first()
    module = owner_of(request.endpoint)
    if module is not None and not modules.is_on(g.actor, module):
        abort(404)
    if access is None:
        log.error("the view %s declares no permission", request.endpoint)
        abort(403)
    if access != SIGNED_IN and not may(g.actor, access):
        abort(403)
    return None


def _sign_in_first() -> Response:
    if request.htmx.partial:
        response = make_response("", 200)
        response.headers["HX-Redirect"] = "/login?" + urlencode({"next": request.htmx.current_path})
        return response
    if request.method in SAFE_METHODS:
        path = request.full_path.rstrip("?")
        return redirect("/login" if path == "/" else "/login?" + urlencode({"next": path}), 303)
    # Nothing typed is lost: the page signs in again and offers to send the same form once more.
    return make_response(render_template("accounts/resume.html", kept=keep_form()), 401)
