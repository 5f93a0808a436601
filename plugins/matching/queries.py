"""Reads shaped for the workbench."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from peewee import JOIN, Case, fn

from intranet.api import (
    DECLINED,
    LEVEL_LABELS,
    OPEN,
    RUNNING,
    Actor,
    Commune,
    District,
    Level,
    Pairing,
    Programme,
    ProgrammeDistrict,
    School,
    takes_part,
)
from plugins.matching import models
from plugins.matching.facts import facts_of
from plugins.matching.models import READY, UNDECIDED, WORKING, Calculation, Suggestion, Weights
from plugins.matching.score import Facts, Rating, may_pair, most_points, rate

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Bench:
    """A programme with the districts that take part in it today: (id, name)."""

    programme: Programme
    districts: tuple[tuple[int, str], ...]

    @property
    def district_ids(self) -> list[int]:
        """The ids of the districts."""
        return [id_ for id_, _name in self.districts]

    @property
    def running(self) -> bool:
        """Whether pairs can be made at all."""
        return self.programme.state == RUNNING and len(self.districts) > 1

    def owner(self) -> tuple[int | None, None]:
        """The first of owners(), for what can name one only."""
        return self.programme.owner_district_id, None

    def owners(self) -> tuple[tuple[int, None], ...]:
        """Whose this is: every district's that takes part."""
        return tuple((id_, None) for id_ in self.district_ids)


def bench_of(programme: Programme, actor: Actor | None = None) -> Bench:
    """The workbench of a programme; the actor's own district stands first."""
    rows = (
        District.select(District.id, District.name)
        .join(ProgrammeDistrict)
        .where(ProgrammeDistrict.programme == programme.id, takes_part())
        .order_by(District.sort_key)
    )
    own = actor.district_id if actor else None
    return Bench(programme, tuple(sorted(rows.tuples(), key=lambda row: row[0] != own)))


def programmes(actor: Actor) -> list[tuple[int, str]]:
    """(id, title) of the running programmes in which the actor's district takes part, the latest first."""
    query = Programme.select(Programme.id, Programme.title).where(Programme.state == RUNNING)
    if not actor.sees_all:
        own = ProgrammeDistrict.select(ProgrammeDistrict.programme)
        query = query.where(Programme.id.in_(own.where(ProgrammeDistrict.district == actor.district_id, takes_part())))
    return list(query.order_by(Programme.id.desc()).tuples())


def in_use(district_ids: Sequence[int]) -> Any:
    """Condition: the school lies in one of the districts and is neither closed nor in the trash."""
    return School.district.in_(district_ids) & School.closed_on.is_null() & School.deleted_at.is_null()


def unpaired(bench: Bench) -> Any:
    """Condition: the school has no open pair in the programme yet."""
    open_ = (Pairing.programme == bench.programme.id) & Pairing.state.in_(OPEN)
    first = Pairing.select(Pairing.first_school).where(open_)
    second = Pairing.select(Pairing.second_school).where(open_)
    return in_use(bench.district_ids) & School.id.not_in(first) & School.id.not_in(second)


def counts(bench: Bench) -> dict[tuple[int, int], int]:
    """{(district id, level): unpaired schools}; a school of two levels counts in both."""
    rows = School.select(School.district, School.levels, fn.COUNT(School.id)).where(unpaired(bench))
    found = dict.fromkeys(((id_, level) for id_ in bench.district_ids for level in LEVEL_LABELS), 0)
    for district_id, levels, count in rows.group_by(School.district, School.levels).tuples():
        for level in LEVEL_LABELS:
            if levels & level:
                found[district_id, level] += count
    return found


def unpaired_page(
    bench: Bench, *, district_id: int | None, level: int | None, after: int | None
) -> tuple[list[tuple], int | None]:
    """(id, name, levels, district, suggestion id) of unpaired schools by name, and the id to go on after."""
    query = (
        School.select(School.id, School.name, School.levels, District.name, School.sort_key)
        .join(District)
        .where(unpaired(bench))
    )
    if district_id is not None:
        query = query.where(School.district == district_id)
    if level is not None:
        query = query.where(School.levels.bin_and(level) != 0)
    if after is not None:
        mark = School.select(School.sort_key).where(School.id == after).scalar() or ""
        query = query.where((School.sort_key > mark) | ((School.sort_key == mark) & (School.id > after)))
    rows = list(query.order_by(School.sort_key, School.id).limit(PAGE_SIZE + 1).tuples())
    shown, more = rows[:PAGE_SIZE], rows[PAGE_SIZE - 1][0] if len(rows) > PAGE_SIZE else None
    suggested = suggested_to(bench, [row[0] for row in shown])
    return [(*row[:4], suggested.get(row[0])) for row in shown], more


