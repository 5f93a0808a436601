"""Our few static files: read once, compressed once, named by their content so that browsers keep them for a year."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask import Flask, Response, abort, request

STATIC = Path(__file__).parent.parent / "static"
SUFFIXES = {".css", ".js", ".svg", ".png", ".txt", ".webmanifest"}


@dataclass(frozen=True, slots=True)
class Asset:
    """A file ready to be sent."""

    mimetype: str
    body: bytes
    compressed: bytes
    mark: str


@cache
def _asset(name: str) -> Asset | None:
    path = (STATIC / name).resolve()
    if not path.is_relative_to(STATIC) or path.suffix not in SUFFIXES or not path.is_file():
        return None
    body = path.read_bytes()
    mimetype = mimetypes.types_map.get(path.suffix, "text/plain")
    return Asset(mimetype, body, gzip.compress(body, 9), hashlib.sha256(body).hexdigest()[:12])


@cache
def static_url(name: str) -> str:
    """The address of a static file, with the mark of its content."""
    asset = _asset(name)
    return f"/static/{name}?v={asset.mark}" if asset else f"/static/{name}"


def send(filename: str) -> Response:
    """Answer a request for a static file."""
    asset = _asset(filename)
    if asset is None:
        abort(404)
    compress = "gzip" in request.headers.get("Accept-Encoding", "")
    response = Response(asset.compressed if compress else asset.body, mimetype=asset.mimetype)
    if compress:
        response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    response.set_etag(f"{asset.mark}-gz" if compress else asset.mark)
    fresh = request.args.get("v") == asset.mark
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if fresh else "no-cache"
    return response.make_conditional(request)


def init_app(app: Flask) -> None:
    """Serve /static/ and offer static_url() to templates."""
    _asset.cache_clear()
    static_url.cache_clear()
    app.add_url_rule("/static/<path:filename>", "static", send)
    send.access = "public"
    app.jinja_env.globals["static_url"] = app.jinja_env.constants["static_url"] = static_url
