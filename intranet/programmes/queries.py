"""Reads shaped for the screens of programmes."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from peewee import JOIN, Case, fn

from intranet.kernel.statements import Statement, among, param
from intranet.kernel.text import begin_words, search_tokens
from intranet.registry import districts
from intranet.registry.agreements import Memorandum, Signatory, YearPlan
from intranet.registry.districts import District
from intranet.registry.then import heirs_of
from intranet.registry.twinning import (
    CLOSED,
    DRAFT,
    PAIRING_STATES,
    RUNNING,
    UNSTARTED,
    Pairing,
    Programme,
    ProgrammeDistrict,
    programmes_of,
    takes_part,
)
from intranet.shared.access import Actor, for_each_actor, visible

LIMIT = 200


_TITLES = Programme.id, Programme.title, Programme.state
_ALL_TITLES = Statement(lambda: Programme.select(*_TITLES).order_by(Programme.id.desc()))
_OWN_TITLES = Statement(
    lambda: Programme.select(*_TITLES).where(programmes_of(param("district"))).order_by(Programme.id.desc())
)


def titled(actor: Actor, query: str) -> list[tuple[int, str, str]]:
    """(id, title, state) of the programmes that the actor may see and in whose title each word of a search begins one.

    There are few programmes, so their titles are read and need no index.
    """
    if actor.sees_all:
        rows = _ALL_TITLES.rows()
    else:
        own = _OWN_TITLES.rows(district=actor.district_id or 0)
        rows = [row for row in own if actor.school_id is None or row[2] not in UNSTARTED]
    tokens = search_tokens(query)
    return [row for row in rows if begin_words(tokens, row[1])] if tokens else []


def programme_rows(actor: Actor) -> list[tuple]:
    """(id, title, state, from, to, owner) of the programmes that the actor may see: running, prepared, over."""
    order = Case(Programme.state, ((RUNNING, 0), (DRAFT, 1), (CLOSED, 2)), 3)
    query = (
        Programme.select(
            Programme.id, Programme.title, Programme.state, Programme.starts_on, Programme.ends_on, District.name
        )
        .join(District, JOIN.LEFT_OUTER)
        .order_by(order, Programme.starts_on.desc(), Programme.id.desc())
        .limit(LIMIT)
    )
    condition = Programme.visible_to(actor)
    return list((query if condition is None else query.where(condition)).tuples())


def districts_by_programme(programme_ids: list[int]) -> dict[int, list[str]]:
    """The names of the districts that take part today, by programme."""
    found: dict[int, list[str]] = defaultdict(list)
    query = (
        ProgrammeDistrict.select(ProgrammeDistrict.programme, District.name)
        .join(District)
        .where(ProgrammeDistrict.programme.in_(programme_ids), takes_part())
        .order_by(District.sort_key)
    )
    for programme_id, name in query.tuples():
        found[programme_id].append(name)
    return found


def pairs_by_programme(programme_ids: list[int], actor: Actor) -> dict[int, dict[str, int]]:
    """How many pairs the actor may see in each state, by programme."""
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for programme_id, state, count in _pairs(actor).rows(programmes=programme_ids):
        found[programme_id][state] = count
    return found


@for_each_actor
def _pairs(actor: Actor) -> Any:
    query = Pairing.select(Pairing.programme, Pairing.state, fn.COUNT(Pairing.id))
    query = query.where(among(Pairing.programme, "programmes")).group_by(Pairing.programme, Pairing.state)
    return visible(query, Pairing, actor)


def in_order(counts: dict[str, int]) -> list[tuple[str, Any, int]]:
    """(state, label, count) of the states that there are, in the order of a pair's life."""
    return [(state, label, counts[state]) for state, label in PAIRING_STATES.items() if state in counts]


def districts_of_programme(programme_id: int) -> list[tuple]:
    """(id, name, office, who answers for it now or None, left on, why) of all districts that take or took part."""
    rows = _DISTRICTS.tuples(programme=programme_id)
    heirs = heirs_of([row[0] for row in rows])
    return [(id_, name, office, heirs.get(id_), *left) for id_, name, office, *left in rows]


_DISTRICTS = Statement(
    lambda: (
        ProgrammeDistrict.select(
            District.id,
            District.name,
            District.office_name,
            ProgrammeDistrict.left_on,
            ProgrammeDistrict.left_reason,
        )
        .join(District)
        .where(ProgrammeDistrict.programme == param("programme"))
        .order_by(District.sort_key)
    )
)


def memorandum_rows(programme_id: int, actor: Actor) -> list[tuple]:
    """(id, title, state, number, signed on, until, parent) of what the actor may see of the programme's papers."""
    return _memoranda(actor).tuples(programme=programme_id)


@for_each_actor
def _memoranda(actor: Actor) -> Any:
    query = Memorandum.select(
        Memorandum.id,
        Memorandum.title,
        Memorandum.state,
        Memorandum.number,
        Memorandum.signed_on,
        Memorandum.ends_on,
        Memorandum.parent,
    ).where(Memorandum.programme == param("programme"))
    order = fn.COALESCE(Memorandum.parent, Memorandum.id), Memorandum.id
    return visible(query, Memorandum, actor).order_by(*order)


def appendices_of(memorandum_id: int, actor: Actor) -> list[tuple]:
    """(id, title, state, number, signed on) of a memorandum's appendices that the actor may see."""
    query = Memorandum.select(
        Memorandum.id, Memorandum.title, Memorandum.state, Memorandum.number, Memorandum.signed_on
    ).where(Memorandum.parent == memorandum_id)
    condition = Memorandum.visible_to(actor)
    return list((query if condition is None else query.where(condition)).order_by(Memorandum.id).tuples())


def plan_rows(programme_id: int, actor: Actor) -> list[tuple]:
    """(id, school year, number, issued on) of the yearly plans that the actor may see, the newest first."""
    return _plans(actor).tuples(programme=programme_id)


@for_each_actor
def _plans(actor: Actor) -> Any:
    query = YearPlan.select(YearPlan.id, YearPlan.school_year, YearPlan.number, YearPlan.issued_on).where(
        YearPlan.programme == param("programme")
    )
    return visible(query, YearPlan, actor).order_by(YearPlan.school_year.desc())


def successors_of(programme_id: int, actor: Actor) -> list[tuple[int, str]]:
    """(id, title) of the programmes that go on with this one and that the actor may see."""
    return _successors(actor).rows(programme=programme_id)


@for_each_actor
def _successors(actor: Actor) -> Any:
    query = Programme.select(Programme.id, Programme.title).where(Programme.predecessor == param("programme"))
    return visible(query, Programme, actor).order_by(Programme.id)


def signatory_rows(memorandum: Memorandum) -> list[tuple]:
    """(unit, body, title, name, who answers for it now or None) of who signs, each as it signed."""
    query = Signatory.select(Signatory.district, Signatory.body, Signatory.title, Signatory.name)
    rows = list(query.where(Signatory.memorandum == memorandum).order_by(Signatory.id).tuples())
    heirs = heirs_of([row[0] for row in rows], since=memorandum.signed_on)
    return [(*row, heirs.get(row[0])) for row in rows]


def district_options(but: int | None) -> list[tuple[int, str]]:
    """(id, name) of the districts that can take part, without one."""
    return [row for row in districts.district_options() if row[0] != but]
