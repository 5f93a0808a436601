"""What a family may always ask for, whether or not the module is on: to see, to take along, to have erased."""

from __future__ import annotations

from flask import Response, g, render_template, request, url_for

from intranet.api import duty, requires, send_workbook, whole, write_table
from intranet.api import gettext as _
from plugins.mentoring.cases import copies, erasing, queries
from plugins.mentoring.cases.forms import ErasureForm
from plugins.mentoring.cases.life_cycle import STATE_LABELS
from plugins.mentoring.cases.privacy import READS, sees_restricted
from plugins.mentoring.cases.views import FOLDER, Answer, write
from plugins.mentoring.pages import file_code, kept_case
from plugins.mentoring.routes import blueprint


@blueprint.get("/duties")
@duty
@requires("mentoring.nominate")
def duties() -> str:
    """The cases that the actor keeps, ended ones as well, with what their families may ask for."""
    rows, next_id = queries.with_data(g.actor, whole(request.args.get("before")))
    following = url_for("mentoring.duties", before=next_id) if next_id else None
    return render_template(f"{FOLDER}/duties.html", rows=rows, states=STATE_LABELS, next=following)


@blueprint.get("/cases/<int:case_id>/reads")
@duty
@requires("mentoring.nominate")
def case_reads(case_id: int) -> str:
    """Who looked at the case."""
    found = kept_case(case_id, "reads", "nominate")
    rows, next_id = copies.reads(found, whole(request.args.get("before")), copies.PAGE_SIZE)
    following = url_for("mentoring.case_reads", case_id=found.id, before=next_id) if next_id else None
    return render_template(f"{FOLDER}/reads.html", case=found, rows=rows, reads=READS, next=following)


@blueprint.get("/cases/<int:case_id>/copy.xlsx")
@duty
@requires("mentoring.coordinate")
def case_copy(case_id: int) -> Response:
    """Everything known of the child, for the family. The file's name tells the code alone."""
    found = kept_case(case_id, "export", "coordinate")
    rows = list(copies.copy_of(found, with_restricted=sees_restricted(g.actor, found)))
    table = write_table("Dữ liệu của học sinh", found.school.name, copies.COLUMNS, rows)
    return send_workbook(f"{file_code(found)}.xlsx", table)


@blueprint.get("/cases/<int:case_id>/erase")
@duty
@requires("mentoring.erase")
def ask_erase(case_id: int) -> str:
    """What is erased, and the code typed once more."""
    found = kept_case(case_id, "case", "erase")
    return render_template(f"{FOLDER}/erase.html", case=found, form=ErasureForm())


@blueprint.post("/cases/<int:case_id>/erase")
@duty
@requires("mentoring.erase")
def erase_case(case_id: int) -> Answer:
    """Forget the child."""
    found, form = kept_case(case_id, "case", "erase"), ErasureForm()
    return write(
        found,
        form,
        lambda done: erasing.erase(found, g.actor, code=form.code.data, done=done),
        lambda: render_template(f"{FOLDER}/erase.html", case=found, form=form),
        _("Đã xóa dữ liệu của học sinh."),
    )
