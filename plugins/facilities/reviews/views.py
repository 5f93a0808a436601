"""Rounds: opened by an office, seen on its board; and each school's review, a page for each section."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, g, render_template

from intranet.api import (
    Attachable,
    Refused,
    School,
    blame,
    checklists,
    count_files,
    demand,
    fetch,
    go,
    lazy_gettext,
    may,
    office_rounds,
    packs_in_force,
    register_attachable,
    register_checklist_use,
    remember,
    repeated,
    requires,
    save_form,
    say,
    show_conflict,
    today,
)
from intranet.api import gettext as _
from plugins.facilities.models import Review, ReviewLine, Round
from plugins.facilities.pages import HOME, MODULE, record_for
from plugins.facilities.reviews import queries, rules
from plugins.facilities.reviews.forms import (
    CONDITIONS,
    SHAPES,
    RoundForm,
    return_form,
    round_data,
    section_data,
    section_form,
)
from plugins.facilities.reviews.life_cycle import EDITABLE, LOCKED, STATE_LABELS, SUBMITTED, address_of
from plugins.facilities.routes import blueprint

Answer = Response | str | tuple[str, int]
FOLDER = "facilities/reviews"
USE = "facilities.review"
register_checklist_use(USE, lazy_gettext("Rà soát cơ sở vật chất"))


def _may_fill(actor: Any, record: Any) -> bool:
    return may(actor, "facilities.review", record) and actor.school_id == record.school_id


register_attachable(
    Attachable(
        model=ReviewLine,
        title=lazy_gettext("Ảnh của mục rà soát"),
        may_read=lambda actor, line: True,
        may_write=lambda actor, line: _may_fill(actor, line) and line.review.state in EDITABLE,
        address=lambda line: f"{address_of(line.review_id)}/sections/{line.section}",
        name=lambda line: line.review.round.pack.checklist.items[line.item].title,
        module=MODULE,
    )
)


# --- Rounds ---


@blueprint.get("/rounds")
@requires("facilities.view")
def rounds() -> str:
    """The rounds of the district: for a school, those that ask it, with its own review."""
    return render_template(
        f"{FOLDER}/rounds.html",
        rows=queries.rounds(g.actor),
        states=STATE_LABELS,
        opens=_opens(),
        day=today(),
    )


def _opens() -> bool:
    return g.actor.district_id is not None and g.actor.school_id is None and may(g.actor, "facilities.check")


def _packs() -> list[Any]:
    found = packs_in_force(USE, g.actor.district_id, today())
    # A review counts; a pack that also scores is for something else.
    return [pack for pack in found if all(item.kind == checklists.COUNT for item in pack.checklist.items.values())]


def _new_form(**how: Any) -> RoundForm:
    form = RoundForm(**how)
    form.offer([(pack.id, pack.title) for pack in _packs()])
    return form


def _round_page(form: RoundForm, found: Round | None, **extra: Any) -> str:
    return render_template(f"{FOLDER}/round_form.html", form=form, round=found, **extra)


@blueprint.get("/rounds/new")
@requires("facilities.check")
def new_round() -> str:
    """The empty form of a round."""
    if not _opens():
        abort(403)
    return _round_page(_new_form(), None)


@blueprint.post("/rounds/new")
@requires("facilities.check")
def open_round() -> Answer:
    """Open a round and tell the schools."""
    if done := repeated():
        return go(done)
    if not _opens():
        abort(403)
    form = _new_form()
    if not form.validate():
        return _round_page(form, None), 422
    pack = next(pack for pack in _packs() if pack.id == form.pack.data)
    opened = rules.open_round(g.actor, pack, form.values(), done=lambda made: remember(rules.round_address(made.id)))
    say(_("Đã mở đợt rà soát và báo các trường."))
    return go(rules.round_address(opened.id))


@blueprint.get("/rounds/<int:round_id>")
@requires("facilities.view")
def show_round(round_id: int) -> Answer:
    """For an office the board of schools and sections; for a school its own review, or the button that begins it."""
    found = fetch(Round, round_id, g.actor)
    if g.actor.school_id is not None:
        return _own_review(found)
    return render_template(
        f"{FOLDER}/board.html",
        round=found,
        rows=queries.board(found),
        groups=found.pack.checklist.groups,
        states=STATE_LABELS,
        checks=may(g.actor, "facilities.check", found),
        parts=office_rounds.parts_of(found, Review.round, (LOCKED,)),
        late=found.closed_at is None and found.due_on < today(),
    )


def _own_review(found: Round) -> Answer:
    review = Review.get_or_none(Review.round == found, Review.school == g.actor.school_id)
    if review is not None:
        return go(address_of(review.id))
    school = School.get_by_id(g.actor.school_id)
    if not office_rounds.asks(found, school.id):
        abort(404)
    return render_template(
        f"{FOLDER}/begin.html",
        round=found,
        groups=found.pack.checklist.groups,
        fills=may(g.actor, "facilities.review") and found.closed_at is None,
    )


@blueprint.get("/rounds/<int:round_id>/edit")
@requires("facilities.check")
def edit_round(round_id: int) -> str:
    """The form of a round."""
    found = record_for(Round, round_id, "check")
    return _round_page(_edit_form(data=round_data(found)), found)


def _edit_form(**how: Any) -> RoundForm:
    form = RoundForm(**how)
    # Schools have answered by it.
    del form.pack
    return form


@blueprint.post("/rounds/<int:round_id>/edit")
@requires("facilities.check")
def save_round(round_id: int) -> Answer:
    """Save what a round is called and when it is due."""
    found = record_for(Round, round_id, "check")
    form = _edit_form()

    def show_again(**extra: Any) -> str:
        return _round_page(form, found, **extra)

    return save_form(
        form,
        show_again,
        lambda **how: rules.update_round(found, form.values(), **how),
        home=rules.round_address(found.id),
        conflict=lambda conflict: show_conflict(form, Round.get_by_id(found.id), conflict, show_again),
    )


@blueprint.post("/rounds/<int:round_id>/close")
@requires("facilities.check")
def close_round(round_id: int) -> Answer:
    """Close a round, or open it again."""
    found = record_for(Round, round_id, "check")
    home = rules.round_address(found.id)
    if done := repeated():
        return go(done)
    closing = found.closed_at is None
    rules.set_closed(found, closing, g.actor.person_id, done=lambda: remember(home))
    say(_("Đã đóng đợt rà soát.") if closing else _("Đã mở lại đợt rà soát."))
    return go(home)


@blueprint.post("/rounds/<int:round_id>/begin")
@requires("facilities.review")
def begin_review(round_id: int) -> Answer:
    """Begin the own school's review."""
    found = fetch(Round, round_id, g.actor)
    if done := repeated():
        return go(done)
    if g.actor.school_id is None:
        abort(403)
    school = School.get_by_id(g.actor.school_id)
    try:
        review = rules.begin_review(found, school, g.actor.person_id, done=lambda made: remember(address_of(made.id)))
    except Refused as refusal:
        say(str(refusal), "warn")
        return go(f"{HOME}/rounds")
    return go(address_of(review.id))


