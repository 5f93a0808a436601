"""The pages on which a pledge is signed, a school year is looked back on, and a pair goes on in another programme."""

from __future__ import annotations

from flask import Response, abort, g, render_template, request

from intranet.kernel.clock import today
from intranet.kernel.forms import options, remember, repeated
from intranet.kernel.language import gettext as _
from intranet.kernel.schoolyear import school_year_of
from intranet.pairings import blueprint, candidates, course
from intranet.pairings.forms import RenewForm, ReviewForm, SignForm
from intranet.pairings.life_cycle import LIFE_CYCLE
from intranet.pairings.pages import pairing_for
from intranet.programmes.life_cycle import districts_of
from intranet.registry.people import COORDINATOR, PRINCIPAL
from intranet.registry.twinning import REVIEW, Pairing, Programme
from intranet.shared.edits import Refused
from intranet.shared.holders import party_of
from intranet.shared.spreadsheets import MEGABYTE
from intranet.shared.uploads import ACCEPT, Upload, taken
from intranet.web.gate import requires
from intranet.web.hx import go
from intranet.web.layout import say
from intranet.web.saving import Answer, blame
from intranet.web.uploads import largest_file

GET_AND_POST = ("GET", "POST")


def _home(pairing_id: int) -> str:
    return f"/pairings/{pairing_id}"


def _for_step(pairing_id: int, permission: str, key: str) -> Pairing:
    """The pair, if taking the step is the actor's business (else 403), whatever its state."""
    pairing = pairing_for(pairing_id, permission)
    if party_of(LIFE_CYCLE, LIFE_CYCLE.transition[key], pairing, g.actor) is None:
        abort(403)
    return pairing


def _not_now(pairing: Pairing, key: str) -> Response | None:
    """Back to the pair's page with a sentence, where the step is not the next one."""
    if pairing.state in LIFE_CYCLE.transition[key].sources:
        return None
    say(_("Việc này đã sang bước “%(state)s”.", state=LIFE_CYCLE.state[pairing.state].label), "warn")
    return go(_home(pairing.id))


@blueprint.get("/<int:pairing_id>/sign")
@requires("pairings.work")
def sign_form(pairing_id: int) -> Answer:
    """Under which number, when and where the pledge was signed."""
    pairing = _for_step(pairing_id, "pairings.work", "sign")
    return _not_now(pairing, "sign") or _sign_page(SignForm(signed_on=today()), pairing)


def _sign_page(form: SignForm, pairing: Pairing) -> str:
    return render_template(
        "pairings/sign.html", form=form, pairing=pairing, accept=ACCEPT, most_megabytes=largest_file() // MEGABYTE
    )


@blueprint.post("/<int:pairing_id>/sign")
@requires("pairings.work")
def sign(pairing_id: int) -> Answer:
    """Note that the pledge was signed."""
    pairing = _for_step(pairing_id, "pairings.work", "sign")
    if done := repeated():
        return go(done)
    form, home = SignForm(), _home(pairing_id)
    if not form.validate():
        return _sign_page(form, pairing), 422
    try:
        course.sign(
            pairing,
            number=form.pledge_number.data,
            signed_on=form.signed_on.data,
            place=form.signed_place.data or "",
            scans=_scans(form),
            actor=g.actor,
            done=lambda: remember(home),
        )
    except Refused as refusal:
        blame(form, refusal)
        return _sign_page(form, pairing), 422
    say(_("Đã ghi việc ký giao ước."))
    return go(home)


def _scans(form: SignForm) -> list[Upload]:
    """The scan, if one was sent. Raises Refused."""
    sent = form.scan.data
    if not sent:
        return []
    try:
        return [taken(sent.read(), sent.filename or "", largest=largest_file())]
    except Refused as refusal:
        raise Refused("scan", str(refusal)) from refusal


@blueprint.route("/<int:pairing_id>/review", methods=GET_AND_POST)
@requires("pairings.work")
def review(pairing_id: int) -> Answer:
    """How the own school looks back on the school year."""
    pairing = pairing_for(pairing_id, "pairings.work")
    if g.actor.school_id is None or g.actor.role not in (PRINCIPAL, COORDINATOR):
        abort(403)
    if request.method == "GET":
        return _review_form(pairing)
    if done := repeated():
        return go(done)
    form, home = ReviewForm(), _home(pairing_id)
    form.offer_years()
    if not form.validate():
        return _review_page(form, pairing), 422
    try:
        course.write_review(
            pairing,
            g.actor.school_id,
            form.school_year.data,
            form.values(),
            person_id=g.actor.person_id,
            done=lambda: remember(home),
        )
    except Refused as refusal:
        blame(form, refusal)
        return _review_page(form, pairing), 422
    say(_("Đã lưu nhận xét của trường thầy/cô."))
    return go(home)


def _review_form(pairing: Pairing) -> Answer:
    if pairing.state != REVIEW:
        say(_("Hai trường chưa mở sơ kết."), "warn")
        return go(_home(pairing.id))
    year = school_year_of(today())
    known = course.review_of(pairing, g.actor.school_id, year)
    written = {name: getattr(known, name) for name in course.REVIEW_FIELDS} if known else {}
    form = ReviewForm(data={"school_year": year, **written})
    form.offer_years()
    return _review_page(form, pairing)


def _review_page(form: ReviewForm, pairing: Pairing) -> str:
    return render_template("pairings/review.html", form=form, pairing=pairing)


@blueprint.route("/<int:pairing_id>/renew", methods=GET_AND_POST)
@requires("pairings.propose")
def renew(pairing_id: int) -> Answer:
    """In which programme the pair goes on."""
    pairing = _for_step(pairing_id, "pairings.propose", "renew")
    if request.method == "GET":
        return _not_now(pairing, "renew") or _renew_page(_renew_form(pairing), pairing)
    if done := repeated():
        return go(done)
    form = _renew_form(pairing)
    if not form.validate():
        return _renew_page(form, pairing), 422
    try:
        new = course.renew(
            pairing,
            Programme.get_by_id(form.programme.data),
            actor=g.actor,
            done=lambda new: remember(_home(new.id)),
        )
    except Refused as refusal:
        blame(form, refusal)
        return _renew_page(form, pairing), 422
    say(_("Đã nối tiếp cặp sang chương trình mới."))
    return go(_home(new.id))


def _renew_form(pairing: Pairing) -> RenewForm:
    """With the running programmes in which both districts take part."""
    form = RenewForm()
    both = {pairing.first_district_id, pairing.second_district_id}
    form.programme.choices = options(
        (id_, title)
        for id_, title in candidates.programmes(g.actor)
        if id_ != pairing.programme_id and both <= set(districts_of(id_))
    )
    return form


def _renew_page(form: RenewForm, pairing: Pairing) -> str:
    return render_template("pairings/renew.html", form=form, pairing=pairing)
