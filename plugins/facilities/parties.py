"""Who acts for a record of this module: the people of its school, the officers of its district."""

from __future__ import annotations

from intranet.api import COORDINATOR, OFFICER, PRINCIPAL, Holder, Party
from intranet.api import lazy_gettext as _


def keepers_of(school_id: int | None) -> list[Holder]:
    """Who acts for a school in these matters; nobody for none."""
    return [] if school_id is None else [Holder(role=role, school_id=school_id) for role in (PRINCIPAL, COORDINATOR)]


def office_of(district_id: int) -> list[Holder]:
    """Who acts for a district's office."""
    return [Holder(role=OFFICER, district_id=district_id)]


SCHOOL = Party(
    key="school", label=_("Hiệu trưởng, điều phối viên"), holders=lambda record: keepers_of(record.school_id)
)
OFFICE = Party(key="office", label=_("Chuyên viên phòng"), holders=lambda record: office_of(record.district_id))
# Steps that no person takes by a button: a rule of this module does.
RULE = Party(key="rule", label=_("Theo số đã nhận, theo hạn, theo hồ sơ đề xuất"), holders=lambda record: [])
MERGER = Party(key="merger", label=_("Theo quyết định gộp, đóng trường"), holders=lambda record: [])
