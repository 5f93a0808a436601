"""Offers: made by a school for a need or to a partner, noted by a coordinator for a donor, listed, shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, abort, g, render_template, request, url_for

from intranet.api import (
    Attachable,
    NotYours,
    Refused,
    School,
    blame,
    fetch,
    files_of,
    go,
    lazy_gettext,
    may,
    page,
    register_attachable,
    remember,
    repeated,
    requires,
    say,
    whole,
)
from intranet.api import gettext as _
from plugins.facilities.models import Donor, Need, Offer, Supply
from plugins.facilities.offers import queries, rules
from plugins.facilities.offers.forms import (
    CONDITIONS,
    DONOR_KINDS,
    WAYS,
    DonorOfferForm,
    FilterForm,
    OfferForm,
    SchoolOfferForm,
)
from plugins.facilities.offers.life_cycle import KINDS, STATE_LABELS
from plugins.facilities.pages import HOME, MODULE, record_for
from plugins.facilities.routes import blueprint

Answer = Response | str | tuple[str, int]
FOLDER = "facilities/offers"


def address_of(offer_id: int) -> str:
    """An offer's page."""
    return f"{HOME}/offers/{offer_id}"


def _acts(actor: Any, offer: Offer) -> bool:
    """Whether the actor's school has a part in it, and the actor acts for the school."""
    return may(actor, "facilities.offer") and actor.school_id in (offer.school_id, offer.giver_school_id)


register_attachable(
    Attachable(
        model=Offer,
        title=lazy_gettext("Ảnh, giấy tờ giao nhận"),
        may_read=lambda actor, offer: True,
        may_write=_acts,
        address=lambda offer: address_of(offer.id),
        name=lambda offer: offer.item,
        module=MODULE,
    )
)


def write(
    form: Any, page: Callable[[], str], rule: Callable[[Callable[..., None]], Any], home: str, said: str
) -> Answer:
    """Send a form (or None) to its rule, which gets its ``done``, and go on with a word; else the page again.

    ``done`` takes the address to go on to, where the rule made what it leads to; else it is ``home``.
    """
    if address := repeated():
        return go(address)
    if form is not None and not form.validate():
        return page(), 422
    there = home

    def done(address: str = home) -> None:
        nonlocal there
        there = address
        remember(there)

    try:
        rule(done)
    except NotYours:
        abort(403)
    except Refused as refusal:
        if form is None:
            say(str(refusal), "warn")
            return go(home)
        blame(form, refusal)
        return page(), 422
    say(said)
    return go(there)


# --- The list, and one of it ---


@blueprint.get("/offers")
@requires("facilities.view")
def offers() -> str:
    """What the own school gives and gets, for an office its schools; or the list's fragment."""
    form = FilterForm()
    form.validate()
    side, state = form.side.data or "", form.state.data or ""
    rows, before = queries.offers(g.actor, side, state, whole(request.args.get("before")))
    return page(
        f"{FOLDER}/index.html",
        f"{FOLDER}/_list.html",
        form=form,
        rows=rows,
        kinds=KINDS,
        states=STATE_LABELS,
        export=url_for(".offers_file", **{**request.args.to_dict(), "before": None}),
        filtered=bool(side or state),
        next=url_for(".offers", **{**request.args.to_dict(), "before": before}) if before else None,
        gives=_gives(),
    )


def _gives() -> bool:
    return g.actor.school_id is not None and may(g.actor, "facilities.offer")


@blueprint.get("/offers/<int:offer_id>")
@requires("facilities.view")
def offer(offer_id: int) -> str:
    """One offer: what, from whom, and how far it is."""
    return offer_page(fetch(Offer, offer_id, g.actor))


def offer_page(found: Offer, **extra: Any) -> str:
    """The page, perhaps with a form on it."""
    knows = found.donor_id is not None and _knows(found.donor)
    return render_template(
        f"{FOLDER}/show.html",
        offer=found,
        kinds=KINDS,
        ways=WAYS,
        conditions=CONDITIONS,
        donor_kinds=DONOR_KINDS,
        knows=knows,
        lent=rules.lent(found),
        gives_back=rules.lent(found) and may(g.actor, "facilities.offer") and g.actor.school_id == lender_of(found),
        acts=_acts(g.actor, found),
        pictures=files_of("facilities_offer", found.id, None, 6)[0],
        **extra,
    )


def lender_of(offer: Offer) -> int:
    """The school that gets a loan back; for a donor, the one that knows the donor."""
    return offer.giver_school_id or offer.school_id


