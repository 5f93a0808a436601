"""Who sees what of a child's case, and the one door that every page of a case goes through (decisions D9, D13)."""

from __future__ import annotations

import logging

from flask import abort, g
from peewee import PeeweeException

from intranet.api import COUNSELLOR, PRINCIPAL, Actor, transaction
from intranet.api import lazy_gettext as _
from plugins.mentoring.tables.cases import KEEPERS, MOVED, Case, CaseRead, mentored_by, open_to

# What was read, in the words of the log.
READS = {
    "case": _("Hồ sơ"),
    "search": _("Tên, khi tìm trong trường"),
    "restricted": _("Ghi chú hạn chế"),
    "consent": _("Phiếu đồng ý"),
    "scan": _("Bản chụp phiếu đồng ý"),
    "review": _("Đánh giá"),
    "export": _("Bản xuất dữ liệu"),
    "reads": _("Danh sách người đã xem"),
    "match": _("Việc kèm"),
    "log": _("Nhật ký kèm"),
    "aid": _("Trao tặng"),
    "paper": _("Giấy tờ tải về máy"),
    "group": _("Danh sách nhóm bồi dưỡng"),
    "handover": _("Đề nghị chuyển hồ sơ"),
}

log = logging.getLogger("intranet.mentoring")


def see(case: Case, what: str, actor: Actor | None = None) -> None:
    """Write down that the actor reads something of a case; call it before anything of it is shown.

    It has a transaction of its own. Where it cannot be written, 503 and nothing is shown. ``what`` is one of READS.
    """
    see_all([case.id], what, actor)


def see_all(case_ids: list[int], what: str, actor: Actor | None = None) -> None:
    """As see(), for what stands in a list."""
    actor = actor or g.actor
    if what not in READS:
        raise ValueError(f"the log of reads has no word for {what}")
    if actor.school_id is None:
        _demand_opening(actor, case_ids)
    rows = [
        {"person": actor.person_id, "case": id_, "district": actor.district_id, "school": actor.school_id, "what": what}
        for id_ in case_ids
    ]
    if not rows:
        return
    try:
        with transaction():
            CaseRead.insert_many(rows).execute()
    except PeeweeException:
        log.exception("a read could not be written down")
        abort(503)


def _demand_opening(actor: Actor, case_ids: list[int]) -> None:
    """404 once an opening of the office has ended: fetch() keeps its condition for the whole day."""
    if not _open_now(actor).issuperset(case_ids):
        abort(404)


def _open_now(actor: Actor) -> set[int]:
    return {id_ for (id_,) in open_to(actor.person_id).tuples()}


def keeps(actor: Actor, case: Case) -> bool:
    """Whether the actor looks after the case in the child's own school, and so sees all but the restricted notes."""
    if actor.school_id is None or actor.school_id != case.school_id or case.state == MOVED:
        return False
    part = actor.person_id in (case.nominated_by_id, case.homeroom_id)
    return part or actor.role in KEEPERS or COUNSELLOR in actor.functions


def sees_name(actor: Actor, case: Case) -> bool:
    """Whether the child's name may be shown: in the own school, to keepers and to the child's mentors."""
    if actor.school_id is None or actor.school_id != case.school_id:
        return False
    return keeps(actor, case) or Case.select().where(Case.id == case.id, mentored_by(actor)).exists()


def sees_circumstances(actor: Actor, case: Case) -> bool:
    """Whether circumstances may be shown: to keepers, and to an office that has the case open, without the name."""
    return keeps(actor, case) or (actor.school_id is None and case.id in _open_now(actor))


def sees_restricted(actor: Actor, case: Case) -> bool:
    """Whether restricted notes may be shown: to the principal and the counsellor of the child's school."""
    if actor.school_id is None or actor.school_id != case.school_id or case.state == MOVED:
        return False
    return actor.role == PRINCIPAL or COUNSELLOR in actor.functions


def label_of(case: Case) -> str:
    """What a case is called in titles, tasks, notices and calendars: its code alone, for they also go by mail (D18)."""
    return case.code
