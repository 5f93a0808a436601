"""The kinds of papers: those of the core's rooms, registered when they are loaded, and those of the plugins."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Flask, current_app

from intranet.contributions import PaperKind
from intranet.shared import modules
from intranet.shared.access import Actor

_core: dict[str, PaperKind] = {}


def register_kind(kind: PaperKind) -> PaperKind:
    """Let a room's papers be made; a second kind of the same key is an error of the programmer."""
    if kind.key in _core:
        raise ValueError(f"the kind of paper {kind.key} exists twice")
    _core[kind.key] = kind
    return kind


class PaperKinds:
    """All kinds of one application, each with its plugin's name, empty for the core."""

    def __init__(self) -> None:
        self._kinds = {key: ("", kind) for key, kind in _core.items()}

    def add(self, kind: PaperKind, module: str) -> None:
        """Add a plugin's kind; a second of the same key is an error of the programmer."""
        if kind.key in self._kinds:
            raise ValueError(f"the kind of paper {kind.key} exists twice")
        self._kinds[kind.key] = module, kind

    def find(self, key: str) -> tuple[str, PaperKind] | None:
        """(module, kind), or None."""
        return self._kinds.get(key)

    def __iter__(self) -> Iterator[tuple[str, PaperKind]]:
        return iter(self._kinds.values())


def paper_kinds() -> PaperKinds:
    """Those of the running application."""
    return current_app.extensions["paper_kinds"]


def open_kind(key: str, actor: Actor | None) -> PaperKind | None:
    """The kind of that key, unless its module is off for the actor."""
    module, kind = paper_kinds().find(key) or ("", None)
    return kind if not module or modules.is_on(actor, module) else None


def init_app(app: Flask) -> None:
    """Give templates the names of papers."""
    app.jinja_env.globals["paper_label"] = lambda key: paper_kinds().find(key)[1].label
