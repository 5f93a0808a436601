"""The pages on which a pledge is read and written."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, g, render_template, request, url_for

from intranet.kernel.forms import remember, repeated
from intranet.kernel.language import gettext as _
from intranet.pairings import blueprint, pledge, pledge_queries
from intranet.pairings.pages import pairing_for, small_form
from intranet.pairings.pledge_forms import LABELS, ClauseForm, CorrectionForm, DropForm, PreambleForm, shown_value
from intranet.registry.pledges import PledgeClause
from intranet.registry.twinning import TWINNED, Pairing
from intranet.shared import pledges
from intranet.shared.access import fetch, may
from intranet.shared.edits import SAVED, Conflict, Refused
from intranet.web.gate import requires
from intranet.web.hx import go
from intranet.web.layout import say
from intranet.web.saving import Answer, blame, conflict_page, leave, save_form

GET_AND_POST = ("GET", "POST")


def _home(pairing_id: int, clause_id: int | None = None) -> str:
    anchor = f"clause-{clause_id}" if clause_id else None
    return url_for("pairings.show_pledge", pairing_id=pairing_id, _anchor=anchor)


@blueprint.get("/<int:pairing_id>/pledge")
@requires("pairings.view")
def show_pledge(pairing_id: int) -> str:
    """The pledge: its text, where each clause stands, what counted for it."""
    pairing = fetch(Pairing, pairing_id, g.actor)
    clauses = pledge_queries.clauses_of(pairing, pledges.sides_of(pairing))
    ids = [clause.id for clause in clauses]
    works = may(g.actor, "pairings.work", pairing)
    return render_template(
        "pairings/pledge.html",
        pairing=pairing,
        preamble=pairing.pledge_preamble or pledge.default_preamble(pairing),
        clauses=clauses,
        signed=pledge_queries.signed_as(pairing),
        counted=pledge_queries.counted_for(g.actor, ids),
        corrections=pledge_queries.corrections_of(ids),
        drafted=pairing.state in pledge.DRAFTING,
        writable=works and pairing.state in pledge.DRAFTING,
        workable=works and pairing.state in TWINNED,
    )


@blueprint.route("/<int:pairing_id>/pledge/preamble", methods=GET_AND_POST)
@requires("pairings.work")
def preamble(pairing_id: int) -> Answer:
    """The form of the preamble."""
    pairing = pairing_for(pairing_id, "pairings.work")
    if request.method == "GET":
        text = pairing.pledge_preamble or pledge.default_preamble(pairing)
        return _preamble_page(PreambleForm(data={"pledge_preamble": text, "version": pairing.version}), pairing)
    form = PreambleForm()

    def conflicting(conflict: Conflict) -> tuple[str, int]:
        return conflict_page(form, Pairing.get_by_id(pairing_id), conflict, _shown_in(form), _preamble_page)

    return save_form(
        form,
        lambda: _preamble_page(form, pairing),
        lambda **how: pledge.save_preamble(pairing, form.pledge_preamble.data, **how),
        home=_home(pairing_id),
        conflict=conflicting,
    )


def _preamble_page(form: PreambleForm, pairing: Pairing, **extra: Any) -> str:
    return render_template("pairings/preamble.html", form=form, pairing=pairing, **extra)


def _shown_in(form: Any) -> Any:
    return lambda name, value: (str(LABELS[name]), shown_value(form, name, value))


@blueprint.route("/<int:pairing_id>/pledge/new", methods=GET_AND_POST)
@requires("pairings.work")
def new_clause(pairing_id: int) -> Answer:
    """The form of a new clause."""
    pairing = pairing_for(pairing_id, "pairings.work")
    if request.method == "GET":
        form = ClauseForm(data={"side": pledges.FIRST})
        form.offer(pairing, g.actor, None)
        return _clause_page(form, pairing)
    if done := repeated():
        return go(done)
    return _add_clause(pairing)


def _add_clause(pairing: Pairing) -> Answer:
    form, home = ClauseForm(), _home(pairing.id)
    form.offer(pairing, g.actor, None)
    if not form.validate():
        return _clause_page(form, pairing), 422
    try:
        pledge.add_clause(pairing, form.values(), person_id=g.actor.person_id, done=lambda: remember(home))
    except Refused as refusal:
        blame(form, refusal)
        return _clause_page(form, pairing), 422
    return leave(SAVED, home)


def _clause_page(form: ClauseForm, pairing: Pairing, clause: PledgeClause | None = None, **extra: Any) -> str:
    return render_template("pairings/clause.html", form=form, pairing=pairing, clause=clause, **extra)


@blueprint.route("/<int:pairing_id>/pledge/<int:clause_id>/edit", methods=GET_AND_POST)
@requires("pairings.work")
def edit_clause(pairing_id: int, clause_id: int) -> Answer:
    """The form of a clause."""
    pairing = pairing_for(pairing_id, "pairings.work")
    if request.method == "GET":
        clause = _clause(pairing, clause_id)
        form = ClauseForm(data=pledge.values_of(pairing, clause) | {"version": pairing.version})
        form.offer(pairing, g.actor, clause)
        return _clause_page(form, pairing, clause)
    if done := repeated():
        return go(done)
    return _save_clause(pairing, clause_id)


def _clause(pairing: Pairing, clause_id: int) -> PledgeClause:
    return PledgeClause.get_or_none(PledgeClause.id == clause_id, PledgeClause.pairing == pairing) or abort(404)


def _save_clause(pairing: Pairing, clause_id: int) -> Answer:
    clause = PledgeClause.get_or_none(PledgeClause.id == clause_id, PledgeClause.pairing == pairing)
    form = ClauseForm()
    form.offer(pairing, g.actor, clause)
    if clause is None:
        return _gone(form, pairing)

    def page(shown: ClauseForm, current: Pairing, **extra: Any) -> str:
        return _clause_page(shown, current, clause, **extra)

    return save_form(
        form,
        lambda: page(form, pairing),
        lambda **how: pledge.save_clause(pairing, clause, form.values(), **how),
        home=_home(pairing.id, clause_id),
        conflict=lambda conflict: conflict_page(form, Pairing.get_by_id(pairing.id), conflict, _shown_in(form), page),
    )


def _gone(form: ClauseForm, pairing: Pairing) -> tuple[str, int]:
    """Somebody removed the clause meanwhile: what was typed is not lost, it can become a new one."""
    text = _(
        "Cam kết này vừa được người khác bỏ. Nội dung thầy/cô nhập vẫn còn đây; bấm Lưu để thêm thành cam kết mới."
    )
    form.form_errors.append(text)
    return _clause_page(form, pairing), 409


@blueprint.post("/<int:pairing_id>/pledge/<int:clause_id>/move")
@requires("pairings.work")
def move_clause(pairing_id: int, clause_id: int) -> Response:
    """Put a clause one place up or down."""
    pairing = pairing_for(pairing_id, "pairings.work")
    if done := repeated():
        return go(done)
    action = request.form.get("action")
    if action not in ("up", "down"):
        abort(422)
    home = _home(pairing_id, clause_id)
    return _carry_out(
        home,
        lambda: pledge.move_clause(
            pairing,
            _clause(pairing, clause_id),
            up=action == "up",
            person_id=g.actor.person_id,
            done=lambda: remember(home),
        ),
    )


def _carry_out(home: str, change: Any, told: str = "") -> Response:
    """A button without a form of its own: why it was refused is said on the page it leads to."""
    try:
        change()
    except Refused as refusal:
        say(str(refusal), "bad")
    else:
        if told:
            say(told)
    return go(home)


@blueprint.post("/<int:pairing_id>/pledge/<int:clause_id>/remove")
@requires("pairings.work")
def remove_clause(pairing_id: int, clause_id: int) -> Response:
    """Take a clause out of a text that is still being written."""
    pairing = pairing_for(pairing_id, "pairings.work")
    if done := repeated():
        return go(done)
    clause, home = _clause(pairing, clause_id), _home(pairing_id)

    def change() -> None:
        pledge.remove_clause(pairing, clause, person_id=g.actor.person_id, done=lambda: remember(home))

    return _carry_out(home, change, _("Đã bỏ cam kết."))


@blueprint.route("/<int:pairing_id>/pledge/<int:clause_id>/drop", methods=GET_AND_POST)
@requires("pairings.work")
def drop_clause(pairing_id: int, clause_id: int) -> Answer:
    """A promise that will not be kept, and why."""
    pairing = pairing_for(pairing_id, "pairings.work")
    clause, form = _clause(pairing, clause_id), DropForm()
    return small_form(
        pairing,
        form,
        lambda done: pledge.drop_clause(pairing, clause, form.reason.data, person_id=g.actor.person_id, done=done),
        home=_home(pairing_id, clause_id),
        heading=_("Không thực hiện cam kết"),
        text=clause.text,
        button=_("Ghi là không thực hiện"),
        done=_("Đã ghi cam kết là không thực hiện."),
        danger=True,
    )


@blueprint.route("/<int:pairing_id>/pledge/<int:clause_id>/correct", methods=GET_AND_POST)
@requires("pairings.work")
def correct(pairing_id: int, clause_id: int) -> Answer:
    """Correct a clause's progress by hand."""
    pairing = pairing_for(pairing_id, "pairings.work")
    clause, form = _clause(pairing, clause_id), CorrectionForm()
    return small_form(
        pairing,
        form,
        lambda done: pledge.correct(
            pairing, clause, form.quantity.data, form.reason.data, person_id=g.actor.person_id, done=done
        ),
        home=_home(pairing_id, clause_id),
        heading=_("Điều chỉnh kết quả"),
        text=clause.text,
        button=_("Lưu"),
        done=_("Đã ghi điều chỉnh."),
    )
