"""The one gate that every request passes: signed in, module on, permission given. What declares nothing stays shut."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlencode

from flask import Response, abort, current_app, g, make_response, redirect, render_template, request
from werkzeug.exceptions import HTTPException

from intranet.kernel.forms import keep_form
from intranet.kernel.language import gettext as _
from intranet.registry.people import ADMINISTRATOR, LEADER, OFFICER
from intranet.shared import modules
from intranet.shared.access import Actor, may
from intranet.web.errors import error_response
from intranet.web.hx import go

PUBLIC = "public"
SIGNED_IN = "signed in"
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
# Who signs in with a code beside the password, unless the installation does without (decision D14).
FACTOR_ROLES = (ADMINISTRATOR, LEADER, OFFICER)
FACTOR_PAGE = "/account/second-factor"

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


def own_account(view: View) -> View:
    """Declare a view of the signed-in person's own account: open before the second factor is set up, and to nobody
    who only looks at the person's pages."""
    view.own_account = True
    return signed_in(view)


def while_looking(view: View) -> View:
    """Declare the POST that an administrator may send while looking at somebody's pages: the one that ends it."""
    view.while_looking = True
    return view


def duty(view: View) -> View:
    """Declare a view of a module that stays open where the module is off: what people may ask for by law (D3)."""
    view.duty = True
    return view


def owner_of(endpoint: str | None) -> str | None:
    """The plugin that an endpoint belongs to, or None for the core."""
    name = (endpoint or "").partition(".")[0]
    return name if name in modules.plugins().cards else None


def check() -> Response | None:
    """Before each request. Strangers are sent to sign in; a module that is off does not exist; else 403."""
    endpoint, actor = request.endpoint, g.actor
    if endpoint is None:
        return None
    view = current_app.view_functions[endpoint]
    access = getattr(view, "access", None)
    if actor is not None and actor.seen_by is not None:
        _only_looks(view)
    if access == PUBLIC:
        return None
    if actor is None:
        return _sign_in_first()
    if lacks_factor(actor) and not getattr(view, "own_account", False):
        return go(FACTOR_PAGE)
    _demand_access(actor, endpoint, view)
    return None


def _only_looks(view: View) -> None:
    """403 for every write while an administrator looks at somebody's pages, and for the pages of the own account."""
    if request.method not in SAFE_METHODS and not getattr(view, "while_looking", False):
        abort(error_response(403, _("Thầy/cô đang xem như người khác nên không thay đổi được gì. Hãy thôi xem trước.")))
    if getattr(view, "own_account", False):
        abort(error_response(403, _("Trang này là của riêng người đó. Hãy thôi xem để mở tài khoản của thầy/cô.")))


def lacks_factor(actor: Actor) -> bool:
    """Whether the actor must set a second factor up before anything else opens."""
    config = current_app.extensions["config"]
    wanted = config.second_factor and not config.demo and actor.seen_by is None
    return wanted and actor.role in FACTOR_ROLES and not actor.has_factor


def _demand_access(actor: Actor, endpoint: str, view: View) -> None:
    module, access = owner_of(endpoint), getattr(view, "access", None)
    if module is not None and not modules.is_on(actor, module) and not getattr(view, "duty", False):
        abort(404)
    if access is None:
        log.error("the view %s declares no permission", endpoint)
        abort(403)
    if access != SIGNED_IN and not may(actor, access):
        abort(403)


def open_to(actor: Actor, path: str) -> bool:
    """Whether a page without a record of its own is open to the actor. Of a record, only its view could tell."""
    try:
        endpoint, record = current_app.url_map.bind("localhost").match(path.partition("?")[0], method="GET")
    except HTTPException:
        return False
    access = getattr(current_app.view_functions[endpoint], "access", None)
    module = owner_of(endpoint)
    view = current_app.view_functions[endpoint]
    off = module is not None and not modules.is_on(actor, module) and not getattr(view, "duty", False)
    if record or access is None or off:
        return False
    return access in (PUBLIC, SIGNED_IN) or may(actor, access)


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
