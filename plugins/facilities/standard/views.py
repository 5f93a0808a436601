"""Self-checks of the national standard: the list, one of them, its sections, the office's check."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, g, render_template

from intranet.api import (
    Attachable,
    Refused,
    School,
    blame,
    checklists,
    count_files,
    fetch,
    go,
    lazy_gettext,
    may,
    packs_in_force,
    register_attachable,
    register_checklist_use,
    remember,
    repeated,
    requires,
    save_form,
    say,
    scoring,
    show_conflict,
    today,
)
from intranet.api import gettext as _
from plugins.facilities.models import StandardCheck, StandardLine
from plugins.facilities.needs import rules as needs
from plugins.facilities.needs.life_cycle import STATE_LABELS as NEED_LABELS
from plugins.facilities.pages import HOME, MODULE, record_for
from plugins.facilities.routes import blueprint
from plugins.facilities.shortage.queries import needs_of
from plugins.facilities.standard import queries, rules
from plugins.facilities.standard.forms import (
    NewCheckForm,
    StandardNeedForm,
    TargetForm,
)
from plugins.facilities.standard.life_cycle import EDITABLE, STATE_LABELS, SUBMITTED, address_of

Answer = Response | str | tuple[str, int]
FOLDER = "facilities/standard"
USE = "facilities.standard"
register_checklist_use(USE, lazy_gettext("Trường chuẩn quốc gia"))


def _may_score(actor: Any, record: Any) -> bool:
    return actor.school_id == record.school_id and may(actor, "facilities.standard", record)


register_attachable(
    Attachable(
        model=StandardLine,
        title=lazy_gettext("Minh chứng của tiêu chí"),
        may_read=lambda actor, line: True,
        may_write=lambda actor, line: _may_score(actor, line) and line.standard.state in EDITABLE,
        address=lambda line: address_of(line.standard_id),
        name=lambda line: f"{line.item}. {line.standard.pack.checklist.items[line.item].title}",
        module=MODULE,
    )
)


@blueprint.get("/standard")
@requires("facilities.standard")
def standard() -> str:
    """The own school's self-checks; for an office, those of its schools."""
    return render_template(
        f"{FOLDER}/index.html",
        rows=queries.checks(g.actor),
        states=STATE_LABELS,
        level_label=scoring.level_label,
        begins=g.actor.school_id is not None,
    )


def _packs() -> list[Any]:
    levels = School.get_by_id(g.actor.school_id).levels
    found = packs_in_force(USE, g.actor.district_id, today())
    return [pack for pack in found if pack.checklist.rule and (not pack.levels or pack.levels & levels)]


def _new_form(**how: Any) -> NewCheckForm:
    form, packs = NewCheckForm(**how), _packs()
    form.offer(max((pack.checklist.rule.highest for pack in packs), default=1))
    form.offer_packs([(pack.id, pack.title) for pack in packs])
    return form


def _new_page(form: NewCheckForm) -> str:
    return render_template(f"{FOLDER}/new.html", form=form)


@blueprint.get("/standard/new")
@requires("facilities.standard")
def new_standard() -> str:
    """The form of a new self-check."""
    if g.actor.school_id is None:
        abort(403)
    return _new_page(_new_form(data={"target_level": 1}))


@blueprint.post("/standard/new")
@requires("facilities.standard")
def begin_standard() -> Answer:
    """Begin a self-check of the own school."""
    if done := repeated():
        return go(done)
    if g.actor.school_id is None:
        abort(403)
    form = _new_form()
    if not form.validate():
        return _new_page(form), 422
    pack = next(pack for pack in _packs() if pack.id == form.pack.data)
    values = form.values() | {"school_year": form.school_year.data}
    try:
        check = rules.begin_check(g.actor, pack, values, done=lambda made: remember(address_of(made.id)))
    except Refused as refusal:
        blame(form, refusal)
        return _new_page(form), 422
    return go(address_of(check.id))


