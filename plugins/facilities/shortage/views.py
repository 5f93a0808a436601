"""Shortage sheets, on the screen and in Excel, and the click that makes a need of a line."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import Any

from flask import Response, abort, g, render_template, request

from intranet.api import (
    School,
    answer_export,
    fetch,
    go,
    may,
    remember,
    repeated,
    requires,
    say,
    send_workbook,
    start_export,
    write_table,
)
from intranet.api import gettext as _
from plugins.facilities.models import Review, Round
from plugins.facilities.needs import rules as needs
from plugins.facilities.needs.life_cycle import STATE_LABELS
from plugins.facilities.pages import HOME, record_for
from plugins.facilities.routes import blueprint
from plugins.facilities.shortage import exports, queries

FOLDER = "facilities/shortage"


@blueprint.get("/reviews/<int:review_id>/shortage")
@requires("facilities.view")
def shortage(review_id: int) -> str:
    """What a school lacks by a review, and which of it has become a need."""
    found = fetch(Review, review_id, g.actor)
    return render_template(
        f"{FOLDER}/school.html",
        review=found,
        rows=queries.of_review(found),
        needs=queries.needs_of(found.school_id, queries.source_key(found, "")),
        states=STATE_LABELS,
        writes=_writes(found),
    )


def _writes(review: Review) -> bool:
    return g.actor.school_id == review.school_id and may(g.actor, "facilities.need", review)


@blueprint.get("/reviews/<int:review_id>/shortage.xlsx")
@requires("facilities.view")
def shortage_file(review_id: int) -> Response:
    """The same as a file."""
    found = fetch(Review, review_id, g.actor)
    rows = [
        (
            f"{lack.item.code}. {lack.item.title}",
            lack.item.unit,
            lack.line.required,
            lack.line.have,
            lack.line.usable,
            lack.missing,
            lack.line.note,
        )
        for lack in queries.of_review(found)
    ]
    title = f"Còn thiếu, {found.round.title}"
    return send_workbook(f"{title}.xlsx", write_table(title, found.school.name, exports.OF_SCHOOL, rows))


@blueprint.post("/reviews/<int:review_id>/needs")
@requires("facilities.need")
def need_of_shortage(review_id: int) -> Response:
    """Make a need of a line that is short, once; then the line leads to it."""
    found = record_for(Review, review_id, "need")
    if not _writes(found):
        abort(403)
    if done := repeated():
        return go(done)
    code = request.form.get("item", "")
    lack = next((row for row in queries.of_review(found) if row.item.code == code and row.missing), None) or abort(404)
    known = needs.alike(found.school_id, lack.item.title)
    if known is not None:
        say(_("Trường đã có nhu cầu này."), "info")
        return go(f"{HOME}/needs/{known.id}")
    need = needs.make_need(
        g.actor,
        _values(found, lack),
        school=School.get_by_id(found.school_id),
        done=lambda made: remember(f"{HOME}/needs/{made.id}"),
    )
    say(_("Đã lập nhu cầu từ số còn thiếu. Thầy/cô xem lại rồi gửi thẩm định."))
    return go(f"{HOME}/needs/{need.id}")


def _values(review: Review, lack: queries.Lack) -> dict[str, Any]:
    why = f"{review.round.title}: cần {lack.line.required}, dùng được {lack.line.usable} {lack.item.unit}."
    return {
        "item": lack.item.title[:200],
        "quantity": Decimal(lack.missing or 0),
        "unit": lack.item.unit or "cái",
        "why": " ".join(filter(None, (why, lack.line.note))),
        "pupils": review.pupils,
        "source": "review",
        "source_key": queries.source_key(review, lack.item.code),
    }


@blueprint.get("/rounds/<int:round_id>/shortage")
@requires("facilities.check")
def round_shortage(round_id: int) -> str:
    """What all schools of a round lack together."""
    found = record_for(Round, round_id, "check")
    return render_template(f"{FOLDER}/round.html", round=found, rows=queries.of_round(found))


def _wanted(round_id: int) -> tuple[Any, str]:
    """How to find the lines that are short, and of which round they are."""
    found = record_for(Round, round_id, "check")
    return partial(queries.short_ids, found), found.title


@blueprint.get("/rounds/<int:round_id>/shortage.xlsx")
@requires("facilities.check")
def round_shortage_file(round_id: int) -> Response | str:
    """Every shortage of every school as a file."""
    return answer_export(exports.EXPORT, *_wanted(round_id))


@blueprint.post("/rounds/<int:round_id>/shortage.xlsx")
@requires("facilities.check")
def round_shortage_file_later(round_id: int) -> Response:
    """The same by a job, where they are many."""
    return start_export(exports.EXPORT, *_wanted(round_id))
