"""The form of an area of a programme."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import abort, g, render_template, url_for

from intranet.kernel.forms import remember, repeated
from intranet.kernel.language import gettext as _
from intranet.programmes import areas, blueprint
from intranet.programmes.forms import AreaForm
from intranet.programmes.pages import conflict_page, programme_for
from intranet.registry.twinning import DRAFT, RUNNING, Programme
from intranet.registry.units import Area
from intranet.shared.access import demand, fetch
from intranet.shared.edits import Refused
from intranet.web.gate import requires
from intranet.web.hx import go
from intranet.web.layout import named, say
from intranet.web.saving import Answer, blame, save_form


def _open(programme: Programme) -> Programme:
    """The programme, unless it is over: then its areas stay as they are (404)."""
    return programme if programme.state in (DRAFT, RUNNING) else abort(404)


def _area_for(area_id: int) -> Area:
    """The area if the actor may see (else 404) and edit it (else 403)."""
    area = fetch(Area, area_id, g.actor)
    demand(g.actor, "programmes.edit", area)
    _open(area.programme)
    return area


def _home(programme_id: int) -> str:
    return url_for("programmes.show", programme_id=programme_id)


def _offered(form: AreaForm, programme: Programme, area: Area | None) -> AreaForm:
    form.offer(areas.school_options(programme.id, area))
    return form


def _page(form: AreaForm, programme: Programme, area: Area | None, **extra: Any) -> str:
    return render_template("programmes/area.html", form=form, programme=programme, area=area, **extra)


@blueprint.get("/<int:programme_id>/areas/new")
@requires("programmes.edit")
def new_area(programme_id: int) -> str:
    """The empty form."""
    programme = _open(programme_for(programme_id))
    return _page(_offered(AreaForm(), programme, None), programme, None)


@blueprint.post("/<int:programme_id>/areas/new")
@requires("programmes.edit")
def create_area(programme_id: int) -> Answer:
    """Add an area."""
    programme = _open(programme_for(programme_id))
    if done := repeated():
        return go(done)
    form, home = _offered(AreaForm(), programme, None), _home(programme_id)
    if not form.validate():
        return _page(form, programme, None), 422
    try:
        area = areas.create_area(
            programme, form.name.data, form.schools.data, person_id=g.actor.person_id, done=lambda: remember(home)
        )
    except Refused as refusal:
        blame(form, refusal)
        return _page(form, programme, None), 422
    say(named(_("Đã thêm khu vực %(name)s."), name=area.name))
    return go(home)


@blueprint.get("/areas/<int:area_id>")
@requires("programmes.edit")
def edit_area(area_id: int) -> str:
    """The form of an area."""
    area = _area_for(area_id)
    data = {"name": area.name, "schools": areas.schools_of(area), "version": area.version}
    return _page(_offered(AreaForm(data=data), area.programme, area), area.programme, area)


@blueprint.post("/areas/<int:area_id>")
@requires("programmes.edit")
def save_area(area_id: int) -> Answer:
    """Save the form of an area."""
    area = _area_for(area_id)
    form = _offered(AreaForm(), area.programme, area)
    page = partial(_page, form, area.programme, area)
    return save_form(
        form,
        page,
        partial(areas.update_area, area, form.values()),
        home=_home(area.programme_id),
        conflict=lambda found: conflict_page(form, Area.get_by_id(area_id), found, page),
    )


@blueprint.post("/areas/<int:area_id>/remove")
@requires("programmes.edit")
def remove_area(area_id: int) -> Answer:
    """Take an area away."""
    if done := repeated():
        return go(done)
    area = _area_for(area_id)
    home = _home(area.programme_id)
    areas.remove_area(area, person_id=g.actor.person_id, done=lambda: remember(home))
    say(named(_("Đã bỏ khu vực %(name)s."), name=area.name))
    return go(home)
