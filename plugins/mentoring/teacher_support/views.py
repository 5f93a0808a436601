"""Help for teachers: asked for by the teacher, decided by principal and head of the union, seen by nobody else."""

from __future__ import annotations

from flask import Response, abort, g, render_template, request, url_for

from intranet.api import gettext as _
from intranet.api import opened, remember, requires, today, whole
from plugins.mentoring.cases.views import write
from plugins.mentoring.pages import HOME, record_for
from plugins.mentoring.routes import blueprint
from plugins.mentoring.tables.aid import TeacherSupport
from plugins.mentoring.teacher_support import queries, rules
from plugins.mentoring.teacher_support.forms import DecisionForm, DeliveryForm, RequestForm
from plugins.mentoring.teacher_support.life_cycle import REQUESTED, STATE_LABELS

Answer = Response | tuple[str, int]
FOLDER, ROOM = "mentoring/teacher_support", f"{HOME}/teacher-support"


@blueprint.get("/teacher-support")
@requires("mentoring.view")
def teacher_supports() -> str:
    """The own requests; for principal and head of the union, the school's."""
    rows, next_id = queries.seen(g.actor, whole(request.args.get("before")))
    return render_template(
        f"{FOLDER}/index.html",
        rows=rows,
        states=STATE_LABELS,
        next=url_for("mentoring.teacher_supports", before=next_id) if next_id else None,
        decides=rules.decides(g.actor),
        asks=g.actor.school_id is not None and not rules.decides(g.actor),
    )


@blueprint.get("/teacher-support/new")
@requires("mentoring.view")
def new_teacher_support() -> str:
    """The form of a request."""
    return _request_page(RequestForm())


def _request_page(form: RequestForm) -> str:
    if g.actor.school_id is None or rules.decides(g.actor):
        abort(403)
    return render_template(f"{FOLDER}/new.html", form=form, has_union=rules.has_union(g.actor.school_id))


@blueprint.post("/teacher-support/new")
@requires("mentoring.view")
def request_teacher_support() -> Answer:
    """Ask for help."""
    form = RequestForm()

    def rule(_done):
        texts = form.circumstances.data, form.asked.data
        rules.request(g.actor, *texts, done=lambda support: remember(ROOM))

    said = _("Đã gửi. Chỉ hiệu trưởng và chủ tịch công đoàn của trường đọc được.")
    return write(None, form, rule, lambda: _request_page(form), said, ROOM)


@blueprint.get("/teacher-support/<int:support_id>")
@requires("mentoring.view")
def teacher_support(support_id: int) -> str:
    """A request and what became of it."""
    found = record_for(TeacherSupport, support_id, "view")
    decides = _decides(found)
    return render_template(
        f"{FOLDER}/show.html",
        support=found,
        decides=decides,
        undecided=found.state == REQUESTED,
        texts={name: opened(found, name) for name in ("circumstances", "asked", "granted", "outcome")},
    )


def _decides(support: TeacherSupport) -> bool:
    own = support.person_id == g.actor.person_id
    return rules.decides(g.actor) and g.actor.school_id == support.school_id and not own


def _decided_by_actor(support_id: int) -> TeacherSupport:
    """A request that the actor decides; else 403, or 404 for strangers."""
    found = record_for(TeacherSupport, support_id, "view")
    return found if _decides(found) else abort(403)


def _form_page(name: str, form: DecisionForm | DeliveryForm, support: TeacherSupport) -> str:
    return render_template(f"{FOLDER}/{name}.html", form=form, support=support)


@blueprint.get("/teacher-support/<int:support_id>/decision")
@requires("mentoring.teacher_support")
def edit_teacher_support_decision(support_id: int) -> str:
    """The form of what is granted."""
    found = _decided_by_actor(support_id)
    return _form_page("decision", DecisionForm(data={"granted": opened(found, "granted")}), found)


@blueprint.post("/teacher-support/<int:support_id>/decision")
@requires("mentoring.teacher_support")
def save_teacher_support_decision(support_id: int) -> Answer:
    """Write down what is granted."""
    found, form = _decided_by_actor(support_id), DecisionForm()
    return write(
        None,
        form,
        lambda done: rules.propose(found, form.granted.data, g.actor.person_id, done=done),
        lambda: _form_page("decision", form, found),
        _("Đã lưu. Hiệu trưởng và chủ tịch công đoàn cùng đồng ý thì quyết định có hiệu lực."),
        f"{ROOM}/{found.id}",
    )


@blueprint.get("/teacher-support/<int:support_id>/deliver")
@requires("mentoring.teacher_support")
def ask_deliver_teacher_support(support_id: int) -> str:
    """The form of the hand-over."""
    return _form_page("deliver", DeliveryForm(data={"delivered_on": today()}), _decided_by_actor(support_id))


@blueprint.post("/teacher-support/<int:support_id>/deliver")
@requires("mentoring.teacher_support")
def deliver_teacher_support(support_id: int) -> Answer:
    """It was handed over."""
    found, form = _decided_by_actor(support_id), DeliveryForm()
    return write(
        None,
        form,
        lambda done: rules.deliver(found, form.delivered_on.data, form.outcome.data or "", g.actor, done=done),
        lambda: _form_page("deliver", form, found),
        _("Đã ghi việc trao."),
        f"{ROOM}/{found.id}",
    )
