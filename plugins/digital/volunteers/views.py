"""The register of volunteers: who helps with what, what they gave, and thanks."""

from __future__ import annotations

from typing import Any

from flask import abort, g, render_template, request, url_for

from intranet.api import fetch, may, page, requires, whole
from intranet.api import gettext as _
from plugins.digital.models import Volunteer
from plugins.digital.pages import HOME
from plugins.digital.routes import blueprint
from plugins.digital.volunteers import queries, rules
from plugins.digital.volunteers.forms import FilterForm, VolunteerForm, form_data
from plugins.digital.volunteers.topics import TOPICS
from plugins.digital.writing import Answer, write

FOLDER = "digital/volunteers"
ROOM = f"{HOME}/volunteers"


@blueprint.get("/volunteers")
@requires("digital.view")
def volunteers() -> str:
    """The register, or its fragment."""
    form = FilterForm()
    form.validate()
    topic = whole(form.topic.data)
    rows, before = queries.volunteers(g.actor, topic, whole(request.args.get("before")))
    return page(
        f"{FOLDER}/index.html",
        f"{FOLDER}/_list.html",
        form=form,
        rows=rows,
        topics=TOPICS,
        filtered=bool(topic),
        next=url_for(".volunteers", **{**request.args.to_dict(), "before": before}) if before else None,
        registers=_registers(),
    )


def _registers() -> bool:
    return g.actor.school_id is not None and may(g.actor, "digital.help")


@blueprint.get("/volunteers/<int:volunteer_id>")
@requires("digital.view")
def volunteer(volunteer_id: int) -> str:
    """One of them: with what, how many hours, and who thanked."""
    found = fetch(Volunteer, volunteer_id, g.actor)
    hours, count = queries.given_by(found.person_id)
    return render_template(
        f"{FOLDER}/show.html",
        volunteer=found,
        topics=TOPICS,
        hours=hours,
        count=count,
        thanks=queries.thanks_to(found.person_id),
        own=found.person_id == g.actor.person_id,
    )


@blueprint.get("/volunteers/me")
@requires("digital.help")
def edit_volunteer() -> str:
    """The own line."""
    if not _registers():
        abort(403)
    known = queries.own(g.actor.person_id)
    return _form_page(VolunteerForm(data=form_data(known) if known else {"active": True}))


def _form_page(form: VolunteerForm, **extra: Any) -> str:
    return render_template(f"{FOLDER}/form.html", form=form, **extra)


@blueprint.post("/volunteers/me")
@requires("digital.help")
def save_volunteer() -> Answer:
    """Save the own line."""
    if not _registers():
        abort(403)
    form = VolunteerForm()
    return write(
        form,
        lambda: _form_page(form),
        lambda done: rules.register(g.actor, form.values(), done=lambda made: done(f"{ROOM}/{made.id}")),
        ROOM,
        _("Đã lưu."),
    )
