"""Every change of a round and of an assessment that is not a plain step of its life."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from intranet.api import (
    COORDINATOR,
    PRINCIPAL,
    Actor,
    ChecklistPack,
    Refused,
    School,
    begin,
    carry,
    gettext,
    lazy_gettext,
    locked,
    notify,
    office_rounds,
    people_with_role,
    record,
    refresh_waiting,
    scoring,
    transaction,
    write_merged,
)
from plugins.digital.assessments.life_cycle import APPROVED, EDITABLE, SUBMITTED
from plugins.digital.models import Assessment, Round, Score
from plugins.digital.pages import HOME, MODULE

ROUND_NOTICE = "digital.round"
ALL_LEVELS = 15


def round_address(round_id: int) -> str:
    """A round's page."""
    return f"{HOME}/rounds/{round_id}"


# --- Rounds ---


def open_round(
    actor: Actor,
    pack: ChecklistPack,
    values: Mapping[str, Any],
    *,
    done: Callable[[Round], None] = lambda opened: None,
) -> Round:
    """Ask the schools of the pack's levels; their principals and coordinators are told."""
    with transaction():
        opened = Round.create(
            district=actor.district_id,
            pack=pack.id,
            levels=pack.levels or ALL_LEVELS,
            opened_by=actor.person_id,
            **values,
        )
        given = {name: (None, value) for name, value in {**values, "pack": pack.title}.items() if value}
        record("digital.round", opened, person_id=actor.person_id, changes=given)
        tell_schools(opened, lazy_gettext("Có đợt đánh giá mức độ chuyển đổi số"), but=actor.person_id)
        done(opened)
    return opened


def tell_schools(opened: Round, title: Any, *, schools: Any = None, but: int | None = None) -> None:
    """Tell principals and coordinators of the schools that are asked, or of some of them."""
    of = office_rounds.schools_asked(opened) if schools is None else schools
    people = {id_ for role in (PRINCIPAL, COORDINATOR) for (id_,) in people_with_role(role, school_ids=of).tuples()}
    notify(people, ROUND_NOTICE, title, round_address(opened.id), module=MODULE, but=but)


def update_round(
    opened: Round,
    values: Mapping[str, Any],
    *,
    version: int,
    person_id: int,
    done: Callable[[], None] = lambda: None,
) -> str:
    """Change what a round is called and when it is due. Returns UNCHANGED, SAVED or MERGED; raises Conflict."""
    with transaction():
        current = locked(Round, opened.id)

        def follow() -> None:
            # The day stands beside what waits.
            for assessment in Assessment.select().where(Assessment.round == current).order_by(Assessment.id):
                refresh_waiting(assessment)
            done()

        return write_merged(current, values, version=version, action="digital.round", person_id=person_id, done=follow)


def publish_round(opened: Round, person_id: int, *, done: Callable[[], None] = lambda: None) -> int:
    """Publish all results that are approved. Returns how many that were; raises Refused where there is none."""
    with transaction():
        locked(Round, opened.id)
        ready = Assessment.select().where(Assessment.round == opened, Assessment.state == APPROVED)
        count = sum(carry(assessment, "publish", person_id=person_id) for assessment in ready.order_by(Assessment.id))
        if not count:
            raise Refused("", gettext("Chưa có kết quả nào được duyệt."))
        done()
    return count


# --- A school's assessment ---


def begin_assessment(
    opened: Round, school: School, person_id: int, *, done: Callable[[Assessment], None] = lambda made: None
) -> Assessment:
    """The school's assessment of a round, with a line for each item; the one that there is, if there is.

    Raises Refused where the round does not ask this school.
    """
    with transaction():
        # Two who begin at once begin the same.
        of = locked(School, school.id)
        known = Assessment.get_or_none(Assessment.round == opened, Assessment.school == of)
        if known is not None:
            done(known)
            return known
        if not office_rounds.asks(opened, of.id):
            raise Refused("", gettext("Đợt đánh giá này không dành cho trường thầy/cô."))
        made = _make(of, opened.pack, opened.school_year, person_id, round=opened)
        begin(made, person_id=person_id)
        done(made)
    return made


def begin_practice(
    actor: Actor,
    pack: ChecklistPack,
    school_year: str,
    *,
    done: Callable[[Assessment], None] = lambda made: None,
) -> Assessment:
    """An assessment of the actor's school that only the school sees."""
    with transaction():
        made = _make(School.get_by_id(actor.school_id), pack, school_year, actor.signed_in_id, private=True)
        done(made)
    return made


def _make(school: School, pack: ChecklistPack, school_year: str, person_id: int, **more: Any) -> Assessment:
    place = {"district": school.district_id, "school": school.id}
    made = Assessment.create(pack=pack.id, school_year=school_year, **place, **more)
    Score.insert_many(
        [{"assessment": made.id, "item": code, "private": made.private, **place} for code in pack.checklist.items]
    ).execute()
    record("digital.assessment", made, person_id=person_id, changes={"pack": (None, pack.title)})
    return made


def save_section(
    assessment: Assessment,
    values: Mapping[str, Any],
    *,
    version: int,
    person_id: int,
    done: Callable[[], None] = lambda: None,
) -> str:
    """Write what the school says of some items, as scoring.write. Raises Refused once it was handed in."""
    with transaction():
        current = locked(Assessment, assessment.id)
        if current.state not in EDITABLE:
            raise Refused("", gettext("Bản tự đánh giá đã gửi nên không sửa được nữa."))
        return _write(current, values, version, person_id, done)


def save_checked(
    assessment: Assessment,
    values: Mapping[str, Any],
    *,
    version: int,
    person_id: int,
    done: Callable[[], None] = lambda: None,
) -> str:
    """Write what the office says beside it, as scoring.write. Raises Refused unless it waits to be checked."""
    with transaction():
        current = locked(Assessment, assessment.id)
        if current.state != SUBMITTED:
            raise Refused("", gettext("Chỉ chấm kiểm tra khi trường đã gửi."))
        return _write(current, values, version, person_id, done)


def _write(
    current: Assessment, values: Mapping[str, Any], version: int, person_id: int, done: Callable[[], None]
) -> str:
    lines = {line.item: line for line in Score.select().where(Score.assessment == current)}
    how = {"action": "digital.assessment", "version": version, "person_id": person_id, "done": done}
    return scoring.write(current, lines, values, **how)
