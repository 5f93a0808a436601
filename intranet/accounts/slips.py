"""What is handed over with a one-time link: its address, a picture of it for phones, and until when it is good."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from intranet.accounts.links import Issued
from intranet.web.addresses import picture_of, site_address


@dataclass(frozen=True, slots=True)
class Slip:
    """A link as the page shows it, once: nothing of it is kept."""

    issued: Issued
    address: str
    picture: Markup


def link_address(site: str, token: str) -> str:
    """Where a link leads."""
    return f"{site}/link/{token}"


def slip_of(issued: Issued) -> Slip:
    """The slip of a link just made."""
    address = link_address(site_address(), issued.token)
    return Slip(issued, address, picture_of(address))
