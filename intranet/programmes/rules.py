"""Every change of a programme: one transaction, with audit. Its papers have files of their own.

What follows for pairs and memoranda when a district leaves or a programme ends or becomes shorter is done by jobs
(upkeep.py): a programme may have hundreds of pairs.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from typing import Any

from intranet.kernel import jobs
from intranet.kernel.clock import now, today
from intranet.kernel.database import transaction
from intranet.kernel.dates import show_date
from intranet.kernel.language import gettext as _
from intranet.kernel.workflow import Holder
from intranet.programmes import memoranda, shortening
from intranet.programmes.life_cycle import districts_of
from intranet.registry.districts import District
from intranet.registry.people import LEADER, OFFICER
from intranet.registry.twinning import DRAFT, OPEN, RUNNING, Pairing, Programme, ProgrammeDistrict
from intranet.shared import audit, steps
from intranet.shared.access import Actor
from intranet.shared.edits import MERGED, SAVED, UNCHANGED, Refused, locked, merged
from intranet.shared.holders import people_of
from intranet.shared.notifying import PROGRESS, notify

# What the form holds beside the districts that take part.
FIELDS = ("title", "movements", "goals", "starts_on", "ends_on")
DISTRICTS = "districts"
SETTLE, SHORTEN = "programmes.settle", "programmes.shorten"
LEAST_DISTRICTS = 2


class Shortens(Refused):
    """The programme would end before what is planned in it; ``beyond`` are sentences that say what."""

    def __init__(self, beyond: list[str]) -> None:
        super().__init__("", _("Chương trình sẽ kết thúc trước một số việc đã hẹn."))
        self.beyond = beyond


def create_programme(
    owner_district_id: int,
    values: Mapping[str, Any],
    *,
    predecessor: Programme | None = None,
    person_id: int | None,
    done: Callable[[Programme], None] = lambda programme: None,
) -> Programme:
    """Add a programme of the owner and the districts whose ids ``values`` holds beside FIELDS. Raises Refused."""
    with transaction():
        _refuse_order(values["starts_on"], values["ends_on"])
        districts = {owner_district_id, *values[DISTRICTS]}
        if len(districts) < LEAST_DISTRICTS:
            raise Refused(DISTRICTS, _("Chương trình cần ít nhất hai đơn vị tham gia."))
        programme = Programme.create(
            owner_district=owner_district_id,
            predecessor=predecessor,
            **{name: values[name] for name in FIELDS},
        )
        _add_districts(programme, districts)
        changes = {name: (None, values[name]) for name in FIELDS if values[name]}
        changes[DISTRICTS] = (None, names_of(districts))
        if predecessor is not None:
            changes["predecessor"] = (None, predecessor.title)
        audit.record("programme.create", programme, person_id=person_id, changes=changes)
        steps.begin(programme, person_id=person_id)
        _tell_leaders(programme, districts - {owner_district_id}, person_id)
        done(programme)
    return programme


def _refuse_order(starts_on: date | None, ends_on: date | None) -> None:
    if starts_on and ends_on and ends_on <= starts_on:
        raise Refused("ends_on", _("Ngày kết thúc phải sau ngày bắt đầu."))


def names_of(district_ids: Iterable[int]) -> str:
    """The districts' names in one line, in their order."""
    query = District.select(District.name).where(District.id.in_(set(district_ids))).order_by(District.sort_key)
    return "; ".join(name for (name,) in query.tuples())


def _add_districts(programme: Programme, district_ids: Iterable[int]) -> None:
    """Districts take part from now on, also such as had left."""
    for district_id in sorted(district_ids):
        ProgrammeDistrict.insert(programme=programme, district=district_id).on_conflict(
            conflict_target=[ProgrammeDistrict.programme, ProgrammeDistrict.district],
            update={"left_on": None, "left_reason": ""},
        ).execute()


def _tell_leaders(programme: Programme, district_ids: Iterable[int], person_id: int | None) -> None:
    holders = [Holder(role=role, district_id=id_) for id_ in district_ids for role in (LEADER, OFFICER)]
    title = f"Đơn vị được mời vào chương trình “{programme.title}”"
    notify(people_of(holders), PROGRESS, title, f"/programmes/{programme.id}", but=person_id)


