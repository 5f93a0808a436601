"""Who acts for a record of this module: the host's people, or the office's where no school hosts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from intranet.api import COORDINATOR, LEADER, OFFICER, PRINCIPAL, Holder, Party
from intranet.api import lazy_gettext as _


def _host(in_school: Sequence[str], in_office: Sequence[str]) -> Callable[[Any], Sequence[Holder]]:
    def holders(record: Any) -> Sequence[Holder]:
        if record.school_id is not None:
            return [Holder(role=role, school_id=record.school_id) for role in in_school]
        return [Holder(role=role, district_id=record.district_id) for role in in_office]

    return holders


def person(key: str, label: Any, field: str) -> Party:
    """A party that is one person, whom a field of the record names."""
    return Party(key=key, label=label, holders=lambda record: [Holder(person_id=getattr(record, f"{field}_id"))])


# Whoever may run it beside the person in charge.
HOST = Party(key="host", label=_("Đơn vị tổ chức"), holders=_host((PRINCIPAL, COORDINATOR), (OFFICER,)))
# Who decides: the principal, for the office its leader.
APPROVER = Party(key="approver", label=_("Người duyệt"), holders=_host((PRINCIPAL,), (LEADER,)))
OFFICE = Party(
    key="office",
    label=_("Chuyên viên phòng"),
    holders=lambda record: [Holder(role=OFFICER, district_id=record.district_id)],
)
