"""The register of difficulties."""

from __future__ import annotations

from flask import Response, abort, g, render_template, request, url_for

from intranet.api import (
    Refused,
    School,
    blame,
    fetch,
    go,
    may,
    may_take,
    options,
    page,
    remember,
    repeated,
    requires,
    say,
    whole,
)
from intranet.api import gettext as _
from plugins.professional_development.difficulties import queries, rules
from plugins.professional_development.difficulties.forms import AnswerForm, DifficultyForm, FilterForm, RouteForm
from plugins.professional_development.difficulties.life_cycle import STATE_LABELS
from plugins.professional_development.models import Difficulty, Session
from plugins.professional_development.pages import HOME
from plugins.professional_development.routes import blueprint

Answer = Response | tuple[str, int]
FOLDER = "professional_development/difficulties"


def address_of(difficulty_id: int) -> str:
    """A difficulty's page."""
    return f"{HOME}/difficulties/{difficulty_id}"


@blueprint.get("/difficulties")
@requires("professional_development.view")
def difficulties() -> str:
    """The register, or its fragment."""
    form = FilterForm()
    form.validate()
    number = whole(request.args.get("page")) or 0
    rows, more = queries.register(g.actor, form.q.data or "", form.state.data or "", min(number, 1000))
    return page(
        f"{FOLDER}/index.html",
        f"{FOLDER}/_list.html",
        form=form,
        rows=rows,
        states=STATE_LABELS,
        filtered=bool(form.q.data or form.state.data),
        previous=_page_address(number - 1) if number else None,
        next=_page_address(number + 1) if more else None,
        export=url_for(".difficulties_file", **{**request.args.to_dict(), "page": None}),
        posts=may(g.actor, "professional_development.join"),
    )


def _page_address(number: int) -> str:
    return url_for("professional_development.difficulties", **{**request.args.to_dict(), "page": number or None})


@blueprint.get("/difficulties/<int:difficulty_id>")
@requires("professional_development.view")
def difficulty(difficulty_id: int) -> str:
    """One difficulty, and how to help."""
    found = fetch(Difficulty, difficulty_id, g.actor)
    return render_template(
        f"{FOLDER}/show.html",
        difficulty=found,
        mine=queries.has_it(found.id, g.actor.person_id),
        joins=may(g.actor, "professional_development.join"),
    )


@blueprint.get("/difficulties/new")
@requires("professional_development.join")
def new_difficulty() -> str:
    """The empty form."""
    return render_template(f"{FOLDER}/form.html", form=DifficultyForm())


@blueprint.post("/difficulties/new")
@requires("professional_development.join")
def post_difficulty() -> Answer:
    """Say what one is stuck with."""
    if done := repeated():
        return go(done)
    form = DifficultyForm()
    if g.actor.district_id is None:
        abort(403)
    if not form.validate():
        return render_template(f"{FOLDER}/form.html", form=form), 422
    found = rules.post(
        g.actor,
        form.title.data,
        form.body.data,
        form.subject.data,
        form.grade.data,
        done=lambda difficulty: remember(address_of(difficulty.id)),
    )
    say(_("Đã ghi khó khăn. Phòng sẽ chuyển đến trường có thế mạnh."))
    return go(address_of(found.id))


@blueprint.post("/difficulties/<int:difficulty_id>/share")
@requires("professional_development.join")
def share_difficulty(difficulty_id: int) -> Response:
    """Have the same difficulty, or no longer."""
    found = fetch(Difficulty, difficulty_id, g.actor)
    here = address_of(found.id)
    if done := repeated():
        return go(done)
    has_it = rules.share(found, g.actor, done=lambda: remember(here))
    say(_("Đã ghi thầy/cô cũng gặp khó khăn này.") if has_it else _("Đã bỏ."))
    return go(here)


@blueprint.get("/difficulties/<int:difficulty_id>/route")
@requires("professional_development.office")
def ask_route(difficulty_id: int) -> str:
    """To which school? Those that are strong in the matter stand first."""
    found = _to_be_taken(difficulty_id, "route")
    return render_template(f"{FOLDER}/route.html", difficulty=found, form=_route_form(found))


def _to_be_taken(difficulty_id: int, key: str) -> Difficulty:
    """The difficulty, where the step is the actor's (else 403)."""
    found = fetch(Difficulty, difficulty_id, g.actor)
    if not may_take(found, key, g.actor):
        abort(403)
    return found


def _route_form(found: Difficulty) -> RouteForm:
    form = RouteForm()
    form.school.choices = options(queries.helpers(g.actor, found))
    return form


@blueprint.post("/difficulties/<int:difficulty_id>/route")
@requires("professional_development.office")
def route_difficulty(difficulty_id: int) -> Answer:
    """Route it."""
    found = _to_be_taken(difficulty_id, "route")
    here = address_of(found.id)
    if done := repeated():
        return go(done)
    form = _route_form(found)
    if form.validate():
        try:
            rules.route(found, School.get_by_id(form.school.data), g.actor, done=lambda: remember(here))
        except Refused as refusal:
            blame(form, refusal)
        else:
            say(_("Đã chuyển."))
            return go(here)
    return render_template(f"{FOLDER}/route.html", difficulty=found, form=form), 422


@blueprint.get("/difficulties/<int:difficulty_id>/answer")
@requires("professional_development.view")
def ask_answer(difficulty_id: int) -> str:
    """The form of an answer, for the school that was asked and for the office."""
    found = _to_be_taken(difficulty_id, "answer")
    return _answer_page(found, _answer_form(found))


def _answer_page(found: Difficulty, form: AnswerForm) -> str:
    organises = may(g.actor, "professional_development.organise")
    return render_template(f"{FOLDER}/answer.html", difficulty=found, form=form, organises=organises)


def _answer_form(found: Difficulty) -> AnswerForm:
    form = AnswerForm(data={"answer": found.answer, "session": found.session_id or 0})
    mine = queries.sessions_of(g.actor.school_id, g.actor.district_id) if g.actor.district_id else []
    form.session.choices = options([(0, _("Không có")), *mine])
    return form


@blueprint.post("/difficulties/<int:difficulty_id>/answer")
@requires("professional_development.view")
def answer_difficulty(difficulty_id: int) -> Answer:
    """Answer it."""
    found = _to_be_taken(difficulty_id, "answer")
    here = address_of(found.id)
    if done := repeated():
        return go(done)
    form = _answer_form(found)
    if form.validate():
        session = fetch(Session, form.session.data, g.actor) if form.session.data else None
        try:
            rules.answer(found, form.answer.data, session, g.actor, done=lambda: remember(here))
        except Refused as refusal:
            blame(form, refusal)
        else:
            say(_("Đã trả lời."))
            return go(here)
    return _answer_page(found, form), 422
