"""Files on their way out: to be kept, never shown as a page of ours."""

from __future__ import annotations

import unicodedata
from urllib.parse import quote

from flask import Response, send_file

from intranet.kernel import files
from intranet.kernel.text import D_VARIANTS

# Whatever somebody smuggled in: it runs nothing, loads nothing and has no address of ours.
SANDBOX = "default-src 'none'; sandbox; frame-ancestors 'none'"


def as_attachment(response: Response, name: str) -> Response:
    """Let the browser keep the answer under a name, which may be Vietnamese."""
    plain = unicodedata.normalize("NFKD", name.translate(D_VARIANTS).replace("đ", "d"))
    response.headers.set(
        "Content-Disposition",
        "attachment",
        **{"filename": plain.encode("ascii", "ignore").decode(), "filename*": f"UTF-8''{quote(name, safe='')}"},
    )
    return response


def send_bytes(body: bytes, media_type: str, name: str) -> Response:
    """Contents that lie in no file here, to be kept under a name."""
    response = as_attachment(Response(body, mimetype=media_type), name)
    response.headers["Content-Security-Policy"] = SANDBOX
    return response


def send_stored(sha256: str, media_type: str) -> Response:
    """Stored contents, in parts if the browser asks. Raises FileNotFoundError."""
    response = send_file(files.path_of(sha256), media_type, conditional=True, etag=sha256, last_modified=None)
    response.headers["Content-Security-Policy"] = SANDBOX
    # Nothing of what people see stays on a shared computer; send_file would ask the browser to keep it.
    response.headers["Cache-Control"] = "no-store"
    return response