def suggested_to(bench: Bench, school_ids: Sequence[int]) -> dict[int, int]:
    """{school id: the suggestion that somebody still has to decide}."""
    here = Suggestion.first_school.in_(school_ids) | Suggestion.second_school.in_(school_ids)
    rows = Suggestion.select(Suggestion.id, Suggestion.first_school, Suggestion.second_school).where(
        Suggestion.programme == bench.programme.id, Suggestion.state.in_(UNDECIDED), here
    )
    return {school_id: id_ for id_, *schools in rows.tuples() for school_id in schools if school_id in set(school_ids)}


def undecided_of(programme_id: int, school_id: int) -> Suggestion | None:
    """What is suggested to a school and not decided."""
    return Suggestion.get_or_none(
        Suggestion.programme == programme_id,
        Suggestion.state.in_(UNDECIDED),
        (Suggestion.first_school == school_id) | (Suggestion.second_school == school_id),
    )


_FIRST, _SECOND = School.alias(), School.alias()
_FIRST_DISTRICT, _SECOND_DISTRICT = District.alias(), District.alias()


def suggestions(bench: Bench, actor: Actor, *columns: Any, states: Sequence[str] = UNDECIDED) -> Any:
    """The suggestions that the actor may see, by the name of the school that stands first for the actor.

    Tuples that begin as own_side_first() takes them, and go on with ``columns``.
    """
    query = (
        Suggestion.select(
            Suggestion.id,
            _FIRST.name,
            _FIRST_DISTRICT.name,
            _SECOND.name,
            _SECOND_DISTRICT.name,
            Suggestion.second_district,
            _FIRST.levels.bin_and(_SECOND.levels),
            *columns,
        )
        .join(_FIRST, on=(Suggestion.first_school == _FIRST.id))
        .switch(Suggestion)
        .join(_SECOND, on=(Suggestion.second_school == _SECOND.id))
        .switch(Suggestion)
        .join(_FIRST_DISTRICT, on=(Suggestion.first_district == _FIRST_DISTRICT.id))
        .switch(Suggestion)
        .join(_SECOND_DISTRICT, on=(Suggestion.second_district == _SECOND_DISTRICT.id))
        .where(Suggestion.programme == bench.programme.id, Suggestion.state.in_(states))
        .order_by(_own_key(actor), Suggestion.id)
    )
    condition = Suggestion.visible_to(actor)
    return (query if condition is None else query.where(condition)).tuples()


def _own_key(actor: Actor) -> Any:
    turned = Suggestion.second_district == (actor.district_id or 0)
    return Case(None, [(turned, _SECOND.sort_key)], _FIRST.sort_key)


def suggestion_page(
    bench: Bench, actor: Actor, *, level: int | None, after: int | None
) -> tuple[list[tuple], int | None]:
    """(id, first, district, second, district, common levels, score, sentence, state, problem), and where to go on."""
    key = _own_key(actor)
    query = suggestions(bench, actor, Suggestion.score, Suggestion.sentence, Suggestion.state, Suggestion.problem)
    if level is not None:
        query = query.where(_FIRST.levels.bin_and(_SECOND.levels).bin_and(level) != 0)
    if after is not None:
        mark = _key_of(after, actor)
        query = query.where((key > mark) | ((key == mark) & (Suggestion.id > after)))
    rows = list(query.limit(PAGE_SIZE + 1))
    more = rows[PAGE_SIZE - 1][0] if len(rows) > PAGE_SIZE else None
    return [own_side_first(row, actor) for row in rows[:PAGE_SIZE]], more


def _key_of(suggestion_id: int, actor: Actor) -> str:
    suggestion = Suggestion.get_or_none(Suggestion.id == suggestion_id)
    if suggestion is None:
        return ""
    turned = suggestion.second_district_id == actor.district_id
    return (suggestion.second_school if turned else suggestion.first_school).sort_key


