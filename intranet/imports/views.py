"""The screens of a list on its way in."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, abort, g, make_response, render_template, request, url_for

from intranet.imports import forms, queries, rules
from intranet.imports.forms import UploadForm
from intranet.imports.kinds import KINDS
from intranet.kernel.forms import options, remember, repeated
from intranet.kernel.language import SOURCE, speaking
from intranet.kernel.language import gettext as _
from intranet.kernel.text import canonical
from intranet.registry.districts import District
from intranet.shared.access import demand, fetch
from intranet.shared.columns import Column
from intranet.shared.list_imports import ListImport
from intranet.shared.list_plans import Kind
from intranet.shared.spreadsheets import UnreadableFile
from intranet.shared.workbooks import write_table
from intranet.web.exports import send_workbook
from intranet.web.gate import requires
from intranet.web.hx import go

blueprint = Blueprint("imports", __name__)


@blueprint.get("/schools/import")
@requires("schools.import")
def schools() -> str:
    """Where a list of schools is uploaded."""
    return _upload_page(KINDS["schools"], _upload_form())


@blueprint.post("/schools/import")
@requires("schools.import")
def upload_schools() -> Response | tuple[str, int]:
    """Take a list of schools."""
    return _upload(KINDS["schools"])


@blueprint.get("/people/import")
@requires("people.import")
def staff() -> str:
    """Where a list of staff is uploaded."""
    return _upload_page(KINDS["staff"], _upload_form())


@blueprint.post("/people/import")
@requires("people.import")
def upload_staff() -> Response | tuple[str, int]:
    """Take a list of staff."""
    return _upload(KINDS["staff"])


def _upload_form() -> UploadForm:
    form = UploadForm()
    if g.actor.sees_all:
        form.district.choices = options(queries.district_options(g.actor))
    else:
        del form.district
    return form


def _upload_page(kind: Kind, form: UploadForm) -> str:
    latest = queries.latest(g.actor, kind.name)
    return render_template("imports/upload.html", form=form, kind=kind, columns=kind.shape.columns, latest=latest)


def _upload(kind: Kind) -> Response | tuple[str, int]:
    if done := repeated():
        return go(done)
    form = _upload_form()
    if not form.validate():
        return _upload_page(kind, form), 422
    district = District.get_by_id(form.district.data if g.actor.sees_all else g.actor.district_id)
    demand(g.actor, kind.permission, district)
    body, name = form.file.data.read(), canonical(form.file.data.filename)
    try:
        import_ = rules.store(
            kind, body, name, district, person_id=g.actor.person_id, done=lambda made: remember(_address(made))
        )
    except UnreadableFile as cause:
        form.file.errors = [str(cause)]
        return _upload_page(kind, form), 422
    return go(_address(import_))


def _address(import_: ListImport) -> str:
    return url_for("imports.show", import_id=import_.id)


def _own(import_id: int) -> tuple[ListImport, Kind, dict[str, Any]]:
    import_ = fetch(ListImport, import_id, g.actor)
    kind = KINDS.get(import_.kind) or abort(404)
    demand(g.actor, kind.permission, import_)
    return import_, kind, json.loads(import_.content)


@blueprint.get("/imports/<int:import_id>")
@requires("search.use")
def show(import_id: int) -> str | Response:
    """What a list will do, is doing, or did."""
    import_, kind, content = _own(import_id)
    if request.htmx.partial:
        # The page asks while the list is being worked on; then it is time for another page.
        if import_.state not in rules.WORKING:
            return go(_address(import_))
        percent, job_id = queries.work_on(import_, g.actor)
        return render_template("imports/_working.html", import_=import_, percent=percent, job_id=job_id)
    return _page(import_, kind, content)


def _page(import_: ListImport, kind: Kind, content: dict[str, Any], **extra: Any) -> str:
    template = {
        rules.READING: "working",
        rules.WRITING: "working",
        rules.COLUMNS: "failed",
        rules.FAILED: "failed",
        rules.READY: "preview",
        rules.DONE: "report",
    }[import_.state]
    percent, job_id = queries.work_on(import_, g.actor) if import_.state in rules.WORKING else (100, None)
    return render_template(
        f"imports/{template}.html",
        import_=import_,
        kind=kind,
        plan=content.get("plan"),
        place=content.get("place"),
        labels=kind.labels(),
        percent=percent,
        job_id=job_id,
        **extra,
    )


@blueprint.get("/imports/<int:import_id>/columns")
@requires("search.use")
def columns(import_id: int) -> str:
    """Where the table stands and what its columns mean, to be corrected."""
    import_, kind, content = _own(import_id)
    if import_.state not in (rules.COLUMNS, rules.READY) or not content.get("sheets"):
        abort(404)
    return _columns_page(import_, kind, content)


def _columns_page(import_: ListImport, kind: Kind, content: dict[str, Any], problem: str = "") -> str:
    sheets, place = content["sheets"], content.get("place") or {}
    sheet = next((s for s in sheets if s["title"] == request.values.get("sheet", place.get("sheet"))), sheets[0])
    row = forms.as_int(request.values.get("row")) or (
        place.get("row") if sheet["title"] == place.get("sheet") else None
    )
    labels = dict(sheet["rows"]).get(row)
    meaning: dict[int, str] = {}
    if labels is not None:
        known = place if (sheet["title"], row) == (place.get("sheet"), place.get("row")) else None
        remembered = rules.remembered_columns(import_.district_id, kind.name)
        meaning = {p: f for f, p in known["columns"].items()} if known else forms.guessed(kind, labels, remembered)
    return render_template(
        "imports/columns.html",
        import_=import_,
        kind=kind,
        sheets=sheets,
        sheet=sheet,
        row=row,
        labels=labels,
        meaning=meaning,
        samples=[values for number, values in sheet["rows"] if row and number > row][:3],
        problem=problem,
    )


@blueprint.post("/imports/<int:import_id>/columns")
@requires("search.use")
def save_columns(import_id: int) -> Response | tuple[str, int]:
    """Read the list again with the columns as a person sees them."""
    import_, kind, content = _own(import_id)
    if done := repeated():
        return go(done)
    if import_.state not in (rules.COLUMNS, rules.READY) or not content.get("sheets"):
        abort(404)
    sheet = next((s for s in content["sheets"] if s["title"] == request.form.get("sheet")), None)
    row = forms.as_int(request.form.get("row"))
    labels = dict(sheet["rows"]).get(row) if sheet else None
    if labels is None:
        abort(400)
    chosen, memory = forms.read_columns(kind, labels)
    if kind.shape.name not in chosen:
        name = next(column.label for column in kind.shape.columns if column.key == kind.shape.name)
        problem = _("Thầy/cô chưa cho biết cột nào là “%(name)s”.", name=name)
        return _columns_page(import_, kind, content, problem), 422
    place = {"sheet": sheet["title"], "row": row, "columns": chosen}
    rules.set_columns(import_, place, memory, person_id=g.actor.person_id, done=lambda: remember(_address(import_)))
    return go(_address(import_))


@blueprint.post("/imports/<int:import_id>/choices")
@requires("search.use")
def save_choices(import_id: int) -> Response:
    """Note which record some rows mean."""
    import_, _kind, _content = _own(import_id)
    if done := repeated():
        return go(done)
    choices = forms.read_choices()
    if import_.state == rules.READY and choices:
        rules.choose(import_, choices, person_id=g.actor.person_id, done=lambda: remember(_address(import_)))
    return go(_address(import_))


@blueprint.post("/imports/<int:import_id>")
@requires("search.use")
def commit(import_id: int) -> Response:
    """Write a list as it was previewed."""
    import_, kind, _content = _own(import_id)
    if done := repeated():
        return go(done)
    if import_.state != rules.READY:
        return go(_address(import_))
    try:
        rules.confirm(
            import_,
            request.form.get("digest", ""),
            person_id=g.actor.person_id,
            done=lambda: remember(_address(import_)),
        )
    except rules.Outdated:
        import_, kind, content = _own(import_id)
        return make_response(_page(import_, kind, content, outdated=True), 409)
    return go(_address(import_))


@blueprint.get("/imports/<int:import_id>/rejected.xlsx")
@requires("search.use")
def rejected(import_id: int) -> Response:
    """The rows that were not taken, with the reasons, to be corrected and sent again."""
    import_, kind, content = _own(import_id)
    found = (content.get("plan") or {}).get("rejected") or abort(404)
    with speaking(SOURCE):
        labels = [label for label in found["labels"] if label not in ("STT", "TT")]
        keep = [place for place, label in enumerate(found["labels"]) if label not in ("STT", "TT")]
        table = [Column(key=str(place), label=label, width=20) for place, label in zip(keep, labels, strict=True)]
        table.append(Column(key="reason", label=_("Lý do chưa nhận"), width=60))
        lines = [[*(_cell(values, place) for place in keep), reason] for _number, values, reason in found["rows"]]
        title = _("Các dòng chưa nhận")
        year = _("Năm học %(year)s", year=content["plan"]["year"])
        body = write_table(f"{title} – {kind.title}", f"{import_.file_name} · {year}", table, lines)
    return send_workbook(f"{title} – {import_.file_name}", body)


def _cell(values: list[str], place: int) -> str:
    return values[place] if place < len(values) else ""
