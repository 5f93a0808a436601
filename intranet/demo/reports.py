"""Reports of the demo: one that a school has issued, one that an office is writing."""

from __future__ import annotations

from datetime import date

from intranet.kernel.clock import today
from intranet.papers.letterheads import heading_of
from intranet.registry.people import OFFICER, PRINCIPAL, Membership, Person
from intranet.registry.reports import WHOLE_YEAR, Report
from intranet.registry.twinning import Pairing, Programme
from intranet.reports import rules
from intranet.reports.filling import fresh_sections
from intranet.reports.queries import last_school_year
from intranet.shared import steps
from intranet.shared.access import Actor
from intranet.shared.sessions import build_actor

PROPOSAL = "Đề nghị hai phòng hỗ trợ phương tiện đi lại cho giáo viên sinh hoạt chuyên môn ở trường bạn."


def build(programme: Programme) -> None:
    """The last year report of the first pair, issued, and the first office's draft about the programme."""
    year = last_school_year()
    _issue_report_of(programme, year, _actor("hm.hieutruong", PRINCIPAL))
    officer = _actor("hm.chuyenvien", OFFICER)
    rules.make_for_programme(
        programme,
        Person.get_by_id(officer.person_id).district,
        year,
        sections=lambda report: fresh_sections(report, officer)[0],
        person_id=officer.person_id,
    )


def _actor(username: str, role: str) -> Actor:
    person = Person.get(Person.username == username)
    work = Membership.get(Membership.person == person, Membership.role == role)
    return build_actor(
        person_id=person.id, role=role, district_id=work.district_id, school_id=work.school_id, name=person.name
    )


def _issue_report_of(programme: Programme, year: str, principal: Actor) -> Report:
    pairing = Pairing.get(Pairing.programme == programme, Pairing.first_school == principal.school_id)
    report = rules.make_for_pair(
        pairing,
        year,
        WHOLE_YEAR,
        school_id=principal.school_id,
        district_id=principal.district_id,
        sections=lambda made: fresh_sections(made, principal)[0],
        person_id=principal.person_id,
    )
    rules.save_sections(report, {"proposals.text": PROPOSAL}, version=report.version, person_id=principal.person_id)
    steps.take(report, "submit", principal)
    head = heading_of(report.district, report.school)
    signing = rules.Signing(f"18/BC-{head.symbol}", _issued_on(year), principal.name, "Hiệu trưởng")
    rules.issue(report, signing, head, principal, version=Report.get_by_id(report.id).version)
    return report


def _issued_on(year: str) -> date:
    """Soon after the school year, and not in the future."""
    return min(today(), date(int(year[5:]), 8, 10))
