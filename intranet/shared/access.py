"""Who may do what: one question, ``may()``, and one condition per table, ``visible_to()``. See docs/access.toml.

A permission gives each role a reach (contributions.ANY, DISTRICT or SCHOOL). A record belongs to a district and perhaps
a school (``owner()``); the reach decides whether the actor's place covers it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, wraps
from typing import Any, Protocol, TypeVar

from flask import abort, current_app

from intranet.contributions import ANY, DISTRICT, REACHES, SCHOOL, Function, Permission
from intranet.kernel.clock import today
from intranet.kernel.language import lazy_gettext as _
from intranet.kernel.statements import Statement, param
from intranet.registry.people import (
    ADMINISTRATOR,
    COORDINATOR,
    FUNCTION_LABELS,
    LEADER,
    OFFICER,
    PRINCIPAL,
    ROLE_LABELS,
    TEACHER,
    VIEWER,
)
from intranet.registry.schools import School


@dataclass(frozen=True, slots=True)
class Actor:
    """The signed-in person, acting in one membership (or in none: then nothing but the own account is open)."""

    # What decides what the actor may see; two actors are equal when these are.
    person_id: int
    role: str | None = None
    district_id: int | None = None
    school_id: int | None = None
    # The own district and those that share a programme with it.
    district_ids: frozenset[int] = frozenset()
    partner_school_ids: frozenset[int] = frozenset()
    # Duties under way in the own school.
    functions: frozenset[str] = frozenset()
    # The administrator who looks at this person's pages and may change nothing, if one does.
    seen_by: int | None = None
    name: str = field(default="", compare=False)
    place_name: str = field(default="", compare=False)
    language: str = field(default="vi", compare=False)
    theme: str = field(default="auto", compare=False)
    session_hash: str = field(default="", compare=False)
    # Modules that are on in the own district.
    modules: frozenset[str] = field(default=frozenset(), compare=False)
    # How many memberships of the person are under way: with more than one, the person chooses in which to act.
    memberships: int = field(default=0, compare=False)
    # Notices that the person has not seen.
    unread: int = field(default=0, compare=False)
    # Whether signing in takes a code beside the password.
    has_factor: bool = field(default=False, compare=False)

    @property
    def signed_in_id(self) -> int:
        """Who sits at the keyboard; a log of what was read names this person."""
        return self.person_id if self.seen_by is None else self.seen_by

    @property
    def sees_all(self) -> bool:
        """Administrators are bound to no district."""
        return self.role == ADMINISTRATOR

    @property
    def membership_label(self) -> str:
        """For the header, e.g. "Hiệu trưởng – Trường THCS Yên Sở"."""
        if self.role is None:
            return str(_("Chưa được gán đơn vị"))
        return " – ".join(filter(None, (str(ROLE_LABELS[self.role]), self.place_name)))

    @property
    def initials(self) -> str:
        """First letters of family and given name."""
        words = self.name.split()
        return (words[0][0] + words[-1][0]).upper() if len(words) > 1 else self.name[:2].upper()


class Owned(Protocol):
    """A record that belongs to a district and perhaps to a school; with ``owners()``, to several alike."""

    def owner(self) -> tuple[int | None, int | None]: ...


EVERYONE = (LEADER, OFFICER, PRINCIPAL, COORDINATOR, TEACHER, VIEWER)

CORE_PERMISSIONS = (
    Permission(name="schools.view", label=_("Xem danh sách trường"), grants=dict.fromkeys(EVERYONE, ANY)),
    Permission(name="schools.create", label=_("Thêm trường"), grants={OFFICER: DISTRICT}),
    Permission(
        name="schools.edit",
        label=_("Sửa hồ sơ trường"),
        grants={OFFICER: DISTRICT, PRINCIPAL: SCHOOL, COORDINATOR: SCHOOL},
    ),
    Permission(
        name="schools.close",
        label=_("Đóng, mở lại, gộp, xóa trường và sửa hàng loạt"),
        grants={OFFICER: DISTRICT},
    ),
    Permission(name="schools.import", label=_("Nhập danh sách trường từ Excel"), grants={OFFICER: DISTRICT}),
    # Internal notes: the owner's office and the school's own people.
    Permission(
        name="schools.note",
        label=_("Xem ghi chú nội bộ của trường"),
        grants={LEADER: DISTRICT, OFFICER: DISTRICT, PRINCIPAL: SCHOOL, COORDINATOR: SCHOOL, TEACHER: SCHOOL},
    ),
    Permission(name="people.view", label=_("Xem danh bạ"), grants=dict.fromkeys(EVERYONE, ANY)),
    Permission(
        name="people.edit",
        label=_("Thêm người, sửa hồ sơ và công việc"),
        grants={LEADER: DISTRICT, OFFICER: DISTRICT, PRINCIPAL: SCHOOL},
    ),
    Permission(name="people.import", label=_("Nhập danh sách cán bộ từ Excel"), grants={OFFICER: DISTRICT}),
    Permission(
        name="people.note", label=_("Xem ghi chú nội bộ về cán bộ"), grants={LEADER: DISTRICT, OFFICER: DISTRICT}
    ),
    Permission(
        name="history.view",
        label=_("Xem lịch sử thay đổi"),
        grants={LEADER: DISTRICT, OFFICER: DISTRICT, PRINCIPAL: SCHOOL, COORDINATOR: SCHOOL},
    ),
    Permission(
        name="audit.view",
        label=_("Xem nhật ký hệ thống"),
        grants={LEADER: DISTRICT, OFFICER: DISTRICT, PRINCIPAL: SCHOOL},
    ),
    # Whose account exactly, people.authority says: nobody opens an account that may do more than the own.
    Permission(
        name="accounts.manage",
        label=_("Cấp, khóa và mở tài khoản"),
        grants={LEADER: DISTRICT, OFFICER: DISTRICT, PRINCIPAL: SCHOOL},
    ),
    # Administrators only.
    Permission(name="accounts.see_as", label=_("Xem như người khác"), grants={}),
    Permission(name="people.erase", label=_("Xóa dữ liệu cá nhân của một người"), grants={}),
    Permission(name="system.view", label=_("Xem tình trạng hệ thống"), grants={}),
    Permission(name="units.change", label=_("Sắp xếp lại đơn vị hành chính"), grants={}),
    Permission(name="holidays.edit", label=_("Sửa lịch nghỉ lễ"), grants={}),
    Permission(name="trash.use", label=_("Xem và khôi phục thùng rác"), grants={OFFICER: DISTRICT, PRINCIPAL: SCHOOL}),
    Permission(name="pairings.view", label=_("Xem các cặp kết nghĩa"), grants=dict.fromkeys(EVERYONE, ANY)),
    Permission(
        name="pairings.propose",
        label=_("Đề nghị kết nghĩa, kết thúc cặp"),
        grants={LEADER: DISTRICT, OFFICER: DISTRICT},
    ),
    # What the two schools do themselves: pledge, meetings, visits, reviews.
    Permission(
        name="pairings.work",
        label=_("Soạn giao ước, lập cuộc họp, ghi hoạt động của cặp"),
        grants={PRINCIPAL: SCHOOL, COORDINATOR: SCHOOL, OFFICER: DISTRICT},
    ),
    Permission(name="programmes.view", label=_("Xem chương trình phối hợp"), grants=dict.fromkeys(EVERYONE, ANY)),
    Permission(
        name="programmes.edit",
        label=_("Lập chương trình, biên bản ghi nhớ, kế hoạch năm"),
        grants={LEADER: DISTRICT, OFFICER: DISTRICT},
    ),
    Permission(
        name="overview.view",
        label=_("Xem số liệu tổng hợp của lãnh đạo"),
        grants={LEADER: DISTRICT, OFFICER: DISTRICT},
    ),
    Permission(
        name="papers.edit",
        label=_("Sửa tiêu đề văn bản, thay mẫu văn bản"),
        grants={LEADER: DISTRICT, OFFICER: DISTRICT, PRINCIPAL: SCHOOL},
    ),
    Permission(
        name="reports.write",
        label=_("Lập báo cáo của chương trình và của cặp"),
        grants={LEADER: DISTRICT, OFFICER: DISTRICT, PRINCIPAL: SCHOOL, COORDINATOR: SCHOOL},
    ),
    Permission(
        name="checklists.view",
        label=_("Xem các bộ tiêu chí"),
        grants=dict.fromkeys(EVERYONE, ANY),
    ),
    Permission(
        name="checklists.edit",
        label=_("Sao chép, sửa bộ tiêu chí của đơn vị"),
        grants={LEADER: DISTRICT, OFFICER: DISTRICT},
    ),
    Permission(name="units.view", label=_("Xem quá trình của một đơn vị"), grants=dict.fromkeys(EVERYONE, ANY)),
    Permission(name="calendar.view", label=_("Xem lịch"), grants=dict.fromkeys(EVERYONE, ANY)),
    Permission(name="search.use", label=_("Tìm kiếm"), grants=dict.fromkeys(EVERYONE, ANY)),
    Permission(name="modules.view", label=_("Xem các mô-đun của đơn vị"), grants={LEADER: DISTRICT, OFFICER: DISTRICT}),
    Permission(name="modules.switch", label=_("Bật, tắt mô-đun"), grants={LEADER: DISTRICT, OFFICER: DISTRICT}),
)


# The longest key that a table keeps.
LONGEST_FUNCTION = 40


class Permissions:
    """All permissions of one application, and the functions that they may name: the core's and the plugins'."""

    def __init__(self) -> None:
        self._by_name: dict[str, Permission] = {}
        self._functions: dict[str, Any] = dict(FUNCTION_LABELS)
        for permission in CORE_PERMISSIONS:
            self.add(permission)

    @property
    def functions(self) -> Mapping[str, Any]:
        """{key: label} of all functions."""
        return self._functions

    def add_function(self, function: Function) -> None:
        """Add a function; a second of the same key, or one too long for its column, is an error of the programmer."""
        if function.key in self._functions or len(function.key) > LONGEST_FUNCTION:
            raise ValueError(f"function {function.key} exists twice or is longer than {LONGEST_FUNCTION} characters")
        self._functions[function.key] = function.label

    def add(self, permission: Permission) -> None:
        """Add one; a second of the same name, an unknown role, function or reach is an error of the programmer."""
        if permission.name in self._by_name:
            raise ValueError(f"permission {permission.name} exists twice")
        if not permission.grants.keys() <= {*ROLE_LABELS, *self._functions}:
            raise ValueError(f"permission {permission.name} names an unknown role or function")
        if not set(permission.grants.values()) <= set(REACHES):
            raise ValueError(f"permission {permission.name} names an unknown reach")
        self._by_name[permission.name] = permission

    def __contains__(self, name: str) -> bool:
        return name in self._by_name

    def __iter__(self) -> Iterator[Permission]:
        return iter(self._by_name.values())

    def reach(self, actor: Actor, name: str) -> str | None:
        """How far the permission reaches for the actor, by the role or a function; None when it is not given."""
        if actor.role == ADMINISTRATOR:
            return ANY
        grants = self._by_name[name].grants
        if not actor.functions:
            return grants.get(actor.role)
        reaches = {grants[key] for key in (actor.role, *actor.functions) if key in grants}
        return next((reach for reach in REACHES if reach in reaches), None)


def may(actor: Actor | None, permission: str, on: Owned | None = None) -> bool:
    """Whether the actor has the permission, on the record if one is given."""
    if actor is None:
        return False
    reach = current_app.extensions["permissions"].reach(actor, permission)
    if reach is None:
        return False
    if on is None or reach == ANY:
        return True
    # What two schools have together is each one's.
    owners = on.owners() if hasattr(on, "owners") else (on.owner(),)
    return any(_covers(reach, actor, *owner) for owner in owners)


def _covers(reach: str, actor: Actor, district_id: int | None, school_id: int | None) -> bool:
    if reach == DISTRICT:
        # A district-wide reach belongs to the office; it ends where the office's district ends.
        return district_id is not None and district_id == actor.district_id
    return reach == SCHOOL and school_id is not None and school_id == actor.school_id


def demand(actor: Actor, permission: str, on: Owned | None = None) -> None:
    """403 unless the actor may."""
    if not may(actor, permission, on):
        abort(403)


Record = TypeVar("Record")


def fetch(model: type[Record], record_id: int, actor: Actor) -> Record:
    """The record if the actor may see it; 404 for strangers, so that nobody learns what exists."""
    row = _record(actor, model).row(id=record_id)
    if row is None:
        abort(404)
    return model.of_row(row)


def visible(query: Any, model: Any, actor: Actor) -> Any:
    """The query, of what the actor may see only."""
    condition = model.visible_to(actor)
    return query if condition is None else query.where(condition)


def for_each_actor(build: Callable[..., Any], most: int = 200) -> Callable[..., Statement]:
    """Make of ``build(actor, *shape)``, which gives a peewee query, a function that gives its stored statement.

    What an actor may see stands in the text, so it is kept by actor and shape (whatever else changes the text), and by
    day, for a condition may ask for today's: ``most`` statements at a time. Values go in by ``param(name)``.
    """
    kept = lru_cache(maxsize=most)(lambda _day, *arguments: Statement(lambda: build(*arguments)))
    return wraps(build)(lambda *arguments: kept(today(), *arguments))


# All kinds of records share these.
_record = for_each_actor(
    lambda actor, model: visible(model.select(), model, actor).where(model.id == param("id")), most=1000
)


def sees_figures(actor: Actor, school: School) -> bool:
    """Figures, contacts and unpublished needs: the own district and the school's pair partners (decision D1)."""
    return actor.sees_all or school.district_id == actor.district_id or school.id in actor.partner_school_ids
