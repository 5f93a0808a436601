"""What the screens of people share: who may open them, and how a small form runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import abort, g, render_template, url_for

from intranet.kernel.forms import Form
from intranet.kernel.language import gettext as _
from intranet.people.authority import Post, may_change_work, may_edit, may_give
from intranet.people.profile import Work, still, work_of
from intranet.registry.people import PRINCIPAL, Person
from intranet.registry.schools import School
from intranet.shared.access import demand, fetch
from intranet.web.errors import error_response
from intranet.web.saving import Answer, act_form


def refuse(sentence: str) -> None:
    """403 with a sentence of its own."""
    abort(error_response(403, sentence))


def person_to_edit(person_id: int) -> Person:
    """The person if the actor may see (else 404) and edit the record (else 403)."""
    person, work = _person(person_id)
    if not may_edit(g.actor, person, work):
        refuse(_("Hồ sơ này do cấp trên của thầy/cô giữ. Nếu cần sửa, hãy liên hệ người phụ trách."))
    return person


def person_to_move(person_id: int) -> tuple[Person, list[Work]]:
    """The person with all work, if the actor may change what the person is (else 403)."""
    person, work = _person(person_id)
    if person.id == g.actor.person_id:
        refuse(_("Công việc của chính mình do người khác sửa; thầy/cô hãy nhờ cấp trên."))
    if not may_change_work(g.actor, person, work):
        refuse(_("Vai trò của người này do cấp trên của thầy/cô trao; thầy/cô hãy liên hệ người phụ trách."))
    return person, work


def person_at_work(person_id: int) -> tuple[Person, list[Work]]:
    """As person_to_move, with the work that is not over; 404 where there is none."""
    person, work = person_to_move(person_id)
    return person, still(work) or abort(404)


def _person(person_id: int) -> tuple[Person, list[Work]]:
    person = fetch(Person, person_id, g.actor)
    demand(g.actor, "people.edit", person)
    return person, work_of(person.id)


def school_to_lead(school_id: int) -> School:
    """The open school, if the actor may give it a principal (else 403)."""
    school = fetch(School, school_id, g.actor)
    if not may_give(g.actor, Post(PRINCIPAL, school.district_id, school.id)):
        refuse(_("Hiệu trưởng do phòng bổ nhiệm; thầy/cô hãy liên hệ chuyên viên phụ trách."))
    return school if school.closed_on is None else abort(404)


def allowed(post: Post) -> Post:
    """The post, if the actor may give it (else 403)."""
    if not may_give(g.actor, post):
        refuse(_("Thầy/cô không trao được vai trò này ở nơi đã chọn."))
    return post


def home_of(person: Person) -> str:
    """The address of the person's page."""
    return url_for("people.show", person_id=person.id)


def small_form(
    person: Person,
    form: Form,
    write: Callable[[Callable[[], None]], None],
    *,
    heading: str,
    text: str,
    button: str,
    done: str,
    danger: bool = False,
    home: str = "",
    **extra: Any,
) -> Answer:
    """A page with one form about a person: shown, or carried out by ``write(remember)`` and then left.

    ``text`` says what will happen, ``done`` what happened.
    """
    home = home or home_of(person)
    words = {"heading": heading, "text": text, "button": button, "danger": danger}

    def shown() -> str:
        return render_template("people/act.html", person=person, form=form, **words, **extra)

    return act_form(form, shown, write, home=home, done=done)
