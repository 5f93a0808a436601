"""The directory as an Excel file that can come back as a list of staff, and the template to fill in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import Any

from flask import Response, g
from peewee import JOIN

from intranet.kernel.language import SOURCE, lazy_gettext, speaking
from intranet.kernel.language import gettext as _
from intranet.kernel.phone import show_phone
from intranet.people import blueprint, queries
from intranet.people.columns import STAFF_COLUMNS
from intranet.people.forms import in_force, read_filters
from intranet.registry.districts import District
from intranet.registry.people import (
    CONTACT_ROLES,
    GENDER_LABELS,
    ROLE_LABELS,
    Membership,
    Person,
    under_way,
)
from intranet.registry.schools import School
from intranet.shared.access import Actor
from intranet.shared.columns import Column
from intranet.shared.workbooks import write_table, write_template
from intranet.web import exports
from intranet.web.gate import requires

# Behind what an import reads: it passes over the last one.
COLUMNS = (*STAFF_COLUMNS, Column(key="district", label=lazy_gettext("Đơn vị quản lý"), width=22))
# Of people of partner schools, nothing else (decision D1).
CONTACT = {"school_code", "school_name", "name", "title", "phone", "district"}


def _rows(actor: Actor, ids: Sequence[int]) -> Iterator[list[Any]]:
    """The cells of the people with these ids, in this order; empty where the actor may not see them."""
    query = (
        Person.select(
            Person.id,
            Person.district,
            Person.school,
            District.name,
            Person.name,
            Person.birth_date,
            Person.gender,
            Person.subjects,
            Person.phone,
            Person.email,
        )
        .join(District, JOIN.LEFT_OUTER)
        .where(Person.id.in_(ids))
    )
    found = {row[0]: row[1:] for row in query.tuples()}
    work = _work(actor, {id_: (row[0], row[1]) for id_, row in found.items()})
    for id_ in (id_ for id_ in ids if id_ in found):
        district_id, _school_id, district, name, birth_date, gender, subjects, phone, email = found[id_]
        code, school, title = work.get(id_, (None, None, None))
        values = {
            "school_code": code,
            "school_name": school,
            "name": name,
            "birth_date": birth_date,
            "gender": str(GENDER_LABELS.get(gender, "")),
            "title": title,
            "subjects": subjects,
            "phone": show_phone(phone),
            "email": email,
            "district": district,
        }
        own = _is_own(actor, district_id)
        yield [values[column.key] if own or column.key in CONTACT else None for column in COLUMNS]


def _is_own(actor: Actor, district_id: int | None) -> bool:
    return actor.sees_all or district_id == actor.district_id


def _work(actor: Actor, places: dict[int, tuple[int | None, int | None]]) -> dict[int, tuple]:
    """{person: (school code, school, title)} of today; ``places`` are (district id, school id) by person.

    Of several roles the one in the own school counts, there the head's; of a partner's people, that of its contact.
    """
    query = (
        Membership.select(
            Membership.person, Membership.role, Membership.title, Membership.school, School.code, School.name
        )
        .join(School, JOIN.LEFT_OUTER)
        .where(Membership.person.in_(list(places)), under_way(Membership))
        .order_by(Membership.id)
    )
    found: dict[int, tuple[tuple[bool, bool], tuple]] = {}
    for person_id, role, title, school_id, code, school in query.tuples():
        district_id, own_school_id = places[person_id]
        head = role in CONTACT_ROLES
        if _is_own(actor, district_id) or (head and school_id in actor.partner_school_ids):
            rank = (school_id == own_school_id, head)
            if person_id not in found or rank > found[person_id][0]:
                found[person_id] = rank, (code, school, title or str(ROLE_LABELS[role]))
    return {person_id: work for person_id, (_rank, work) in found.items()}


def _write(actor: Actor, words: str, batches: Iterable[Sequence[int]]) -> bytes:
    rows = (row for ids in batches for row in _rows(actor, ids))
    return write_table(_("Danh sách cán bộ"), exports.subtitle(actor.place_name, words), COLUMNS, rows)


EXPORT = exports.register(exports.Export("people.export", "Danh sách cán bộ", "people.index", _write))


def _wanted() -> tuple[exports.Find, str]:
    """How to find the people that the filters in the address leave, and these filters in words."""
    filters = read_filters()
    with speaking(SOURCE):
        named = in_force(filters)
    return partial(queries.filtered_ids, g.actor, filters), exports.words(named)


@blueprint.get("/export.xlsx")
@requires("people.view")
def export() -> Response | str:
    """The people of the list."""
    return exports.answer(EXPORT, *_wanted())


@blueprint.post("/export.xlsx")
@requires("people.view")
def export_later() -> Response:
    """The same by a job, where they are many."""
    return exports.start(EXPORT, *_wanted())


@blueprint.get("/template.xlsx")
@requires("people.import")
def template() -> Response:
    """An empty list to fill in, with the schools of the own district to choose from."""
    schools = [name for _id, name in queries.school_options(g.actor.district_id)]
    with speaking(SOURCE):
        body = write_template(_("Danh sách cán bộ"), g.actor.place_name, STAFF_COLUMNS, {"school_name": schools})
        return exports.send_workbook(_("Mẫu danh sách cán bộ.xlsx"), body)
