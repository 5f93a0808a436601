"""Mentors: what they offer, who offers, and whom to ask for a child."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Response, abort, g, render_template, request, url_for

from intranet.api import (
    Person,
    Refused,
    blame,
    fetch,
    go,
    may,
    options,
    page,
    remember,
    repeated,
    requires,
    say,
    today,
    whole,
)
from intranet.api import gettext as _
from plugins.mentoring.cases.consents import covers
from plugins.mentoring.cases.kinds import SCOPES
from plugins.mentoring.cases.privacy import see
from plugins.mentoring.mentors import queries, rules
from plugins.mentoring.mentors.effects import LIVE
from plugins.mentoring.mentors.forms import FilterForm, MatchForm, ProfileForm, WeekForm
from plugins.mentoring.mentors.free_time import clock, decoded, first_fitting, in_words
from plugins.mentoring.mentors.life_cycle import STATE_LABELS
from plugins.mentoring.mentors.suggestions import Suggestion, Wish, level_of, suggest
from plugins.mentoring.pages import HOME, address_of, record_for
from plugins.mentoring.routes import blueprint
from plugins.mentoring.tables.cases import OWN_SCHOOL, PARTNER_SCHOOL, Case
from plugins.mentoring.tables.mentors import Mentor

Answer = Response | tuple[str, int]
FOLDER = "mentoring/mentors"
USUAL_MINUTES = 45


@blueprint.get("/mentors")
@requires("mentoring.view")
def mentors() -> str:
    """Who offers to help, in the own school and the partners'; or the list's fragment."""
    form = FilterForm()
    form.validate()
    subject, number = form.subject.data or "", min(whole(request.args.get("page")) or 0, 1000)
    rows, more = queries.mentors(g.actor, subject, number)
    return page(
        f"{FOLDER}/index.html",
        f"{FOLDER}/_list.html",
        form=form,
        rows=[(*row[:4], in_words(decoded(row[4])), *row[5:]) for row in rows],
        filtered=bool(subject),
        previous=_page_address(number - 1) if number else None,
        next=_page_address(number + 1) if more else None,
        offers=_offers(),
    )


def _page_address(number: int) -> str:
    return url_for("mentoring.mentors", **{**request.args.to_dict(), "page": number or None})


def _offers() -> bool:
    return g.actor.school_id is not None and may(g.actor, "mentoring.mentor")


@blueprint.get("/pupils")
@requires("mentoring.mentor")
def pupils() -> str:
    """The children whom the actor helps or is asked to help, by their codes."""
    return render_template(f"{FOLDER}/pupils.html", rows=queries.pupils(g.actor), states=STATE_LABELS, offers=_offers())


@blueprint.get("/mentors/me")
@requires("mentoring.mentor")
def edit_profile() -> str:
    """The form of what the actor offers."""
    mentor = Mentor.get_or_none(Mentor.person == g.actor.person_id)
    form = ProfileForm(obj=mentor)
    if mentor is None:
        form.subjects.data = Person.get_by_id(g.actor.person_id).subjects
    else:
        form.levels.data = [value for value, *_rest in form.levels.choices if mentor.levels & value]
        form.show(decoded(mentor.free))
    return _profile_page(form)


def _profile_page(form: ProfileForm) -> str:
    if not _offers():
        abort(403)
    return render_template(f"{FOLDER}/profile.html", form=form)


@blueprint.post("/mentors/me")
@requires("mentoring.mentor")
def save_profile() -> Answer:
    """Save it."""
    here = f"{HOME}/pupils"
    if done := repeated():
        return go(done)
    form = ProfileForm()
    if not _offers() or not form.validate():
        return _profile_page(form), 422
    rules.save_profile(g.actor, form.values(), done=lambda: remember(here))
    say(_("Đã lưu."))
    return go(here)


# --- Whom to ask ---


def _case_to_match(case_id: int) -> Case:
    case = record_for(Case, case_id, "coordinate")
    see(case, "match")
    return case


@blueprint.get("/cases/<int:case_id>/match")
@requires("mentoring.coordinate")
def find_mentor(case_id: int) -> str:
    """Who could help the child, the best first, and who does."""
    case = _case_to_match(case_id)
    form = WeekForm()
    form.show(rules.slots_of(case))
    return _match_page(case, form)


def _match_page(case: Case, form: WeekForm) -> str:
    agreed = {scope for scope in (OWN_SCHOOL, PARTNER_SCHOOL) if covers(case, scope)}
    matches = queries.matches_of(case)
    return render_template(
        f"{FOLDER}/match.html",
        case=case,
        form=form,
        matches=matches,
        live=LIVE,
        states=STATE_LABELS,
        agreed=[SCOPES[scope] for scope in sorted(agreed)],
        suggestions=_suggestions(case, agreed),
    )


def _suggestions(case: Case, agreed: set[int]) -> list[Suggestion]:
    """Nobody is suggested whom the family did not agree to."""
    wish = Wish(
        school_id=case.school_id, subject=case.subject, level=level_of(case.class_name), free=rules.slots_of(case)
    )
    allowed = [
        candidate
        for candidate in queries.candidates(g.actor, case)
        if (OWN_SCHOOL if candidate.school_id == case.school_id else PARTNER_SCHOOL) in agreed
    ]
    return suggest(wish, allowed)


@blueprint.post("/cases/<int:case_id>/match")
@requires("mentoring.coordinate")
def save_free(case_id: int) -> Answer:
    """Say when the child has time; the suggestions follow."""
    case = _case_to_match(case_id)
    here = f"{address_of(case.id)}/match"
    if done := repeated():
        return go(done)
    form = WeekForm()
    if not form.validate():
        return _match_page(case, form), 422
    rules.set_free(case, form.slots(), person_id=g.actor.person_id, done=lambda: remember(here))
    say(_("Đã lưu giờ rảnh của em."))
    return go(here)


@blueprint.get("/cases/<int:case_id>/match/<int:person_id>")
@requires("mentoring.coordinate")
def ask_mentor(case_id: int, person_id: int) -> str:
    """The form that asks somebody, filled in as well as may be."""
    case, mentor = _case_to_match(case_id), _mentor(person_id)
    common = rules.slots_of(case) & decoded(mentor.free)
    known: dict[str, Any] = {
        "subject": case.subject,
        "minutes": USUAL_MINUTES,
        "starts_on": today() + timedelta(days=1),
    }
    form = _match_form(case, data=known)
    if first := first_fitting(common, USUAL_MINUTES):
        form.weekday.data, minutes = first
        form.starts.raw_data = [clock(minutes)]
    return _ask_page(form, case, mentor)


def _mentor(person_id: int) -> Mentor:
    known = Mentor.get_or_none(Mentor.person == person_id) or abort(404)
    return fetch(Mentor, known.id, g.actor)


def _match_form(case: Case, **arguments: Any) -> MatchForm:
    form = MatchForm(**arguments)
    others = [(id_, name) for id_, name, _s, _b, state, *_rest in queries.matches_of(case) if state in LIVE]
    form.substitute_for.choices = options([(0, _("Không, kèm thêm")), *others])
    return form


def _ask_page(form: MatchForm, case: Case, mentor: Mentor) -> str:
    return render_template(
        f"{FOLDER}/ask.html",
        form=form,
        case=case,
        mentor=mentor,
        free=in_words(decoded(mentor.free)),
        related=rules.seems_related(case, mentor.person),
    )


@blueprint.post("/cases/<int:case_id>/match/<int:person_id>")
@requires("mentoring.coordinate")
def propose(case_id: int, person_id: int) -> Answer:
    """Ask somebody to help a child."""
    case, mentor = _case_to_match(case_id), _mentor(person_id)
    if done := repeated():
        return go(done)
    here = f"{address_of(case.id)}/match"
    form = _match_form(case)
    if form.validate():
        try:
            rules.propose(case, mentor.person_id, form.values(), g.actor, done=lambda match: remember(here))
        except Refused as refusal:
            blame(form, refusal)
        else:
            say(_("Đã gửi lời mời kèm."))
            return go(here)
    return _ask_page(form, case, mentor), 422
