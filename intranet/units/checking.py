"""Whether anything was left behind under a unit that is no more: for ``intranet verify``."""

from __future__ import annotations

from collections.abc import Iterator

from intranet.registry.districts import District, of_today
from intranet.units.moving import NO_OFFICE, unit_keys


def check() -> Iterator[str]:
    """One line for each column in which rows name a unit that ended, though it says whose something is today."""
    ended = [
        id_ for (id_,) in District.select(District.id).where(~of_today(), District.valid_to.is_null(False)).tuples()
    ]
    if not ended:
        return
    for key in unit_keys():
        count = 0 if key.model in NO_OFFICE else key.model.select().where(key.district.in_(ended)).count()
        if count:
            yield f"{key.model._meta.table_name}: in {count} rows {key.district.name} names a unit that is no more"
