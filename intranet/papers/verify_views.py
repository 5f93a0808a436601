"""Where anybody checks a paper by its code: whether it is ours, and whether it still holds. Nothing else is told."""

from __future__ import annotations

from flask import Blueprint, Response, abort, g, make_response, redirect, render_template, request, url_for

from intranet.accounts import throttle
from intranet.papers import queries
from intranet.shared.papers import IssuedDocument
from intranet.web.gate import public

LONGEST_CODE = 40

blueprint = Blueprint("verify", __name__, url_prefix="/verify")


@blueprint.get("")
@public
def index() -> Response:
    """Where the code is typed."""
    code = "".join(request.args.get("code", "")[:LONGEST_CODE].split())
    if code:
        return redirect(url_for("verify.show", code=code), 303)
    return make_response(render_template("papers/verify.html", code="", issued=None))


@blueprint.get("/<code>")
@public
def show(code: str) -> Response:
    """What is known of the paper of this code. Wrong codes are counted: nobody shall try them all."""
    issued = queries.by_code(code[:LONGEST_CODE])
    if issued is None:
        _count_as_guess()
    return _page(code, issued, 200 if issued else 404)


def _count_as_guess() -> None:
    limits = throttle.of_paper(g.client_address)
    try:
        throttle.check(limits)
    except throttle.TooManyTries:
        abort(429)
    throttle.note_failure(limits)


def _page(code: str, issued: IssuedDocument | None, status: int) -> Response:
    issuers = queries.issuers_of(issued) if issued else ()
    changed = queries.issuers_now(issued) if issued else ()
    html = render_template(
        "papers/verify.html", code=code[:LONGEST_CODE], issued=issued, issuers=issuers, changed=changed
    )
    response = make_response(html, status)
    response.headers["X-Robots-Tag"] = "noindex"
    return response
