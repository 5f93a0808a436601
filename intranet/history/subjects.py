"""The records whose history people read, and how a change of each is taken back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from intranet.kernel.language import lazy_gettext as _
from intranet.pairings import trail
from intranet.pairings.life_cycle import title_of
from intranet.people import forms as person_forms
from intranet.people import rules as person_rules
from intranet.programmes import trail as programme_trail
from intranet.registry.agreements import Memorandum, YearPlan
from intranet.registry.people import Person
from intranet.registry.schools import School, SchoolYearFigures
from intranet.registry.twinning import Pairing, Programme
from intranet.schools import forms as school_forms
from intranet.schools import life_cycle, parts
from intranet.schools import rules as school_rules
from intranet.schools.queries import figures_of
from intranet.shared import audit
from intranet.shared.access import Actor, may
from intranet.shared.edits import UNCHANGED, Refused, locked
from intranet.web.layout import format_date

# {field: (text before, text after)} as the trail keeps them.
Texts = Mapping[str, tuple[str | None, str | None]]

# Fields of a school that are changed elsewhere than in its form.
SCHOOL_FIELDS = (*school_rules.FIELDS, "commune", "needs_published", "closed_on")
# What the trail of a person tells beside the form's fields.
PERSON_LABELS = {
    "work": _("Công việc"),
    "school": _("Trường"),
    "title": _("Chức vụ"),
    "starts_on": _("Từ ngày"),
    "ends_on": _("Đến ngày"),
    "returns_on": _("Ngày trở lại"),
    "reason": _("Lý do"),
    "leave": _("Thời gian nghỉ"),
    "kind": _("Loại"),
    "duty": _("Nhiệm vụ"),
    "detail": _("Chi tiết"),
    "stay": _("Ở lại trường"),
    "membership": _("Vai trò đang làm việc"),
    "file": _("Tệp"),
    "deleted_at": _("Vào thùng rác lúc"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One kind of record.

    ``edit`` and ``note`` name permissions: to take a change back, and to read the internal note. ``name_of(field)`` is
    what a field of the trail is called, ``show(field, text)`` how its text reads, ``title(record)`` the record's name.
    ``index`` is the list that the records stand in, where that is not their own address.
    """

    model: type[Any]
    label: Any
    plural: Any
    address: str
    edit: str
    note: str
    # Fields that only those who may edit the record see; docs/access.toml calls them person.private.
    private: frozenset[str] = frozenset()
    name_of: Callable[[str], str]
    show: Callable[[str, str | None], str]
    title: Callable[[Any], str] = lambda record: record.name
    index: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Undoable(Subject):
    """One kind of record whose changes can be taken back.

    ``revert(record, texts, person_id)`` puts texts before back where nobody changed them since, and says whether it did
    anything; ``discard`` puts the record into the trash, where it may, and says so; ``restore`` takes it out.
    """

    revert: Callable[[Any, Texts, int], bool]
    discard: Callable[[Any, int], bool]
    restore: Callable[..., None]


def hidden_fields(subject: Subject, actor: Actor, record: Any) -> set[str]:
    """The fields of which the actor only learns that they changed."""
    hidden = set() if may(actor, subject.edit, record) else set(subject.private)
    return hidden if may(actor, subject.note, record) else {*hidden, "note"}


def _revert_school(school: School, texts: Texts, person_id: int) -> bool:
    current = locked(School, school.id)
    known = school_rules.known_values(current, [name for name in texts if name in SCHOOL_FIELDS])
    values = audit.still(School, known, texts)
    if values:
        try:
            school_rules.change(current, values, "school.undo", person_id)
        except Refused:
            return False
    return _revert_figures(current, texts, person_id) or bool(values)


def _revert_figures(school: School, texts: Texts, person_id: int) -> bool:
    """Figures stand in the trail with their school year: "classes 2023-2024"."""
    changed = False
    for year in {name.partition(" ")[2] for name in texts} - {""}:
        stored = figures_of(school.id).get(year, {})
        own = {name.partition(" ")[0]: text for name, text in texts.items() if name.endswith(f" {year}")}
        values = audit.still(SchoolYearFigures, stored, own)
        result = parts.save_figures(school, year, values, version=school.version, person_id=person_id)
        changed = changed or result != UNCHANGED
    return changed


def _discard_school(school: School, person_id: int) -> bool:
    try:
        life_cycle.delete_school(school, person_id=person_id)
    except Refused:
        return False
    return True


def _revert_person(person: Person, texts: Texts, person_id: int) -> bool:
    current = Person.get_by_id(person.id)
    known = {name: getattr(current, name) for name in texts if name in person_rules.FIELDS}
    values = audit.still(Person, known, texts)
    if values:
        person_rules.change(current, values, "person.undo", person_id)
    return bool(values)


def _discard_person(person: Person, person_id: int) -> bool:
    try:
        person_rules.delete_person(person, person_id=person_id)
    except Refused:
        return False
    return True


def _person_text(name: str, text: str | None) -> str:
    return format_date(text) if text and name == "deleted_at" else person_forms.shown_value(name, text)


def _person_field(name: str) -> str:
    return person_forms.field_label(name) if name in person_rules.FIELDS else str(PERSON_LABELS.get(name, name))


UNDOABLE = {
    "school": Undoable(
        model=School,
        label=_("Trường"),
        plural=_("Trường"),
        address="/schools",
        edit="schools.edit",
        note="schools.note",
        name_of=school_forms.field_label,
        show=school_forms.shown_value,
        revert=_revert_school,
        discard=_discard_school,
        restore=life_cycle.restore_school,
    ),
    "person": Undoable(
        model=Person,
        label=_("Người"),
        plural=_("Danh bạ"),
        address="/people",
        edit="people.edit",
        note="people.note",
        private=frozenset({"birth_date", "gender", "leave", "kind"}),
        name_of=_person_field,
        show=_person_text,
        revert=_revert_person,
        discard=_discard_person,
        restore=person_rules.restore_person,
    ),
}


def _paper(model: type[Any], label: Any, address: str, title: Callable[[Any], str]) -> Subject:
    """A programme or one of its papers: they have rules and steps of their own instead of a way back."""
    return Subject(
        model=model,
        label=label,
        plural=_("Chương trình"),
        address=address,
        index="/programmes",
        edit="programmes.edit",
        note="programmes.edit",
        name_of=programme_trail.field_label,
        show=programme_trail.shown_value,
        title=title,
    )


# What two schools agreed on, no one side takes back: a pair's steps lead on, or out.
SUBJECTS: dict[str, Subject] = UNDOABLE | {
    "pairing": Subject(
        model=Pairing,
        label=_("Cặp kết nghĩa"),
        plural=_("Cặp kết nghĩa"),
        address="/pairings",
        edit="pairings.work",
        note="pairings.view",
        name_of=trail.field_label,
        show=trail.shown_value,
        title=title_of,
    ),
    "programme": _paper(Programme, _("Chương trình phối hợp"), "/programmes", lambda programme: programme.title),
    "memorandum": _paper(
        Memorandum, _("Biên bản ghi nhớ"), "/programmes/memoranda", lambda memorandum: memorandum.title
    ),
    "year_plan": _paper(
        YearPlan, _("Kế hoạch năm"), "/programmes/plans", lambda plan: f"Kế hoạch năm học {plan.school_year}"
    ),
}
