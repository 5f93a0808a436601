"""The two-way ledger of a pair: how much of what each side gave, and what both did together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from peewee import JOIN, fn

from intranet.kernel.language import gettext as _
from intranet.kernel.statements import Statement, param
from intranet.pairings.flags import OFTEN
from intranet.registry.activities import Activity, ActivityMeasure
from intranet.registry.twinning import Pairing
from intranet.shared import pledges


@dataclass(slots=True)
class Line:
    """One kind of activity in one unit, by side; ``unit`` is empty where only the times are known."""

    label: str
    unit: str
    first: Decimal = Decimal(0)
    second: Decimal = Decimal(0)
    both: Decimal = Decimal(0)

    @property
    def is_given(self) -> bool:
        """Whether one side gave it to the other."""
        return bool(self.first or self.second)

    def share(self, amount: Decimal) -> int:
        """How long the bar of an amount is, of 100."""
        most = max(self.first, self.second)
        return round(100 * amount / most) if most else 0


def ledger(pairing: Pairing, sides: Mapping[int, str]) -> list[Line]:
    """What was given and received, by kind and unit; ``sides`` are pledges.sides_of() the pair."""
    found: dict[tuple[str, str], Line] = {}
    for kind, label, unit, giver_id, quantity, count in _SUMS.rows(pairing=pairing.id):
        entry = found.setdefault((kind, unit or ""), Line(label, unit or ""))
        amount = Decimal(count) if quantity is None else Decimal(str(quantity)).quantize(pledges.CENT)
        side = sides.get(giver_id, pledges.BOTH)
        setattr(entry, side, getattr(entry, side) + amount)
    return [found[key] for key in sorted(found)]


_SUMS = Statement(
    lambda: (
        Activity.select(
            Activity.kind,
            fn.MAX(Activity.kind_label),
            ActivityMeasure.unit,
            Activity.giver,
            fn.SUM(ActivityMeasure.quantity),
            fn.COUNT(Activity.id),
        )
        .join(ActivityMeasure, JOIN.LEFT_OUTER, on=(ActivityMeasure.activity == Activity.id))
        .where(Activity.pairing == param("pairing"), Activity.void_at.is_null())
        .group_by(Activity.kind, ActivityMeasure.unit, Activity.giver)
    )
)


def hint(pairing: Pairing) -> str:
    """A gentle word where help runs one way only; empty where it does not."""
    gave = pairing.first_gave, pairing.second_gave
    if min(gave) or max(gave) < OFTEN:
        return ""
    giver, other = pairing.first_school.name, pairing.second_school.name
    if pairing.second_gave > pairing.first_gave:
        giver, other = other, giver
    return _(
        "Đến nay các hoạt động giúp đỡ đều đi từ %(giver)s. Trường nào cũng có điều để chia sẻ: "
        "hai bên có thể bàn xem %(other)s muốn đóng góp điều gì.",
        giver=giver,
        other=other,
    )
