"""Sign-in, sign-out, and one's own account."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, current_app, g, make_response, redirect, render_template, request, session

from intranet.accounts import rules
from intranet.accounts.forms import LANGUAGES, PasswordForm, PreferencesForm, SignInForm
from intranet.kernel.forms import kept_form
from intranet.kernel.language import forget, speaking
from intranet.kernel.language import gettext as _
from intranet.registry.people import SignInSession
from intranet.web.gate import public, signed_in
from intranet.web.hx import go
from intranet.web.layout import say

blueprint = Blueprint("accounts", __name__)

MONTHS_13 = 34_000_000


def local_path(target: str | None) -> str:
    """``target`` if it is a path of this site, else the home page: no sign-in ends on a foreign page."""
    if not target or not target.startswith("/") or target.startswith("//") or "\\" in target:
        return "/"
    parts = urlsplit(target)
    if parts.scheme or parts.netloc or not target.isprintable() or parts.path in ("/login", "/logout"):
        return "/"
    return target


@blueprint.get("/login")
@public
def login() -> str | Response:
    """The sign-in page."""
    if g.actor is not None:
        return redirect(local_path(request.args.get("next")), 303)
    return _login_page(SignInForm())


def _login_page(form: SignInForm, message: str | None = None, code: int = 200) -> Response:
    # Once something was typed, the page says the same to everybody: without the demo's list of names.
    help_texts = current_app.extensions["sign_in_help"]() if request.method == "GET" else {}
    html = render_template(
        "accounts/login.html",
        form=form,
        message=message,
        next=local_path(request.values.get("next")),
        kept=request.form.get("kept", ""),
        **help_texts,
    )
    return make_response(html, code)


@blueprint.post("/login")
@public
def sign_in() -> Response:
    """Check name and password."""
    form = SignInForm()
    if not form.validate():
        return _login_page(form, code=422)
    try:
        signed = rules.sign_in(
            form.username.data,
            form.password.data,
            device=request.cookies.get(current_app.config["DEVICE_COOKIE"]),
            agent=request.user_agent.string,
            address=g.client_address,
        )
    except rules.TooManyTries:
        message = _("Có quá nhiều lần nhập sai. Thầy/cô đợi 15 phút rồi thử lại.")
        return _login_page(form, message, 429)
    if signed is None:
        return _login_page(form, _("Tên đăng nhập hoặc mật khẩu không đúng."), 422)
    # A new identifier and a new form secret: nothing from before the sign-in is worth anything after it.
    session.clear()
    g.pop("csrf_token", None)
    response = _after_sign_in()
    _set_cookie(response, "ACTOR_COOKIE", signed.token)
    _set_cookie(response, "DEVICE_COOKIE", signed.device, max_age=MONTHS_13)
    return response


def _after_sign_in() -> Response:
    kept = kept_form(request.form.get("kept", ""))
    if kept is None:
        return go(local_path(request.form.get("next")))
    path, fields = kept
    return make_response(render_template("accounts/continue.html", path=path, fields=fields))


def _set_cookie(response: Response, setting: str, value: str, max_age: int | None = None) -> None:
    response.set_cookie(
        current_app.config[setting],
        value,
        max_age=max_age,
        secure=current_app.config["SECURE"],
        httponly=True,
        samesite="Lax",
        path="/",
    )


@blueprint.post("/logout")
@signed_in
def logout() -> Response:
    """End this session, or with action=everywhere all of the person's."""
    if request.form.get("action") == "everywhere":
        rules.sign_out_everywhere(g.actor.person_id)
    else:
        rules.sign_out(g.actor.session_hash)
    session.clear()
    response = go("/login")
    response.delete_cookie(current_app.config["ACTOR_COOKIE"], secure=current_app.config["SECURE"], httponly=True)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@blueprint.get("/forgot")
@public
def forgot() -> str:
    """What to do without the password. The page says the same to everybody."""
    return render_template("accounts/forgot.html")


@blueprint.post("/language")
@public
def language() -> Response:
    """Choose the language on this device; signed-in people choose theirs under /account."""
    chosen = request.form.get("language", "")
    if chosen not in dict(LANGUAGES):
        abort(422)
    session["language"] = chosen
    forget()
    return go(local_path(request.form.get("next")))


@blueprint.get("/account")
@signed_in
def account() -> str:
    """The own account."""
    preferences = PreferencesForm(language=g.actor.language, theme=g.actor.theme)
    return _account_page(preferences, PasswordForm(formdata=None))


def _account_page(preferences: PreferencesForm, password: PasswordForm) -> str:
    sessions = (
        SignInSession.select(
            SignInSession.created_at, SignInSession.seen_at, SignInSession.device, SignInSession.token_hash
        )
        .where(SignInSession.person == g.actor.person_id)
        .order_by(SignInSession.seen_at.desc())
        .limit(50)
        .tuples()
    )
    return render_template("accounts/account.html", preferences=preferences, password=password, sessions=list(sessions))


@blueprint.post("/account")
@signed_in
def save_preferences() -> Response | tuple[str, int]:
    """Save language and look."""
    form = PreferencesForm()
    if not form.validate():
        return _account_page(form, PasswordForm(formdata=None)), 422
    rules.set_preferences(g.actor.person_id, language=form.language.data, theme=form.theme.data)
    with speaking(form.language.data):
        say(_("Đã lưu."))
    return go("/account")


@blueprint.post("/account/password")
@signed_in
def save_password() -> Response | tuple[str, int]:
    """Set a new password."""
    form = PasswordForm()
    valid = form.validate()
    if valid:
        changed = rules.change_password(
            g.actor.person_id, form.current.data, form.new.data, session_hash=g.actor.session_hash
        )
        if changed:
            say(_("Đã đổi mật khẩu. Các thiết bị khác đã được đăng xuất."))
            return go("/account")
        form.current.errors = [_("Mật khẩu hiện nay chưa đúng.")]
    preferences = PreferencesForm(formdata=None, language=g.actor.language, theme=g.actor.theme)
    return _account_page(preferences, form), 422