def _knows(donor: Donor) -> bool:
    condition = Donor.visible_to(g.actor)
    return condition is None or Donor.select().where(Donor.id == donor.id, condition).exists()


# --- Promising ---


@blueprint.get("/needs/<int:need_id>/offer")
@requires("facilities.offer")
def new_offer(need_id: int) -> str:
    """The form by which a school promises some of a need."""
    need, supply = _wanted(need_id), _own_supply()
    most = min(need.remainder, supply.left) if supply else need.remainder
    return _offer_form(need, OfferForm(data={"quantity": most, "kind": supply.kind if supply else "gift"}), supply)


def _leading(done: Callable[[str], None]) -> Callable[[Offer], None]:
    """A rule's ``done`` that leads to the offer which it made."""
    return lambda made: done(address_of(made.id))


def _own_supply() -> Supply | None:
    """What of the own school it is taken from, if the address names one."""
    supply_id = whole(request.values.get("supply"))
    if supply_id is None:
        return None
    supply = fetch(Supply, supply_id, g.actor)
    return supply if supply.school_id == g.actor.school_id else abort(403)


def _wanted(need_id: int) -> Need:
    need = fetch(Need, need_id, g.actor)
    if not _gives() or g.actor.school_id == need.school_id:
        abort(403)
    return need


def _offer_form(need: Need, form: OfferForm, supply: Supply | None) -> str:
    return render_template(f"{FOLDER}/form.html", need=need, form=form, supply=supply)


@blueprint.post("/needs/<int:need_id>/offer")
@requires("facilities.offer")
def make_offer(need_id: int) -> Answer:
    """Promise it."""
    need, form, supply = _wanted(need_id), OfferForm(), _own_supply()
    giver = School.get_by_id(g.actor.school_id)
    return write(
        form,
        lambda: _offer_form(Need.get_by_id(need.id), form, supply),
        lambda done: rules.offer_for_need(
            need, form.values(), person_id=g.actor.person_id, giver=giver, supply=supply, done=_leading(done)
        ),
        f"{HOME}/offers",
        _("Đã gửi lời hỗ trợ. Trường nhận sẽ trả lời."),
    )


@blueprint.get("/offers/new")
@requires("facilities.offer")
def new_school_offer() -> str:
    """The form by which a school gives, lends or swaps something that no need names."""
    return _school_form(SchoolOfferForm(data={"kind": request.args.get("kind") or "gift"}))


def _school_form(form: SchoolOfferForm) -> str:
    if not _gives():
        abort(403)
    form.offer(_partners())
    return render_template(f"{FOLDER}/school_form.html", form=form)


def _partners() -> list[tuple[int, str]]:
    return queries.schools(sorted(g.actor.partner_school_ids))


@blueprint.post("/offers/new")
@requires("facilities.offer")
def make_school_offer() -> Answer:
    """Promise it to a partner school."""
    form = SchoolOfferForm()
    if not _gives():
        abort(403)
    form.offer(_partners())
    giver = School.get_by_id(g.actor.school_id)

    def promise(done: Callable[..., None]) -> None:
        receiver = School.get_by_id(form.school.data)
        rules.offer_to_school(receiver, form.values(), person_id=g.actor.person_id, giver=giver, done=done)

    return write(
        form, lambda: _school_form(form), promise, f"{HOME}/offers", _("Đã gửi lời hỗ trợ. Trường nhận sẽ trả lời.")
    )


@blueprint.get("/needs/<int:need_id>/donor")
@requires("facilities.donation")
def new_donor_offer(need_id: int) -> str:
    """The form by which a coordinator notes what somebody outside gives."""
    need = record_for(Need, need_id, "donation")
    return _donor_form(need, DonorOfferForm(data={"quantity": need.remainder, "known": 0}))


def _donor_form(need: Need, form: DonorOfferForm) -> str:
    form.offer(queries.donors(g.actor))
    return render_template(f"{FOLDER}/donor_form.html", need=need, form=form)


@blueprint.post("/needs/<int:need_id>/donor")
@requires("facilities.donation")
def make_donor_offer(need_id: int) -> Answer:
    """Note it."""
    need, form = record_for(Need, need_id, "donation"), DonorOfferForm()
    form.offer(queries.donors(g.actor))
    return write(
        form,
        lambda: _donor_form(Need.get_by_id(need.id), form),
        lambda done: rules.offer_of_donor(
            need, form.known.data, form.donor(), form.values(), g.actor, done=_leading(done)
        ),
        f"{HOME}/offers",
        _("Đã ghi lời hỗ trợ của người tài trợ."),
    )
