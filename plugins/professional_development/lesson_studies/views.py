"""The screens of lesson studies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, abort, g, render_template, request, url_for

from intranet.api import (
    Refused,
    blame,
    fetch,
    go,
    may,
    options,
    page,
    remember,
    repeated,
    requires,
    save_form,
    say,
    show_conflict,
    whole,
)
from intranet.api import gettext as _
from plugins.professional_development.lesson_studies import queries, rules
from plugins.professional_development.lesson_studies.effects import schools_of
from plugins.professional_development.lesson_studies.forms import (
    DiscussionForm,
    FilterForm,
    ObservationForm,
    PlanForm,
    StudyForm,
    form_data,
)
from plugins.professional_development.lesson_studies.life_cycle import STATE_LABELS, STEPS, step_of
from plugins.professional_development.models import LessonStudy
from plugins.professional_development.pages import HOME
from plugins.professional_development.routes import blueprint
from plugins.professional_development.sessions.queries import pairs

Answer = Response | tuple[str, int]
FOLDER = "professional_development/lesson_studies"


def address_of(study_id: int) -> str:
    """A study's page."""
    return f"{HOME}/lesson-studies/{study_id}"


@blueprint.get("/lesson-studies")
@requires("professional_development.view")
def lesson_studies() -> str:
    """The list, or its fragment."""
    form = FilterForm()
    form.validate()
    number = min(whole(request.args.get("page")) or 0, 1000)
    rows, more = queries.studies(g.actor, form.q.data or "", form.state.data or "", number)
    return page(
        f"{FOLDER}/index.html",
        f"{FOLDER}/_list.html",
        form=form,
        rows=rows,
        states=STATE_LABELS,
        filtered=bool(form.q.data or form.state.data),
        previous=_page_address(number - 1) if number else None,
        next=_page_address(number + 1) if more else None,
        writes=_begins_studies(),
    )


def _begins_studies() -> bool:
    """Schools study lessons; an office helps with those that there are."""
    return may(g.actor, "professional_development.write") and g.actor.school_id is not None


def _page_address(number: int) -> str:
    return url_for("professional_development.lesson_studies", **{**request.args.to_dict(), "page": number or None})


@blueprint.get("/lesson-studies/<int:study_id>")
@requires("professional_development.view")
def lesson_study(study_id: int) -> str:
    """One study: its plans, what was seen, what was said."""
    study = fetch(LessonStudy, study_id, g.actor)
    return render_template(
        f"{FOLDER}/show.html",
        study=study,
        plans=queries.plans(study.id),
        observations=queries.observations(study.id),
        works=_works_in(study),
        plan_due=next((number for number, states in rules.PLAN_STATES.items() if study.state in states), None),
        observing=any(study.state in states for states in rules.TEACHING_STATES.values()),
        open=study.state not in rules.OVER,
        steps_of_study=[label for label, _states in STEPS],
        step=step_of(study.state),
    )


def _works_in(study: LessonStudy) -> bool:
    """Whether the actor is of the school, of the partner that studies along, or of the office that helps them."""
    if may(g.actor, "professional_development.organise", study):
        return True
    return may(g.actor, "professional_development.write") and g.actor.school_id in schools_of(study)


def _study(study_id: int) -> LessonStudy:
    study = fetch(LessonStudy, study_id, g.actor)
    if not _works_in(study):
        abort(403)
    return study


@blueprint.get("/lesson-studies/new")
@requires("professional_development.write")
def new_study() -> str:
    """The empty form."""
    if not _begins_studies():
        abort(403)
    return _study_page(_study_form(None), None)


def _study_form(study: LessonStudy | None, **arguments: Any) -> StudyForm:
    form = StudyForm(**arguments)
    form.pairing.choices = options([(0, _("Không")), *pairs(g.actor)])
    form.session.choices = options([(0, _("Không")), *queries.sessions(study, g.actor.school_id)])
    return form


def _study_page(form: StudyForm, study: LessonStudy | None, **extra: Any) -> str:
    return render_template(f"{FOLDER}/form.html", form=form, study=study, **extra)


@blueprint.post("/lesson-studies/new")
@requires("professional_development.write")
def create_study() -> Answer:
    """Begin a study."""
    if not _begins_studies():
        abort(403)
    if done := repeated():
        return go(done)
    form = _study_form(None)
    if not form.validate():
        return _study_page(form, None), 422
    study = rules.create_study(g.actor, form.values(), done=lambda study: remember(address_of(study.id)))
    say(_("Đã lập nghiên cứu bài học."))
    return go(address_of(study.id))


