"""The files of a record, how they come in and go out. Who may, the record's kind says (shared.attachments)."""

from __future__ import annotations

import logging
from typing import Any

from flask import Blueprint, Response, abort, g, request, url_for
from werkzeug.datastructures import FileStorage

from intranet.files import (
    looks,
    queries,
    rules,
    upkeep,  # noqa: F401 (its duty registers itself)
)
from intranet.files.forms import MOST_FILES, UploadForm
from intranet.kernel.forms import remember, repeated
from intranet.kernel.language import gettext as _
from intranet.kernel.language import ngettext
from intranet.shared import modules
from intranet.shared.access import fetch
from intranet.shared.attachments import KEEP_THROWN_AWAY, Attachable, Attachment, attachable
from intranet.shared.edits import Refused
from intranet.shared.spreadsheets import MEGABYTE
from intranet.shared.uploads import ACCEPT, JPEG, Upload, clean_name, taken
from intranet.web.downloads import as_attachment, send_stored
from intranet.web.errors import error_response
from intranet.web.gate import signed_in
from intranet.web.hx import go, page
from intranet.web.layout import named, say
from intranet.web.numbers import whole
from intranet.web.uploads import largest_file, takes_files

blueprint = Blueprint("files", __name__, url_prefix="/files")
log = logging.getLogger("intranet.files")


def _readable(subject_type: str, subject_id: int) -> tuple[Attachable, Any]:
    """The record and its kind, if the actor may see its files; 404 for strangers."""
    kind = attachable(subject_type) or abort(404)
    if kind.module and not modules.is_on(g.actor, kind.module):
        abort(404)
    record = fetch(kind.model, subject_id, g.actor)
    if not kind.may_read(g.actor, record):
        abort(404)
    return kind, record


def _writable(subject_type: str, subject_id: int) -> tuple[Attachable, Any]:
    kind, record = _readable(subject_type, subject_id)
    if not kind.may_write(g.actor, record):
        abort(403)
    return kind, record


def _address(subject_type: str, subject_id: int) -> str:
    return url_for("files.index", subject_type=subject_type, subject_id=subject_id)


@blueprint.get("/<subject_type>/<int:subject_id>")
@signed_in
def index(subject_type: str, subject_id: int) -> str:
    """What lies on a record, and the form to add to it."""
    kind, record = _readable(subject_type, subject_id)
    return _page(kind, record, UploadForm())


def _page(kind: Attachable, record: Any, form: UploadForm) -> str:
    subject_type, writable = type(record)._meta.table_name, kind.may_write(g.actor, record)
    before = whole(request.args.get("before"))
    # The fragment is the form alone.
    full = not request.htmx.partial
    entries, more = queries.page_of(subject_type, record.id, before) if full else ([], None)
    return page(
        "files/index.html",
        "files/_upload.html",
        kind=kind,
        record=record,
        here=_address(subject_type, record.id),
        form=form,
        writable=writable,
        entries=entries,
        more=more,
        thrown_away=queries.thrown_away(subject_type, record.id) if full and writable else (),
        days=KEEP_THROWN_AWAY.days,
        accept=ACCEPT,
        most_files=MOST_FILES,
        most_megabytes=largest_file() // MEGABYTE,
        largest=largest_file(),
    )


@blueprint.post("/<subject_type>/<int:subject_id>")
@signed_in
@takes_files(MOST_FILES)
def upload(subject_type: str, subject_id: int) -> Response | tuple[str, int]:
    """Put files on a record: those that are fit; of the others it is said why not."""
    kind, record = _writable(subject_type, subject_id)
    if done := repeated():
        return go(done)
    form, here = UploadForm(), _address(subject_type, subject_id)
    if not form.validate():
        return _page(kind, record, form), 422
    uploads, refusals = _sort_out(form.files.data)
    if not uploads:
        form.files.errors = refusals
        return _page(kind, record, form), 422
    rules.attach(record, uploads, person_id=g.actor.person_id, module=kind.module, done=lambda: remember(here))
    say(ngettext("Đã tải lên %(num)s tệp.", "Đã tải lên %(num)s tệp.", len(uploads)))
    if refusals:
        say(" ".join(refusals), "warn")
    return go(here)


