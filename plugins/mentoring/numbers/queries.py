"""The numbers of a school year: exact for the school's keepers; for everybody else small ones are kept back."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from statistics import median
from typing import Any

from peewee import fn

from intranet.api import School, days_of, divided_since, gettext, local, midnight, today
from intranet.api import lazy_gettext as _
from plugins.mentoring.cases.kinds import KINDS
from plugins.mentoring.cases.life_cycle import FREEZES, FROZEN
from plugins.mentoring.logs.pile import SILENT
from plugins.mentoring.logs.rules import HELD
from plugins.mentoring.numbers.suppression import LEAST, SUM, shown_list, shown_part, shown_table
from plugins.mentoring.tables.aid import Aid
from plugins.mentoring.tables.cases import Case, Consent, Goal, in_force
from plugins.mentoring.tables.groups import Group, GroupAbsence, GroupMeeting, GroupPupil
from plugins.mentoring.tables.mentors import Match, Meeting

STAGES = {
    "asked": _("Chờ tiếp nhận, chờ đồng ý"),
    "waiting": _("Chờ người kèm"),
    "helped": _("Đang được kèm"),
    "reached": _("Đã đạt mục tiêu"),
    "stopped": _("Dừng, kết thúc khác"),
}
OF_STATE = {
    "nominated": "asked",
    "consent_pending": "asked",
    "open": "waiting",
    "matched": "waiting",
    "active": "helped",
    "review": "helped",
    "escalated": "helped",
    "met": "reached",
}
# The figures of which nobody can take another's away.
SHARES = ("kept", "silent", "goals", "recovered", "consents", "attendance")
# "Đạt" or nearly so.
REACHED = ("yes", "mostly")
IDS = frozenset[int]


def stage_of(state: str, ending: str) -> str:
    """The column of the table in which a case stands."""
    return "reached" if ending == "reached" else OF_STATE.get(state, "stopped")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number beside the tables: as the school knows it, as everybody else may, and the cases that it counts."""

    key: str
    label: str
    exact: str
    published: str | None
    cases: IDS


