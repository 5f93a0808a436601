"""A school is split: another one is founded, and what people choose goes there; everything else stays."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from intranet.kernel.clock import today
from intranet.kernel.database import transaction
from intranet.kernel.dates import show_date
from intranet.kernel.language import gettext as _
from intranet.kernel.language import lazy_gettext
from intranet.kernel.schoolyear import school_year_of
from intranet.kernel.workflow import Holder
from intranet.registry.people import PRINCIPAL, Function, Membership, Person, under_way
from intranet.registry.schools import School, SchoolSplit, Site, Tag
from intranet.registry.units import share_areas
from intranet.schools import open_work, twins
from intranet.schools.figures import PARTS
from intranet.schools.parts import tag_texts
from intranet.schools.queries import figures_of
from intranet.schools.rules import change, create_school, write_figures
from intranet.shared.edits import Conflict, Refused, locked
from intranet.shared.holders import people_of
from intranet.shared.notifying import PROGRESS, notify
from intranet.web.layout import format_number

# The figures that are divided; what is only a part of them, both schools report anew.
DIVIDED = ("pupils", "classes")


@dataclass(frozen=True, slots=True)
class Decision:
    """The paper by which a school is split, and from which day on there are two."""

    number: str
    decided_on: date
    split_on: date


@dataclass(frozen=True, slots=True)
class Share:
    """What goes to the new school: ids of sites, memberships, tags and pairs, keys of open work.

    ``figures`` are {figure: (how many stay, how many go)}, None where nothing was said.
    """

    sites: Collection[int] = ()
    people: Collection[int] = ()
    tags: Collection[int] = ()
    pairs: Collection[int] = ()
    work: Collection[str] = ()
    figures: Mapping[str, tuple[int | None, int | None]] = field(default_factory=dict)


def split_school(
    school: School,
    values: Mapping[str, Any],
    decision: Decision,
    share: Share,
    *,
    version: int,
    person_id: int | None,
    done: Callable[[School], None] = lambda new: None,
) -> tuple[School, dict[str, int]]:
    """Found a school out of another of its district; ``values`` are fields of create_school. ``done`` runs last.

    Returns it, and how many "people", "sites", "pairs" and pieces of "work" went there: what is no longer the school's,
    or over, stays where it is. Raises Refused; Conflict where the school was changed since the form was made, so that
    nobody divides what another has just divided.
    """
    with transaction():
        old = locked(School, school.id)
        if old.closed_on is not None or old.deleted_at is not None:
            raise Refused("", _("Trường này đã đóng nên không tách được."))
        if old.version != version:
            raise Conflict({})
        before = _state_of(old)
        new = _found(old, values, decision, person_id)
        work = open_work.open_work(old).keys() & set(share.work)
        moved = _move(old, new, share) | {"work": len(work)}
        figures = _divide_figures(old, new, share.figures)
        _note(old, new, decision, (before, moved, figures), person_id)
        open_work.hand_over(old, new, work)
        _tell(old, new, decision, person_id)
        done(new)
    return new, moved


def _state_of(school: School) -> dict[str, str]:
    """What may change of a school when it is split, as the trail shows it."""
    leading = (
        Membership.select(Person.name)
        .join(Person)
        .where(Membership.school == school, Membership.role == PRINCIPAL, under_way(Membership))
    )
    name = leading.order_by(Membership.id).limit(1).scalar() or ""
    return {"principal_name": name, **tag_texts(school.id)}


def _found(old: School, values: Mapping[str, Any], decision: Decision, person_id: int | None) -> School:
    """The new school: public or private like the old one, in the same kind of area, founded that year."""
    alike = {"ownership": old.ownership, "difficult_area": old.difficult_area}
    new = create_school(
        old.district_id, {**alike, "founded_year": decision.split_on.year, **values}, person_id=person_id
    )
    share_areas(new.id, old.id)
    # Needs that were published stay so.
    new.needs_published, new.illustrative = old.needs_published, old.illustrative
    new.save()
    SchoolSplit.create(
        school=new,
        origin=old,
        decision_number=decision.number,
        decided_on=decision.decided_on,
        split_on=decision.split_on,
    )
    return new


def _move(old: School, new: School, share: Share) -> dict[str, int]:
    people = _move_people(old, new, share.people)
    sites = Site.update(school=new).where(Site.school == old, Site.id.in_(list(share.sites))).execute()
    Tag.update(school=new).where(Tag.school == old, Tag.id.in_(list(share.tags))).execute()
    pairs = [pairing for pairing in twins.open_pairs(old) if pairing.id in share.pairs]
    for pairing in pairs:
        twins.hand_over(pairing, old, new)
    return {"people": people, "sites": sites, "pairs": len(pairs)}


def _move_people(old: School, new: School, chosen: Collection[int]) -> int:
    """How many. Whoever keeps another work in the old school stays there with the duties, and works in both."""
    going = _work_at(old) & Membership.id.in_(list(chosen))
    people = [id_ for (id_,) in Membership.select(Membership.person).where(going).distinct().tuples()]
    Membership.update(school=new).where(going).execute()
    staying = Membership.select(Membership.person).where(_work_at(old))
    for model, key in ((Function, Function.person), (Person, Person.id)):
        model.update(school=new).where(model.school == old, key.in_(people), key.not_in(staying)).execute()
    return len(people)


def _work_at(school: School) -> Any:
    """Condition: work at a school that is not over."""
    not_over = Membership.ends_on.is_null() | (Membership.ends_on >= today())
    return (Membership.school == school) & not_over


def _divide_figures(
    old: School, new: School, figures: Mapping[str, tuple[int | None, int | None]]
) -> dict[str, tuple[int | None, int, int]]:
    """{figure: (what the old school had reported, what stays, what goes)} of this school year. Raises Refused."""
    year = school_year_of(today())
    reported, found = figures_of(old.id).get(year, {}), {}
    for name in DIVIDED:
        stay, go = figures.get(name, (None, None))
        if stay is None and go is None:
            continue
        if stay is None or go is None:
            raise Refused(f"{name}_go", _("Thầy/cô ghi cả số ở lại và số sang trường mới, hoặc để trống cả hai."))
        known = reported.get(name)
        if known is not None and stay + go != known:
            numbers = {"sum": format_number(stay + go), "known": format_number(known)}
            raise Refused(f"{name}_go", _("Hai trường cộng lại là %(sum)s, nhưng trường đã báo %(known)s.", **numbers))
        found[name] = (known, stay, go)
    if found:
        # Numbers of girls or of grade 6 of a school that was larger say nothing of either.
        unknown: dict[str, Any] = {part: None for part, whole in PARTS.items() if whole in found}
        unknown |= {"grades": ""} if "classes" in found else {}
        write_figures(old, year, {**unknown, **{name: stay for name, (_known, stay, _go) in found.items()}})
        write_figures(new, year, {name: go for name, (_known, _stay, go) in found.items()})
    return found


def _note(old: School, new: School, decision: Decision, changed: tuple[Any, Any, Any], person_id: int | None) -> None:
    """The trail of both schools."""
    before, moved, figures = changed
    year = school_year_of(today())
    alike = {
        "decision_number": (None, decision.number),
        "decided_on": (None, show_date(decision.decided_on)),
        "split_on": (None, show_date(decision.split_on)),
        **{f"moved_{name}": (None, count) for name, count in moved.items() if count},
    }
    stays = {f"{name} {year}": (known, stay) for name, (known, stay, _go) in figures.items()}
    goes = {f"{name} {year}": (None, go) for name, (_known, _stay, go) in figures.items()}
    _note_of(old, before, {"split_into": (None, new.name), **alike, **stays}, person_id)
    _note_of(new, dict.fromkeys(before, ""), {"split_from": (None, old.name), **alike, **goes}, person_id)


def _note_of(school: School, before: Mapping[str, str], also: Mapping[str, Any], person_id: int | None) -> None:
    """One school's, and who leads it now on its page."""
    changed = {name: (before[name], text) for name, text in _state_of(school).items() if text != before[name]}
    led = changed.pop("principal_name", None)
    change(school, {"principal_name": led[1]} if led else {}, "school.split", person_id, {**also, **changed})


def _tell(old: School, new: School, decision: Decision, person_id: int | None) -> None:
    principals = people_of(Holder(role=PRINCIPAL, school_id=school.id) for school in (old, new))
    title = lazy_gettext(
        "Đã tách %(new)s từ %(old)s theo Quyết định số %(number)s", new=new.name, old=old.name, number=decision.number
    )
    notify(principals, PROGRESS, title, f"/schools/{new.id}", but=person_id)
