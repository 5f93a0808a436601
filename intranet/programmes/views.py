"""The list of programmes, a programme's page and form, and what its offices do with it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Response, abort, g, render_template, request, url_for

from intranet.files.queries import LATEST, page_of
from intranet.kernel.clock import today
from intranet.kernel.forms import remember, repeated
from intranet.kernel.jobs import Job
from intranet.kernel.language import gettext as _
from intranet.kernel.language import lazy_gettext, ngettext
from intranet.programmes import (
    area_views,  # noqa: F401 (its views register themselves)
    areas,
    blueprint,
    memorandum_views,  # noqa: F401
    plan_views,  # noqa: F401
    queries,
    renewal,
    rules,
    upkeep,  # noqa: F401 (what is done by jobs and every day)
)
from intranet.programmes.forms import LeaveForm, OwnerForm, ProgrammeForm, ReportForm
from intranet.programmes.life_cycle import STATE_LABELS, districts_of
from intranet.programmes.pages import conflict_page, programme_for, programme_of_office, small_form, takes_part_in
from intranet.programmes.plans import years_left
from intranet.programmes.trail import PAPER_STATES
from intranet.registry.districts import District
from intranet.registry.twinning import CLOSED, DRAFT, RUNNING, Programme
from intranet.shared.access import fetch, may
from intranet.shared.attachments import Attachable, register_attachable
from intranet.shared.edits import Conflict, Refused
from intranet.web.gate import requires
from intranet.web.hx import go
from intranet.web.layout import named, say
from intranet.web.numbers import whole
from intranet.web.panels import register_place, render_panels
from intranet.web.saving import Answer, blame, leave

register_place("programme", lambda programme_id, actor: fetch(Programme, programme_id, actor))
register_attachable(
    Attachable(
        model=Programme,
        title=lazy_gettext("Tài liệu của chương trình"),
        may_read=lambda actor, programme: may(actor, "programmes.view", programme),
        may_write=lambda actor, programme: may(actor, "programmes.edit", programme),
        address=lambda programme: url_for("programmes.show", programme_id=programme.id),
        name=lambda programme: programme.title,
    )
)


def _home(programme_id: int) -> str:
    return url_for("programmes.show", programme_id=programme_id)


@blueprint.get("")
@requires("programmes.view")
def index() -> str:
    """The programmes of the actor's district."""
    rows = queries.programme_rows(g.actor)
    ids = [row[0] for row in rows]
    return render_template(
        "programmes/index.html",
        rows=rows,
        districts=queries.districts_by_programme(ids),
        pairs={id_: sum(counts.values()) for id_, counts in queries.pairs_by_programme(ids, g.actor).items()},
        states=STATE_LABELS,
        count_text=ngettext("%(num)s chương trình", "%(num)s chương trình", len(rows)),
    )


@blueprint.get("/<int:programme_id>")
@requires("programmes.view")
def show(programme_id: int) -> str:
    """A programme's page: what it is for, who takes part, its papers and its pairs."""
    programme = fetch(Programme, programme_id, g.actor)
    editable = may(g.actor, "programmes.edit", programme) and programme.state in (DRAFT, RUNNING)
    joint = takes_part_in(g.actor, programme)
    pairs = queries.pairs_by_programme([programme.id], g.actor).get(programme.id, {})
    return render_template(
        "programmes/show.html",
        programme=programme,
        state=STATE_LABELS[programme.state],
        owner=programme.owner_district,
        predecessor=_seen(programme.predecessor_id),
        successors=queries.successors_of(programme.id, g.actor),
        districts=queries.districts_of_programme(programme.id),
        today=today(),
        editable=editable,
        joint=joint and programme.state in (DRAFT, RUNNING),
        renewable=joint and programme.state in (RUNNING, CLOSED) and g.actor.district_id is not None,
        carries=joint and programme.state == RUNNING and programme.predecessor_id is not None,
        memoranda=queries.memorandum_rows(programme.id, g.actor),
        memorandum_states=PAPER_STATES,
        plans=queries.plan_rows(programme.id, g.actor),
        plannable=editable and bool(years_left(programme)),
        pairs=queries.in_order(pairs),
        pair_count=sum(pairs.values()),
        areas=areas.areas_of(programme.id),
        files=page_of("programme", programme.id, most=LATEST)[0],
        panels=render_panels("programme", programme, g.actor),
    )


def _seen(programme_id: int | None) -> Programme | None:
    """The programme if there is one and the actor may see it."""
    if programme_id is None:
        return None
    condition = Programme.visible_to(g.actor)
    query = Programme.select().where(Programme.id == programme_id)
    return (query if condition is None else query.where(condition)).first()


# --- Its form ---


@blueprint.get("/new")
@requires("programmes.edit")
def new() -> str:
    """The empty form, or one filled from the programme that the new one goes on with."""
    predecessor = _predecessor()
    return _form_page(ProgrammeForm(data=_after(predecessor) if predecessor else None), None, predecessor=predecessor)


def _own_district() -> int:
    """The district that keeps a new programme: the actor's."""
    return g.actor.district_id or abort(404)