def _sort_out(sent: list[FileStorage]) -> tuple[list[Upload], list[str]]:
    """What can be kept, and a sentence for each of the others."""
    uploads, refusals = [], []
    for file in sent:
        try:
            uploads.append(taken(file.read(), file.filename or "", largest=largest_file()))
        except Refused as refusal:
            refusals.append(_("%(name)s: %(sentence)s", name=clean_name(file.filename or ""), sentence=refusal))
    return uploads, refusals


def _lying(attachment_id: int) -> Attachment:
    """A file that is not in the trash, if the actor may read it."""
    return _lying_on(attachment_id)[0]


def _lying_on(attachment_id: int) -> tuple[Attachment, Attachable, Any]:
    """The same, with the record and its kind."""
    attachment = Attachment.get_or_none(Attachment.id == attachment_id, Attachment.deleted_at.is_null()) or abort(404)
    return attachment, *_readable(attachment.subject_type, attachment.subject_id)


@blueprint.get("/<int:attachment_id>/download")
@signed_in
def download(attachment_id: int) -> Response:
    """A file to keep. Its name is told only to who may read it: addresses stay in histories and logs."""
    attachment = _lying(attachment_id)
    return _contents(*queries.contents_of(attachment), attachment.name)


@blueprint.get("/<int:attachment_id>/preview")
@signed_in
def preview(attachment_id: int) -> Response:
    """The small picture of a picture."""
    return _contents(queries.preview_of(_lying(attachment_id)) or abort(404), JPEG)


@blueprint.get("/<int:attachment_id>/view")
@signed_in
def view(attachment_id: int) -> str:
    """What a file shows inside, for whoever does not want to fetch it."""
    attachment, kind, record = _lying_on(attachment_id)
    return page(
        "files/look.html",
        "files/_look.html",
        attachment=attachment,
        kind=kind,
        record=record,
        picture=attachment.file.media_type == JPEG,
        look=looks.look_of(attachment.file_id),
        files_page=_address(attachment.subject_type, attachment.subject_id),
    )


@blueprint.post("/<int:attachment_id>/view")
@signed_in
def ask_for_view(attachment_id: int) -> Response | str:
    """Have the document looked into: nobody did so before."""
    looks.ask_for_look(_lying(attachment_id).file_id)
    return view(attachment_id) if request.htmx.partial else go(url_for("files.view", attachment_id=attachment_id))


@blueprint.get("/<int:attachment_id>/pages/<int:number>")
@signed_in
def page_picture(attachment_id: int, number: int) -> Response:
    """The picture of a page of a document."""
    return _contents(looks.page_of(_lying(attachment_id).file_id, number) or abort(404), JPEG)


def _contents(sha256: str, media_type: str, name: str | None = None) -> Response:
    try:
        response = send_stored(sha256, media_type)
        return response if name is None else as_attachment(response, name)
    except FileNotFoundError:
        log.error("stored file %s is missing", sha256)
        return error_response(404, _("Nội dung tệp này không còn trên máy chủ. Thầy/cô hãy báo cho người quản trị."))


@blueprint.post("/<int:attachment_id>/remove")
@signed_in
def remove(attachment_id: int) -> Response:
    """Put a file into the trash."""
    return _move(attachment_id, rules.remove, _("Đã bỏ %(name)s vào thùng rác."))


@blueprint.post("/<int:attachment_id>/restore")
@signed_in
def restore(attachment_id: int) -> Response:
    """Take a file out of the trash."""
    return _move(attachment_id, rules.restore, _("Đã khôi phục %(name)s."))


def _move(attachment_id: int, rule: Any, told: str) -> Response:
    attachment = Attachment.get_or_none(Attachment.id == attachment_id) or abort(404)
    _kind, record = _writable(attachment.subject_type, attachment.subject_id)
    if done := repeated():
        return go(done)
    here = _address(attachment.subject_type, attachment.subject_id)
    rule(attachment, record, person_id=g.actor.person_id, done=lambda: remember(here))
    say(named(told, name=attachment.name))
    return go(here)
