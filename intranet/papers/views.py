"""Papers, made when somebody asks for them."""

from __future__ import annotations

from flask import Response, abort, g

from intranet.papers import (
    blueprint,
    core_kinds,  # noqa: F401 (its kinds register themselves)
    documents,
)
from intranet.papers.engine import TemplateFault
from intranet.papers.kinds import open_kind
from intranet.shared.access import demand, fetch
from intranet.shared.uploads import PACKAGES
from intranet.web.downloads import as_attachment
from intranet.web.errors import error_response
from intranet.web.gate import signed_in

WORD = PACKAGES["word/document.xml"][1]


@blueprint.get("/<key>/<int:record_id>.docx")
@signed_in
def document(key: str, record_id: int) -> Response:
    """A paper of a record as a Word file."""
    kind = open_kind(key, g.actor) or abort(404)
    record = fetch(kind.model, record_id, g.actor)
    demand(g.actor, kind.permission, record)
    try:
        body = documents.render(kind, record, g.actor.district_id or record.owner()[0])
    except TemplateFault as fault:
        return error_response(422, str(fault))
    return send_word(body, documents.name_of(kind, record))


def send_word(body: bytes, name: str) -> Response:
    """A Word file to keep; the name may be Vietnamese."""
    response = as_attachment(Response(body, mimetype=WORD), name)
    response.headers["Cache-Control"] = "no-store"
    return response
