"""A school gets a principal: first who, then from when."""

from __future__ import annotations

from flask import abort, g, render_template, request, url_for

from intranet.kernel.clock import today
from intranet.kernel.language import gettext as _
from intranet.kernel.text import canonical
from intranet.people import blueprint, queries, rules
from intranet.people.forms import AppointForm
from intranet.people.lists import Filters
from intranet.people.pages import person_to_move, school_to_lead, small_form
from intranet.registry.schools import School
from intranet.web.gate import requires
from intranet.web.layout import named
from intranet.web.numbers import whole
from intranet.web.saving import Answer


@blueprint.route("/appoint", methods=("GET", "POST"))
@requires("people.edit")
def appoint() -> Answer:
    """The choice of a person for a school; with one chosen, the day and what becomes of the former principal."""
    school = school_to_lead(whole(request.args.get("school")) or abort(404))
    person_id = whole(request.args.get("person"))
    return _choice(school) if person_id is None else _appointment(school, person_id)


def _choice(school: School) -> str:
    """The people of the school, or those of the district whose name was searched."""
    query = canonical(request.args.get("q", ""))[:100]
    filters = Filters(query=query, district_id=school.district_id, school_id=None if query else school.id)
    principals = queries.principals_of(school.id)
    found = queries.person_page(g.actor, filters)
    rows = [row for row in found.rows if row[0] not in dict(principals)]
    return render_template(
        "people/appoint.html",
        school=school,
        query=query,
        principals=principals,
        rows=rows,
        more=found.next_id is not None,
        work=queries.work_of(g.actor, [row[0] for row in rows]),
    )


def _appointment(school: School, person_id: int) -> Answer:
    person, _work = person_to_move(person_id)
    principals = [row for row in queries.principals_of(school.id) if row[0] != person_id]
    form = AppointForm(on=today(), stay=True)
    if not principals:
        del form.stay
    text = _("%(name)s là hiệu trưởng %(school)s từ ngày này, với mọi quyền của hiệu trưởng.")
    if principals:
        text += " " + _("%(former)s thôi chức vào hôm trước; lịch sử của cả hai vẫn còn.")
    former = ", ".join(name for _id, name in principals)
    return small_form(
        person,
        form,
        lambda done: rules.appoint_principal(
            school,
            person,
            on=form.on.data,
            stay=bool(principals) and form.stay.data,
            person_id=g.actor.person_id,
            done=done,
        ),
        heading=_("Bổ nhiệm hiệu trưởng"),
        text=named(text, name=person.name, school=school.name, former=former),
        button=_("Bổ nhiệm"),
        done=named(_("Đã bổ nhiệm %(name)s làm hiệu trưởng %(school)s."), name=person.name, school=school.name),
        home=url_for("schools.show", school_id=school.id),
        cancel=url_for("people.appoint", school=school.id),
    )
