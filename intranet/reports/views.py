"""The screens of reports: the list, the late list, one report as the paper shows it."""

from __future__ import annotations

from flask import Response, abort, g, render_template, url_for

from intranet.kernel.forms import remember, repeated
from intranet.kernel.language import gettext as _
from intranet.kernel.language import ngettext
from intranet.papers.queries import issued_of
from intranet.papers.wording import number_line, place_and_day
from intranet.registry.reports import DRAFT, VOID, Report
from intranet.registry.twinning import Pairing
from intranet.reports import (
    blueprint,
    edit_views,  # noqa: F401 (its routes)
    exports,  # noqa: F401 (its routes)
    forms,
    making,
    queries,
    rules,
    unit_views,  # noqa: F401 (its routes)
)
from intranet.reports.heading import about, head_of, recipients
from intranet.reports.life_cycle import STATE_LABELS
from intranet.reports.pages import report_for
from intranet.reports.papers import SIGN, kind_of
from intranet.reports.queries import COUNT_LIMIT, Filters
from intranet.reports.sections import annex, load, on_paper, parts
from intranet.shared.access import fetch, may
from intranet.web.gate import requires
from intranet.web.hx import go, page
from intranet.web.layout import format_number, say

# Of a long annex the page shows the beginning; all of it stands in the Excel file.
ANNEX_SHOWN = 50


@blueprint.get("")
@requires("pairings.view")
def index() -> str:
    """The reports that the actor may see."""
    filters = forms.read_filters()
    found, programmes = queries.page_of(g.actor, filters), queries.programmes(g.actor)
    pairing = fetch(Pairing, filters.pairing_id, g.actor) if filters.pairing_id is not None else None
    pair = f"{pairing.first_school.name} – {pairing.second_school.name}" if pairing else ""
    return page(
        "reports/index.html",
        "reports/_list.html",
        filters=filters,
        found=found,
        count_text=_count_text(found.count),
        chips=_chips(filters, programmes, pair),
        address=forms.list_address,
        programmes=programmes,
        chip_words={str(label) for label in STATE_LABELS.values()},
        years=[(year, year) for year in queries.school_years()],
        states=STATE_LABELS.items(),
        words=STATE_LABELS,
        terms=forms.TERM_LABELS,
    )


def _count_text(count: int) -> str:
    if count > COUNT_LIMIT:
        return _("hơn %(count)s báo cáo", count=format_number(COUNT_LIMIT))
    return ngettext("%(num)s báo cáo", "%(num)s báo cáo", count)


def _pairs_text(count: int) -> str:
    if count > COUNT_LIMIT:
        return _("hơn %(count)s cặp", count=format_number(COUNT_LIMIT))
    return ngettext("%(num)s cặp", "%(num)s cặp", count)


def _chips(filters: Filters, programmes: list[tuple[int, str]], pair: str) -> list[tuple[str, str, str]]:
    return [
        (name, value, forms.list_address(filters, **{field: getattr(Filters(), field)}))
        for field, name, value in forms.in_force(filters, programmes, pair)
    ]


@blueprint.get("/missing")
@requires("reports.write")
def missing() -> str:
    """The pairs that have no issued report of a school year."""
    filters = forms.read_filters()
    filters = filters if filters.school_year else filters.without(school_year=queries.last_school_year())
    found, programmes = queries.missing(g.actor, filters), queries.programmes(g.actor)
    return page(
        "reports/missing.html",
        "reports/_missing.html",
        filters=filters,
        found=found,
        count_text=_pairs_text(found.count),
        address=forms.list_address,
        programmes=programmes,
        years=queries.school_years(),
        states=STATE_LABELS,
    )


@blueprint.get("/<int:report_id>")
@requires("pairings.view")
def show(report_id: int) -> str:
    """A report as the paper shows it."""
    report = fetch(Report, report_id, g.actor)
    sections, head = load(report.sections), head_of(report)
    table = annex(sections)
    return render_template(
        "reports/show.html",
        report=report,
        head=head,
        number=number_line(report.number, SIGN, head.symbol),
        dated=place_and_day(head.place, report.issued_on),
        paper=kind_of(report),
        about=about(report),
        recipients=recipients(report),
        parts=parts(sections, report.term) if sections else (),
        annex=on_paper(table, ANNEX_SHOWN) if table else None,
        annex_count=len(table.rows) if table else 0,
        issued=issued_of(report),
        writes=may(g.actor, "reports.write", report),
        can_edit=report.state == DRAFT and may(g.actor, "reports.write", report),
    )


@blueprint.get("/new")
@requires("reports.write")
def new() -> str:
    """Which days the report is about, and of what."""
    return _make_page(making.form_for(g.actor))


def _make_page(made: making.Offer) -> str:
    return render_template("reports/new.html", form=made.form, offer=made)


@blueprint.post("/new")
@requires("reports.write")
def make() -> Response | tuple[str, int]:
    """Begin the report, filled with figures; a large one is filled by a job."""
    offer = making.form_for(g.actor)
    if done := repeated():
        return go(done)
    if not offer.form.validate():
        return _make_page(offer), 422
    try:
        address = making.make(g.actor, offer)
    except rules.AlreadyMade as known:
        say(_("Báo cáo của kỳ này đã có."), "info")
        return go(url_for("reports.show", report_id=known.report_id))
    say(_("Đã lập báo cáo từ số liệu. Thầy/cô xem và sửa lời văn trước khi trình ký."))
    return go(address)


@blueprint.post("/<int:report_id>/again")
@requires("reports.write")
def again(report_id: int) -> Response:
    """A new draft in place of a void report."""
    report = report_for(report_id)
    if done := repeated():
        return go(done)
    if report.state != VOID:
        abort(409)

    def led_to(made: Report) -> None:
        remember(url_for("reports.show", report_id=made.id))

    try:
        made = rules.make_anew(report, person_id=g.actor.person_id, done=led_to)
    except rules.AlreadyMade as known:
        say(_("Báo cáo của kỳ này đã có."), "info")
        return go(url_for("reports.show", report_id=known.report_id))
    say(_("Đã lập báo cáo mới từ bản đã hủy. Thầy/cô có thể lấy lại số liệu."))
    return go(url_for("reports.show", report_id=made.id))
