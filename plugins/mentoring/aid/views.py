"""What is given: asked for in a case, kept in a ledger, followed by its number, printed for donor and hand-over."""

from __future__ import annotations

from flask import Response, abort, g, render_template, request, url_for

from intranet.api import School, opened, page, remember, requires, today, whole
from intranet.api import gettext as _
from plugins.mentoring.aid import queries, rules
from plugins.mentoring.aid.forms import KINDS, AcknowledgementForm, AidForm, DeliveryForm, LedgerFilter, RefusalForm
from plugins.mentoring.aid.life_cycle import ACKNOWLEDGED, APPROVED, STATE_LABELS, why_not
from plugins.mentoring.aid.papers import HAND_OVER, hand_over
from plugins.mentoring.cases.privacy import keeps, see, see_all
from plugins.mentoring.cases.rules import name_of
from plugins.mentoring.cases.views import write
from plugins.mentoring.pages import HOME, address_of, kept_case, record_for
from plugins.mentoring.papers import send
from plugins.mentoring.routes import blueprint
from plugins.mentoring.tables.aid import Aid
from plugins.mentoring.tables.cases import KEEPERS, Case

Answer = Response | tuple[str, int]
FOLDER = "mentoring/aid"


def aid_address(aid_id: int) -> str:
    """The page of something given."""
    return f"{HOME}/aid/{aid_id}"


@blueprint.get("/aid")
@requires("mentoring.view")
def aid_ledger() -> str:
    """The school's ledger of what it received and gave, by numbers; or the list's fragment."""
    form = LedgerFilter()
    form.validate()
    kind, state = form.kind.data or "", form.state.data or ""
    rows, next_id = queries.ledger(g.actor, kind, state, whole(request.args.get("before")))
    return page(
        f"{FOLDER}/index.html",
        f"{FOLDER}/_list.html",
        form=form,
        rows=rows,
        kinds=KINDS,
        states=STATE_LABELS,
        totals=queries.totals(g.actor),
        filtered=bool(kind or state),
        next=url_for("mentoring.aid_ledger", **{**request.args.to_dict(), "before": next_id}) if next_id else None,
        hands_over=_hands_over(),
    )


def _hands_over() -> bool:
    return g.actor.school_id is not None and g.actor.role in KEEPERS


@blueprint.get("/aid/hand-over")
@requires("mentoring.coordinate")
def aid_hand_over() -> str:
    """The list that families sign: made on demand, kept nowhere. Whose names it tells is written down first."""
    if not _hands_over():
        abort(403)
    found = queries.to_hand_over(g.actor.school_id)
    see_all(sorted({aid.case_id for aid in found}), "aid")
    return render_template(
        f"{FOLDER}/hand_over.html",
        school=School.get_by_id(g.actor.school_id),
        rows=[(aid, aid.case.code, name_of(aid.case)) for aid in found],
        kinds=KINDS,
        day=today(),
    )


@blueprint.get("/aid/hand-over.docx")
@requires("mentoring.coordinate")
def aid_hand_over_paper() -> Response:
    """The same as a Word file."""
    if not _hands_over():
        abort(403)
    record = hand_over(g.actor.school_id)
    see_all(sorted({aid.case_id for aid in record.rows}), "paper")
    return send(HAND_OVER, record, g.actor.district_id, f"{HOME}/aid/hand-over")


@blueprint.get("/cases/<int:case_id>/aid")
@requires("mentoring.nominate")
def aid_of_case(case_id: int) -> str:
    """What the child was given, and the form that asks for more."""
    return _case_page(kept_case(case_id, "aid", "nominate"), AidForm())


def _case_page(case: Case, form: AidForm) -> str:
    form.offer(_partners())
    return render_template(
        f"{FOLDER}/case.html",
        case=case,
        form=form,
        rows=queries.of_case(case),
        kinds=KINDS,
        states=STATE_LABELS,
        agreed=rules.agreed(case),
    )


def _partners() -> list[tuple[int, str]]:
    query = School.select(School.id, School.name).where(School.id.in_(sorted(g.actor.partner_school_ids)))
    return list(query.order_by(School.name).tuples())


@blueprint.post("/cases/<int:case_id>/aid")
@requires("mentoring.nominate")
def request_aid(case_id: int) -> Answer:
    """Ask for something for the child."""
    found, form = kept_case(case_id, "aid", "nominate"), AidForm()
    form.offer(_partners())
    home = f"{address_of(found.id)}/aid"
    return write(
        found,
        form,
        lambda done: rules.request(found, form.values(), g.actor, done=lambda aid: remember(home)),
        lambda: _case_page(found, form),
        _("Đã ghi đề nghị. Việc trao tặng mang số riêng, không mang mã của em."),
        home,
    )


