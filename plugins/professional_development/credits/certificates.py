"""Certificates: a frozen paper for each person whose periods are confirmed, void when they are taken back."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
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


def start(session: Session, *, person_id: int, back: str, done: Callable[[Any], None]) -> Any:
    """Have the certificates of everybody in a session made, and one file of them all. The job."""
    payload = {"session": session.id, "back": back}
    with transaction():
        job = enqueue(ISSUE, payload, district_id=session.district_id, person_id=person_id)
        done(job)
    return job


def issue_all(run: Run) -> None:
    """The job: one certificate after the other, each in a transaction of its own, so that nobody waits for it.

    Done again, it issues nothing twice and packs what there is.
    """
    session = Session.get_by_id(run.payload["session"])
    _issue_missing(session, run)
    try:
        body = packed(session)
    except FileNotFoundError as cause:
        raise JobRefused(gettext("Nội dung một giấy chứng nhận không còn trên máy chủ.")) from cause
    run.leave_file(f"Giấy chứng nhận - {session.title}"[:180] + ".zip", body)


def _issue_missing(session: Session, run: Run) -> None:
    missing = queries.without_certificate(session.id)
    for number, id_ in enumerate(missing):
        if number % STEP == 0:
            run.progress(90 * number // len(missing))
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


def packed(session: Session) -> bytes:
    """A .zip of a session's certificates, in the order of the list."""
    out = io.BytesIO()
    # Word files are packed already.
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as package:
        for number, (_id, name, _school, code, *_rest) in enumerate(queries.certificates(session.id), start=1):
            if code:
                package.writestr(f"{number:03} {name}.docx".replace("/", "-"), issued_body(issued_paper(code)))
    return out.getvalue()
