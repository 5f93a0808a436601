"""What is still missing before a change can take effect, each as a sentence and the page on which it is put right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from intranet.kernel.language import gettext as _
from intranet.kernel.language import ngettext
from intranet.kernel.text import match_key
from intranet.registry.districts import District, of_today
from intranet.registry.people import Membership
from intranet.registry.units import (
    COMMUNE,
    DISSOLVE,
    DRAFT,
    FROM,
    MANAGING,
    MERGE,
    RENAME,
    SCHEDULED,
    SPLIT,
    TO,
    TRANSFER,
    ChangeUnit,
    FormerPlace,
    FormerUnit,
    PersonPlacement,
    Placement,
    UnitChange,
)
from intranet.units.plans import Plan

UNITS, SCHOOLS, PEOPLE, FACTS = "units", "schools", "people", "facts"


@dataclass(frozen=True, slots=True)
class Lack:
    """Something missing: the sentence, and on which of the change's pages it is put right."""

    sentence: str
    page: str


def lacking(plan: Plan) -> list[Lack]:
    """Everything that keeps a change from taking effect, in the order in which it is put right."""
    if not plan.of(FROM, plan.tier):
        return [Lack(_("Chưa có đơn vị nào thay đổi."), UNITS)]
    if not plan.of(TO, plan.tier):
        return [Lack(_("Chưa có đơn vị sau thay đổi."), UNITS)]
    found = [Lack(sentence, UNITS) for check in (_shape, _heirs, _collisions) for sentence in check(plan)]
    found += [Lack(sentence, FACTS) for sentence in _order_of_days(plan)]
    return [*found, *_schools(plan), *_people(plan)]


def _shape(plan: Plan) -> Iterator[str]:
    """What each kind of change is: which units it begins and ends with."""
    sources, targets = plan.of(FROM, plan.tier), plan.of(TO, plan.tier)
    if plan.change.kind == RENAME:
        yield from _rename(sources, targets)
    elif plan.change.kind == TRANSFER:
        yield from (
            _("Chuyển cơ quan quản lý chỉ giữa các đơn vị đang có; “%(name)s” là đơn vị mới.", name=unit.name)
            for unit in targets
            if not unit.district_id
        )
        if plan.tier == COMMUNE:
            yield _("Chuyển cơ quan quản lý cần đơn vị quản lý (quận, huyện hoặc xã, phường đang quản lý trường).")
    elif plan.change.kind == MERGE:
        yield from _merge(plan, sources, targets)
    elif plan.change.kind == SPLIT:
        yield from (
            _("Tách cần ít nhất hai đơn vị sau thay đổi cho “%(name)s”.", name=unit.name)
            for unit in sources
            if len(plan.lines.get(unit.id, ())) < 2
        )
    elif plan.change.kind == DISSOLVE and plan.tier == COMMUNE:
        yield _("Giải thể cần đơn vị quản lý; nhập các xã, phường vào nhau thì chọn “Gộp”.")


def _rename(sources: list[ChangeUnit], targets: list[ChangeUnit]) -> Iterator[str]:
    same = len(sources) == len(targets) == 1 and (
        (sources[0].district_id, sources[0].commune_id) == (targets[0].district_id, targets[0].commune_id)
    )
    if not same:
        yield _("Đổi tên cần đúng một đơn vị, trước và sau là một.")
    elif (sources[0].name, sources[0].code, sources[0].office_name, sources[0].kind) == (
        targets[0].name,
        targets[0].code,
        targets[0].office_name,
        targets[0].kind,
    ):
        yield _("Tên, mã và tên cơ quan mới chưa khác tên đang dùng.")


def _merge(plan: Plan, sources: list[ChangeUnit], targets: list[ChangeUnit]) -> Iterator[str]:
    ways = [(source, way[0]) for source in sources for way in plan.lines.get(source.id, ())]
    for source in sources:
        if sum(unit.id == source.id for unit, _target in ways) != 1:
            yield _("Gộp cần mỗi đơn vị nhập vào đúng một đơn vị; “%(name)s” thì chưa.", name=source.name)
    for target in targets:
        merged = {(unit.district_id, unit.commune_id) for unit, into in ways if into == target.id}
        # What is there already and takes others up is one of those that come together.
        if target.district_id and target.tier == MANAGING:
            merged.add((target.district_id, None))
        if target.commune_id:
            merged.add((None, target.commune_id))
        if len(merged) < 2:
            yield _("Gộp cần ít nhất hai đơn vị nhập thành “%(name)s”.", name=target.name)


def _heirs(plan: Plan) -> Iterator[str]:
    for unit in plan.ending:
        if unit.heir_id is None:
            yield _("Chưa chọn đơn vị kế thừa công việc của “%(name)s”.", name=unit.name)


