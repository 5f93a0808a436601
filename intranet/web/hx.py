"""htmx 4 on top of htmx-flask 0.1, which was written for htmx 2: who wants a fragment, and how to redirect."""

from __future__ import annotations

from functools import cached_property
from typing import Any, NoReturn
from urllib.parse import unquote, urlsplit

from flask import Flask, Request, Response, make_response, redirect, render_template, request
from htmx_flask import Htmx
from htmx_flask.requests import HtmxHeaders


class Headers(HtmxHeaders):
    """The request headers of htmx 4."""

    @cached_property
    def partial(self) -> bool:
        """Whether a fragment is wanted. Boosted requests, and Back after the history was lost, want a page."""
        return (
            bool(self)
            and not self.boosted
            and not self.history_restore_request
            and self._headers.get("HX-Request-Type") != "full"
        )

    @cached_property
    def target_id(self) -> str | None:
        """The id of the element to be filled: ``section#list`` gives ``list``."""
        _, _, name = (self._headers.get("HX-Target") or "").partition("#")
        return unquote(name) or None

    @cached_property
    def current_path(self) -> str:
        """Path and query of the page that sent the request."""
        parts = urlsplit(self._headers.get("HX-Current-URL") or "")
        return f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"

    @property
    def trigger(self) -> NoReturn:
        """htmx 4 no longer sends it; silently None would be a trap."""
        raise AttributeError("htmx 4 sends no HX-Trigger request header")

    trigger_name = trigger


class HxRequest(Request):
    """A request that knows what htmx wants."""

    @cached_property
    def htmx(self) -> Headers:
        """The htmx headers; false when a browser asks by itself."""
        return Headers(self.headers)


def init_app(app: Flask) -> None:
    """Use our request class with htmx-flask's extension."""
    Htmx(app)
    app.request_class = HxRequest


def page(full: str, fragment: str, **context: Any) -> str:
    """The fragment for htmx, else the whole page, which includes the same fragment."""
    return render_template(fragment if request.htmx.partial else full, **context)


def go(url: str) -> Response:
    """Redirect after a POST. fetch would follow a 303 and put a whole page into the target, so htmx is told instead."""
    if not request.htmx.partial:
        return redirect(url, 303)
    response = make_response("", 200)
    response.headers["HX-Redirect"] = url
    return response
