"""The figures of a school year: what they are called, their form, and what looks wrong about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from itertools import pairwise
from typing import Any

from wtforms import SelectField
from wtforms.validators import ValidationError

from intranet.kernel.forms import Day, Text, Versioned, Whole, at_most, options
from intranet.kernel.language import gettext, language
from intranet.kernel.language import lazy_gettext as _
from intranet.registry.schools import GRADES, NATIONAL_STANDARD_LABELS
from intranet.schools.queries import FIGURES, GRADE
from intranet.web.layout import format_date, format_number

ACCREDITATION_LABELS = {0: _("Chưa đạt"), 1: _("Cấp độ 1"), 2: _("Cấp độ 2"), 3: _("Cấp độ 3")}
UNKNOWN = ("", _("Chưa rõ"))
# Groups of whole numbers: {figure: (label, the most)}.
CLASSES = {"classes": (_("Tổng số lớp"), 200), "classes_two_sessions": (_("Lớp học 2 buổi/ngày"), 200)}
PUPILS = {
    "pupils": (_("Tổng số học sinh"), 20_000),
    "pupils_female": (_("Học sinh nữ"), 20_000),
    "pupils_ethnic": (_("Học sinh dân tộc thiểu số"), 20_000),
    "pupils_disabled": (_("Học sinh khuyết tật"), 20_000),
    "pupils_poor": (_("Học sinh hộ nghèo"), 20_000),
    "pupils_boarding": (_("Học sinh bán trú"), 20_000),
}
STAFF = {
    "staff": (_("Tổng số cán bộ, giáo viên, nhân viên"), 2_000),
    "managers": (_("Cán bộ quản lý"), 2_000),
    "teachers": (_("Giáo viên"), 2_000),
    "employees": (_("Nhân viên"), 2_000),
    "staff_permanent": (_("Biên chế"), 2_000),
    "staff_contract": (_("Hợp đồng"), 2_000),
    "teachers_qualified": (_("Giáo viên đạt chuẩn"), 2_000),
    "teachers_above": (_("Giáo viên trên chuẩn"), 2_000),
}
ROOMS = {
    "rooms_solid": (_("Phòng học kiên cố"), 500),
    "rooms_semi_solid": (_("Phòng học bán kiên cố"), 500),
    "rooms_temporary": (_("Phòng học tạm"), 500),
    "rooms_subject": (_("Phòng học bộ môn"), 500),
}
GRADE_LABELS = {
    "nt": _("Nhóm trẻ"),
    "mg3": _("Mẫu giáo 3–4 tuổi"),
    "mg4": _("Mẫu giáo 4–5 tuổi"),
    "mg5": _("Mẫu giáo 5–6 tuổi"),
    **{str(grade): _("Khối %(grade)s", grade=grade) for grade in range(1, 13)},
}
HEADLINES = ("classes", "pupils", "staff")
QUALITY = ("accreditation", "national_standard", "standard_decision", "standard_on", "standard_until")
NUMBERS = CLASSES | PUPILS | STAFF | ROOMS
# No part is larger than its whole.
PARTS = {
    "classes_two_sessions": "classes",
    **dict.fromkeys([name for name in PUPILS if name != "pupils"], "pupils"),
    "teachers_qualified": "teachers",
    "teachers_above": "teachers",
}
# These add up to the whole where all are known.
SUMS = (("staff", ("managers", "teachers", "employees")), ("staff", ("staff_permanent", "staff_contract")))


class FiguresForm(Versioned):
    """The figures of one school year; an empty field is "not reported"."""

    accreditation = SelectField(
        _("Kiểm định chất lượng"), choices=options([UNKNOWN, *((str(k), v) for k, v in ACCREDITATION_LABELS.items())])
    )
    national_standard = SelectField(
        _("Chuẩn quốc gia"), choices=options([UNKNOWN, *((str(k), v) for k, v in NATIONAL_STANDARD_LABELS.items())])
    )
    standard_decision = Text(_("Số quyết định"), [at_most(60)])
    standard_on = Day(_("Ngày quyết định"))
    standard_until = Day(_("Có hiệu lực đến"))

    def validate_standard_until(self, field: Day) -> None:
        """A decision does not expire before it was made."""
        if field.data and self.standard_on.data and field.data <= self.standard_on.data:
            raise ValidationError(gettext("Ngày hết hiệu lực phải sau ngày quyết định."))

    def validate(self, extra_validators: Any = None) -> bool:
        """Each field by itself, then parts against their wholes."""
        valid = super().validate(extra_validators)
        for part, whole in PARTS.items():
            count, most = self[part].data, self[whole].data
            if not (self[part].errors or self[whole].errors) and None not in (count, most) and count > most:
                label = self[whole].label.text
                self[part].errors = [gettext("Không thể lớn hơn “%(whole)s” (%(most)s).", whole=label, most=most)]
                valid = False
        return valid

    def values(self) -> dict[str, Any]:
        """The figures as parts.save_figures takes them."""
        names = [name for name in self._fields if name in FIGURES or name.startswith(GRADE)]
        values = {name: self[name].data for name in names}
        for name in ("accreditation", "national_standard"):
            values[name] = int(values[name]) if values[name] else None
        return values


for _name, (_label, _most) in NUMBERS.items():
    setattr(FiguresForm, _name, Whole(_label, most=_most))
for _name, _label in GRADE_LABELS.items():
    setattr(FiguresForm, GRADE + _name, Whole(_label, most=100))

FIGURE_LABELS = {
    **{name: label for name, (label, _most) in NUMBERS.items()},
    **{GRADE + grade: label for grade, label in GRADE_LABELS.items()},
    **{name: getattr(FiguresForm, name).args[0] for name in QUALITY},
}


@cache
def figure_labels(_language: str) -> dict[str, str]:
    """FIGURE_LABELS in a language, for pages that show them all."""
    return {name: str(label) for name, label in FIGURE_LABELS.items()}


def grade_names(levels: int) -> list[str]:
    """The figures of the grades that a school of these levels has."""
    return [GRADE + grade for level, grades in GRADES.items() if levels & level for grade in grades]


def figures_form(levels: int, **options_: Any) -> FiguresForm:
    """The form for a school of these levels."""
    form = FiguresForm(**options_)
    shown = grade_names(levels)
    for name in [name for name in form._fields if name.startswith(GRADE) and name not in shown]:
        del form[name]
    return form


def form_data(figures: Mapping[str, Any], version: int) -> dict[str, Any]:
    """What the form shows for stored figures."""
    chosen = {
        name: "" if figures.get(name) is None else str(figures[name]) for name in ("accreditation", "national_standard")
    }
    return {**figures, **chosen, "version": version}


def groups(levels: int) -> list[tuple[Any, list[str]]]:
    """(title, figures) of the groups in which a school of these levels shows them."""
    classes = ["classes", *grade_names(levels), "classes_two_sessions"]
    return [
        (_("Lớp học"), classes),
        (_("Học sinh"), list(PUPILS)),
        (_("Đội ngũ"), list(STAFF)),
        (_("Phòng học"), list(ROOMS)),
        (_("Chất lượng"), list(QUALITY)),
    ]


def _shown(name: str, value: Any) -> str:
    labels = {"accreditation": ACCREDITATION_LABELS, "national_standard": NATIONAL_STANDARD_LABELS}.get(name)
    if labels:
        return str(labels[value])
    if isinstance(value, date):
        return format_date(value)
    return value if isinstance(value, str) else format_number(value)


def shown(figures: Mapping[str, Any]) -> dict[str, str]:
    """The figures that were reported, in words."""
    return {name: _shown(name, value) for name, value in figures.items() if value not in (None, "")}


def details(figures: Mapping[str, Any], levels: int) -> list[tuple[Any, list[tuple[str, str, bool]]]]:
    """(title, [(label, value in words, whether that is a name)]) of the groups in which anything was reported."""
    known, labels = shown(figures), figure_labels(language())
    found = [
        (title, [(labels[name], known[name], name == "standard_decision") for name in names if name in known])
        for title, names in groups(levels)
    ]
    return [(title, rows) for title, rows in found if rows]


def with_differences(years: Mapping[str, Mapping[str, Any]]) -> list[tuple]:
    """(school year, [(value, text of the difference to the year before)] of HEADLINES, national standard)."""
    rows = []
    for year, before in pairwise([*years, ""]):
        figures, known = years[year], years.get(before, {})
        values = [(figures[name], _difference(figures[name], known.get(name))) for name in HEADLINES]
        rows.append((year, values, figures["national_standard"]))
    return rows


def _difference(value: int | None, known: int | None) -> str:
    if value is None or known is None or value == known:
        return ""
    return f"{'+' if value > known else '−'}{format_number(abs(value - known))}"


def doubts(figures: Mapping[str, Any], before: Mapping[str, Any], site_classes: int) -> list[str]:
    """Sentences about what may well be a slip: sums that differ, jumps against the year before."""
    found = [_sum_of_grades(figures), _classes_of_sites(figures["classes"], site_classes)]
    found += [_sum_of(figures, whole, parts) for whole, parts in SUMS]
    found.append(_jump(figures["pupils"], before.get("pupils")))
    return [sentence for sentence in found if sentence]


def _sum_of_grades(figures: Mapping[str, Any]) -> str | None:
    counts = [count for name, count in figures.items() if name.startswith(GRADE) and count is not None]
    total = figures["classes"]
    if not counts or total in (None, sum(counts)):
        return None
    return gettext("Các khối cộng lại là %(sum)s lớp, tổng số lớp là %(total)s.", sum=sum(counts), total=total)


def _classes_of_sites(total: int | None, count: int) -> str | None:
    if total is None or count <= total:
        return None
    return gettext("Các điểm trường có %(sum)s lớp, nhiều hơn tổng số lớp %(total)s.", sum=count, total=total)


def _sum_of(figures: Mapping[str, Any], whole: str, parts: Sequence[str]) -> str | None:
    counts, total = [figures[part] for part in parts], figures[whole]
    if None in counts or total in (None, sum(counts)):
        return None
    names = " + ".join(str(FIGURE_LABELS[part]) for part in parts)
    return gettext("%(parts)s là %(sum)s, tổng số là %(total)s.", parts=names, sum=sum(counts), total=total)


def _jump(pupils: int | None, known: int | None) -> str | None:
    if pupils is None or not known or known / 2 <= pupils <= known * 2:
        return None
    shown = {"now": format_number(pupils), "before": format_number(known)}
    return gettext("Số học sinh là %(now)s, năm trước là %(before)s.", **shown)
