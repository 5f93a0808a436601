"""Who acts for a request: who asked, the partner school's volunteers, the office, whoever helps."""

from __future__ import annotations

from intranet.api import Holder, Party, Person, works_at
from intranet.api import lazy_gettext as _
from plugins.digital.models import Request, Volunteer
from plugins.digital.parties import keepers_of, office_of


def still_asks(request: Request) -> bool:
    """Whether who asked can still answer: the account is open and the person works there."""
    asker = Person.get_by_id(request.asker_id)
    return _can_sign_in(asker) and works_at(asker.id, request.school_id, request.district_id)


def still_helps(request: Request) -> bool:
    """Whether who helps can still do so."""
    return request.helper_id is not None and _can_sign_in(Person.get_by_id(request.helper_id))


def _can_sign_in(person: Person) -> bool:
    return person.active and person.deleted_at is None


def volunteers_of(school_id: int | None) -> list[int]:
    """The people on a school's register who can be asked today; nobody for no school."""
    if school_id is None:
        return []
    query = (
        Volunteer.select(Volunteer.person)
        .join(Person)
        .where(
            *(Volunteer.school == school_id, Volunteer.active == True),  # noqa: E712 (SQL)
            *(Person.active == True, Person.deleted_at.is_null(), Person.school == school_id),  # noqa: E712 (SQL)
        )
        .order_by(Volunteer.id)
    )
    return [person_id for (person_id,) in query.tuples()]


def _asking(request: Request) -> list[Holder]:
    """Who asked; where that account is closed meanwhile, those who fill in for the school: nothing stays undone."""
    return [Holder(person_id=request.asker_id)] if still_asks(request) else keepers_of(request.school_id)


def _volunteers(request: Request) -> list[Holder]:
    return [Holder(person_id=person_id) for person_id in volunteers_of(request.helper_school_id)]


def _helper(request: Request) -> list[Holder]:
    return [Holder(person_id=request.helper_id)] if request.helper_id is not None else []


ASKER = Party(key="asker", label=_("Người gửi yêu cầu"), holders=_asking)
VOLUNTEERS = Party(key="volunteers", label=_("Tình nguyện viên trường kết nghĩa"), holders=_volunteers)
HELPER = Party(key="helper", label=_("Người nhận giúp"), holders=_helper)
OFFICE = Party(key="office", label=_("Chuyên viên phòng"), holders=lambda request: office_of(request.district_id))
RULE = Party(key="rule", label=_("Theo thời hạn"), holders=lambda request: [])
