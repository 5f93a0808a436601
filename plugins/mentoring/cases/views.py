"""Cases: nominated, found, read, edited."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, abort, g, render_template, request, url_for

from intranet.api import (
    NotYours,
    Refused,
    blame,
    duty,
    go,
    may,
    opened,
    page,
    remember,
    repeated,
    requires,
    save_form,
    say,
    show_conflict,
    whole,
)
from intranet.api import gettext as _
from plugins.mentoring.cases import queries, rules
from plugins.mentoring.cases.forms import CaseForm, FilterForm, GoalsForm, NameForm, NominationForm, as_fields, lines_of
from plugins.mentoring.cases.kinds import DECISIONS, KINDS, REACHED
from plugins.mentoring.cases.life_cycle import STATE_LABELS
from plugins.mentoring.cases.privacy import keeps, see_all, sees_name, sees_restricted
from plugins.mentoring.handovers.queries import arrival_of, waiting_for
from plugins.mentoring.mentors.effects import LIVE
from plugins.mentoring.mentors.life_cycle import STATE_LABELS as MATCH_STATES
from plugins.mentoring.mentors.queries import matches_of
from plugins.mentoring.pages import address_of, case_for, kept_case
from plugins.mentoring.routes import blueprint
from plugins.mentoring.tables.cases import KEEPERS, Case

Answer = Response | tuple[str, int]
FOLDER = "mentoring/cases"


@blueprint.context_processor
def _for_tabs() -> dict[str, Any]:
    return {"sees_restricted": sees_restricted, "count_of_notes": queries.count_of_notes}


@blueprint.get("/cases")
@requires("mentoring.view")
def cases() -> str:
    """The cases that the actor keeps, by their codes; or the list's fragment."""
    form = FilterForm()
    form.validate()
    state, kind = form.state.data or "", form.kind.data or ""
    rows, next_id = queries.kept(g.actor, state, kind, whole(request.args.get("before")))
    return page(
        f"{FOLDER}/index.html",
        f"{FOLDER}/_list.html",
        form=form,
        rows=rows,
        states=STATE_LABELS,
        kinds=KINDS,
        filtered=bool(state or kind),
        next=url_for("mentoring.cases", **{**request.args.to_dict(), "before": next_id}) if next_id else None,
        nominates=_nominates(),
    )


def _nominates() -> bool:
    return g.actor.school_id is not None and may(g.actor, "mentoring.nominate")


@blueprint.get("/cases/search")
@duty
@requires("mentoring.view")
def ask_name() -> str:
    """The form that finds a child by name."""
    return render_template(f"{FOLDER}/search.html", form=NameForm(), rows=None, states=STATE_LABELS)


@blueprint.post("/cases/search")
@duty
@requires("mentoring.view")
def find_name() -> Answer:
    """Cases by the child's name, which stands in no address (decision D9). Whose names appear is written down."""
    form = NameForm()
    if not form.validate():
        return render_template(f"{FOLDER}/search.html", form=form, rows=None, states=STATE_LABELS), 422
    rows = queries.by_name(g.actor, form.name.data or "") if g.actor.school_id is not None else []
    see_all([id_ for id_, *_rest in rows], "search")
    return render_template(f"{FOLDER}/search.html", form=form, rows=rows, states=STATE_LABELS)


@blueprint.get("/cases/new")
@requires("mentoring.nominate")
def new_case() -> str:
    """The empty form of a nomination."""
    form = _offered(NominationForm(data={"homeroom": g.actor.person_id}))
    return render_template(f"{FOLDER}/nominate.html", form=form)


def _offered(form: Any) -> Any:
    if g.actor.school_id is None:
        abort(403)
    form.offer(queries.people_of(g.actor.school_id))
    return form


@blueprint.post("/cases/new")
@requires("mentoring.nominate")
def nominate() -> Answer:
    """Nominate a child."""
    if done := repeated():
        return go(done)
    form = _offered(NominationForm())
    if form.validate():
        try:
            case = rules.nominate(
                g.actor,
                form.values(),
                lines_of(form.goals.data),
                done=lambda case: remember(address_of(case.id)),
            )
        except Refused as refusal:
            blame(form, refusal)
        else:
            say(_("Đã đề cử. Từ nay hồ sơ mang mã %(code)s.", code=case.code))
            return go(address_of(case.id))
    return render_template(f"{FOLDER}/nominate.html", form=form), 422


