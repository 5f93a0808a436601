"""A conversion table becomes the units and lines of a change: its old units are looked for among ours."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from intranet.kernel.database import transaction
from intranet.kernel.language import gettext as _
from intranet.kernel.text import canonical, fold, match_key
from intranet.registry.districts import DISTRICT_KINDS, Commune, District, of_today
from intranet.registry.units import (
    COMMUNE,
    FROM,
    MANAGING,
    PART,
    TO,
    WHOLE,
    ChangeLine,
    ChangeUnit,
    PersonPlacement,
    UnitChange,
)
from intranet.shared import audit
from intranet.units import plans
from intranet.units.files import LONGEST_NAME, LONGEST_NOTE, ConversionRow, bare_name, kind_of


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a file: how many lines it made, of how many old units we know nothing, and which districts' lines
    concern others."""

    lines: int
    unknown: int
    elsewhere: tuple[str, ...]
    staying: int


class Finder:
    """Our communes, looked for as a table names them: by name and district first; a code alone proves nothing."""

    def __init__(self) -> None:
        self.districts = {match_key(d.name): d for d in District.select().where(of_today())}
        ids = [district.id for district in self.districts.values()]
        self.communes = list(Commune.select().where(Commune.district.in_(ids or [0]), Commune.valid_to.is_null()))

    def knows(self, row: ConversionRow) -> bool:
        """Whether the row is of a district of ours; without one, its communes have to tell."""
        return not row.district or match_key(row.district) in self.districts

    def find(self, row: ConversionRow) -> Commune | None:
        """The commune that the row means; None where none is, or where several could be."""
        district = self.districts.get(match_key(row.district)) if row.district else None
        pool = [c for c in self.communes if district is None or c.district_id == district.id]
        return (
            _only([c for c in pool if c.match_key == match_key(row.old_name)], row)
            # Some lists leave the kind out: "Hoa Sơn".
            or _only([c for c in pool if _one_without_kind(c.name, row.old_name)], row)
            or _only(
                [c for c in pool if row.old_code and c.code == row.old_code and fold(c.name) == fold(row.old_name)], row
            )
        )


def _one_without_kind(ours: str, theirs: str) -> bool:
    return bare_name(ours) == bare_name(theirs) and not (kind_of(ours) and kind_of(theirs))


def _only(found: Sequence[Commune], row: ConversionRow) -> Commune | None:
    if len(found) > 1:
        found = [commune for commune in found if commune.code and commune.code == row.old_code]
    return found[0] if len(found) == 1 else None


def use_file(
    change: UnitChange,
    rows: Sequence[ConversionRow],
    *,
    tier: str,
    file_name: str,
    person_id: int | None,
    done: Callable[[], None] = lambda: None,
) -> Outcome:
    """Make the units and lines of a change anew from a table; ``tier`` is what its new units are. Raises Refused."""
    with transaction():
        current = plans.draft(change)
        finder = Finder()
        kept, outcome = _kept(rows, finder)
        PersonPlacement.delete().where(PersonPlacement.change == current).execute()
        ChangeUnit.delete().where(ChangeUnit.change == current).execute()
        _write(current, kept, finder, tier)
        plans.sync(current)
        changes = {"file": (None, canonical(file_name)[:200]), "lines": (None, outcome.lines)}
        audit.record("unit_change.file", current, person_id=person_id, changes=changes)
        done()
        return outcome


Kept = list[tuple[ConversionRow, Commune | None]]


def _kept(rows: Sequence[ConversionRow], finder: Finder) -> tuple[Kept, Outcome]:
    """The rows that concern us, each with its commune, and what became of the others."""
    changing = [row for row in rows if not row.stays]
    found = [(row, finder.find(row) if finder.knows(row) else None) for row in changing]
    reached = {_new_key(row) for row, commune in found if commune}
    # A country's table has thousands of lines of others. What we do not know, but may be ours, is kept and shown.
    kept = [
        (row, commune)
        for row, commune in found
        if commune or (finder.knows(row) and (row.district or _new_key(row) in reached))
    ]
    numbers = {row.number for row, _commune in kept}
    elsewhere = {row.district or row.new_name for row in changing if row.number not in numbers}
    unknown = {(row.district, match_key(row.old_name)) for row, commune in kept if commune is None}
    return kept, Outcome(len(kept), len(unknown), tuple(sorted(elsewhere)), len(rows) - len(changing))


def _new_key(row: ConversionRow) -> tuple[str, str]:
    return match_key(row.new_name), row.new_code


