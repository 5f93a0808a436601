"""What each person chose for a screen: the columns of a list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from intranet.kernel.database import transaction
from intranet.kernel.statements import Statement, param
from intranet.registry.people import Preference

_VALUE = Statement(
    lambda: Preference.select(Preference.value).where(
        Preference.person == param("person"), Preference.name == param("name")
    )
)


def chosen_columns(person_id: int, name: str, known: Iterable[str], default: Sequence[str]) -> tuple[str, ...]:
    """The keys of the columns that the person wants to see in a list, in the order of ``known``."""
    value = _VALUE.value(person=person_id, name=name)
    if value is None:
        return tuple(default)
    chosen = value.split(",")
    return tuple(key for key in known if key in chosen)


def choose_columns(person_id: int, name: str, columns: Iterable[str]) -> None:
    """Keep the columns that the person wants to see in a list; none means only the name."""
    value = ",".join(columns)
    with transaction():
        Preference.insert(person=person_id, name=name, value=value).on_conflict(
            conflict_target=[Preference.person, Preference.name], update={Preference.value: value}
        ).execute()
