"""Every change of a round and of a school's review that is not a plain step of its life."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from intranet.api import (
    COORDINATOR,
    MERGED,
    PRINCIPAL,
    SAVED,
    UNCHANGED,
    Actor,
    ChecklistPack,
    Refused,
    School,
    begin,
    gettext,
    lazy_gettext,
    locked,
    merged,
    notify,
    now,
    office_rounds,
    people_with_role,
    record,
    take,
    transaction,
)
from plugins.facilities.models import PresentState, Review, ReviewLine, Round
from plugins.facilities.pages import HOME
from plugins.facilities.reviews.effects import required_of, sizes_of
from plugins.facilities.reviews.life_cycle import EDITABLE

ROUND_NOTICE = "facilities.round"
FIELDS = ("have", "usable", "condition", "note")


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
            district=actor.district_id, pack=pack.id, levels=pack.levels or 15, opened_by=actor.person_id, **values
        )
        given = {name: (None, value) for name, value in {**values, "pack": pack.title}.items() if value}
        record("facilities.round", opened, person_id=actor.person_id, changes=given)
        tell_schools(opened, lazy_gettext("Có đợt rà soát cơ sở vật chất mới"), but=actor.person_id)
        done(opened)
    return opened


def tell_schools(opened: Round, title: Any, *, schools: Any = None, but: int | None = None) -> None:
    """Tell principals and coordinators of the schools that are asked, or of some of them."""
    of = office_rounds.schools_asked(opened) if schools is None else schools
    people = {id_ for role in (PRINCIPAL, COORDINATOR) for (id_,) in people_with_role(role, school_ids=of).tuples()}
    notify(people, ROUND_NOTICE, title, round_address(opened.id), but=but)


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
        known = {name: getattr(current, name) for name in values}
        mine = merged(current, known, values, version)
        if not mine:
            return UNCHANGED
        _change_round(current, mine, person_id)
        done()
        return SAVED if current.version == version + 1 else MERGED


def set_closed(opened: Round, closed: bool, person_id: int, *, done: Callable[[], None] = lambda: None) -> None:
    """Close a round, or open it again: while it is closed, no school sends anything."""
    with transaction():
        current = locked(Round, opened.id)
        if (current.closed_at is not None) != closed:
            _change_round(current, {"closed_at": now() if closed else None}, person_id)
        done()


def _change_round(current: Round, values: Mapping[str, Any], person_id: int) -> None:
    changes = {name: (getattr(current, name), value) for name, value in values.items()}
    for name, value in values.items():
        setattr(current, name, value)
    current.version += 1
    current.updated_at = now()
    current.save()
    record("facilities.round", current, person_id=person_id, changes=changes)


# --- A school's review ---


def begin_review(
    opened: Round, school: School, person_id: int, *, done: Callable[[Review], None] = lambda review: None
) -> Review:
    """The school's review of a round, with an empty line for each item; the one that there is, if there is.

    Raises Refused where the round does not ask this school, or is closed.
    """
    with transaction():
        # Two who begin at once begin the same.
        of = locked(School, school.id)
        known = Review.get_or_none(Review.round == opened, Review.school == of)
        if known is not None:
            done(known)
            return known
        if opened.closed_at is not None or not office_rounds.asks(opened, of.id):
            raise Refused("", gettext("Đợt rà soát này đã đóng hoặc không dành cho trường thầy/cô."))
        review = Review.create(district=of.district_id, school=of, round=opened, **sizes_of(of))
        required = required_of(review)
        ReviewLine.insert_many(
            [
                {
                    "review": review.id,
                    "district": review.district_id,
                    "school": review.school_id,
                    "section": group.code,
                    "item": item.code,
                    "position": list(required).index(item.code),
                    "required": required[item.code],
                }
                for group in opened.pack.checklist.groups
                for item in group.items
            ]
        ).execute()
        record("facilities.review", review, person_id=person_id, changes={"round": (None, opened.title)})
        begin(review, person_id=person_id)
        done(review)
    return review


def save_section(
    review: Review,
    section: str,
    values: Mapping[str, Any],
    *,
    version: int,
    person_id: int,
    done: Callable[[], None] = lambda: None,
) -> str:
    """Write a section whose form was made from ``version``: {"have-1.1": 12, …}, None for what is not known yet.

    Returns UNCHANGED, SAVED or MERGED. Raises Conflict, and Refused once it is sent, or where it makes no sense.
    """
    with transaction():
        current = _editable(review)
        lines = _lines(current, section)
        known = {f"{name}-{code}": getattr(line, name) for code, line in lines.items() for name in FIELDS}
        mine = merged(current, known, values, version)
        if not mine:
            return UNCHANGED
        _write(current, lines, mine, person_id)
        done()
        return SAVED if current.version == version + 1 else MERGED


def _editable(review: Review) -> Review:
    current = locked(Review, review.id)
    if current.state not in EDITABLE:
        raise Refused("", gettext("Rà soát đã gửi nên không sửa được nữa."))
    return current


def _lines(review: Review, section: str) -> dict[str, ReviewLine]:
    rows = ReviewLine.select().where(ReviewLine.review == review, ReviewLine.section == section)
    return {line.item: line for line in rows.order_by(ReviewLine.position)}


def _write(current: Review, lines: Mapping[str, ReviewLine], values: Mapping[str, Any], person_id: int) -> None:
    changes = {}
    for key, value in values.items():
        name, _dash, code = key.partition("-")
        changes[key] = (getattr(lines[code], name), value)
        setattr(lines[code], name, value)
    for code in {key.partition("-")[2] for key in values}:
        line = lines[code]
        if None not in (line.have, line.usable) and line.usable > line.have:
            raise Refused(f"usable-{code}", gettext("Số dùng được không thể nhiều hơn số hiện có."))
        line.save()
    current.version += 1
    current.updated_at = now()
    current.save()
    record("facilities.review", current, person_id=person_id, changes=changes)


def take_last(review: Review, section: str, person_id: int, *, done: Callable[[], None] = lambda: None) -> int:
    """Answer what nobody has answered yet as the last round did. Returns how many lines that were; raises Refused."""
    with transaction():
        current = _editable(review)
        lines = _lines(current, section)
        last = PresentState.select().where(
            PresentState.school == review.school_id,
            PresentState.pack_key == review.round.pack.key,
            PresentState.item.in_(list(lines)),
        )
        values: dict[str, Any] = {}
        for state in last:
            if lines[state.item].have is None and lines[state.item].usable is None:
                values |= {f"{name}-{state.item}": getattr(state, name) for name in ("have", "usable", "condition")}
        if values:
            _write(current, lines, values, person_id)
        done()
    return len(values) // 3


def send_back(
    review: Review,
    remarks: Mapping[str, str],
    remark: str,
    actor: Actor,
    *,
    done: Callable[[], None] = lambda: None,
) -> None:
    """Return a review with what the office says of its lines, {item: text}. Raises Refused and NotYours."""
    if not remark and not any(remarks.values()):
        raise Refused("remark", gettext("Thầy/cô chưa ghi nhận xét nào."))
    with transaction():
        current = locked(Review, review.id)
        current.remark = remark
        current.save()
        for line in ReviewLine.select().where(ReviewLine.review == current):
            text = remarks.get(line.item, "")
            if line.remark != text:
                line.remark = text
                line.save()
        given = {f"remark-{code}": (None, text) for code, text in remarks.items() if text}
        record("facilities.review", current, person_id=actor.person_id, changes={"remark": (None, remark), **given})
        take(current, "send_back", actor, done=done)
