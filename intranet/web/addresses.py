"""Addresses for outside the browser: in a message, on paper, as a picture that phones read."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from flask import current_app, request
from markupsafe import Markup

if TYPE_CHECKING:
    import segno


def site_address() -> str:
    """The address that people type: the setting, else the one of this request."""
    return (current_app.extensions["config"].base_url or request.host_url).rstrip("/")


def external(path: str) -> str:
    """A path of this site as a whole address."""
    return f"{site_address()}{path}"


def picture_of(text: str) -> Markup:
    """A text as a picture that phones read (QR), as inline SVG."""
    # Attributes only, no style: the page's security policy allows none. White below, in dark pages too.
    return Markup(_code(text).svg_inline(omitsize=True, border=4, light="#fff", svgclass="qr"))


def printed_picture_of(text: str) -> bytes:
    """The same for paper, as PNG. Without a frame: paper is white around it."""
    out = io.BytesIO()
    _code(text).save(out, kind="png", scale=8, border=0)
    return out.getvalue()


def _code(text: str) -> segno.QRCode:
    # Loaded with the first code that somebody looks at.
    import segno

    return segno.make(text, error="m", micro=False)
