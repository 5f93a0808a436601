"""What is handed over with a one-time link: its address, a picture of it for phones, and until when it is good."""

from __future__ import annotations

from dataclasses import dataclass

import segno
from flask import current_app, request
from markupsafe import Markup

from intranet.accounts.links import Issued


@dataclass(frozen=True, slots=True)
class Slip:
    """A link as the page shows it, once: nothing of it is kept."""

    issued: Issued
    address: str
    picture: Markup


def site_address() -> str:
    """The address that people type: the setting, else the one of this request."""
    return (current_app.extensions["config"].base_url or request.host_url).rstrip("/")


def link_address(site: str, token: str) -> str:
    """Where a link leads."""
    return f"{site}/link/{token}"


def slip_of(issued: Issued) -> Slip:
    """The slip of a link just made."""
    address = link_address(site_address(), issued.token)
    return Slip(issued, address, picture_of(address))


def picture_of(text: str) -> Markup:
    """A text as a picture that phones read."""
    # Attributes only, no style: the page's security policy allows none. White below, in dark pages too.
    drawn = segno.make(text, error="m", micro=False).svg_inline(omitsize=True, border=4, light="#fff", svgclass="qr")
    return Markup(drawn)
