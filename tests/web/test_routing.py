"""Addresses are made late, and are the same."""

from __future__ import annotations

import pytest
from werkzeug.routing import BuildError, Map, Rule

from intranet.web.routing import LateRule


def addresses(kind: type[Rule]) -> list[str]:
    rules = [
        kind("/schools", endpoint="index"),
        kind("/schools/<int:id>/edit", endpoint="edit", methods=["POST"]),
        kind("/files/<path:name>", endpoint="file"),
        kind("/page/1", endpoint="page", defaults={"number": 1}),
    ]
    urls = Map(rules).bind("localhost")
    asked = (
        ("index", {}, True),
        ("index", {"q": "Yên Sở", "level": 4}, True),
        ("index", {"q": "Yên Sở"}, False),
        ("edit", {"id": 7}, True),
        ("edit", {"id": 8, "next": "/a b"}, True),
        ("file", {"name": "a/b c.pdf"}, True),
        ("page", {"number": 1}, True),
    )
    return [urls.build(name, values, append_unknown=more) for name, values, more in asked for _again in range(2)]


def test_a_late_rule_makes_the_addresses_that_werkzeugs_own_makes_each_time():
    assert addresses(LateRule) == addresses(Rule)


def test_a_late_rule_refuses_what_werkzeugs_own_refuses():
    urls = Map([LateRule("/schools/<int:id>", endpoint="show")]).bind("localhost")
    with pytest.raises(BuildError):
        urls.build("show", {})
