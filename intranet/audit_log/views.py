"""The screens of the log: the list with its filters, and one act with its values."""

from __future__ import annotations

from typing import Any

from flask import abort, g, render_template, request

from intranet.audit_log import (
    blueprint,
    exports,  # noqa: F401 (its routes)
    forms,
    queries,
    upkeep,  # noqa: F401 (what is done every day)
)
from intranet.audit_log.queries import COUNT_LIMIT, Filters, Page
from intranet.audit_log.values import values_of
from intranet.history.labels import action_label, kind_label
from intranet.history.subjects import SUBJECTS
from intranet.kernel.language import gettext as _
from intranet.kernel.language import ngettext
from intranet.people import queries as people
from intranet.registry.districts import district_options, former_district_options
from intranet.shared.access import may
from intranet.web.gate import requires
from intranet.web.hx import page
from intranet.web.layout import format_number

# Filters whose value is a name, or what somebody typed.
NAMED = ("who", "person_id", "district_id", "school_id")


@blueprint.get("")
@requires("audit.view")
def index() -> str | tuple[str, int]:
    """The log, or its fragment; 422 where a day is none."""
    filters, problems = forms.read_filters()
    found = Page([], 0, None, None) if problems else queries.page_of(g.actor, filters)
    force = forms.in_force(filters)
    html = page(
        "audit_log/index.html",
        "audit_log/_list.html",
        filters=filters,
        problems=problems,
        found=found,
        names=queries.names_of(found.lines),
        count_text=_count_text(found.count),
        chips=[(name, value, forms.list_address(filters, **_cleared(field))) for field, name, value in force],
        chip_words={value for field, _name, value in force if field not in NAMED},
        address=forms.list_address,
        **_words(),
        **({} if request.htmx.partial else _options(filters)),
    )
    return (html, 422) if problems else html


def _words() -> dict[str, Any]:
    return {"action_label": action_label, "kind_label": kind_label, "subjects": SUBJECTS}


def _cleared(field: str) -> dict[str, Any]:
    return {field: getattr(Filters(), field)}


def _count_text(count: int) -> str:
    if count > COUNT_LIMIT:
        return _("hơn %(count)s dòng", count=format_number(COUNT_LIMIT))
    return ngettext("%(num)s dòng", "%(num)s dòng", count)


def _options(filters: Filters) -> dict[str, Any]:
    """What the filters offer."""
    district_id = filters.district_id if g.actor.sees_all else g.actor.district_id
    return {
        "districts": [*district_options(), *former_district_options()] if g.actor.sees_all else (),
        "schools": () if g.actor.school_id else people.school_options(district_id),
        "kinds": forms.kind_options(),
        "actions": forms.action_options(),
        "given": request.args,
        "more": any((filters.kind, filters.school_id, filters.record_id is not None, filters.district_id)),
    }


@blueprint.get("/<int:entry_id>")
@requires("audit.view")
def show(entry_id: int) -> str:
    """One act with the values before and after."""
    act = queries.line(g.actor, entry_id) or abort(404)
    name = queries.names_of([act]).get((act.kind, act.record_id))
    return render_template(
        "audit_log/show.html",
        act=act,
        name=name,
        values=values_of(g.actor, act),
        history=_history(act),
        **_words(),
    )


def _history(act: queries.Line) -> str | None:
    """The address of the record's history, where it can be opened."""
    subject = SUBJECTS.get(act.kind)
    if subject is None:
        return None
    record = subject.model.get_or_none(subject.model.id == act.record_id)
    if getattr(record, "deleted_at", None) is not None:
        return None
    return f"/history/{act.kind}/{act.record_id}" if record and may(g.actor, "history.view", record) else None
