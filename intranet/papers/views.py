"""Papers, made when somebody asks for them, and those that were issued."""

from __future__ import annotations

import logging
from typing import Any

from flask import Response, abort, current_app, g, render_template, url_for

from intranet.contributions import PaperKind
from intranet.kernel.forms import remember, repeated
from intranet.kernel.language import gettext as _
from intranet.papers import (
    blueprint,
    core_kinds,  # noqa: F401 (its kinds register themselves)
    documents,
    letterhead_views,  # noqa: F401 (its views register themselves)
    queries,
    rules,
    template_views,  # noqa: F401 (as above)
)
from intranet.papers.documents import WORD
from intranet.papers.forms import IssueForm, VoidForm
from intranet.papers.kinds import open_kind, paper_kinds
from intranet.papers.word import TemplateFault
from intranet.registry.districts import District
from intranet.shared.access import demand, fetch, may
from intranet.shared.papers import IssuedDocument
from intranet.web.downloads import as_attachment, send_stored
from intranet.web.errors import error_response
from intranet.web.gate import signed_in
from intranet.web.hx import go
from intranet.web.layout import say

log = logging.getLogger("intranet.papers")


def _found(key: str, record_id: int) -> tuple[PaperKind, Any]:
    """The kind and its record, if the actor may have its papers."""
    kind = open_kind(key, g.actor)
    if kind is None or kind.own_pages:
        abort(404)
    return kind, _record(kind, record_id)


def _record(kind: PaperKind, record_id: int) -> Any:
    record = fetch(kind.model, record_id, g.actor)
    demand(g.actor, kind.permission, record)
    return record if kind.may_read(g.actor, record) else abort(403)


def _template_district(record: Any) -> int | None:
    """Whose template is used: the actor's own district's; administrators have none."""
    return g.actor.district_id or record.owner()[0]


@blueprint.get("/<key>/<int:record_id>.docx")
@signed_in
def document(key: str, record_id: int) -> Response | tuple[str, int]:
    """A paper of a record as a Word file."""
    kind, record = _found(key, record_id)
    try:
        paper = documents.render(kind, record, _template_district(record))
    except TemplateFault as fault:
        return _faulty(kind, record, fault), 422
    return send_word(paper.body, paper.file_name)


def send_word(body: bytes, name: str) -> Response:
    """A Word file to keep; the name may be Vietnamese."""
    response = as_attachment(Response(body, mimetype=WORD), name)
    response.headers["Cache-Control"] = "no-store"
    return response


def _faulty(kind: PaperKind, record: Any, fault: TemplateFault) -> str:
    """Says what is wrong with the district's template, and leads those who keep it there."""
    district = District.get_by_id(_template_district(record))
    return render_template(
        "papers/faulty.html",
        kind=kind,
        fault=str(fault),
        district=district,
        keeps=may(g.actor, "papers.edit", district),
    )


@blueprint.get("/<key>/<int:record_id>")
@signed_in
def show(key: str, record_id: int) -> str:
    """A record's paper as it is now, and what was issued of it."""
    kind, record = _found(key, record_id)
    return _page(kind, record, IssueForm(data=_noted(record)))


def _noted(record: Any) -> dict[str, Any]:
    """Number and day that the record has already, as a memorandum or a pledge that was signed."""
    numbers = (getattr(record, name, "") for name in ("number", "pledge_number"))
    days = (getattr(record, name, None) for name in ("issued_on", "signed_on"))
    return {"number": next(filter(None, numbers), ""), "issued_on": next(filter(None, days), None)}


def _page(kind: PaperKind, record: Any, form: IssueForm) -> str:
    workflow = current_app.extensions["workflows"].find(type(record)._meta.table_name)
    return render_template(
        "papers/show.html",
        kind=kind,
        record=record,
        form=form,
        back=(workflow[1].title(record), workflow[1].url(record)) if workflow else None,
        issued=queries.issued_of(record),
        issues=_issues(kind, record),
    )


def _issues(kind: PaperKind, record: Any) -> bool:
    return not kind.own_issue and may(g.actor, "papers.edit", record)


@blueprint.post("/<key>/<int:record_id>")
@signed_in
def issue(key: str, record_id: int) -> Response | tuple[str, int]:
    """Issue a record's paper: freeze it under a number."""
    kind, record = _found(key, record_id)
    if not _issues(kind, record):
        abort(403)
    if done := repeated():
        return go(done)
    form = IssueForm()
    if not form.validate():
        return _page(kind, record, form), 422
    try:
        issued = rules.issue(
            key,
            record,
            number=form.number.data,
            issued_on=form.issued_on.data,
            person_id=g.actor.person_id,
            district_id=_template_district(record),
            done=lambda made: remember(_address(made)),
        )
    except TemplateFault as fault:
        return _faulty(kind, record, fault), 422
    say(_("Đã ban hành văn bản."))
    return go(_address(issued))


def _address(issued: IssuedDocument) -> str:
    return url_for("papers.issued", code=issued.code)


def _issued(code: str) -> IssuedDocument:
    """An issued paper, if the actor may read it: its holder, and whoever sees the record, module on or off."""
    found = queries.by_code(code) or abort(404)
    if found.holder_id == g.actor.person_id:
        return found
    kind = paper_kinds().find(found.kind)
    if kind is None:
        # Its module is not installed any more.
        return found if may(g.actor, "papers.edit", found) else abort(404)
    _record(kind[1], found.subject_id)
    return found


@blueprint.get("/issued/<code>")
@signed_in
def issued(code: str) -> str:
    """An issued paper: its file, and whether it still holds."""
    return _issued_page(_issued(code), VoidForm())


def _issued_page(found: IssuedDocument, form: VoidForm) -> str:
    return render_template(
        "papers/issued.html",
        issued=found,
        form=form,
        issuers=queries.issuers_of(found),
        changed=queries.issuers_now(found),
        voids=found.void_at is None and _may_void(found),
    )


def _may_void(found: IssuedDocument) -> bool:
    kind = paper_kinds().find(found.kind)
    if kind is not None and kind[1].own_issue:
        return False
    record = kind[1].model.get_or_none(kind[1].model.id == found.subject_id) if kind else None
    return may(g.actor, "papers.edit", record or found)


@blueprint.get("/issued/<code>.docx")
@signed_in
def frozen(code: str) -> Response:
    """The file of an issued paper, as it was issued."""
    found = _issued(code)
    sha256 = queries.contents_of(found) or abort(404)
    try:
        return as_attachment(send_stored(sha256, WORD), found.file_name)
    except FileNotFoundError:
        log.error("issued paper %s is missing", sha256)
        return error_response(404, _("Nội dung tệp này không còn trên máy chủ. Thầy/cô hãy báo cho người quản trị."))


@blueprint.post("/issued/<code>/void")
@signed_in
def void(code: str) -> Response | tuple[str, int]:
    """Say that an issued paper no longer holds."""
    found = _issued(code)
    if not _may_void(found):
        abort(403)
    if done := repeated():
        return go(done)
    form, here = VoidForm(), _address(found)
    if not form.validate():
        return _issued_page(found, form), 422
    rules.void(found, form.reason.data, person_id=g.actor.person_id, done=lambda: remember(here))
    say(_("Đã hủy văn bản. Ai tra cứu sẽ thấy văn bản không còn giá trị."))
    return go(here)
