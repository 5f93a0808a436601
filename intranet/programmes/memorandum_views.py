"""The screens of memoranda and their appendices."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, abort, g, render_template, request, url_for

from intranet.files.queries import LATEST, page_of
from intranet.kernel.clock import today
from intranet.kernel.forms import remember, repeated
from intranet.kernel.language import gettext as _
from intranet.kernel.language import lazy_gettext
from intranet.programmes import blueprint, memoranda, queries
from intranet.programmes.forms import MemorandumForm, SignForm, memorandum_data, rearranged
from intranet.programmes.pages import conflict_page, memorandum_for, programme_of_office, small_form
from intranet.programmes.trail import PAPER_STATES
from intranet.registry.agreements import Memorandum
from intranet.registry.districts import District
from intranet.registry.twinning import DRAFT, RUNNING, Programme
from intranet.shared import steps
from intranet.shared.access import fetch, may
from intranet.shared.attachments import Attachable, register_attachable
from intranet.shared.edits import Conflict, Refused
from intranet.web.gate import requires
from intranet.web.hx import go
from intranet.web.layout import named, say
from intranet.web.numbers import whole
from intranet.web.saving import Answer, blame, leave

register_attachable(
    Attachable(
        model=Memorandum,
        title=lazy_gettext("Bản quét và tài liệu kèm theo"),
        may_read=lambda actor, memorandum: may(actor, "programmes.view", memorandum),
        may_write=lambda actor, memorandum: may(actor, "programmes.edit", memorandum),
        address=lambda memorandum: _home(memorandum.id),
        name=lambda memorandum: memorandum.title,
    )
)


def _home(memorandum_id: int) -> str:
    return url_for("programmes.memorandum", memorandum_id=memorandum_id)


@blueprint.get("/memoranda/<int:memorandum_id>")
@requires("programmes.view")
def memorandum(memorandum_id: int) -> str:
    """A memorandum as a paper, with where it stands."""
    found = fetch(Memorandum, memorandum_id, g.actor)
    writer = may(g.actor, "programmes.edit", found)
    return render_template(
        "programmes/memorandum.html",
        memorandum=found,
        programme=found.programme,
        parent=found.parent if found.parent_id else None,
        state=PAPER_STATES[found.state],
        states=PAPER_STATES,
        clauses=memoranda.clauses_of(found.id),
        signatories=queries.signatory_rows(found),
        appendices=queries.appendices_of(found.id, g.actor),
        files=page_of("memorandum", found.id, most=LATEST)[0],
        writer=writer,
        editable=writer and found.state in memoranda.WRITTEN,
        amendable=writer and found.state in memoranda.BINDING and found.parent_id is None,
    )


@blueprint.get("/<int:programme_id>/memoranda/new")
@requires("programmes.edit")
def new_memorandum(programme_id: int) -> str:
    """The form, filled with what such a paper says."""
    programme, parent = _new(programme_id)
    values = memoranda.suggested(programme, parent)
    form = MemorandumForm(data=memorandum_data(values, 1, values[memoranda.CLAUSES]))
    return _form_page(form, programme, None, parent=parent)


def _new(programme_id: int) -> tuple[Programme, Memorandum | None]:
    """The programme of a new memorandum and, for an appendix, the memorandum that it amends."""
    programme = programme_of_office(programme_id)
    if programme.state not in (DRAFT, RUNNING):
        abort(404)
    number = whole(request.values.get("parent"))
    if not number:
        return programme, None
    parent = fetch(Memorandum, number, g.actor)
    return (programme, parent) if parent.programme_id == programme.id else abort(404)


def _form_page(form: MemorandumForm, programme: Programme, memorandum: Memorandum | None, **extra: Any) -> str:
    shown = {
        "districts": dict(District.select(District.id, District.name).tuples()),
        "parent": memorandum.parent if memorandum and memorandum.parent_id else None,
    }
    return render_template(
        "programmes/memorandum_form.html", form=form, programme=programme, memorandum=memorandum, **(shown | extra)
    )


@blueprint.post("/<int:programme_id>/memoranda/new")
@requires("programmes.edit")
def create_memorandum(programme_id: int) -> Answer:
    """Add a memorandum, or rearrange its articles before."""
    programme, parent = _new(programme_id)
    if done := repeated():
        return go(done)
    form = MemorandumForm()

    def page(shown: MemorandumForm, **extra: Any) -> str:
        return _form_page(shown, programme, None, parent=parent, **extra)

    def write() -> Response:
        made = memoranda.create_memorandum(
            programme,
            form.values(),
            parent=parent,
            person_id=g.actor.person_id,
            done=lambda made: remember(_home(made.id)),
        )
        say(named(_("Đã lập %(name)s."), name=made.title))
        return go(_home(made.id))

    return _answer(form, page, write)


def _answer(form: MemorandumForm, page: Callable[..., str], write: Callable[[], Response]) -> Answer:
    """What a form of a memorandum comes to: its list of articles rearranged, an error, or what ``write`` did."""
    action = request.form.get("action", "")
    rows = rearranged(form.rows(), action, ("", ""))
    if rows is not None:
        # Nothing is saved yet: the page comes back with all that was typed.
        return page(_refilled(form, rows), rearranged=action)
    if not form.validate():
        return page(form), 422
    try:
        return write()
    except Refused as refusal:
        blame(form, refusal)
        return page(form), 422


def _refilled(form: MemorandumForm, rows: list[memoranda.Clause]) -> MemorandumForm:
    values = form.values()
    shown = MemorandumForm(formdata=None, data=memorandum_data(values, form.read_version, rows))
    for name in ("starts_on", "ends_on"):
        # What was typed as a day and is none stays to be put right.
        shown[name].raw_data = form[name].raw_data
    return shown


@blueprint.get("/memoranda/<int:memorandum_id>/edit")
@requires("programmes.edit")
def edit_memorandum(memorandum_id: int) -> str:
    """The form of a memorandum."""
    found = memorandum_for(memorandum_id)
    values = {name: getattr(found, name) for name in memoranda.FIELDS}
    values[memoranda.SIGNATORIES] = memoranda.signatories_of(found.id)
    data = memorandum_data(values, found.version, memoranda.clauses_of(found.id))
    return _form_page(MemorandumForm(data=data), found.programme, found)


@blueprint.post("/memoranda/<int:memorandum_id>/edit")
@requires("programmes.edit")
def save_memorandum(memorandum_id: int) -> Answer:
    """Save the form of a memorandum, or rearrange its articles before."""
    found = memorandum_for(memorandum_id)
    if done := repeated():
        return go(done)
    form = MemorandumForm()

    def page(shown: MemorandumForm, **extra: Any) -> str:
        return _form_page(shown, found.programme, found, **extra)

    def write() -> Response:
        outcome = memoranda.update_memorandum(
            found,
            form.values(),
            version=form.read_version,
            person_id=g.actor.person_id,
            done=lambda: remember(_home(found.id)),
        )
        return leave(outcome, _home(found.id))

    try:
        return _answer(form, page, write)
    except Conflict as conflict:
        current = Memorandum.get_by_id(found.id)
        return conflict_page(form, current, conflict, lambda **more: page(form, **more))


@blueprint.route("/memoranda/<int:memorandum_id>/sign", methods=("GET", "POST"))
@requires("programmes.edit")
def sign(memorandum_id: int) -> Answer:
    """The form that notes the signing of a memorandum."""
    found = memorandum_for(memorandum_id)
    form, heading = SignForm(signed_on=today()), _("Ghi việc ký")

    def write(done: Callable[[], None]) -> None:
        try:
            memoranda.sign(
                found,
                number=form.number.data,
                signed_on=form.signed_on.data,
                place=form.place.data,
                actor=g.actor,
                done=done,
            )
        except steps.NotYours:
            abort(403)

    return small_form(
        form,
        write,
        heading=heading,
        text=_(
            "Ghi như trên bản giấy mà các bên đã ký. Bước sau, thầy/cô đính kèm bản quét rồi đưa văn bản vào hiệu lực."
        ),
        button=heading,
        done=_("Đã ghi việc ký. Thầy/cô đính kèm bản quét ở trang này."),
        home=_home(found.id),
        crumbs=[
            (
                named("%(name)s", name=found.programme.title),
                url_for("programmes.show", programme_id=found.programme_id),
            ),
            (named("%(name)s", name=found.title), _home(found.id)),
            (heading, None),
        ],
    )
