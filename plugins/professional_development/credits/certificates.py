"""Certificates: a frozen paper for each person whose periods are confirmed, void when they are taken back."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from intranet.api import (
    JobRefused,
    Refused,
    Run,
    enqueue,
    gettext,
    issue_paper,
    issued_body,
    issued_paper,
    joined_papers,
    today,
    transaction,
    void_paper,
)
from plugins.professional_development.credits import queries
from plugins.professional_development.credits.papers import CERTIFICATE
from plugins.professional_development.models import CONFIRMED, Registration, Session

ISSUE = "professional_development.certificates"
# Progress is a write of its own: not for every one of many.
STEP = 10
# Of a hundred parts of the work, how many are the making; the rest is putting them together.
ISSUED = 80


class NothingToIssue(Refused):
    """The person has a certificate, or no confirmed periods."""


def issue(place: Registration, *, person_id: int | None, done: Callable[[str], None] = lambda code: None) -> str:
    """Make a person's certificate, or find the one that was made; its code. ``done`` gets it. Raises Refused."""
    if place.certificate:
        return place.certificate
    host = place.session.district_id

    def note(issued: Any) -> None:
        # Somebody else may have issued it, or taken the periods back, while the file was made.
        free = Registration.id == place.id, Registration.credit == CONFIRMED, Registration.certificate == ""
        if not Registration.update(certificate=issued.code).where(*free).execute():
            raise NothingToIssue("", gettext("Chưa có số tiết được xác nhận, hoặc giấy chứng nhận vừa được cấp."))
        done(issued.code)

    issued = issue_paper(
        CERTIFICATE.key,
        place,
        # Unique among all certificates, and the same whenever this one is made.
        number=str(place.id),
        issued_on=today(),
        person_id=person_id,
        holder_id=place.person_id,
        district_id=host,
        facts={"session": place.session_id, "periods": place.periods, "programme": place.session.programme},
        done=note,
    )
    return issued.code


def void_certificate(place: Registration, reason: str, *, person_id: int) -> None:
    """Say that a person's certificate no longer holds; another can be made later. In the caller's transaction."""
    if not place.certificate:
        return
    void_paper(issued_paper(place.certificate), reason, person_id=person_id)
    place.certificate = ""
    place.save()


def start(session: Session, *, person_id: int, back: str, separate: bool = False, done: Callable[[Any], None]) -> Any:
    """Have the certificates of everybody in a session made, and one file of them all. The job.

    The file is a Word file to print, or with ``separate`` a .zip with a Word file for each person.
    """
    payload = {"session": session.id, "back": back, "separate": separate}
    with transaction():
        job = enqueue(ISSUE, payload, district_id=session.district_id, person_id=person_id)
        done(job)
    return job


def issue_all(run: Run) -> None:
    """The job: one certificate after the other, each in a transaction of its own, so that nobody waits for it.

    Done again, it issues nothing twice and hands over what there is.
    """
    session = Session.get_by_id(run.payload["session"])
    _issue_missing(session, run)
    separate = run.payload.get("separate", False)
    try:
        certificates = _read(session, run)
        body = packed(certificates) if separate else joined_papers(body for _name, body in certificates)
    except FileNotFoundError as cause:
        raise JobRefused(gettext("Nội dung một giấy chứng nhận không còn trên máy chủ.")) from cause
    run.leave_file(f"Giấy chứng nhận - {session.title}"[:180] + (".zip" if separate else ".docx"), body)


def _issue_missing(session: Session, run: Run) -> None:
    missing = queries.without_certificate(session.id)
    for number, id_ in enumerate(missing):
        if number % STEP == 0:
            run.progress(ISSUED * number // len(missing))
        try:
            place = Registration.get_by_id(id_)
            # What the session knows already is not read again for each.
            place.session = session
            issue(place, person_id=run.job.person_id)
        except NothingToIssue:
            continue
        except Refused as fault:
            # The office's template: the next one would fail as well.
            raise JobRefused(str(fault)) from fault


def _read(session: Session, run: Run) -> Iterator[tuple[str, bytes]]:
    """(person, Word file) of a session's certificates, in the order of the list. Raises FileNotFoundError."""
    codes = [(name, code) for _id, name, _school, code, *_rest in queries.certificates(session.id) if code]
    if not codes:
        raise JobRefused(gettext("Chưa có ai được xác nhận số tiết."))
    for number, (name, code) in enumerate(codes):
        if number % STEP == 0:
            run.progress(ISSUED + (99 - ISSUED) * number // len(codes))
        yield name, issued_body(issued_paper(code))


def packed(certificates: Iterable[tuple[str, bytes]]) -> bytes:
    """A .zip with a Word file for each person."""
    out = io.BytesIO()
    # Word files are packed already.
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as package:
        for number, (name, body) in enumerate(certificates, start=1):
            package.writestr(f"{number:03} {name}.docx".replace("/", "-"), body)
    return out.getvalue()
