"""The screens of the notice board."""

from flask import Blueprint, g, render_template, url_for
from flask_babel import lazy_gettext as _
from wtforms import BooleanField

from intranet.api import (
    Column,
    Form,
    Lines,
    Text,
    at_most,
    demand,
    fetch,
    go,
    page,
    remember,
    repeated,
    required,
    requires,
    say,
    send_workbook,
    write_table,
)
from notice_board import rules
from notice_board.models import Note, Plan

blueprint = Blueprint("notice_board", __name__)


COLUMNS = (
    Column(key="title", label=_("Tiêu đề"), width=40),
    Column(key="body", label=_("Nội dung"), width=60),
    Column(key="urgent", label=_("Khẩn")),
)


class NoteForm(Form):
    """A new note."""

    title = Text(_("Tiêu đề"), [required(_("Thầy/cô chưa nhập tiêu đề.")), at_most(200)])
    body = Lines(_("Nội dung"), [at_most(2000)])
    urgent = BooleanField(_("Khẩn"))


@blueprint.get("/")
@requires("notice_board.view")
def index() -> str:
    """All notes that the actor may see."""
    return page("notice_board/index.html", "notice_board/_list.html", notes=_notes(Note.id, Note.title, Note.urgent))


def _notes(*columns):
    notes = Note.select(*columns).order_by(Note.sort_key)
    condition = Note.visible_to(g.actor)
    if condition is not None:
        notes = notes.where(condition)
    return list(notes.tuples())


@blueprint.get("/export.xlsx")
@requires("notice_board.view")
def export():
    """The same as an Excel file."""
    rows = [(title, body, "có" if urgent else "") for title, body, urgent in _notes(Note.title, Note.body, Note.urgent)]
    return send_workbook("Bảng tin.xlsx", write_table("Bảng tin", g.actor.place_name, COLUMNS, rows))


@blueprint.get("/<int:note_id>")
@requires("notice_board.view")
def show(note_id: int) -> str:
    """One note."""
    return render_template("notice_board/show.html", note=fetch(Note, note_id, g.actor))


@blueprint.get("/new")
@requires("notice_board.write")
def new() -> str:
    """The empty form."""
    return _form_page(NoteForm())


def _form_page(form: NoteForm) -> str:
    """The form tells beforehand how many an urgent note reaches."""
    reached = rules.reached(g.actor.district_id, but=g.actor.person_id)
    hint = _(
        "Báo ngay cho %(people)s người, %(mails)s người qua thư.",
        people=reached.people,
        mails=reached.at_once + reached.daily,
    )
    return render_template("notice_board/form.html", form=form, hint=hint)


@blueprint.post("/new")
@requires("notice_board.write")
def create():
    """Pin a note up."""
    if location := repeated():
        return go(location)
    form = NoteForm()
    if not form.validate():
        return _form_page(form), 422
    here = url_for("notice_board.index")
    note = rules.add_note(
        g.actor.district_id,
        form.title.data,
        form.body.data,
        urgent=form.urgent.data,
        person_id=g.actor.person_id,
        done=lambda: remember(here),
    )
    demand(g.actor, "notice_board.write", note)
    say(_("Đã đăng %(title)s.", title=note.title))
    return go(here)


@blueprint.get("/plans/<int:plan_id>")
@requires("notice_board.view")
def plan(plan_id: int) -> str:
    """A plan and where it stands."""
    return render_template("notice_board/plan.html", plan=fetch(Plan, plan_id, g.actor))
