"""The page that a one-time link opens. Looking at it changes nothing; only the form does."""

from __future__ import annotations

from flask import Blueprint, Response, abort, current_app, g, make_response, render_template

from intranet.accounts import links, policy, rules, throttle
from intranet.accounts.link_forms import NewPasswordForm
from intranet.accounts.pages import forget_form_secret
from intranet.kernel.language import gettext as _
from intranet.registry.people import Person
from intranet.web.gate import public
from intranet.web.hx import go
from intranet.web.layout import named, say

blueprint = Blueprint("links", __name__)


@blueprint.get("/link/<token>")
@public
def show(token: str) -> Response:
    """Whose account it is, and the form."""
    found = links.open_link(token)
    return _worthless() if found is None else _page(NewPasswordForm(formdata=None), *found)


def _page(form: NewPasswordForm, person: Person, kind: str, code: int = 200) -> Response:
    html = render_template("accounts/link.html", form=form, person=person, kind=kind, least=policy.shortest_for(person))
    return make_response(html, code)


def _worthless() -> Response:
    """One page for used, replaced, expired and unknown links: it says whom to ask."""
    return make_response(render_template("accounts/link_worthless.html"), 404)


@blueprint.post("/link/<token>")
@public
def use(token: str) -> Response:
    """Set the password; the person signs in with it, by the second factor where there is one."""
    found = links.open_link(token)
    if found is None:
        return _count_as_guess()
    form = NewPasswordForm()
    if form.validate() and (problem := policy.problem_of(form.new.data, found[0])):
        form.refuse(problem)
    if form.errors:
        return _page(form, *found, code=422)
    person = links.use(token, form.new.data)
    if person is None:
        return _worthless()
    return _sign_in_anew(person)


def _count_as_guess() -> Response:
    limits = throttle.of_link(g.client_address)
    try:
        throttle.check(limits)
    except throttle.TooManyTries:
        abort(429)
    throttle.note_failure(limits)
    return _worthless()


def _sign_in_anew(person: Person) -> Response:
    """To the sign-in page; whoever was signed in on this device is signed out, else the page would be theirs."""
    if g.actor is not None:
        rules.sign_out(g.actor.session_hash)
    sentence = _("Đã đặt mật khẩu. Thầy/cô đăng nhập bằng tên %(username)s và mật khẩu mới.")
    forget_form_secret()
    say(named(sentence, username=person.username))
    response = go("/login")
    response.delete_cookie(current_app.config["ACTOR_COOKIE"], secure=current_app.config["SECURE"], httponly=True)
    return response
