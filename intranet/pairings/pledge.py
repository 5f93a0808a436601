"""What two twinned schools promise each other: every change of a pledge, one transaction each, with audit.

Preamble and clauses go by the pair's version (decision D15): a clause's fields are called "text 12" in the trail and in
conflicts. Once both sides have agreed, the text stands: a clause can be dropped with a reason, its progress corrected.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from flask import current_app
from peewee import fn

from intranet.contributions import ActivityKind
from intranet.kernel.clock import now, today
from intranet.kernel.database import transaction
from intranet.kernel.dates import show_date
from intranet.kernel.language import gettext as _
from intranet.kernel.language import lazy_gettext, source_text
from intranet.pairings.life_cycle import LIFE_CYCLE, title_of
from intranet.registry.activities import ActivityMeasure
from intranet.registry.pledges import ClauseCorrection, Meeting, PledgeClause
from intranet.registry.twinning import APPROVED, MET, TWINNED, Pairing
from intranet.shared import audit, pledges, steps
from intranet.shared.access import Actor
from intranet.shared.edits import MERGED, SAVED, UNCHANGED, Refused, locked, merged
from intranet.shared.holders import people_of
from intranet.shared.notifying import PROGRESS, notify
from intranet.shared.pledges import BOTH, CENT, FIRST, SECOND
from intranet.web.layout import format_quantity

# Where the text can still be written, and where progress counts.
DRAFTING = (APPROVED, MET)
FIELDS = ("side", "text", "quantity", "unit", "due_on", "activity_kind", "evidence")
MOST_CLAUSES = 40

# Stands in the document, whatever the language of the page.
PREAMBLE = (
    "Thực hiện chương trình “%(programme)s”, trên tinh thần tự nguyện, bình đẳng và tôn trọng lẫn nhau, "
    "%(first)s và %(second)s thống nhất ký giao ước kết nghĩa để giúp nhau cùng phát triển: nhà trường cùng chung tay, "
    "thầy cô cùng sẻ chia trách nhiệm, không để học sinh nào bị bỏ lại phía sau.\n"
    "Hai trường cam kết thực hiện các nội dung sau:"
)


def _nothing() -> None: ...


def default_preamble(pairing: Pairing) -> str:
    """A preamble to begin with."""
    return PREAMBLE % {
        "programme": pairing.programme.title,
        "first": pairing.first_school.name,
        "second": pairing.second_school.name,
    }


def values_of(pairing: Pairing, clause: PledgeClause) -> dict[str, Any]:
    """FIELDS of a clause, as its form holds them."""
    own = {name: getattr(clause, name) for name in FIELDS if name != "side"}
    # One engine gives 3 where the other gives 3.00; the trail compares texts.
    quantity = None if clause.quantity is None else clause.quantity.quantize(CENT)
    side = pledges.sides_of(pairing).get(clause.giver_id, BOTH)
    return own | {"side": side, "quantity": quantity}


def kinds_for(actor: Actor) -> dict[str, ActivityKind]:
    """The kinds of activities that can count for a clause: the core's, and those of modules that are on."""
    kinds = current_app.extensions["activities"].kinds
    return {
        key: kind
        for key, kind in kinds.items()
        if "." not in key or actor.sees_all or key.partition(".")[0] in actor.modules
    }


def save_preamble(
    pairing: Pairing, text: str, *, version: int, person_id: int | None, done: Callable[[], None] = _nothing
) -> str:
    """Write the preamble. Returns UNCHANGED, SAVED or MERGED; raises Refused and Conflict."""
    with transaction():
        current = _drafted(pairing)
        known = {"pledge_preamble": current.pledge_preamble}
        if not merged(current, known, {"pledge_preamble": text}, version):
            return UNCHANGED
        current.pledge_preamble = text
        _finish(current, "pairing.preamble", {"pledge_preamble": (known["pledge_preamble"], text)}, person_id)
        done()
        return SAVED if current.version == version + 1 else MERGED


def add_clause(
    pairing: Pairing, values: Mapping[str, Any], *, person_id: int | None, done: Callable[[], None] = _nothing
) -> PledgeClause:
    """Add a clause of FIELDS at the end. The first one brings the default preamble along. Raises Refused."""
    with transaction():
        current = _drafted(pairing)
        own = PledgeClause.select(fn.COUNT(PledgeClause.id), fn.MAX(PledgeClause.position))
        count, last = own.where(PledgeClause.pairing == current).tuples().get()
        if count >= MOST_CLAUSES:
            raise Refused("", _("Mỗi giao ước có nhiều nhất %(most)s cam kết.", most=MOST_CLAUSES))
        _refuse_values(current, values)
        clause = PledgeClause(pairing=current, position=(last or 0) + 1)
        _fill(current, clause, values)
        clause.save()
        if not current.pledge_preamble:
            current.pledge_preamble = default_preamble(current)
        changes = {f"{name} {clause.id}": (None, value) for name, value in values.items() if value}
        _finish(current, "pairing.clause", changes, person_id)
        done()
    return clause


