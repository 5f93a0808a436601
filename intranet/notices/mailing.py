"""Notices by mail: one letter for all that is new to a person, at the end of a quarter of an hour or once a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from flask import current_app

from intranet.contributions import AT_ONCE, DAILY, NEVER
from intranet.kernel import jobs, mail
from intranet.kernel.clock import now, stored, today
from intranet.kernel.database import transaction
from intranet.kernel.language import gettext as _
from intranet.kernel.language import lazy_gettext, ngettext, speaking
from intranet.registry.people import Person
from intranet.shared.notices import Notice, in_sight
from intranet.shared.notifying import SPREAD, tell_administrators

MAIL = "notices.mail"
# With growing pauses, about a day.
ATTEMPTS = 12
DIGEST_AT = time(6, 30)
MOST_LISTED = 50
KEEP = timedelta(days=180)


@jobs.handles(SPREAD)
def _spread(run: jobs.Run) -> None:
    """A mail job for everybody who has news to be told at once."""
    _enqueue_mails((AT_ONCE,), run.payload["until"])


@jobs.daily
def send_digests(day: date) -> None:
    """One mail a day for everybody with news; what no mail at once took along goes with it."""
    morning = stored(datetime.combine(day, DIGEST_AT))
    _enqueue_mails((AT_ONCE, DAILY), day.isoformat(), run_after=morning)


@jobs.daily
def forget_old_notices(day: date) -> None:
    """After half a year nobody looks for a notice; what it told of stands in its own place."""
    Notice.delete().where(Notice.created_at < datetime.combine(day, time()) - KEEP).execute()


@jobs.when_failed
def tell_of_failure(job: jobs.Job) -> None:
    """Administrators learn of work that was given up; of mail that could not be sent, not by mail."""
    title = lazy_gettext("Có việc nền không làm được; thầy/cô xem lý do và cho làm lại")
    tell_administrators(title, "/admin/jobs?state=failed", by_mail=job.kind not in (MAIL, SPREAD))


def _enqueue_mails(deliveries: Sequence[str], mark: str, run_after: datetime | None = None) -> None:
    """``mark`` names the occasion: however often this runs, each person gets one job for it."""
    if not mail.is_set():
        return
    people = Notice.select(Notice.person).where(_unsent(deliveries)).distinct().order_by(Notice.person)
    for (person_id,) in people.tuples():
        payload = {"person": person_id, "deliveries": list(deliveries)}
        jobs.enqueue(MAIL, payload, unique_key=f"{MAIL}-{person_id}-{mark}", run_after=run_after)


def _unsent(deliveries: Sequence[str]) -> object:
    return Notice.delivery.in_(deliveries) & Notice.mailed_at.is_null() & Notice.seen_at.is_null()


@jobs.handles(MAIL, attempts=ATTEMPTS)
def _mail(run: jobs.Run) -> None:
    """Send one person what is new.

    It is marked as sent afterwards: a process that dies in between sends it twice, which the same Message-ID hides,
    while a mark made before would lose it.
    """
    person = Person.get_or_none(
        Person.id == run.payload["person"],
        Person.active == True,  # noqa: E712 (SQL)
        Person.deleted_at.is_null(),
    )
    if person is None or not person.email or not mail.is_set():
        return
    notices = list(
        Notice.select().where(in_sight(person.id, today()), _unsent(run.payload["deliveries"])).order_by(Notice.id)
    )
    if notices:
        _deliver(run.job, person, notices)
        _note_sent(notices)


def _deliver(job: jobs.Job, person: Person, notices: Sequence[Notice]) -> None:
    key = " ".join(f"{notice.id}-{notice.count}" for notice in notices)
    try:
        with speaking(person.language):
            mail.send(mail.address(person.email, person.name), _subject(notices), _body(person, notices), key=key)
    except mail.Refused as refusal:
        # Sent again with the next news, it would be refused again: it stays in the application.
        Notice.update(delivery=NEVER).where(Notice.id.in_([notice.id for notice in notices])).execute()
        raise jobs.JobRefused(_("Thư không được nhận: %(cause)s.", cause=refusal)) from refusal
    except mail.Unavailable as cause:
        if job.attempts < ATTEMPTS:
            raise
        raise jobs.JobRefused(_("Không gửi được thư qua máy chủ thư: %(cause)s.", cause=cause)) from cause


def _note_sent(notices: Sequence[Notice]) -> None:
    moment = now()
    with transaction():
        for notice in notices:
            # What happened while the mail was on its way is told by the next one.
            as_told = (Notice.id == notice.id) & (Notice.count == notice.count)
            Notice.update(mailed_at=moment).where(as_told).execute()


def _subject(notices: Sequence[Notice]) -> str:
    number = len(notices)
    return ngettext("Chung Tay: %(num)s việc mới", "Chung Tay: %(num)s việc mới", number)


def _body(person: Person, notices: Sequence[Notice]) -> str:
    base = current_app.extensions["config"].base_url.rstrip("/")
    lines = [_("Kính gửi thầy/cô %(name)s,", name=person.name), "", _("Chung Tay có tin mới cho thầy/cô:"), ""]
    for notice in notices[:MOST_LISTED]:
        lines.append(f"- {notice.title}" + (f" ({_times(notice.count)})" if notice.count > 1 else ""))
        if base:
            lines.append(f"  {base}{notice.url}")
    if len(notices) > MOST_LISTED:
        lines.append(_("Và %(num)s thông báo khác.", num=len(notices) - MOST_LISTED))
    if base:
        lines += ["", _("Xem tất cả: %(address)s", address=f"{base}/notices")]
        lines += [_("Chọn cách nhận thư: %(address)s", address=f"{base}/notices/choices")]
    else:
        lines += ["", _("Thầy/cô đăng nhập Chung Tay và mở mục Thông báo để xem.")]
    return "\n".join(lines) + "\n"


def _times(count: int) -> str:
    return ngettext("%(num)s lần", "%(num)s lần", count)