def _predecessor() -> Programme | None:
    number = whole(request.values.get("after"))
    return programme_of_office(number) if number else None


def _after(programme: Programme) -> dict[str, Any]:
    """A programme as long as the one before, from the day after its end."""
    data: dict[str, Any] = {name: getattr(programme, name) for name in ("title", "movements", "goals")}
    data["districts"] = districts_of(programme.id)
    if programme.starts_on and programme.ends_on:
        data["starts_on"] = programme.ends_on + timedelta(days=1)
        years = data["starts_on"].year - programme.starts_on.year
        data["ends_on"] = renewal.years_later(programme.ends_on, years)
    return data


def _form_page(form: ProgrammeForm, programme: Programme | None, **extra: Any) -> str:
    owner_id = programme.owner_district_id if programme else _own_district()
    form.offer(queries.district_options(owner_id))
    owner = District.get_or_none(District.id == owner_id)
    return render_template("programmes/form.html", form=form, programme=programme, owner=owner, **extra)


def _posted(owner_id: int | None) -> ProgrammeForm:
    form = ProgrammeForm()
    form.offer(queries.district_options(owner_id))
    return form


@blueprint.post("/new")
@requires("programmes.edit")
def create() -> Answer:
    """Add a programme."""
    if done := repeated():
        return go(done)
    form, predecessor = _posted(_own_district()), _predecessor()
    if not form.validate():
        return _form_page(form, None, predecessor=predecessor), 422
    try:
        programme = rules.create_programme(
            _own_district(),
            form.values(),
            predecessor=predecessor,
            person_id=g.actor.person_id,
            done=lambda programme: remember(_home(programme.id)),
        )
    except Refused as refusal:
        blame(form, refusal)
        return _form_page(form, None, predecessor=predecessor), 422
    say(named(_("Đã lập chương trình %(name)s."), name=programme.title))
    return go(_home(programme.id))


@blueprint.get("/<int:programme_id>/edit")
@requires("programmes.edit")
def edit(programme_id: int) -> str:
    """The form of a programme."""
    programme = programme_for(programme_id)
    data = {name: getattr(programme, name) for name in (*rules.FIELDS, "version")}
    return _form_page(ProgrammeForm(data=data | {"districts": districts_of(programme.id)}), programme)


@blueprint.post("/<int:programme_id>/edit")
@requires("programmes.edit")
def save(programme_id: int) -> Answer:
    """Save the form of a programme; what would lie beyond a nearer end is asked about once."""
    programme = programme_for(programme_id)
    if done := repeated():
        return go(done)
    form = _posted(programme.owner_district_id)
    if not form.validate():
        return _form_page(form, programme), 422
    try:
        outcome = rules.update_programme(
            programme,
            form.values(),
            version=form.read_version,
            person_id=g.actor.person_id,
            confirmed=request.form.get("action") == "confirm",
            done=lambda: remember(_home(programme_id)),
        )
    except rules.Shortens as doubt:
        return _form_page(form, programme, beyond=doubt.beyond), 422
    except Refused as refusal:
        blame(form, refusal)
        return _form_page(form, programme), 422
    except Conflict as conflict:
        current = Programme.get_by_id(programme_id)
        return conflict_page(form, current, conflict, lambda **more: _form_page(form, current, **more))
    return leave(outcome, _home(programme_id))


# --- Who keeps it, who leaves ---


def _crumbs(programme: Programme, heading: str) -> list[tuple[Any, str | None]]:
    name = named("%(name)s", name=programme.title)
    return [(_("Chương trình"), "/programmes"), (name, _home(programme.id)), (heading, None)]


@blueprint.route("/<int:programme_id>/owner", methods=("GET", "POST"))
@requires("programmes.edit")
def owner(programme_id: int) -> Answer:
    """Another district keeps the programme."""
    programme = programme_for(programme_id)
    form, heading = OwnerForm(), _("Bàn giao việc chủ trì")
    others = [
        (id_, name)
        for id_, name, _office, _successor, left_on, _reason in queries.districts_of_programme(programme.id)
        if left_on is None and id_ != programme.owner_district_id
    ]
    form.offer(others)
    return small_form(
        form,
        lambda done: rules.hand_over(programme, form.district.data, person_id=g.actor.person_id, done=done),
        heading=heading,
        text=_(
            "Đơn vị chủ trì sửa chương trình, lập kế hoạch năm và kết thúc chương trình. "
            "Sau khi bàn giao, các việc này do đơn vị mới làm."
        ),
        button=_("Bàn giao"),
        done=_("Đã bàn giao việc chủ trì."),
        home=_home(programme.id),
        crumbs=_crumbs(programme, heading),
    )


