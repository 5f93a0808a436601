"""A school's assessment: its levels by the stated rule, its groups, what the office finds beside it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Response, abort, g, render_template

from intranet.api import (
    Attachable,
    checklists,
    count_files,
    fetch,
    lazy_gettext,
    may,
    register_attachable,
    register_checklist_use,
    requires,
    save_form,
    scoring,
    show_conflict,
)
from plugins.digital.assessments import queries, rules
from plugins.digital.assessments.life_cycle import EDITABLE, SUBMITTED, address_of
from plugins.digital.assessments.round_views import FOLDER, USE
from plugins.digital.models import Assessment, Score
from plugins.digital.pages import MODULE, record_for
from plugins.digital.plans import queries as plans
from plugins.digital.plans.life_cycle import STATE_LABELS as PLAN_LABELS
from plugins.digital.routes import blueprint

Answer = Response | str | tuple[str, int]
register_checklist_use(USE, lazy_gettext("Mức độ chuyển đổi số"))


def _may_score(actor: Any, record: Any) -> bool:
    return actor.school_id == record.school_id and may(actor, "digital.assess", record)


register_attachable(
    Attachable(
        model=Score,
        title=lazy_gettext("Minh chứng của tiêu chí"),
        may_read=lambda actor, line: True,
        # What was handed in, and what was approved, keeps its evidence.
        may_write=lambda actor, line: _may_score(actor, line) and line.assessment.state in EDITABLE,
        address=lambda line: address_of(line.assessment_id),
        name=lambda line: f"{line.item}. {line.assessment.pack.checklist.items[line.item].title}",
        module=MODULE,
    )
)


@blueprint.get("/assessments/<int:assessment_id>")
@requires("digital.view")
def show_assessment(assessment_id: int) -> str:
    """An assessment: sums and levels of its groups, what is missing for the next level, its plan."""
    found = fetch(Assessment, assessment_id, g.actor)
    rows, checklist = queries.lines(found), found.pack.checklist
    scored = {code for code, line in rows.items() if line.own is not None}
    return render_template(
        f"{FOLDER}/show.html",
        assessment=found,
        checklist=checklist,
        doubts=checklists.doubts(checklist),
        rule=checklists.rule_in_words(checklist),
        sums=list(_sums(found, rows)),
        scored=len(scored),
        missing=queries.missing(found, rows),
        differing=[(checklist.items[code], line) for code, line in rows.items() if scoring.differs(line)],
        plan=plans.of_assessment(found.id),
        plan_states=PLAN_LABELS,
        level_label=scoring.level_label,
        show_number=checklists.show_number,
        scores=_may_score(g.actor, found) and found.state in EDITABLE,
        plans=_may_score(g.actor, found),
        prints=may(g.actor, "digital.numbers", found),
        checks=found.state == SUBMITTED and may(g.actor, "digital.check", found),
    )


def _sums(found: Assessment, rows: dict[str, Score]) -> Iterator[dict[str, Any]]:
    """Each group, and below it its parts, with the sums: the own one, the checked one, the last year's."""
    checklist, last, scores = found.pack.checklist, queries.last_scores(found), scoring.counting(rows)
    own, checked = scoring.column(rows, "own"), scoring.column(rows, "checked")
    levels = checklists.group_levels(checklist, scores)
    is_checked = any(score is not None for score in checked.values())

    def of(items: tuple[checklists.Item, ...]) -> dict[str, Any]:
        return {
            "done": sum(own.get(item.code) is not None for item in items),
            "count": len(items),
            "own": checklists.points_of(items, own),
            "checked": checklists.points_of(items, checked) if is_checked else None,
            "last": checklists.points_of(items, last) if last else None,
        }

    for group in checklist.groups:
        yield {"group": group, "level": levels.get(group.code), **of(group.items)}
        for part in group.parts:
            items = group.items_of(part)
            yield {"part": part, "level": part.level(checklists.points_of(items, scores)), **of(items)}


