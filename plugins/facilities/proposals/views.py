"""Proposals to the People's Committee: the list, a dossier's page, its texts, lines and sources."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, abort, g, render_template, request, url_for

from intranet.api import (
    Attachable,
    Refused,
    blame,
    fetch,
    go,
    lazy_gettext,
    may,
    page,
    register_attachable,
    remember,
    repeated,
    requires,
    save_form,
    say,
    show_conflict,
    whole,
)
from intranet.api import gettext as _
from plugins.facilities.models import FundingSource, Proposal, ProposalItem
from plugins.facilities.needs.forms import PRIORITIES
from plugins.facilities.pages import HOME, MODULE, record_for
from plugins.facilities.proposals import queries, rules
from plugins.facilities.proposals.forms import (
    PARTS,
    FilterForm,
    ItemForm,
    ProposalForm,
    SourceForm,
    form_data,
    name_of,
)
from plugins.facilities.proposals.life_cycle import DRAFT, STATE_LABELS, cost_of, sources_of
from plugins.facilities.routes import blueprint

Answer = Response | str | tuple[str, int]
FOLDER = "facilities/proposals"


def address_of(proposal_id: int) -> str:
    """A proposal's page."""
    return f"{HOME}/proposals/{proposal_id}"


register_attachable(
    Attachable(
        model=Proposal,
        title=lazy_gettext("Tài liệu của hồ sơ đề xuất"),
        may_read=lambda actor, proposal: may(actor, "facilities.propose", proposal),
        may_write=lambda actor, proposal: may(actor, "facilities.propose", proposal),
        address=lambda proposal: address_of(proposal.id),
        name=lambda proposal: proposal.title,
        module=MODULE,
    )
)


@blueprint.get("/proposals")
@requires("facilities.view")
def proposals() -> str:
    """The dossiers of the office, for a school those with a need of its own, or the list's fragment."""
    form = FilterForm()
    form.validate()
    state = form.state.data or ""
    rows, before = queries.proposals(g.actor, state, whole(request.args.get("before")))
    return page(
        f"{FOLDER}/index.html",
        f"{FOLDER}/_list.html",
        form=form,
        rows=rows,
        states=STATE_LABELS,
        filtered=bool(state),
        next=url_for(".proposals", state=state or None, before=before) if before else None,
        begins=_may_begin(),
    )


def _may_begin() -> bool:
    return g.actor.school_id is None and g.actor.district_id is not None and may(g.actor, "facilities.propose")


@blueprint.get("/proposals/<int:proposal_id>")
@requires("facilities.view")
def proposal(proposal_id: int) -> str:
    """One dossier: its lines in their order, what they cost, who is asked to pay, how far it is."""
    found = fetch(Proposal, proposal_id, g.actor)
    rows = queries.lines(found, g.actor)
    own = may(g.actor, "facilities.propose", found)
    return render_template(
        f"{FOLDER}/show.html",
        proposal=found,
        parts=PARTS,
        rows=rows,
        cost=queries.total(rows),
        sources=[(source, name_of(source.kind, source.label)) for source in queries.sources(found)] if own else [],
        own=own,
        edits=own and found.state == DRAFT,
    )


@blueprint.get("/proposals/new")
@requires("facilities.propose")
def new_proposal() -> str:
    """The empty form."""
    if not _may_begin():
        abort(403)
    return _form_page(ProposalForm(), None)


def _form_page(form: ProposalForm, found: Proposal | None, **extra: Any) -> str:
    return render_template(f"{FOLDER}/form.html", form=form, proposal=found, **extra)


@blueprint.post("/proposals/new")
@requires("facilities.propose")
def create_proposal() -> Answer:
    """Begin a dossier."""
    if done := repeated():
        return go(done)
    if not _may_begin():
        abort(403)
    form = ProposalForm()
    if not form.validate():
        return _form_page(form, None), 422
    made = rules.make_proposal(g.actor, form.values(), done=lambda made: remember(address_of(made.id)))
    say(_("Đã lập hồ sơ. Thầy/cô chọn nhu cầu, ghi kinh phí và nguồn vốn."))
    return go(address_of(made.id))


def _own(proposal_id: int) -> Proposal:
    return record_for(Proposal, proposal_id, "propose")


@blueprint.get("/proposals/<int:proposal_id>/edit")
@requires("facilities.propose")
def edit_proposal(proposal_id: int) -> str:
    """The form of the texts."""
    found = _own(proposal_id)
    return _form_page(ProposalForm(data=form_data(found)), found)


@blueprint.post("/proposals/<int:proposal_id>/edit")
@requires("facilities.propose")
def save_proposal(proposal_id: int) -> Answer:
    """Save the texts."""
    found, form = _own(proposal_id), ProposalForm()

    def show_again(**extra: Any) -> str:
        return _form_page(form, found, **extra)

    return save_form(
        form,
        show_again,
        lambda **how: rules.update_proposal(found, form.values(), **how),
        home=address_of(found.id),
        conflict=lambda conflict: show_conflict(form, Proposal.get_by_id(found.id), conflict, show_again),
    )


# --- Lines ---


