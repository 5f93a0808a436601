"""The identity card and what the workbench contributes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from intranet.api import DISTRICT, LEADER, OFFICER, JobKind, Module, NavItem, Permission, hookimpl
from intranet.api import lazy_gettext as _
from plugins.matching import demo, rules
from plugins.matching.models import MODELS
from plugins.matching.views import blueprint as routes

OFFICES = {OFFICER: DISTRICT, LEADER: DISTRICT}


@hookimpl
def module() -> Module:
    """The identity card."""
    summary = _("Tìm trường bạn cho các trường chưa kết nghĩa: gợi ý kèm lý do, thầy/cô quyết định.")
    return Module(label=_("Ghép cặp"), summary=summary, icon="waypoints")


@hookimpl
def blueprint() -> Any:
    """The routes."""
    return routes


@hookimpl
def models() -> Sequence[type]:
    """The tables."""
    return MODELS


@hookimpl
def permissions() -> Sequence[Permission]:
    """Both offices of a programme work on it alike."""
    return [
        Permission(name="matching.view", label=_("Xem gợi ý ghép cặp"), grants=OFFICES),
        Permission(name="matching.edit", label=_("Tính, sửa và gửi gợi ý ghép cặp"), grants=OFFICES),
    ]


@hookimpl
def job_kinds() -> Sequence[JobKind]:
    """The calculation."""
    return [JobKind(key=rules.ASSIGN, label=_("Tính gợi ý ghép cặp"), handler=rules.assign, stopped=rules.stopped)]


@hookimpl
def nav_items() -> Sequence[NavItem]:
    """Beside the pairs."""
    return [
        NavItem(label=_("Ghép cặp"), endpoint="matching.index", icon="waypoints", order=22, permission="matching.view")
    ]


@hookimpl
def demo_data(canaries: bool) -> None:
    """Strengths and needs of some more schools, and the first suggestions."""
    demo.build()