@blueprint.route("/<int:programme_id>/districts/<int:district_id>/leave", methods=("GET", "POST"))
@requires("programmes.edit")
def leave_programme(programme_id: int, district_id: int) -> Answer:
    """A district leaves."""
    programme, district = _to_leave(programme_id, district_id)
    form, heading = LeaveForm(on=today()), _("Ghi đơn vị rời chương trình")
    return small_form(
        form,
        lambda done: rules.leave(
            programme, district.id, on=form.on.data, reason=form.reason.data, person_id=g.actor.person_id, done=done
        ),
        heading=heading,
        text=named(
            _(
                "%(name)s: các cặp có trường của đơn vị này kết thúc với lý do dưới đây; "
                "bản ghi nhớ chưa ký trở về bước soạn. Những gì đã làm vẫn được giữ."
            ),
            name=district.name,
        ),
        button=_("Ghi rời chương trình"),
        done=_("Đã ghi đơn vị rời chương trình."),
        home=_home(programme.id),
        crumbs=_crumbs(programme, heading),
        danger=True,
    )


def _to_leave(programme_id: int, district_id: int) -> tuple[Programme, District]:
    """The programme and a district in it, if the actor keeps the programme or works in that district's office."""
    programme = fetch(Programme, programme_id, g.actor)
    district = District.get_or_none(District.id == district_id)
    if district is None or district.id not in districts_of(programme.id):
        abort(404)
    if not any(may(g.actor, "programmes.edit", record) for record in (programme, district)):
        abort(403)
    return programme, district


@blueprint.post("/<int:programme_id>/districts/<int:district_id>/stay")
@requires("programmes.edit")
def stay(programme_id: int, district_id: int) -> Response:
    """A district that was to leave stays."""
    programme, district = _to_leave(programme_id, district_id)
    if done := repeated():
        return go(done)
    home = _home(programme.id)
    try:
        rules.stay(programme, district.id, person_id=g.actor.person_id, done=lambda: remember(home))
        say(named(_("%(name)s ở lại chương trình."), name=district.name))
    except Refused as refusal:
        say(str(refusal), "warn")
    return go(home)


# --- The end, and what goes on ---


@blueprint.get("/<int:programme_id>/close")
@requires("programmes.edit")
def closing(programme_id: int) -> str:
    """The form of the closing report, from which the programme is ended."""
    programme = programme_for(programme_id)
    form = ReportForm(data={"closing_report": programme.closing_report, "version": programme.version})
    return _closing_page(form, programme)


def _closing_page(form: ReportForm, programme: Programme, **extra: Any) -> str:
    pairs = rules.open_pairs(programme.id)
    return render_template("programmes/close.html", form=form, programme=programme, pairs=pairs, **extra)


@blueprint.post("/<int:programme_id>/close")
@requires("programmes.edit")
def close(programme_id: int) -> Answer:
    """Save the closing report; with the other button end the programme, too."""
    programme = programme_for(programme_id)
    if done := repeated():
        return go(done)
    form, home = ReportForm(), _home(programme_id)
    if not form.validate():
        return _closing_page(form, programme), 422
    try:
        return _close(form, programme, home) if request.form.get("action") == "close" else _keep(form, programme, home)
    except Refused as refusal:
        blame(form, refusal)
        return _closing_page(form, programme), 422
    except Conflict as conflict:
        current = Programme.get_by_id(programme_id)
        return conflict_page(form, current, conflict, lambda **more: _closing_page(form, current, **more))


def _keep(form: ReportForm, programme: Programme, home: str) -> Response:
    outcome = rules.update_programme(
        programme,
        {"closing_report": form.closing_report.data},
        version=form.read_version,
        person_id=g.actor.person_id,
        done=lambda: remember(home),
    )
    return leave(outcome, home)


def _close(form: ReportForm, programme: Programme, home: str) -> Response:
    rules.close(
        programme,
        form.closing_report.data,
        version=form.read_version,
        actor=g.actor,
        done=lambda: remember(home),
    )
    say(_("Chương trình đã kết thúc."))
    return go(home)


@blueprint.get("/<int:programme_id>/carry")
@requires("programmes.edit")
def carry(programme_id: int) -> str:
    """The pairs of the programme before, to be carried into this one."""
    return _carry_page(_carrying(programme_id))


def _carrying(programme_id: int) -> Programme:
    """The running programme that goes on with another one (else 404)."""
    programme = programme_of_office(programme_id)
    return programme if programme.state == RUNNING and programme.predecessor_id else abort(404)


def _carry_page(programme: Programme, problem: str = "") -> str:
    rows = renewal.candidates(programme, g.actor)
    most = renewal.MOST_AT_ONCE
    return render_template("programmes/carry.html", programme=programme, rows=rows, most=most, problem=problem)


@blueprint.post("/<int:programme_id>/carry")
@requires("programmes.edit")
def carry_chosen(programme_id: int) -> Answer:
    """Have the chosen pairs carried forward by a job."""
    programme = _carrying(programme_id)
    if done := repeated():
        return go(done)
    chosen = {whole(number) for number in request.form.getlist("pair")}
    pairs = [row[0] for row in renewal.candidates(programme, g.actor) if row[4] is None and row[0] in chosen]
    if not pairs:
        return _carry_page(programme, _("Thầy/cô chưa chọn cặp nào.")), 422
    pages: list[str] = []

    def started(job: Job) -> None:
        pages.append(url_for("jobs.show", job_id=job.id))
        remember(pages[0])

    renewal.carry_later(programme, pairs, g.actor, _home(programme.id), done=started)
    return go(pages[0])
