"""Rounds: opened by an office, seen on its board; for a school its own assessment and what was published."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, g, render_template

from intranet.api import (
    Refused,
    School,
    checklists,
    fetch,
    go,
    may,
    office_rounds,
    packs_in_force,
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
from plugins.digital.assessments import queries, rules
from plugins.digital.assessments.forms import PracticeForm, RoundForm, round_data
from plugins.digital.assessments.life_cycle import RESULTS, STATE_LABELS, address_of
from plugins.digital.models import Assessment, Round
from plugins.digital.pages import HOME, record_for
from plugins.digital.routes import blueprint

Answer = Response | str | tuple[str, int]
FOLDER = "digital/assessments"
USE = "digital.maturity"


@blueprint.get("/")
@requires("digital.view")
def index() -> str:
    """The rounds of the district; for a school, those that ask it, and what it did for practice."""
    return render_template(
        f"{FOLDER}/index.html",
        rows=queries.rounds(g.actor),
        practices=queries.practices(g.actor),
        states=STATE_LABELS,
        level_label=scoring.level_label,
        opens=_opens(),
        practises=g.actor.school_id is not None and may(g.actor, "digital.assess"),
        day=today(),
    )


def _opens() -> bool:
    return g.actor.district_id is not None and g.actor.school_id is None and may(g.actor, "digital.check")


def _packs(levels: int = rules.ALL_LEVELS) -> list[Any]:
    found = packs_in_force(USE, g.actor.district_id, today())
    return [pack for pack in found if pack.checklist.rule and (not pack.levels or pack.levels & levels)]


# --- Of an office ---


def _new_form(**how: Any) -> RoundForm:
    form = RoundForm(**how)
    form.offer([(pack.id, pack.title) for pack in _packs()])
    return form


def _round_page(form: RoundForm, found: Round | None, **extra: Any) -> str:
    doubts = [(pack.title, checklists.doubts(pack.checklist)) for pack in _packs()] if found is None else []
    return render_template(f"{FOLDER}/round_form.html", form=form, round=found, doubts=doubts, **extra)


@blueprint.get("/rounds/new")
@requires("digital.check")
def new_round() -> str:
    """The empty form of a round."""
    if not _opens():
        abort(403)
    return _round_page(_new_form(), None)


@blueprint.post("/rounds/new")
@requires("digital.check")
def open_round() -> Answer:
    """Open a round and tell the schools."""
    if done := repeated():
        return go(done)
    if not _opens():
        abort(403)
    form = _new_form()
    if not form.validate():
        return _round_page(form, None), 422
    pack = next(pack for pack in _packs() if pack.id == form.pack.data)
    opened = rules.open_round(g.actor, pack, form.values(), done=lambda made: remember(rules.round_address(made.id)))
    say(_("Đã mở đợt đánh giá và báo các trường."))
    return go(rules.round_address(opened.id))


@blueprint.get("/rounds/<int:round_id>")
@requires("digital.view")
def show_round(round_id: int) -> Answer:
    """For an office the board of its schools; for a school what was published, and its own assessment."""
    found = fetch(Round, round_id, g.actor)
    if g.actor.school_id is not None:
        return _for_school(found)
    return render_template(
        f"{FOLDER}/board.html",
        round=found,
        rows=queries.board(found),
        states=STATE_LABELS,
        level_label=scoring.level_label,
        doubts=checklists.doubts(found.pack.checklist),
        checks=may(g.actor, "digital.check", found),
        parts=office_rounds.parts_of(found, Assessment.round, RESULTS),
        day=today(),
    )


def _for_school(found: Round) -> str:
    school = School.get_by_id(g.actor.school_id)
    own = Assessment.get_or_none(Assessment.round == found, Assessment.school == school)
    return render_template(
        f"{FOLDER}/round.html",
        round=found,
        own=own,
        asked=office_rounds.asks(found, school.id),
        states=STATE_LABELS,
        rule=checklists.rule_in_words(found.pack.checklist),
        results=queries.published(found),
        level_label=scoring.level_label,
        fills=may(g.actor, "digital.assess"),
    )


def _edit_form(**how: Any) -> RoundForm:
    form = RoundForm(**how)
    # Schools have answered by them.
    del form.pack
    del form.school_year
    return form


@blueprint.get("/rounds/<int:round_id>/edit")
@requires("digital.check")
def edit_round(round_id: int) -> str:
    """The form of a round."""
    found = record_for(Round, round_id, "check")
    return _round_page(_edit_form(data=round_data(found)), found)


@blueprint.post("/rounds/<int:round_id>/edit")
@requires("digital.check")
def save_round(round_id: int) -> Answer:
    """Save what a round is called and when it is due."""
    found = record_for(Round, round_id, "check")
    form = _edit_form()

    def show_again(**extra: Any) -> str:
        return _round_page(form, found, **extra)

    return save_form(
        form,
        show_again,
        lambda **how: rules.update_round(found, form.values(), **how),
        home=rules.round_address(found.id),
        conflict=lambda conflict: show_conflict(form, Round.get_by_id(found.id), conflict, show_again),
    )


@blueprint.post("/rounds/<int:round_id>/publish")
@requires("digital.check")
def publish_round(round_id: int) -> Answer:
    """Publish all results that are approved."""
    found = record_for(Round, round_id, "check")
    home = rules.round_address(found.id)
    if done := repeated():
        return go(done)
    try:
        count = rules.publish_round(found, g.actor.person_id, done=lambda: remember(home))
    except Refused as refusal:
        say(str(refusal), "warn")
        return go(home)
    say(_("Đã công bố kết quả của %(count)s trường.", count=count))
    return go(home)


# --- Of a school ---


@blueprint.post("/rounds/<int:round_id>/begin")
@requires("digital.assess")
def begin_assessment(round_id: int) -> Answer:
    """Begin the own school's assessment."""
    found = fetch(Round, round_id, g.actor)
    if done := repeated():
        return go(done)
    school = School.get_by_id(g.actor.school_id)
    try:
        made = rules.begin_assessment(found, school, g.actor.person_id, done=lambda made: remember(address_of(made.id)))
    except Refused as refusal:
        say(str(refusal), "warn")
        return go(f"{HOME}/")
    return go(address_of(made.id))


def _practice_form(**how: Any) -> PracticeForm:
    form, levels = PracticeForm(**how), School.get_by_id(g.actor.school_id).levels
    form.offer([(pack.id, pack.title) for pack in _packs(levels)])
    return form


@blueprint.get("/practice")
@requires("digital.assess")
def new_practice() -> str:
    """What a school begins for itself alone."""
    return render_template(f"{FOLDER}/practice.html", form=_practice_form())


@blueprint.post("/practice")
@requires("digital.assess")
def begin_practice() -> Answer:
    """Begin it."""
    if done := repeated():
        return go(done)
    form = _practice_form()
    if not form.validate():
        return render_template(f"{FOLDER}/practice.html", form=form), 422
    levels = School.get_by_id(g.actor.school_id).levels
    pack = next(pack for pack in _packs(levels) if pack.id == form.pack.data)
    made = rules.begin_practice(g.actor, pack, form.school_year.data, done=lambda made: remember(address_of(made.id)))
    return go(address_of(made.id))
