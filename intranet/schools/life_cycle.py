"""Schools close, open again, become one, go to the trash and come back; and many change in one go."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from intranet.kernel.clock import now, today
from intranet.kernel.database import transaction
from intranet.kernel.language import gettext as _
from intranet.kernel.text import match_key
from intranet.registry.people import Function, Membership, Person
from intranet.registry.schools import MOST_TAGS, NEED, School, SchoolSplit, Site, Tag
from intranet.registry.twinning import OPEN, Pairing
from intranet.registry.units import share_areas
from intranet.schools import twins
from intranet.schools.parts import tag_texts
from intranet.schools.rules import (
    CODE,
    NAME,
    change,
    known_values,
    refuse_duplicates,
    remember_former,
    same_commune,
    save,
)
from intranet.shared import audit, pledges
from intranet.shared.edits import Refused, locked
from intranet.shared.modules import plugins


def _nothing() -> None: ...


def close_school(
    school: School, *, closed_on: date, reason: str, person_id: int | None, done: Callable[[], None] = _nothing
) -> None:
    """Close a school after its last day; everything about it stays readable. Raises Refused."""
    with transaction():
        current = locked(School, school.id)
        if current.closed_on is not None:
            raise Refused("closed_on", _("Trường này đã đóng."))
        change(current, {"closed_on": closed_on}, "school.close", person_id, {"reason": (None, reason)})
        done()


def reopen_school(school: School, *, person_id: int | None, done: Callable[[], None] = _nothing) -> None:
    """Open a closed or merged school again; what a merger took along stays where it is. Raises Refused."""
    with transaction():
        current = locked(School, school.id)
        if current.closed_on is not None:
            successor = current.merged_into if current.merged_into_id else None
            also = {"merged_into": (successor.name, None)} if successor else None
            current.merged_into = None
            change(current, {"closed_on": None}, "school.reopen", person_id, also)
            refuse_duplicates(current)
            # What it gave once is no longer the successor's.
            for pairing in twins.pairs_of(successor) if successor else ():
                pledges.recount(pairing.id)
        done()


@dataclass(frozen=True, slots=True)
class Move:
    """What goes along when a school becomes part of another. ``kept_pairings`` end: the successor has them too."""

    people: list[int]
    pairings: list[Pairing]
    kept_pairings: list[Pairing]
    tags: list[Tag]
    sites: int
    takes_code: bool


def plan_merger(school: School, successor: School) -> Move:
    """What a merger would move: people with their work, sites, pairings, tags up to the most; figures stay."""
    moving, kept = _pairings(school, successor)
    known = list(Tag.select().where(Tag.school == successor))
    keys = {(tag.kind, match_key(tag.label)) for tag in known}
    # What was not published does not become so by the way.
    kept_back = NEED if successor.needs_published and not school.needs_published else None
    tags = [
        tag
        for tag in Tag.select().where(Tag.school == school).order_by(Tag.id)
        if (tag.kind, match_key(tag.label)) not in keys and tag.kind != kept_back
    ]
    people = Membership.select(Membership.person).where(Membership.school == school).distinct()
    return Move(
        people=[row[0] for row in people.tuples()],
        pairings=moving,
        kept_pairings=kept,
        tags=tags[: max(0, MOST_TAGS - len(known))],
        sites=Site.select().where(Site.school == school).count(),
        takes_code=bool(school.code and not successor.code),
    )


def _pairings(school: School, successor: School) -> tuple[list[Pairing], list[Pairing]]:
    """The school's pairings that can become the successor's, and those that cannot: it has them or is the partner."""
    moving, kept = [], []
    known = {(pairing.programme_id, pairing.partner_of(successor.id)) for pairing in twins.open_pairs(successor)}
    for pairing in twins.pairs_of(school):
        partner = pairing.partner_of(school.id)
        double = pairing.state in OPEN and (pairing.programme_id, partner) in known
        (kept if double or partner == successor.id else moving).append(pairing)
    return moving, kept


def merge_school(
    school: School, successor: School, *, person_id: int | None, done: Callable[[], None] = _nothing
) -> None:
    """Make a school part of another of its district, and close it. Raises Refused.

    Two at once cannot make a ring: only an open school, which is part of no other, takes another in.
    """
    with transaction():
        # Always the lower id first, so that two such transactions cannot wait for each other.
        rows = {id_: locked(School, id_) for id_ in sorted({school.id, successor.id})}
        current, into = rows[school.id], rows[successor.id]
        _refuse_merger(current, into)
        move, tags = plan_merger(current, into), tag_texts(into.id)
        _move(move, current, into, person_id)
        now_tags = tag_texts(into.id)
        tag_changes = {kind: (tags[kind], text) for kind, text in now_tags.items() if text != tags[kind]}
        former = {key: getattr(current, key) for key in (NAME, CODE) if getattr(current, key)}
        _close_into(current, into, move, person_id)
        _take_in(into, move, former, tag_changes, person_id)
        plugins().notify("school_merged", school=current, successor=into)
        done()


def _refuse_merger(school: School, successor: School) -> None:
    if school.id == successor.id or school.district_id != successor.district_id:
        raise Refused("successor", _("Hãy chọn một trường khác trong cùng đơn vị."))
    if school.merged_into_id:
        raise Refused("successor", _("Trường này đã được gộp vào trường khác."))
    if successor.closed_on is not None or successor.deleted_at is not None:
        raise Refused("successor", _("Trường được chọn đã đóng; hãy chọn trường đang hoạt động."))


def _move(move: Move, school: School, successor: School, person_id: int | None) -> None:
    for model in (Membership, Function, Person, Site):
        model.update(school=successor).where(model.school == school).execute()
    Tag.update(school=successor).where(Tag.id.in_([tag.id for tag in move.tags])).execute()
    share_areas(successor.id, school.id)
    for pairing in move.pairings:
        twins.hand_over(pairing, school, successor)
    for pairing in move.kept_pairings:
        one = pairing.partner_of(school.id) == successor.id
        twins.stop(pairing, twins.BECAME_ONE if one else twins.DOUBLE, person_id)


def _close_into(school: School, successor: School, move: Move, person_id: int | None) -> None:
    values: dict[str, Any] = {"closed_on": school.closed_on or today()} | ({"code": None} if move.takes_code else {})
    school.merged_into = successor
    change(school, values, "school.merge", person_id, {"merged_into": (None, successor.name)})


def _take_in(
    successor: School,
    move: Move,
    former: Mapping[str, str],
    tag_changes: Mapping[str, tuple[str, str]],
    person_id: int | None,
) -> None:
    changes: dict[str, tuple[Any, Any]] = {"merged_from": (None, former[NAME])}
    if move.takes_code:
        successor.code = former[CODE]
        changes[CODE] = (None, successor.code)
    # Lists of that time carry the other one's name and code, and mean this school.
    remember_former(successor, former)
    successor.version += 1
    save(successor, None)
    audit.record("school.merge", successor, person_id=person_id, changes=changes | tag_changes)


def delete_school(school: School, *, person_id: int | None, done: Callable[[], None] = _nothing) -> None:
    """Put a school that was entered by mistake into the trash. Raises Refused where people or pairs hang on it."""
    with transaction():
        current = locked(School, school.id)
        if _is_used(current):
            raise Refused("delete", _("Trường đã có cán bộ hoặc cặp kết nghĩa; thầy/cô hãy đóng trường thay vì xóa."))
        if current.deleted_at is None:
            change(current, {"deleted_at": now()}, "school.delete", person_id)
        done()


def _is_used(school: School) -> bool:
    references = (
        Membership.school,
        Function.school,
        Person.school,
        Pairing.first_school,
        Pairing.second_school,
        School.merged_into,
        SchoolSplit.school,
        SchoolSplit.origin,
    )
    return any(key.model.select().where(key == school).exists() for key in references)


def restore_school(school: School, *, person_id: int | None, done: Callable[[], None] = _nothing) -> None:
    """Take a school out of the trash. Raises Refused where another has its name by now."""
    with transaction():
        current = locked(School, school.id)
        if current.deleted_at is not None:
            refuse_duplicates(current)
            change(current, {"deleted_at": None}, "school.restore", person_id)
        done()


def change_schools(
    school_ids: Collection[int],
    values: Mapping[str, Any],
    *,
    reason: str = "",
    person_id: int | None,
    done: Callable[[int], None] = lambda changed: None,
) -> int:
    """Give several schools the same values, all or none; ``done`` gets the number that changed, which is returned.

    ``values`` are fields of update_school, "needs_published" or "closed_on"; a closed school keeps its day.
    """
    also = {"reason": (None, reason)} if reason else None
    changed = 0
    with transaction():
        for school_id in sorted(school_ids):
            school = locked(School, school_id)
            new = _differing(school, values)
            if new:
                change(school, new, "school.bulk", person_id, also)
                changed += 1
        done(changed)
    return changed


def _differing(school: School, values: Mapping[str, Any]) -> dict[str, Any]:
    known = known_values(school, values)
    new = {name: value for name, value in same_commune(known, values).items() if value != known[name]}
    if school.closed_on is not None:
        new.pop("closed_on", None)
    return new