def own_side_first(row: tuple, actor: Actor) -> tuple:
    """A row of suggestions() without the district's id, turned so that the actor reads the own school first."""
    id_, first, first_district, second, second_district, second_district_id, *rest = row
    if second_district_id == actor.district_id:
        first, first_district, second, second_district = second, second_district, first, first_district
    return id_, first, first_district, second, second_district, *rest


def count_suggestions(bench: Bench, actor: Actor) -> int:
    """How many suggestions wait for a decision."""
    query = Suggestion.select().where(Suggestion.programme == bench.programme.id, Suggestion.state.in_(UNDECIDED))
    condition = Suggestion.visible_to(actor)
    return (query if condition is None else query.where(condition)).count()


def weights_of(programme: Programme) -> Weights:
    """The weights of a programme; the balanced ones, not stored, where nobody chose any."""
    return Weights.get_or_none(Weights.programme == programme) or Weights(programme=programme)


def latest_calculation(programme_id: int) -> Calculation | None:
    """The calculation under way, else the last one that came to an end."""
    query = Calculation.select().where(Calculation.programme == programme_id)
    return query.order_by((Calculation.state == WORKING).desc(), Calculation.id.desc()).first()


def last_weights(programme_id: int) -> dict[str, int] | None:
    """With which weights the present suggestions were calculated; None where none were."""
    query = Calculation.select().where(Calculation.programme == programme_id, Calculation.state == READY)
    last = query.order_by(Calculation.id.desc()).first()
    return None if last is None else dict(last.weight_values())


def parted(programme_id: int) -> set[frozenset[int]]:
    """Pairs of schools that are not suggested again: they declined each other, or an office dropped the suggestion."""
    declined = Pairing.select(Pairing.first_school, Pairing.second_school).where(
        Pairing.programme == programme_id, Pairing.state == DECLINED
    )
    dropped = Suggestion.select(Suggestion.first_school, Suggestion.second_school).where(
        Suggestion.programme == programme_id, Suggestion.state == models.DROPPED
    )
    return {frozenset(pair) for query in (declined, dropped) for pair in query.tuples()}


def candidates(bench: Bench, school: School) -> tuple[Facts | None, list[tuple[Facts, Rating]]]:
    """What is known of a school, and every school that could be its partner, the best first."""
    others = (
        in_use(bench.district_ids)
        & (School.levels.bin_and(school.levels) != 0)
        & ((School.district != school.district_id) | (School.id == school.id))
    )
    found = facts_of(others, bench.district_ids)
    own = next((facts for facts in found if facts.id == school.id), None)
    if own is None:
        return None, []
    most, paired = most_points(weights_of(bench.programme).values()), _paired_with(bench, school.id)
    rated = [(facts, rate(own, facts, most)) for facts in found if may_pair(own, facts) and facts.id not in paired]
    return own, sorted(rated, key=lambda pair: -pair[1].score)


def _paired_with(bench: Bench, school_id: int) -> set[int]:
    rows = Pairing.select(Pairing.first_school, Pairing.second_school).where(
        Pairing.programme == bench.programme.id,
        Pairing.state.in_(OPEN),
        (Pairing.first_school == school_id) | (Pairing.second_school == school_id),
    )
    return {id_ for row in rows.tuples() for id_ in row if id_ != school_id}


def rating_of(bench: Bench, first: School, second: School) -> Rating:
    """How well two schools suit each other now."""
    one, other = facts_of(School.id.in_([first.id, second.id]), bench.district_ids)
    if one.id != first.id:
        one, other = other, one
    return rate(one, other, most_points(weights_of(bench.programme).values()))


def places(school_ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    """{school id: (district, commune or "")} for the candidates that are shown."""
    rows = (
        School.select(School.id, District.name, fn.COALESCE(Commune.name, ""))
        .join(District)
        .switch(School)
        .join(Commune, JOIN.LEFT_OUTER)
        .where(School.id.in_(school_ids))
    )
    return {id_: (district, commune) for id_, district, commune in rows.tuples()}


def level_or_none(text: str | None) -> int | None:
    """The level that an address names."""
    return next((int(level) for level in Level if text == str(int(level))), None)
