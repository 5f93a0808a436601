"""The steps of an offer that ask for something: when it comes, what leaves, what arrived, thanks, what came back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import abort, g, render_template

from intranet.api import (
    Upload,
    fetch,
    largest_file,
    may,
    may_take,
    page,
    requires,
    take_file,
    takes_files,
    today,
)
from intranet.api import gettext as _
from plugins.facilities.models import Offer
from plugins.facilities.offers import rules
from plugins.facilities.offers.forms import (
    MOST_PHOTOS,
    DispatchForm,
    ReceiptForm,
    ReturnForm,
    ScheduleForm,
    ThanksForm,
)
from plugins.facilities.offers.life_cycle import LIFE_CYCLE, TRANSFER
from plugins.facilities.offers.views import FOLDER, Answer, address_of, lender_of, write
from plugins.facilities.routes import blueprint


def _step(offer_id: int, step: str) -> Offer:
    """The offer, if the step is the actor's to take; 403 else."""
    found = fetch(Offer, offer_id, g.actor)
    if not may_take(found, step, g.actor):
        abort(403)
    return found


def _page(form: Any, offer: Offer, step: str) -> str:
    return page(
        f"{FOLDER}/{step}.html",
        # Only the slip is sent by a script, for the bar beside its photos.
        f"{FOLDER}/_slip.html" if step == "receive" else f"{FOLDER}/{step}.html",
        form=form,
        offer=offer,
        # The button that opens a form does not know what happened since.
        moved_on=offer.state not in LIFE_CYCLE.transition[step].sources,
        largest=largest_file(),
        most_photos=MOST_PHOTOS,
        transfer=offer.kind == TRANSFER,
    )


def _take(offer: Offer, step: str, form: Any, rule: Callable[[Callable[..., None]], Any], said: str) -> Answer:
    return write(form, lambda: _page(form, offer, step), rule, address_of(offer.id), said)


@blueprint.get("/offers/<int:offer_id>/schedule")
@requires("facilities.offer")
def ask_schedule(offer_id: int) -> str:
    """When it comes."""
    found = _step(offer_id, "schedule")
    return _page(ScheduleForm(data={"scheduled_on": None, "way": found.way}), found, "schedule")


@blueprint.post("/offers/<int:offer_id>/schedule")
@requires("facilities.offer")
def schedule(offer_id: int) -> Answer:
    """It comes on that day."""
    found, form = _step(offer_id, "schedule"), ScheduleForm()
    said = _("Đã hẹn ngày giao.")
    return _take(found, "schedule", form, lambda done: rules.schedule(found, form.values(), g.actor, done=done), said)


@blueprint.get("/offers/<int:offer_id>/dispatch")
@requires("facilities.offer")
def ask_dispatch(offer_id: int) -> str:
    """What leaves, and by whom."""
    found = _step(offer_id, "dispatch")
    data = {
        "dispatched": found.quantity,
        "giver_name": g.actor.name,
        "decision_number": found.decision_number,
        "decision_on": found.decision_on,
    }
    return _page(DispatchForm(data=data), found, "dispatch")


@blueprint.post("/offers/<int:offer_id>/dispatch")
@requires("facilities.offer")
def dispatch(offer_id: int) -> Answer:
    """It is on its way."""
    found, form = _step(offer_id, "dispatch"), DispatchForm()
    said = _("Đã giao hàng. Trường nhận sẽ đếm và xác nhận.")
    return _take(
        found, "dispatch", form, lambda done: rules.dispatch(found, form.values(found.kind), g.actor, done=done), said
    )


@blueprint.get("/offers/<int:offer_id>/receive")
@requires("facilities.offer")
def ask_receive(offer_id: int) -> str:
    """The delivery slip: what came, by whom, to whom; filled in as if all were well."""
    found = _step(offer_id, "receive")
    data = {
        "received": found.dispatched or found.quantity,
        "condition": "good",
        "giver_name": found.giver_name,
        "receiver_name": g.actor.name,
    }
    return _page(ReceiptForm(data=data), found, "receive")


@blueprint.post("/offers/<int:offer_id>/receive")
@requires("facilities.offer")
@takes_files(MOST_PHOTOS)
def receive(offer_id: int) -> Answer:
    """It is there."""
    found, form = _step(offer_id, "receive"), ReceiptForm()
    said = _("Đã xác nhận đã nhận.")
    return _take(
        found,
        "receive",
        form,
        lambda done: rules.receive(found, form.values(), g.actor, _photos(form), done=done),
        said,
    )


def _photos(form: ReceiptForm) -> list[Upload]:
    """The pictures as they will be kept. Raises Refused with a sentence for one that is none."""
    sent = [file for file in form.files.data or () if file and file.filename]
    return [take_file(file.read(), file.filename or "", largest=largest_file()) for file in sent]


@blueprint.get("/offers/<int:offer_id>/thank")
@requires("facilities.offer")
def ask_thank(offer_id: int) -> str:
    """The letter, with words to begin with."""
    found = _step(offer_id, "thank")
    return _page(ThanksForm(data={"thanks": rules.first_words(found)}), found, "thank")


@blueprint.post("/offers/<int:offer_id>/thank")
@requires("facilities.offer")
def thank(offer_id: int) -> Answer:
    """The letter is sent."""
    found, form = _step(offer_id, "thank"), ThanksForm()
    said = _("Đã gửi lời cảm ơn.")
    return _take(found, "thank", form, lambda done: rules.thank(found, form.thanks.data, g.actor, done=done), said)


@blueprint.get("/offers/<int:offer_id>/return")
@requires("facilities.offer")
def ask_give_back(offer_id: int) -> str:
    """When a loan came back."""
    return _return_page(ReturnForm(data={"returned_on": today()}), _lent_by_us(offer_id))


def _lent_by_us(offer_id: int) -> Offer:
    found = fetch(Offer, offer_id, g.actor)
    if not may(g.actor, "facilities.offer") or g.actor.school_id != lender_of(found):
        abort(403)
    return found


def _return_page(form: ReturnForm, offer: Offer) -> str:
    return render_template(f"{FOLDER}/return.html", form=form, offer=offer)


@blueprint.post("/offers/<int:offer_id>/return")
@requires("facilities.offer")
def give_back(offer_id: int) -> Answer:
    """It came back."""
    found, form = _lent_by_us(offer_id), ReturnForm()
    return write(
        form,
        lambda: _return_page(form, found),
        lambda done: rules.give_back(found, form.returned_on.data, g.actor, done=done),
        address_of(found.id),
        _("Đã ghi nhận lại."),
    )
