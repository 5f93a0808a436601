"""What follows from a step of a review, in the step's own transaction."""

from __future__ import annotations

from typing import Any

from intranet.api import School, SchoolYearFigures, Site, checklist_of, today
from plugins.facilities.models import PresentState, Review, ReviewLine

ROOMS = ("rooms_solid", "rooms_semi_solid", "rooms_temporary")


def sizes_of(school: School) -> dict[str, Any]:
    """The columns of a review by which norms are counted, from the figures that the school reported last."""
    columns = [getattr(SchoolYearFigures, name) for name in ("school_year", "classes", "pupils", *ROOMS)]
    query = SchoolYearFigures.select(*columns).where(SchoolYearFigures.school == school)
    found = query.order_by(SchoolYearFigures.school_year.desc()).tuples().first()
    year, classes, pupils, *rooms = found or ("", None, None)
    known = [count for count in rooms if count is not None]
    return {
        "school_year": year,
        "classes": classes,
        "pupils": pupils,
        "rooms": sum(known) if known else None,
        "sites": 1 + Site.select().where(Site.school == school).count(),
    }


def required_of(review: Review) -> dict[str, int | None]:
    """{item: how many the norm asks of this school}; None where there is no norm, or no figure for it."""
    sizes = {"class": review.classes, "pupil": review.pupils, "room": review.rooms, "site": review.sites}
    items = checklist_of(review.round.pack_id).items
    return {code: item.formula.required(sizes) if item.formula else None for code, item in items.items()}


def measure_again(review: Review, person_id: int | None) -> None:
    """What is sent goes by the figures of the day."""
    for name, value in sizes_of(review.school).items():
        setattr(review, name, value)
    review.save()
    for code, required in required_of(review).items():
        ReviewLine.update(required=required).where(ReviewLine.review == review, ReviewLine.item == code).execute()


def become_present(review: Review, person_id: int | None) -> None:
    """What is locked is what the school has from today on."""
    pack = review.round.pack
    items = pack.checklist.items
    PresentState.delete().where(PresentState.school == review.school, PresentState.pack_key == pack.key).execute()
    rows = [
        {
            "district": review.district_id,
            "school": review.school_id,
            "pack_key": pack.key,
            "item": line.item,
            "title": items[line.item].title,
            "unit": items[line.item].unit,
            "required": line.required,
            "have": line.have,
            "usable": line.usable,
            "condition": line.condition,
            "review": review.id,
            "on": today(),
        }
        for line in ReviewLine.select().where(ReviewLine.review == review).order_by(ReviewLine.position)
    ]
    PresentState.insert_many(rows).execute()
