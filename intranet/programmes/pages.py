"""What the screens of programmes share: who may open them, and how a small form runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import abort, g, render_template

from intranet.kernel.forms import Form
from intranet.programmes.life_cycle import districts_of
from intranet.programmes.trail import field_label, shown_value
from intranet.registry.agreements import Memorandum, YearPlan
from intranet.registry.twinning import Programme
from intranet.shared.access import Actor, demand, fetch, may
from intranet.shared.edits import Conflict
from intranet.web.saving import Answer, act_form


def programme_for(programme_id: int) -> Programme:
    """The programme if the actor may see (else 404) and edit it (else 403)."""
    programme = fetch(Programme, programme_id, g.actor)
    demand(g.actor, "programmes.edit", programme)
    return programme


def programme_of_office(programme_id: int) -> Programme:
    """The programme if the actor may see it (else 404) and works in the office of a district in it (else 403)."""
    programme = fetch(Programme, programme_id, g.actor)
    return programme if takes_part_in(g.actor, programme) else abort(403)


def takes_part_in(actor: Actor, programme: Programme) -> bool:
    """Whether the actor edits programmes for a district that takes part in this one."""
    if not may(actor, "programmes.edit"):
        return False
    return actor.sees_all or actor.district_id in districts_of(programme.id)


def memorandum_for(memorandum_id: int) -> Memorandum:
    """The memorandum if the actor may see (else 404) and write it (else 403)."""
    memorandum = fetch(Memorandum, memorandum_id, g.actor)
    demand(g.actor, "programmes.edit", memorandum)
    return memorandum


def plan_for(plan_id: int) -> YearPlan:
    """The yearly plan if the actor may see (else 404) and edit it (else 403)."""
    plan = fetch(YearPlan, plan_id, g.actor)
    demand(g.actor, "programmes.edit", plan)
    return plan


def conflict_page(form: Any, current: Any, conflict: Conflict, render: Callable[..., str]) -> tuple[str, int]:
    """The form with what was typed and, beside it, what the other person saved; saving again takes the form's."""
    form.version.data = form.version.raw_data = str(current.version)
    differences = dict(conflict.differences)
    for name, (saved, given) in conflict.others.items():
        field = form._fields.get(name)
        if field is None or field.type in ("FieldList", "SelectMultipleField"):
            # A part of a list cannot be put back: then it is at least shown.
            differences[name] = (saved, given)
        else:
            # Sent again, the old value would undo what only the other person changed.
            field.data, field.raw_data = saved, None
    theirs = [
        (field_label(name), shown_value(name, saved), shown_value(name, given))
        for name, (saved, given) in differences.items()
    ]
    return render(conflict_at=current.updated_at, theirs=theirs), 409


def small_form(
    form: Form,
    write: Callable[[Callable[[], None]], None],
    *,
    heading: str,
    text: str,
    button: str,
    done: str,
    home: str,
    crumbs: list[tuple[Any, str | None]],
    danger: bool = False,
) -> Answer:
    """A page with one form: shown, or carried out by ``write(remember)`` and then left for ``home``.

    ``text`` says what will happen, ``done`` what happened.
    """

    def shown() -> str:
        return render_template(
            "programmes/act.html",
            form=form,
            heading=heading,
            text=text,
            button=button,
            danger=danger,
            home=home,
            crumbs=crumbs,
        )

    return act_form(form, shown, write, home=home, done=done)
