"""The page of a timeline: filters, lines, and the way to earlier ones."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlencode

from flask import Blueprint, abort, g, render_template, request
from wtforms import SelectField
from wtforms.validators import Optional

from intranet.kernel.forms import Day, Query, options
from intranet.kernel.language import gettext as _
from intranet.kernel.language import lazy_gettext
from intranet.registry.schools import School
from intranet.registry.twinning import Pairing
from intranet.shared import timeline
from intranet.shared.access import fetch
from intranet.shared.modules import plugins
from intranet.shared.timeline import Filters, Line
from intranet.web.gate import requires

blueprint = Blueprint("timeline", __name__, url_prefix="/timeline")

Answer = tuple[str, int]


class FilterForm(Query):
    """Which part of a timeline."""

    module = SelectField(lazy_gettext("Mô-đun"), validators=[Optional()])
    start = Day(lazy_gettext("Từ ngày"), [Optional()])
    end = Day(lazy_gettext("Đến ngày"), [Optional()])


@blueprint.get("/school/<int:school_id>")
@requires("schools.view")
def school(school_id: int) -> Answer:
    """What happened at a school, as far as the actor's own side took part."""
    subject = fetch(School, school_id, g.actor)
    return _page(subject.name, f"/schools/{school_id}", Filters(school_id=school_id))


@blueprint.get("/pairing/<int:pairing_id>")
@requires("pairings.view")
def pairing(pairing_id: int) -> Answer:
    """What happened between two twinned schools."""
    subject = fetch(Pairing, pairing_id, g.actor)
    title = f"{subject.first_school.name} – {subject.second_school.name}"
    return _page(title, f"/pairings/{pairing_id}", Filters(pairing_id=pairing_id))


def _page(title: str, back: str, place: Filters) -> Answer:
    form = FilterForm()
    form.module.choices = options([("", _("Tất cả")), *_modules(place)])
    valid = form.validate()
    filters = _filters(form, place) if valid else place
    lines = timeline.lines(g.actor, filters, timeline.PAGE + 1)
    shown = lines[: timeline.PAGE]
    html = render_template(
        "timeline/show.html",
        title=title,
        back=back,
        form=form,
        lines=shown,
        filtered=filters != place,
        earlier=_earlier(shown[-1]) if len(lines) > timeline.PAGE else None,
    )
    return html, 200 if valid else 422


def _modules(place: Filters) -> list[tuple[str, str]]:
    cards = plugins().cards
    found = timeline.modules_of(g.actor, place)
    return [(name, str(cards[name].label) if name in cards else _("Chung")) for name in found]


def _filters(form: FilterForm, place: Filters) -> Filters:
    return Filters(
        school_id=place.school_id,
        pairing_id=place.pairing_id,
        module=form.module.data or None,
        starts_on=form.start.data,
        ends_on=form.end.data,
        after=_after(request.args.get("after", "")),
    )


def _after(text: str) -> tuple[date, int] | None:
    """The last line shown, from ``2026-11-24.17``."""
    day, _dot, number = text.partition(".")
    try:
        return (date.fromisoformat(day), int(number[:9])) if text else None
    except ValueError:
        abort(404)


def _earlier(line: Line) -> str:
    arguments = {**request.args.to_dict(), "after": f"{line.on.isoformat()}.{line.id}"}
    return f"{request.path}?{urlencode(arguments)}"
