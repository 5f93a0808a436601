"""Setting the second factor up, its recovery codes, and switching it off."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Response, current_app, g, redirect, render_template, session
from wtforms import Field

from intranet.accounts import blueprint, factor, rules, throttle
from intranet.accounts.forms import AgainForm, ConfirmForm, OffForm
from intranet.accounts.pages import browser, no_key, too_many, unreadable
from intranet.kernel import sealed
from intranet.kernel.clock import now
from intranet.kernel.forms import remember, repeated
from intranet.kernel.language import gettext as _
from intranet.registry.people import Person
from intranet.web.addresses import picture_of
from intranet.web.gate import FACTOR_PAGE, lacks_factor, own_account
from intranet.web.hx import go
from intranet.web.layout import say

CODES_PAGE = f"{FACTOR_PAGE}/codes"
# For how long the secret is shown after the password was given, and new recovery codes after they were made.
SHOWN_FOR = timedelta(minutes=10)

Answer = Response | str | tuple[str, int]


@blueprint.get("/account/second-factor")
@own_account
def second_factor() -> Answer:
    """The state of the second factor, or the next step of setting it up."""
    if g.actor.has_factor:
        return _state_page()
    return _confirm_page(ConfirmForm()) if _proved_lately() else _begin_page(AgainForm())


def _begin_page(form: AgainForm) -> str:
    return render_template("accounts/factor_begin.html", form=form, forced=lacks_factor(g.actor))


def _confirm_page(form: ConfirmForm, status: int = 200) -> Answer:
    """The picture for the phone; without a secret that waits, the beginning."""
    person = _person()
    try:
        secret = factor.awaited_secret(person.id)
    except factor.Unreadable:
        secret = None
    if secret is None:
        return _begin_page(AgainForm(formdata=None))
    address = factor.address(person, secret)
    groups = [secret[start : start + 4] for start in range(0, len(secret), 4)]
    page = render_template(
        "accounts/factor_confirm.html", form=form, picture=picture_of(address), address=address, groups=groups
    )
    return page, status


def _state_page(codes_form: AgainForm | None = None, off_form: OffForm | None = None) -> str:
    return render_template(
        "accounts/factor.html",
        codes_form=codes_form or AgainForm(formdata=None),
        off_form=off_form or OffForm(formdata=None),
        codes_left=factor.codes_left(g.actor.person_id),
    )


def _person() -> Person:
    return Person.get_by_id(g.actor.person_id)


def _mistake(field: Field) -> int | None:
    """None when the field holds the account's password; else the status to answer, with the reason at the field."""
    try:
        if rules.prove(g.actor.person_id, field.data, session_hash=g.actor.session_hash):
            return None
    except throttle.TooManyTries:
        field.errors = [too_many()]
        return 429
    field.errors = [_("Mật khẩu hiện nay chưa đúng.")]
    return 422


@blueprint.post("/account/second-factor")
@own_account
def begin() -> Answer:
    """After the password: make a secret and show it."""
    if done := repeated():
        return go(done)
    form = AgainForm()
    if not form.validate():
        return _begin_page(form), 422
    if status := _mistake(form.password):
        return _begin_page(form), status
    if not _has_key():
        form.password.errors = [no_key()]
        return _begin_page(form), 503
    factor.begin(_person(), done=lambda: remember(FACTOR_PAGE))
    session["proved"] = [g.actor.session_hash[:16], now().isoformat()]
    return go(FACTOR_PAGE)


def _has_key() -> bool:
    sealed.ensure_key(current_app.extensions["config"].instance)
    return sealed.has_key()


def _proved_lately() -> bool:
    """Whether this session gave the password just now: a borrowed browser must not read the secret."""
    mark, moment = session.get("proved", ("", ""))
    return mark == g.actor.session_hash[:16] and now() - datetime.fromisoformat(moment) < SHOWN_FOR


