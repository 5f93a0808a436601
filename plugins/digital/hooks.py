"""The identity card and everything that the module contributes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint

from intranet.api import (
    ANY,
    COORDINATOR,
    DISTRICT,
    IT_CONTACT,
    LEADER,
    OFFICER,
    PRINCIPAL,
    SCHOOL,
    TEACHER,
    VIEWER,
    Module,
    Permission,
    Person,
    hookimpl,
)
from intranet.api import lazy_gettext as _
from plugins.digital import demo, personal
from plugins.digital.models import MODELS
from plugins.digital.views import blueprint as routes

EVERYONE = (LEADER, OFFICER, PRINCIPAL, COORDINATOR, TEACHER, VIEWER)
OFFICE = {LEADER: DISTRICT, OFFICER: DISTRICT}
STAFF = dict.fromkeys((PRINCIPAL, COORDINATOR, TEACHER), SCHOOL)
KEEPERS = {PRINCIPAL: SCHOOL, COORDINATOR: SCHOOL, IT_CONTACT: SCHOOL}


@hookimpl
def module() -> Module:
    return Module(
        label=_("Chuyển đổi số"),
        summary=_("Tự đánh giá mức độ chuyển đổi số, hỗ trợ CNTT giữa các trường, học liệu số."),
        icon="monitor-smartphone",
    )


@hookimpl
def blueprint() -> Blueprint:
    return routes


@hookimpl
def models() -> Sequence[type]:
    return MODELS


@hookimpl
def permissions() -> Sequence[Permission]:
    def permission(verb: str, label: str, grants: dict[str, str]) -> Permission:
        return Permission(name=f"digital.{verb}", label=label, grants=grants)

    return [
        permission("view", _("Xem phần chuyển đổi số"), dict.fromkeys(EVERYONE, ANY)),
        permission("assess", _("Tự đánh giá mức độ chuyển đổi số"), KEEPERS),
        permission("confirm", _("Xác nhận bản tự đánh giá của trường"), {PRINCIPAL: SCHOOL}),
        permission("check", _("Mở đợt đánh giá, chấm kiểm tra, công bố"), OFFICE),
        permission("request", _("Gửi yêu cầu hỗ trợ CNTT"), {**STAFF, OFFICER: DISTRICT}),
        permission("help", _("Giúp trường khác về CNTT"), {**dict.fromkeys(STAFF, ANY), OFFICER: ANY}),
        permission("desk", _("Điều phối yêu cầu hỗ trợ CNTT"), {**KEEPERS, **OFFICE}),
        permission("contribute", _("Gửi học liệu số"), {**STAFF, OFFICER: DISTRICT}),
        permission("review", _("Duyệt học liệu số"), {**KEEPERS, **OFFICE}),
        permission("numbers", _("Xem số liệu chuyển đổi số"), {**KEEPERS, **OFFICE}),
    ]


@hookimpl
def person_erased(person: Person) -> None:
    personal.forget(person)


@hookimpl
def person_exported(person: Person) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    return personal.known_of(person)


@hookimpl
def demo_data(canaries: bool) -> None:
    demo.build(canaries)
