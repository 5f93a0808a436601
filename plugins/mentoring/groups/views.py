"""Groups: planned, enrolled, met, summarised."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, abort, g, render_template, request, url_for

from intranet.api import (
    NotYours,
    Refused,
    blame,
    fetch,
    fields_of,
    go,
    may,
    options,
    remember,
    repeated,
    requires,
    save_form,
    say,
    show_conflict,
    today,
    whole,
)
from intranet.api import gettext as _
from plugins.mentoring.cases.privacy import see_all
from plugins.mentoring.cases.queries import people_of
from plugins.mentoring.groups import queries, rules
from plugins.mentoring.groups.circular import Facts, pack, warnings
from plugins.mentoring.groups.forms import KINDS, DayForm, GroupForm, PupilForm, SummaryForm
from plugins.mentoring.groups.life_cycle import ENROLLING, RUNNING, STATE_LABELS
from plugins.mentoring.groups.papers import ENROLMENT, Enrolment
from plugins.mentoring.pages import HOME
from plugins.mentoring.papers import send
from plugins.mentoring.routes import blueprint
from plugins.mentoring.tables.groups import Group

Answer = Response | tuple[str, int]
FOLDER = "mentoring/groups"


def group_address(group_id: int) -> str:
    """A group's page."""
    return f"{HOME}/groups/{group_id}"


@blueprint.get("/groups")
@requires("mentoring.view")
def groups() -> str:
    """The groups of the school and of its partners."""
    number = min(whole(request.args.get("page")) or 0, 1000)
    rows, more = queries.groups(g.actor, number)
    return render_template(
        f"{FOLDER}/index.html",
        rows=rows,
        kinds=KINDS,
        states=STATE_LABELS,
        previous=url_for("mentoring.groups", page=number - 1 or None) if number else None,
        next=url_for("mentoring.groups", page=number + 1) if more else None,
        plans=may(g.actor, "mentoring.coordinate") and g.actor.school_id is not None,
    )


@blueprint.get("/groups/new")
@requires("mentoring.coordinate")
def new_group() -> str:
    """The empty form."""
    return _group_page(_group_form(data={"periods_a_week": 2}))


def _group_page(form: GroupForm, group: Group | None = None, **extra: Any) -> str:
    return render_template(f"{FOLDER}/form.html", form=form, group=group, rules=pack(), **extra)


def _group_form(**arguments: Any) -> GroupForm:
    if g.actor.school_id is None:
        abort(403)
    form = GroupForm(**arguments)
    form.teacher.choices = options(people_of(g.actor.school_id))
    form.pairing.choices = options([(0, _("Không")), *queries.pairs(g.actor)])
    return form


@blueprint.post("/groups/new")
@requires("mentoring.coordinate")
def create_group() -> Answer:
    """Plan a group. What the circular says against it is shown on its page: nothing is refused."""
    if done := repeated():
        return go(done)
    form = _group_form()
    if form.validate():
        try:
            values = form.values()
            group = rules.create(g.actor, values, done=lambda group: remember(group_address(group.id)))
        except Refused as refusal:
            blame(form, refusal)
        else:
            say(_("Đã lập nhóm."))
            return go(group_address(group.id))
    return _group_page(form), 422


@blueprint.get("/groups/<int:group_id>/edit")
@requires("mentoring.coordinate")
def edit_group(group_id: int) -> str:
    """The form of a group."""
    found = _allowed(group_id, _edits)
    form = _edit_form(found, obj=found)
    form.teacher.data = found.teacher_id
    return _group_page(form, found)


def _edits(group: Group) -> bool:
    return may(g.actor, "mentoring.coordinate", group) and group.state in rules.OPEN


def _edit_form(group: Group, **arguments: Any) -> GroupForm:
    """As for a new one; the pair under which both schools enrol pupils stays. The present teacher can be kept."""
    form = _group_form(**arguments)
    del form.pairing
    people = people_of(group.school_id)
    if group.teacher_id not in dict(people):
        form.teacher.choices = options([(group.teacher_id, group.teacher.name), *people])
    return form


@blueprint.post("/groups/<int:group_id>/edit")
@requires("mentoring.coordinate")
def save_group(group_id: int) -> Answer:
    """Save the form of a group."""
    found = _allowed(group_id, _edits)
    form = _edit_form(found)

    def show_again(**extra: Any) -> str:
        return _group_page(form, found, **extra)

    return save_form(
        form,
        show_again,
        lambda **how: rules.update(found, form.values(), **how),
        home=group_address(found.id),
        conflict=lambda conflict: show_conflict(form, Group.get_by_id(found.id), conflict, show_again, fields_of),
    )


@blueprint.get("/groups/<int:group_id>")
@requires("mentoring.view")
def group(group_id: int) -> str:
    """A group, its pupils by code, its days, and what the circular says."""
    found = fetch(Group, group_id, g.actor)
    facts: Facts = queries.facts_of(found)
    return render_template(
        f"{FOLDER}/show.html",
        group=found,
        kinds=KINDS,
        pupils=_seen_pupils(found),
        attendance=queries.attendance(found),
        edits=_edits(found),
        meetings=queries.meetings(found),
        warnings=warnings(facts),
        rules=pack(),
        facts=facts,
        enrols=_enrols(found),
        runs=_runs(found) and found.state == RUNNING,
    )


