"""The counter and the list of notices, and how each kind goes by mail."""

from __future__ import annotations

from flask import Blueprint, Response, abort, g, render_template, request, url_for

from intranet.kernel import mail
from intranet.kernel.forms import remember, repeated
from intranet.kernel.language import gettext as _
from intranet.notices import mailing, queries  # noqa: F401 (the jobs that send mail)
from intranet.notices.forms import choices_form, field_name
from intranet.shared import notifying
from intranet.shared.notices import Notice
from intranet.web.gate import public, signed_in
from intranet.web.hx import go, page
from intranet.web.layout import say
from intranet.web.numbers import whole

blueprint = Blueprint("notices", __name__, url_prefix="/notices")

Answer = Response | tuple[str, int]


@blueprint.get("")
@signed_in
def index() -> str:
    """The own notices, the newest first."""
    rows, more = queries.lines(g.actor.person_id, whole(request.args.get("before")))
    labels = {kind.key: kind.label for _module, kind in notifying.kinds()}
    return page("notices/index.html", "notices/_list.html", rows=rows, more=more, labels=labels)


@blueprint.get("/count")
@public
def count() -> str | tuple[str, int]:
    """The bell, which asks for itself every minute.

    Strangers get nothing: sent to sign in, a page whose session has ended would lose what is being typed in it.
    """
    return render_template("notices/_bell.html", actor=g.actor) if g.actor else ("", 204)


@blueprint.post("/<int:notice_id>/open")
@signed_in
def open_(notice_id: int) -> Response:
    """Go where the notice leads; it counts as seen."""
    notice = queries.own(g.actor.person_id, notice_id) or abort(404)
    notifying.mark_seen(g.actor.person_id, Notice.id == notice_id)
    return go(notice.url)


@blueprint.post("/<int:notice_id>/seen")
@signed_in
def seen(notice_id: int) -> Response:
    """Note that one was seen."""
    queries.own(g.actor.person_id, notice_id) or abort(404)
    notifying.mark_seen(g.actor.person_id, Notice.id == notice_id)
    return go(url_for("notices.index"))


@blueprint.post("/seen")
@signed_in
def all_seen() -> Response:
    """Note that all were seen, up to the newest one that stood in the list; 404 where that is not an own one."""
    newest = queries.own(g.actor.person_id, whole(request.form.get("newest")) or 0) or abort(404)
    notifying.mark_seen(g.actor.person_id, Notice.id <= newest.id)
    return go(url_for("notices.index"))


@blueprint.get("/choices")
@signed_in
def choices() -> str:
    """How each kind of notice goes by mail."""
    return _choices_page(choices_form(notifying.kinds_for(g.actor), notifying.choices_of(g.actor.person_id)))


def _choices_page(form: object) -> str:
    email = queries.email_of(g.actor.person_id)
    return page("notices/choices.html", "notices/_choices.html", form=form, email=email, served=mail.is_set())


@blueprint.post("/choices")
@signed_in
def save_choices() -> Answer:
    """Save how each kind goes by mail."""
    if done := repeated():
        return go(done)
    kinds, here = notifying.kinds_for(g.actor), url_for("notices.choices")
    form = choices_form(kinds, {})
    if not form.validate():
        return _choices_page(form), 422
    chosen = {kind.key: form[field_name(kind)].data for kind in kinds}
    notifying.choose(g.actor.person_id, chosen, done=lambda: remember(here))
    say(_("Đã lưu."))
    return go(here)