@blueprint.get("/cases/<int:case_id>")
@requires("mentoring.view")
def case(case_id: int) -> str:
    """A case, as much of it as the actor may see."""
    found = case_for(case_id, "case")
    keeper = keeps(g.actor, found)
    return render_template(
        f"{FOLDER}/show.html",
        case=found,
        keeper=keeper,
        name=rules.name_of(found) if sees_name(g.actor, found) else "",
        goals=queries.goals(found),
        kinds=KINDS,
        reached=REACHED,
        state=STATE_LABELS[found.state],
        over=found.state in rules.OVER,
        **(_for_keepers(found) if keeper else {}),
    )


def _for_keepers(case: Case) -> dict[str, Any]:
    return {
        "known": rules.known_values(case),
        "born": rules.birth_date_of(case),
        "decisions": DECISIONS,
        "outcome": rules.outcome_of(case),
        "arrival": arrival_of(case),
        "waiting_for": waiting_for(case),
        "opened": opened,
        "reviews": queries.reviews(case.id),
        "matches": matches_of(case),
        "states": MATCH_STATES,
        "live": LIVE,
        "namesakes": queries.namesakes(case) if g.actor.role in KEEPERS and case.state not in rules.OVER else [],
    }


@blueprint.get("/cases/<int:case_id>/edit")
@requires("mentoring.nominate")
def edit_case(case_id: int) -> str:
    """The form of a case."""
    found = kept_case(case_id, "case", "nominate")
    form = _offered(CaseForm(obj=found))
    form.fill(rules.known_values(found))
    return _edit_page(form, found)


def _edit_page(form: CaseForm, case: Case, **extra: Any) -> str:
    return render_template(f"{FOLDER}/edit.html", form=form, case=case, **extra)


@blueprint.post("/cases/<int:case_id>/edit")
@requires("mentoring.nominate")
def save_case(case_id: int) -> Answer:
    """Save the form of a case."""
    found = kept_case(case_id, "case", "nominate")
    form = _offered(CaseForm())

    def show_again(**extra: Any) -> str:
        return _edit_page(form, found, **extra)

    return save_form(
        form,
        show_again,
        lambda **how: rules.update(found, form.values(), **how),
        home=address_of(found.id),
        conflict=lambda conflict: show_conflict(form, Case.get_by_id(found.id), conflict, show_again, as_fields),
    )


@blueprint.get("/cases/<int:case_id>/goals")
@requires("mentoring.nominate")
def edit_goals(case_id: int) -> str:
    """The form of the goals."""
    found = kept_case(case_id, "case", "nominate")
    form = GoalsForm(data={"goals": "\n".join(text for _id, text, _reached in queries.goals(found))})
    return render_template(f"{FOLDER}/goals.html", form=form, case=found)


@blueprint.post("/cases/<int:case_id>/goals")
@requires("mentoring.nominate")
def save_goals(case_id: int) -> Answer:
    """Save the goals."""
    found = kept_case(case_id, "case", "nominate")
    form = GoalsForm()
    return write(
        found,
        form,
        lambda done: rules.set_goals(found, lines_of(form.goals.data), person_id=g.actor.person_id, done=done),
        lambda: render_template(f"{FOLDER}/goals.html", form=form, case=found),
    )


def write(
    case: Case | None,
    form: Any,
    rule: Callable[[Callable[[], None]], Any],
    show_again: Callable[[], str],
    said: str = "",
    home: str = "",
) -> Answer:
    """Send a form about a case to its rule, which gets its ``done``; then the case's page (or ``home``) with a word.

    What is about no case, or must not name it, says its ``home``.
    """
    home = home or address_of(case.id)
    if done := repeated():
        return go(done)
    if not form.validate():
        return show_again(), 422
    try:
        rule(lambda: remember(home))
    except Refused as refusal:
        if isinstance(refusal, NotYours):
            abort(403)
        blame(form, refusal)
        return show_again(), 422
    say(said or _("Đã lưu."))
    return go(home)
