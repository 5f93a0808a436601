"""Who acts for a record of this module: the people of its school, the officers of its district."""

from __future__ import annotations

from intranet.api import COORDINATOR, IT_CONTACT, OFFICER, PRINCIPAL, Holder, Party
from intranet.api import lazy_gettext as _


def keepers_of(school_id: int | None) -> list[Holder]:
    """Who fills in for a school; nobody for none."""
    roles = (PRINCIPAL, COORDINATOR, IT_CONTACT)
    return [] if school_id is None else [Holder(role=role, school_id=school_id) for role in roles]


def principal_of(school_id: int | None) -> list[Holder]:
    """Who answers for a school; nobody for none."""
    return [] if school_id is None else [Holder(role=PRINCIPAL, school_id=school_id)]


def office_of(district_id: int) -> list[Holder]:
    """Who acts for a district's office."""
    return [Holder(role=OFFICER, district_id=district_id)]


SCHOOL = Party(
    key="school",
    label=_("Điều phối viên, phụ trách CNTT của trường"),
    holders=lambda record: keepers_of(record.school_id),
)
HEAD = Party(key="head", label=_("Hiệu trưởng"), holders=lambda record: principal_of(record.school_id))
OFFICE = Party(key="office", label=_("Chuyên viên phòng"), holders=lambda record: office_of(record.district_id))
# Steps that no person takes by a button.
MERGER = Party(key="merger", label=_("Theo quyết định gộp trường"), holders=lambda record: [])
