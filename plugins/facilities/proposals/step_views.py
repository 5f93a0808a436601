"""The steps of a proposal that ask for more than a button: sent, approved, begun anew, handed over; its annex."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, abort, g, render_template

from intranet.api import (
    Column,
    Form,
    NotYours,
    Refused,
    blame,
    export_subtitle,
    go,
    remember,
    repeated,
    requires,
    say,
    send_workbook,
    today,
    write_table,
)
from intranet.api import gettext as _
from intranet.api import lazy_gettext as label
from plugins.facilities.models import Proposal
from plugins.facilities.pages import record_for
from plugins.facilities.proposals import queries, rules
from plugins.facilities.proposals.forms import HandOverForm, SendForm, approval_form
from plugins.facilities.proposals.views import FOLDER, address_of
from plugins.facilities.routes import blueprint

Answer = Response | str | tuple[str, int]


def _own(proposal_id: int) -> Proposal:
    return record_for(Proposal, proposal_id, "propose")


def _page(name: str, form: Any, found: Proposal, **more: Any) -> str:
    return render_template(f"{FOLDER}/{name}.html", form=form, proposal=found, home=address_of(found.id), **more)


def _step(
    found: Proposal, form: Any, name: str, rule: Callable[[Callable[[], None]], Any], told: Callable[[Any], str]
) -> Answer:
    home = address_of(found.id)
    if done := repeated():
        return go(done)
    if form.validate():
        try:
            result = rule(lambda: remember(home))
        except NotYours:
            abort(403)
        except Refused as refusal:
            blame(form, refusal)
        else:
            say(told(result))
            return go(home)
    return _page(name, form, found), 422


@blueprint.get("/proposals/<int:proposal_id>/send")
@requires("facilities.propose")
def ask_send(proposal_id: int) -> str:
    """The form of number and date."""
    return _page("send", SendForm(data={"sent_on": today()}), _own(proposal_id))


@blueprint.post("/proposals/<int:proposal_id>/send")
@requires("facilities.propose")
def send_proposal(proposal_id: int) -> Answer:
    """Send it."""
    found, form = _own(proposal_id), SendForm()
    return _step(
        found,
        form,
        "send",
        lambda done: rules.send(found, form.number.data, form.sent_on.data, g.actor, done=done),
        lambda _result: _("Đã ghi số, ngày gửi hồ sơ."),
    )


@blueprint.get("/proposals/<int:proposal_id>/approve")
@requires("facilities.propose")
def ask_proposal_approval(proposal_id: int) -> str:
    """The form of the decision, with what each source was asked for."""
    found = _own(proposal_id)
    sources = queries.sources(found)
    asked = {f"source_{source.id}": source.amount for source in sources}
    return _page("approve", approval_form(sources, data=asked | {"decided_on": today()}), found)


@blueprint.post("/proposals/<int:proposal_id>/approve")
@requires("facilities.propose")
def approve_proposal(proposal_id: int) -> Answer:
    """Write the decision down."""
    found = _own(proposal_id)
    form = approval_form(queries.sources(found))
    return _step(
        found,
        form,
        "approve",
        lambda done: rules.approve(
            found, form.decision_number.data, form.decided_on.data, form.amounts(), g.actor, done=done
        ),
        lambda _result: _("Đã ghi quyết định phê duyệt."),
    )


@blueprint.get("/proposals/<int:proposal_id>/revise")
@requires("facilities.propose")
def ask_revise(proposal_id: int) -> str:
    """Whether to begin a returned dossier anew."""
    return _page("revise", Form(), _own(proposal_id))


@blueprint.post("/proposals/<int:proposal_id>/revise")
@requires("facilities.propose")
def revise_proposal(proposal_id: int) -> Answer:
    """Begin it anew with what its needs still lack."""
    found = _own(proposal_id)
    return _step(
        found,
        Form(),
        "revise",
        lambda done: rules.revise(found, g.actor, done=done),
        lambda lost: (
            _("Đã lập lại hồ sơ. Không còn trong hồ sơ: %(items)s.", items=", ".join(lost))
            if lost
            else _("Đã lập lại hồ sơ.")
        ),
    )


@blueprint.get("/proposals/<int:proposal_id>/hand-over")
@requires("facilities.propose")
def ask_hand_over(proposal_id: int) -> str:
    """The form of the hand-over."""
    return _page("hand_over", HandOverForm(data={"handed_over_on": today()}), _own(proposal_id))


@blueprint.post("/proposals/<int:proposal_id>/hand-over")
@requires("facilities.propose")
def hand_over_proposal(proposal_id: int) -> Answer:
    """The schools have it."""
    found, form = _own(proposal_id), HandOverForm()
    return _step(
        found,
        form,
        "hand_over",
        lambda done: rules.hand_over(found, form.handed_over_on.data, form.result.data or "", g.actor, done=done),
        lambda _result: _("Đã ghi bàn giao; các nhu cầu trong hồ sơ đã đủ."),
    )


COLUMNS = (
    Column(key="school", label=label("Trường"), width=36),
    Column(key="item", label=label("Nội dung đầu tư"), width=40),
    Column(key="quantity", label=label("Số lượng"), kind="number", width=10),
    Column(key="unit", label=label("Đơn vị tính"), width=12),
    Column(key="pupils", label=label("Học sinh được phục vụ"), kind="number", width=12),
    Column(key="cost", label=label("Kinh phí (đồng)"), kind="number", width=18),
    Column(key="why", label=label("Sự cần thiết"), width=50),
)


@blueprint.get("/proposals/<int:proposal_id>/annex.xlsx")
@requires("facilities.propose")
def annex(proposal_id: int) -> Response:
    """The annex of costs as an Excel file: the lines in their order, and their sum."""
    found = _own(proposal_id)
    lines = queries.lines(found)
    rows = [_cells(row) for row in lines]
    rows.append(("", "Tổng cộng", None, "", queries.pupils(lines), int(queries.total(lines)), ""))
    subtitle = export_subtitle(found.district.office_name, found.title)
    return send_workbook("Phụ lục kinh phí.xlsx", write_table("Phụ lục kinh phí", subtitle, COLUMNS, rows))


def _cells(row: tuple) -> tuple:
    """A line as the annex has it; Excel knows no Decimal."""
    _id, _position, _need, school, item, quantity, unit, pupils, why, cost = row
    return school, item, float(quantity), unit, pupils, None if cost is None else int(cost), why
