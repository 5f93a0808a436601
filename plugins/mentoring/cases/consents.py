"""Consents: what a family agrees to, until when, and its withdrawal, which stops everything at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from intranet.api import Actor, Refused, carry, gettext, locked, put, put_file, record, today, transaction
from plugins.mentoring.cases.life_cycle import NOMINATED
from plugins.mentoring.cases.rules import birth_date_of, open_case, stop_handovers
from plugins.mentoring.groups.leaving import leave_all
from plugins.mentoring.tables.cases import GROUP, OWN_SCHOOL, PARTNER_SCHOOL, Case, Consent, covered, in_force
from plugins.mentoring.tables.mentors import Match

Done = Callable[[], None]
# A child of this age agrees as well (Law 91/2025/QH15, article 24).
AGREES_FROM = 7
LONGEST = timedelta(days=366)


def covers(case: Any, scope: int, day: date | None = None) -> bool:
    """Whether the child's family agrees to this today."""
    return covered(scope, day).where(Consent.case == case).exists()


def scope_for(case: Any, school_id: int) -> int:
    """What a family must have agreed to before somebody of this school becomes its child's mentor."""
    return OWN_SCHOOL if school_id == case.school_id else PARTNER_SCHOOL


def give(
    case: Case,
    values: Mapping[str, Any],
    scan: tuple[bytes, str] | None,
    actor: Actor,
    *,
    done: Done = lambda: None,
) -> Consent:
    """Write down that a family agrees. ``scan`` is (contents, media type) of the signed form.

    ``values``: giver, relation, scope, way, child_agrees, given_on, expires_on. Raises Refused.
    """
    with transaction():
        current = open_case(case.id)
        _check(current, values, scan)
        consent = Consent(case=current, recorded_by=actor.person_id)
        put(consent, giver=values["giver"])
        for name in ("relation", "scope", "way", "child_agrees", "given_on", "expires_on"):
            setattr(consent, name, values[name])
        if scan:
            put_file(consent, "scan", scan[0])
            consent.scan_type = scan[1]
        consent.save(force_insert=True)
        changes = {name: (None, values[name]) for name in ("relation", "scope", "way", "given_on", "expires_on")}
        record("mentoring.consent", consent, person_id=actor.person_id, changes=changes)
        carry(current, "agree", person_id=actor.person_id)
        done()
    return consent


def _check(case: Case, values: Mapping[str, Any], scan: tuple[bytes, str] | None) -> None:
    if case.state == NOMINATED:
        raise Refused("", gettext("Đề cử chưa được tiếp nhận."))
    given, expires = values["given_on"], values["expires_on"]
    if given > today():
        raise Refused("given_on", gettext("Ngày đồng ý không thể ở tương lai."))
    if not given < expires <= given + LONGEST:
        raise Refused("expires_on", gettext("Sự đồng ý có hạn nhiều nhất một năm kể từ ngày ký."))
    if expires < today():
        raise Refused("expires_on", gettext("Sự đồng ý này đã hết hạn."))
    if not values["scope"]:
        raise Refused("scope", gettext("Thầy/cô chưa chọn gia đình đồng ý những gì."))
    if values["way"] == "paper" and scan is None:
        raise Refused("scan", gettext("Thầy/cô chưa gửi bản chụp phiếu đã ký."))
    if not values["child_agrees"] and child_signs(case, given):
        raise Refused("child_agrees", gettext("Học sinh từ đủ 7 tuổi phải cùng đồng ý (Luật 91/2025/QH15, Điều 24)."))


def child_signs(case: Case, day: date) -> bool:
    """Whether the child is old enough on a day to agree as well."""
    born = birth_date_of(case)
    age = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
    return age >= AGREES_FROM


def withdraw(consent: Consent, person_id: int | None, *, done: Done = lambda: None) -> None:
    """The family no longer agrees: from this moment on nobody uses what it had agreed to. Raises Refused."""
    with transaction():
        case = locked(Case, consent.case_id)
        current = locked(Consent, consent.id)
        if current.withdrawn_on is not None:
            raise Refused("", gettext("Sự đồng ý này đã được rút trước đó."))
        current.withdrawn_on, current.withdrawn_by = today(), person_id
        current.save()
        changes = {"withdrawn_on": (None, current.withdrawn_on)}
        record("mentoring.withdraw", current, person_id=person_id, changes=changes)
        stop_what_nobody_agrees_to(case, person_id)
        done()


def stop_what_nobody_agrees_to(case: Case, person_id: int | None, day: date | None = None) -> bool:
    """Pause mentors and leave groups that no consent covers; freeze a case without any. True when something stopped."""
    stopped = False
    for match in list(Match.select().where(Match.case == case, Match.state == "active")):
        if not covers(case, scope_for(case, match.mentor_school_id), day):
            stopped |= carry(match, "pause", person_id=person_id)
    if not covers(case, GROUP, day):
        stopped |= leave_all(case.id, person_id) > 0
    if not Consent.select().where(Consent.case == case, in_force(day or today())).exists():
        stop_handovers(case, person_id)
        stopped |= carry(case, "freeze", person_id=person_id)
    return stopped
