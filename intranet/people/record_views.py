"""The form of a person: a new record, and what stands in one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, abort, g, render_template, request, url_for

from intranet.kernel.clock import today
from intranet.kernel.forms import remember, repeated
from intranet.kernel.language import gettext as _
from intranet.people import blueprint, queries, rules
from intranet.people.authority import Post
from intranet.people.forms import NewPersonForm, PersonForm, field_label, form_data, shown_value
from intranet.people.pages import allowed, home_of, person_to_edit, school_to_lead
from intranet.registry.districts import District
from intranet.registry.people import TEACHER, Person
from intranet.registry.schools import School
from intranet.shared.access import demand, may
from intranet.shared.edits import Conflict, Refused
from intranet.web.gate import own_account, requires
from intranet.web.hx import go
from intranet.web.layout import named, say
from intranet.web.numbers import whole
from intranet.web.saving import Answer, blame, save_form


@blueprint.get("/new")
@requires("people.edit")
def new() -> str:
    """The empty form."""
    district, to_lead = _place()
    school_id = whole(request.args.get("school")) or g.actor.school_id
    return _new_page(_new_form(district, to_lead, on=today(), role=TEACHER, school=school_id), district, to_lead)


def _place() -> tuple[District, School | None]:
    """The district that a new person belongs to, and the school whose principal the person is to become next.

    The district is the actor's; administrators name one, or that school.
    """
    school_id = whole(request.values.get("appoint"))
    to_lead = None if school_id is None else school_to_lead(school_id)
    named_id = to_lead.district_id if to_lead else whole(request.values.get("district"))
    district = District.get_or_none(District.id == (g.actor.district_id or named_id)) or abort(404)
    demand(g.actor, "people.edit", Post("", district.id, g.actor.school_id))
    return district, to_lead


def _new_form(district: District, to_lead: School | None, **values: Any) -> PersonForm:
    """The form; without a post for somebody who becomes principal next."""
    form = NewPersonForm(**values) if to_lead is None else PersonForm()
    if to_lead is None:
        form.offer(district.id, office=district.office_name)
    return _kept_private(form, district)


def _kept_private(form: PersonForm, owned: Any) -> PersonForm:
    """The form without the note, where the actor may not read it."""
    if not may(g.actor, "people.note", owned):
        del form.note
    return form


def _new_page(form: PersonForm, district: District, to_lead: School | None) -> str:
    return render_template("people/form.html", form=form, person=None, district=district, appoint=to_lead)


@blueprint.post("/new")
@requires("people.edit")
def create() -> Response | tuple[str, int]:
    """Add a person with the first post."""
    district, to_lead = _place()
    if done := repeated():
        return go(done)
    form = _new_form(district, to_lead)
    if not form.validate():
        return _new_page(form, district, to_lead), 422

    def next_page(person: Person) -> str:
        return url_for("people.appoint", school=to_lead.id, person=person.id) if to_lead else home_of(person)

    try:
        person = rules.create_person(
            district.id,
            form.person(),
            None if to_lead else allowed(form.post(district.id)),
            starts_on=today() if to_lead else form.on.data,
            person_id=g.actor.person_id,
            done=lambda person: remember(next_page(person)),
        )
    except Refused as refusal:
        blame(form, refusal)
        return _new_page(form, district, to_lead), 422
    say(named(_("Đã thêm %(name)s, tên đăng nhập %(username)s."), name=person.name, username=person.username))
    return go(next_page(person))


@blueprint.get("/<int:person_id>/edit")
@requires("people.edit")
def edit(person_id: int) -> str:
    """The form of a person."""
    person = person_to_edit(person_id)
    return _edit_page(_kept_private(PersonForm(data=form_data(person)), person), person)


def _edit_page(form: PersonForm, person: Person, **extra: Any) -> str:
    return render_template("people/form.html", form=form, person=person, appoint=None, **extra)


@blueprint.post("/<int:person_id>/edit")
@requires("people.edit")
def save(person_id: int) -> Answer:
    """Save the form of a person."""
    person = person_to_edit(person_id)
    return _save(_kept_private(PersonForm(), person), person, _edit_page, home_of(person))


def _save(form: PersonForm, person: Person, shown: Callable[..., str], home: str) -> Answer:
    """Save what a form holds of a record; ``shown`` is the form's page."""
    return save_form(
        form,
        lambda: shown(form, person),
        lambda **how: rules.update_person(person, form.person(), **how),
        home=home,
        conflict=lambda conflict: (_conflict_page(form, person.id, conflict, shown), 409),
    )


def _conflict_page(form: PersonForm, person_id: int, conflict: Conflict, shown: Callable[..., str]) -> str:
    """The form with what was typed and, beside it, what the other person saved; saving again takes the form's.

    Fields that only the other person changed stand in it as saved: sent again, the old text would undo that.
    """
    current = Person.get_by_id(person_id)
    for name, (value, _given) in conflict.others.items():
        form[name].data, form[name].raw_data = value, None
    form.version.data = form.version.raw_data = str(current.version)
    theirs = [
        (field_label(name), shown_value(name, saved), shown_value(name, given))
        for name, (saved, given) in conflict.differences.items()
    ]
    return shown(form, current, conflict_at=queries.changed_at(person_id), theirs=theirs)


# --- What people keep of their own record themselves ---


@blueprint.get("/own")
@own_account
def own() -> str:
    """How to reach oneself, and what one teaches."""
    person = Person.get_by_id(g.actor.person_id)
    return _own_page(_own_form(data=form_data(person)), person)


@blueprint.post("/own")
@own_account
def save_own() -> Response | tuple[str, int]:
    """Save it."""
    return _save(_own_form(), Person.get_by_id(g.actor.person_id), _own_page, url_for("accounts.account"))


def _own_form(**values: Any) -> PersonForm:
    """The form without what others answer for."""
    form = PersonForm(**values)
    for name in ("name", "birth_date", "gender", "note"):
        del form[name]
    return form


def _own_page(form: PersonForm, person: Person, **extra: Any) -> str:
    return render_template("people/own.html", form=form, person=person, **extra)
