"""Flask's session cookie: the token of forms, messages for the next page, and the language chosen before signing in."""

from __future__ import annotations

from functools import lru_cache

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer


class SessionCookie(SecureCookieSessionInterface):
    """Flask's own, with the serializer kept: to make one takes as long as to read the cookie with it."""

    def __init__(self, app: Flask) -> None:
        make = super().get_signing_serializer
        self._kept = lru_cache(maxsize=1)(lambda _keys: make(app))

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """The serializer for the application's keys."""
        return self._kept((app.secret_key, *app.config["SECRET_KEY_FALLBACKS"]))
