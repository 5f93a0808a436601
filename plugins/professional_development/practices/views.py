"""The library of good practices."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, g, render_template, request, url_for

from intranet.api import (
    Attachable,
    Refused,
    blame,
    fetch,
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
from plugins.professional_development.models import Practice
from plugins.professional_development.pages import HOME, MODULE
from plugins.professional_development.practices import queries, rules
from plugins.professional_development.practices.forms import (
    LICENCES,
    AdoptForm,
    FilterForm,
    PracticeForm,
    as_fields,
    form_data,
)
from plugins.professional_development.practices.life_cycle import STATE_LABELS
from plugins.professional_development.routes import blueprint

Answer = Response | tuple[str, int]
FOLDER = "professional_development/practices"


def address_of(practice_id: int) -> str:
    """A practice's page."""
    return f"{HOME}/practices/{practice_id}"


def _may_write(actor: Any, practice: Practice) -> bool:
    return practice.author_id == actor.person_id or (
        may(actor, "professional_development.organise", practice) and actor.school_id == practice.school_id
    )


register_attachable(
    Attachable(
        model=Practice,
        title=lazy_gettext("Học liệu của mô hình"),
        may_read=lambda actor, practice: True,
        may_write=_may_write,
        address=lambda practice: address_of(practice.id),
        name=lambda practice: practice.title,
        module=MODULE,
    )
)


@blueprint.get("/practices")
@requires("professional_development.view")
def practices() -> str:
    """The library, or its fragment."""
    form = FilterForm()
    form.validate()
    number = min(whole(request.args.get("page")) or 0, 1000)
    rows, more = queries.library(g.actor, form.q.data or "", whole(form.level.data), form.state.data or "", number)
    return page(
        f"{FOLDER}/index.html",
        f"{FOLDER}/_list.html",
        form=form,
        rows=rows,
        states=STATE_LABELS,
        filtered=bool(form.q.data or form.level.data or form.state.data),
        previous=_page_address(number - 1) if number else None,
        next=_page_address(number + 1) if more else None,
        export=url_for(".practices_file", **{**request.args.to_dict(), "page": None}),
        writes=may(g.actor, "professional_development.write") and g.actor.district_id is not None,
    )


def _page_address(number: int) -> str:
    return url_for("professional_development.practices", **{**request.args.to_dict(), "page": number or None})


@blueprint.get("/practices/<int:practice_id>")
@requires("professional_development.view")
def practice(practice_id: int) -> str:
    """One practice, and who took it over."""
    return _page(fetch(Practice, practice_id, g.actor))


def _page(found: Practice, form: AdoptForm | None = None) -> str:
    mine = queries.own_adoption(found.id, g.actor.school_id)
    adopts = found.state == "published" and _is_of_another_school(found)
    return render_template(
        f"{FOLDER}/show.html",
        practice=found,
        licence=LICENCES.get(found.licence),
        adoptions=queries.adoptions(found.id),
        mine=mine,
        adopts=adopts,
        form=form or AdoptForm(data={"note": mine.note if mine else ""}),
        writes=_may_write(g.actor, found),
    )


def _is_of_another_school(found: Practice) -> bool:
    return g.actor.school_id not in (None, found.school_id) and may(g.actor, "professional_development.write")


@blueprint.get("/practices/new")
@requires("professional_development.write")
def new_practice() -> str:
    """The empty form."""
    return _form_page(PracticeForm(data={"wide": True}), None)


def _form_page(form: PracticeForm, found: Practice | None, **extra: Any) -> str:
    return render_template(f"{FOLDER}/form.html", form=form, practice=found, **extra)


@blueprint.post("/practices/new")
@requires("professional_development.write")
def create_practice() -> Answer:
    """Write a practice."""
    if done := repeated():
        return go(done)
    if g.actor.district_id is None:
        abort(403)
    form = PracticeForm()
    if not form.validate():
        return _form_page(form, None), 422
    found = rules.create_practice(g.actor, form.values(), done=lambda made: remember(address_of(made.id)))
    say(_("Đã lưu bản nháp."))
    return go(address_of(found.id))


@blueprint.get("/practices/<int:practice_id>/edit")
@requires("professional_development.write")
def edit_practice(practice_id: int) -> str:
    """The form of a practice."""
    found = _own(practice_id)
    return _form_page(PracticeForm(data=form_data(found)), found)


def _own(practice_id: int) -> Practice:
    found = fetch(Practice, practice_id, g.actor)
    if not _may_write(g.actor, found):
        abort(403)
    return found


@blueprint.post("/practices/<int:practice_id>/edit")
@requires("professional_development.write")
def save_practice(practice_id: int) -> Answer:
    """Save a practice."""
    found = _own(practice_id)
    form = PracticeForm()

    def show_again(**extra: Any) -> str:
        return _form_page(form, found, **extra)

    return save_form(
        form,
        show_again,
        lambda **how: rules.update_practice(found, form.values(), **how),
        home=address_of(found.id),
        conflict=lambda conflict: show_conflict(form, Practice.get_by_id(found.id), conflict, show_again, as_fields),
    )


@blueprint.post("/practices/<int:practice_id>/adopt")
@requires("professional_development.write")
def adopt(practice_id: int) -> Answer:
    """The own school takes it over."""
    found = fetch(Practice, practice_id, g.actor)
    if not _is_of_another_school(found):
        abort(403)
    home = address_of(found.id)
    if done := repeated():
        return go(done)
    form = AdoptForm()
    if not form.validate():
        return _page(found, form), 422
    try:
        new = rules.adopt(found, g.actor, form.note.data, done=lambda: remember(home))
    except Refused as refusal:
        blame(form, refusal)
        return _page(found, form), 422
    say(_("Đã ghi trường thầy/cô áp dụng mô hình này.") if new else _("Đã lưu."))
    return go(home)