def _collisions(plan: Plan) -> Iterator[str]:
    """A name or code that another unit of today keeps. What ends leaves both free, and codes are given anew."""
    new = plan.of(TO, MANAGING)
    ending = {unit.district_id for unit in plan.ending}
    kept = [d for d in District.select().where(of_today()) if d.id not in ending]
    for what, key in ((_("tên"), lambda one: match_key(one.name)), (_("mã"), lambda one: one.code)):
        for unit in new:
            others = [other for other in new if other.id != unit.id and key(other) and key(other) == key(unit)]
            there = [d for d in kept if d.id != unit.district_id and key(unit) and key(d) == key(unit)]
            if others or there:
                yield _(
                    "“%(name)s” trùng %(what)s với %(other)s.",
                    name=unit.name,
                    what=what,
                    other=(others + there)[0].name,
                )
    for unit in new:
        if not unit.code:
            yield _("“%(name)s” chưa có mã.", name=unit.name)


def _order_of_days(plan: Plan) -> Iterator[str]:
    """A change cannot come before what already happened to its units."""
    districts = [unit.district_id for unit in plan.of(FROM, MANAGING)]
    day = plan.change.effective_on
    for unit in plan.of(FROM, MANAGING):
        if unit.district.valid_to is not None:
            yield _("“%(name)s” không còn là đơn vị hiện nay.", name=unit.name)
        elif unit.district.valid_from is not None and unit.district.valid_from >= day:
            yield _("“%(name)s” chỉ có sau ngày có hiệu lực của thay đổi này.", name=unit.name)
    schools = Placement.select(Placement.school).where(Placement.change == plan.change)
    later = [
        *FormerUnit.select().where(FormerUnit.district.in_(districts or [0]), FormerUnit.until >= day).limit(1),
        *FormerPlace.select().where(FormerPlace.school.in_(schools), FormerPlace.until >= day).limit(1),
    ]
    if later:
        yield _("Đã có thay đổi khác của các đơn vị này có hiệu lực cùng ngày hoặc sau đó.")
    yield from _others(plan)


def _others(plan: Plan) -> Iterator[str]:
    """Changes of the same units that have to come first, or that wait for their day already."""
    places = {unit.district_id for unit in plan.units.values() if unit.side == FROM and unit.district_id}
    query = (
        UnitChange.select(UnitChange.title, UnitChange.state, UnitChange.effective_on, ChangeUnit.tier)
        .join(ChangeUnit, on=(ChangeUnit.change == UnitChange.id))
        .where(UnitChange.state.in_((DRAFT, SCHEDULED)), UnitChange.id != plan.change.id)
        .where(ChangeUnit.side == FROM, ChangeUnit.district.in_(sorted(places) or [0]))
        .distinct()
        .order_by(UnitChange.effective_on, UnitChange.title)
    )
    said = set()
    for title, state, day, tier in query.tuples():
        if title in said:
            continue
        if day < plan.change.effective_on:
            said.add(title)
            yield _("“%(title)s” có hiệu lực trước và chưa thực hiện; hãy thực hiện hoặc hủy trước.", title=title)
        elif state == SCHEDULED and tier == plan.tier == MANAGING:
            said.add(title)
            yield _("“%(title)s” cũng thay đổi đơn vị này và đang chờ ngày có hiệu lực.", title=title)


def _schools(plan: Plan) -> list[Lack]:
    placed = Placement.select().where(Placement.change == plan.change)
    if plan.change.kind == TRANSFER:
        none = not placed.where(Placement.target.is_null(False)).exists()
        return [Lack(_("Chưa chọn trường nào chuyển sang đơn vị khác."), SCHOOLS)] if none else []
    count = placed.where(Placement.target.is_null()).count()
    text = ngettext("Còn %(num)s trường chưa có đơn vị mới.", "Còn %(num)s trường chưa có đơn vị mới.", count)
    return [Lack(text, SCHOOLS)] if count else []


def _people(plan: Plan) -> list[Lack]:
    districts = [unit.district_id for unit in plan.ending]
    lasting = Membership.ends_on.is_null() | (Membership.ends_on >= plan.change.effective_on)
    placed = PersonPlacement.select(PersonPlacement.membership).where(PersonPlacement.change == plan.change)
    count = (
        Membership.select()
        .where(Membership.district.in_(districts or [0]), Membership.school.is_null(), lasting)
        .where(Membership.id.not_in(placed))
        .count()
    )
    text = ngettext(
        "Còn %(num)s người của cơ quan chưa rõ về đâu.", "Còn %(num)s người của cơ quan chưa rõ về đâu.", count
    )
    return [Lack(text, PEOPLE)] if count else []