def save_clause(
    pairing: Pairing,
    clause: PledgeClause,
    values: Mapping[str, Any],
    *,
    version: int,
    person_id: int | None,
    done: Callable[[], None] = _nothing,
) -> str:
    """Change a clause whose form was made from ``version``. Returns UNCHANGED, SAVED or MERGED.

    A clause for which something happened already keeps unit and kind. Raises Refused and Conflict.
    """
    with transaction():
        current = _drafted(pairing)
        stored = _live(clause)
        known = _dated(stored, values_of(current, stored))
        mine = merged(current, known, _dated(stored, values), version)
        if not mine:
            return UNCHANGED
        new = {name.partition(" ")[0]: value for name, value in mine.items()}
        _refuse_values(current, new)
        _refuse_other_measure(stored, new)
        _fill(current, stored, values_of(current, stored) | new)
        stored.save()
        _finish(current, "pairing.clause", {name: (known[name], value) for name, value in mine.items()}, person_id)
        done()
        return SAVED if current.version == version + 1 else MERGED


def move_clause(
    pairing: Pairing, clause: PledgeClause, *, up: bool, person_id: int | None, done: Callable[[], None] = _nothing
) -> None:
    """Put a clause one place up or down; at the end nothing happens. Raises Refused."""
    with transaction():
        current = _drafted(pairing)
        query = PledgeClause.select().where(PledgeClause.pairing == current)
        rows = list(query.order_by(PledgeClause.position, PledgeClause.id))
        place = next((place for place, row in enumerate(rows) if row.id == clause.id), None)
        other = None if place is None else place + (-1 if up else 1)
        if other is not None and 0 <= other < len(rows):
            rows[place], rows[other] = rows[other], rows[place]
            changes = {}
            for position, row in enumerate(rows, start=1):
                if row.position != position:
                    changes[f"position {row.id}"] = (row.position, position)
                    PledgeClause.update(position=position).where(PledgeClause.id == row.id).execute()
            _finish(current, "pairing.move", changes, person_id)
        done()


def remove_clause(
    pairing: Pairing, clause: PledgeClause, *, person_id: int | None, done: Callable[[], None] = _nothing
) -> None:
    """Take a clause out of a text that is still being written; for a deed there is drop_clause(). Raises Refused."""
    with transaction():
        current = _drafted(pairing)
        stored = PledgeClause.get_or_none(PledgeClause.id == clause.id)
        if stored is not None:
            if has_progress(stored) or Meeting.select().where(Meeting.clause == stored).exists():
                raise Refused(
                    "", _("Đã có hoạt động gắn với cam kết này; thầy/cô hãy ghi “Không thực hiện” kèm lý do.")
                )
            gone = {name: (value, None) for name, value in _dated(stored, values_of(current, stored)).items() if value}
            PledgeClause.delete().where(PledgeClause.id == stored.id).execute()
            _finish(current, "pairing.remove", gone, person_id)
        done()


def drop_clause(
    pairing: Pairing,
    clause: PledgeClause,
    reason: str,
    *,
    person_id: int | None,
    done: Callable[[], None] = _nothing,
) -> None:
    """A promise that will not be kept, and why. What was done for it stays. Raises Refused."""
    with transaction():
        current = _twinned(pairing)
        stored = _live(clause)
        stored.dropped_on, stored.dropped_reason = today(), reason
        stored.save()
        changes = {f"dropped_on {stored.id}": (None, stored.dropped_on), f"dropped_reason {stored.id}": (None, reason)}
        told = lazy_gettext("%(pair)s: một cam kết không thực hiện nữa", pair=title_of(current))
        _finish(current, "pairing.drop", changes, person_id, told)
        done()


def correct(
    pairing: Pairing,
    clause: PledgeClause,
    quantity: Decimal,
    reason: str,
    *,
    person_id: int,
    done: Callable[[], None] = _nothing,
) -> None:
    """Add to or take from a clause's progress by hand. Never below nothing. Raises Refused."""
    with transaction():
        current = _twinned(pairing)
        stored = _live(clause)
        if stored.done + quantity < 0:
            amount = format_quantity(stored.done)
            raise Refused("quantity", _("Kết quả hiện là %(amount)s, không thể giảm xuống dưới 0.", amount=amount))
        ClauseCorrection.create(clause=stored, quantity=quantity, reason=reason, person=person_id)
        pledges.recount(current.id)
        changes = {f"correction {stored.id}": (stored.done, stored.done + quantity), "reason": (None, reason)}
        audit.record("pairing.correct", current, person_id=person_id, changes=changes)
        told = lazy_gettext("%(pair)s: kết quả một cam kết vừa được điều chỉnh", pair=title_of(current))
        _tell(current, told, person_id)
        done()


