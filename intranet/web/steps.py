"""Taking a step in a record's life cycle: one address for every table that has one, the core's and the modules'."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, abort, current_app, g, make_response, render_template, request

from intranet.kernel.forms import Form, Lines, at_most, remember, repeated
from intranet.kernel.language import gettext as _
from intranet.kernel.language import lazy_gettext
from intranet.kernel.workflow import Transition, Workflow
from intranet.shared import modules, steps
from intranet.shared.access import fetch
from intranet.shared.edits import Refused
from intranet.shared.holders import party_of
from intranet.shared.standing import standing
from intranet.web.gate import signed_in
from intranet.web.hx import go
from intranet.web.layout import say
from intranet.web.saving import blame


class StepForm(Form):
    """Why a step is taken."""

    reason = Lines(lazy_gettext("Lý do"), [at_most(1000)])


@signed_in
def ask(name: str, record_id: int, key: str) -> str:
    """The page that asks for the reason, or whether it is meant so."""
    record, workflow, transition = _found(name, record_id, key)
    if party_of(workflow, transition, record, g.actor) is None:
        abort(403)
    return _page(record, workflow, transition, StepForm())


def _found(name: str, record_id: int, key: str) -> tuple[Any, Workflow, Transition]:
    module, workflow = current_app.extensions["workflows"].find(name) or abort(404)
    if module and not modules.is_on(g.actor, module):
        abort(404)
    transition = workflow.transition.get(key)
    if transition is None or transition.page is not None:
        abort(404)
    return fetch(workflow.model, record_id, g.actor), workflow, transition


def _page(record: Any, workflow: Workflow, transition: Transition, form: StepForm) -> str:
    form.reason.flags.required = transition.reason
    return render_template(
        "steps/ask.html",
        record=record,
        workflow=workflow,
        transition=transition,
        form=form,
        seen=steps.text_hash(record),
        target=workflow.state[transition.target],
    )


@signed_in
def take(name: str, record_id: int, key: str) -> Response:
    """Take the step, or give the own side's word for it."""
    record, workflow, transition = _found(name, record_id, key)
    if done := repeated():
        return go(done)
    form, here = StepForm(), workflow.url(record)
    if not form.validate():
        return make_response(_page(record, workflow, transition, form), 422)
    try:
        moved = steps.take(
            record,
            key,
            g.actor,
            reason=form.reason.data or "",
            seen=request.form.get("seen", ""),
            done=lambda: remember(here),
        )
    except steps.NotYours:
        abort(403)
    except Refused as refusal:
        blame(form, refusal)
        code = 409 if isinstance(refusal, steps.TextChanged) else 422
        return make_response(_page(fetch(workflow.model, record_id, g.actor), workflow, transition, form), code)
    _say(workflow, transition, moved)
    return go(here)


def _say(workflow: Workflow, transition: Transition, moved: bool) -> None:
    if moved:
        say(_("Đã chuyển sang bước “%(state)s”.", state=workflow.state[transition.target].label))
    else:
        say(_("Đã ghi ý kiến đồng ý của bên thầy/cô. Việc này chờ các bên còn lại."))


def init_app(app: Flask) -> None:
    """Register the addresses, and what templates show of a record's life cycle."""
    rule = "/steps/<name>/<int:record_id>/<key>"
    app.add_url_rule(rule, "step", ask)
    app.add_url_rule(rule, "take_step", take, methods=["POST"])
    app.jinja_env.globals["standing"] = standing
