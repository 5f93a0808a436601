"""Telling people: who gets a notice, and how. What makes a change calls ``notify`` in the change's transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from flask import current_app
from peewee import JOIN, chunked

from intranet.contributions import AT_ONCE, DAILY, NEVER, NoticeKind
from intranet.kernel import jobs, mail
from intranet.kernel.clock import now
from intranet.kernel.database import transaction
from intranet.kernel.language import lazy_gettext as _
from intranet.kernel.language import source_text
from intranet.registry.people import ADMINISTRATOR, LEADER, OFFICER, Membership, Person, under_way
from intranet.shared.access import Actor, may
from intranet.shared.notices import Notice, NoticeChoice

WAITING, PROGRESS, ACCOUNT = "waiting", "progress", "account"
IMPORT, SYSTEM, MODULE, MEETING = "import", "system", "module", "meeting"
DELIVERIES = (AT_ONCE, DAILY, NEVER)
CORE_KINDS = (
    NoticeKind(key=WAITING, label=_("Việc chờ tôi xử lý"), delivery=AT_ONCE),
    NoticeKind(key=PROGRESS, label=_("Kết quả của việc tôi tham gia"), delivery=DAILY),
    NoticeKind(key=MEETING, label=_("Lời mời, biên bản họp và thăm"), delivery=AT_ONCE),
    NoticeKind(key=ACCOUNT, label=_("Bảo mật tài khoản"), delivery=AT_ONCE),
    NoticeKind(key=IMPORT, label=_("Danh sách nhập từ Excel"), permission="schools.import"),
    NoticeKind(key=MODULE, label=_("Bật, tắt mô-đun"), delivery=DAILY, permission="modules.view"),
    NoticeKind(key=SYSTEM, label=_("Sự cố của hệ thống"), delivery=AT_ONCE, permission="system.view"),
)
# What happens to one thing within this time is one notice, and one mail tells all of it.
TOGETHER = timedelta(minutes=15)
# How long a transaction may take that still counts as being of this quarter of an hour.
TO_FINISH = timedelta(minutes=1)
MOST_AT_ONCE = 500
# The job that gives everybody with news a mail job.
SPREAD = "notices.spread"
LONGEST_KEY, LONGEST_GROUP, LONGEST_URL = 60, 120, 200


class NoticeKinds:
    """The kinds of notices of one application, each with the module that it belongs to ("" for the core)."""

    def __init__(self) -> None:
        self._found: dict[str, tuple[str, NoticeKind]] = {}
        for kind in CORE_KINDS:
            self.add(kind)

    def add(self, kind: NoticeKind, module: str = "") -> None:
        """Add one; a second of the same key, one too long for its column, or an unknown delivery is a mistake."""
        if kind.key in self._found or len(kind.key) > LONGEST_KEY:
            raise ValueError(f"notice kind {kind.key} exists twice or is longer than {LONGEST_KEY} characters")
        if kind.delivery not in DELIVERIES:
            raise ValueError(f"notice kind {kind.key} has the unknown delivery {kind.delivery}")
        self._found[kind.key] = (module, kind)

    def __getitem__(self, key: str) -> NoticeKind:
        return self._found[key][1]

    def __contains__(self, key: str) -> bool:
        return key in self._found

    def __iter__(self) -> Iterator[tuple[str, NoticeKind]]:
        return iter(self._found.values())

    def module_of(self, key: str) -> str:
        """The module that a kind belongs to."""
        return self._found[key][0]


def kinds() -> NoticeKinds:
    """The kinds of notices of the running application."""
    return current_app.extensions["notice_kinds"]


def kinds_for(actor: Actor) -> list[NoticeKind]:
    """The kinds that can reach the actor, to choose how."""
    return [
        kind
        for module, kind in kinds()
        if (not module or module in actor.modules) and (kind.permission is None or may(actor, kind.permission))
    ]


class Recipients(NamedTuple):
    """How many people a notice would reach: in the application, and how many of them by mail."""

    people: int
    at_once: int
    daily: int


def count_recipients(people: Iterable[int], kind: str, *, but: int | None = None) -> Recipients:
    """Whom ``notify`` with the same arguments would reach; to show before something is sent."""
    found = [
        delivery for batch in chunked(_without(people, but), MOST_AT_ONCE) for _id, delivery in _reached(batch, kind)
    ]
    return Recipients(len(found), found.count(AT_ONCE), found.count(DAILY))


def notify(
    people: Iterable[int],
    kind: str,
    title: Any,
    url: str,
    *,
    module: str = "",
    group: str = "",
    but: int | None = None,
    by_mail: bool = True,
) -> int:
    """Tell people something, in the caller's transaction. Returns how many were told.

    ``title`` is a text or a lazy_gettext() in Vietnamese. No child's name and no word of a case may stand in it: it
    goes out by mail. ``url`` is a path of this site. What has the same ``group`` (by default the same url) within a
    quarter of an hour is one notice with a count, until it was seen. ``but`` is who did it and need not be told.
    Raises ValueError for an unknown kind or a foreign address.
    """
    if kind not in kinds() or not url.startswith("/") or url.startswith("//") or len(url) > LONGEST_URL:
        raise ValueError(f"no notice of the kind {kind} can lead to {url}")
    event = {
        "module": module or kinds().module_of(kind),
        "kind": kind,
        "group_key": (group or url)[:LONGEST_GROUP],
        "title": " ".join(source_text(title).split()),
        "url": url,
    }
    told, at_once = 0, False
    with transaction():
        for batch in chunked(_without(people, but), MOST_AT_ONCE):
            reached = [(id_, delivery if by_mail else NEVER) for id_, delivery in _reached(batch, kind)]
            _write(reached, event)
            told += len(reached)
            at_once = at_once or any(delivery == AT_ONCE for _id, delivery in reached)
        if at_once:
            _send_soon()
    return told


def _without(people: Iterable[int], but: int | None) -> list[int]:
    return sorted(set(people) - {but})


def _reached(people: Sequence[int], kind: str) -> list[tuple[int, str]]:
    """(person, delivery) of those who are there to be told."""
    chosen = (NoticeChoice.person == Person.id) & (NoticeChoice.kind == kind)
    rows = (
        Person.select(Person.id, Person.email, NoticeChoice.delivery)
        .join(NoticeChoice, JOIN.LEFT_OUTER, on=chosen)
        .where(Person.id.in_(people), Person.active == True, Person.deleted_at.is_null())  # noqa: E712 (SQL)
        .order_by(Person.id)
        .tuples()
    )
    usual = kinds()[kind].delivery
    return [(id_, (choice or usual) if email and mail.is_set() else NEVER) for id_, email, choice in rows]


def _write(reached: Sequence[tuple[int, str]], event: dict[str, Any]) -> None:
    moment = now()
    same = (
        (Notice.kind == event["kind"]) & (Notice.module == event["module"]) & (Notice.group_key == event["group_key"])
    )
    # What went by mail already would not go again.
    open_ = Notice.seen_at.is_null() & Notice.mailed_at.is_null() & (Notice.created_at > moment - TOGETHER)
    people = [id_ for id_, _delivery in reached]
    rows = Notice.select(Notice.id, Notice.person).where(Notice.person.in_(people), same, open_).tuples()
    known = {person_id: id_ for id_, person_id in rows}
    if known:
        latest = {"title": event["title"], "url": event["url"], "count": Notice.count + 1}
        Notice.update(latest).where(Notice.id.in_(sorted(known.values()))).execute()
    new = [
        {"person": id_, "delivery": delivery, "created_at": moment, **event}
        for id_, delivery in reached
        if id_ not in known
    ]
    if new:
        Notice.insert_many(new).execute()


def _send_soon() -> None:
    """Have the mails sent at the end of this quarter of an hour.

    A transaction that ends later than it thought has its mail with the next quarter's, at the latest with the digest.
    """
    end = datetime.min + ((now() + TO_FINISH - datetime.min) // TOGETHER + 1) * TOGETHER
    job = jobs.Job
    known = job.select().where(job.state == jobs.WAITING, job.run_after == end, job.kind == SPREAD)
    # A unique key would make everybody who tells anything wait for everybody else's transaction. Two are no harm.
    if not known.exists():
        jobs.enqueue(SPREAD, {"until": end.isoformat()}, run_after=end)


def office_of(district_id: int) -> list[int]:
    """The ids of a district's leaders and officers."""
    query = Membership.select(Membership.person).where(
        Membership.district == district_id, Membership.role.in_((LEADER, OFFICER)), under_way(Membership)
    )
    return [id_ for (id_,) in query.tuples()]


