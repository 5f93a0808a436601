"""E-mail addresses: kept in small letters, since no mail server tells An@ from an@."""

from __future__ import annotations

import re

from intranet.kernel.language import gettext as _

ADDRESS = re.compile(r"[^@\s,;]+@[^@\s,;.]+(?:\.[^@\s,;.]+)+")


def email_address(text: str) -> str:
    """The address as it is kept. Raises ValueError with a sentence."""
    if not ADDRESS.fullmatch(text):
        raise ValueError(_("Địa chỉ email chưa đúng, ví dụ an@truong.edu.vn."))
    return text.lower()
