"""The module's one blueprint; the folders' views register themselves on it."""

from flask import Blueprint, abort, g

blueprint = Blueprint("mentoring", __name__)


@blueprint.before_request
def _no_administrators() -> None:
    """Nobody looks at children's cases as somebody else: the log of reads would name the wrong person."""
    if g.actor is not None and g.actor.seen_by is not None:
        abort(404)
