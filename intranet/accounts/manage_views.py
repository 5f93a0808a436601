"""Somebody else's account: how it stands, the link to it, closing and opening it. And invitations for a school."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, abort, g, make_response, render_template, request, url_for

from intranet.accounts import factor, links, locks, states
from intranet.accounts.link_forms import InviteForm, LockForm
from intranet.accounts.slips import slip_of
from intranet.kernel.forms import remember, repeated
from intranet.kernel.language import gettext as _
from intranet.registry.people import Person
from intranet.registry.schools import School
from intranet.shared.access import fetch
from intranet.shared.authority import may_manage_account, posts_held
from intranet.shared.edits import Refused
from intranet.web.errors import error_response
from intranet.web.gate import requires
from intranet.web.hx import go
from intranet.web.layout import say
from intranet.web.numbers import whole
from intranet.web.saving import blame

blueprint = Blueprint("person_accounts", __name__)


def _person(person_id: int) -> Person:
    """The person if the actor may see (else 404) and manages the account (else 403)."""
    person = fetch(Person, person_id, g.actor)
    if person.id == g.actor.person_id:
        sentence = _("Tài khoản của chính mình do cấp trên quản lý. Thầy/cô đổi mật khẩu ở trang Tài khoản.")
        abort(error_response(403, sentence))
    if not may_manage_account(g.actor, person, posts_held(person.id)):
        abort(error_response(403, _("Tài khoản này do cấp trên của thầy/cô hoặc đơn vị khác quản lý.")))
    return person


def _home(person: Person) -> str:
    return url_for("person_accounts.show", person_id=person.id)


@blueprint.get("/people/<int:person_id>/account")
@requires("accounts.manage")
def show(person_id: int) -> str:
    """How the account stands, and what can be done."""
    person = _person(person_id)
    return render_template(
        "accounts/person.html", person=person, state=states.state_of(person), factor=factor.in_force(person.id)
    )


@blueprint.post("/people/<int:person_id>/account/link")
@requires("accounts.manage")
def issue(person_id: int) -> Response | str:
    """Make a link and show it, once: it stands in this answer and nowhere else."""
    person = _person(person_id)
    if done := repeated():
        return _already_shown(done)
    try:
        issued = links.issue(person, issued_by=g.actor.person_id, done=lambda: remember(_home(person)))
    except Refused as refusal:
        return _refused(refusal, person)
    return render_template("accounts/slips.html", slips=[slip_of(issued)], person=person)


def _already_shown(address: str) -> Response:
    say(
        _("Liên kết đã cấp chỉ hiện một lần và không xem lại được. Nếu chưa kịp giao, thầy/cô cấp liên kết mới."),
        "info",
    )
    return go(address)


def _refused(refusal: Refused, person: Person) -> Response:
    say(str(refusal), "bad")
    return go(_home(person))


def _act(person_id: int, write: Callable[..., None], sentence: str) -> Response:
    """Carry out an act that needs no form of its own."""
    person = _person(person_id)
    if done := repeated():
        return go(done)
    try:
        write(person, person_id=g.actor.person_id, done=lambda: remember(_home(person)))
    except Refused as refusal:
        return _refused(refusal, person)
    say(sentence)
    return go(_home(person))


@blueprint.post("/people/<int:person_id>/account/unlock")
@requires("accounts.manage")
def unlock(person_id: int) -> Response:
    """Open a closed account."""
    return _act(person_id, locks.unlock, _("Đã mở lại tài khoản."))


@blueprint.post("/people/<int:person_id>/account/sign-out")
@requires("accounts.manage")
def sign_out(person_id: int) -> Response:
    """End all sessions of the person."""
    return _act(person_id, locks.sign_out, _("Đã đăng xuất khỏi mọi thiết bị."))


@blueprint.post("/people/<int:person_id>/account/factor")
@requires("accounts.manage")
def remove_factor(person_id: int) -> Response:
    """Take a lost second factor away."""

    def remove(person: Person, *, person_id: int, done: Callable[[], None]) -> None:
        factor.remove(person, by=person_id, done=done)

    return _act(person_id, remove, _("Đã gỡ xác thực hai bước. Người này đăng nhập lại bằng mật khẩu."))


@blueprint.get("/people/<int:person_id>/account/lock")
@requires("accounts.manage")
def ask_lock(person_id: int) -> str:
    """The form to close an account."""
    return render_template("accounts/lock.html", person=_person(person_id), form=LockForm(formdata=None))


@blueprint.post("/people/<int:person_id>/account/lock")
@requires("accounts.manage")
def lock(person_id: int) -> Response | tuple[str, int]:
    """Close the account."""
    person = _person(person_id)
    if done := repeated():
        return go(done)
    form = LockForm()
    if form.validate():
        try:
            locks.lock(person, form.reason.data, person_id=g.actor.person_id, done=lambda: remember(_home(person)))
        except Refused as refusal:
            blame(form, refusal)
    if form.errors:
        return render_template("accounts/lock.html", person=person, form=form), 422
    say(_("Đã khóa tài khoản."))
    return go(_home(person))


# --- Invitations for a school ---


@blueprint.get("/people/accounts")
@requires("accounts.manage")
def invitations() -> Response:
    """The people of a school who have no account yet."""
    school = _school()
    return _invite_page(school, None if school is None else _invite_form(school))


def _school() -> School | None:
    """The school named in the address, or the actor's own. None: one is yet to be chosen."""
    school_id = g.actor.school_id or whole(request.args.get("school"))
    if school_id is None:
        return None
    school = fetch(School, school_id, g.actor)
    if not g.actor.sees_all and school.district_id != g.actor.district_id:
        abort(403)
    return school


def _invite_form(school: School) -> InviteForm:
    candidates, more = states.without_account(g.actor, school.id)
    form = InviteForm(candidates)
    form.candidates, form.more = candidates, more
    return form


def _invite_page(school: School | None, form: InviteForm | None, code: int = 200) -> Response:
    html = render_template(
        "accounts/invite.html",
        school=school,
        form=form,
        schools=states.schools_of(g.actor.district_id) if g.actor.school_id is None else (),
    )
    return make_response(html, code)


@blueprint.post("/people/accounts")
@requires("accounts.manage")
def invite() -> Response | str:
    """Make invitations and show them, once, as slips to print."""
    school = _school() or abort(404)
    home = url_for("person_accounts.invitations", school=school.id)
    if done := repeated():
        return _already_shown(done)
    form = _invite_form(school)
    if not form.validate():
        return _invite_page(school, form, 422)
    chosen = [row.person for row in form.candidates if row.person.id in form.people.data]
    issued = links.invite_many(chosen, issued_by=g.actor.person_id, done=lambda: remember(home))
    return render_template("accounts/slips.html", slips=[slip_of(row) for row in issued], school=school)
