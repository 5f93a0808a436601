"""Every change of a district's list of themes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from intranet.api import District, locked, record, transaction
from plugins.professional_development.models import Theme


def labels(district_id: int) -> list[str]:
    """The list, in its order."""
    query = Theme.select(Theme.label).where(Theme.district == district_id, Theme.retired == False)  # noqa: E712 (SQL)
    return [label for (label,) in query.order_by(Theme.position, Theme.id).tuples()]


def set_themes(
    district: District, wanted: Sequence[str], *, person_id: int, done: Callable[[], None] = lambda: None
) -> bool:
    """Make this the district's list; what is left out stays with its sessions. False when nothing changed."""
    wanted = list(dict.fromkeys(wanted))
    with transaction():
        # Two people who save at once: the second list holds, whole.
        locked(District, district.id)
        before = labels(district.id)
        if before != wanted:
            _write(district, wanted)
            changes = {"themes": ("\n".join(before), "\n".join(wanted))}
            record("professional_development.themes", district, person_id=person_id, changes=changes)
        done()
    return before != wanted


def _write(district: District, wanted: Sequence[str]) -> None:
    known = {theme.label: theme for theme in Theme.select().where(Theme.district == district)}
    for label, theme in known.items():
        theme.retired = label not in wanted
        theme.save()
    for position, label in enumerate(wanted):
        theme = known.get(label) or Theme(district=district, label=label)
        theme.position = position
        theme.save()