def tell_administrators(title: Any, url: str, *, group: str = "", by_mail: bool = True) -> int:
    """Tell the administrators that something is wrong with the installation. Returns how many were told."""
    query = Membership.select(Membership.person).where(Membership.role == ADMINISTRATOR, under_way(Membership))
    return notify([id_ for (id_,) in query.tuples()], SYSTEM, title, url, group=group, by_mail=by_mail)


def mark_seen(person_id: int, *conditions: Any) -> int:
    """Note that a person has seen the own notices that fit some conditions. Returns how many were new."""
    unseen = (Notice.person == person_id) & Notice.seen_at.is_null()
    return Notice.update(seen_at=now()).where(unseen, *conditions).execute()


def choose(person_id: int, choices: Mapping[str, str], *, done: Callable[[], None] = lambda: None) -> None:
    """Note how a person wants some kinds of notices by mail, as {kind: delivery}."""
    with transaction():
        for kind, delivery in choices.items():
            NoticeChoice.insert(person=person_id, kind=kind, delivery=delivery).on_conflict(
                conflict_target=[NoticeChoice.person, NoticeChoice.kind], update={NoticeChoice.delivery: delivery}
            ).execute()
        done()


def choices_of(person_id: int) -> dict[str, str]:
    """{kind: delivery} as far as a person chose."""
    query = NoticeChoice.select(NoticeChoice.kind, NoticeChoice.delivery).where(NoticeChoice.person == person_id)
    return dict(query.tuples())
