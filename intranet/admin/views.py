"""The switch of modules per district."""

from __future__ import annotations

from flask import Blueprint, Response, abort, g, render_template, request, url_for

from intranet.kernel.language import gettext as _
from intranet.registry.districts import District, of_today
from intranet.shared import modules as module_rules
from intranet.shared.access import demand
from intranet.web.gate import requires
from intranet.web.hx import go
from intranet.web.layout import say

blueprint = Blueprint("admin", __name__, url_prefix="/admin")


@blueprint.get("/modules")
@requires("modules.view")
def modules() -> str:
    """Which modules the own district uses; administrators see every district of today."""
    districts = District.select().where(of_today()).order_by(District.sort_key)
    if not g.actor.sees_all:
        districts = districts.where(District.id == g.actor.district_id)
    rows = [(district, module_rules.enabled_in(district)) for district in districts]
    return render_template("admin/modules.html", rows=rows, cards=module_rules.plugins().cards)


@blueprint.post("/modules/<int:district_id>/<module>")
@requires("modules.switch")
def switch(district_id: int, module: str) -> Response:
    """Switch a module of a district on or off."""
    district = District.get_or_none(District.id == district_id)
    if district is None or not (g.actor.sees_all or district_id == g.actor.district_id):
        abort(404)
    demand(g.actor, "modules.switch", district)
    action = request.form.get("action")
    if action not in ("on", "off"):
        abort(422)
    card = module_rules.plugins().cards.get(module) or abort(404)
    try:
        module_rules.switch(district, module, action == "on", person_id=g.actor.person_id)
    except module_rules.SwitchRefused as refusal:
        say(str(refusal), "bad")
    else:
        sentence = (
            _("Đã bật %(module)s cho %(district)s.") if action == "on" else _("Đã tắt %(module)s cho %(district)s.")
        )
        say(sentence % {"module": card.label, "district": district.name})
    return go(url_for("admin.modules"))
