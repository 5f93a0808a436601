"""The forms of reports, and the filters of their lists."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from flask import abort, request
from wtforms import BooleanField, SelectField

from intranet.kernel.forms import Day, Form, Lines, Text, Versioned, at_most, options, required
from intranet.kernel.language import gettext
from intranet.kernel.language import lazy_gettext as _
from intranet.kernel.schoolyear import find_school_year
from intranet.registry.reports import FIRST_TERM, SECOND_TERM, WHOLE_YEAR
from intranet.reports import queries
from intranet.reports.life_cycle import STATE_LABELS
from intranet.reports.queries import Filters
from intranet.reports.rules import NewSection
from intranet.reports.sections import ANNEX, PARTS, RESULTS, ROMAN, Section, part_headings
from intranet.web.numbers import whole

TERM_LABELS = {WHOLE_YEAR: _("Cả năm"), FIRST_TERM: _("Học kỳ I"), SECOND_TERM: _("Học kỳ II")}
LONGEST_TEXT = 20_000


class MakeForm(Form):
    """Which days a report is about, and of what: one of the pairs, or one of the programmes."""

    subject = SelectField(_("Báo cáo về"), coerce=int)
    school_year = SelectField(_("Năm học"))
    term = SelectField(_("Kỳ báo cáo"), choices=options(TERM_LABELS.items()))

    def offer(self, subjects: Sequence[tuple[int, str]], *, terms: bool) -> MakeForm:
        """What there is to choose from; the year report of a programme has no terms."""
        self.subject.choices = options(subjects)
        self.school_year.choices = options((year, year) for year in queries.school_years())
        if not terms:
            del self.term
        return self


class EditForm(Versioned):
    """The texts of a report; the fields of its sections are added by edit_form()."""

    title = Text(_("Tên báo cáo"), [required(_("Thầy/cô chưa ghi tên báo cáo.")), at_most(400)])
    new_part = SelectField(_("Thuộc phần"))
    new_heading = Text(_("Tên mục"), [at_most(200)])
    new_text = Lines(_("Nội dung"), [at_most(LONGEST_TEXT)])

    def values(self) -> dict[str, Any]:
        """What was sent, as rules.values_of names it. A section that somebody added meanwhile was not, and stays."""
        found = {"title": self.title.data}
        for name in self._fields:
            kind, _dash, key = name.partition("-")
            if f"text-{key}" in request.form and kind in ("heading", "text", "removed"):
                found[f"{key}.{kind}"] = self[name].data
        return found

    def new_section(self) -> NewSection | None:
        """The section to be added, if one was written."""
        if not self.new_heading.data and not self.new_text.data:
            return None
        return NewSection(self.new_part.data, self.new_heading.data, self.new_text.data)


def edit_form(sections: Sequence[Section], term: str, **given: Any) -> EditForm:
    """The form for these sections; the annex is figures only."""
    fields: dict[str, Any] = {}
    for section in sections:
        if section.part != ANNEX:
            if section.heading or section.is_own:
                fields[f"heading-{section.key}"] = Text(_("Tên mục"), [at_most(200)])
            fields[f"text-{section.key}"] = Lines(_("Lời văn"), [at_most(LONGEST_TEXT)])
            fields[f"removed-{section.key}"] = BooleanField(_("Bỏ mục này khỏi báo cáo"))
    form = type("ReportForm", (EditForm,), fields)(**given)
    headings = part_headings(term)
    form.new_part.choices = options((part, f"{ROMAN[part]}. {headings[part]}") for part in PARTS)
    return form


def edit_data(title: str, sections: Sequence[Section], version: int) -> dict[str, Any]:
    """What the form shows of a report."""
    data: dict[str, Any] = {"title": title, "version": version, "new_part": RESULTS}
    for section in sections:
        for name in ("heading", "text", "removed"):
            data[f"{name}-{section.key}"] = getattr(section, name)
    return data


class IssueForm(Versioned):
    """Under which number a report is issued, and who signs it."""

    number = Text(
        _("Số, ký hiệu"),
        [required(_("Thầy/cô chưa ghi số văn bản.")), at_most(60)],
        description=_("Ví dụ 12/BC-THCSYS."),
    )
    issued_on = Day(_("Ngày ban hành"), [required(_("Thầy/cô chưa ghi ngày ban hành."))])
    signer_title = Text(_("Chức vụ người ký"), [required(_("Thầy/cô chưa ghi chức vụ người ký.")), at_most(120)])
    signer = Text(_("Người ký"), [required(_("Thầy/cô chưa ghi tên người ký.")), at_most(120)])


class RefillForm(Versioned):
    """Confirms that fresh figures are written into a report."""


# --- Filters ---

NAMES = {
    "programme": "programme_id",
    "pairing": "pairing_id",
    "year": "school_year",
    "state": "state",
    "after": "after",
}


def read_filters() -> Filters:
    """The filters in the address; 400 for what no list can have."""
    given = request.values
    year, state = given.get("year", ""), given.get("state", "")
    if (year and find_school_year(year) != year) or (state and state not in STATE_LABELS):
        abort(400)
    programme_id, pairing_id, after = (whole(given.get(name)) for name in ("programme", "pairing", "after"))
    return Filters(programme_id, pairing_id, year, state, after)


def list_address(filters: Filters, path: str = "/reports", **changes: Any) -> str:
    """The address of a list with these filters, from the first page on, and some of them changed."""
    changed = filters.without(**changes)
    values = {name: getattr(changed, field) for name, field in NAMES.items()}
    query = urlencode({name: value for name, value in values.items() if value not in (None, "")})
    return f"{path}?{query}" if query else path


def in_force(filters: Filters, programmes: Sequence[tuple[int, str]], pair: str = "") -> list[tuple[str, str, str]]:
    """(field, name, value in words) of each filter in force; ``pair`` are the names of the pair's schools."""
    values = {
        "programme_id": (
            gettext("Chương trình"),
            filters.programme_id and dict(programmes).get(filters.programme_id, "?"),
        ),
        "pairing_id": (gettext("Cặp kết nghĩa"), pair),
        "school_year": (gettext("Năm học"), filters.school_year),
        "state": (gettext("Trạng thái"), STATE_LABELS.get(filters.state)),
    }
    return [(field, name, str(value)) for field, (name, value) in values.items() if value]