@blueprint.get("/proposals/<int:proposal_id>/needs")
@requires("facilities.propose")
def choose_needs(proposal_id: int) -> str:
    """The needs that nobody covers, to choose from."""
    return _choice_page(_own(proposal_id))


def _choice_page(found: Proposal, problem: str = "") -> str:
    rows = queries.choices(found.district_id)
    chosen = request.form.getlist("need")
    return render_template(
        f"{FOLDER}/choose.html", proposal=found, rows=rows, priorities=PRIORITIES, problem=problem, chosen=chosen
    )


@blueprint.post("/proposals/<int:proposal_id>/needs")
@requires("facilities.propose")
def add_needs(proposal_id: int) -> Answer:
    """Take the chosen needs in."""
    found = _own(proposal_id)
    home = address_of(found.id)
    if done := repeated():
        return go(done)
    offered = {str(row[0]): row[0] for row in queries.choices(found.district_id)}
    chosen = [offered[value] for value in request.form.getlist("need") if value in offered]
    if not chosen:
        return _choice_page(found, _("Thầy/cô chưa chọn nhu cầu nào.")), 422
    try:
        count = rules.add_needs(found, chosen, g.actor, done=lambda: remember(home))
    except Refused as refusal:
        return _choice_page(found, str(refusal)), 422
    say(_("Đã đưa %(count)s nhu cầu vào hồ sơ.", count=count))
    return go(home)


def _line(found: Proposal, item_id: int) -> ProposalItem:
    return ProposalItem.get_or_none(ProposalItem.id == item_id, ProposalItem.proposal == found) or abort(404)


@blueprint.post("/proposals/<int:proposal_id>/lines/<int:item_id>")
@requires("facilities.propose")
def change_line(proposal_id: int, item_id: int) -> Response:
    """Move a line up or down, or let its need go."""
    found = _own(proposal_id)
    line, home = _line(found, item_id), address_of(found.id)
    if done := repeated():
        return go(done)
    action = request.form.get("action")
    if action not in ("up", "down", "remove"):
        abort(422)
    try:
        if action == "remove":
            rules.remove_line(line, g.actor, done=lambda: remember(home))
            say(_("Đã đưa nhu cầu ra khỏi hồ sơ; nhu cầu lại được kêu gọi."))
        else:
            rules.move_line(line, action == "up", g.actor, done=lambda: remember(home))
    except Refused as refusal:
        say(str(refusal), "bad")
    return go(home)


@blueprint.get("/proposals/<int:proposal_id>/lines/<int:item_id>")
@requires("facilities.propose")
def ask_price(proposal_id: int, item_id: int) -> str:
    """The form of what a line costs."""
    found = _own(proposal_id)
    line = _line(found, item_id)
    return _small_page("price", ItemForm(data={"cost": line.cost}), found, line=line)


def _small_page(name: str, form: Any, found: Proposal, **more: Any) -> str:
    return render_template(f"{FOLDER}/{name}.html", form=form, proposal=found, home=address_of(found.id), **more)


@blueprint.post("/proposals/<int:proposal_id>/lines/<int:item_id>/price")
@requires("facilities.propose")
def price_line(proposal_id: int, item_id: int) -> Answer:
    """Say what a line costs."""
    found, form = _own(proposal_id), ItemForm()
    line = _line(found, item_id)
    return _write(
        found,
        form,
        lambda: _small_page("price", form, found, line=line),
        lambda done: rules.price_line(line, form.cost.data, g.actor, done=done),
    )


def _write(found: Proposal, form: Any, shown: Callable[[], str], rule: Callable[[Callable[[], None]], None]) -> Answer:
    home = address_of(found.id)
    if done := repeated():
        return go(done)
    if form.validate():
        try:
            rule(lambda: remember(home))
        except Refused as refusal:
            blame(form, refusal)
        else:
            say(_("Đã lưu."))
            return go(home)
    return shown(), 422


# --- Sources ---


@blueprint.get("/proposals/<int:proposal_id>/sources/new")
@requires("facilities.propose")
def new_source(proposal_id: int) -> str:
    """The form of a source."""
    found = _own(proposal_id)
    return _small_page("source", SourceForm(), found, missing=cost_of(found) - sources_of(found))


@blueprint.post("/proposals/<int:proposal_id>/sources/new")
@requires("facilities.propose")
def add_source(proposal_id: int) -> Answer:
    """Name a source."""
    found, form = _own(proposal_id), SourceForm()
    return _write(
        found,
        form,
        lambda: _small_page("source", form, found, missing=cost_of(found) - sources_of(found)),
        lambda done: rules.add_source(found, form.values(), g.actor, done=done),
    )


@blueprint.post("/proposals/<int:proposal_id>/sources/<int:source_id>/remove")
@requires("facilities.propose")
def remove_source(proposal_id: int, source_id: int) -> Response:
    """Take a source off."""
    found = _own(proposal_id)
    home = address_of(found.id)
    if done := repeated():
        return go(done)
    one = FundingSource.id == source_id, FundingSource.proposal == found
    source = FundingSource.get_or_none(*one) or abort(404)
    try:
        rules.remove_source(source, g.actor, done=lambda: remember(home))
    except Refused as refusal:
        say(str(refusal), "bad")
    else:
        say(_("Đã bỏ nguồn vốn."))
    return go(home)
