"""One's own account: language and look, password, the roles one has, the devices that are signed in."""

from __future__ import annotations

from flask import Response, abort, g, render_template, request

from intranet.accounts import acting, blueprint, factor, queries, rules, throttle
from intranet.accounts.forms import PasswordForm, PreferencesForm
from intranet.accounts.pages import local_path, signed_out, token, too_many
from intranet.kernel.forms import remember, repeated
from intranet.kernel.language import gettext as _
from intranet.kernel.language import speaking
from intranet.shared.edits import Refused
from intranet.shared.sessions import load_actor
from intranet.shared.tasks import tasks_of
from intranet.web.gate import open_to, own_account
from intranet.web.hx import go
from intranet.web.layout import say
from intranet.web.numbers import whole
from intranet.web.saving import blame


@blueprint.get("/account")
@own_account
def account() -> str:
    """The own account."""
    return _page()


def _page(preferences: PreferencesForm | None = None, password: PasswordForm | None = None) -> str:
    """The page, with a form that holds errors in its place."""
    actor = g.actor
    return render_template(
        "accounts/account.html",
        preferences=preferences or PreferencesForm(formdata=None, language=actor.language, theme=actor.theme),
        password=password or PasswordForm(formdata=None),
        works=acting.works_of(actor.person_id),
        codes_left=factor.codes_left(actor.person_id) if actor.has_factor else 0,
        sessions=queries.sessions_of(actor.person_id),
        next=local_path(request.args.get("next")),
    )


@blueprint.post("/account")
@own_account
def save_preferences() -> Response | tuple[str, int]:
    """Save language and look."""
    form = PreferencesForm()
    if not form.validate():
        return _page(preferences=form), 422
    rules.set_preferences(g.actor.person_id, language=form.language.data, theme=form.theme.data)
    with speaking(form.language.data):
        say(_("Đã lưu."))
    return go("/account")


@blueprint.post("/account/password")
@own_account
def save_password() -> Response | tuple[str, int]:
    """Set a new password."""
    form = PasswordForm()
    if not form.validate():
        return _page(password=form), 422
    try:
        changed = rules.change_password(
            g.actor.person_id, form.current.data, form.new.data, session_hash=g.actor.session_hash
        )
    except throttle.TooManyTries:
        form.current.errors = [too_many()]
        return _page(password=form), 429
    except Refused as refusal:
        blame(form, refusal)
        return _page(password=form), 422
    if not changed:
        form.current.errors = [_("Mật khẩu hiện nay chưa đúng.")]
        return _page(password=form), 422
    say(_("Đã đổi mật khẩu. Các thiết bị khác đã được đăng xuất."))
    return go("/account")


@blueprint.post("/account/membership")
@own_account
def act_in() -> Response:
    """Act in another of one's own memberships."""
    if done := repeated():
        return go(done)
    membership_id, landing = whole(request.form.get("membership")) or 0, local_path(request.form.get("next"))

    def decide() -> None:
        nonlocal landing
        actor = load_actor(token())
        # A record may be closed to the new role; one that waits for it is not.
        waits = any(task.url == landing for task in tasks_of(actor))
        landing = landing if waits or open_to(actor, landing) else "/"
        remember(landing)

    if not acting.switch(g.actor.person_id, membership_id, session_hash=g.actor.session_hash, done=decide):
        abort(404)
    say(_("Đã đổi vai trò."))
    return go(landing)


@blueprint.post("/account/sessions/<label>/end")
@own_account
def end_session(label: str) -> Response:
    """Sign one device out."""
    if done := repeated():
        return go(done)
    ended = rules.end_session(g.actor.person_id, label, done=lambda: remember("/account")) or abort(404)
    if ended == g.actor.session_hash:
        return signed_out()
    say(_("Đã đăng xuất thiết bị đó."))
    return go("/account")
