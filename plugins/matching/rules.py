"""Every change of the workbench. Nothing here makes a pair before a person has said so."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from intranet.api import (
    RUNNING,
    Actor,
    JobRefused,
    Pairing,
    Programme,
    Refused,
    Run,
    School,
    differences,
    enqueue,
    locked,
    now,
    propose_pairing,
    record,
    suggest_pairing,
    transaction,
)
from intranet.api import gettext as _
from plugins.matching import queries
from plugins.matching.facts import facts_of
from plugins.matching.models import (
    DROPPED,
    EDITED,
    FAILED,
    KEPT,
    OPEN,
    READY,
    UNDECIDED,
    WORKING,
    Calculation,
    Suggestion,
)
from plugins.matching.queries import Bench
from plugins.matching.score import Rating, most_points, rate

ASSIGN = "matching.assign"
# A table of more would not fit into memory; no district is near it.
MOST_SCHOOLS = 3_000
LONGEST_REASON = 500


def set_weights(
    bench: Bench, values: Mapping[str, int], *, version: int, person_id: int, done: Callable[[], None] = lambda: None
) -> bool:
    """Let the factors count as ``values`` say, for all schools of the programme; False when they do already."""
    if not any(values.values()):
        raise Refused("needs", _("Cần ít nhất một yếu tố có trọng số lớn hơn 0."))
    with transaction():
        locked(Programme, bench.programme.id)
        weights = queries.weights_of(bench.programme)
        stored = weights.id is not None
        if (weights.version if stored else 0) != version:
            raise Refused("", _("Người khác vừa sửa trọng số. Thầy/cô xem lại rồi lưu."))
        changes = differences(weights, values)
        if not changes:
            return False
        for factor, value in values.items():
            setattr(weights, factor, value)
        weights.version += stored
        weights.updated_at = now()
        weights.save()
        record("matching.weights", weights, person_id=person_id, changes=changes)
        done()
    return True


def start(
    bench: Bench,
    district_id: int,
    *,
    person_id: int | None,
    back: str,
    done: Callable[[Any], None] = lambda job: None,
) -> Any:
    """Have the best pairs of all unpaired schools calculated; the job. Raises Refused."""
    with transaction():
        calculation = begin(bench, district_id, person_id=person_id)
        payload = {"calculation": calculation.id, "back": back}
        job = enqueue(ASSIGN, payload, district_id=district_id, person_id=person_id)
        Calculation.update(job_id=job.id).where(Calculation.id == calculation.id).execute()
        done(job)
    return job


def begin(bench: Bench, district_id: int, *, person_id: int | None) -> Calculation:
    """A calculation with the weights of now; Refused while another one of the programme is under way."""
    _refuse_bench(bench)
    with transaction():
        locked(Programme, bench.programme.id)
        if Calculation.select().where(Calculation.programme == bench.programme, Calculation.state == WORKING).exists():
            raise Refused("", _("Gợi ý của chương trình này đang được tính. Thầy/cô chờ một lát."))
        weights = json.dumps(queries.weights_of(bench.programme).values())
        calculation = Calculation.create(programme=bench.programme, district=district_id, weights=weights)
        record("matching.calculate", calculation, person_id=person_id, changes={"weights": (None, weights)})
    return calculation


def _refuse_bench(bench: Bench) -> None:
    if bench.programme.state != RUNNING:
        raise Refused("", _("Chương trình này chưa bắt đầu hoặc đã kết thúc."))
    if len(bench.districts) < 2:
        raise Refused("", _("Chương trình mới có một đơn vị tham gia nên chưa ghép cặp được."))


def assign(run: Run) -> None:
    """The job of a calculation."""
    calculation = Calculation.get_or_none(
        Calculation.id == run.payload["calculation"], Calculation.job_id == run.job.id, Calculation.state == WORKING
    )
    if calculation is not None:
        finish(calculation, progress=run.progress, check=run.check)


def finish(
    calculation: Calculation,
    *,
    progress: Callable[[int], None] = lambda percent: None,
    check: Callable[[], None] = lambda: None,
) -> None:
    """Compare all unpaired schools, keep what people have chosen, and write the best pairs of the rest."""
    # Loaded here only: the web workers do without it.
    from plugins.matching.assignment import best_pairs

    progress(5)
    bench = queries.bench_of(calculation.programme)
    most = most_points(calculation.weight_values())
    first, second = _sides(bench, calculation.district_id)
    if max(len(first), len(second)) > MOST_SCHOOLS:
        raise JobRefused(_("Có quá nhiều trường để tính một lần (tối đa %(most)s).", most=MOST_SCHOOLS))
    step = max(1, len(first) // 10)
    pairs = best_pairs(
        first,
        second,
        most,
        forbidden=queries.parted(bench.programme.id),
        progress=lambda done, of: progress(10 + 70 * done // of) if done % step == 0 else None,
    )
    progress(85)
    rated = [(one, other, rate(one, other, most)) for one, other in pairs]
    with transaction():
        check()
        locked(Programme, bench.programme.id)
        _replace(calculation, bench, rated)
        Calculation.update(
            state=READY, finished_at=now(), considered=len(first) + len(second), paired=len(pairs)
        ).where(Calculation.id == calculation.id).execute()


def _sides(bench: Bench, district_id: int) -> tuple[list[Any], list[Any]]:
    """The unpaired schools of the district, and those of all others; without those that somebody has decided on."""
    busy = _busy(bench, district_id)
    facts = [school for school in facts_of(queries.unpaired(bench), bench.district_ids) if school.id not in busy]
    return (
        [school for school in facts if school.district_id == district_id],
        [school for school in facts if school.district_id != district_id],
    )


def _replaced(bench: Bench, district_id: int) -> Any:
    """Condition: suggestions that a new calculation for the district replaces."""
    here = (Suggestion.first_district == district_id) | (Suggestion.second_district == district_id)
    return (Suggestion.programme == bench.programme.id) & (Suggestion.state == OPEN) & here


def _busy(bench: Bench, district_id: int) -> set[int]:
    """The schools of suggestions that stay: those that people chose, and those of other districts among themselves."""
    rows = Suggestion.select(Suggestion.first_school, Suggestion.second_school).where(
        Suggestion.programme == bench.programme.id,
        Suggestion.state.in_(UNDECIDED),
        ~_replaced(bench, district_id),
    )
    return {school_id for row in rows.tuples() for school_id in row}


def _replace(calculation: Calculation, bench: Bench, pairs: Sequence[tuple[Any, Any, Rating]]) -> None:
    Suggestion.delete().where(_replaced(bench, calculation.district_id)).execute()
    # While it was calculated, somebody may have made pairs or choices.
    busy = _busy(bench, calculation.district_id)
    free = {id_ for (id_,) in School.select(School.id).where(queries.unpaired(bench)).tuples()} - busy
    rows = [
        {
            "programme": bench.programme.id,
            "calculation": calculation.id,
            "first_school": first.id,
            "first_district": first.district_id,
            "second_school": second.id,
            "second_district": second.district_id,
            "calculated_school": second.id,
            **_rated(rating),
        }
        for first, second, rating in pairs
        if first.id in free and second.id in free
    ]
    if rows:
        Suggestion.insert_many(rows).execute()


def _rated(rating: Rating) -> dict[str, Any]:
    parts = json.dumps(rating.parts, ensure_ascii=False)
    return {"score": rating.score, "parts": parts, "sentence": rating.sentence}


def stopped(run: Run) -> None:
    """The job has failed or was stopped: the earlier suggestions stay, and another calculation may begin."""
    Calculation.update(state=FAILED, finished_at=now(), problem=run.job.problem).where(
        Calculation.id == run.payload["calculation"], Calculation.state == WORKING
    ).execute()


def choose(
    bench: Bench,
    school: School,
    partner: School,
    *,
    reason: str,
    seen: str,
    person_id: int,
    done: Callable[[Suggestion], None] = lambda suggestion: None,
) -> Suggestion:
    """Give a school another partner than was calculated, with the reason; ``seen`` is mark() of what the person saw.

    A calculated suggestion of the partner gives way; what another person chose does not. Raises Refused.
    """
    _refuse_bench(bench)
    with transaction():
        locked(Programme, bench.programme.id)
        suggestion = queries.undecided_of(bench.programme.id, school.id)
        if mark(suggestion) != seen:
            raise Refused("", _("Người khác vừa đổi gợi ý của trường này. Thầy/cô xem lại rồi chọn."))
        _refuse_partner(bench, school, partner)
        calculated = _calculated_for(suggestion, school)
        differs = suggestion is not None and partner.id != calculated
        if differs and not reason:
            raise Refused("reason", _("Thầy/cô cho biết vì sao chọn khác gợi ý."))
        before = None if suggestion is None else _partner_name(suggestion, school)
        _make_room(bench, partner, suggestion)
        suggestion = suggestion or Suggestion(programme=bench.programme)
        suggestion.first_school, suggestion.first_district_id = school, school.district_id
        suggestion.second_school, suggestion.second_district_id = partner, partner.district_id
        suggestion.calculated_school_id = calculated
        suggestion.state = OPEN if partner.id == calculated else EDITED
        suggestion.override_reason = reason if differs or calculated is None else ""
        _save(suggestion, **_rated(queries.rating_of(bench, school, partner)), problem="")
        changes = {"school": (None, school.name), "partner": (before, partner.name), "reason": (None, reason)}
        record("matching.choose", suggestion, person_id=person_id, changes=changes)
        done(suggestion)
    return suggestion


def mark(suggestion: Suggestion | None) -> str:
    """What a form was made from: which suggestion, and as it was then."""
    return "" if suggestion is None else f"{suggestion.id}-{suggestion.version}"


def _refuse_partner(bench: Bench, school: School, partner: School) -> None:
    free = {id_ for (id_,) in School.select(School.id).where(queries.in_use(bench.district_ids)).tuples()}
    for one in (school, partner):
        if one.id not in free:
            raise Refused("partner", _("%(name)s đã đóng hoặc không thuộc chương trình này.", name=one.name))
    if school.district_id == partner.district_id:
        raise Refused("partner", _("Hãy chọn trường của đơn vị khác."))
    if not school.levels & partner.levels:
        raise Refused("partner", _("Hai trường không có cấp học chung."))


def _calculated_for(suggestion: Suggestion | None, school: School) -> int | None:
    """The id of the partner that was calculated for this school; None where a person has already decided otherwise."""
    if suggestion is None:
        return None
    if suggestion.first_school_id == school.id:
        return suggestion.calculated_school_id
    return suggestion.first_school_id if suggestion.state == OPEN else None


def _partner_name(suggestion: Suggestion, school: School) -> str:
    first = suggestion.first_school_id == school.id
    return (suggestion.second_school if first else suggestion.first_school).name


def _make_room(bench: Bench, partner: School, suggestion: Suggestion | None) -> None:
    """The partner is free for another school, unless a person has chosen it already."""
    other = queries.undecided_of(bench.programme.id, partner.id)
    if other is None or (suggestion is not None and other.id == suggestion.id):
        return
    if other.state == EDITED:
        chosen_for = _partner_name(other, partner)
        raise Refused("partner", _("%(name)s đã được chọn cho %(other)s.", name=partner.name, other=chosen_for))
    other.delete_instance()


def _save(suggestion: Suggestion, **values: Any) -> None:
    for name, value in values.items():
        setattr(suggestion, name, value)
    suggestion.version = suggestion.version + 1 if suggestion.id else 1
    suggestion.updated_at = now()
    suggestion.save()


def drop(suggestion: Suggestion, reason: str, *, person_id: int, done: Callable[[], None] = lambda: None) -> None:
    """These two are not suggested to each other again, until somebody takes that back. Raises Refused."""
    with transaction():
        current = _undecided(suggestion)
        _save(current, state=DROPPED, override_reason=reason or current.override_reason, problem="")
        record("matching.drop", current, person_id=person_id, changes={"reason": (None, reason)})
        done()


def restore(suggestion: Suggestion, *, person_id: int, done: Callable[[], None] = lambda: None) -> None:
    """Take back that a suggestion was dropped. Raises Refused when one of the schools has another partner by now."""
    with transaction():
        locked(Programme, suggestion.programme_id)
        current = locked(Suggestion, suggestion.id)
        if current.state != DROPPED:
            raise Refused("", _("Gợi ý này không còn ở trạng thái đã bỏ."))
        bench = queries.bench_of(current.programme)
        ids = (current.first_school_id, current.second_school_id)
        free = School.select().where(School.id.in_(ids), queries.unpaired(bench)).count()
        if free < len(ids) or queries.suggested_to(bench, ids):
            raise Refused("", _("Một trong hai trường đã có gợi ý khác hoặc đã thành cặp."))
        state = OPEN if current.second_school_id == current.calculated_school_id else EDITED
        _save(current, state=state)
        record("matching.restore", current, person_id=person_id)
        done()


def _undecided(suggestion: Suggestion) -> Suggestion:
    """The suggestion as it is now, kept from others; Refused when it is decided already."""
    locked(Programme, suggestion.programme_id)
    current = Suggestion.get_or_none(Suggestion.id == suggestion.id)
    if current is None or current.state not in UNDECIDED:
        raise Refused("", _("Người khác vừa xử lý gợi ý này."))
    return current


def send(
    suggestions: Sequence[Suggestion], actor: Actor, *, ask_schools: bool, done: Callable[[], None] = lambda: None
) -> tuple[list[Pairing], list[tuple[Suggestion, str]]]:
    """Make pairs of suggestions: each by itself, so that one that cannot be made holds no other up.

    With ``ask_schools`` the principals are asked at once, else the offices see the pair first. Returns the pairs, and
    what could not be made with the sentence that says why; it stands beside the suggestion, too.
    """
    made, failed = [], []
    make = propose_pairing if ask_schools else suggest_pairing
    with transaction():
        for suggestion in suggestions:
            try:
                with transaction():
                    made.append(_keep(suggestion, make, actor.person_id))
            except Refused as refusal:
                Suggestion.update(problem=str(refusal)).where(
                    Suggestion.id == suggestion.id, Suggestion.state.in_(UNDECIDED)
                ).execute()
                failed.append((suggestion, str(refusal)))
        done()
    return made, failed


def _keep(suggestion: Suggestion, make: Callable[..., Pairing], person_id: int) -> Pairing:
    current = _undecided(suggestion)
    reason = current.override_reason
    proposal = current.sentence if not reason else f"{current.sentence}\nLý do chọn: {reason}"
    pairing = make(
        current.programme, current.first_school, current.second_school, proposal=proposal, person_id=person_id
    )
    _save(current, state=KEPT, pairing=pairing, problem="")
    record("matching.keep", current, person_id=person_id, changes={"pairing": (None, pairing.id)})
    return pairing


def default_district(bench: Bench, actor: Actor) -> int:
    """Whose schools stand first: the actor's own district's, else that of the programme's owner."""
    ids = bench.district_ids
    for id_ in (actor.district_id, bench.programme.owner_district_id):
        if id_ in ids:
            return id_
    return ids[0]