@blueprint.get("/lesson-studies/<int:study_id>/edit")
@requires("professional_development.write")
def edit_study(study_id: int) -> str:
    """The form of a study."""
    study = _study(study_id)
    return _study_page(_study_form(study, data=form_data(study)), study)


@blueprint.post("/lesson-studies/<int:study_id>/edit")
@requires("professional_development.write")
def save_study(study_id: int) -> Answer:
    """Save the form of a study."""
    study = _study(study_id)
    form = _study_form(study)
    return _save(study, form, lambda **extra: _study_page(form, study, **extra))


def _save(study: LessonStudy, form: Any, show_again: Callable[..., str]) -> Answer:
    return save_form(
        form,
        show_again,
        lambda **how: rules.update_study(study, form.values(), **how),
        home=address_of(study.id),
        conflict=lambda conflict: show_conflict(form, LessonStudy.get_by_id(study.id), conflict, show_again),
    )


@blueprint.get("/lesson-studies/<int:study_id>/plan/<int:number>")
@requires("professional_development.write")
def edit_plan(study_id: int, number: int) -> str:
    """The form of the first or second plan; the second begins with the first."""
    study = _study(study_id)
    known = queries.plans(study.id)
    return _plan_page(PlanForm(obj=known.get(_numbered(number)) or known.get(1)), study, number)


def _numbered(number: int) -> int:
    return number if number in rules.PLAN_STATES else abort(404)


def _plan_page(form: PlanForm, study: LessonStudy, number: int) -> str:
    return render_template(f"{FOLDER}/plan.html", form=form, study=study, number=number)


@blueprint.post("/lesson-studies/<int:study_id>/plan/<int:number>")
@requires("professional_development.write")
def save_plan(study_id: int, number: int) -> Answer:
    """Save a plan."""
    study = _study(study_id)
    form = PlanForm()
    values = {name: form[name].data for name in ("aims", "course", "changes")}
    return _write(
        study,
        form,
        lambda done: rules.write_plan(study, _numbered(number), values, g.actor, done=done),
        lambda: _plan_page(form, study, number),
    )


def _write(study: LessonStudy, form: Any, rule: Callable[[Callable[[], None]], None], show_again: Any) -> Answer:
    home = address_of(study.id)
    if done := repeated():
        return go(done)
    if not form.validate():
        return show_again(), 422
    try:
        rule(lambda: remember(home))
    except Refused as refusal:
        blame(form, refusal)
        return show_again(), 422
    say(_("Đã lưu."))
    return go(home)


@blueprint.get("/lesson-studies/<int:study_id>/observe")
@requires("professional_development.write")
def observe(study_id: int) -> str:
    """The form of an observation, made for a phone in the back row."""
    return _observe_page(ObservationForm(), _study(study_id))


def _observe_page(form: ObservationForm, study: LessonStudy) -> str:
    return render_template(f"{FOLDER}/observe.html", form=form, study=study)


@blueprint.post("/lesson-studies/<int:study_id>/observe")
@requires("professional_development.write")
def save_observation(study_id: int) -> Answer:
    """Note an observation."""
    study = _study(study_id)
    form = ObservationForm()
    return _write(
        study,
        form,
        lambda done: rules.observe(study, form.values(), g.actor, done=done),
        lambda: _observe_page(form, study),
    )


@blueprint.get("/lesson-studies/<int:study_id>/discussion")
@requires("professional_development.write")
def edit_discussion(study_id: int) -> str:
    """The form of days, discussion and report."""
    study = _study(study_id)
    return _discussion_page(DiscussionForm(obj=study), study)


def _discussion_page(form: DiscussionForm, study: LessonStudy, **extra: Any) -> str:
    return render_template(
        f"{FOLDER}/discussion.html", form=form, study=study, observations=queries.observations(study.id), **extra
    )


@blueprint.post("/lesson-studies/<int:study_id>/discussion")
@requires("professional_development.write")
def save_discussion(study_id: int) -> Answer:
    """Save them."""
    study = _study(study_id)
    form = DiscussionForm()
    return _save(study, form, lambda **extra: _discussion_page(form, study, **extra))