@dataclass(frozen=True)
class Numbers:
    """Of the children nominated in a school year: of a school, or of a district where ``school_id`` is None."""

    year: str
    district_id: int
    school_id: int | None = None

    def _of(self, model: Any) -> list[Any]:
        if self.school_id is None:
            return [model.district == self.district_id]
        return [model.school == self.school_id]

    @cached_property
    def cases(self) -> dict[int, tuple]:
        """{id: (kind, stage, state, since, school)}."""
        query = Case.select(Case.id, Case.kind, Case.state, Case.ending, Case.state_since, Case.school)
        rows = query.where(Case.school_year == self.year, *self._of(Case)).tuples()
        return {
            id_: (kind, stage_of(state, ending), state, since, school)
            for id_, kind, state, ending, since, school in rows
        }

    def cell(self, kind: str | None, stage: str | None) -> IDS:
        """The cases of a kind and stage; None: of all."""
        return frozenset(id_ for id_, row in self.cases.items() if kind in (None, row[0]) and stage in (None, row[1]))

    @cached_property
    def withheld(self) -> bool:
        """Whether an office tells nothing of the year: it was published under a unit whose schools are several's today.

        What the papers of that unit say, less what its successors would say now, could leave one small number.
        """
        return self.school_id is None and divided_since(self.district_id, days_of(self.year)[0])

    @property
    def counts(self) -> list[list[int]]:
        """How many children by kind and stage, with their sums."""
        return [[len(self.cell(kind, stage)) for stage in (*STAGES, None)] for kind in (*KINDS, None)]

    @property
    def published(self) -> list[list[int | None]]:
        """As counts(), for eyes outside the school: small ones are kept back, and what would give them away."""
        if self.withheld:
            return [[None] * (len(STAGES) + 1) for _kind in (*KINDS, None)]
        return shown_table([row[:-1] for row in self.counts[:-1]])

    def by_school(self) -> dict[int, int | None]:
        """{school: how many children, None where that is kept back}; under SUM all of the district."""
        found = dict.fromkeys((row[4] for row in self.cases.values()), 0)
        for row in self.cases.values():
            found[row[4]] += 1
        return dict.fromkeys((*found, SUM)) if self.withheld else shown_list(found)

    def figures(self) -> Iterator[Figure]:
        """Everything beside the table."""
        found = (self._waiting(), self._kept(), *self._shares(), self._attendance(), self._aid())
        return (replace(figure, published=None) if self.withheld else figure for figure in found)

    def _waiting(self) -> Figure:
        ids = self.cell(None, "waiting")
        days = [(today() - local(self.cases[id_][3]).date()).days for id_ in ids]
        text = gettext("%(days)s ngày", days=round(median(days))) if days else "–"
        return Figure("waiting", gettext("chờ người kèm, trung vị"), text, _enough(text, ids), ids)

    def _kept(self) -> Figure:
        """Times that were held, of those planned until today."""
        rows = (
            Meeting.select(Match.case, Meeting.state, fn.COUNT(Meeting.id))
            .join(Match)
            .where(Match.case.in_(list(self.cases)), Meeting.on <= today())
            .group_by(Match.case, Meeting.state)
            .tuples()
        )
        found = list(rows) if self.cases else []
        held = sum(count for _case, state, count in found if state == HELD)
        planned, ids = sum(count for *_rest, count in found), frozenset(row[0] for row in found)
        return Figure(
            "kept",
            gettext("buổi kèm đã giữ trên đã hẹn"),
            f"{held}/{planned}",
            _enough(_share(held, planned), ids),
            ids,
        )

    def _shares(self) -> Iterator[Figure]:
        """Children of whom something holds, of those of whom it could."""
        ids = list(self.cases)
        active = _ids(Match.select(Match.case).where(Match.case.in_(ids), Match.state == "active"))
        limit = today() - SILENT
        met = Meeting.select(Meeting.match).where(Meeting.state == HELD, Meeting.on >= limit)
        begun = (Match.case.in_(ids), Match.state == "active", Match.state_since < midnight(limit))
        silent = _ids(Match.select(Match.case).where(*begun, Match.id.not_in(met)))
        yield _part("silent", gettext("em quá 21 ngày chưa gặp"), silent, active)
        looked_at = (Goal.case.in_(ids), Goal.dropped == False, Goal.reached != "")  # noqa: E712 (SQL)
        reviewed = _ids(Goal.select(Goal.case).where(*looked_at))
        missed = _ids(Goal.select(Goal.case).where(*looked_at, Goal.reached.not_in(REACHED)))
        yield _part("goals", gettext("em đạt mục tiêu trên đã đánh giá"), reviewed - missed, reviewed)
        ended = {id_ for stage in ("reached", "stopped") for id_ in self.cell("results", stage)}
        yield _part("recovered", gettext("em có kết quả học tập đã tiến bộ"), self.cell("results", "reached"), ended)
        needed = {id_ for id_, row in self.cases.items() if row[2] in (*FREEZES, FROZEN)}
        agreed = _ids(Consent.select(Consent.case).where(Consent.case.in_(ids), in_force(today())))
        yield _part("consents", gettext("em có sự đồng ý còn hạn"), agreed & needed, needed)

    def _attendance(self) -> Figure:
        """Of the groups before the examination: how many were there, of all pupils at all meetings."""
        first, last = days_of(self.year)
        groups = Group.select(Group.id).where(
            Group.kind == "exam", Group.starts_on.between(first, last), *self._of(Group)
        )
        pupils = dict(_counted(GroupPupil, groups))
        meetings = dict(_counted(GroupMeeting, groups))
        absent = GroupAbsence.select().join(GroupMeeting).where(GroupMeeting.group.in_(groups)).count()
        places = sum(count * meetings.get(group, 0) for group, count in pupils.items())
        text = _share(places - absent, places)
        shown = text if sum(pupils.values()) >= LEAST else None
        return Figure("attendance", gettext("có mặt ở nhóm ôn thi"), text, shown, frozenset())

    def _aid(self) -> Figure:
        first, last = days_of(self.year)
        rows = list(Aid.select(Aid.case).where(Aid.delivered_on.between(first, last), *self._of(Aid)).tuples())
        ids = frozenset(id_ for (id_,) in rows)
        return Figure("aid", gettext("lần trao tặng đã thực hiện"), str(len(rows)), _enough(str(len(rows)), ids), ids)


def _counted(model: Any, groups: Any) -> Any:
    return model.select(model.group, fn.COUNT(model.id)).where(model.group.in_(groups)).group_by(model.group).tuples()


def _ids(query: Any) -> IDS:
    return frozenset(id_ for (id_,) in query.distinct().tuples())


def _share(some: int, every: int) -> str:
    return f"{round(100 * some / every)}%" if every else "–"


def _enough(text: str, ids: Collection[int]) -> str | None:
    return text if len(ids) >= LEAST else None


def _part(key: str, label: str, some: Collection[int], every: Collection[int]) -> Figure:
    share = shown_part(len(some), len(every))
    exact = f"{len(some)}/{len(every)}"
    return Figure(key, label, exact, None if share is None else f"{share}%", frozenset(some))


def names_of(school_ids: Collection[int]) -> list[tuple[int, str]]:
    """(id, name) of schools, in the order of lists."""
    query = School.select(School.id, School.name).where(School.id.in_(list(school_ids)))
    return list(query.order_by(School.sort_key, School.id).tuples())


def rows_of(ids: Collection[int]) -> list[tuple]:
    """(id, code, class, kind, state) of the cases that a number counts."""
    query = Case.select(Case.id, Case.code, Case.class_name, Case.kind, Case.state).where(Case.id.in_(list(ids)))
    return list(query.order_by(Case.class_name, Case.code).tuples())
