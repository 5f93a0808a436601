"""What the screens of signing in and of the account share: where they lead, and what the browser keeps."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Response, current_app, g, request, session

from intranet.accounts.rules import SignedIn
from intranet.kernel.language import gettext as _
from intranet.web.hx import go

MONTHS_13 = 34_000_000
SIGN_IN_PATHS = ("/login", "/login/code", "/logout")


def local_path(target: str | None) -> str:
    """``target`` if it is a path of this site, else the home page: no sign-in ends on a foreign page."""
    if not target or not target.startswith("/") or target.startswith("//") or "\\" in target:
        return "/"
    parts = urlsplit(target)
    if parts.scheme or parts.netloc or not target.isprintable() or parts.path in SIGN_IN_PATHS:
        return "/"
    return target


def token() -> str:
    """The session's token, as the browser sent it."""
    return request.cookies.get(current_app.config["ACTOR_COOKIE"], "")


def browser() -> dict[str, str | None]:
    """What the browser says of itself: its device's token, its description, its address."""
    return {
        "device": request.cookies.get(current_app.config["DEVICE_COOKIE"]),
        "agent": request.user_agent.string,
        "address": g.client_address,
    }


def forget_form_secret() -> None:
    """A new form secret: nothing from before a sign-in is worth anything after it."""
    session.clear()
    g.pop("csrf_token", None)


def keep_signed_in(response: Response, signed: SignedIn) -> Response:
    """Give the browser the session's token and, once it is known, the device's."""
    _set_cookie(response, "ACTOR_COOKIE", signed.token)
    if signed.device is not None:
        _set_cookie(response, "DEVICE_COOKIE", signed.device, max_age=MONTHS_13)
    return response


def _set_cookie(response: Response, setting: str, value: str, max_age: int | None = None) -> None:
    response.set_cookie(
        current_app.config[setting],
        value,
        max_age=max_age,
        secure=current_app.config["SECURE"],
        httponly=True,
        samesite="Lax",
        path="/",
    )


def signed_out() -> Response:
    """To the sign-in page, with nothing left in the browser."""
    session.clear()
    response = go("/login")
    response.delete_cookie(current_app.config["ACTOR_COOKIE"], secure=current_app.config["SECURE"], httponly=True)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def too_many() -> str:
    """What is said after too many wrong tries."""
    return _("Có quá nhiều lần nhập sai. Thầy/cô đợi 15 phút rồi thử lại.")


def unreadable() -> str:
    """What is said when the key of the codes is not there (an administrator's matter)."""
    return _("Máy chủ chưa đọc được khóa của mã xác thực. Thầy/cô dùng mã khôi phục hoặc liên hệ quản trị hệ thống.")


def no_key() -> str:
    """What is said when the server has nothing to encrypt with."""
    return _("Máy chủ chưa có khóa để cất mã xác thực. Thầy/cô liên hệ quản trị hệ thống.")
