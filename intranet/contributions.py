"""What a plugin hands over: plain frozen data, never HTML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

# How far a permission reaches: everything, records of the actor's district, records of the actor's school.
ANY = "any"
DISTRICT = "district"
SCHOOL = "school"
REACHES = (ANY, DISTRICT, SCHOOL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """The identity card: what a district reads before it switches the module on.

    ``requires`` names other modules that must be on in the same district.
    """

    label: str
    summary: str
    icon: str
    requires: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """A duty beside the role, which a person has in one school from a day to a day. ``key`` is ``<plugin>.<duty>``."""

    key: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """A right, and how far it reaches by default. ``name`` is ``<plugin>.<verb>``.

    ``grants`` gives a reach to roles and to functions; who has several has the widest of theirs.
    """

    name: str
    label: str
    grants: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class NavItem:
    """A link in the main navigation."""

    label: str
    endpoint: str
    icon: str
    order: int = 50
    permission: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A part of a core page. The core renders ``template`` with ``context``; a failure costs this panel only."""

    key: str
    title: str
    template: str
    context: Mapping[str, Any] = field(default_factory=dict)
    order: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """A line on the search page."""

    title: str
    url: str
    detail: str = ""
