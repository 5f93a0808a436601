"""How much each factor of the score counts."""

from __future__ import annotations

from flask import Response, g, render_template, request

from intranet.api import Refused, blame, go, page, remember, repeated, requires, say, whole
from intranet.api import gettext as _
from plugins.matching import queries, rules
from plugins.matching.forms import FACTOR_LABELS, PRESET_LABELS, WeightsForm, filled
from plugins.matching.pages import address, bench_of, blueprint, chosen_bench, frame
from plugins.matching.queries import Bench
from plugins.matching.score import PRESETS, most_points


@blueprint.get("/weights")
@requires("matching.view")
def weights() -> str:
    """How the score is made, and how much each factor counts."""
    bench = chosen_bench()
    if bench is None:
        return page("matching/nothing.html", "matching/_nothing.html")
    return _weights_page(bench, filled(queries.weights_of(bench.programme)))


def _weights_page(bench: Bench, form: WeightsForm) -> str:
    current = queries.weights_of(bench.programme)
    return render_template(
        "matching/weights.html",
        form=form,
        most=most_points(current.values()),
        factors=FACTOR_LABELS,
        presets=[(key, PRESET_LABELS[key], values == current.values()) for key, values in PRESETS.items()],
        version=current.version if current.id is not None else 0,
        **frame(bench),
    )


@blueprint.post("/weights")
@requires("matching.edit")
def save_weights() -> Response | tuple[str, int]:
    """Save the weights, or take those of a preset."""
    bench = bench_of(whole(request.form.get("programme")), "matching.edit")
    if done := repeated():
        return go(done)
    form, there = WeightsForm(), address("weights", bench)
    preset = PRESETS.get(request.form.get("preset", ""))
    if preset is None and not form.validate():
        return _weights_page(bench, form), 422
    try:
        changed = rules.set_weights(
            bench,
            preset or form.values,
            version=form.read_version,
            person_id=g.actor.person_id,
            done=lambda: remember(there),
        )
    except Refused as refusal:
        blame(form, refusal)
        return _weights_page(bench, form), 422 if refusal.field else 409
    if changed:
        say(_("Đã lưu. Gợi ý có trước vẫn theo trọng số cũ cho đến khi tính lại."))
    else:
        say(_("Không có gì thay đổi."), "info")
    return go(there)
