"""Marker texts in what only some may see. CANARY-, the district, and whose it is:

-S1, -S2  a school and the officers and leader of its office
-V1       a school and its whole office
-R1       who runs what the school hosts, in school and office
-F1, -F2  the files of a school: its district and its partner school
-O1       the whole office
-P2, -P3  a pair, named after its first school's district: both schools and both offices
without   everybody in the district

tests/test_leaks.py and tests/blackbox/chungtay.toml say the same of each account.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from peewee import TextField, Value

from intranet.demo import documents
from intranet.kernel.clock import now
from intranet.registry.districts import District
from intranet.registry.people import Person
from intranet.registry.pledges import ClauseCorrection, Meeting, PledgeClause
from intranet.registry.reports import Report
from intranet.registry.schools import School
from intranet.registry.twinning import Pairing, Programme
from intranet.reports.sections import PROPOSALS, Section, dump
from intranet.shared.attachments import plugin_attachables
from intranet.shared.list_imports import ListImport
from intranet.shared.papers import Letterhead

# Long over: nobody's report for these days is refused as a second one.
SCHOOL_YEAR = "2019-2020"


def plant(own_schools: Mapping[str, tuple[str, ...]]) -> None:
    """Write the markers of the core; ``own_schools`` are the codes of the accounts' schools by district."""
    for code, school_codes in own_schools.items():
        district = District.get(District.code == code)
        marker = f"CANARY-{code}"
        District.update(note=marker).where(District.id == district.id).execute()
        Person.update(note=marker).where(Person.district == district).execute()
        for number, school_code in enumerate(school_codes, start=1):
            School.update(note=f"{marker}-S{number}").where(School.code == school_code).execute()
        _upload(district, marker)
        # An office's draft: no other reads it before it is issued.
        _report("Báo cáo chương trình", f"{marker}-O1", district=district)
    second, third = Pairing.select().order_by(Pairing.id).limit(2).offset(1)
    _papers_of_second(second, "CANARY-HM-P2")
    _past_of_third(third, "CANARY-HM-P3")


def _upload(district: District, marker: str) -> None:
    ListImport.create(
        kind="schools",
        state="failed",
        problem=marker,
        district=district,
        person=_officer(district),
        file_name=f"{marker}.xlsx",
        created_at=now(),
    )


def _officer(district: District) -> Person:
    return Person.get(Person.username == f"{district.code.lower()}.chuyenvien")


def _report(title: str, marker: str, **values: Any) -> None:
    """A draft for which nobody waits."""
    sections = dump([Section(key="proposals", part=PROPOSALS, text=marker)])
    Report.create(programme=Programme.get(), school_year=SCHOOL_YEAR, title=title, sections=sections, **values)


def _papers_of_second(pairing: Pairing, marker: str) -> None:
    """How its schools head their papers, and a report; the rest of its past is left to the tests."""
    first, second = pairing.first_school, pairing.second_school
    _report("Báo cáo giao ước kết nghĩa", marker, pairing=pairing, district=first.district_id, school=first)
    for school in (first, second):
        Letterhead.create(district=school.district_id, school=school, signer_name=marker)


def _past_of_third(pairing: Pairing, marker: str) -> None:
    """What its schools promised and did: no account works in either."""
    officer = _officer(pairing.first_district)
    clauses = PledgeClause.select(PledgeClause.id).where(PledgeClause.pairing == pairing)
    end = Value(f" {marker}")
    Pairing.update(pledge_preamble=Pairing.pledge_preamble.concat(end)).where(Pairing.id == pairing.id).execute()
    PledgeClause.update(text=PledgeClause.text.concat(end)).where(PledgeClause.pairing == pairing).execute()
    ClauseCorrection.update(reason=ClauseCorrection.reason.concat(end)).where(
        ClauseCorrection.clause.in_(clauses)
    ).execute()
    for meeting in Meeting.select().where(Meeting.pairing == pairing, Meeting.minutes != ""):
        meeting.minutes, meeting.conclusions = f"{meeting.minutes} {marker}", f"{meeting.conclusions} {marker}"
        meeting.save()
    for record in (pairing, Meeting.get(Meeting.pairing == pairing)):
        documents.attach(record, officer, marker, name=pairing.first_school.name)


def attach_to_plugins() -> None:
    """A file with its own marker on every marked record of a plugin."""
    for kind in plugin_attachables():
        for record in kind.model.select():
            if marker := _marker_of(record):
                # What is a school's alone has no district among its owners.
                district = District.get_by_id(record.owner()[0] or record.district_id)
                documents.attach(record, _officer(district), marker, name=kind.name(record), module=kind.module)


def _marker_of(record: Any) -> str:
    texts = [field.name for field in record._meta.sorted_fields if isinstance(field, TextField)]
    found = re.search(r"CANARY-[A-Z]{2}-\w\d", " ".join(getattr(record, name) or "" for name in texts))
    return found[0] if found else ""