@blueprint.get("/aid/<int:aid_id>")
@requires("mentoring.view")
def aid(aid_id: int) -> str:
    """Something given: what and how far it is; the child only for those who keep the case."""
    found = record_for(Aid, aid_id, "view")
    keeper = keeps(g.actor, found.case)
    if keeper:
        see(found.case, "aid")
    return render_template(
        f"{FOLDER}/show.html",
        aid=found,
        code=found.case.code if keeper else "",
        why=opened(found, "why") if keeper else "",
        outcome=opened(found, "outcome") if keeper else "",
        keeper=keeper,
        kinds=KINDS,
        # The button that opens a form does not say why it would be refused.
        warning=why_not(found) if found.state == APPROVED else None,
        printable=found.state == ACKNOWLEDGED,
    )


@blueprint.get("/aid/<int:aid_id>/receipt")
@requires("mentoring.view")
def aid_receipt(aid_id: int) -> str:
    """The donor's receipt, to print: by its number, without anything of the child."""
    found = record_for(Aid, aid_id, "view")
    if found.state != ACKNOWLEDGED:
        abort(404)
    return render_template(f"{FOLDER}/receipt.html", aid=found, kinds=KINDS)


def _step(aid_id: int, *, own: bool = False) -> Aid:
    """Something given in which the actor's school has a step; with ``own``, only the child's school. Else 403."""
    found = record_for(Aid, aid_id, "view")
    schools = (found.school_id,) if own else (found.school_id, found.giver_id)
    if g.actor.role not in KEEPERS or g.actor.school_id not in schools:
        abort(403)
    return found


def _step_page(form: AcknowledgementForm | DeliveryForm | RefusalForm, aid: Aid, step: str) -> str:
    return render_template(f"{FOLDER}/step.html", form=form, aid=aid, step=step)


@blueprint.get("/aid/<int:aid_id>/deliver")
@requires("mentoring.view")
def ask_deliver_aid(aid_id: int) -> str:
    """The form of the hand-over."""
    return _step_page(DeliveryForm(data={"delivered_on": today()}), _step(aid_id), "deliver")


@blueprint.post("/aid/<int:aid_id>/deliver")
@requires("mentoring.view")
def deliver_aid(aid_id: int) -> Answer:
    """It was handed over."""
    found, form = _step(aid_id), DeliveryForm()
    return write(
        None,
        form,
        lambda done: rules.deliver(found, form.delivered_on.data, g.actor, done=done),
        lambda: _step_page(form, found, "deliver"),
        _("Đã ghi việc trao."),
        aid_address(found.id),
    )


@blueprint.get("/aid/<int:aid_id>/acknowledge")
@requires("mentoring.coordinate")
def ask_acknowledge_aid(aid_id: int) -> str:
    """The form of the acknowledgement."""
    return _step_page(AcknowledgementForm(), _step(aid_id, own=True), "acknowledge")


@blueprint.post("/aid/<int:aid_id>/acknowledge")
@requires("mentoring.coordinate")
def acknowledge_aid(aid_id: int) -> Answer:
    """The child has it."""
    found, form = _step(aid_id, own=True), AcknowledgementForm()
    return write(
        None,
        form,
        lambda done: rules.acknowledge(found, form.outcome.data or "", g.actor, done=done),
        lambda: _step_page(form, found, "acknowledge"),
        _("Đã xác nhận. Người tặng có thể nhận phiếu."),
        aid_address(found.id),
    )


@blueprint.get("/aid/<int:aid_id>/refuse")
@requires("mentoring.view")
def ask_refuse_aid(aid_id: int) -> str:
    """Why it is not given."""
    return _step_page(RefusalForm(), _step(aid_id), "refuse")


@blueprint.post("/aid/<int:aid_id>/refuse")
@requires("mentoring.view")
def refuse_aid(aid_id: int) -> Answer:
    """It is not given."""
    found, form = _step(aid_id), RefusalForm()
    return write(
        None,
        form,
        lambda done: rules.refuse(found, form.outcome.data, g.actor, done=done),
        lambda: _step_page(form, found, "refuse"),
        _("Đã ghi không trao."),
        aid_address(found.id),
    )
