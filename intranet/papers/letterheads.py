"""How an office or a school heads and signs its papers: as it was saved, else as its data say."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from peewee import JOIN

from intranet.kernel.clock import local, midnight, today
from intranet.papers.days import paper_day
from intranet.registry import then
from intranet.registry.districts import District
from intranet.registry.people import LEADER, PRINCIPAL, Membership, Person, under_way
from intranet.registry.schools import FormerKey, School
from intranet.registry.units import FormerUnit, UnitChange, unit_on
from intranet.shared.papers import Letterhead

# Since 1 July 2025 communes manage schools; their office is the one for culture and society.
COMMUNE_KINDS = ("phuong", "xa", "dac_khu")
KIND_WORDS = re.compile(r"^(quận|huyện|thị xã|thành phố|phường|xã|thị trấn|đặc khu) ", re.IGNORECASE)
OFFICE_WORDS = re.compile(r"^phòng (gd ?& ?đt|giáo dục và đào tạo)\b", re.IGNORECASE)
COMMITTEE_WORDS = re.compile(r"^(ubnd|ủy ban nhân dân)\b", re.IGNORECASE)
SIGNER = ("signer_title", "signer_name")
FIELDS = ("parent_body", "body", "place", "symbol", *SIGNER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What stands at the head and the foot of a paper. Bodies may have two lines."""

    parent_body: str = ""
    body: str = ""
    place: str = ""
    symbol: str = ""
    signer_title: str = ""
    signer_name: str = ""


@dataclass(frozen=True, slots=True)
class Issuer:
    """Whose a paper is, on the paper's day: a school under a unit, or a unit's office."""

    district: District
    school: School | None
    day: date | None

    @property
    def heading(self) -> Heading:
        """How it heads and signs its papers."""
        return heading_of(self.district, self.school, self.day)

    @property
    def name(self) -> str:
        """The school or the office, as it was called."""
        return then.school_name_on(self.school, self.day) if self.school else self.office

    @property
    def office(self) -> str:
        """The office above the school, or itself."""
        return then.offices_on([self.district], self.day)[0]


def issuer_of(record: Any, day: date | None = None, *, side: str = "") -> Issuer:
    """Who issues the paper of a record: its school, else its office, as both were on the day.

    ``day`` is when happened what the paper tells, and is left out while the record is still worked on; once the paper
    is issued, the day of its issue counts. ``side`` stands before ``district`` and ``school`` where a record has
    several ("first_").
    """
    day, school = paper_day(day), getattr(record, f"{side}school", None)
    district = then.place_on(school, day).district if school else then.keeper_on(record, f"{side}district", day)
    return Issuer(district, school, day)


def heading_of(district: District, school: School | None = None, day: date | None = None) -> Heading:
    """The heading of a district's office or of a school: what was saved, and where that is empty, our default.

    Of a ``day`` it is headed and signed as it was then: a school by the unit that it was under, whatever ``district``
    says. Without one, the day on which the paper is issued counts, else today.
    """
    day = day or paper_day()
    if school is not None and day is not None:
        district = then.place_on(school, day).district
    saved = saved_letterhead(district.id, school.id if school else None, day)
    default = default_heading(district, school, day)
    if saved is None:
        return default
    kept = {name: getattr(saved, name) for name in FIELDS if getattr(saved, name)}
    if day and default.signer_name not in (
        _leader_of(district, school, known_on) for known_on in (None, local(saved.updated_at).date())
    ):
        # Another one led then than the one beside whom a signer was saved: the memberships know who.
        kept = {name: value for name, value in kept.items() if name not in SIGNER}
    return replace(default, **kept)


def saved_letterhead(district_id: int, school_id: int | None, day: date | None = None) -> Letterhead | None:
    """What an office or a school saved under the names that it has on a day, by default today.

    A heading that was saved is of the names of then: once the office or the school is called otherwise, papers are
    headed by the new name, and the next one saved is a row of its own.
    """
    rows = letterheads_of(district_id, school_id)
    if not rows:
        return None
    changes = _renamings(district_id, school_id)
    of_day = sum(first <= (day or today()) for first, _known in changes)
    return next((row for row in rows if sum(known <= row.updated_at for _first, known in changes) == of_day), None)


def letterheads_of(district_id: int, school_id: int | None) -> list[Letterhead]:
    """All that an office, or a school under it, ever saved, the latest first."""
    own = Letterhead.school.is_null() if school_id is None else Letterhead.school == school_id
    return list(Letterhead.select().where(Letterhead.district == district_id, own).order_by(Letterhead.id.desc()))


