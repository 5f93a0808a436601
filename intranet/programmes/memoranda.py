"""Every change of a memorandum or an appendix: one transaction, with audit. Its steps are taken by shared.steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from intranet.kernel.clock import now, today
from intranet.kernel.database import transaction
from intranet.kernel.language import gettext as _
from intranet.papers.letterheads import default_heading, saved_letterhead
from intranet.papers.parts import own_office
from intranet.programmes import texts
from intranet.programmes.life_cycle import districts_of
from intranet.registry.agreements import Memorandum, MemorandumClause, Signatory
from intranet.registry.districts import District
from intranet.registry.people import LEADER, Membership, Person, under_way
from intranet.registry.twinning import Programme
from intranet.shared import audit, steps
from intranet.shared.access import Actor
from intranet.shared.edits import MERGED, SAVED, UNCHANGED, Refused, locked, merged

# What the form holds beside the clauses and the signatories.
FIELDS = ("title", "preamble", "starts_on", "ends_on")
CLAUSES, SIGNATORIES = "clauses", "signatories"
# While the offices still write it.
WRITTEN = ("draft", "review")
# What an appendix may be made for.
BINDING = ("signed", "in_force")

Clause = tuple[str, str]


class Signer(NamedTuple):
    """Who signs for a district."""

    district_id: int
    body: str
    name: str = ""
    title: str = ""


def suggested(programme: Programme, parent: Memorandum | None) -> dict[str, Any]:
    """What a new memorandum, or an appendix to ``parent``, says before anybody edits it."""
    signers = [_signer(district_id) for district_id in districts_of(programme.id)]
    bodies = [signer.body for signer in signers]
    if parent is not None:
        written = {
            "title": texts.appendix_title(parent),
            "preamble": texts.appendix_preamble(parent, bodies),
            CLAUSES: texts.appendix_clauses(),
            "ends_on": parent.ends_on,
        }
    else:
        written = {
            "title": texts.title(programme),
            "preamble": texts.preamble(programme, bodies),
            CLAUSES: texts.clauses(programme, bodies),
            "ends_on": programme.ends_on,
        }
    return {"starts_on": None, SIGNATORIES: signers, **written}


def _signer(district_id: int) -> Signer:
    """Who signs for a district: as its letterhead says, else its leader of today."""
    district = District.get_by_id(district_id)
    head = saved_letterhead(district_id, None)
    name, title = (head.signer_name, head.signer_title) if head else ("", "")
    if not name:
        name, title = _leader(district_id)
    body = (head.body if head else "") or district.office_name
    return Signer(district_id, body, name, title or own_office(default_heading(district).signer_title))


def _leader(district_id: int) -> tuple[str, str]:
    row = (
        Membership.select(Person.name, Membership.title)
        .join(Person)
        .where(
            Membership.role == LEADER,
            Membership.district == district_id,
            Membership.school.is_null(),
            under_way(Membership),
        )
        .order_by(Membership.id)
        .tuples()
        .first()
    )
    return row or ("", "")


def create_memorandum(
    programme: Programme,
    values: Mapping[str, Any],
    *,
    parent: Memorandum | None = None,
    person_id: int | None,
    done: Callable[[Memorandum], None] = lambda memorandum: None,
) -> Memorandum:
    """Add a memorandum with FIELDS, clauses and signatories; with ``parent`` an appendix to that. Raises Refused."""
    with transaction():
        refuse_order(values["starts_on"], values["ends_on"])
        if parent is not None and locked(Memorandum, parent.id).state not in BINDING:
            raise Refused("", _("Chỉ lập được phụ lục cho văn bản đã ký và còn hiệu lực."))
        memorandum = Memorandum.create(programme=programme, parent=parent, **{name: values[name] for name in FIELDS})
        _write_clauses(memorandum, values[CLAUSES])
        _write_signatories(memorandum, _complete(programme.id, values[SIGNATORIES]))
        audit.record("memorandum.create", memorandum, person_id=person_id, changes={"title": (None, memorandum.title)})
        steps.begin(memorandum, person_id=person_id)
        done(memorandum)
    return memorandum


def refuse_order(starts_on: date | None, ends_on: date | None, signed_on: date | None = None) -> None:
    """Raise Refused where the days of a paper are out of order."""
    if starts_on and ends_on and ends_on < starts_on:
        raise Refused("ends_on", _("Ngày kết thúc phải sau ngày bắt đầu."))
    if signed_on and ends_on and ends_on < signed_on:
        raise Refused("signed_on", _("Ngày ký không thể sau ngày hết hiệu lực."))


def _write_clauses(memorandum: Memorandum, clauses: Sequence[Clause]) -> None:
    MemorandumClause.delete().where(MemorandumClause.memorandum == memorandum).execute()
    rows = [(memorandum.id, place, *clause) for place, clause in enumerate(clauses, start=1)]
    columns = (
        MemorandumClause.memorandum,
        MemorandumClause.position,
        MemorandumClause.heading,
        MemorandumClause.text,
    )
    if rows:
        MemorandumClause.insert_many(rows, columns).execute()


def _complete(programme_id: int, signers: Sequence[Signer]) -> list[Signer]:
    """One signer for each district that takes part, whatever was given."""
    given = {signer.district_id: signer for signer in signers}
    return [given.get(id_) or _signer(id_) for id_ in districts_of(programme_id)]


def _write_signatories(memorandum: Memorandum, signers: Sequence[Signer]) -> None:
    Signatory.delete().where(Signatory.memorandum == memorandum).execute()
    rows = [(memorandum.id, *signer) for signer in signers]
    columns = (Signatory.memorandum, Signatory.district, Signatory.body, Signatory.name, Signatory.title)
    if rows:
        Signatory.insert_many(rows, columns).execute()


def clauses_of(memorandum_id: int) -> list[Clause]:
    """(heading, text) of the clauses in their order."""
    query = MemorandumClause.select(MemorandumClause.heading, MemorandumClause.text).where(
        MemorandumClause.memorandum == memorandum_id
    )
    return list(query.order_by(MemorandumClause.position, MemorandumClause.id).tuples())


def signatories_of(memorandum_id: int) -> list[Signer]:
    """Who signs, by district."""
    query = Signatory.select(Signatory.district, Signatory.body, Signatory.name, Signatory.title).where(
        Signatory.memorandum == memorandum_id
    )
    return [Signer(*row) for row in query.order_by(Signatory.id).tuples()]


def clauses_text(clauses: Sequence[Clause]) -> str:
    """All clauses as audit and conflicts show them."""
    return "\n".join(f"{place}. {heading}: {text}" for place, (heading, text) in enumerate(clauses, start=1))


def signatories_text(signers: Sequence[Signer]) -> str:
    """Who signs, a line for each district, as audit and conflicts show it."""
    return "\n".join(
        ", ".join(filter(None, (signer.body, signer.title, signer.name)))
        for signer in sorted(signers, key=lambda signer: signer.district_id)
    )


def update_memorandum(
    memorandum: Memorandum,
    values: Mapping[str, Any],
    *,
    version: int,
    person_id: int | None,
    done: Callable[[], None] = lambda: None,
) -> str:
    """Change a memorandum that is still written; who had agreed to another text is asked again.

    ``values`` as for create_memorandum. Returns UNCHANGED, SAVED or MERGED; raises Refused and Conflict.
    """
    with transaction():
        current = locked(Memorandum, memorandum.id)
        if current.state not in WRITTEN:
            raise Refused("", _("Văn bản đã được thống nhất. Muốn sửa, lãnh đạo phòng trả lại văn bản trước."))
        known = {name: getattr(current, name) for name in FIELDS}
        known[CLAUSES] = clauses_text(clauses_of(current.id))
        known[SIGNATORIES] = signatories_text(signatories_of(current.id))
        given = {name: values[name] for name in FIELDS}
        given[CLAUSES] = clauses_text(values[CLAUSES])
        signers = _complete(current.programme_id, values[SIGNATORIES])
        given[SIGNATORIES] = signatories_text(signers)
        mine = merged(current, known, given, version)
        if not mine:
            return UNCHANGED
        for name in FIELDS:
            setattr(current, name, mine.get(name, known[name]))
        refuse_order(current.starts_on, current.ends_on)
        if CLAUSES in mine:
            _write_clauses(current, values[CLAUSES])
        if SIGNATORIES in mine:
            _write_signatories(current, signers)
        _save(current)
        changes = {name: (known[name], value) for name, value in mine.items()}
        audit.record("memorandum.edit", current, person_id=person_id, changes=changes)
        steps.text_changed(current, person_id=person_id)
        done()
        return SAVED if current.version == version + 1 else MERGED


def _save(memorandum: Memorandum) -> None:
    memorandum.version += 1
    memorandum.updated_at = now()
    memorandum.save()


def sign(
    memorandum: Memorandum,
    *,
    number: str,
    signed_on: date,
    place: str,
    actor: Actor,
    done: Callable[[], None] = lambda: None,
) -> None:
    """Note under which number, when and where it was signed. Raises Refused."""
    with transaction():
        current = locked(Memorandum, memorandum.id)
        if signed_on > today():
            raise Refused("signed_on", _("Ngày ký không thể sau hôm nay."))
        refuse_order(current.starts_on, current.ends_on, signed_on)
        values = {"number": number, "signed_on": signed_on, "signed_place": place}
        if current.starts_on is None:
            values["starts_on"] = signed_on
        changes = {name: (getattr(current, name), value) for name, value in values.items()}
        for name, value in values.items():
            setattr(current, name, value)
        _save(current)
        audit.record("memorandum.signing", current, person_id=actor.person_id, changes=changes)
        steps.take(current, "sign", actor, done=done)


def follow_districts(programme_id: int, *, reason: str, person_id: int | None) -> None:
    """After districts joined or left: who signs is who takes part, and what was agreed on goes back to be read anew.

    Papers that are signed stay as they are. Call it in the change's transaction.
    """
    query = Memorandum.select().where(Memorandum.programme == programme_id, Memorandum.state.in_((*WRITTEN, "frozen")))
    for memorandum in query.order_by(Memorandum.id):
        signers = signatories_of(memorandum.id)
        wanted = _complete(programme_id, signers)
        if {signer.district_id for signer in wanted} == {signer.district_id for signer in signers}:
            continue
        current = locked(Memorandum, memorandum.id)
        _write_signatories(current, wanted)
        _save(current)
        changes = {SIGNATORIES: (signatories_text(signers), signatories_text(wanted))}
        audit.record("memorandum.edit", current, person_id=person_id, changes=changes)
        if not steps.carry(current, "send_back", person_id=person_id, reason=reason):
            steps.refresh(current)
