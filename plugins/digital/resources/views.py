"""Digital resources: the library, one of it, its form, what schools say of it."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, g, render_template, request, url_for

from intranet.api import (
    Attachable,
    Refused,
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
    save_form,
    say,
    show_conflict,
    whole,
)
from intranet.api import gettext as _
from plugins.digital.models import Resource
from plugins.digital.pages import HOME, MODULE
from plugins.digital.resources import queries, rules
from plugins.digital.resources.forms import (
    LICENCES,
    REASONS,
    USABLE,
    FilterForm,
    FlagForm,
    ResourceForm,
    as_fields,
    form_data,
    host_of,
)
from plugins.digital.resources.life_cycle import DRAFT, STATE_LABELS, address_of
from plugins.digital.routes import blueprint
from plugins.digital.writing import Answer, write

FOLDER = "digital/resources"
ROOM = f"{HOME}/resources"


def _may_write(actor: Any, resource: Resource) -> bool:
    """The author alone; what was reviewed is what others get, so it changes only as a draft."""
    return resource.author_id == actor.person_id and resource.state == DRAFT


register_attachable(
    Attachable(
        model=Resource,
        title=lazy_gettext("Tệp của học liệu"),
        may_read=lambda actor, resource: True,
        may_write=_may_write,
        address=lambda resource: address_of(resource.id),
        name=lambda resource: resource.title,
        module=MODULE,
    )
)


@blueprint.get("/resources")
@requires("digital.view")
def resources() -> str:
    """The library, or its fragment."""
    form = FilterForm()
    form.validate()
    query, level = form.q.data or "", whole(form.level.data)
    licence, state = form.licence.data or "", form.state.data or ""
    rows, before = queries.library(g.actor, query, level, licence, state, whole(request.args.get("before")))
    return page(
        f"{FOLDER}/index.html",
        f"{FOLDER}/_list.html",
        form=form,
        rows=rows,
        states=STATE_LABELS,
        filtered=bool(query or level or licence or state),
        next=url_for(".resources", **{**request.args.to_dict(), "before": before}) if before else None,
        writes=_writes(),
    )


def _writes() -> bool:
    return g.actor.district_id is not None and may(g.actor, "digital.contribute")


@blueprint.get("/resources/<int:resource_id>")
@requires("digital.view")
def resource(resource_id: int) -> str:
    """One of it: what for, how to get it, who used it."""
    return _page(fetch(Resource, resource_id, g.actor), FlagForm())


def _page(found: Resource, form: FlagForm) -> str:
    office = g.actor.sees_all or (g.actor.school_id is None and g.actor.district_id == found.district_id)
    away = g.actor.school_id not in (None, found.school_id) and found.state in USABLE
    return render_template(
        f"{FOLDER}/show.html",
        resource=found,
        form=form,
        licence=LICENCES.get(found.licence),
        host=host_of(found.link),
        files=files_of("digital_resource", found.id, None, 20)[0],
        users=queries.users(found.id),
        uses=away and queries.uses(found.id, g.actor.school_id),
        may_use=away and may(g.actor, "digital.contribute"),
        may_flag=found.state in USABLE and _writes(),
        # Who reported is told to those who settle it, not to the author's school.
        flags=queries.flags(found.id) if office and found.state == "flagged" else (),
        reasons=REASONS,
        writes=_may_write(g.actor, found),
    )


@blueprint.get("/resources/new")
@requires("digital.contribute")
def new_resource() -> str:
    """The empty form."""
    if not _writes():
        abort(403)
    return _form_page(ResourceForm(), None)


def _form_page(form: ResourceForm, found: Resource | None, **extra: Any) -> str:
    return render_template(f"{FOLDER}/form.html", form=form, resource=found, **extra)


@blueprint.post("/resources/new")
@requires("digital.contribute")
def create_resource() -> Answer:
    """Write a resource."""
    if not _writes():
        abort(403)
    form = ResourceForm()
    return write(
        form,
        lambda: _form_page(form, None),
        lambda done: rules.make_resource(g.actor, form.values(), done=lambda made: done(address_of(made.id))),
        ROOM,
        _("Đã lưu bản nháp. Thầy/cô thêm tệp rồi gửi thẩm định."),
    )


@blueprint.get("/resources/<int:resource_id>/edit")
@requires("digital.contribute")
def edit_resource(resource_id: int) -> str:
    """The form of a draft."""
    found = _own(resource_id)
    return _form_page(ResourceForm(data=form_data(found)), found)


def _own(resource_id: int) -> Resource:
    found = fetch(Resource, resource_id, g.actor)
    return found if found.author_id == g.actor.person_id else abort(403)


@blueprint.post("/resources/<int:resource_id>/edit")
@requires("digital.contribute")
def save_resource(resource_id: int) -> Answer:
    """Save a draft."""
    found, form = _own(resource_id), ResourceForm()

    def show_again(**extra: Any) -> str:
        return _form_page(form, found, **extra)

    return save_form(
        form,
        show_again,
        lambda **how: rules.update_resource(found, form.values(), **how),
        home=address_of(found.id),
        conflict=lambda conflict: show_conflict(form, Resource.get_by_id(found.id), conflict, show_again, as_fields),
    )


@blueprint.post("/resources/<int:resource_id>/reuse")
@requires("digital.contribute")
def reuse_resource(resource_id: int) -> Response:
    """The own school uses it."""
    found = fetch(Resource, resource_id, g.actor)
    if done := repeated():
        return go(done)
    home = address_of(found.id)
    try:
        rules.reuse(found, g.actor, done=lambda: remember(home))
        say(_("Đã ghi trường thầy/cô dùng học liệu này."))
    except Refused as refusal:
        say(str(refusal), "warn")
    return go(home)


@blueprint.post("/resources/<int:resource_id>/flag")
@requires("digital.contribute")
def flag_resource(resource_id: int) -> Answer:
    """Report something."""
    found, form = fetch(Resource, resource_id, g.actor), FlagForm()
    return write(
        form,
        lambda: _page(found, form),
        lambda done: rules.flag(found, g.actor, form.kind.data, form.text.data or "", done=done),
        address_of(found.id),
        _("Đã gửi phản ánh. Phòng xem và trả lời."),
    )