# --- A school's review ---


@blueprint.get("/reviews/<int:review_id>")
@requires("facilities.view")
def review(review_id: int) -> str:
    """A review: its sections and how far each is, remarks, whose turn it is."""
    found = fetch(Review, review_id, g.actor)
    rows = queries.lines(found.id)
    return render_template(
        f"{FOLDER}/show.html",
        review=found,
        sections=[(group, [line for line in rows if line.section == group.code]) for group in _asked(found, rows)],
        answered=sum(line.is_answered for line in rows),
        asked=len(rows),
        fills=_may_fill(g.actor, found) and found.state in EDITABLE,
    )


def _asked(found: Review, rows: list[queries.Line]) -> list[Any]:
    """The sections that ask a school of its levels something."""
    asked = {line.section for line in rows}
    return [group for group in found.round.pack.checklist.groups if group.code in asked]


def _section(review_id: int, section: str) -> tuple[Review, list[queries.Line], list[Any]]:
    """(review, the section's lines, all sections that ask something)"""
    found = fetch(Review, review_id, g.actor)
    rows = queries.lines(found.id)
    here = [line for line in rows if line.section == section]
    return found, here or abort(404), _asked(found, rows)


@blueprint.get("/reviews/<int:review_id>/sections/<section>")
@requires("facilities.view")
def section(review_id: int, section: str) -> str:
    """A section: the form for who fills it in, the answers for all others."""
    found, rows, asked = _section(review_id, section)
    return _section_page(section_form(rows, data=section_data(rows, found.version)), found, rows, asked)


