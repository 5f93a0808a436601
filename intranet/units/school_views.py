"""Where a change puts each school: chosen on the page, for several at once, or in a file that comes back."""

from __future__ import annotations

import re
from typing import Any

from flask import Response, g, request, url_for

from intranet.kernel.forms import remember, repeated
from intranet.kernel.language import SOURCE, ngettext, speaking
from intranet.kernel.language import gettext as _
from intranet.registry.units import TO, TRANSFER, UnitChange
from intranet.shared.edits import Refused
from intranet.shared.spreadsheets import UnreadableFile
from intranet.units import choosing, plans, queries, school_files
from intranet.units.forms import PlacesForm
from intranet.units.pages import change_for, change_page
from intranet.units.routes import blueprint
from intranet.web.exports import send_workbook
from intranet.web.gate import requires
from intranet.web.hx import go
from intranet.web.layout import say
from intranet.web.numbers import whole
from intranet.web.saving import Answer

# The row of a school or of somebody's work, and what it showed: only what was chosen otherwise is meant.
CHOICE = re.compile(r"(school|person)-([0-9]{1,9})-([0-9]{0,9})")
WAITING = "waiting"


@blueprint.get("/changes/<int:change_id>/schools")
@requires("units.change")
def schools(change_id: int) -> str:
    """The schools of a change, those that nobody placed yet first of all if asked for."""
    change = change_for(change_id)
    plan = plans.plan_of(change)
    waiting, commune = request.args.get("show") == WAITING, whole(request.args.get("commune"))
    rows, following = queries.school_rows(
        plan, waiting=waiting, commune=commune, after=whole(request.args.get("after"))
    )
    return change_page(
        "schools",
        change,
        rows=rows,
        targets=plan.of(TO, plan.tier),
        names={unit.id: unit.name for unit in plan.units.values()},
        wards=queries.wards_of(change),
        waiting=waiting,
        commune=commune,
        following=_here(change, waiting, commune, after=following) if following else None,
        here=_here(change, waiting, commune),
        optional=change.kind == TRANSFER,
    )


def _here(change: UnitChange, waiting: bool, commune: int | None, **more: Any) -> str:
    show = WAITING if waiting else None
    return url_for("units.schools", change_id=change.id, show=show, commune=commune, **more)


@blueprint.post("/changes/<int:change_id>/schools")
@requires("units.change")
def save_schools(change_id: int) -> Response:
    """Note where schools go: each as its row says, or all ticked ones into one unit."""
    change = change_for(change_id, drafted=True)
    if done := repeated():
        return go(done)
    ticked = request.form.get("action") == "bulk"
    targets = same_for_all("school") if ticked else chosen("school")
    back = _here(change, request.args.get("show") == WAITING, whole(request.args.get("commune")))
    try:
        count = choosing.choose_schools(change, targets, person_id=g.actor.person_id, done=lambda: remember(back))
    except Refused as refusal:
        say(str(refusal), "bad")
    else:
        tell(count, ngettext("Đã chọn đơn vị mới cho %(num)s trường.", "Đã chọn đơn vị mới cho %(num)s trường.", count))
    return go(back)


def chosen(what: str) -> dict[int, int | None]:
    """{school or membership: ChangeUnit or None} of the rows in which something else was chosen than they showed.

    What another person placed since is not put back by a page that was opened before.
    """
    found = ((CHOICE.fullmatch(name), value) for name, value in request.form.items())
    return {
        int(match[2]): whole(value) or None
        for match, value in found
        if match and match[1] == what and value not in ("", match[3])
    }


def same_for_all(what: str) -> dict[int, int | None]:
    """The same for the ticked rows, with the one unit that was chosen for all of them."""
    target = whole(request.form.get("target"))
    if target is None:
        return {}
    return {id_: target or None for text in request.form.getlist(what) if (id_ := whole(text))}


def tell(count: int, sentence: str) -> None:
    """What came of it, where anything did."""
    say(sentence if count else _("Không có gì thay đổi."), "good" if count else "info")


@blueprint.get("/changes/<int:change_id>/schools.xlsx")
@requires("units.change")
def schools_file(change_id: int) -> Response:
    """All schools of a change with their new units, to be filled in and sent back."""
    change = change_for(change_id)
    with speaking(SOURCE):
        body = school_files.workbook(plans.plan_of(change))
    return send_workbook(f"Trường theo đơn vị mới {change.effective_on:%d-%m-%Y}.xlsx", body)


@blueprint.route("/changes/<int:change_id>/schools/file", methods=("GET", "POST"))
@requires("units.change")
def upload_schools(change_id: int) -> Answer:
    """Take the filled-in list of schools."""
    change = change_for(change_id, drafted=True)
    form = PlacesForm()
    if request.method == "GET":
        return change_page("school_file", change, form=form)
    if done := repeated():
        return go(done)
    if not form.validate():
        return change_page("school_file", change, form=form), 422
    back = url_for("units.schools", change_id=change.id)
    try:
        targets = school_files.read_places(plans.plan_of(change), form.file.data.read(), form.file.data.filename or "")
        count = choosing.choose_schools(change, targets, person_id=g.actor.person_id, done=lambda: remember(back))
    except school_files.BadLines as bad:
        form.file.errors = bad.sentences
        return change_page("school_file", change, form=form), 422
    except (UnreadableFile, Refused) as cause:
        form.file.errors = [str(cause)]
        return change_page("school_file", change, form=form), 422
    tell(count, ngettext("Đã chọn đơn vị mới cho %(num)s trường.", "Đã chọn đơn vị mới cho %(num)s trường.", count))
    return go(back)


@blueprint.get("/changes/<int:change_id>/people")
@requires("units.change")
def people(change_id: int) -> str:
    """The people of the offices that end, and where they go on."""
    change = change_for(change_id)
    plan = plans.plan_of(change)
    return change_page(
        "people",
        change,
        rows=queries.people_rows(plan),
        targets=plan.of(TO, plan.tier),
        names={unit.id: unit.name for unit in plan.units.values()},
    )


@blueprint.post("/changes/<int:change_id>/people")
@requires("units.change")
def save_people(change_id: int) -> Response:
    """Note where people go on."""
    change = change_for(change_id, drafted=True)
    if done := repeated():
        return go(done)
    targets = same_for_all("person") if request.form.get("action") == "bulk" else chosen("person")
    back = url_for("units.people", change_id=change.id)
    try:
        count = choosing.choose_people(change, targets, person_id=g.actor.person_id, done=lambda: remember(back))
    except Refused as refusal:
        say(str(refusal), "bad")
    else:
        tell(count, ngettext("Đã ghi nơi đến của %(num)s người.", "Đã ghi nơi đến của %(num)s người.", count))
    return go(back)
