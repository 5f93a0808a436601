"""How addresses are made."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule


class LateRule(Rule):
    """A rule that prepares the making of its addresses when the first one is wanted.

    Werkzeug writes and compiles two functions for every rule at the start. We have several hundred rules, which took a
    tenth of a second and megabytes, and most pages never make an address by most of them.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compile_now = super()._compile_builder

        def build(rule: LateRule, **values: Any) -> tuple[str, str]:
            compiled = compile_now(append_unknown).__get__(rule)
            setattr(rule, "_build_unknown" if append_unknown else "_build", compiled)
            return compiled(**values)

        return build
