"""What an office begins with: the levels of its last round, and what waits at the desk."""

from __future__ import annotations

from collections.abc import Iterator

from peewee import fn

from intranet.api import Actor, Panel, Statement, param
from intranet.api import gettext as _
from plugins.digital.assessments.life_cycle import RESULTS
from plugins.digital.desk.life_cycle import OPEN
from plugins.digital.models import Assessment, Request, Round
from plugins.digital.pages import HOME

_COLUMNS = Assessment.round, Assessment.checked_level, fn.COUNT(Assessment.id)


def _last_round() -> object:
    """The last one that has results: one that has just been opened says nothing yet."""
    results = Assessment.select(Assessment.id).where(Assessment.round == Round.id, Assessment.state.in_(RESULTS))
    query = Round.select(Round.id).where(Round.district == param("district"), fn.EXISTS(results))
    return query.order_by(Round.school_year.desc(), Round.due_on.desc(), Round.id.desc()).limit(1)


_LEVELS = Statement(
    lambda: (
        Assessment.select(*_COLUMNS)
        .where(
            Assessment.round == _last_round(),
            Assessment.district == param("district"),
            Assessment.state.in_(RESULTS),
        )
        .group_by(Assessment.round, Assessment.checked_level)
        .order_by(Assessment.checked_level.desc())
    )
)
_OPEN = Statement(
    lambda: Request.select(fn.COUNT(Request.id)).where(Request.district == param("district"), Request.state.in_(OPEN))
)


def panels(place: str, actor: Actor) -> Iterator[Panel]:
    """For an office: how its schools stood in the last round, how many requests are open."""
    if place != "home" or actor.school_id is not None or actor.district_id is None:
        return
    stats = [
        (count, _said(level), f"{HOME}/rounds/{round_id}")
        for round_id, level, count in _LEVELS.rows(district=actor.district_id)
    ]
    ((waiting,),) = _OPEN.rows(district=actor.district_id)
    if waiting:
        stats.append((waiting, _("yêu cầu hỗ trợ chưa xong"), f"{HOME}/requests?state=open"))
    if stats:
        yield Panel(
            key="numbers",
            title=_("Chuyển đổi số"),
            template="digital/numbers/_panel.html",
            context={"stats": stats},
        )


def _said(level: int) -> str:
    return _("trường ở mức %(level)s", level=level) if level else _("trường chưa đạt mức nào")
