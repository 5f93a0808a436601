"""What society sees and sends without an account, and what schools and offices set up for it."""

from __future__ import annotations

from flask import Response, abort, g, make_response, redirect, render_template, request, url_for

from intranet.api import (
    District,
    Refused,
    blame,
    closed_sentence,
    count_public_post,
    district_by_code,
    external,
    go,
    now,
    picture_of,
    public,
    remember,
    repeated,
    requires,
    say,
    successors_of,
    whole,
)
from intranet.api import gettext as _
from plugins.facilities.giving import queries, rules
from plugins.facilities.giving.forms import GiftForm, LinkForm, WallForm
from plugins.facilities.models import Need, OfferLink, PublicWall
from plugins.facilities.needs.forms import PRIORITIES
from plugins.facilities.offers.views import Answer, write
from plugins.facilities.pages import HOME, record_for
from plugins.facilities.routes import blueprint

FOLDER = "facilities/giving"


# --- Addresses for donors ---


@blueprint.get("/needs/<int:need_id>/links")
@requires("facilities.donation")
def links(need_id: int) -> str:
    """The addresses that were handed out for a need, and the form for another."""
    return _links_page(record_for(Need, need_id, "donation"), LinkForm())


def _links_page(need: Need, form: LinkForm, token: str = "") -> str:
    address = external(f"{HOME}/give/{token}") if token else ""
    return render_template(
        f"{FOLDER}/links.html",
        need=need,
        form=form,
        address=address,
        picture=picture_of(address) if address else "",
        rows=queries.links_of(need),
        moment=now(),
        days=rules.GOOD_FOR.days,
    )


@blueprint.post("/needs/<int:need_id>/links")
@requires("facilities.donation")
def make_link(need_id: int) -> Answer:
    """An address, shown this once."""
    need, form = record_for(Need, need_id, "donation"), LinkForm()
    home = f"{HOME}/needs/{need.id}/links"
    if done := repeated():
        say(_("Liên kết chỉ hiện một lần. Nếu chưa kịp gửi, thầy/cô tạo liên kết mới."), "info")
        return go(done)
    if not form.validate():
        return _links_page(need, form), 422
    try:
        token = rules.make_link(need, form.label.data, g.actor, done=lambda: remember(home))
    except Refused as refusal:
        blame(form, refusal)
        return _links_page(need, form), 422
    return _links_page(need, LinkForm(formdata=None), token)


@blueprint.post("/links/<int:link_id>/cancel")
@requires("facilities.donation")
def cancel_link(link_id: int) -> Answer:
    """An address is good for nothing any more."""
    link = record_for(OfferLink, link_id, "donation")
    home = f"{HOME}/needs/{link.need_id}/links"
    return write(
        None,
        lambda: links(link.need_id),
        lambda done: rules.cancel_link(link, g.actor, done=done),
        home,
        _("Đã thu hồi liên kết."),
    )


@blueprint.get("/give/<token>")
@public
def give(token: str) -> Response:
    """What the school lacks, and the form. Looking at it changes nothing."""
    link = rules.open_link(token)
    if link is None:
        return _worthless()
    return _give_page(link, GiftForm(data={"quantity": link.need.remainder, "name": link.label}))


def _give_page(link: OfferLink, form: GiftForm, code: int = 200) -> Response:
    need = Need.get_by_id(link.need_id)
    return make_response(render_template(f"{FOLDER}/give.html", need=need, form=form), code)


def _worthless() -> Response:
    """One page for used, withdrawn, expired and unknown addresses."""
    return make_response(render_template(f"{FOLDER}/worthless.html"), 404)


@blueprint.post("/give/<token>")
@public
def send_gift(token: str) -> Response:
    """Somebody gives."""
    if done := repeated():
        return go(done)
    link = rules.open_link(token)
    if link is None:
        count_public_post()
        return _worthless()
    form, thanks = GiftForm(), f"{HOME}/give/thanks"
    if not form.validate():
        return _give_page(link, form, 422)
    count_public_post()
    try:
        rules.use_link(token, form.donor(), form.values(), done=lambda: remember(thanks))
    except Refused as refusal:
        blame(form, refusal)
        return _give_page(link, form, 422)
    return go(thanks)


@blueprint.get("/give/thanks")
@public
def gift_thanks() -> str:
    """What happens next."""
    return render_template(f"{FOLDER}/thanks.html")


# --- A district's public page ---


@blueprint.get("/public/<code>")
@public
def public_wall(code: str) -> Answer:
    """What the schools of a district lack, for everybody. Papers go on naming the address of one that is no more."""
    district = district_by_code(code) or abort(404)
    if closed_sentence(district):
        return _former_wall(district)
    wall = next(iter(queries.open_walls([district])), None) or abort(404)
    rows, after = queries.public_needs(wall.district_id, _after())
    return render_template(
        f"{FOLDER}/wall.html",
        wall=wall,
        rows=rows,
        priorities=PRIORITIES,
        next=url_for(".public_wall", code=code, after="{}-{}".format(*after)) if after else None,
    )


def _former_wall(district: District) -> Answer:
    """To the page of the unit that came in its place; where several did, whoever looks has to choose."""
    successors = successors_of(district)
    walls = queries.open_walls(successors) or abort(404)
    if len(successors) == 1:
        return redirect(url_for(".public_wall", code=walls[0].district.code), 301)
    return render_template(f"{FOLDER}/former_wall.html", district=district, walls=walls)


def _after() -> tuple[int, int] | None:
    priority, _dash, last = request.args.get("after", "").partition("-")
    found = whole(priority), whole(last)
    return found if None not in found else None


@blueprint.get("/public")
@requires("facilities.verify")
def ask_public_wall() -> str:
    """Whether the office shows such a page."""
    wall = PublicWall.get_or_none(PublicWall.district == _district())
    data = {"shown": wall.shown, "contact": wall.contact} if wall else None
    return _wall_page(WallForm(data=data))


def _district() -> District:
    if g.actor.district_id is None or g.actor.school_id is not None:
        abort(403)
    return District.get_by_id(g.actor.district_id)


def _wall_page(form: WallForm) -> str:
    return render_template(f"{FOLDER}/wall_form.html", form=form, address=f"{HOME}/public/{_district().code}")


@blueprint.post("/public")
@requires("facilities.verify")
def set_public_wall() -> Answer:
    """The office opens or closes it."""
    form, district = WallForm(), _district()
    return write(
        form,
        lambda: _wall_page(form),
        lambda done: rules.show_wall(district, form.shown.data, form.contact.data or "", g.actor.person_id, done=done),
        f"{HOME}/public",
        _("Đã lưu."),
    )
