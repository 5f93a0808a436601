"""The numbers of assessments, counted from results that were approved."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from statistics import median
from typing import Any

from intranet.api import ChecklistPack, School, checklist_of, checklists, count_files, school_name_at, scoring
from plugins.digital.assessments.life_cycle import RESULTS
from plugins.digital.models import Assessment, Improvement, Round, Score

# So many years stand in a trend, so many criteria among the weakest.
YEARS, WEAKEST = 8, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """Lines over school years: ``series`` are (name, a value or None for each label)."""

    labels: Sequence[str]
    series: Sequence[tuple[str, Sequence[int | float | None]]]
    most: int


def rounds_of(district_id: int) -> list[Round]:
    """The rounds of a district, and those that its schools answered under another one, the newest first."""
    answered = Assessment.select(Assessment.round).where(
        Assessment.district == district_id, Assessment.round.is_null(False)
    )
    query = Round.select().where((Round.district == district_id) | Round.id.in_(answered))
    return list(query.order_by(Round.school_year.desc(), Round.due_on.desc(), Round.id.desc()).limit(50))


def levels_by_year(district_id: int) -> Trend:
    """How many schools of a district were at each level, by the last result of each year."""
    columns = Assessment.school_year, Assessment.school, Assessment.checked_level
    query = Assessment.select(*columns).where(Assessment.district == district_id, Assessment.state.in_(RESULTS))
    last = {(year, school): level for year, school, level in query.order_by(Assessment.id).tuples()}
    years = sorted({year for year, _school in last})[-YEARS:]
    counts: dict[tuple[str, int], int] = defaultdict(int)
    for (year, _school), level in last.items():
        counts[year, level] += 1
    levels = sorted({1, 2, 3} | set(last.values()))
    series = [(scoring.level_label(level), [counts[year, level] for year in years]) for level in levels]
    return Trend(labels=years, series=series, most=max(counts.values(), default=1))


def points_by_year(school_id: int) -> Trend:
    """The points of each group of a school's results, by year."""
    query = (
        Assessment.select(Assessment.id, Assessment.school_year, Assessment.pack)
        .join(ChecklistPack)
        .where(Assessment.school == school_id, Assessment.state.in_(RESULTS))
        .order_by(Assessment.school_year, Assessment.id)
    )
    by_year = {year: (id_, pack_id) for id_, year, pack_id in query.tuples()}
    years = sorted(by_year)[-YEARS:]
    scores = _scores([by_year[year][0] for year in years])
    sums = {year: checklists.totals(checklist_of(by_year[year][1]), scores[by_year[year][0]]) for year in years}
    titles = {group.code: group.title for year in years for group in checklist_of(by_year[year][1]).groups}
    series = [(title, [_plain(sums[year].get(code)) for year in years]) for code, title in titles.items()]
    return Trend(labels=years, series=series, most=100)


def _plain(points: Decimal | None) -> int | float | None:
    """Without the noughts that a number of the database carries."""
    return None if points is None else int(points) if points == points.to_integral_value() else float(points)


def _scores(ids: Sequence[int]) -> dict[int, dict[str, Decimal | None]]:
    found: dict[int, dict[str, Decimal | None]] = {id_: {} for id_ in ids}
    rows = Score.select(Score.assessment, Score.item, Score.own, Score.checked).where(Score.assessment.in_(ids))
    for id_, item, own, checked in rows.tuples():
        found[id_][item] = own if checked is None else checked
    return found


