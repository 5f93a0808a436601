"""The needs of the own school, for an office those of its schools; each need's page and form."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, g, render_template, request, url_for

from intranet.api import (
    Attachable,
    Refused,
    blame,
    files_of,
    go,
    lazy_gettext,
    may,
    page,
    register_attachable,
    remember,
    repeated,
    requires,
    save_form,
    say,
    show_conflict,
    whole,
)
from intranet.api import gettext as _
from plugins.facilities.models import Need
from plugins.facilities.needs import queries, rules
from plugins.facilities.needs.forms import PRIORITIES, FilterForm, NeedForm, form_data
from plugins.facilities.needs.life_cycle import EDITABLE, PUBLISHED, STATE_LABELS
from plugins.facilities.offers import queries as offer_queries
from plugins.facilities.offers.life_cycle import STATE_LABELS as OFFER_STATES
from plugins.facilities.pages import HOME, MODULE, record_for
from plugins.facilities.routes import blueprint

Answer = Response | str | tuple[str, int]
FOLDER = "facilities/needs"


def address_of(need_id: int) -> str:
    """A need's page."""
    return f"{HOME}/needs/{need_id}"


def _writes(actor: Any, need: Need) -> bool:
    return may(actor, "facilities.need", need)


register_attachable(
    Attachable(
        model=Need,
        title=lazy_gettext("Ảnh, tài liệu của nhu cầu"),
        may_read=lambda actor, need: True,
        may_write=_writes,
        address=lambda need: address_of(need.id),
        name=lambda need: need.item,
        module=MODULE,
    )
)


@blueprint.get("/")
@requires("facilities.view")
def index() -> str:
    """The needs of the own school or of the office's schools, or the list's fragment."""
    form = FilterForm()
    form.validate()
    query, state = form.q.data or "", form.state.data or ""
    rows, before = queries.own(g.actor, query, state, whole(request.args.get("before")))
    return page(
        f"{FOLDER}/index.html",
        f"{FOLDER}/_list.html",
        form=form,
        rows=rows,
        states=STATE_LABELS,
        priorities=PRIORITIES,
        export=url_for(".needs_file", **{**request.args.to_dict(), "before": None}),
        filtered=bool(query or state),
        next=url_for(".index", **{**request.args.to_dict(), "before": before}) if before else None,
        writes=_may_begin(),
    )


def _may_begin() -> bool:
    return g.actor.school_id is not None and may(g.actor, "facilities.need")


@blueprint.get("/needs/<int:need_id>")
@requires("facilities.view")
def need(need_id: int) -> str:
    """One need: what, why, how far it is covered."""
    found = record_for(Need, need_id, "view")
    inside = _is_inside(found)
    wanted = found.state == PUBLISHED and found.remainder > 0
    return render_template(
        f"{FOLDER}/show.html",
        need=found,
        priorities=PRIORITIES,
        inside=inside,
        offers=offer_queries.of_need(found.id) if inside else (),
        offer_states=OFFER_STATES,
        pictures=files_of("facilities_need", found.id, None, 6)[0],
        gives=wanted and g.actor.school_id not in (None, found.school_id) and may(g.actor, "facilities.offer"),
        notes_donor=wanted and may(g.actor, "facilities.donation", found),
        writes=_writes(g.actor, found) and found.state in EDITABLE,
    )


def _is_inside(need: Need) -> bool:
    """Whether the reader works in the need's school or in its office."""
    if g.actor.school_id is not None:
        return g.actor.school_id == need.school_id
    return g.actor.sees_all or g.actor.district_id == need.district_id


@blueprint.get("/needs/new")
@requires("facilities.need")
def new_need() -> str:
    """The empty form."""
    if not _may_begin():
        abort(403)
    return _form_page(NeedForm(data={"priority": 2, "public": True}), None)


def _form_page(form: NeedForm, found: Need | None, **extra: Any) -> str:
    return render_template(f"{FOLDER}/form.html", form=form, need=found, **extra)


@blueprint.post("/needs/new")
@requires("facilities.need")
def create_need() -> Answer:
    """Write a need of the own school."""
    if done := repeated():
        return go(done)
    if not _may_begin():
        abort(403)
    form = NeedForm()
    if not form.validate():
        return _form_page(form, None), 422
    twin = rules.alike(g.actor.school_id, form.item.data)
    if twin is not None and request.form.get("apart") != "yes":
        return _form_page(form, None, twin=twin), 422
    try:
        made = rules.make_need(g.actor, form.values(), done=lambda need: remember(address_of(need.id)))
    except Refused as refusal:
        blame(form, refusal)
        return _form_page(form, None), 422
    say(_("Đã lưu bản nháp. Thầy/cô thêm ảnh rồi gửi thẩm định."))
    return go(address_of(made.id))


@blueprint.get("/needs/<int:need_id>/edit")
@requires("facilities.need")
def edit_need(need_id: int) -> str:
    """The form of a need."""
    found = record_for(Need, need_id, "need")
    return _form_page(NeedForm(data=form_data(found)), found)


@blueprint.post("/needs/<int:need_id>/edit")
@requires("facilities.need")
def save_need(need_id: int) -> Answer:
    """Save a need."""
    found = record_for(Need, need_id, "need")
    form = NeedForm()

    def show_again(**extra: Any) -> str:
        return _form_page(form, found, **extra)

    return save_form(
        form,
        show_again,
        lambda **how: rules.update_need(found, form.values(), **how),
        home=address_of(found.id),
        conflict=lambda conflict: show_conflict(form, Need.get_by_id(found.id), conflict, show_again),
    )
