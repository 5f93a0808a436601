"""Finding plugins, checking that each keeps to its one name, and calling their hooks."""

from __future__ import annotations

import logging
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pluggy
from peewee import OperationalError

GROUP = "intranet.plugins"

log = logging.getLogger("intranet.plugins")


class PluginError(Exception):
    """A plugin breaks the contract. The text names the plugin and the cause."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Stands in the results for a plugin whose hook raised."""

    plugin: str
    # Whether it was the database, busy or not there: that passes.
    of_database: bool


def url_segment(name: str) -> str:
    """The plugin's part of every address: ``professional_development`` → ``professional-development``."""
    return name.replace("_", "-")


class Plugins:
    """The plugins of one application object."""

    def __init__(self, specs: Collection[type], *, withheld: Collection[str] = (), reraise: bool = False) -> None:
        self.reraise = reraise
        self.manager = pluggy.PluginManager("intranet")
        for spec in specs:
            self.manager.add_hookspecs(spec)
        for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
            if point.name not in withheld:
                self._load(point.name, point.load)
        self.manager.check_pending()
        self.names = tuple(sorted(name for name, _ in self.manager.list_name_plugin()))
        self._callers: dict[tuple[str, str], Any] = {}
        self.cards = {name: self._card(name) for name in self.names}
        for name, card in self.cards.items():
            for other in card.requires:
                require(other in self.cards, name, f"needs the module {other}, which is not installed")

    def _load(self, name: str, load: Any) -> None:
        require(
            re.fullmatch(r"[a-z][a-z0-9_]*", name) is not None, name, "a name is lower-case letters and underscores"
        )
        try:
            self.manager.register(load(), name)
        except (ImportError, AttributeError, ValueError, pluggy.PluginValidationError) as cause:
            raise PluginError(f"plugin {name}: {cause}") from cause

    def _card(self, name: str) -> Any:
        card = self.boot(name, "module")
        require(card is not None, name, "implements no hook module()")
        return card

    def directory(self, name: str) -> Path:
        """The folder of the plugin's entry-point module: templates, migrations and translations lie in it."""
        return Path(self.manager.get_plugin(name).__file__).parent

    def boot(self, name: str, hook: str, **arguments: Any) -> Any:
        """What one plugin answers to a hook, or None when it does not implement it. Exceptions pass."""
        answers = self._caller(name, hook)(**arguments)
        return answers[0] if answers else None

    def collect(self, hook: str, enabled: Collection[str], **arguments: Any) -> Iterator[tuple[str, Any]]:
        """(plugin, item) for every item that the enabled plugins answer, in order of name.

        A plugin that raises yields one Failure in place of its items.
        """
        for name in self.names:
            if name not in enabled:
                continue
            try:
                items = [item for answer in self._caller(name, hook)(**arguments) for item in answer or ()]
            except Exception as cause:
                log.exception("plugin %s failed in %s", name, hook)
                if self.reraise:
                    raise
                items = [Failure(name, isinstance(cause, OperationalError))]
            yield from ((name, item) for item in items)

    def notify(self, hook: str, **arguments: Any) -> None:
        """Call a Record hook of every plugin, on or off. An exception undoes the caller's transaction."""
        for name in self.names:
            self._caller(name, hook)(**arguments)

    def _caller(self, name: str, hook: str) -> Any:
        caller = self._callers.get((name, hook))
        if caller is None:
            others = [plugin for other, plugin in self.manager.list_name_plugin() if other != name]
            caller = self._callers[name, hook] = self.manager.subset_hook_caller(hook, others)
        return caller


def require(condition: bool, name: str, rule: str) -> None:
    """Raise PluginError unless the condition holds."""
    if not condition:
        raise PluginError(f"plugin {name}: {rule}")
