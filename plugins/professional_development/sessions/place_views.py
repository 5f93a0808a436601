"""Signing up, attendance by hand and by code."""

from __future__ import annotations

from flask import Response, abort, g, render_template, request

from intranet.api import (
    Form,
    Person,
    Refused,
    Text,
    at_most,
    blame,
    fetch,
    go,
    lazy_gettext,
    now,
    picture_of,
    remember,
    repeated,
    required,
    requires,
    say,
    whole,
)
from intranet.api import gettext as _
from plugins.professional_development.models import Registration, Session
from plugins.professional_development.routes import blueprint
from plugins.professional_development.sessions import attendance, queries, registering
from plugins.professional_development.sessions.views import Answer, address_of, run_by


@blueprint.post("/sessions/<int:session_id>/register")
@requires("professional_development.join")
def register(session_id: int) -> Response:
    """Ask for a place."""
    session = fetch(Session, session_id, g.actor)
    home = address_of(session.id)
    if done := repeated():
        return go(done)
    try:
        place = registering.register(session, g.actor, done=lambda: remember(home))
    except Refused as refusal:
        say(str(refusal), "warn")
        return go(home)
    got_one = place.state == "registered"
    say(_("Thầy/cô đã có chỗ.") if got_one else _("Đã hết chỗ; thầy/cô đứng trong danh sách chờ."))
    return go(home)


@blueprint.post("/sessions/<int:session_id>/cancel")
@requires("professional_development.join")
def cancel(session_id: int) -> Response:
    """Give the place back."""
    session = fetch(Session, session_id, g.actor)
    home = address_of(session.id)
    if done := repeated():
        return go(done)
    try:
        gone = registering.cancel(session, g.actor, done=lambda: remember(home))
    except Refused as refusal:
        say(str(refusal), "warn")
        return go(home)
    say(_("Đã hủy đăng ký.") if gone else _("Thầy/cô không có chỗ trong buổi này."), "good" if gone else "info")
    return go(home)


def _place(session: Session, place_id: int) -> Registration:
    return Registration.get_or_none(Registration.id == place_id, Registration.session == session) or abort(404)


@blueprint.post("/sessions/<int:session_id>/places/<int:place_id>/give")
@requires("professional_development.view")
def give(session_id: int, place_id: int) -> Response:
    """Give somebody in the queue a place."""
    session = run_by(session_id)
    home = address_of(session.id)
    if done := repeated():
        return go(done)
    try:
        registering.give_place(_place(session, place_id), person_id=g.actor.person_id, done=lambda: remember(home))
    except Refused as refusal:
        say(str(refusal), "warn")
    return go(home)


@blueprint.post("/sessions/<int:session_id>/places/<int:place_id>/remove")
@requires("professional_development.view")
def remove(session_id: int, place_id: int) -> Response:
    """Take somebody off the list."""
    session = run_by(session_id)
    here = address_of(session.id, "/people")
    if done := repeated():
        return go(done)
    try:
        registering.remove(_place(session, place_id), person_id=g.actor.person_id, done=lambda: remember(here))
        say(_("Đã hủy đăng ký của người này và báo cho người đó."))
    except Refused as refusal:
        say(str(refusal), "warn")
    return go(here)


@blueprint.get("/sessions/<int:session_id>/attendance")
@requires("professional_development.view")
def sheet(session_id: int) -> str:
    """The grid on the organiser's phone."""
    return _sheet_page(run_by(session_id), WalkInForm())


class WalkInForm(Form):
    """Somebody who came without a place."""

    person = Text(
        lazy_gettext("Người đến không đăng ký"), [required(lazy_gettext("Thầy/cô chưa nhập tên.")), at_most(120)]
    )


def _sheet_page(session: Session, form: WalkInForm, found: list[tuple] = ()) -> str:
    rows = queries.places(session.id, ("registered",))
    return render_template(
        "professional_development/sessions/attendance.html",
        session=session,
        rows=rows,
        form=form,
        found=found,
        present=_present(rows),
        open=session.state == "open",
    )


def _present(rows: list[tuple]) -> int:
    return sum(row[4] == "present" for row in rows)


