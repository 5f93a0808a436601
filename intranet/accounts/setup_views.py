"""The page of the first run. It exists only while nobody does."""

from __future__ import annotations

from flask import Blueprint, Response, abort, g, make_response, render_template

from intranet.accounts import policy, setup, throttle
from intranet.accounts.link_forms import SetupForm
from intranet.kernel.forms import remember, repeated
from intranet.kernel.language import gettext as _
from intranet.web.gate import public
from intranet.web.hx import go
from intranet.web.layout import say

blueprint = Blueprint("setup", __name__)


@blueprint.get("/setup")
@public
def show() -> Response:
    """The form."""
    if not setup.is_waiting():
        abort(404)
    return _page(SetupForm(formdata=None))


def _page(form: SetupForm, code: int = 200) -> Response:
    html = render_template("accounts/setup.html", form=form, least=policy.SHORTEST_IN_OFFICES)
    return make_response(html, code)


@blueprint.post("/setup")
@public
def create() -> Response:
    """Begin: first district, first administrator."""
    if done := repeated():
        return go(done)
    if not setup.is_waiting():
        abort(404)
    form = SetupForm()
    if form.validate() and (problem := _problem(form)):
        form.refuse(problem)
    _check_code(form)
    if form.errors:
        return _page(form, 422)
    if setup.set_up(form.setup_code.data, _beginning(form), form.new.data, done=lambda: remember("/login")) is None:
        abort(404)
    say(_("Đã cài đặt xong. Thầy/cô đăng nhập bằng tên và mật khẩu vừa đặt."))
    return go("/login")


def _problem(form: SetupForm) -> str | None:
    known = [form[name].data for name in ("name", "code", "office", "administrator", "username")]
    return policy.problem(form.new.data, least=policy.SHORTEST_IN_OFFICES, known=known)


def _check_code(form: SetupForm) -> None:
    """Count a wrong code, and say that it is wrong; 429 after too many."""
    if not form.setup_code.data or setup.is_code(form.setup_code.data):
        return
    limits = throttle.of_link(g.client_address)
    try:
        throttle.check(limits)
    except throttle.TooManyTries:
        abort(429)
    throttle.note_failure(limits)
    form.setup_code.errors = [_("Mã cài đặt không đúng hoặc đã hết hạn. Lệnh intranet init in mã mới.")]


def _beginning(form: SetupForm) -> setup.Beginning:
    return setup.Beginning(
        code=form.code.data,
        kind=form.kind.data,
        name=form.name.data,
        office=form.office.data,
        administrator=form.administrator.data,
        username=form.username.data,
    )
