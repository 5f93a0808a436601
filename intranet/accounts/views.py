"""Sign-in with its second step, sign-out, and the language before it."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Response, abort, current_app, g, make_response, redirect, render_template, request, session

from intranet.accounts import (
    account_views,  # noqa: F401 (its views register themselves)
    acting,
    blueprint,
    factor,
    factor_views,  # noqa: F401
    rules,
    throttle,
    upkeep,  # noqa: F401 (what is done every day)
)
from intranet.accounts.forms import LANGUAGES, CodeForm, SignInForm
from intranet.accounts.pages import (
    browser,
    forget_form_secret,
    keep_signed_in,
    local_path,
    signed_out,
    token,
    too_many,
    unreadable,
)
from intranet.accounts.rules import SignedIn
from intranet.kernel.forms import kept_form
from intranet.kernel.language import forget, ngettext
from intranet.kernel.language import gettext as _
from intranet.shared.sessions import token_hash
from intranet.web.gate import public, while_looking
from intranet.web.hx import go
from intranet.web.layout import say


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
    return make_response(_page("accounts/login.html", form, message, **help_texts), code)


def _page(template: str, form: SignInForm | CodeForm, message: str | None, **texts: str) -> str:
    kept, target = request.form.get("kept", ""), local_path(request.values.get("next"))
    return render_template(template, form=form, message=message, next=target, kept=kept, **texts)


@blueprint.post("/login")
@public
def sign_in() -> Response:
    """Check name and password."""
    form = SignInForm()
    if not form.validate():
        return _login_page(form, code=422)
    try:
        signed = rules.sign_in(form.username.data, form.password.data, **browser())
    except throttle.TooManyTries:
        return _login_page(form, too_many(), 429)
    if signed is None:
        return _login_page(form, _wrong(), 422)
    forget_form_secret()
    return keep_signed_in(_ask_for_code() if signed.waits_for_code else _after_sign_in(), signed)


def _wrong() -> str:
    # The last sentence is for who has the right password while others try: that an account is refused is not told.
    return _("Tài khoản hoặc mật khẩu không đúng. Nếu đã nhập sai nhiều lần, thầy/cô đợi 15 phút rồi thử lại.")


def _ask_for_code() -> Response:
    if request.form.get("kept"):
        # What was typed before travels from form to form: it is too long for an address.
        return _code_page(CodeForm(formdata=None))
    return go("/login/code?" + urlencode({"next": local_path(request.form.get("next"))}))


def _after_sign_in() -> Response:
    kept = kept_form(request.form.get("kept", ""))
    if kept is None:
        return go(local_path(request.form.get("next")))
    path, fields = kept
    return make_response(render_template("accounts/continue.html", path=path, fields=fields))


@blueprint.get("/login/code")
@public
def code() -> Response:
    """The second step of signing in."""
    if g.actor is not None or rules.waiting_person(token()) is None:
        return redirect("/login?" + urlencode({"next": local_path(request.args.get("next"))}), 303)
    return _code_page(CodeForm())


def _code_page(form: CodeForm, message: str | None = None, code: int = 200) -> Response:
    return make_response(_page("accounts/code.html", form, message), code)


@blueprint.post("/login/code")
@public
def give_code() -> Response:
    """Check the code, and open the session."""
    form = CodeForm()
    if not form.validate():
        return _code_page(form, code=422)
    try:
        signed = rules.give_code(token(), form.given, **browser())
    except rules.NotWaiting:
        late = _("Đã quá 10 phút từ lúc nhập mật khẩu. Thầy/cô đăng nhập lại.")
        return _login_page(SignInForm(formdata=None), late, 422)
    except throttle.TooManyTries:
        return _code_page(form, too_many(), 429)
    except factor.Unreadable:
        return _code_page(form, unreadable(), 503)
    if signed is None:
        return _code_page(form, _("Mã không đúng hoặc đã dùng rồi. Thầy/cô chờ mã mới rồi nhập lại."), 422)
    forget_form_secret()
    _tell_codes_left(form, signed)
    return keep_signed_in(_after_sign_in(), signed)


def _tell_codes_left(form: CodeForm, signed: SignedIn) -> None:
    if factor.is_recovery_code(form.given):
        left = factor.codes_left(signed.person_id)
        say(ngettext("Còn %(num)s mã khôi phục dùng được.", "Còn %(num)s mã khôi phục dùng được.", left), "info")


@blueprint.post("/logout")
@public
@while_looking
def logout() -> Response:
    """End this session, one that waits for a code included, or with action=everywhere all of the person's."""
    actor = g.actor
    if actor is not None and actor.seen_by is not None:
        acting.stop_looking(actor.person_id, by=actor.seen_by, session_hash=actor.session_hash)
    elif actor is not None and request.form.get("action") == "everywhere":
        rules.sign_out_everywhere(actor.person_id)
    rules.sign_out(token_hash(token()))
    return signed_out()


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
