"""The calendar for programs of one's own: a secret address, and single meetings as files."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any

from flask import Response, abort, g, make_response, render_template, request, url_for

from intranet.calendar_pages import blueprint, ical, queries, rules
from intranet.contributions import CalendarItem
from intranet.kernel.clock import today
from intranet.kernel.forms import remember, repeated
from intranet.kernel.language import gettext as _
from intranet.kernel.language import speaking
from intranet.registry.people import ROLE_LABELS
from intranet.registry.pledges import Meeting
from intranet.shared import calendar
from intranet.shared.access import fetch, may
from intranet.shared.edits import Refused
from intranet.web.addresses import site_address
from intranet.web.downloads import as_attachment
from intranet.web.gate import public, requires
from intranet.web.hx import go
from intranet.web.layout import say

BACK, AHEAD = timedelta(days=90), timedelta(days=400)


@blueprint.get("/<token>.ics")
@public
def feed(token: str) -> Response:
    """The calendar of the person whose secret address it is; what is over, replaced or unknown does not exist."""
    found = queries.reader_of(token)
    if found is None or not may(found[0], "calendar.view"):
        abort(404)
    actor, made_at = found
    entries = calendar.span(actor, today() - BACK, today() + AHEAD).entries
    name = " – ".join(filter(None, ("Chung Tay", actor.place_name)))
    with speaking(actor.language):
        body = ical.write(entries, name, site_address(), changed_at=made_at)
    response = make_response(body)
    response.headers["Content-Type"] = ical.MEDIA_TYPE
    # A program asks again and again: what it has already needs no second journey.
    response.headers["Cache-Control"] = "private, no-cache"
    response.set_etag(hashlib.sha256(body).hexdigest())
    return response.make_conditional(request)


@blueprint.get("/meeting/<int:meeting_id>.ics")
@requires("calendar.view")
def meeting(meeting_id: int) -> Response:
    """One meeting, for one's own calendar."""
    record = fetch(Meeting, meeting_id, g.actor)
    if record.state not in calendar.TAKE_PLACE:
        abort(404)
    return _send(calendar.entry_of(record), record.title, record.updated_at)


def _send(entry: calendar.Entry, title: str, changed_at: datetime) -> Response:
    response = make_response(ical.write([entry], title, site_address(), changed_at=changed_at))
    response.headers["Content-Type"] = ical.MEDIA_TYPE
    return as_attachment(response, f"{title}.ics")


def send_calendar_item(item: CalendarItem, label: Any, *, module: str, changed_at: datetime) -> Response:
    """One date of a plugin, for people's own calendars; the calendar's feed knows it as the same."""
    return _send(calendar.Entry(item=item, label=label, module=module), item.title, changed_at)


@blueprint.get("/feed")
@requires("calendar.view")
def own_feed() -> str:
    """Whether there is an address, what it is for, and how to make one."""
    return render_template("calendar/feed.html", feed=queries.feed_of(g.actor.person_id), role_labels=ROLE_LABELS)


@blueprint.post("/feed")
@requires("calendar.view")
def make_feed() -> Response | str:
    """Make an address, or a new one in its place, and show it, once."""
    here = url_for("calendar.own_feed")
    if done := repeated():
        say(_("Địa chỉ chỉ hiện một lần và không xem lại được. Nếu chưa kịp chép, thầy/cô tạo địa chỉ mới."), "info")
        return go(done)
    try:
        token = rules.make_feed(g.actor, done=lambda: remember(here))
    except Refused as refusal:
        say(str(refusal), "bad")
        return go(here)
    return render_template("calendar/feed_made.html", address=f"{site_address()}/calendar/{token}.ics")


@blueprint.post("/feed/end")
@requires("calendar.view")
def end_feed() -> Response:
    """Make the address worthless."""
    here = url_for("calendar.own_feed")
    if done := repeated():
        return go(done)
    if rules.revoke_feed(g.actor.person_id, done=lambda: remember(here)):
        say(_("Đã bỏ địa chỉ. Các ứng dụng lịch đang dùng địa chỉ này sẽ không nhận được gì nữa."))
    return go(here)