@blueprint.get("/standard/<int:check_id>")
@requires("facilities.standard")
def standard_check(check_id: int) -> str:
    """A self-check: its level by the stated rule, what is missing for the target, its sections."""
    found = fetch(StandardCheck, check_id, g.actor)
    rows, checklist = queries.lines(found), found.pack.checklist
    scored = {code for code, line in rows.items() if line.own is not None}
    return render_template(
        f"{FOLDER}/show.html",
        check=found,
        checklist=checklist,
        rule=checklists.rule_in_words(checklist),
        sections=[(group, sum(item.code in scored for item in group.items)) for group in checklist.groups],
        scored=len(scored),
        missing=queries.missing(found, rows),
        differing=[(checklist.items[code], line) for code, line in rows.items() if scoring.differs(line)],
        level_label=scoring.level_label,
        show_number=checklists.show_number,
        needs=needs_of(found.school_id, _source_key(found, "")),
        need_states=NEED_LABELS,
        writes=g.actor.school_id == found.school_id and may(g.actor, "facilities.need", found),
        scores=_may_score(g.actor, found) and found.state in EDITABLE,
        checks=found.state == SUBMITTED and may(g.actor, "facilities.check", found),
        facts=queries.facts(found.school_id),
    )


def _source_key(check: StandardCheck, item: str) -> str:
    return f"standard-{check.id}-{item}"


@blueprint.get("/standard/<int:check_id>/target")
@requires("facilities.standard")
def edit_target(check_id: int) -> str:
    """The form of the target."""
    found = _own(check_id)
    data = {name: getattr(found, name) for name in ("target_level", "target_year", "version")}
    return _target_page(TargetForm(data=data), found)


def _own(check_id: int) -> StandardCheck:
    found = fetch(StandardCheck, check_id, g.actor)
    if not _may_score(g.actor, found):
        abort(403)
    return found


def _target_page(form: TargetForm, found: StandardCheck, **extra: Any) -> str:
    form.offer(found.pack.checklist.rule.highest, found.target_year)
    return render_template(f"{FOLDER}/target.html", form=form, check=found, **extra)


@blueprint.post("/standard/<int:check_id>/target")
@requires("facilities.standard")
def save_target(check_id: int) -> Answer:
    """Save the target."""
    found = _own(check_id)
    form = TargetForm()
    form.offer(found.pack.checklist.rule.highest, found.target_year)

    def show_again(**extra: Any) -> str:
        return _target_page(form, found, **extra)

    return save_form(
        form,
        show_again,
        lambda **how: rules.save_target(found, form.values(), **how),
        home=address_of(found.id),
        conflict=lambda conflict: show_conflict(form, StandardCheck.get_by_id(found.id), conflict, show_again),
    )


def _section(check: StandardCheck, code: str) -> scoring.Section:
    return scoring.section(check.pack.checklist, code) or abort(404)


@blueprint.get("/standard/<int:check_id>/sections/<section>")
@requires("facilities.standard")
def standard_section(check_id: int, section: str) -> str:
    """A section: the form for the school while it may score, the answers for all others."""
    found = fetch(StandardCheck, check_id, g.actor)
    here, data = _section(found, section), scoring.own_data(queries.lines(found), found.version)
    return _section_page(scoring.own_form(here.group.items, data=data), found, here)


def _section_page(form: Any, found: StandardCheck, here: scoring.Section, **extra: Any) -> str:
    rows = queries.lines(found)
    return render_template(
        f"{FOLDER}/section.html",
        form=form,
        check=found,
        group=here.group,
        rows=rows,
        number=here.number,
        count=here.count,
        next=here.next,
        last=queries.last_scores(found),
        files=count_files(StandardLine, [line.id for line in rows.values()]),
        said=scoring.said,
        scores=_may_score(g.actor, found) and found.state in EDITABLE,
        **extra,
    )


