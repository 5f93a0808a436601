"""What modules have under way of a school: what goes along when schools merge, what may go when one is split."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping

from intranet.contributions import OpenWork
from intranet.kernel.language import gettext as _
from intranet.kernel.plugins import Failure
from intranet.registry.schools import School
from intranet.shared.modules import enabled_in, plugins

FEWEST_CHILDREN = 5
# {module: {kind: ids}}
Chosen = Mapping[str, Mapping[str, Collection[int]]]


def open_work(school: School) -> dict[str, OpenWork]:
    """{what a form sends: the work} of the modules that are on, those of one kind together."""
    found = plugins().collect("open_work", enabled_in(school.district_id), school=school)
    return {f"{name}:{work.kind}:{work.id}": work for name, work in found if not isinstance(work, Failure)}


def counted(school: School) -> list[tuple[str, str]]:
    """(kind in words, how many in words) of what is under way; of children, fewer than five are not told apart."""
    found = Counter((str(work.kind_label), work.of_child) for work in open_work(school).values())
    return [
        (kind, _("dưới %(least)s", least=FEWEST_CHILDREN) if of_child and count < FEWEST_CHILDREN else str(count))
        for (kind, of_child), count in found.items()
    ]


def by_module(keys: Collection[str]) -> Chosen:
    """The keys of open_work() as each module takes them."""
    found: dict[str, dict[str, set[int]]] = {}
    for key in keys:
        name, kind, id_ = key.split(":")
        found.setdefault(name, {}).setdefault(kind, set()).add(int(id_))
    return found


def hand_over(school: School, successor: School, keys: Collection[str]) -> None:
    """Have every module make what was chosen the successor's. Call it in the transaction of the split."""
    chosen = by_module(keys)
    for name in plugins().names:
        plugins().boot(name, "work_moved", school=school, successor=successor, chosen=chosen.get(name, {}))
