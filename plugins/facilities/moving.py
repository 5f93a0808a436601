"""What becomes of an office's matters when its schools come under other units.

A proposal is one dossier of one office: it goes to the heir whole, with the needs of schools that are others' by now.
"""

from __future__ import annotations

from intranet.api import District, Moves, office_rounds, record
from plugins.facilities.models import PublicWall, Review, Round


def follow(moves: Moves) -> None:
    """Each office goes on with the round of its own schools; where there was a public page, there is one."""
    office_rounds.follow(moves, Round, Review.round, action="facilities.round")
    if moves.back:
        # What the change made is no unit any more.
        PublicWall.delete().where(PublicWall.district.in_(sorted(moves.heirs))).execute()
        return
    shown = PublicWall.select(PublicWall.district).where(PublicWall.shown == True)  # noqa: E712 (SQL)
    public = {district_id for (district_id,) in shown.tuples()}
    for before, after in sorted({*moves.by_target, *moves.heirs.items()}):
        if before in public:
            _show(after)


def _show(district_id: int) -> None:
    """Givers turn to the office of now. A unit that has decided about such a page keeps to that."""
    if PublicWall.select().where(PublicWall.district == district_id).exists():
        return
    contact = District.get_by_id(district_id).office_name
    wall = PublicWall.create(district=district_id, shown=True, contact=contact)
    record("facilities.public_wall", wall, person_id=None, changes={"shown": (False, True), "contact": ("", contact)})
