"""The pages on which schools close, open again, merge, go to the trash, and change in one go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Response, abort, g, render_template, request, url_for

from intranet.kernel.clock import today
from intranet.kernel.forms import remember, repeated
from intranet.kernel.language import gettext as _
from intranet.kernel.language import ngettext
from intranet.registry.districts import Commune, commune_options
from intranet.registry.schools import OWNERSHIP_LABELS, School
from intranet.schools import blueprint, life_cycle, queries, twins
from intranet.schools.forms import CloseForm, list_address, read_filters
from intranet.schools.open_work import counted
from intranet.schools.pages import school_for
from intranet.schools.queries import Filters
from intranet.shared.access import Actor, may
from intranet.shared.edits import Refused
from intranet.web.gate import requires
from intranet.web.hx import go
from intranet.web.layout import named, say
from intranet.web.numbers import whole

MOST_AT_ONCE = 500


def _home(school_id: int) -> str:
    return url_for("schools.show", school_id=school_id)


@blueprint.get("/<int:school_id>/close")
@requires("schools.close")
def close_form(school_id: int) -> str:
    """When and why a school closes."""
    return _close_page(CloseForm(closed_on=today()), school_for(school_id, "schools.close"))


def _close_page(form: CloseForm, school: School) -> str:
    return render_template("schools/close.html", form=form, school=school, pairs=twins.open_titles([school.id]))


@blueprint.post("/<int:school_id>/close")
@requires("schools.close")
def close(school_id: int) -> Response | tuple[str, int]:
    """Close a school."""
    school = school_for(school_id, "schools.close")
    if done := repeated():
        return go(done)
    form, home = CloseForm(), _home(school_id)
    if not form.validate():
        return _close_page(form, school), 422
    try:
        life_cycle.close_school(
            school,
            closed_on=form.closed_on.data,
            reason=form.reason.data,
            person_id=g.actor.person_id,
            done=lambda: remember(home),
        )
    except Refused as refusal:
        form.closed_on.errors = [str(refusal)]
        return _close_page(form, school), 409
    say(named(_("Đã đóng %(name)s."), name=school.name))
    return go(home)


@blueprint.post("/<int:school_id>/reopen")
@requires("schools.close")
def reopen(school_id: int) -> Response:
    """Open a closed school again."""
    school = school_for(school_id, "schools.close")
    if done := repeated():
        return go(done)
    home = _home(school_id)
    try:
        life_cycle.reopen_school(school, person_id=g.actor.person_id, done=lambda: remember(home))
    except Refused as refusal:
        say(str(refusal), "bad")
        return go(home)
    say(named(_("Đã mở lại %(name)s."), name=school.name))
    return go(home)


@blueprint.get("/<int:school_id>/merge")
@requires("schools.close")
def merge_form(school_id: int) -> str:
    """The choice of the school that takes this one in, then what that would move."""
    school = school_for(school_id, "schools.close")
    return _merge_page(school, _successor(school, request.args.get("successor")))


def _successor(school: School, text: str | None) -> School | None:
    """The school chosen, if it stands in the list of those that could be."""
    successor_id = whole(text)
    if successor_id not in dict(_successors(school)):
        return None
    return School.get_by_id(successor_id)


def _successors(school: School) -> list[tuple[int, str]]:
    open_ones = School.deleted_at.is_null() & School.closed_on.is_null()
    query = School.select(School.id, School.name).where(School.district == school.district_id, School.id != school.id)
    return list(query.where(open_ones).order_by(School.sort_key).tuples())


def _merge_page(school: School, successor: School | None, **extra: Any) -> str:
    return render_template(
        "schools/merge.html",
        school=school,
        successors=_successors(school),
        successor=successor,
        move=life_cycle.plan_merger(school, successor) if successor else None,
        work=counted(school) if successor else (),
        **extra,
    )


@blueprint.post("/<int:school_id>/merge")
@requires("schools.close")
def merge(school_id: int) -> Response | tuple[str, int]:
    """Make a school part of another."""
    school = school_for(school_id, "schools.close")
    if done := repeated():
        return go(done)
    successor = _successor(school, request.form.get("successor"))
    if successor is None:
        return _merge_page(school, None, problem=_("Thầy/cô chưa chọn trường nhận gộp.")), 422
    home = _home(successor.id)
    try:
        life_cycle.merge_school(school, successor, person_id=g.actor.person_id, done=lambda: remember(home))
    except Refused as refusal:
        return _merge_page(school, None, problem=str(refusal)), 409
    say(named(_("Đã gộp %(name)s vào %(successor)s."), name=school.name, successor=successor.name))
    return go(home)


@blueprint.post("/<int:school_id>/delete")
@requires("schools.close")
def delete(school_id: int) -> Response:
    """Put a school entered by mistake into the trash."""
    school = school_for(school_id, "schools.close")
    if done := repeated():
        return go(done)
    away = url_for("schools.index")
    try:
        life_cycle.delete_school(school, person_id=g.actor.person_id, done=lambda: remember(away))
    except Refused as refusal:
        say(str(refusal), "bad")
        return go(_home(school_id))
    say(named(_("Đã chuyển %(name)s vào thùng rác."), name=school.name))
    return go(away)


@dataclass(frozen=True, slots=True)
class Change:
    """What many schools get in one go: the choice as a form sends it, in words, and as rules take it."""

    choice: str
    label: str
    values: dict[str, Any]
    closes: bool = False


def bulk_choices(actor: Actor, filters: Filters) -> list[tuple[str, list[tuple[str, str]]]]:
    """(field, [(choice, value in words)]) that the bar under the list offers."""
    yes_no = (("1", _("có")), ("0", _("không")))
    district_id = filters.district_id if actor.sees_all else actor.district_id
    fields = [
        (_("Loại hình"), "ownership", OWNERSHIP_LABELS.items()),
        (_("Vùng khó khăn"), "difficult_area", yes_no),
        (_("Công khai nhu cầu"), "needs_published", yes_no),
        (_("Xã, phường"), "commune", commune_options(district_id)),
        (_("Đóng trường"), "close", [("1", _("Đóng trường"))]),
    ]
    return [
        (label, [(f"{name}:{value}", str(words)) for value, words in values])
        for label, name, values in fields
        if values
    ]


def _change(choice: str) -> Change:
    """What a choice means; 400 for what the bar does not offer."""
    field, _colon, value = choice.partition(":")
    if field == "close":
        return Change(choice, _("Đóng trường"), {}, closes=True)
    if field == "ownership" and value in OWNERSHIP_LABELS:
        return Change(choice, f"{_('Loại hình')}: {OWNERSHIP_LABELS[value]}", {field: value})
    labels = {"difficult_area": _("Vùng khó khăn"), "needs_published": _("Công khai nhu cầu")}
    if field in labels and value in ("0", "1"):
        words = _("có") if value == "1" else _("không")
        return Change(choice, f"{labels[field]}: {words}", {field: value == "1"})
    commune = Commune.get_or_none(Commune.id == whole(value)) if field == "commune" else None
    if commune is None or commune.id not in dict(commune_options(commune.district_id)):
        abort(400)
    label = named(_("Xã, phường: %(name)s"), name=commune.name)
    return Change(choice, label, {field: commune.name, "district": commune.district_id})


@blueprint.get("/bulk")
@requires("schools.close")
def bulk_preview() -> Response | str:
    """What would change in which schools; nothing is written yet."""
    filters = read_filters()
    if request.args.get("all"):
        ids = queries.filtered_ids(g.actor, filters, MOST_AT_ONCE + 1)
    else:
        ids = [whole(text) for text in request.args.getlist("school")]
    if not ids or not request.args.get("change"):
        say(_("Thầy/cô hãy chọn trường và việc cần làm."), "warn")
        return go(list_address(filters))
    if len(ids) > MOST_AT_ONCE:
        say(_("Mỗi lần sửa được tối đa %(most)s trường; thầy/cô hãy lọc bớt.", most=MOST_AT_ONCE), "warn")
        return go(list_address(filters))
    change = _change(request.args["change"])
    return _bulk_page(change, ids, CloseForm(formdata=None, closed_on=today()))


def _bulk_page(change: Change, ids: list[int], form: CloseForm) -> str:
    schools = _schools(change, ids)
    return render_template(
        "schools/bulk.html",
        change=change,
        schools=schools,
        others=len(ids) - len(schools),
        pairs=twins.open_titles([school.id for school in schools]) if change.closes else (),
        form=form,
    )


def _schools(change: Change, ids: list[int]) -> list[School]:
    """Those of the schools that the actor may change in this way: a commune belongs to one district."""
    rows = School.select().where(School.id.in_(ids), School.deleted_at.is_null()).order_by(School.sort_key)
    district_id = change.values.get("district")
    return [
        school for school in rows if may(g.actor, "schools.close", school) and district_id in (None, school.district_id)
    ]


@blueprint.post("/bulk")
@requires("schools.close")
def bulk() -> Response | tuple[str, int]:
    """Give the schools of the confirmation page their new value, all or none."""
    if done := repeated():
        return go(done)
    ids = [whole(text) for text in request.form.get("ids", "").split(",")][:MOST_AT_ONCE]
    change, form = _change(request.form.get("change", "")), CloseForm()
    schools = _schools(change, ids)
    if not schools:
        abort(403)
    if change.closes and not form.validate():
        return _bulk_page(change, ids, form), 422
    values = {name: value for name, value in change.values.items() if name != "district"}
    changed = life_cycle.change_schools(
        [school.id for school in schools],
        {"closed_on": form.closed_on.data} if change.closes else values,
        reason=form.reason.data if change.closes else "",
        person_id=g.actor.person_id,
        done=lambda _changed: remember(url_for("schools.index")),
    )
    text = ngettext("Đã sửa %(num)s trường.", "Đã sửa %(num)s trường.", changed)
    same = len(schools) - changed
    say(text + (" " + ngettext("%(num)s trường đã như vậy.", "%(num)s trường đã như vậy.", same) if same else ""))
    return go(url_for("schools.index"))
