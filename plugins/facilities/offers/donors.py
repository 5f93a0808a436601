"""Donors: people and bodies outside the schools, who need no account."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from intranet.api import District, School, fold, record, sort_key
from plugins.facilities.models import Donor


def make_donor(
    values: Mapping[str, Any], *, school: School | None, district: District | int, person_id: int | None
) -> Donor:
    """Note a donor whom a school (or an office) knows. Call it in a transaction.

    ``values``: name, kind, contact, anonymous. The same name of the same place is the same donor.
    """
    key = sort_key(values["name"])
    known = Donor.get_or_none(Donor.district == district, Donor.school == school, Donor.sort_key == key)
    if known is not None and known.kind == values["kind"]:
        return known
    donor = Donor(
        district=district,
        school=school,
        sort_key=key,
        search_text=fold(f" {values['name']} "),
        created_by=person_id,
        **values,
    )
    donor.save(force_insert=True)
    record("facilities.donor", donor, person_id=person_id, changes={"name": (None, donor.name)})
    return donor