def _renamings(district_id: int, school_id: int | None) -> list[tuple[date, datetime]]:
    """(first day of another name, since when the name is known here) of a unit and a school."""
    units = (
        FormerUnit.select(FormerUnit.until, UnitChange.applied_at)
        .join(UnitChange, JOIN.LEFT_OUTER)
        .where(FormerUnit.district == district_id)
    )
    names = FormerKey.select(FormerKey.until).where(FormerKey.school == school_id, FormerKey.kind == "name")
    known = [*units.tuples(), *((until, None) for (until,) in (names.tuples() if school_id else ()))]
    return [(until, applied_at or midnight(until)) for until, applied_at in known]


def default_heading(district: District, school: School | None = None, day: date | None = None) -> Heading:
    """The heading that follows from names and memberships, those of a day or of today."""
    unit = unit_on(district, day)
    signer = _leader_of(district, school, day)
    return _of_office(unit, signer) if school is None else _of_school(unit, school, day, signer)


def _leader_of(district: District, school: School | None, day: date | None) -> str:
    if school is None:
        return _who_leads(LEADER, day, district_id=district.id)
    # The name beside the school is of whoever leads it now, where nobody has an account.
    found = _who_leads(PRINCIPAL, day, school_id=school.id)
    return found or ("" if day and _who_leads(PRINCIPAL, None, school_id=school.id) else school.principal_name)


def _of_office(unit: District | FormerUnit, signer: str) -> Heading:
    name, place = unit.office_name, unit_place(unit)
    if COMMITTEE_WORDS.match(name):
        # A people's committee stands under nobody's name (Decree 30/2020, annex I, part I, II.2).
        body = f"ủy ban nhân dân\n{unit.name}".upper()
        return Heading(body=body, place=place, symbol="UBND", signer_title="CHỦ TỊCH", signer_name=signer)
    of_education = OFFICE_WORDS.match(name)
    office = "Phòng Giáo dục và Đào tạo" if of_education else _without_unit(name, unit)
    return Heading(
        parent_body=f"UBND {unit.name}".upper(),
        body=office.upper(),
        place=place,
        symbol="PGDĐT" if of_education else initials(office if unit.kind in COMMUNE_KINDS else name),
        signer_title="TRƯỞNG PHÒNG",
        signer_name=signer,
    )


def _without_unit(name: str, unit: District | FormerUnit) -> str:
    end = f" {unit.name}".casefold()
    return name[: -len(end)] if name.casefold().endswith(end) else name


def _of_school(unit: District | FormerUnit, school: School, day: date | None, signer: str) -> Heading:
    in_commune = unit.kind in COMMUNE_KINDS
    parent = f"UBND {unit.name}" if in_commune else unit.office_name
    commune = None if in_commune else then.place_on(school, day).commune
    name = then.school_name_on(school, day)
    sign = initials(KIND_WORDS.sub("", re.sub(r"^trường ", "", name, flags=re.IGNORECASE)))
    return Heading(
        parent_body=parent.upper(),
        body=name.upper(),
        place=KIND_WORDS.sub("", commune.name) if commune else unit_place(unit),
        # As the schools of communes number their papers since July 2025: 11/KH-TrTHCSHL.
        symbol=f"Tr{sign}" if in_commune else sign,
        signer_title="HIỆU TRƯỞNG",
        signer_name=signer,
    )


def unit_place(unit: District | FormerUnit) -> str:
    """Hoàng Mai, of Quận Hoàng Mai."""
    return KIND_WORDS.sub("", unit.name)


def initials(name: str) -> str:
    """THCSYS, of THCS Yên Sở: short words in capitals stand whole, of others the first letter."""
    words = re.findall(r"\w+", name)
    return "".join(word if word.isupper() else word[0].upper() for word in words)


def _who_leads(role: str, day: date | None, *, district_id: int | None = None, school_id: int | None = None) -> str:
    """Who has the role there on a day, the longest-serving first; empty when nobody has."""
    place = Membership.school == school_id if school_id else (Membership.district == district_id)
    query = (
        Membership.select(Person.name)
        .join(Person)
        .where(place, Membership.role == role, under_way(Membership, day), Person.deleted_at.is_null())
        .order_by(Membership.id)
        .limit(1)
    )
    return next((name for (name,) in query.tuples()), "")
