"""Panels of modules on core pages: rendered in the page, each one reachable by itself, each failing alone."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from flask import Flask, abort, g, render_template
from markupsafe import Markup

from intranet.contributions import Panel
from intranet.kernel.plugins import Failure
from intranet.shared import modules
from intranet.shared.access import Actor
from intranet.web.gate import signed_in

log = logging.getLogger("intranet.plugins")

# place -> how to get its subject, with the access check
_places: dict[str, Callable[[int, Actor], Any]] = {}


def register_place(name: str, find: Callable[[int, Actor], Any]) -> None:
    """Let modules add panels to a page. ``find(id, actor)`` returns the page's subject or aborts with 404."""
    _places[name] = find


def render_panels(place: str, subject: Any, actor: Actor) -> list[Markup]:
    """The rendered panels of a page, in order; a failed one is a card that says so."""
    found = list(modules.collect("panels", actor, place=place, subject=subject))
    found.sort(key=lambda pair: (getattr(pair[1], "order", 99), pair[0]))
    return [_render(module, panel, place, subject) for module, panel in found]


def _render(module: str, panel: Panel | Failure, place: str, subject: Any) -> Markup:
    if not isinstance(panel, Failure):
        try:
            return Markup(
                render_template(
                    "_panel.html",
                    module=module,
                    panel=panel,
                    place=place,
                    subject_id=subject.id if subject is not None else 0,
                    **panel.context,
                )
            )
        except Exception:
            log.exception("plugin %s failed to render a panel", module)
            if modules.plugins().reraise:
                raise
    card = modules.plugins().cards[module]
    return Markup(render_template("_panel_failed.html", module=module, label=card.label))


@signed_in
def one(place: str, subject_id: int, module: str, key: str) -> str:
    """One panel by itself, to refresh it."""
    if place not in _places or not modules.is_on(g.actor, module):
        abort(404)
    subject = _places[place](subject_id, g.actor)
    for name, panel in modules.collect("panels", g.actor, place=place, subject=subject):
        if name == module and getattr(panel, "key", None) == key:
            return _render(module, panel, place, subject)
    return abort(404)


def init_app(app: Flask) -> None:
    """Register the address of single panels."""
    app.add_url_rule("/panels/<place>/<int:subject_id>/<module>/<key>", "panel", one)