def _write(change: UnitChange, kept: Kept, finder: Finder, tier: str) -> None:
    sources: dict[tuple, ChangeUnit] = {}
    targets: dict[tuple[str, str], ChangeUnit] = {}
    ways: dict[tuple[int, int], tuple[ConversionRow, str]] = {}
    places = _places(kept, finder)
    ending = {place for place in places.values() if place}
    known = _known(tier, ending, finder)
    for row, commune in kept:
        old = (commune.id,) if commune else (match_key(row.district), match_key(row.old_name))
        if old not in sources:
            sources[old] = _source(change, row, commune)
        if _new_key(row) not in targets:
            targets[_new_key(row)] = _target(change, row, tier, places[_new_key(row)], known)
        ways.setdefault((sources[old].id, targets[_new_key(row)].id), (row, _note(row, sources[old])))
    reached = Counter(source for source, _target_ in ways)
    for (source, target), (row, note) in ways.items():
        extent = PART if reached[source] > 1 else row.extent
        ChangeLine.create(change=change, source=source, target=target, extent=extent, note=note)
    if tier == MANAGING:
        _join_managing(change, kept, targets, finder)


def _places(kept: Kept, finder: Finder) -> dict[tuple[str, str], int | None]:
    """{new unit: the managing unit that most of its communes are of}."""
    counted: dict[tuple[str, str], Counter[int]] = defaultdict(Counter)
    for row, commune in kept:
        if place := _place(row, commune, finder):
            counted[_new_key(row)][place] += 1
    return {_new_key(row): next((id_ for id_, _n in counted[_new_key(row)].most_common(1)), None) for row, _c in kept}


def _place(row: ConversionRow, commune: Commune | None, finder: Finder) -> int | None:
    """The managing unit of a row's old unit."""
    named = finder.districts.get(match_key(row.district))
    return commune.district_id if commune else named and named.id


def _known(tier: str, ending: set[int], finder: Finder) -> dict[tuple, District | Commune]:
    """What of the new units is there already, by place and name."""
    if tier == MANAGING:
        return {(None, key): district for key, district in finder.districts.items() if district.id not in ending}
    return {(commune.district_id, commune.match_key): commune for commune in finder.communes}


def _source(change: UnitChange, row: ConversionRow, commune: Commune | None) -> ChangeUnit:
    """The old unit as we have it: to take the change back, it gets these names again. What we lack, as it is named."""
    known = {"name": row.old_name, "code": row.old_code}
    if commune:
        known = {"name": commune.name, "code": commune.code or "", "district": commune.district_id}
    return ChangeUnit.create(change=change, side=FROM, tier=COMMUNE, commune=commune, **known)


def _note(row: ConversionRow, source: ChangeUnit) -> str:
    """What the table says of a line, and where its code is not ours."""
    differs = source.commune_id and row.old_code and source.code and row.old_code != source.code
    said = _("bảng ghi mã %(code)s", code=row.old_code) if differs else ""
    return "; ".join(filter(None, (row.note, said)))[:LONGEST_NOTE]


def _target(
    change: UnitChange, row: ConversionRow, tier: str, place: int | None, known: dict[tuple, District | Commune]
) -> ChangeUnit:
    unit = ChangeUnit(change=change, side=TO, tier=tier, name=row.new_name, code=row.new_code)
    if tier == MANAGING:
        unit.district = known.get((None, match_key(row.new_name)))
        unit.kind, unit.office_name = managing_kind(row.new_name), office_name(row.new_name)
        if unit.district:
            unit.kind, unit.office_name = unit.district.kind, unit.district.office_name
    else:
        unit.district, unit.commune = place, known.get((place, match_key(row.new_name)))
    unit.save(force_insert=True)
    return unit


def managing_kind(name: str) -> str:
    """The kind of a managing unit by its name, a commune where the name does not say."""
    kind = kind_of(name)
    return kind if kind in DISTRICT_KINDS else "xa"


def office_name(name: str) -> str:
    """What the office of a new unit is called until somebody says otherwise: "UBND xã Vân Đình"."""
    words = f"{name[:1].lower()}{name[1:]}" if kind_of(name) else name
    return f"UBND {words}"[:LONGEST_NAME]


def _join_managing(change: UnitChange, kept: Kept, targets: dict[tuple[str, str], ChangeUnit], finder: Finder) -> None:
    """The managing units whose communes the table names, and into what they come apart."""
    ways: dict[int, set[int]] = defaultdict(set)
    for row, commune in kept:
        if place := _place(row, commune, finder):
            ways[place].add(targets[_new_key(row)].id)
    for district in sorted(finder.districts.values(), key=lambda one: one.id):
        reached = ways.get(district.id)
        if not reached:
            continue
        unit = ChangeUnit.create(
            change=change,
            side=FROM,
            district=district,
            kind=district.kind,
            code=district.code,
            name=district.name,
            office_name=district.office_name,
        )
        for target in sorted(reached):
            ChangeLine.create(change=change, source=unit, target=target, extent=WHOLE if len(reached) == 1 else PART)
