"""Vietnamese as it stands in the code, English from the catalogues.

Flask-Babel chooses the language and loads the catalogues; it looks both up anew for every text, which cost half of a
page's time (12 µs a text, sixty texts). Here the catalogue is looked up once a request.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask, current_app, g, has_app_context
from flask_babel import force_locale, get_translations
from flask_babel.speaklater import LazyString
from markupsafe import Markup

from intranet.kernel.templates import Environment

SOURCE = "vi"


def language() -> str:
    """The language of the request: "vi" or "en"; Vietnamese outside of one."""
    return _spoken()[0]


def _spoken() -> tuple[str, Any]:
    """The language and its catalogue, None for the source language."""
    if not has_app_context():
        return SOURCE, None
    # Asked for some twenty times a page: an attribute of g is there at once, or it is not.
    try:
        return g.spoken
    except AttributeError:
        g.spoken = _catalogue(current_app.extensions["select_language"]())
        return g.spoken


def _catalogue(name: str) -> tuple[str, Any]:
    if name == SOURCE:
        return name, None
    with force_locale(name):
        return name, get_translations()


def gettext(text: str, **values: Any) -> str:
    """The text in the request's language, with its ``%(name)s`` filled."""
    catalogue = _spoken()[1]
    if catalogue is not None:
        text = catalogue.ugettext(text)
    return text % values if values else text


def ngettext(one: str, many: str, num: int, **values: Any) -> str:
    """As gettext, in the form that the number asks for."""
    catalogue = _spoken()[1]
    text = one if catalogue is None else catalogue.ungettext(one, many, num)
    return text % {"num": num, **values}


def lazy_gettext(text: str, **values: Any) -> LazyString:
    """For texts at module level: translated when shown."""
    return LazyString(gettext, text, **values)


def source_text(text: Any) -> str:
    """A text of a module as it stands in the code: in files, headers stay Vietnamese whoever reads the pages."""
    return text._args[0] % text._kwargs if isinstance(text, LazyString) else str(text)


@contextmanager
def speaking(name: str) -> Iterator[None]:
    """Another language for a while, e.g. the one that a person has just chosen."""
    before, g.spoken = _spoken(), _catalogue(name)
    yield
    g.spoken = before


def forget() -> None:
    """The choice of the language changed within this request."""
    g.pop("spoken", None)


def _in_template(text: str, **values: Any) -> Markup:
    return Markup(gettext(text)) % values


def _count_in_template(one: str, many: str, num: int, **values: Any) -> Markup:
    return Markup(ngettext(one, many, num, **values))


class Application(Flask):
    """A Flask application whose templates are compiled once for each language."""

    jinja_environment = Environment

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Nothing of ours is asynchronous; Flask looks at every function of every request anew."""
        return func

    @property
    def jinja_env(self) -> Environment:
        """The environment of the request's language; outside of requests, that of the source language."""
        environments = self.extensions.setdefault("environments", {})
        if SOURCE not in environments:
            environments[SOURCE] = self.create_jinja_environment()
        name = language()
        if name not in environments:
            environments[name] = _translated(environments[SOURCE], _spoken()[1])
        return environments[name]


def _translated(environment: Environment, catalogue: Any) -> Environment:
    """The same environment with another language's texts in the place of every ``_('constant')``."""
    translated = environment.overlay()
    translated.constants = {**environment.constants, "_": catalogue.ugettext}
    return translated


def init_app(app: Flask, select: Callable[[], str]) -> None:
    """Give templates ``_()`` and ``ngettext()``; after Babel, which brings slower ones of its own.

    ``select`` tells the language of the request.
    """
    app.extensions["select_language"] = select
    app.jinja_env.constants["_"] = str
    app.jinja_env.globals.update(_=_in_template, gettext=_in_template, ngettext=_count_in_template)
