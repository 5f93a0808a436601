"""The book of a donation plan: what came in, what was spent, what people said and what the school answered."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from flask import Response, abort, g, render_template

from intranet.api import (
    Column,
    Refused,
    blame,
    export_subtitle,
    fetch,
    go,
    remember,
    repeated,
    requires,
    say,
    send_workbook,
    source_text,
    today,
    write_table,
)
from intranet.api import gettext as _
from intranet.api import lazy_gettext as label
from plugins.facilities.donations import queries, rules
from plugins.facilities.donations.forms import KINDS, AnswerForm, GiftForm, OpinionForm, SpendingForm, StrikeForm
from plugins.facilities.donations.views import FOLDER, address_of, keeps, knows_givers
from plugins.facilities.models import DonationPlan, Gift, Opinion, Spending
from plugins.facilities.pages import record_for
from plugins.facilities.routes import blueprint

Answer = Response | str | tuple[str, int]


def _own(plan_id: int) -> DonationPlan:
    plan = record_for(DonationPlan, plan_id, "donation")
    return plan if keeps(plan) else abort(403)


def _page(template: str, form: Any, plan: DonationPlan, **more: Any) -> str:
    return render_template(f"{FOLDER}/{template}.html", form=form, plan=plan, home=address_of(plan.id), **more)


def _write(
    plan: DonationPlan, form: Any, shown: Callable[[], str], rule: Callable[[Callable[[], None]], Any], told: str
) -> Answer:
    home = address_of(plan.id)
    if done := repeated():
        return go(done)
    if form.validate():
        try:
            rule(lambda: remember(home))
        except Refused as refusal:
            blame(form, refusal)
        else:
            say(told)
            return go(home)
    return shown(), 422


def _gift_form(plan: DonationPlan, **arguments: Any) -> GiftForm:
    form = GiftForm(**arguments)
    form.offer_choices(queries.donors_of(plan.school_id), queries.unbooked_offers(plan.school_id))
    return form


@blueprint.get("/donations/<int:plan_id>/gifts/new")
@requires("facilities.donation")
def new_gift(plan_id: int) -> str:
    """The form of a line of the book."""
    plan = _own(plan_id)
    return _page("gift", _gift_form(plan, data={"on": today()}), plan)


@blueprint.post("/donations/<int:plan_id>/gifts/new")
@requires("facilities.donation")
def book_gift(plan_id: int) -> Answer:
    """Write a line of the book."""
    plan = _own(plan_id)
    form = _gift_form(plan)
    return _write(
        plan,
        form,
        lambda: _page("gift", form, plan),
        lambda done: rules.book_gift(plan, form.values(), g.actor, done=done),
        _("Đã ghi sổ tài trợ."),
    )


@blueprint.get("/donations/<int:plan_id>/spendings/new")
@requires("facilities.donation")
def new_spending(plan_id: int) -> str:
    """The form of what was spent."""
    plan = _own(plan_id)
    return _page("spending", SpendingForm(data={"on": today()}), plan, left=rules.money_left(plan))


@blueprint.post("/donations/<int:plan_id>/spendings/new")
@requires("facilities.donation")
def book_spending(plan_id: int) -> Answer:
    """Write down what was spent."""
    plan, form = _own(plan_id), SpendingForm()
    return _write(
        plan,
        form,
        lambda: _page("spending", form, plan, left=rules.money_left(plan)),
        lambda done: rules.spend(plan, form.values(), g.actor, done=done),
        _("Đã ghi khoản chi."),
    )


LINES = {"gifts": Gift, "spendings": Spending}


def _line(plan: DonationPlan, name: str, line_id: int) -> Gift | Spending:
    model = LINES.get(name) or abort(404)
    return model.get_or_none(model.id == line_id, model.plan == plan) or abort(404)


@blueprint.get("/donations/<int:plan_id>/<name>/<int:line_id>/strike")
@requires("facilities.donation")
def ask_strike(plan_id: int, name: str, line_id: int) -> str:
    """The form that asks why a line is wrong."""
    plan = _own(plan_id)
    return _page("strike", StrikeForm(), plan, line=_line(plan, name, line_id), name=name)


@blueprint.post("/donations/<int:plan_id>/<name>/<int:line_id>/strike")
@requires("facilities.donation")
def strike_line(plan_id: int, name: str, line_id: int) -> Answer:
    """Strike a line out."""
    plan, form = _own(plan_id), StrikeForm()
    line = _line(plan, name, line_id)
    return _write(
        plan,
        form,
        lambda: _page("strike", form, plan, line=line, name=name),
        lambda done: rules.strike(line, form.reason.data, g.actor, done=done),
        _("Đã gạch dòng trong sổ; dòng vẫn đọc được cùng lý do."),
    )


@blueprint.get("/donations/<int:plan_id>/opinions/new")
@requires("facilities.donation")
def new_opinion(plan_id: int) -> str:
    """The form of an opinion that the school was told."""
    return _page("opinion", OpinionForm(), _own(plan_id))


@blueprint.post("/donations/<int:plan_id>/opinions/new")
@requires("facilities.donation")
def note_opinion(plan_id: int) -> Answer:
    """Write it down."""
    plan, form = _own(plan_id), OpinionForm()
    return _write(
        plan,
        form,
        lambda: _page("opinion", form, plan),
        lambda done: rules.say_opinion(plan, form.text.data, form.giver.data or "", g.actor.person_id, done=done),
        _("Đã ghi ý kiến."),
    )


def _opinion(plan: DonationPlan, opinion_id: int) -> Opinion:
    return Opinion.get_or_none(Opinion.id == opinion_id, Opinion.plan == plan) or abort(404)


@blueprint.get("/donations/<int:plan_id>/opinions/<int:opinion_id>")
@requires("facilities.donation")
def ask_answer(plan_id: int, opinion_id: int) -> str:
    """The form of the answer."""
    plan = _own(plan_id)
    opinion = _opinion(plan, opinion_id)
    return _page("answer", AnswerForm(data={"answer": opinion.answer}), plan, opinion=opinion)


@blueprint.post("/donations/<int:plan_id>/opinions/<int:opinion_id>")
@requires("facilities.donation")
def answer_opinion(plan_id: int, opinion_id: int) -> Answer:
    """Answer an opinion."""
    plan, form = _own(plan_id), AnswerForm()
    opinion = _opinion(plan, opinion_id)
    return _write(
        plan,
        form,
        lambda: _page("answer", form, plan, opinion=opinion),
        lambda done: rules.answer(opinion, form.answer.data, g.actor, done=done),
        _("Đã trả lời ý kiến."),
    )


COLUMNS = (
    Column(key="number", label=label("Số dòng"), kind="number", width=8),
    Column(key="on", label=label("Ngày"), kind="date"),
    Column(key="giver", label=label("Nhà tài trợ"), width=36),
    Column(key="kind", label=label("Hình thức"), width=20),
    Column(key="item", label=label("Hiện vật, công trình"), width=36),
    Column(key="quantity", label=label("Số lượng"), kind="number", width=10),
    Column(key="unit", label=label("Đơn vị"), width=10),
    Column(key="amount", label=label("Số tiền, trị giá (đồng)"), kind="number", width=18),
    Column(key="document", label=label("Chứng từ"), width=20),
    Column(key="struck", label=label("Đã gạch vì"), width=24),
)


@blueprint.get("/donations/<int:plan_id>/book.xlsx")
@requires("facilities.donation")
def gift_book(plan_id: int) -> Response:
    """The whole book as an Excel file, for who may read the names."""
    plan = fetch(DonationPlan, plan_id, g.actor)
    if not knows_givers(g.actor):
        abort(403)
    rows = (
        (
            *(gift.number, gift.on, gift.giver or "Không nêu tên", source_text(KINDS[gift.kind]), gift.item),
            *(_number(gift.quantity), gift.unit, _number(gift.amount), gift.document, gift.struck_reason),
        )
        for gift in queries.gifts(plan)
    )
    subtitle = export_subtitle(plan.school.name, plan.title)
    return send_workbook("Sổ tài trợ.xlsx", write_table("Sổ tài trợ", subtitle, COLUMNS, rows))


def _number(value: Decimal | None) -> float | None:
    """As Excel keeps it: it knows no Decimal."""
    return None if value is None else float(value)