@blueprint.post("/standard/<int:check_id>/sections/<section>")
@requires("facilities.standard")
def save_standard_section(check_id: int, section: str) -> Answer:
    """Save a section as far as it is scored, and go on."""
    found = _own(check_id)
    here = _section(found, section)
    form = scoring.own_form(here.group.items)

    def show_again(**extra: Any) -> str:
        return _section_page(form, found, here, **extra)

    return save_form(
        form,
        show_again,
        lambda **how: rules.save_section(found, form.values(), **how),
        home=address_of(found.id) + (f"/sections/{here.next.code}" if here.next else ""),
        conflict=lambda conflict: show_conflict(form, StandardCheck.get_by_id(found.id), conflict, show_again),
    )


@blueprint.get("/standard/<int:check_id>/check")
@requires("facilities.check")
def check_standard(check_id: int) -> str:
    """The office's form: its own score beside the school's."""
    found = _to_check(check_id)
    items = found.pack.checklist.items.values()
    return _check_page(
        scoring.checked_form(items, data=scoring.checked_data(queries.lines(found), found.version)), found
    )


def _to_check(check_id: int) -> StandardCheck:
    found = record_for(StandardCheck, check_id, "check")
    if found.state != SUBMITTED:
        abort(404)
    return found


def _check_page(form: Any, found: StandardCheck, **extra: Any) -> str:
    rows = queries.lines(found)
    return render_template(
        f"{FOLDER}/check.html",
        form=form,
        check=found,
        rows=rows,
        files=count_files(StandardLine, [line.id for line in rows.values()]),
        said=scoring.said,
        **extra,
    )


@blueprint.post("/standard/<int:check_id>/check")
@requires("facilities.check")
def save_checked(check_id: int) -> Answer:
    """Save what the office found."""
    found = _to_check(check_id)
    form = scoring.checked_form(found.pack.checklist.items.values())

    def show_again(**extra: Any) -> str:
        return _check_page(form, found, **extra)

    return save_form(
        form,
        show_again,
        lambda **how: rules.save_checked(found, form.values(), **how),
        home=address_of(found.id),
        conflict=lambda conflict: show_conflict(form, StandardCheck.get_by_id(found.id), conflict, show_again),
    )


# --- What is missing leads to a need ---


def _lack(check_id: int, code: str) -> tuple[StandardCheck, checklists.Lack]:
    found = _own(check_id)
    lacks = queries.missing(found, queries.lines(found))
    return found, next((lack for lack in lacks if lack.item.code == code), None) or abort(404)


@blueprint.get("/standard/<int:check_id>/needs/<code>")
@requires("facilities.need")
def new_standard_need(check_id: int, code: str) -> str:
    """What is needed to reach a criterion."""
    found, lack = _lack(check_id, code)
    # What a school writes is Vietnamese, whatever language its page has.
    why = f"Tiêu chí {code} ({lack.item.title}) của trường chuẩn quốc gia chưa đạt mức {found.target_level}."
    return _need_page(StandardNeedForm(data={"why": why}), found, lack)


def _need_page(form: StandardNeedForm, found: StandardCheck, lack: checklists.Lack) -> str:
    return render_template(f"{FOLDER}/need.html", form=form, check=found, lack=lack)


@blueprint.post("/standard/<int:check_id>/needs/<code>")
@requires("facilities.need")
def make_standard_need(check_id: int, code: str) -> Answer:
    """Make a need of it, once."""
    if done := repeated():
        return go(done)
    found, lack = _lack(check_id, code)
    form = StandardNeedForm()
    if not form.validate():
        return _need_page(form, found, lack), 422
    values = {name: form[name].data or "" for name in ("item", "quantity", "unit", "why")}
    source = {"source": "standard", "source_key": _source_key(found, code)}
    need = needs.make_need(g.actor, values | source, done=lambda made: remember(f"{HOME}/needs/{made.id}"))
    say(_("Đã lập nhu cầu. Thầy/cô xem lại rồi gửi thẩm định."))
    return go(f"{HOME}/needs/{need.id}")
