"""Which schools can become a pair, as the proposal form offers them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from peewee import JOIN, SQL, Case, fn

from intranet.kernel import fulltext
from intranet.kernel.statements import Statement
from intranet.kernel.text import search_tokens
from intranet.registry.districts import Commune, District
from intranet.registry.schools import School
from intranet.registry.twinning import OPEN, RUNNING, Pairing, Programme, ProgrammeDistrict, takes_part
from intranet.shared.access import Actor

# More are found by a narrower search.
MOST_SHOWN = 30


class Candidate(NamedTuple):
    """A school that could be the partner, with the number of pairs that it has in the programme already."""

    id: int
    name: str
    levels: int
    commune: str | None
    district: str
    pairs: int


def programmes(actor: Actor) -> list[tuple[int, str]]:
    """(id, title) of the running programmes in which the actor's district takes part today, the latest first."""
    query = Programme.select(Programme.id, Programme.title).where(Programme.state == RUNNING)
    if not actor.sees_all:
        own = ProgrammeDistrict.select(ProgrammeDistrict.programme).where(
            ProgrammeDistrict.district == actor.district_id, takes_part()
        )
        query = query.where(Programme.id.in_(own))
    return list(query.order_by(Programme.id.desc()).tuples())


def _open_schools(programme_id: int, *fields: Any) -> Any:
    """Schools that can be twinned in a programme: open ones of the districts that take part today."""
    districts = ProgrammeDistrict.select(ProgrammeDistrict.district).where(
        ProgrammeDistrict.programme == programme_id, takes_part()
    )
    return (
        School.select(*fields)
        .join(District)
        .where(School.district.in_(districts), School.closed_on.is_null(), School.deleted_at.is_null())
    )


def leads(programme_id: int, actor: Actor) -> list[tuple[str, list[tuple[int, str]]]]:
    """(district, [(id, school)]) of the schools that can lead, the own district's first."""
    rows = _open_schools(programme_id, School.id, School.name, School.district, District.name)
    groups: dict[tuple[bool, str], list[tuple[int, str]]] = {}
    for id_, name, district_id, district in rows.order_by(District.sort_key, School.sort_key, School.id).tuples():
        groups.setdefault((district_id != actor.district_id, district), []).append((id_, name))
    return [(district, schools) for (_other, district), schools in sorted(groups.items(), key=lambda item: item[0][0])]


def schools_in(programme_id: int, ids: Iterable[int | None]) -> dict[int, School]:
    """{id: school} of those schools that can be twinned in the programme."""
    wanted = [id_ for id_ in ids if id_ is not None]
    return {school.id: school for school in _open_schools(programme_id, School).where(School.id.in_(wanted))}


def partners(
    actor: Actor, programme_id: int, lead: School, *, query: str, level: int | None, chosen: list[int]
) -> list[Candidate]:
    """Schools that could be the lead's partners, those without pairs first; one more than MOST_SHOWN where more fit.

    One school of a pair is the own district's. Who is a partner of the lead already, or was chosen, is left out.
    """
    pairs = Pairing.alias()
    of_school = (pairs.first_school == School.id) | (pairs.second_school == School.id)
    count = pairs.select(fn.COUNT(SQL("*"))).where(pairs.programme == programme_id, pairs.state.in_(OPEN), of_school)
    fields = (School.id, School.name, School.levels, Commune.name, District.name, count.alias("pairs"))
    rows = _open_schools(programme_id, *fields).switch(School).join(Commune, JOIN.LEFT_OUTER)
    rows = rows.where(School.id.not_in([lead.id, *chosen, *_partners_of(programme_id, lead)]))
    if not actor.sees_all and lead.district_id != actor.district_id:
        rows = rows.where(School.district == actor.district_id)
    if level:
        rows = rows.where(School.levels.bin_and(level) != 0)
    if query:
        found = _NAMED.rows(words=fulltext.words(search_tokens(query))) if search_tokens(query) else []
        rows = rows.where(School.id.in_([id_ for (id_,) in found]))
    # The other district's come first: that is what a pair is for.
    own_first = Case(None, ((School.district == lead.district_id, 1),), 0)
    rows = rows.order_by(own_first, SQL("6"), School.sort_key, School.id).limit(MOST_SHOWN + 1)
    return [Candidate(*row) for row in rows.tuples()]


_NAMED = Statement(lambda: fulltext.containing(School.search_text, "words", School.id))


def _partners_of(programme_id: int, school: School) -> list[int]:
    of_school = (Pairing.first_school == school.id) | (Pairing.second_school == school.id)
    pairs = Pairing.select().where(Pairing.programme == programme_id, Pairing.state.in_(OPEN), of_school)
    return [pairing.partner_of(school.id) for pairing in pairs]
