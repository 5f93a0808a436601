"""The pages on which a report is edited, filled anew and issued."""

from __future__ import annotations

import hashlib
from typing import Any

from flask import Response, abort, g, render_template, request, url_for

from intranet.kernel.clock import today
from intranet.kernel.forms import remember, repeated
from intranet.kernel.language import gettext as _
from intranet.registry.reports import DRAFT, SUBMITTED, Report
from intranet.reports import blueprint, making, rules
from intranet.reports.forms import EditForm, IssueForm, RefillForm, edit_data, edit_form
from intranet.reports.heading import present_head
from intranet.reports.pages import report_for
from intranet.reports.sections import ANNEX, PARTS, ROMAN, Section, changes, dump, load, part_headings, refilled
from intranet.shared import steps
from intranet.shared.access import fetch
from intranet.shared.edits import Conflict, Refused
from intranet.web.gate import requires
from intranet.web.hx import go
from intranet.web.layout import say
from intranet.web.saving import Answer, blame, save_form


def _home(report_id: int) -> str:
    return url_for("reports.show", report_id=report_id)


def _draft_for(report_id: int) -> Report:
    report = report_for(report_id)
    if report.state != DRAFT:
        abort(409)
    return report


@blueprint.get("/<int:report_id>/edit")
@requires("reports.write")
def edit(report_id: int) -> str:
    """The form of a report's texts."""
    report = _draft_for(report_id)
    sections = load(report.sections)
    return _edit_page(edit_form(sections, report.term, data=edit_data(report.title, sections, report.version)), report)


def _edit_page(form: EditForm, report: Report, **extra: Any) -> str:
    shown = [section for section in load(report.sections) if section.part != ANNEX]
    headings = part_headings(report.term)
    groups = [
        (f"{ROMAN[part]}. {headings[part]}", [section for section in shown if section.part == part]) for part in PARTS
    ]
    return render_template("reports/edit.html", form=form, report=report, groups=groups, **extra)


@blueprint.post("/<int:report_id>/edit")
@requires("reports.write")
def save(report_id: int) -> Answer:
    """Save a report's texts."""
    report = report_for(report_id)
    form = edit_form(load(report.sections), report.term)
    return save_form(
        form,
        lambda: _edit_page(form, report),
        lambda **how: rules.save_sections(report, form.values(), form.new_section(), **how),
        home=_home(report_id),
        conflict=lambda conflict: _conflict_page(form, report_id, conflict),
    )


def _conflict_page(form: EditForm, report_id: int, conflict: Conflict) -> tuple[str, int]:
    """The form with what was typed and, beside it, what the other person saved; saving again takes the form's."""
    current = Report.get_by_id(report_id)
    form.version.data = form.version.raw_data = str(current.version)
    for name, (saved, _given) in conflict.others.items():
        # Sent again, the old value would undo what only the other person changed.
        field = form[_field_name(name)]
        field.data, field.raw_data = saved, None
    headings = {section.key: section.heading for section in load(current.sections)}
    theirs = [
        (_label(name, headings), _shown(saved), _shown(given)) for name, (saved, given) in conflict.differences.items()
    ]
    return _edit_page(form, current, conflict_at=current.updated_at, theirs=theirs), 409


def _field_name(name: str) -> str:
    key, _dot, kind = name.rpartition(".")
    return f"{kind}-{key}" if key else name


def _label(name: str, headings: dict[str, str]) -> str:
    key, _dot, kind = name.rpartition(".")
    words = {"heading": _("Tên mục"), "text": _("Lời văn"), "removed": _("Bỏ mục này khỏi báo cáo")}
    return " ".join(filter(None, (words.get(kind, _("Tên báo cáo")), headings.get(key))))


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return _("Có") if value else _("Không")
    return value


# --- Filling anew ---


@blueprint.get("/<int:report_id>/refill")
@requires("reports.write")
def refill(report_id: int) -> str:
    """What fresh figures would change."""
    return _refill_page(_draft_for(report_id), RefillForm())


def _refill_page(report: Report, form: RefillForm, **extra: Any) -> str:
    old, new, failed = _old_and_new(report)
    return render_template(
        "reports/refill.html",
        report=report,
        form=form,
        changes=None if new is None else changes(old, new),
        failed=failed,
        headings=part_headings(report.term),
        seen=None if new is None else _hash(new),
        read=request.values.get("read", ""),
        **extra,
    )


def _old_and_new(report: Report) -> tuple[list[Section], list[Section] | None, list[str]]:
    """The sections as they are and as fresh figures make them; None while a job has to read these first."""
    old = load(report.sections)
    fresh = making.fresh_for(report, g.actor, request.values.get("read", "")[:40])
    return (old, None, []) if fresh is None else (old, refilled(old, *fresh), fresh[1])


def _hash(sections: list[Section]) -> str:
    return hashlib.sha256(dump(sections).encode()).hexdigest()


@blueprint.post("/<int:report_id>/refill")
@requires("reports.write")
def write_figures(report_id: int) -> Response | tuple[str, int]:
    """Write the fresh figures that the person has seen, or have a job read them first."""
    report = report_for(report_id)
    if done := repeated():
        return go(done)
    form = RefillForm()
    if report.state != DRAFT:
        abort(409)
    _old, new, _failed = _old_and_new(report)
    if new is None:
        return go(making.start_reading(report, g.actor))
    if _hash(new) != request.form.get("seen"):
        return _refill_page(report, form, changed=True), 409
    try:
        rules.refill(
            report,
            new,
            version=form.read_version,
            person_id=g.actor.person_id,
            done=lambda: remember(_home(report_id)),
        )
    except Conflict:
        return _refill_page(Report.get_by_id(report_id), form, changed=True), 409
    say(_("Đã ghi số liệu mới vào báo cáo."))
    return go(_home(report_id))


# --- Issuing ---


def _submitted_for_signer(report_id: int) -> Report:
    """The report, where the actor is who signs it (else 403) and it waits for that (else 409)."""
    report = fetch(Report, report_id, g.actor)
    if not steps.may_take(report, "issue", g.actor):
        abort(403)
    return report


@blueprint.get("/<int:report_id>/issue")
@requires("reports.write")
def issue(report_id: int) -> str:
    """The form with number, day and signer."""
    report = _submitted_for_signer(report_id)
    if report.state != SUBMITTED:
        abort(409)
    head = present_head(report)
    signer = {"signer_title": head.signer_title.capitalize(), "signer": head.signer_name or g.actor.name}
    data = {"issued_on": today(), **signer}
    return _issue_page(IssueForm(data={**data, "version": report.version}), report)


def _issue_page(form: IssueForm, report: Report) -> str:
    return render_template("reports/issue.html", form=form, report=report)


@blueprint.post("/<int:report_id>/issue")
@requires("reports.write")
def issue_now(report_id: int) -> Response | tuple[str, int]:
    """Issue the report: nothing in it changes any more."""
    report = _submitted_for_signer(report_id)
    if done := repeated():
        return go(done)
    form = IssueForm()
    if not form.validate():
        return _issue_page(form, report), 422
    signing = rules.Signing(form.number.data, form.issued_on.data, form.signer.data, form.signer_title.data)
    try:
        rules.issue(
            report,
            signing,
            present_head(report, signing.issued_on),
            g.actor,
            version=form.read_version,
            done=lambda: remember(_home(report_id)),
        )
    except Refused as refusal:
        blame(form, refusal)
        return _issue_page(form, report), 422
    except Conflict:
        abort(409)
    say(_("Đã ban hành báo cáo."))
    return go(_home(report_id))
