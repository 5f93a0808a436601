"""The restricted notes of a case."""

from __future__ import annotations

from flask import abort, g, render_template

from intranet.api import requires
from plugins.mentoring.cases import restricted, rules
from plugins.mentoring.cases.forms import NoteForm
from plugins.mentoring.cases.privacy import see, sees_restricted
from plugins.mentoring.cases.views import FOLDER, Answer, write
from plugins.mentoring.pages import address_of, record_for
from plugins.mentoring.routes import blueprint
from plugins.mentoring.tables.cases import Case


def _case(case_id: int) -> Case:
    case = record_for(Case, case_id, "restricted")
    if not sees_restricted(g.actor, case):
        abort(403)
    see(case, "restricted")
    return case


@blueprint.get("/cases/<int:case_id>/restricted")
@requires("mentoring.restricted")
def restricted_notes(case_id: int) -> str:
    """The notes, and the form of a new one."""
    return _notes_page(_case(case_id), NoteForm())


def _notes_page(case: Case, form: NoteForm) -> str:
    return render_template(
        f"{FOLDER}/restricted.html",
        case=case,
        form=form,
        rows=restricted.notes_of(case.id),
        over=case.state in rules.OVER,
    )


@blueprint.post("/cases/<int:case_id>/restricted")
@requires("mentoring.restricted")
def add_restricted_note(case_id: int) -> Answer:
    """Write a note."""
    found, form = _case(case_id), NoteForm()
    return write(
        found,
        form,
        lambda done: restricted.add(found, form.text.data, g.actor, done=done),
        lambda: _notes_page(found, form),
        home=f"{address_of(found.id)}/restricted",
    )
