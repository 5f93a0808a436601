"""Changes as an administrator would enter them, from the state's own conversion tables (docs/units.md names them)."""

import csv
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest

from intranet.kernel import jobs
from intranet.kernel.text import match_key
from intranet.papers.letterheads import COMMUNE_KINDS
from intranet.registry.districts import Commune, District
from intranet.registry.schools import School
from intranet.registry.units import (
    BY_PERSON,
    COMMUNE,
    DISSOLVE,
    FROM,
    MANAGING,
    MERGE,
    PART,
    SCHEDULED,
    TO,
    WHOLE,
    ChangeLine,
    ChangeUnit,
    Placement,
    UnitChange,
)
from intranet.units import upkeep
from intranet.units.plans import sync, units_of

DATA = Path(__file__).parent / "data"
KINDS = {"Phường": "phuong", "Xã": "xa", "Thị": "thi_tran", "Quận": "quan"}


def rows_of(name):
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def named(name, code="", **values):
    kind = KINDS[name.split()[0]]
    office = f"UBND {name[:1].lower()}{name[1:]}" if kind in COMMUNE_KINDS else ""
    return {"name": name, "code": code, "kind": kind, "office_name": office, **values}


def commune(district, name):
    return Commune.get(Commune.district == district, Commune.match_key == match_key(name))


def unit(change, side, tier, **values):
    return ChangeUnit.create(change=change, side=side, tier=tier, **values)


def of_district(change, side, district):
    values = {name: getattr(district, name) for name in ("kind", "code", "name", "office_name")}
    return unit(change, side, MANAGING, district=district, **values)


def of_commune(change, side, row, name, code=""):
    return unit(change, side, COMMUNE, district=row.district_id, commune=row, **named(name, code))


def communes_of_2025():
    """1 January 2025: Ứng Hòa's communes become fewer; no school gets another office."""
    district = District.get(District.code == "UH")
    change = UnitChange.create(
        kind=MERGE,
        title="Sắp xếp xã của huyện Ứng Hòa",
        decree_number="1286/NQ-UBTVQH15",
        decree_on=date(2024, 11, 14),
        effective_on=date(2025, 1, 1),
    )
    targets = {}
    for row in rows_of("2025-01-01.csv"):
        if row["ghi_chu"] == "giữ nguyên":
            continue
        name, code = row["ten_xa_2025_01"], row["ma_xa_2025_01"]
        if name not in targets:
            targets[name] = unit(change, TO, COMMUNE, district=district, **named(name, code))
        old = commune(district, row["ten_xa_2023"])
        source = of_commune(change, FROM, old, row["ten_xa_2023"], row["ma_xa_2023"])
        ChangeLine.create(change=change, source=source, target=targets[name], extent=WHOLE)
    return ready(change)


def two_tiers(*codes):
    """1 July 2025: districts are dissolved, their schools pass to communes and wards, which were merged before."""
    if "".join(codes) != "HM" and not Commune.select().where(Commune.name == "Xã Hoa Viên").exists():
        take_effect(communes_of_2025())
    change = UnitChange.create(
        kind=DISSOLVE,
        title="Tổ chức chính quyền địa phương 2 cấp",
        decree_number="1656/NQ-UBTVQH15",
        decree_on=date(2025, 6, 16),
        effective_on=date(2025, 7, 1),
    )
    districts = {row.name: row for row in District.select().where(District.code.in_(codes or ("HM", "UH")))}
    ended = {name: of_district(change, FROM, row) for name, row in districts.items()}
    targets, sources = {}, {}
    for row in rows_of("2025-07-01.csv"):
        name = row["quan_huyen_cu"].rpartition(" (")[0]
        if name not in districts:
            continue
        new, old = row["ten_xa_moi"], row["ten_xa_cu"]
        if new not in targets:
            targets[new] = unit(change, TO, MANAGING, **named(new, row["ma_xa_moi"]))
        if old not in sources:
            sources[old] = of_commune(change, FROM, commune(districts[name], old), old, row["ma_xa_cu"])
        extent = WHOLE if row["ghi_chu"] == "Nhập toàn bộ" else PART
        ChangeLine.create(change=change, source=sources[old], target=targets[new], extent=extent, note=row["ghi_chu"])
    heirs = {"Quận Hoàng Mai": "Phường Hoàng Mai", "Huyện Ứng Hòa": "Xã Vân Đình"}
    for name, source in ended.items():
        source.heir = targets[heirs[name]]
        source.save()
    return ready(change)


def ready(change):
    sync(change)
    change.state = SCHEDULED
    change.save()
    return change


def candidates(placement):
    """The units that the lines of a school's commune lead to; where nobody knows that, of its district's communes."""
    source = ChangeUnit.alias()
    lines = (
        ChangeLine.select(ChangeLine.target)
        .join(source, on=(ChangeLine.source == source.id))
        .where(ChangeLine.change == placement.change_id)
        .order_by(ChangeLine.id)
    )
    found = lines.where(source.commune == placement.school.commune_id)
    nearby = lines.where(source.district == placement.school.district_id)
    return list(dict.fromkeys(id_ for (id_,) in (list(found.tuples()) or nearby.tuples())))


def choose(change):
    """What people have to say: where the schools of wards lie that were cut up. Who works in an office follows it."""
    chosen = list(
        Placement.select().where(Placement.change == change, Placement.target.is_null()).order_by(Placement.id)
    )
    for number, placement in enumerate(chosen):
        targets = candidates(placement)
        placement.target, placement.chosen = targets[number % len(targets)], BY_PERSON
        placement.save()
    return [placement.school_id for placement in chosen]


def take_effect(change):
    """Its day comes: the job does it."""
    upkeep.enqueue_change(change.id, change.effective_on)
    jobs.run_due()
    return UnitChange.get_by_id(change.id)


def target(change, name):
    return ChangeUnit.get(ChangeUnit.change == change, ChangeUnit.side == TO, ChangeUnit.name == name)


def open_schools():
    return School.select().where(School.closed_on.is_null(), School.deleted_at.is_null())


@pytest.fixture
def history(app):
    """What the tests of this room share, inside the application."""
    with app.app_context():
        yield SimpleNamespace(
            communes_of_2025=communes_of_2025,
            two_tiers=two_tiers,
            choose=choose,
            candidates=candidates,
            take_effect=take_effect,
            open_schools=open_schools,
            rows_of=rows_of,
            named=named,
            unit=unit,
            of_district=of_district,
            units_of=units_of,
            target=target,
        )


@pytest.fixture
def replayed(history):
    """The demo after both changes, in the order of their dates: the second change, and whom people placed."""
    take_effect(communes_of_2025())
    change = two_tiers()
    chosen = choose(change)
    return SimpleNamespace(change=take_effect(change), chosen=chosen)