def _section_page(form: Any, found: Review, rows: list[queries.Line], asked: list[Any], **extra: Any) -> str:
    here = [group.code for group in asked].index(rows[0].section)
    last = queries.last_values(found)
    return render_template(
        f"{FOLDER}/section.html",
        form=form,
        review=found,
        rows=rows,
        group=asked[here],
        items=found.round.pack.checklist.items,
        next=asked[here + 1] if here + 1 < len(asked) else None,
        number=here + 1,
        count=len(asked),
        last=last,
        offers_last=any(line.item in last and not line.is_answered for line in rows),
        files=count_files(ReviewLine, [line.id for line in rows]),
        conditions=CONDITIONS,
        shapes=SHAPES,
        fills=_may_fill(g.actor, found) and found.state in EDITABLE,
        **extra,
    )


def _fillable(found: Review) -> None:
    demand(g.actor, "facilities.review", found)
    if g.actor.school_id != found.school_id:
        abort(403)


@blueprint.post("/reviews/<int:review_id>/sections/<section>")
@requires("facilities.review")
def save_section(review_id: int, section: str) -> Answer:
    """Save a section as far as it is filled in, and go on."""
    found, rows, asked = _section(review_id, section)
    _fillable(found)
    form = section_form(rows)

    def show_again(**extra: Any) -> str:
        return _section_page(form, found, rows, asked, **extra)

    return save_form(
        form,
        show_again,
        lambda **how: rules.save_section(found, section, form.values(), **how),
        home=_after(found, section, asked),
        conflict=lambda conflict: show_conflict(form, Review.get_by_id(found.id), conflict, show_again),
    )


def _after(found: Review, section: str, asked: list[Any]) -> str:
    """Where saving leads: to the next section, after the last one to the review."""
    codes = [group.code for group in asked]
    following = codes[codes.index(section) + 1 :]
    return f"{address_of(found.id)}/sections/{following[0]}" if following else address_of(found.id)


@blueprint.post("/reviews/<int:review_id>/sections/<section>/last")
@requires("facilities.review")
def take_last(review_id: int, section: str) -> Answer:
    """Answer what is open as the last round did."""
    found = _section(review_id, section)[0]
    _fillable(found)
    home = f"{address_of(found.id)}/sections/{section}"
    if done := repeated():
        return go(done)
    try:
        count = rules.take_last(found, section, g.actor.person_id, done=lambda: remember(home))
    except Refused as refusal:
        say(str(refusal), "warn")
        return go(home)
    say(_("Đã lấy số của đợt trước cho %(count)s mục. Thầy/cô sửa mục nào đã khác.", count=count))
    return go(home)


def _to_return(review_id: int) -> tuple[Review, list[queries.Line]]:
    found = record_for(Review, review_id, "check")
    if found.state != SUBMITTED:
        abort(404)
    return found, queries.lines(found.id)


@blueprint.get("/reviews/<int:review_id>/return")
@requires("facilities.check")
def ask_return(review_id: int) -> str:
    """The form in which the office says what has to be looked at again."""
    found, rows = _to_return(review_id)
    data = {f"remark-{line.item}": line.remark for line in rows}
    return _return_page(return_form(rows, data=data | {"remark": found.remark}), found, rows)


def _return_page(form: Any, found: Review, rows: list[queries.Line]) -> str:
    return render_template(
        f"{FOLDER}/return.html", form=form, review=found, rows=rows, checklist=found.round.pack.checklist
    )


@blueprint.post("/reviews/<int:review_id>/return")
@requires("facilities.check")
def send_back(review_id: int) -> Answer:
    """Return a review with its remarks."""
    if done := repeated():
        return go(done)
    found, rows = _to_return(review_id)
    form, home = return_form(rows), address_of(found.id)
    if not form.validate():
        return _return_page(form, found, rows), 422
    try:
        rules.send_back(found, form.remarks(), form.remark.data or "", g.actor, done=lambda: remember(home))
    except Refused as refusal:
        blame(form, refusal)
        return _return_page(form, found, rows), 422
    say(_("Đã trả lại kèm nhận xét."))
    return go(home)
