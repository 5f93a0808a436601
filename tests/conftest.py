"""The tests' own module lies on the path, so that it is found by its entry point like any other."""

import os
import sys
from datetime import date
from pathlib import Path

import pytest

from intranet.registry.districts import District
from intranet.registry.people import Membership
from intranet.registry.schools import School
from intranet.registry.units import (
    BY_PERSON,
    DISSOLVE,
    FROM,
    PART,
    SCHEDULED,
    TO,
    ChangeLine,
    ChangeUnit,
    PersonPlacement,
    Placement,
    UnitChange,
)
from intranet.units.applying import apply_change

PLUGINS = str(Path(__file__).parent / "plugins")
sys.path.insert(0, PLUGINS)
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (PLUGINS, os.environ.get("PYTHONPATH"))))


# The day on which huyện Ứng Hòa was dissolved into communes (Resolution 1656/NQ-UBTVQH15).
DISSOLVED_ON = date(2025, 7, 1)
COMMUNES = {"Vân Đình": "10354", "Ứng Thiên": "10369", "Hòa Xá": "10417", "Ứng Hòa": "10402"}


@pytest.fixture
def reorganised(app):
    """{name: unit} after huyện Ứng Hòa became four communes: THCS Hồng Quang came under Hòa Xá, the rest Vân Đình."""
    with app.app_context():
        before = District.get(District.code == "UH")
        change = UnitChange.create(kind=DISSOLVE, title="Sắp xếp", effective_on=DISSOLVED_ON, state=SCHEDULED)
        names = {name: getattr(before, name) for name in ("kind", "code", "name", "office_name")}
        source = ChangeUnit.create(change=change, side=FROM, district=before, **names)
        targets = {name: _target(change, source, name, code) for name, code in COMMUNES.items()}
        source.heir = targets["Vân Đình"]
        source.save()
        for school in School.select().where(School.district == before):
            target = targets["Hòa Xá" if school.name.endswith("Hồng Quang") else "Vân Đình"]
            Placement.create(change=change, school=school, target=target, chosen=BY_PERSON)
        for work in Membership.select().where(Membership.district == before, Membership.school.is_null()):
            PersonPlacement.create(change=change, membership=work, target=source.heir)
        apply_change(change, person_id=None)
        return {name: ChangeUnit.get_by_id(target.id).district for name, target in targets.items()} | {
            "Huyện Ứng Hòa": District.get_by_id(before.id)
        }


def _target(change, source, name, code):
    names = {"kind": "xa", "code": code, "name": f"Xã {name}", "office_name": f"UBND xã {name}"}
    target = ChangeUnit.create(change=change, side=TO, **names)
    ChangeLine.create(change=change, source=source, target=target, extent=PART)
    return target
