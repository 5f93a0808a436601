"""Every change of a report: made, filled, edited, issued, void and made anew."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from intranet.kernel.clock import now, today
from intranet.kernel.database import transaction
from intranet.kernel.language import gettext as _
from intranet.papers import rules as papers
from intranet.papers.letterheads import Heading
from intranet.registry.districts import District
from intranet.registry.reports import DRAFT, VOID, WHOLE_YEAR, Report
from intranet.registry.twinning import Pairing, Programme
from intranet.reports.papers import facts, kind_of
from intranet.reports.sections import OWN, RESULTS, Section, dump, in_order, load
from intranet.reports.wording import period_name
from intranet.shared import audit, steps
from intranet.shared.access import Actor
from intranet.shared.edits import MERGED, SAVED, UNCHANGED, Conflict, Refused, locked

MOST_SECTIONS = 60


class AlreadyMade(Exception):
    """There is a report for these days already."""

    def __init__(self, report_id: int) -> None:
        super().__init__(report_id)
        self.report_id = report_id


def make_for_pair(
    pairing: Pairing,
    school_year: str,
    term: str,
    *,
    school_id: int | None,
    district_id: int,
    sections: Callable[[Report], Sequence[Section]],
    person_id: int | None,
    done: Callable[[Report], None] = lambda report: None,
) -> Report:
    """Begin the report of a pair about a school year or a term, written by one of its schools or by an office.

    ``sections(report)`` fills it. Raises AlreadyMade.
    """
    title = (
        f"Báo cáo kết quả thực hiện giao ước kết nghĩa {period_name(school_year, term)} "
        f"giữa {pairing.first_school.name} và {pairing.second_school.name}"
    )
    report = Report(
        programme=pairing.programme_id, pairing=pairing, district=district_id, school=school_id, school_year=school_year
    )
    report.term, report.title = term, title
    return _make(report, locked_by=pairing, sections=sections, person_id=person_id, done=done)


def make_for_programme(
    programme: Programme,
    district: District,
    school_year: str,
    *,
    sections: Callable[[Report], Sequence[Section]],
    person_id: int | None,
    done: Callable[[Report], None] = lambda report: None,
) -> Report:
    """Begin the year report of an office about a programme; as make_for_pair."""
    title = f"Báo cáo kết quả {period_name(school_year, '')} thực hiện chương trình phối hợp “{programme.title}”"
    report = Report(programme=programme, district=district, school_year=school_year, term=WHOLE_YEAR, title=title)
    return _make(report, locked_by=programme, sections=sections, person_id=person_id, done=done)


def _make(
    report: Report,
    *,
    locked_by: Any,
    sections: Callable[[Report], Sequence[Section]],
    person_id: int | None,
    done: Callable[[Report], None],
) -> Report:
    with transaction():
        # Two who begin at once wait here for each other.
        locked(type(locked_by), locked_by.id)
        _refuse_second(report)
        report.sections = dump(sections(report))
        report.save()
        audit.record("report.create", report, person_id=person_id, changes={"title": (None, report.title)})
        steps.begin(report, person_id=person_id)
        done(report)
    return report


def _refuse_second(report: Report) -> None:
    """Raise AlreadyMade where one for the same days is there and not void: one of a pair, one of each office."""
    same = (Report.programme == report.programme_id) & (Report.school_year == report.school_year)
    same &= (Report.term == report.term) & (Report.state != VOID)
    if report.pairing_id is not None:
        same &= Report.pairing == report.pairing_id
    else:
        same &= Report.pairing.is_null() & (Report.district == report.district_id)
    known = Report.select(Report.id).where(same).scalar()
    if known is not None:
        raise AlreadyMade(known)


def make_anew(void: Report, *, person_id: int | None, done: Callable[[Report], None] = lambda report: None) -> Report:
    """A draft in place of a void report, with its sections. Raises AlreadyMade, or Refused while it is not void."""
    if void.state != VOID:
        raise Refused("", _("Chỉ lập lại báo cáo đã hủy."))
    report = Report(
        **{name: getattr(void, f"{name}_id") for name in ("programme", "pairing", "district", "school")},
        **{name: getattr(void, name) for name in ("school_year", "term", "title")},
    )
    base = void.pairing if void.pairing_id is not None else void.programme
    kept = load(void.sections)
    return _make(report, locked_by=base, sections=lambda _report: kept, person_id=person_id, done=done)


# --- Editing (decision D15) ---


def values_of(report: Report) -> dict[str, Any]:
    """What the form edits: the title, and of each section heading, text and whether it is taken out."""
    found: dict[str, Any] = {"title": report.title}
    for section in load(report.sections):
        found |= {f"{section.key}.{name}": getattr(section, name) for name in ("heading", "text", "removed")}
    return found


@dataclass(frozen=True, slots=True)
class NewSection:
    """A section that people add."""

    part: str = RESULTS
    heading: str = ""
    text: str = ""


def save_sections(
    report: Report,
    given: Mapping[str, Any],
    new: NewSection | None = None,
    *,
    version: int,
    person_id: int | None,
    done: Callable[[], None] = lambda: None,
) -> str:
    """Put what a form gave, as values_of() names it, on top of what others saved since; ``new`` is added.

    Returns UNCHANGED, SAVED or MERGED. Raises Conflict, or Refused once the report is no draft.
    """
    with transaction():
        current = _locked_draft(report)
        known = values_of(current)
        given = {name: value for name, value in given.items() if name in known}
        mine, both = audit.merge(current, known, given, version)
        if both:
            rest = {name for name in given if given[name] != known[name]} - mine.keys() - both.keys()
            raise Conflict(both, {name: (known[name], given[name]) for name in rest})
        if not mine and new is None:
            return UNCHANGED
        changes = {name: (known[name], value) for name, value in mine.items()}
        sections = _edited(load(current.sections), mine)
        current.title = mine.get("title", current.title)
        if new is not None:
            sections, added = _with_new(sections, new)
            changes[f"{added.key}.text"] = (None, added.text)
        _write(current, sections, "report.update", changes, person_id)
        done()
    return SAVED if current.version == version + 1 else MERGED


def _locked_draft(report: Report) -> Report:
    current = locked(Report, report.id)
    if current.state != DRAFT:
        raise Refused("", _("Chỉ sửa được báo cáo đang soạn."))
    return current


def _edited(sections: Sequence[Section], values: Mapping[str, Any]) -> list[Section]:
    found = []
    for section in sections:
        names = ("heading", "text", "removed")
        mine = {name: values[f"{section.key}.{name}"] for name in names if f"{section.key}.{name}" in values}
        found.append(replace(section, **mine))
    return found


def _with_new(sections: Sequence[Section], new: NewSection) -> tuple[list[Section], Section]:
    if len(sections) >= MOST_SECTIONS:
        raise Refused("new_text", _("Báo cáo có nhiều nhất %(most)s phần.", most=MOST_SECTIONS))
    added = Section(key=f"{OWN}{secrets.token_hex(4)}", part=new.part, heading=new.heading, text=new.text)
    return in_order([*sections, added]), added


def _write(
    report: Report,
    sections: Sequence[Section],
    action: str,
    changes: Mapping[str, tuple[Any, Any]],
    person_id: int | None,
) -> None:
    report.sections = dump(sections)
    report.version += 1
    report.updated_at = now()
    report.save()
    audit.record(action, report, person_id=person_id, changes=changes)


def refill(
    report: Report,
    sections: Sequence[Section],
    *,
    version: int,
    person_id: int | None,
    done: Callable[[], None] = lambda: None,
) -> None:
    """Write the sections that people saw before they confirmed.

    Raises Conflict where the report was edited since, and Refused once it is no draft.
    """
    with transaction():
        current = _locked_draft(report)
        if current.version != version:
            raise Conflict({})
        before = values_of(current)
        current.sections = dump(sections)
        changes = {
            name: (before.get(name), value) for name, value in values_of(current).items() if before.get(name) != value
        }
        _write(current, sections, "report.refill", changes, person_id)
        done()


# --- Issuing ---


@dataclass(frozen=True, slots=True)
class Signing:
    """Under which number and when a report is issued, and who signs it."""

    number: str
    issued_on: date
    signer: str
    signer_title: str


def issue(
    report: Report,
    signing: Signing,
    head: Heading,
    actor: Actor,
    *,
    version: int,
    done: Callable[[], None] = lambda: None,
) -> None:
    """Issue a submitted report, headed by ``head``: from now on nothing in it changes, and its paper is frozen.

    Raises Refused (also where the district's template is faulty), steps.NotYours, and Conflict where it was edited
    since the person read it.
    """
    if signing.issued_on > today():
        raise Refused("issued_on", _("Ngày ban hành không được sau hôm nay."))
    with transaction():
        current = locked(Report, report.id)
        if current.version != version:
            raise Conflict({})
        current.number, current.issued_on = signing.number, signing.issued_on
        head = replace(head, signer_name=signing.signer, signer_title=signing.signer_title.upper())
        current.head = json.dumps(asdict(head), ensure_ascii=False)
        current.save()
        audit.record(
            "report.sign",
            current,
            person_id=actor.person_id,
            changes={
                "number": ("", signing.number),
                "issued_on": (None, signing.issued_on),
                "signer": ("", signing.signer),
            },
        )
        papers.issue(
            kind_of(current),
            current,
            number=signing.number,
            issued_on=signing.issued_on,
            person_id=actor.person_id,
            facts=facts(current),
        )
        steps.take(current, "issue", actor, done=done)


def school_of(actor: Actor, pairing: Pairing) -> int | None:
    """The school that writes a pair's report when the actor begins it; None for an office."""
    return actor.school_id if actor.school_id in (pairing.first_school_id, pairing.second_school_id) else None


def district_of(actor: Actor, pairing: Pairing) -> int:
    """The district whose report it is: the actor's own where it is one of the pair's."""
    own = (pairing.first_district_id, pairing.second_district_id)
    return actor.district_id if actor.district_id in own else own[0]