def update_programme(
    programme: Programme,
    values: Mapping[str, Any],
    *,
    version: int,
    person_id: int | None,
    confirmed: bool = False,
    done: Callable[[], None] = lambda: None,
) -> str:
    """Change a programme whose form was made from ``version``; what others changed since stays where it can (D15).

    ``values`` are some of FIELDS, the closing report and the ids of the districts. Returns UNCHANGED, SAVED or MERGED.
    Raises Refused, Shortens unless ``confirmed``, and Conflict.
    """
    with transaction():
        current = locked(Programme, programme.id)
        refuse_closed(current)
        known, given = _known(current, values), dict(values)
        districts = set(given.pop(DISTRICTS, ())) | {current.owner_district_id}
        if DISTRICTS in known:
            given[DISTRICTS] = names_of(districts)
        mine = merged(current, known, given, version)
        if not mine:
            return UNCHANGED
        if DISTRICTS in mine:
            _change_districts(current, districts, person_id)
        _write(current, {name: value for name, value in mine.items() if name != DISTRICTS}, confirmed, person_id)
        changes = {name: (known[name], value) for name, value in mine.items()}
        audit.record("programme.edit", current, person_id=person_id, changes=changes)
        steps.refresh(current)
        done()
        return SAVED if current.version == version + 1 else MERGED


def refuse_closed(programme: Programme) -> None:
    """Raise Refused where the programme is over: it stays as it is."""
    if programme.state not in (DRAFT, RUNNING):
        raise Refused("", _("Chương trình đã kết thúc nên không sửa được nữa."))


def _known(programme: Programme, names: Collection[str]) -> dict[str, Any]:
    """The programme's values as forms hold them; the districts as their names."""
    known = {name: getattr(programme, name) for name in names if name != DISTRICTS}
    return known | {DISTRICTS: names_of(districts_of(programme.id))} if DISTRICTS in names else known


def _write(programme: Programme, values: Mapping[str, Any], confirmed: bool, person_id: int | None) -> None:
    before = programme.ends_on
    for name, value in values.items():
        setattr(programme, name, value)
    _refuse_order(programme.starts_on, programme.ends_on)
    shorter = "ends_on" in values and programme.ends_on is not None and (before is None or programme.ends_on < before)
    if shorter:
        beyond = shortening.beyond(programme.id, programme.ends_on)
        if beyond and not confirmed:
            raise Shortens(beyond)
    programme.version += 1
    programme.updated_at = now()
    programme.save()
    if shorter:
        jobs.enqueue(SHORTEN, {"programme": programme.id, "person": person_id, "ends_on": str(programme.ends_on)})


def _change_districts(programme: Programme, wanted: set[int], person_id: int | None) -> None:
    """More districts may join; out of one that has begun, a district leaves in its own way, with its reason."""
    present = set(districts_of(programme.id))
    gone = present - wanted
    if gone and programme.state != DRAFT:
        sentence = _(
            "%(names)s đã tham gia chương trình. Khi đơn vị rời đi, thầy/cô dùng “Ghi đơn vị rời chương trình”."
        )
        raise Refused(DISTRICTS, sentence % {"names": names_of(gone)})
    if len(wanted) < LEAST_DISTRICTS:
        raise Refused(DISTRICTS, _("Chương trình cần ít nhất hai đơn vị tham gia."))
    if gone:
        ProgrammeDistrict.delete().where(
            ProgrammeDistrict.programme == programme, ProgrammeDistrict.district.in_(gone)
        ).execute()
    _add_districts(programme, wanted - present)
    reason = f"Các đơn vị tham gia thay đổi: {names_of(wanted)}."
    memoranda.follow_districts(programme.id, reason=reason, person_id=person_id)
    _tell_leaders(programme, wanted - present, person_id)


# --- Who keeps it, who leaves ---


def hand_over(
    programme: Programme, district_id: int, *, person_id: int | None, done: Callable[[], None] = lambda: None
) -> None:
    """Another district that takes part keeps the programme from now on. Raises Refused."""
    with transaction():
        current = locked(Programme, programme.id)
        refuse_closed(current)
        if district_id == current.owner_district_id or district_id not in districts_of(current.id):
            raise Refused("district", _("Hãy chọn một đơn vị khác đang tham gia chương trình."))
        if _row(current, district_id).left_on is not None:
            raise Refused("district", _("Đơn vị này đã ghi ngày rời chương trình."))
        before = names_of([current.owner_district_id])
        current.owner_district = district_id
        _save(current)
        changes = {"owner_district": (before, names_of([district_id]))}
        audit.record("programme.hand_over", current, person_id=person_id, changes=changes)
        steps.refresh(current)
        holders = [Holder(role=role, district_id=district_id) for role in (LEADER, OFFICER)]
        title = f"Đơn vị là đơn vị chủ trì chương trình “{current.title}”"
        notify(people_of(holders), PROGRESS, title, f"/programmes/{current.id}", but=person_id)
        done()


