"""A school is split: what people choose of its plans and questions goes on in the new school."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from intranet.api import OpenWork, Person, School, locked, refresh_waiting
from intranet.api import lazy_gettext as _
from plugins.professional_development.mergers import UNDER_WAY, move, pairs_of, put_under
from plugins.professional_development.models import Difficulty, LessonStudy, Practice, Registration, Session

KINDS = {
    "session": (Session, _("Buổi sinh hoạt chuyên môn")),
    "study": (LessonStudy, _("Nghiên cứu bài học")),
    "practice": (Practice, _("Mô hình hay")),
    "difficulty": (Difficulty, _("Khó khăn, vướng mắc")),
}


def open_work(school: School) -> Iterator[OpenWork]:
    """Sessions that are not held yet, lesson studies, practices that are not published, and questions."""
    for kind, (model, label) in KINDS.items():
        rows = model.select(model.id, model.title).where(model.school == school, UNDER_WAY[model]).order_by(model.id)
        for id_, title in rows.tuples():
            yield OpenWork(kind=kind, id=id_, kind_label=label, label=title)


def hand_over(school: School, successor: School, chosen: Mapping[str, Collection[int]]) -> None:
    """Make what was chosen the new school's, with the places of its people in what is still to come."""
    pairs = pairs_of(successor)
    for kind, (model, _label) in KINDS.items():
        for id_ in sorted(chosen.get(kind, ())):
            move(locked(model, id_), school, successor, pairs)
    planned = Session.select(Session.id).where(UNDER_WAY[Session])
    here = Person.select(Person.id).where(Person.school == successor)
    Registration.update(school=successor).where(
        Registration.school == school, Registration.person.in_(here), Registration.session.in_(planned)
    ).execute()
    _settle(school, successor, pairs)


def _settle(school: School, successor: School, pairs: dict[int, int]) -> None:
    """Under a pair that went over, the new school comes to the partner's sessions; the old one holds its own alone."""
    gone = UNDER_WAY[Session] & Session.pairing.in_(list(pairs))
    Session.update(partner=successor).where(gone, Session.partner == school).execute()
    for model in (Session, LessonStudy):
        kept = model.select().where(model.school == school, UNDER_WAY[model], model.pairing.in_(list(pairs)))
        for row in list(kept.order_by(model.id)):
            put_under(row, None)
            row.version += 1
            row.save()
            refresh_waiting(row)
