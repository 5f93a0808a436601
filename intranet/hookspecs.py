"""The whole plugin contract on one page.

A plugin is a package with an entry point in the group ``intranet.plugins``. The entry point's name is the plugin's one
name: its blueprint, URL segment (underscores become hyphens), table prefix, template folder, permission prefix and
migration history carry it, and the start fails loudly where one differs. It implements the hooks below that it needs,
each as a function marked ``@hookimpl``; a function may leave out arguments that it does not use.

Hooks come in three classes:

* ``Boot``: called once while the application is built, without a database.
* ``District``: called only where the module is on in the actor's district. An exception costs that plugin's own part of
  the page, is logged with the plugin's name, and is raised again under test.
* ``Record``: called whether or not the module is on, inside the core's transaction. An exception undoes the change.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import pluggy
from flask import Blueprint
from peewee import Model

from intranet.contributions import (
    ActivityFacts,
    ActivityKind,
    CalendarItem,
    Function,
    JobKind,
    Module,
    NavItem,
    NoticeKind,
    OpenWork,
    Panel,
    PaperKind,
    Permission,
    ReportSection,
    SearchResult,
)
from intranet.kernel.workflow import Workflow

hookspec = pluggy.HookspecMarker("intranet")
hookimpl = pluggy.HookimplMarker("intranet")


class Boot:
    """Once, at the start, without a database."""

    @hookspec
    def module(self) -> Module:
        """The identity card. Required."""

    @hookspec
    def blueprint(self) -> Blueprint:
        """The routes, as a blueprint of the plugin's name without a URL prefix. Each view declares its permission."""

    @hookspec
    def models(self) -> Sequence[type[Model]]:
        """The tables. Their migrations lie in ``migrations/`` beside the plugin's entry-point module."""

    @hookspec
    def functions(self) -> Sequence[Function]:
        """Duties beside the role. They can be given to people like the core's, and permissions may name them."""

    @hookspec
    def permissions(self) -> Sequence[Permission]:
        """The rights that the plugin's views ask for."""

    @hookspec
    def workflows(self) -> Sequence[Workflow]:
        """The life cycles of its tables: buttons, checks, "waiting for me" and notices follow from them."""

    @hookspec
    def activity_kinds(self) -> Sequence[ActivityKind]:
        """The kinds of things that happen between schools which its rules record."""

    @hookspec
    def documents(self) -> Sequence[PaperKind]:
        """The kinds of official papers that are made of its records as Word files."""

    @hookspec
    def notice_kinds(self) -> Sequence[NoticeKind]:
        """The kinds of notices that its rules send; people choose for each how it reaches them."""

    @hookspec
    def job_kinds(self) -> Sequence[JobKind]:
        """The kinds of work outside requests that its rules start with ``enqueue``."""


class District:
    """Gated by the module switch of the actor's district, and isolated."""

    @hookspec
    def nav_items(self, actor: Any) -> Iterable[NavItem]:
        """Links in the main navigation for this actor. Asked once and kept: role and place decide, never data."""

    @hookspec
    def panels(self, place: str, subject: Any, actor: Any) -> Iterable[Panel]:
        """Parts of a core page: place "home" (subject None), "school" (a School), "pairing" (a Pairing)."""

    @hookspec
    def search(self, actor: Any, query: str, limit: int) -> Iterable[SearchResult]:
        """Up to ``limit`` matches that the actor may see. ``query`` is canonical text of at least one letter."""

    @hookspec
    def report_sections(
        self,
        programme: Any,
        pairing: Any,
        district: Any,
        school_year: str,
        starts_on: date,
        ends_on: date,
        actor: Any,
    ) -> Iterable[ReportSection]:
        """What it tells in a report about these days: of a Pairing, or with None of the District's pairs in the
        Programme. ``school_year`` is "2023-2024"; a report about a term has fewer days."""

    @hookspec
    def calendar_items(self, actor: Any, start: date, end: date) -> Iterable[CalendarItem]:
        """What the actor may see of its dates between two days, both included."""

    @hookspec
    def daily(self, district: Any, day: date) -> Iterable[str]:
        """Once for every day and every district (a District) where the module is on, missed days too: reminders, what
        closes by itself. It must be idempotent, and opens its own transactions. What it answers goes to the log."""


class Record:
    """Not gated, inside the transaction of the change."""

    @hookspec
    def duties(self, district: Any, day: date) -> Iterable[str]:
        """As daily(), whether or not the module is on there: what the law asks for. It opens its own transactions."""

    @hookspec
    def module_changed(self, district: Any, module: str, enabled: bool) -> None:
        """A district (a District) switched a module on or off."""

    @hookspec
    def school_merged(self, school: Any, successor: Any) -> None:
        """A school (a School) became part of another: what its records say of the one is the other's from now on."""

    @hookspec
    def units_changed(self, moves: Any) -> None:
        """Schools came under other units (``moves`` is a shared.unit_moves.Moves), or back again.

        Each row that names a district beside a school has followed its school already, and an office's rows its heir:
        only what that cannot settle is left, a round that several offices go on with."""

    @hookspec
    def open_work(self, school: Any) -> Iterable[OpenWork]:
        """What is under way of a school's (a School), asked where the module is on: when the school becomes part of
        another, all of it goes along; when it is split, what a person chooses."""

    @hookspec
    def work_moved(self, school: Any, successor: Any, chosen: Mapping[str, Collection[int]]) -> None:
        """A new school (``successor``) was split off a school: make what was chosen of its open work, {kind: ids}, the
        new one's, with what hangs on people and pairs that went there. Called for every split, whatever was chosen."""

    @hookspec
    def person_erased(self, person: Any) -> None:
        """Remove what its records tell of a person (a Person, whose own row tells nothing any more)."""

    @hookspec
    def person_exported(self, person: Any) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """What its records tell of a person: {what they are, in words: rows as {label: text, number or day}}."""

    @hookspec
    def activities(self) -> Iterable[ActivityFacts]:
        """Every activity that its records stand for, of all districts: ``intranet verify --activities`` compares."""

    @hookspec
    def demo_data(self, canaries: bool) -> None:
        """Add rows to a fresh demo instance; with ``canaries``, marker texts of the right scope in private fields."""
