"""Reads of templates, letterheads and issued papers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from intranet.kernel import files
from intranet.kernel.statements import Statement, param
from intranet.papers.letterheads import saved_letterhead
from intranet.registry.agreements import Memorandum, Signatory
from intranet.registry.districts import District, dissolved_into, of_today
from intranet.registry.people import Person
from intranet.registry.pledges import Meeting
from intranet.registry.schools import School
from intranet.registry.then import Heir, Standing, heirs_of, keeper_on, offices_on, standing_now, standing_on
from intranet.registry.twinning import Pairing
from intranet.shared.access import Actor
from intranet.shared.attachments import StoredFile
from intranet.shared.papers import IssuedDocument, Letterhead, PaperTemplate
from intranet.shared.tasks import as_date

# The one paper of a meeting that one school issues alone.
INVITATION = "invitation"
MOST_ISSUED = 50
MOST_TEMPLATES = 20
MOST_SCHOOLS = 500


@dataclass(frozen=True, slots=True)
class Issued:
    """An issued paper as lists show it."""

    code: str
    title: str
    number: str
    issued_on: date
    void: bool


_ISSUED = Statement(
    lambda: (
        IssuedDocument.select(
            IssuedDocument.code,
            IssuedDocument.title,
            IssuedDocument.number,
            IssuedDocument.issued_on,
            IssuedDocument.void_at,
        )
        .where(
            IssuedDocument.subject_type == param("subject_type"),
            IssuedDocument.subject_id == param("subject_id"),
        )
        .order_by(IssuedDocument.id.desc())
        .limit(MOST_ISSUED)
    )
)


def issued_of(record: Any) -> list[Issued]:
    """What was issued of a record, the latest first."""
    rows = _ISSUED.rows(subject_type=type(record)._meta.table_name, subject_id=record.id)
    return [
        Issued(code, title, number, as_date(issued_on), void_at is not None)
        for code, title, number, issued_on, void_at in rows
    ]


def by_code(code: str) -> IssuedDocument | None:
    """The issued paper of a code, however it was typed."""
    letters = "".join(letter for letter in code.upper() if letter.isascii() and letter.isalnum())
    return IssuedDocument.get_or_none(IssuedDocument.code == f"{letters[:5]}-{letters[5:]}")


def issuers_of(issued: IssuedDocument) -> Sequence[str]:
    """The bodies that issued a paper, as it names them."""
    return json.loads(issued.facts).get("issuers", ())


def issuers_now(issued: IssuedDocument) -> list[tuple[Standing | str, Standing | Heir]]:
    """(as it was called on the day of issue, who that is today) of the issuers that are called otherwise now.

    What was issued names them as they were, and is never touched.
    """
    schools = _issuing_schools(issued)
    if schools:
        found = [(standing_on(school, issued.issued_on), standing_now(school)) for school in schools]
        return [(then, now) for then, now in found if then != now]
    offices = _issuing_offices(issued)
    heirs = heirs_of([district.id for district in offices], since=issued.issued_on)
    names = zip(offices, offices_on(offices, issued.issued_on), strict=True)
    return [(name, heirs[district.id]) for district, name in names if district.id in heirs]


def _issuing_schools(issued: IssuedDocument) -> list[School]:
    if _is_of(issued, Pairing):
        return _both(Pairing.get_by_id(issued.subject_id))
    if _is_of(issued, Meeting):
        meeting = Meeting.get_by_id(issued.subject_id)
        if issued.kind == INVITATION:
            return [meeting.host if meeting.host_id else meeting.pairing.first_school]
        return _both(meeting.pairing)
    return [issued.school] if issued.school_id else []


def _both(pairing: Pairing) -> list[School]:
    return [pairing.first_school, pairing.second_school]


def _is_of(issued: IssuedDocument, model: type[Any]) -> bool:
    return issued.subject_type == model._meta.table_name


def _issuing_offices(issued: IssuedDocument) -> list[District]:
    if _is_of(issued, Memorandum):
        query = District.select().join(Signatory, on=(Signatory.district == District.id))
        return list(query.where(Signatory.memorandum == issued.subject_id).order_by(Signatory.id))
    return [keeper_on(issued, "district", issued.issued_on)] if issued.district_id else []


def contents_of(issued: IssuedDocument) -> str | None:
    """The SHA-256 of the frozen file."""
    return StoredFile.select(StoredFile.sha256).where(StoredFile.id == issued.file_id).scalar()


def body_of(issued: IssuedDocument) -> bytes:
    """The frozen file. Raises FileNotFoundError where the disk has lost it."""
    with files.open_file(contents_of(issued) or "") as file:
        return file.read()


def districts_of(actor: Actor) -> list[tuple[int, str]]:
    """(id, office) of the districts of today whose papers the actor may keep."""
    query = District.select(District.id, District.office_name).where(of_today()).order_by(District.sort_key)
    return list((query if actor.sees_all else query.where(District.id == actor.district_id)).tuples())


def own_templates(district_id: int) -> dict[str, tuple[str, str, datetime]]:
    """{kind: (name, who, when)} of the templates that a district uses in place of ours."""
    query = (
        PaperTemplate.select(PaperTemplate.kind, PaperTemplate.name, Person.name, PaperTemplate.at)
        .join(Person)
        .where(PaperTemplate.district == district_id, PaperTemplate.retired_at.is_null())
        .order_by(PaperTemplate.id)
    )
    return {kind: tuple(rest) for kind, *rest in query.tuples()}


def template_rows(district_id: int, key: str) -> list[tuple[int, str, str, datetime, datetime | None]]:
    """(id, name, who, when, retired when) of a district's templates of a kind, the latest first."""
    query = (
        PaperTemplate.select(
            PaperTemplate.id, PaperTemplate.name, Person.name, PaperTemplate.at, PaperTemplate.retired_at
        )
        .join(Person)
        .where(PaperTemplate.district == district_id, PaperTemplate.kind == key)
        .order_by(PaperTemplate.id.desc())
        .limit(MOST_TEMPLATES)
    )
    return list(query.tuples())


def school_rows(district_id: int, school_id: int | None) -> list[tuple[int, str, bool]]:
    """(id, name, whether it saved a letterhead) of a district's open schools, or of one."""
    query = (
        School.select(School.id, School.name)
        .where(School.district == district_id, School.closed_on.is_null(), School.deleted_at.is_null())
        .order_by(School.sort_key)
        .limit(MOST_SCHOOLS)
    )
    if school_id is not None:
        query = query.where(School.id == school_id)
    saved = {row[0] for row in Letterhead.select(Letterhead.school).where(Letterhead.district == district_id).tuples()}
    return [(id_, name, id_ in saved) for id_, name in query.tuples()]


def earlier_letterheads(district: District, school: School | None) -> list[Letterhead]:
    """What was saved under a former unit or a former name, the latest first: it heads the papers of then."""
    present = saved_letterhead(district.id, school.id if school else None)
    own = Letterhead.school == school
    if school is None:
        # An office goes on with those that were dissolved into it.
        offices = (Letterhead.district == district) | Letterhead.district.in_(dissolved_into(district.id))
        own = offices & Letterhead.school.is_null()
    query = Letterhead.select(Letterhead, District).join(District).where(own).order_by(Letterhead.id.desc())
    return [row for row in query if row != present]
