"""Proposing a pair, or a cluster of them: schools are chosen by links, so that it works without scripts."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Response, abort, g, request

from intranet.kernel.forms import remember, repeated
from intranet.kernel.language import gettext as _
from intranet.kernel.language import ngettext
from intranet.kernel.text import canonical
from intranet.pairings import blueprint, candidates, rules
from intranet.pairings.forms import LEVEL_CHOICES, ProposalForm
from intranet.registry.schools import School
from intranet.registry.twinning import Pairing, Programme
from intranet.shared.access import may
from intranet.shared.edits import Refused
from intranet.web import hx
from intranet.web.gate import requires
from intranet.web.hx import go
from intranet.web.layout import say
from intranet.web.numbers import whole
from intranet.web.saving import blame

MOST_PARTNERS = 20


@dataclass(frozen=True, slots=True)
class Choice:
    """What the address says was chosen so far, and how partners are searched."""

    programmes: list[tuple[int, str]]
    programme_id: int | None
    lead: School | None
    partners: list[School]
    query: str
    level: int | None

    def address(self, *, lead: int | None = None, partners: list[int] | None = None) -> str:
        """The page with another lead or other partners."""
        chosen = [school.id for school in self.partners] if partners is None else partners
        values = {"programme": self.programme_id, "lead": lead or (self.lead.id if self.lead else None)}
        values |= {"level": self.level, "q": self.query}
        pairs = [(name, value) for name, value in values.items() if value not in (None, "")]
        return f"/pairings/new?{urlencode([*pairs, *(('partner', id_) for id_ in chosen)])}"

    def adding(self, school_id: int) -> str:
        """The page with one partner more."""
        return self.address(partners=[*(school.id for school in self.partners), school_id])

    def without(self, school_id: int) -> str:
        """The page with one partner less."""
        return self.address(partners=[school.id for school in self.partners if school.id != school_id])


def _read_choice() -> Choice:
    """From the address, or from the fields of the form; schools that cannot be twinned are left out."""
    given = request.values
    programmes = candidates.programmes(g.actor)
    asked = whole(given.get("programme"))
    programme_id = asked if asked in dict(programmes) else None
    if asked is None and len(programmes) == 1:
        programme_id = programmes[0][0]
    lead_id, ids = whole(given.get("lead")), [whole(text) for text in given.getlist("partner")[:MOST_PARTNERS]]
    schools = candidates.schools_in(programme_id, [lead_id, *ids]) if programme_id is not None else {}
    lead = schools.get(lead_id)
    partners = [schools[id_] for id_ in dict.fromkeys(ids) if id_ in schools and id_ != lead_id] if lead else []
    level = whole(given.get("level"))
    if level is None and lead is not None and "level" not in given:
        level = next((value for value, _label in LEVEL_CHOICES if lead.levels & value), None)
    return Choice(programmes, programme_id, lead, partners, canonical(given.get("q", ""))[:100], level)


@blueprint.get("/new")
@requires("pairings.propose")
def new() -> str:
    """Choose a programme and schools, then say why."""
    return _page(_read_choice(), ProposalForm())


def _page(choice: Choice, form: ProposalForm) -> str:
    found = []
    if choice.programme_id is not None and choice.lead is not None:
        found = candidates.partners(
            g.actor,
            choice.programme_id,
            choice.lead,
            query=choice.query,
            level=choice.level,
            chosen=[school.id for school in choice.partners],
        )
    return hx.page(
        "pairings/new.html",
        "pairings/_candidates.html",
        choice=choice,
        form=form,
        leads=_leads(choice),
        found=found[: candidates.MOST_SHOWN],
        more=len(found) > candidates.MOST_SHOWN,
        level_choices=LEVEL_CHOICES,
    )


def _leads(choice: Choice) -> list[tuple[str, list[tuple[int, str]]]]:
    if choice.programme_id is None or request.htmx.partial:
        return []
    return candidates.leads(choice.programme_id, g.actor)


@blueprint.post("/new")
@requires("pairings.propose")
def propose() -> Response | tuple[str, int]:
    """Send the proposal to the principals of all schools in it."""
    if done := repeated():
        return go(done)
    choice, form = _read_choice(), ProposalForm()
    _refuse_strangers(choice)
    if not form.validate():
        return _page(choice, form), 422
    try:
        pairings = _propose(choice, form)
    except Refused as refusal:
        blame(form, refusal)
        return _page(choice, form), 422
    say(ngettext("Đã gửi %(num)s đề nghị kết nghĩa.", "Đã gửi %(num)s đề nghị kết nghĩa.", len(pairings)))
    return go(_home(pairings))


def _propose(choice: Choice, form: ProposalForm) -> list[Pairing]:
    if choice.programme_id is None or choice.lead is None:
        raise Refused("", _("Thầy/cô chưa chọn chương trình và trường thứ nhất."))
    return rules.propose_several(
        Programme.get_by_id(choice.programme_id),
        choice.lead,
        choice.partners,
        proposal=form.proposal.data,
        cluster=form.cluster.data or "",
        person_id=g.actor.person_id,
        done=lambda pairings: remember(_home(pairings)),
    )


def _refuse_strangers(choice: Choice) -> None:
    """403 where neither school of a pair is the own district's."""
    for partner in choice.partners if choice.lead else ():
        pair = Pairing(
            first_school=choice.lead,
            first_district=choice.lead.district_id,
            second_school=partner,
            second_district=partner.district_id,
        )
        if not may(g.actor, "pairings.propose", pair):
            abort(403)


def _home(pairings: list[Pairing]) -> str:
    return f"/pairings/{pairings[0].id}" if len(pairings) == 1 else "/pairings?state=proposed"