def _part_sums(found: Assessment, rows: dict[str, Score], last: checklists.Scores) -> dict[str, dict[str, str]]:
    own, checked = scoring.column(rows, "own"), scoring.column(rows, "checked")
    return scoring.part_sums(found.pack.checklist, own=own, checked=checked, last=last)


def _own(assessment_id: int) -> Assessment:
    found = fetch(Assessment, assessment_id, g.actor)
    if not _may_score(g.actor, found):
        abort(403)
    return found


def _section(found: Assessment, code: str) -> scoring.Section:
    return scoring.section(found.pack.checklist, code) or abort(404)


@blueprint.get("/assessments/<int:assessment_id>/sections/<section>")
@requires("digital.view")
def assessment_section(assessment_id: int, section: str) -> str:
    """A group: the form for the school while it may score, the answers for all others."""
    found = fetch(Assessment, assessment_id, g.actor)
    here, data = _section(found, section), scoring.own_data(queries.lines(found), found.version)
    return _section_page(scoring.own_form(here.group.items, data=data), found, here)


def _section_page(form: Any, found: Assessment, here: scoring.Section, **extra: Any) -> str:
    rows, last = queries.lines(found), queries.last_scores(found)
    return render_template(
        f"{FOLDER}/section.html",
        form=form,
        assessment=found,
        group=here.group,
        rows=rows,
        number=here.number,
        count=here.count,
        next=here.next,
        last=last,
        sums=_part_sums(found, rows, last),
        files=count_files(Score, [line.id for line in rows.values()]),
        said=scoring.said,
        scores=_may_score(g.actor, found) and found.state in EDITABLE,
        **extra,
    )


@blueprint.post("/assessments/<int:assessment_id>/sections/<section>")
@requires("digital.assess")
def save_assessment_section(assessment_id: int, section: str) -> Answer:
    """Save a group as far as it is scored, and go on."""
    found = _own(assessment_id)
    here = _section(found, section)
    form = scoring.own_form(here.group.items)

    def show_again(**extra: Any) -> str:
        return _section_page(form, found, here, **extra)

    return save_form(
        form,
        show_again,
        lambda **how: rules.save_section(found, form.values(), **how),
        home=address_of(found.id) + (f"/sections/{here.next.code}" if here.next else ""),
        conflict=lambda conflict: show_conflict(form, Assessment.get_by_id(found.id), conflict, show_again),
    )


def _to_check(assessment_id: int) -> Assessment:
    found = record_for(Assessment, assessment_id, "check")
    if found.state != SUBMITTED:
        abort(404)
    return found


@blueprint.get("/assessments/<int:assessment_id>/check")
@requires("digital.check")
def check_assessment(assessment_id: int) -> str:
    """The office's form: its own score beside the school's."""
    found = _to_check(assessment_id)
    data = scoring.checked_data(queries.lines(found), found.version)
    return _check_page(scoring.checked_form(found.pack.checklist.items.values(), data=data), found)


def _check_page(form: Any, found: Assessment, **extra: Any) -> str:
    rows = queries.lines(found)
    return render_template(
        f"{FOLDER}/check.html",
        form=form,
        assessment=found,
        rows=rows,
        sums=_part_sums(found, rows, {}),
        files=count_files(Score, [line.id for line in rows.values()]),
        said=scoring.said,
        **extra,
    )


@blueprint.post("/assessments/<int:assessment_id>/check")
@requires("digital.check")
def save_check(assessment_id: int) -> Answer:
    """Save what the office found."""
    found = _to_check(assessment_id)
    form = scoring.checked_form(found.pack.checklist.items.values())

    def show_again(**extra: Any) -> str:
        return _check_page(form, found, **extra)

    return save_form(
        form,
        show_again,
        lambda **how: rules.save_checked(found, form.values(), **how),
        home=address_of(found.id),
        conflict=lambda conflict: show_conflict(form, Assessment.get_by_id(found.id), conflict, show_again),
    )