def _row(programme: Programme, district_id: int) -> ProgrammeDistrict:
    row = ProgrammeDistrict.get_or_none(
        ProgrammeDistrict.programme == programme, ProgrammeDistrict.district == district_id
    )
    if row is None:
        raise Refused("", _("Đơn vị này không tham gia chương trình."))
    return row


def _save(programme: Programme) -> None:
    programme.version += 1
    programme.updated_at = now()
    programme.save()


def leave(
    programme: Programme,
    district_id: int,
    *,
    on: date,
    reason: str,
    person_id: int | None,
    done: Callable[[], None] = lambda: None,
) -> None:
    """A district leaves; ``on`` is its first day outside. On that day its pairs end (upkeep.py). Raises Refused."""
    with transaction():
        current = locked(Programme, programme.id)
        if current.state != RUNNING:
            raise Refused("", _("Chỉ rời được chương trình đang thực hiện."))
        row = _row(current, district_id)
        if row.left_on is not None:
            raise Refused("", _("Đơn vị này đã ghi ngày rời chương trình."))
        if district_id == current.owner_district_id:
            raise Refused("", _("Đơn vị chủ trì phải bàn giao việc chủ trì trước khi rời chương trình."))
        if current.starts_on and on < current.starts_on:
            raise Refused("on", _("Ngày rời không thể trước ngày bắt đầu chương trình."))
        if current.ends_on and on > current.ends_on:
            raise Refused(
                "on", _("Ngày rời phải trong thời gian của chương trình, đến %(day)s.", day=show_date(current.ends_on))
            )
        _refuse_too_few(current, district_id)
        row.left_on, row.left_reason = on, reason
        row.save()
        _save(current)
        changes = {"left": (None, names_of([district_id])), "left_on": (None, on), "reason": (None, reason)}
        audit.record("programme.leave", current, person_id=person_id, changes=changes)
        if on <= today():
            settle_later(current.id, person_id)
        done()


def _refuse_too_few(programme: Programme, district_id: int) -> None:
    staying = ProgrammeDistrict.select().where(
        ProgrammeDistrict.programme == programme,
        ProgrammeDistrict.left_on.is_null(),
        ProgrammeDistrict.district != district_id,
    )
    if staying.count() < LEAST_DISTRICTS:
        raise Refused("", _("Sau đó chương trình còn ít hơn hai đơn vị. Hãy kết thúc chương trình thay vì rút đơn vị."))


def stay(
    programme: Programme, district_id: int, *, person_id: int | None, done: Callable[[], None] = lambda: None
) -> None:
    """A district that was to leave some day stays after all. Raises Refused."""
    with transaction():
        current = locked(Programme, programme.id)
        row = _row(current, district_id)
        if row.left_on is None or row.left_on <= today():
            raise Refused("", _("Đơn vị này không có ngày rời nào trong tương lai."))
        before, row.left_on, row.left_reason = row.left_on, None, ""
        row.save()
        _save(current)
        changes = {"left": (names_of([district_id]), None), "left_on": (before, None)}
        audit.record("programme.stay", current, person_id=person_id, changes=changes)
        done()


def settle_later(programme_id: int, person_id: int | None) -> None:
    """Have a job end what cannot go on in the programme."""
    jobs.enqueue(SETTLE, {"programme": programme_id, "person": person_id})


# --- The end ---


def close(
    programme: Programme, report: str, *, version: int, actor: Actor, done: Callable[[], None] = lambda: None
) -> None:
    """End the programme with its closing report; pairs that were not carried forward end with it (upkeep.py).

    Raises Refused and Conflict.
    """
    with transaction():
        update_programme(programme, {"closing_report": report}, version=version, person_id=actor.person_id)
        settle_later(programme.id, actor.person_id)
        steps.take(programme, "close", actor, done=done)


def open_pairs(programme_id: int) -> int:
    """How many pairs would end with the programme."""
    return Pairing.select().where(Pairing.programme == programme_id, Pairing.state.in_(OPEN)).count()
