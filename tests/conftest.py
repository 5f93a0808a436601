"""The tests' own module lies on the path, so that it is found by its entry point like any other."""

import os
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

from intranet.kernel.clock import now
from intranet.kernel.text import sort_key
from intranet.registry.districts import District
from intranet.registry.people import Membership, Person
from intranet.registry.schools import School
from intranet.registry.twinning import Pairing, Programme, ProgrammeDistrict
from intranet.registry.units import APPLIED, ChangeLine, ChangeUnit, FormerPlace, UnitChange

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
        change = UnitChange.create(
            kind="split", title="Sắp xếp", effective_on=DISSOLVED_ON, state=APPLIED, applied_at=now()
        )
        units = {
            name: District.create(
                kind="xa",
                code=code,
                name=f"Xã {name}",
                office_name=f"UBND xã {name}",
                sort_key=sort_key(name),
                valid_from=DISSOLVED_ON,
            )
            for name, code in COMMUNES.items()
        }
        _draw_lines(change, before, units.values())
        heir = units["Vân Đình"]
        last_day = DISSOLVED_ON - timedelta(days=1)
        District.update(valid_to=last_day, merged_into=heir).where(District.id == before.id).execute()
        _move(change, before, heir, units["Hòa Xá"])
        here = ProgrammeDistrict.district == before
        ProgrammeDistrict.update(left_on=DISSOLVED_ON, left_reason="Sắp xếp").where(here).execute()
        programme = Programme.get()
        for unit in (heir, units["Hòa Xá"]):
            ProgrammeDistrict.create(programme=programme, district=unit, joined_on=DISSOLVED_ON)
    return {"Huyện Ứng Hòa": before, **units}


def _draw_lines(change, before, units):
    source = ChangeUnit.create(change=change, side="from", district=before, name=before.name)
    for unit in units:
        target = ChangeUnit.create(change=change, side="to", district=unit, name=unit.name)
        ChangeLine.create(change=change, source=source, target=target, extent="part")


def _move(change, before, heir, other):
    for school in School.select().where(School.district == before):
        FormerPlace.create(school=school, district=before, commune=school.commune_id, until=DISSOLVED_ON, change=change)
        target = other if school.name.endswith("Hồng Quang") else heir
        School.update(district=target).where(School.id == school.id).execute()
        for model in (Membership, Person):
            model.update(district=target).where(model.district == before, model.school == school).execute()
        for side in ("first", "second"):
            key, beside = getattr(Pairing, f"{side}_district"), getattr(Pairing, f"{side}_school")
            Pairing.update({key: target}).where(beside == school).execute()
    office = Membership.district == before, Membership.school.is_null()
    for work in Membership.select().where(*office):
        Membership.create(person=work.person_id, role=work.role, district=heir, starts_on=DISSOLVED_ON)
    Membership.update(ends_on=DISSOLVED_ON - timedelta(days=1)).where(*office).execute()
    Person.update(district=heir).where(Person.district == before).execute()