@blueprint.post("/account/second-factor/confirm")
@own_account
def confirm() -> Answer:
    """Put the factor in force by its first code."""
    if done := repeated():
        return go(done)
    form = ConfirmForm()
    if not _proved_lately():
        return _begin_page(AgainForm(formdata=None)), 422
    if not form.validate():
        return _confirm_page(form, 422)
    try:
        made = factor.confirm(
            _person(), form.code.data, session_hash=g.actor.session_hash, done=lambda: remember(CODES_PAGE)
        )
    except factor.Unreadable:
        form.code.errors = [unreadable()]
        return _confirm_page(form, 503)
    if made is None:
        form.code.errors = [_("Mã chưa đúng. Thầy/cô xem giờ trên điện thoại có đúng không, rồi nhập mã mới nhất.")]
        return _confirm_page(form, 422)
    say(_("Đã bật xác thực hai bước. Các thiết bị khác đã được đăng xuất."))
    return _show_once(made)


@blueprint.post("/account/second-factor/codes")
@own_account
def make_codes() -> Answer:
    """New recovery codes instead of the old ones."""
    if done := repeated():
        return go(done)
    if not g.actor.has_factor:
        return go(FACTOR_PAGE)
    form = AgainForm()
    if not form.validate():
        return _state_page(codes_form=form), 422
    if status := _mistake(form.password):
        return _state_page(codes_form=form), status
    if not _has_key():
        form.password.errors = [no_key()]
        return _state_page(codes_form=form), 503
    return _show_once(factor.make_codes(_person(), done=lambda: remember(CODES_PAGE)))


def _show_once(made: list[str]) -> Response:
    """Let this browser show the codes for a while; everywhere else only their hashes are kept."""
    session["codes"] = [now().isoformat(), sealed.seal(" ".join(made), *_codes_place())]
    return go(CODES_PAGE)


def _codes_place() -> tuple[object, ...]:
    return "recovery_code", g.actor.person_id, g.actor.session_hash


@blueprint.get("/account/second-factor/codes")
@own_account
def codes() -> Answer:
    """The recovery codes just made, to print or to write down."""
    moment, kept = session.get("codes", ("", ""))
    if not kept or now() - datetime.fromisoformat(moment) > SHOWN_FOR:
        return redirect(FACTOR_PAGE, 303)
    try:
        shown = sealed.unseal(kept, *_codes_place()).split()
    except (sealed.KeyMissing, sealed.Broken):
        return redirect(FACTOR_PAGE, 303)
    return render_template("accounts/factor_codes.html", codes=shown, username=_person().username)


@blueprint.post("/account/second-factor/codes/kept")
@own_account
def codes_kept() -> Response:
    """The codes are on paper: show them no more."""
    session.pop("codes", None)
    session.pop("proved", None)
    return go("/")


@blueprint.post("/account/second-factor/off")
@own_account
def switch_off() -> Answer:
    """Give the factor up, by password and code."""
    if done := repeated():
        return go(done)
    form, sent = OffForm(), browser()
    if not form.validate():
        return _state_page(off_form=form), 422
    if status := _mistake(form.off_password):
        return _state_page(off_form=form), status
    try:
        right = rules.switch_factor_off(
            _person(),
            form.off_code.data,
            session_hash=g.actor.session_hash,
            device=sent["device"],
            address=sent["address"],
            done=lambda: remember(FACTOR_PAGE),
        )
    except throttle.TooManyTries:
        form.off_code.errors = [too_many()]
        return _state_page(off_form=form), 429
    except factor.Unreadable:
        form.off_code.errors = [unreadable()]
        return _state_page(off_form=form), 503
    if not right:
        form.off_code.errors = [_("Mã không đúng hoặc đã dùng rồi. Thầy/cô chờ mã mới rồi nhập lại.")]
        return _state_page(off_form=form), 422
    session.pop("proved", None)
    say(_("Đã tắt xác thực hai bước. Các thiết bị khác đã được đăng xuất."))
    return go(FACTOR_PAGE)