def has_progress(clause: PledgeClause) -> bool:
    """Whether anything was counted for the clause, by an activity or by hand."""
    happened = ActivityMeasure.select().where(ActivityMeasure.clause_id == clause.id)
    corrected = ClauseCorrection.select().where(ClauseCorrection.clause == clause)
    return happened.exists() or corrected.exists()


# --- parts ---


def _drafted(pairing: Pairing) -> Pairing:
    current = locked(Pairing, pairing.id)
    if current.state in DRAFTING:
        return current
    if current.state in TWINNED:
        raise Refused("", _("Hai trường đã thống nhất nội dung nên giao ước không sửa được nữa."))
    raise Refused("", _("Giao ước được soạn khi cặp đã được hai phòng duyệt."))


def _twinned(pairing: Pairing) -> Pairing:
    current = locked(Pairing, pairing.id)
    if current.state not in TWINNED:
        raise Refused("", _("Cặp này không còn thực hiện giao ước."))
    return current


def _live(clause: PledgeClause) -> PledgeClause:
    stored = PledgeClause.get_or_none(PledgeClause.id == clause.id)
    if stored is None:
        raise Refused("", _("Cam kết này vừa được người khác bỏ."))
    if stored.dropped_on is not None:
        raise Refused("", _("Cam kết này đã ghi là không thực hiện."))
    return stored


def _dated(clause: PledgeClause, values: Mapping[str, Any]) -> dict[str, Any]:
    return {f"{name} {clause.id}": value for name, value in values.items()}


def _refuse_values(pairing: Pairing, values: Mapping[str, Any]) -> None:
    programme, due = pairing.programme, values.get("due_on")
    if due and programme.starts_on and due < programme.starts_on:
        day = show_date(programme.starts_on)
        raise Refused("due_on", _("Hạn phải sau ngày bắt đầu chương trình (%(day)s).", day=day))
    # A programme whose last day has gone by unclosed still has pairs at work.
    if due and programme.ends_on and programme.ends_on >= today() and due > programme.ends_on:
        day = show_date(programme.ends_on)
        raise Refused("due_on", _("Hạn không thể sau ngày kết thúc chương trình (%(day)s).", day=day))


def _refuse_other_measure(clause: PledgeClause, values: Mapping[str, Any]) -> None:
    """What was counted in lessons cannot become visits."""
    if {"unit", "activity_kind"} & values.keys() and has_progress(clause):
        field = "activity_kind" if "activity_kind" in values else "unit"
        text = _(
            "Cam kết này đã có kết quả tính theo “%(unit)s” nên không đổi được đơn vị tính và loại hoạt động. "
            "Thầy/cô hãy ghi cam kết này là không thực hiện rồi viết cam kết mới.",
            unit=clause.unit or clause.kind_label,
        )
        raise Refused(field, text)


def _fill(pairing: Pairing, clause: PledgeClause, values: Mapping[str, Any]) -> None:
    schools = {FIRST: pairing.first_school_id, SECOND: pairing.second_school_id}
    clause.giver = schools.get(values["side"])
    clause.receiver = pairing.partner_of(clause.giver_id) if clause.giver_id else None
    for name in FIELDS:
        if name not in ("side", "activity_kind"):
            setattr(clause, name, values[name])
    kind = current_app.extensions["activities"].kinds.get(values["activity_kind"])
    # A kind whose module is gone keeps the label that it had.
    if kind is not None or values["activity_kind"] != clause.activity_kind:
        clause.kind_label = source_text(kind.label) if kind else ""
    clause.activity_kind = values["activity_kind"]
    if kind is not None and not clause.unit:
        clause.unit = source_text(kind.unit)


def _finish(
    pairing: Pairing,
    action: str,
    changes: Mapping[str, tuple[Any, Any]],
    person_id: int | None,
    told: Any = None,
) -> None:
    """The new version, its audit line; what was agreed about another text is void; the others learn of it."""
    pairing.version += 1
    pairing.updated_at = now()
    pairing.save()
    audit.record(action, pairing, person_id=person_id, changes=changes)
    pledges.recount(pairing.id)
    steps.text_changed(pairing, person_id=person_id)
    _tell(pairing, told or lazy_gettext("%(pair)s: giao ước vừa được sửa", pair=title_of(pairing)), person_id)


def _tell(pairing: Pairing, text: Any, person_id: int | None) -> None:
    """Tell those who stand for the two schools."""
    people = people_of(LIFE_CYCLE.party["schools"].holders(pairing))
    notify(people, PROGRESS, text, f"/pairings/{pairing.id}/pledge", but=person_id)
