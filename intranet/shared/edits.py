"""What a change of a record can come to: how it was saved, why it was refused, whom it collided with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from intranet.kernel.clock import now
from intranet.kernel.database import is_postgres
from intranet.kernel.statements import Statement, param
from intranet.registry.districts import District, closed_sentence
from intranet.shared import audit

# What saving a form did: nothing differed; written; written on top of what others had saved meanwhile.
UNCHANGED, SAVED, MERGED = "unchanged", "saved", "merged"


class Refused(Exception):
    """The change breaks a rule. ``field`` is the form field to blame, empty when it is none of them."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


def refuse_closed(district: District) -> None:
    """Nothing new is put into a unit that was dissolved or is still to come. Raises Refused."""
    sentence = closed_sentence(district)
    if sentence:
        raise Refused("", sentence)


class Conflict(Exception):
    """Somebody else changed the same fields. ``differences`` are {field: (their value, the value given)}.

    ``others`` are the same of fields that only somebody else changed: a form sent again must carry theirs.
    """

    def __init__(
        self, differences: Mapping[str, tuple[Any, Any]], others: Mapping[str, tuple[Any, Any]] | None = None
    ) -> None:
        super().__init__("conflict")
        self.differences = differences
        self.others = others or {}


def merged(
    current: Any,
    known: Mapping[str, Any],
    given: Mapping[str, Any],
    version: int,
    began: Mapping[str, Any] = MappingProxyType({}),
) -> dict[str, Any]:
    """What of a form made from ``version`` has to be written (decision D15), ``known`` being the values now.

    ``began`` are what its fields showed where the record had no value yet. Raises Conflict.
    """
    mine, both = audit.merge(current, known, given, version, began)
    if both:
        rest = {name for name in given if given[name] != known[name]} - mine.keys() - both.keys()
        raise Conflict(both, {name: (known[name], given[name]) for name in rest})
    return mine


def write_merged(
    current: Any,
    values: Mapping[str, Any],
    *,
    version: int,
    action: str,
    person_id: int | None,
    complete: Callable[[dict[str, Any]], Mapping[str, Any]] = dict,
    done: Callable[[], None] = lambda: None,
) -> str:
    """Write what a form made from ``version`` changed of ``current``, which is locked, with its audit line.

    ``complete`` is given the values as they will be, and returns them with the columns that follow from them; it may
    raise Refused. Returns UNCHANGED, SAVED or MERGED; raises Conflict.
    """
    known = {name: getattr(current, name) for name in values}
    mine = merged(current, known, values, version)
    if not mine:
        return UNCHANGED
    for name, value in complete({**known, **mine}).items():
        setattr(current, name, value)
    current.version += 1
    current.updated_at = now()
    current.save()
    audit.record(action, current, person_id=person_id, changes={name: (known[name], mine[name]) for name in mine})
    done()
    return SAVED if current.version == version + 1 else MERGED


def locked(model: Any, record_id: int) -> Any:
    """The record as it is now, kept from other writers until the transaction ends."""
    row = _locked(model, is_postgres()).row(id=record_id)
    if row is None:
        raise model.DoesNotExist(f"{model.__name__} {record_id}")
    return model.of_row(row)


@cache
def _locked(model: Any, postgres: bool) -> Statement:
    query = model.select().where(model.id == param("id"))
    # SQLite locks the whole file when a transaction begins; PostgreSQL is asked for the row.
    return Statement(lambda: query.for_update() if postgres else query)
