"""A case goes to another school: offered there, read by its principal, taken or not."""

from __future__ import annotations

from flask import Response, abort, g, render_template, request, url_for

from intranet.api import PRINCIPAL, fetch, may_take, opened, options, requires, whole
from intranet.api import gettext as _
from plugins.mentoring.cases.privacy import see
from plugins.mentoring.cases.queries import count_of_notes, people_of
from plugins.mentoring.cases.rules import KEPT, birth_date_of, close, name_of
from plugins.mentoring.cases.views import write
from plugins.mentoring.handovers import queries, rules
from plugins.mentoring.handovers.forms import ELSEWHERE, ArrivalForm, HandoverForm, RefusalForm
from plugins.mentoring.handovers.life_cycle import OFFERED, STATE_LABELS, may_go
from plugins.mentoring.pages import HOME, kept_case
from plugins.mentoring.routes import blueprint
from plugins.mentoring.tables.cases import Case
from plugins.mentoring.tables.handovers import Handover

Answer = Response | tuple[str, int]
FOLDER = "mentoring/handovers"


def handover_address(handover_id: int) -> str:
    """The page of a handover."""
    return f"{HOME}/handovers/{handover_id}"


@blueprint.get("/cases/<int:case_id>/handover")
@requires("mentoring.coordinate")
def ask_handover(case_id: int) -> str:
    """Where does the child go?"""
    return _offer_page(HandoverForm(), kept_case(case_id, "case", "coordinate"))


def _offer_page(form: HandoverForm, case: Case) -> str:
    form.offer(queries.schools_for(g.actor) if may_go(case) else [])
    return render_template(
        f"{FOLDER}/offer.html",
        form=form,
        case=case,
        goes=may_go(case),
        notes=count_of_notes(case) if g.actor.role == PRINCIPAL else 0,
        days=KEPT.days,
    )


@blueprint.post("/cases/<int:case_id>/handover")
@requires("mentoring.coordinate")
def offer_handover(case_id: int) -> Answer:
    """Offer the case to the new school; where that is none of the programme, end it."""
    found, form = kept_case(case_id, "case", "coordinate"), HandoverForm()
    form.offer(queries.schools_for(g.actor))
    if form.to_school.data == ELSEWHERE:
        return write(
            found,
            form,
            lambda done: close(found, "moved", form.message.data, g.actor, done=done),
            lambda: _offer_page(form, found),
            _("Đã kết thúc hồ sơ vì em chuyển trường."),
        )
    return write(
        found,
        form,
        lambda done: rules.offer(found, form.values(), g.actor, done=lambda handover: done()),
        lambda: _offer_page(form, found),
        _("Đã gửi. Hồ sơ vẫn ở trường cho đến khi hiệu trưởng trường mới nhận."),
    )


@blueprint.get("/handovers")
@requires("mentoring.coordinate")
def handovers() -> str:
    """What the school handed over, and what comes to it."""
    rows, next_id = queries.handovers(g.actor, whole(request.args.get("before")))
    following = url_for("mentoring.handovers", before=next_id) if next_id else None
    return render_template(f"{FOLDER}/index.html", rows=rows, states=STATE_LABELS, next=following)


@blueprint.get("/handovers/<int:handover_id>")
@requires("mentoring.view")
def handover(handover_id: int) -> str:
    """A handover. The new school's principal sees who the child is while it is to be answered: it is written down."""
    found = fetch(Handover, handover_id, g.actor)
    receives = g.actor.school_id == found.to_school_id
    return render_template(
        f"{FOLDER}/show.html",
        handover=found,
        receives=receives,
        sends=not receives,
        child=_child(found) if receives and found.state == OFFERED else None,
        message=opened(found, "message"),
        outcome=opened(found, "outcome"),
    )


def _child(handover: Handover) -> dict[str, object]:
    case = handover.case
    see(case, "handover")
    return {"name": name_of(case), "born": birth_date_of(case), "class_name": case.class_name}


def _offered(handover_id: int) -> Handover:
    """A handover that the actor answers for the new school; else 403, or 404 for strangers."""
    found = fetch(Handover, handover_id, g.actor)
    return found if may_take(found, "accept", g.actor) else abort(403)


@blueprint.get("/handovers/<int:handover_id>/accept")
@requires("mentoring.coordinate")
def ask_accept_handover(handover_id: int) -> str:
    """The child's class and homeroom teacher at the new school."""
    return _arrival_page(ArrivalForm(), _offered(handover_id))


def _arrival_page(form: ArrivalForm, handover: Handover) -> str:
    form.homeroom.choices = options(people_of(g.actor.school_id))
    child = _child(handover) if handover.state == OFFERED else None
    return render_template(f"{FOLDER}/accept.html", form=form, handover=handover, child=child)


@blueprint.post("/handovers/<int:handover_id>/accept")
@requires("mentoring.coordinate")
def accept_handover(handover_id: int) -> Answer:
    """Take the case."""
    found, form = _offered(handover_id), ArrivalForm()
    form.homeroom.choices = options(people_of(g.actor.school_id))
    values = form.class_name.data, form.homeroom.data
    return write(
        None,
        form,
        lambda done: rules.accept(found, *values, g.actor, done=lambda case: done()),
        lambda: _arrival_page(form, found),
        _("Đã nhận hồ sơ với mã của trường. Việc đầu tiên là xin gia đình đồng ý."),
        handover_address(found.id),
    )


@blueprint.get("/handovers/<int:handover_id>/decline")
@requires("mentoring.coordinate")
def ask_decline_handover(handover_id: int) -> str:
    """Why not?"""
    return _refusal_page(RefusalForm(), _offered(handover_id))


def _refusal_page(form: RefusalForm, handover: Handover) -> str:
    return render_template(f"{FOLDER}/decline.html", form=form, handover=handover)


@blueprint.post("/handovers/<int:handover_id>/decline")
@requires("mentoring.coordinate")
def decline_handover(handover_id: int) -> Answer:
    """Do not take the case."""
    found, form = _offered(handover_id), RefusalForm()
    return write(
        None,
        form,
        lambda done: rules.decline(found, form.outcome.data, g.actor, done=done),
        lambda: _refusal_page(form, found),
        _("Đã trả lời không nhận. Hồ sơ ở lại trường cũ."),
        handover_address(found.id),
    )
