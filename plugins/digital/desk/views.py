"""Requests for help: asked in one field, listed, shown with what is said about them, solved, rated."""

from __future__ import annotations

from typing import Any

from flask import abort, g, render_template, request, url_for

from intranet.api import (
    Attachable,
    Upload,
    fetch,
    files_of,
    largest_file,
    lazy_gettext,
    may,
    may_take,
    page,
    register_attachable,
    requires,
    take_file,
    takes_files,
    whole,
)
from intranet.api import gettext as _
from plugins.digital.articles.queries import article_of
from plugins.digital.desk import queries, rules
from plugins.digital.desk.forms import MOST_PHOTOS, FilterForm, RateForm, ReplyForm, RequestForm, SolveForm
from plugins.digital.desk.life_cycle import ASSIGNED, STATE_LABELS, WAITING, address_of
from plugins.digital.models import Request
from plugins.digital.pages import HOME, MODULE
from plugins.digital.routes import blueprint
from plugins.digital.writing import Answer, write

FOLDER = "digital/desk"
LIST = f"{HOME}/requests"

register_attachable(
    Attachable(
        model=Request,
        title=lazy_gettext("Ảnh, tệp của yêu cầu"),
        may_read=lambda actor, found: True,
        may_write=lambda actor, found: rules.may_reply(found, actor),
        address=lambda found: address_of(found.id),
        name=lambda found: found.title,
        module=MODULE,
    )
)


# --- The list ---


@blueprint.get("/requests")
@requires("digital.view")
def requests() -> str:
    """The requests that the actor has to do with, or the list's fragment."""
    form = FilterForm()
    form.validate()
    query, side, state = form.q.data or "", form.side.data or "", form.state.data or ""
    rows, before = queries.requests(g.actor, query, side, state, whole(request.args.get("before")))
    coordinates = may(g.actor, "digital.desk") and not request.htmx.partial
    return page(
        f"{FOLDER}/index.html",
        f"{FOLDER}/_list.html",
        form=form,
        rows=rows,
        states=STATE_LABELS,
        filtered=bool(query or side or state),
        next=url_for(".requests", **{**request.args.to_dict(), "before": before}) if before else None,
        figures=queries.figures(g.actor) if coordinates else None,
        export=url_for(".requests_file", **{**request.args.to_dict(), "before": None}),
        asks=_asks(),
    )


def _asks() -> bool:
    return g.actor.school_id is not None and may(g.actor, "digital.request")


# --- One request ---


@blueprint.get("/requests/new")
@requires("digital.request")
def new_request() -> str:
    """The empty form."""
    if not _asks():
        abort(403)
    return _ask_page(RequestForm())


def _ask_page(form: RequestForm) -> str:
    return render_template(f"{FOLDER}/new.html", form=form, most_photos=MOST_PHOTOS, largest=largest_file())


@blueprint.post("/requests/new")
@requires("digital.request")
@takes_files(MOST_PHOTOS)
def send_request() -> Answer:
    """Ask for help."""
    if not _asks():
        abort(403)
    form = RequestForm()

    def ask(done: Any) -> None:
        photos = _photos(form)
        rules.ask(g.actor, form.text.data, form.room.data or "", photos, done=lambda made: done(address_of(made.id)))

    said = _("Đã gửi yêu cầu. Thầy/cô nhận thông báo khi có người giúp.")
    return write(form, lambda: _ask_page(form), ask, LIST, said)


def _photos(form: RequestForm) -> list[Upload]:
    """The files as they will be kept. Raises Refused with a sentence for one that is not taken."""
    sent = [file for file in form.files.data or () if file and file.filename]
    return [take_file(file.read(), file.filename or "", largest=largest_file()) for file in sent]


@blueprint.get("/requests/<int:request_id>")
@requires("digital.view")
def request_page(request_id: int) -> str:
    """One request: what, where, who helps, what was said."""
    return _page(fetch(Request, request_id, g.actor), ReplyForm())


def _page(found: Request, form: ReplyForm) -> str:
    helps = found.helper_id == g.actor.person_id
    return render_template(
        f"{FOLDER}/show.html",
        request_=found,
        form=form,
        replies=queries.replies(found.id),
        files=files_of("digital_request", found.id, None, 6)[0],
        replies_open=rules.may_reply(found, g.actor),
        may_ask=helps and found.state == ASSIGNED,
        answers=found.state == WAITING and not helps,
        article=article_of(found.id, g.actor),
        writes_article=bool(found.solution) and may(g.actor, "digital.help"),
    )


@blueprint.post("/requests/<int:request_id>/reply")
@requires("digital.request")
def reply(request_id: int) -> Answer:
    """Write about a request."""
    found = fetch(Request, request_id, g.actor)
    form = ReplyForm()
    return write(
        form,
        lambda: _page(found, form),
        lambda done: rules.reply(found, g.actor, form.text.data, asks=bool(form.asks.data), done=done),
        address_of(found.id),
        _("Đã gửi."),
    )


def _step(request_id: int, key: str, *states: str) -> Request:
    """A request whose step is the actor's to take now; else 403, or 404 for strangers."""
    found = fetch(Request, request_id, g.actor)
    if not may_take(found, key, g.actor) or found.state not in states:
        abort(403)
    return found


@blueprint.get("/requests/<int:request_id>/solve")
@requires("digital.request")
def ask_solve(request_id: int) -> str:
    """The form of what was done."""
    return _solve_page(_step(request_id, "solve", ASSIGNED), SolveForm())


def _solve_page(found: Request, form: SolveForm) -> str:
    return render_template(f"{FOLDER}/solve.html", request_=found, form=form)


@blueprint.post("/requests/<int:request_id>/solve")
@requires("digital.request")
def solve(request_id: int) -> Answer:
    """It is done."""
    found = fetch(Request, request_id, g.actor)
    form = SolveForm()
    return write(
        form,
        lambda: _solve_page(found, form),
        lambda done: rules.solve(found, g.actor, form.solution.data, form.hours.data, done=done),
        address_of(found.id),
        _("Đã ghi. Người gửi yêu cầu xác nhận giúp thầy/cô."),
    )


@blueprint.get("/requests/<int:request_id>/rate")
@requires("digital.request")
def ask_rate(request_id: int) -> str:
    """The form of what it was worth."""
    return _rate_page(_step(request_id, "rate", "confirmed", "closed"), RateForm())


def _rate_page(found: Request, form: RateForm) -> str:
    return render_template(f"{FOLDER}/rate.html", request_=found, form=form)


@blueprint.post("/requests/<int:request_id>/rate")
@requires("digital.request")
def rate(request_id: int) -> Answer:
    """What it was worth."""
    found = fetch(Request, request_id, g.actor)
    form = RateForm()
    return write(
        form,
        lambda: _rate_page(found, form),
        lambda done: rules.rate(found, g.actor, form.rating.data, form.thanks.data or "", done=done),
        address_of(found.id),
        _("Đã ghi đánh giá. Cảm ơn thầy/cô."),
    )
