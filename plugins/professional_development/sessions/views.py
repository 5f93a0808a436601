"""The catalogue, a session's page, and its form."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from flask import Response, abort, g, render_template, request

from intranet.api import (
    Refused,
    blame,
    canonical,
    demand,
    fetch,
    go,
    may,
    ngettext,
    now,
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
from plugins.professional_development.credits.queries import certificate_counts
from plugins.professional_development.feedback.queries import standing
from plugins.professional_development.models import CANCELLED, OWN_SCHOOL, PARTNER, Difficulty, Session
from plugins.professional_development.pages import HOME
from plugins.professional_development.routes import blueprint
from plugins.professional_development.sessions import attendance, messages, queries, registering, rules
from plugins.professional_development.sessions.forms import (
    AUDIENCES,
    UPCOMING,
    WHEN,
    FilterForm,
    MinutesForm,
    SessionForm,
    as_fields,
    form_data,
    session_form,
)
from plugins.professional_development.sessions.kinds import KINDS, PROGRAMMES, activity_kind
from plugins.professional_development.sessions.life_cycle import STATE_LABELS
from plugins.professional_development.sessions.queries import COUNT_LIMIT, Filters

Answer = Response | tuple[str, int]


def address_of(session_id: int, part: str = "") -> str:
    """A session's page, or one beside it."""
    return f"{HOME}/sessions/{session_id}{part}"


@blueprint.get("/")
@requires("professional_development.view")
def index() -> str:
    """The catalogue, or its fragment."""
    filters = read_filters()
    found = queries.catalogue(g.actor, filters)
    return page(
        "professional_development/sessions/index.html",
        "professional_development/sessions/_list.html",
        form=FilterForm(),
        found=found,
        count_text=_count_text(found.count),
        filtered=bool(filters.query or filters.kind or filters.state or filters.theme),
        theme=filters.theme,
        kinds=KINDS,
        states=STATE_LABELS,
        next=_next(found.next),
        export=f"{HOME}/export.xlsx?{urlencode(_filters_in_address())}",
        organises=may(g.actor, "professional_development.organise"),
        office=may(g.actor, "professional_development.office"),
    )


def read_filters() -> Filters:
    """The filters in the address, or among the fields of a form that was sent."""
    given = request.values
    when, kind, state = given.get("when", UPCOMING), given.get("kind", ""), given.get("state", "")
    return Filters(
        query=canonical(given.get("q", ""))[:100],
        when=when if when in WHEN else UPCOMING,
        kind=kind if kind in KINDS else "",
        state=state if state in STATE_LABELS else "",
        theme=canonical(given.get("theme", ""))[:100],
        after=_after(given.get("after", "")),
    )


def _filters_in_address() -> dict[str, str]:
    return {name: value for name, value in request.args.items() if name != "after" and value}


def _after(text: str) -> tuple[datetime, int] | None:
    moment, _dot, number = text.rpartition(".")
    try:
        return (datetime.fromisoformat(moment), int(number[:9])) if text else None
    except ValueError:
        abort(404)


def _next(place: tuple[datetime, int] | None) -> str | None:
    if place is None:
        return None
    return f"{HOME}/?{urlencode({**_filters_in_address(), 'after': f'{place[0].isoformat()}.{place[1]}'})}"


def _count_text(count: int) -> str:
    if count > COUNT_LIMIT:
        return _("hơn %(count)s buổi", count=COUNT_LIMIT)
    return ngettext("%(num)s buổi", "%(num)s buổi", count)


@blueprint.get("/sessions/<int:session_id>")
@requires("professional_development.view")
def show(session_id: int) -> str:
    """A session's page: what it is, the own place, and what comes next."""
    session = fetch(Session, session_id, g.actor)
    place = queries.own_place(session.id, g.actor.person_id)
    runs = may(g.actor, "professional_development.organise", session) or session.organiser_id == g.actor.person_id
    waiting = place is not None and place.state == "waiting"
    return render_template(
        "professional_development/sessions/show.html",
        session=session,
        kind=KINDS[session.kind],
        audience=AUDIENCES[session.audience],
        programme=PROGRAMMES[session.programme],
        counts=queries.counts(session.id),
        place=place if place is not None and place.state != CANCELLED else None,
        ahead=queries.ahead_of(place) if waiting else 0,
        joins=may(g.actor, "professional_development.join") and session.state == "open",
        closes_at=registering.closes_at(session) if session.starts_at else None,
        closed=session.starts_at is not None and registering.closes_at(session) < now(),
        checks_in=session.state == "open" and session.starts_at is not None and _in_window(session),
        started=session.starts_at is not None and session.starts_at <= now(),
        runs=runs,
        queue=queries.queue(session.id) if runs else (),
        planned=session.state in rules.PLANNED,
        reads_minutes=bool(session.minutes) and queries.reads_minutes(g.actor, session),
        feedback=standing(session, g.actor.person_id),
        credits=certificate_counts(session.id) if runs and session.state in ("closed", "credited") else None,
        message=messages.for_telephones(session) if session.state in ("approved", "open") else "",
    )


