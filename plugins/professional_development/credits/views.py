"""Confirming periods, refusing them, and taking back what was confirmed."""

from __future__ import annotations

from flask import Response, abort, g, render_template, request

from intranet.api import (
    LEADER,
    OFFICER,
    PRINCIPAL,
    Form,
    Lines,
    Refused,
    at_most,
    blame,
    go,
    lazy_gettext,
    ngettext,
    remember,
    repeated,
    required,
    requires,
    say,
    whole,
)
from intranet.api import gettext as _
from plugins.professional_development.credits import queries, rules
from plugins.professional_development.models import CONFIRMED, PROPOSED, Registration
from plugins.professional_development.pages import HOME
from plugins.professional_development.routes import blueprint
from plugins.professional_development.sessions.kinds import PROGRAMMES

Answer = Response | tuple[str, int]
FOLDER = "professional_development/credits"
# Whom the own periods wait for; an officer's, as everybody's of the office, for its leader.
OWN_DECIDERS = {
    PRINCIPAL: lazy_gettext("Số tiết của chính thầy/cô do lãnh đạo phòng xác nhận."),
    LEADER: lazy_gettext("Số tiết của chính thầy/cô do chuyên viên phòng xác nhận."),
    OFFICER: lazy_gettext("Số tiết của chính thầy/cô do lãnh đạo phòng xác nhận."),
}


@blueprint.get("/credits")
@requires("professional_development.credit")
def credits() -> str:
    """What the principal has to confirm."""
    return render_template(
        f"{FOLDER}/index.html",
        rows=queries.proposed(g.actor),
        own=len(queries.own_proposed(g.actor.person_id)),
        own_decider=OWN_DECIDERS.get(g.actor.role),
        programmes=PROGRAMMES,
    )


@blueprint.post("/credits")
@requires("professional_development.credit")
def confirm() -> Response:
    """Confirm what was ticked."""
    here = f"{HOME}/credits"
    if done := repeated():
        return go(done)
    ids = [number for number in map(whole, request.form.getlist("place")) if number is not None]
    places = queries.decidable(g.actor, ids[: queries.MOST], (PROPOSED,))
    count = rules.confirm(places, g.actor, done=lambda count: remember(here))
    if set(ids) & set(queries.own_proposed(g.actor.person_id)):
        say(OWN_DECIDERS[g.actor.role], "warn")
    if count:
        say(ngettext("Đã xác nhận %(num)s lượt.", "Đã xác nhận %(num)s lượt.", count))
    elif ids:
        say(_("Các lượt này đã được quyết định trước đó."), "info")
    else:
        say(_("Thầy/cô chưa chọn lượt nào."), "info")
    return go(here)


class RefuseForm(Form):
    """Why periods are not confirmed, or no longer."""

    reason = Lines(lazy_gettext("Lý do"), [required(lazy_gettext("Thầy/cô chưa ghi lý do.")), at_most(300)])


def _place(place_id: int) -> Registration:
    found = queries.decidable(g.actor, [place_id], (PROPOSED, CONFIRMED))
    return found[0] if found else abort(404)


@blueprint.get("/credits/<int:place_id>/refuse")
@requires("professional_development.credit")
def ask_refusal(place_id: int) -> str:
    """The form that asks why."""
    return _refusal_page(_place(place_id), RefuseForm())


def _refusal_page(place: Registration, form: RefuseForm) -> str:
    return render_template(f"{FOLDER}/refuse.html", place=place, form=form, confirmed=place.credit == CONFIRMED)


@blueprint.post("/credits/<int:place_id>/refuse")
@requires("professional_development.credit")
def refuse(place_id: int) -> Answer:
    """Refuse it, or take the confirmation back."""
    if done := repeated():
        return go(done)
    place, form = _place(place_id), RefuseForm()
    there = f"{HOME}/people/{place.person_id}" if place.credit == CONFIRMED else f"{HOME}/credits"
    if not form.validate():
        return _refusal_page(place, form), 422
    try:
        changed = rules.refuse(place, form.reason.data, g.actor, done=lambda: remember(there))
    except Refused as refusal:
        blame(form, refusal)
        return _refusal_page(place, form), 422
    if changed:
        say(_("Đã ghi không xác nhận; người dự đọc được lý do trong hồ sơ."))
    return go(there)