@blueprint.post("/sessions/<int:session_id>/attendance/<int:place_id>")
@requires("professional_development.view")
def mark(session_id: int, place_id: int) -> Response | str:
    """Note one person; the same again changes nothing."""
    session = run_by(session_id)
    here = address_of(session.id, f"/attendance#p{place_id}")
    attendance_ = request.form.get("action", "")
    if attendance_ not in attendance.MARKS:
        abort(400)
    try:
        attendance.mark(_place(session, place_id), attendance_, person_id=g.actor.person_id)
    except Refused as refusal:
        say(str(refusal), "warn")
        return go(here)
    if not request.htmx.partial:
        return go(here)
    rows = queries.places(session.id, ("registered",))
    return render_template(
        "professional_development/sessions/_marked.html",
        session=session,
        row=next(row for row in rows if row[0] == place_id),
        present=_present(rows),
        all=len(rows),
        open=session.state == "open",
    )


@blueprint.post("/sessions/<int:session_id>/attendance")
@requires("professional_development.view")
def walk_in(session_id: int) -> Answer:
    """Note somebody who came without a place: found by name first, then chosen."""
    session = run_by(session_id)
    here = address_of(session.id, "/attendance")
    if done := repeated():
        return go(done)
    chosen = whole(request.form.get("chosen"))
    if chosen is not None:
        person = fetch(Person, chosen, g.actor)
        try:
            attendance.walk_in(session, person, person_id=g.actor.person_id, done=lambda: remember(here))
        except Refused as refusal:
            say(str(refusal), "warn")
        return go(here)
    form = WalkInForm()
    if not form.validate():
        return _sheet_page(session, form), 422
    found = queries.people_named(g.actor, form.person.data)
    if not found:
        blame(form, Refused("person", _("Không tìm thấy ai có tên này trong danh bạ.")))
    return _sheet_page(session, form, found), 200 if found else 422


@blueprint.get("/sessions/<int:session_id>/code")
@requires("professional_development.view")
def code(session_id: int) -> str:
    """The screen in the room: the code of this minute, and its address as a picture. It refreshes by itself."""
    session = run_by(session_id)
    digits = attendance.code_of(session, now())
    return render_template(
        "professional_development/sessions/_code.html"
        if request.htmx.partial
        else "professional_development/sessions/code.html",
        session=session,
        code=digits,
        link=attendance.link(session, digits),
        picture=picture_of(attendance.link(session, digits)),
        counts=queries.counts(session.id),
    )


@blueprint.get("/sessions/<int:session_id>/sheet")
@requires("professional_development.view")
def printed(session_id: int) -> str:
    """The sheet to print and sign, with row numbers and the code that stays."""
    session = run_by(session_id)
    return render_template(
        "professional_development/sessions/sheet.html",
        session=session,
        rows=queries.places(session.id, ("registered",)),
        code=attendance.paper_code(session),
        picture=picture_of(attendance.link(session, attendance.paper_code(session))),
    )


class CheckInForm(Form):
    """The six digits."""

    code = Text(lazy_gettext("Mã điểm danh"), [required(lazy_gettext("Thầy/cô chưa nhập mã.")), at_most(12)])


@blueprint.get("/sessions/<int:session_id>/check-in")
@requires("professional_development.join")
def ask_code(session_id: int) -> str:
    """Shows the code to confirm; nothing is noted before the button is pressed."""
    session = fetch(Session, session_id, g.actor)
    return _check_in_page(session, CheckInForm(data={"code": request.args.get("code", "")[:12]}))


def _check_in_page(session: Session, form: CheckInForm) -> str:
    place = queries.own_place(session.id, g.actor.person_id)
    return render_template("professional_development/sessions/check_in.html", session=session, form=form, place=place)


@blueprint.post("/sessions/<int:session_id>/check-in")
@requires("professional_development.join")
def check_in(session_id: int) -> Answer:
    """Note that the actor is there."""
    session = fetch(Session, session_id, g.actor)
    home = address_of(session.id)
    if done := repeated():
        return go(done)
    form = CheckInForm()
    if not form.validate():
        return _check_in_page(session, form), 422
    try:
        attendance.check_in(session, g.actor, form.code.data, done=lambda: remember(home))
    except Refused as refusal:
        blame(form, refusal)
        return _check_in_page(session, form), 422
    say(_("Đã ghi thầy/cô có mặt."))
    return go(home)