def _in_window(session: Session) -> bool:
    start, end = attendance.window(session)
    return start <= now() <= end


@blueprint.get("/sessions/new")
@requires("professional_development.organise")
def new() -> str:
    """What kind is it to be, and then its form."""
    kind, number = request.args.get("kind", ""), whole(request.args.get("difficulty"))
    difficulty = fetch(Difficulty, number, g.actor) if number is not None else None
    if kind not in KINDS:
        return render_template("professional_development/sessions/choose.html", kinds=KINDS, difficulty=difficulty)
    pairs = queries.pairs(g.actor)
    usual = {"audience": PARTNER, "pairing": pairs[0][0]} if pairs else {"audience": OWN_SCHOOL}
    return _form_page(_form(kind, None, data=usual | _answering(difficulty)), kind, None)


def _answering(difficulty: Difficulty | None) -> dict[str, str]:
    """What a session that answers a difficulty begins with."""
    if difficulty is None:
        return {}
    content = "\n".join(filter(None, (difficulty.title, difficulty.body)))
    return {"content": content, "subject": difficulty.subject, "grade": difficulty.grade}


def _form(kind: str, session: Session | None, **arguments: Any) -> SessionForm:
    """The form with what can be chosen in it."""
    form = session_form(kind, **arguments)
    pairs = queries.pairs(g.actor)
    district_id = session.district_id if session else g.actor.district_id
    known = queries.themes(district_id, session.theme_id if session else None)
    form.theme.choices = options([(0, _("Không theo chủ đề nào")), *known])
    form.pairing.choices = options([(0, _("Không")), *pairs])
    clauses = queries.clauses([id_ for id_, _name in pairs], [activity_kind(kind)])
    form.clause.choices = options([(0, _("Không")), *clauses])
    return form


def _form_page(form: SessionForm, kind: str, session: Session | None, **extra: Any) -> str:
    return render_template(
        "professional_development/sessions/form.html", form=form, kind=kind, kinds=KINDS, session=session, **extra
    )


@blueprint.post("/sessions/new")
@requires("professional_development.organise")
def create() -> Answer:
    """Plan a session: of the own school, or of the office."""
    if done := repeated():
        return go(done)
    kind = request.args.get("kind", "")
    if kind not in KINDS or g.actor.district_id is None:
        abort(404)
    form, idea = _form(kind, None), request.form.get("action") == "idea"
    if not form.validate():
        return _form_page(form, kind, None), 422
    try:
        session = rules.create_session(
            {"kind": kind, **form.values()},
            district_id=g.actor.district_id,
            school_id=g.actor.school_id,
            organiser_id=g.actor.person_id,
            state="idea" if idea else "draft",
            done=lambda session: remember(address_of(session.id)),
        )
    except Refused as refusal:
        blame(form, refusal)
        return _form_page(form, kind, None), 422
    say(_("Đã lưu ý tưởng.") if idea else _("Đã lưu bản nháp. Khi xong, thầy/cô gửi duyệt."))
    return go(address_of(session.id))


@blueprint.get("/sessions/<int:session_id>/edit")
@requires("professional_development.view")
def edit(session_id: int) -> str:
    """The form of a session."""
    session = run_by(session_id)
    return _form_page(_form(session.kind, session, data=form_data(session)), session.kind, session)


def run_by(session_id: int) -> Session:
    """The session, for whoever organises it or may for its host; else 404 or 403."""
    session = fetch(Session, session_id, g.actor)
    if session.organiser_id != g.actor.person_id:
        demand(g.actor, "professional_development.organise", session)
    return session


@blueprint.post("/sessions/<int:session_id>/edit")
@requires("professional_development.view")
def save(session_id: int) -> Answer:
    """Save a session's form."""
    session = run_by(session_id)
    form = _form(session.kind, session)
    return _save(session, form, lambda **extra: _form_page(form, session.kind, session, **extra))


def _save(session: Session, form: Any, show_again: Callable[..., str]) -> Answer:
    return save_form(
        form,
        show_again,
        lambda **how: rules.update_session(session, form.values(), **how),
        home=address_of(session.id),
        conflict=lambda conflict: show_conflict(form, Session.get_by_id(session.id), conflict, show_again, as_fields),
    )


@blueprint.get("/sessions/<int:session_id>/minutes")
@requires("professional_development.view")
def minutes(session_id: int) -> str:
    """The form of the minutes."""
    session = run_by(session_id)
    return _minutes_page(MinutesForm(obj=session), session)


def _minutes_page(form: MinutesForm, session: Session, **extra: Any) -> str:
    return render_template(
        "professional_development/sessions/minutes.html",
        form=form,
        session=session,
        places=queries.places(session.id, ("registered",)),
        **extra,
    )


@blueprint.post("/sessions/<int:session_id>/minutes")
@requires("professional_development.view")
def save_minutes(session_id: int) -> Answer:
    """Save the minutes."""
    session = run_by(session_id)
    form = MinutesForm()
    return _save(session, form, lambda **extra: _minutes_page(form, session, **extra))
