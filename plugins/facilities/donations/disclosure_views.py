"""What anybody may read of donations: plans of use, settlements, and no name of who wishes none."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, g, render_template

from intranet.api import School, count_public_post, go, public, remember, repeated, say
from intranet.api import gettext as _
from intranet.api import lazy_gettext as label
from plugins.facilities.donations import queries, rules
from plugins.facilities.donations.circular import DOCUMENT, VOLUNTARY
from plugins.facilities.donations.forms import KINDS, OpinionForm
from plugins.facilities.donations.life_cycle import POSTED, POSTING_DAYS, STATE_LABELS
from plugins.facilities.models import DonationPlan
from plugins.facilities.pages import HOME
from plugins.facilities.routes import blueprint

FOLDER = "facilities/disclosure"
# What the public page shows of a plan, in its order; the team's names stay in the school.
SHOWN = {
    "content": label("Nội dung vận động"),
    "purpose": label("Mục đích"),
    "beneficiaries": label("Đối tượng thụ hưởng"),
    "timetable": label("Kế hoạch triển khai"),
    "use": label("Kế hoạch sử dụng"),
    "settlement": label("Báo cáo quyết toán"),
    "upkeep": label("Kế hoạch bảo trì"),
}
AFTER_SETTLING = ("settlement", "upkeep")
SETTLED_IN_PUBLIC = ("settlement_posted", "closed")


@blueprint.get("/disclosure")
@public
def disclosure() -> str:
    """The schools that show what they ask for."""
    return render_template(f"{FOLDER}/index.html", rows=queries.public_schools(), rule=VOLUNTARY, document=DOCUMENT)


@blueprint.get("/disclosure/<int:school_id>")
@public
def school_disclosure(school_id: int) -> str:
    """A school's plans with what came of them."""
    plans = queries.public_plans(school_id)
    if not plans:
        abort(404)
    return render_template(
        f"{FOLDER}/school.html",
        school=School.get_by_id(school_id),
        plans=plans,
        states=STATE_LABELS,
        sums=queries.sums_of([plan.id for plan in plans]),
        rule=VOLUNTARY,
        document=DOCUMENT,
    )


@blueprint.get("/disclosure/plans/<int:plan_id>")
@public
def plan_disclosure(plan_id: int) -> str:
    """A plan: how what is given will be used; once it is settled, what came in and what became of it."""
    plan = _shown(plan_id)
    form = OpinionForm() if plan.state == POSTED else None
    return render_template(f"{FOLDER}/plan.html", form=form, **_of(plan))


def _shown(plan_id: int) -> DonationPlan:
    return queries.public_plan(plan_id) or abort(404)


def _of(plan: DonationPlan) -> dict[str, Any]:
    settled = plan.state in SETTLED_IN_PUBLIC
    texts = [(heading, plan_text) for name, heading in SHOWN.items() if (plan_text := _text(plan, name, settled))]
    return {
        "plan": plan,
        "texts": texts,
        "days": POSTING_DAYS,
        "states": STATE_LABELS,
        "kinds": KINDS,
        "settled": settled,
        "sums": queries.sums(plan),
        "gifts": queries.gifts(plan, struck=False),
        "spendings": queries.spendings(plan, struck=False) if settled else [],
        "opinions": [opinion for opinion in queries.opinions(plan) if opinion.answer],
    }


def _text(plan: DonationPlan, name: str, settled: bool) -> str:
    return "" if name in AFTER_SETTLING and not settled else getattr(plan, name)


@blueprint.post("/disclosure/plans/<int:plan_id>")
@public
def send_opinion(plan_id: int) -> Response | tuple[str, int]:
    """Somebody says something about the plan of use while it is posted."""
    plan = _shown(plan_id)
    home = f"{HOME}/disclosure/plans/{plan.id}"
    if done := repeated():
        return go(done)
    if plan.state != POSTED:
        abort(404)
    form = OpinionForm()
    if not form.validate():
        return render_template(f"{FOLDER}/plan.html", form=form, **_of(plan)), 422
    count_public_post()
    person_id = g.actor.person_id if g.actor else None
    rules.say_opinion(plan, form.text.data, form.giver.data or "", person_id, done=lambda: remember(home))
    say(_("Đã gửi ý kiến. Nhà trường trả lời trước khi tiếp nhận tài trợ."))
    return go(home)
