"""How an office or a school heads and signs its papers: as it was saved, else as its data say."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from intranet.registry.districts import District
from intranet.registry.people import LEADER, PRINCIPAL, Membership, Person, under_way
from intranet.registry.schools import School
from intranet.shared.papers import Letterhead

# Since 1 July 2025 communes manage schools; their office is the one for culture and society.
COMMUNE_KINDS = ("phuong", "xa", "dac_khu")
KIND_WORDS = re.compile(r"^(quận|huyện|thị xã|thành phố|phường|xã|thị trấn|đặc khu) ", re.IGNORECASE)
OFFICE_WORDS = re.compile(r"^phòng (gd ?& ?đt|giáo dục và đào tạo)\b", re.IGNORECASE)
FIELDS = ("parent_body", "body", "place", "symbol", "signer_title", "signer_name")


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What stands at the head and the foot of a paper. Bodies may have two lines."""

    parent_body: str = ""
    body: str = ""
    place: str = ""
    symbol: str = ""
    signer_title: str = ""
    signer_name: str = ""


def heading_of(district: District, school: School | None = None) -> Heading:
    """The heading of a district's office or of a school: what was saved, and where that is empty, our default."""
    saved = saved_letterhead(district.id, school.id if school else None)
    default = default_heading(district, school)
    if saved is None:
        return default
    return replace(default, **{name: getattr(saved, name) for name in FIELDS if getattr(saved, name)})


def saved_letterhead(district_id: int, school_id: int | None) -> Letterhead | None:
    """The row of an office or a school, if it has one."""
    own = Letterhead.school.is_null() if school_id is None else Letterhead.school == school_id
    return Letterhead.get_or_none(Letterhead.district == district_id, own)


def default_heading(district: District, school: School | None = None) -> Heading:
    """The heading that follows from names and memberships."""
    return _of_office(district) if school is None else _of_school(district, school)


def _of_office(district: District) -> Heading:
    name = district.office_name
    commune = district.kind in COMMUNE_KINDS
    office = "Phòng Giáo dục và Đào tạo" if OFFICE_WORDS.match(name) else _without_unit(name, district)
    return Heading(
        parent_body=f"UBND {district.name}".upper(),
        body=office.upper(),
        place=unit_place(district),
        symbol="PGDĐT" if OFFICE_WORDS.match(name) else initials(office if commune else name),
        signer_title="TRƯỞNG PHÒNG",
        signer_name=_who_leads(LEADER, district_id=district.id),
    )


def _without_unit(name: str, district: District) -> str:
    end = f" {district.name}".casefold()
    return name[: -len(end)] if name.casefold().endswith(end) else name


def _of_school(district: District, school: School) -> Heading:
    commune = district.kind in COMMUNE_KINDS
    parent = f"UBND {district.name}" if commune else district.office_name
    place = KIND_WORDS.sub("", school.commune.name) if school.commune_id else unit_place(district)
    return Heading(
        parent_body=parent.upper(),
        body=school.name.upper(),
        place=place,
        symbol=initials(KIND_WORDS.sub("", re.sub(r"^trường ", "", school.name, flags=re.IGNORECASE))),
        signer_title="HIỆU TRƯỞNG",
        signer_name=_who_leads(PRINCIPAL, school_id=school.id) or school.principal_name,
    )


def unit_place(district: District) -> str:
    """Hoàng Mai, of Quận Hoàng Mai."""
    return KIND_WORDS.sub("", district.name)


def initials(name: str) -> str:
    """THCSYS, of THCS Yên Sở: short words in capitals stand whole, of others the first letter."""
    words = re.findall(r"\w+", name)
    return "".join(word if word.isupper() else word[0].upper() for word in words)


def _who_leads(role: str, *, district_id: int | None = None, school_id: int | None = None) -> str:
    """Who has the role there today, the longest-serving first; empty when nobody has."""
    place = Membership.school == school_id if school_id else (Membership.district == district_id)
    query = (
        Membership.select(Person.name)
        .join(Person)
        .where(place, Membership.role == role, under_way(Membership), Person.deleted_at.is_null())
        .order_by(Membership.id)
        .limit(1)
    )
    return next((name for (name,) in query.tuples()), "")