def _seen_pupils(group: Group) -> list[queries.Place]:
    """The group's pupils, once it is written down in their cases that the actor looks at them."""
    places = queries.pupils(group, g.actor)
    see_all([place.case_id for place in places if place.case_id is not None], "group")
    return places


def _enrols(group: Group) -> bool:
    """Both schools' coordinators enrol their own pupils, the teacher those of the school that holds it."""
    sides = (group.school_id, group.partner_id)
    mine = g.actor.person_id == group.teacher_id or may(g.actor, "mentoring.coordinate")
    return mine and g.actor.school_id in sides and group.state in (ENROLLING, RUNNING)


def _runs(group: Group) -> bool:
    return g.actor.person_id == group.teacher_id or may(g.actor, "mentoring.coordinate", group)


def _allowed(group_id: int, check: Callable[[Group], bool]) -> Group:
    found = fetch(Group, group_id, g.actor)
    return found if check(found) else abort(403)


@blueprint.get("/groups/<int:group_id>/pupils/new")
@requires("mentoring.view")
def ask_pupil(group_id: int) -> str:
    """The form of a pupil."""
    return _form_page("pupil", PupilForm(), _allowed(group_id, _enrols))


def _form_page(name: str, form: Any, group: Group) -> str:
    return render_template(f"{FOLDER}/{name}.html", form=form, group=group)


@blueprint.post("/groups/<int:group_id>/pupils/new")
@requires("mentoring.view")
def enrol_pupil(group_id: int) -> Answer:
    """Enrol a pupil."""
    found, form = _allowed(group_id, _enrols), PupilForm()
    return _write(
        found,
        form,
        "pupil",
        lambda done: rules.enrol(found, form.code.data, form.name.data or "", form.form_given.data, g.actor, done=done),
    )


@blueprint.get("/groups/<int:group_id>/form.docx")
@requires("mentoring.view")
def empty_enrolment(group_id: int) -> Response:
    """The form to sign, for whoever fills it in by hand."""
    found = _allowed(group_id, _enrols)
    return send(ENROLMENT, Enrolment(found), g.actor.district_id, group_address(found.id))


@blueprint.get("/groups/<int:group_id>/pupils/<int:pupil_id>/form.docx")
@requires("mentoring.view")
def enrolment(group_id: int, pupil_id: int) -> Response:
    """The form of a pupil of the own school. Where the pupil is helped as well, that is written down first."""
    found = _allowed(group_id, _enrols)
    pupil = queries.own_pupil(found, pupil_id, g.actor) or abort(404)
    see_all([pupil.case_id] if pupil.case_id is not None else [], "paper")
    name = queries.name_of(pupil, found, g.actor, queries.agreed_cases([pupil]))
    filled = Enrolment(found, pupil.code, name)
    return send(ENROLMENT, filled, g.actor.district_id, group_address(found.id))


@blueprint.post("/groups/<int:group_id>/pupils/<int:pupil_id>/leave")
@requires("mentoring.view")
def let_pupil_leave(group_id: int, pupil_id: int) -> Response:
    """A pupil of the own school leaves the group; another school's is not there."""
    found = _allowed(group_id, _enrols)
    if not queries.sent_by(found, pupil_id, g.actor):
        abort(404)
    home = group_address(found.id)
    if done := repeated():
        return go(done)
    try:
        rules.leave(found, pupil_id, g.actor, done=lambda: remember(home))
    except Refused as refusal:
        say(str(refusal), "bad")
    else:
        say(_("Đã cho em thôi học nhóm."))
    return go(home)


def _write(group: Group, form: Any, name: str, rule: Callable[[Callable[[], None]], None]) -> Answer:
    home = group_address(group.id)
    if done := repeated():
        return go(done)
    if form.validate():
        try:
            rule(lambda: remember(home))
        except NotYours:
            abort(403)
        except Refused as refusal:
            blame(form, refusal)
        else:
            say(_("Đã lưu."))
            return go(home)
    return _form_page(name, form, group), 422


def _day_form(group: Group, **arguments: Any) -> DayForm:
    form = DayForm(**arguments)
    form.absent.choices = options((place.id, " ".join(filter(None, place[1:3]))) for place in _seen_pupils(group))
    return form


@blueprint.get("/groups/<int:group_id>/days/new")
@requires("mentoring.view")
def ask_day(group_id: int) -> str:
    """The form of a day."""
    found = _allowed(group_id, _runs)
    return _form_page("day", _day_form(found, data={"on": today(), "periods": 2}), found)


@blueprint.post("/groups/<int:group_id>/days/new")
@requires("mentoring.view")
def note_day(group_id: int) -> Answer:
    """Note a day and who was absent."""
    found = _allowed(group_id, _runs)
    form = _day_form(found)
    return _write(
        found,
        form,
        "day",
        lambda done: rules.meet(found, form.on.data, form.periods.data, form.absent.data or [], g.actor, done=done),
    )


@blueprint.get("/groups/<int:group_id>/summary")
@requires("mentoring.view")
def ask_summary(group_id: int) -> str:
    """The form of the summary."""
    found = _allowed(group_id, _runs)
    return _form_page("summary", SummaryForm(obj=found), found)


@blueprint.post("/groups/<int:group_id>/summary")
@requires("mentoring.view")
def save_summary(group_id: int) -> Answer:
    """Summarise it."""
    found, form = _allowed(group_id, _runs), SummaryForm()
    return _write(found, form, "summary", lambda done: rules.summarise(found, form.values(), g.actor, done=done))