def of_round(opened: Round, district_id: int) -> dict[str, Any]:
    """The numbers of one round, of the district's schools."""
    columns = Assessment.id, Assessment.school, Assessment.checked_level
    # Who goes on for an office has the results of its own schools.
    here = (Assessment.round == opened) & (Assessment.district == district_id)
    results = list(Assessment.select(*columns).where(here, Assessment.state.in_(RESULTS)).tuples())
    checklist, scores = opened.pack.checklist, _scores([id_ for id_, _school, _level in results])
    highest = checklist.rule.highest if checklist.rule else 0
    before = _levels_before(opened, [school for _id, school, _level in results])
    known = [(before[school], level) for _id, school, level in results if school in before]
    return {
        "count": len(results),
        "levels": [(n, sum(level == n for _id, _school, level in results)) for n in range(1, highest + 1)],
        "up": sum(now > then for then, now in known),
        "down": sum(now < then for then, now in known),
        "compared": len(known),
        "weakest": _weakest(checklist, scores.values()),
        "gap": _gap(checklist, scores.values()),
        "evidence": _evidence([id_ for id_, _school, _level in results]),
        "steps": _steps(opened, district_id),
    }


def _levels_before(opened: Round, schools: Sequence[int]) -> dict[int, int]:
    query = Assessment.select(Assessment.school, Assessment.checked_level).where(
        Assessment.school.in_(schools), Assessment.school_year < opened.school_year, Assessment.state.in_(RESULTS)
    )
    return dict(query.order_by(Assessment.school_year, Assessment.id).tuples())


def _weakest(checklist: checklists.Checklist, found: Iterable[checklists.Scores]) -> list[tuple[Any, int]]:
    """(item, per cent of its points that schools reach on the average), the weakest first."""
    rows = list(found)
    items = [item for item in checklist.items.values() if item.kind == checklists.POINTS]
    if not rows:
        return []
    shares = [
        (item, round(100 * sum((scores.get(item.code) or Decimal(0)) for scores in rows) / (item.maximum * len(rows))))
        for item in items
    ]
    return sorted(shares, key=lambda pair: pair[1])[:WEAKEST]


def _gap(checklist: checklists.Checklist, found: Iterable[checklists.Scores]) -> Decimal | None:
    """How many points are missing for the next level, in the middle of the schools that have one above them."""
    gaps = []
    for scores in found:
        lacks = checklists.missing(checklist, scores, checklists.level(checklist, scores) + 1)
        points = [lack.gap for lack in lacks if lack.item.kind == checklists.POINTS]
        if lacks:
            gaps.append(sum(points, Decimal(0)))
    return Decimal(median(gaps)) if gaps else None


def _evidence(ids: Sequence[int]) -> int | None:
    """Of what schools gave themselves points for, how many per cent is proved by a file or a note."""
    query = Score.select(Score.id, Score.note).where(Score.assessment.in_(ids), Score.own > 0)
    rows = list(query.tuples())
    if not rows:
        return None
    files = count_files(Score, [id_ for id_, note in rows if not note])
    return round(100 * sum(bool(note) or id_ in files for id_, note in rows) / len(rows))


def _steps(opened: Round, district_id: int) -> tuple[int, int]:
    """(done, all) steps of the plans that the round led to."""
    query = Improvement.select(Improvement.state).join(Assessment)
    query = query.where(Assessment.round == opened, Assessment.district == district_id)
    states = [state for (state,) in query.tuples() if state != "dropped"]
    return sum(state == "finished" for state in states), len(states)


def results(opened: Round, day: date | None = None, district_id: int | None = None) -> list[tuple]:
    """(school, own level, checked level, points of each group …) of a round's results, in the order of their names.

    Of a ``day``, schools are called as they were then; with a district, of those that are its today.
    """
    columns = Assessment.id, school_name_at(day), Assessment.own_level, Assessment.checked_level
    query = Assessment.select(*columns).join(School).where(Assessment.round == opened, Assessment.state.in_(RESULTS))
    query = query if district_id is None else query.where(Assessment.district == district_id)
    rows = list(query.order_by(School.sort_key).tuples())
    scores = _scores([row[0] for row in rows])
    sums = {id_: checklists.totals(opened.pack.checklist, found) for id_, found in scores.items()}
    return [(name, own, checked, *sums[id_].values()) for id_, name, own, checked in rows]
