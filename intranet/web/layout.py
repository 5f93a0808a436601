"""What every page's frame needs: navigation, messages, icons, texts of dates and numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from flask import Flask, current_app, flash, g, request, session, url_for
from markupsafe import Markup, escape

from intranet.contributions import NavItem
from intranet.kernel.clock import local
from intranet.kernel.forms import form_token
from intranet.kernel.language import language
from intranet.kernel.language import lazy_gettext as _
from intranet.kernel.phone import show_phone
from intranet.kernel.plugins import Failure
from intranet.registry.schools import level_names, level_texts
from intranet.shared import modules
from intranet.shared.access import Actor, may
from intranet.web.icons import icon

MOST_MESSAGES = 3

# On a phone the first four stand in the bar: what people open most.
CORE_NAV = (
    NavItem(label=_("Trang chủ"), endpoint="home.index", icon="house", order=0),
    NavItem(label=_("Tổng quan"), endpoint="overview.index", icon="chart-column", order=5, permission="overview.view"),
    NavItem(
        label=_("Cặp kết nghĩa"), endpoint="pairings.index", icon="handshake", order=10, permission="pairings.view"
    ),
    NavItem(label=_("Lịch"), endpoint="calendar.index", icon="calendar", order=12, permission="calendar.view"),
    NavItem(label=_("Trường"), endpoint="schools.index", icon="school", order=16, permission="schools.view"),
    NavItem(label=_("Chương trình"), endpoint="programmes.index", icon="flag", order=22, permission="programmes.view"),
    NavItem(label=_("Danh bạ"), endpoint="people.index", icon="users", order=30, permission="people.view"),
    NavItem(label=_("Báo cáo"), endpoint="reports.index", icon="file-text", order=40, permission="reports.write"),
    NavItem(label=_("Văn bản"), endpoint="papers.letterheads", icon="stamp", order=80, permission="papers.edit"),
    NavItem(
        label=_("Bộ tiêu chí"), endpoint="checklists.index", icon="list-checks", order=82, permission="checklists.edit"
    ),
    NavItem(label=_("Nhật ký"), endpoint="audit.index", icon="scroll-text", order=85, permission="audit.view"),
    NavItem(label=_("Mô-đun"), endpoint="admin.modules", icon="blocks", order=90, permission="modules.view"),
    NavItem(label=_("Đơn vị"), endpoint="units.index", icon="map", order=91, permission="units.change"),
    NavItem(label=_("Hệ thống"), endpoint="operations.status", icon="server", order=92, permission="system.view"),
    NavItem(label=_("Thùng rác"), endpoint="trash.index", icon="trash-2", order=95, permission="trash.use"),
)


@dataclass(frozen=True, slots=True)
class Link:
    """A navigation link; ``room`` is the part of the application that it opens."""

    label: str
    url: str
    icon: str
    room: str


def navigation(actor: Actor | None) -> tuple[Markup, Markup]:
    """The links that this actor may follow, beside the page and below it on a phone, the open room's marked."""
    if actor is None:
        return Markup(), Markup()
    kept, spoken = current_app.extensions["navigation"], language()
    links = kept.links(actor, actor.modules, spoken)
    return kept.html(links, (request.endpoint or "").partition(".")[0], spoken)


class _Navigation:
    """What navigation() keeps while the application lives: it stands on every page, and took 0.2 ms of each."""

    def __init__(self) -> None:
        self.links = lru_cache(maxsize=500)(_links)
        self.html = lru_cache(maxsize=200)(_nav_html)


def _links(actor: Actor, _modules: frozenset[str], _language: str) -> tuple[Link, ...]:
    """The core's links and the modules', in order. What an actor may open follows from role, place and modules."""
    items = [item for _module, item in sorted(_nav_items(actor), key=lambda pair: (pair[1].order, pair[0]))]
    return tuple(
        Link(str(item.label), url_for(item.endpoint), item.icon, item.endpoint.partition(".")[0])
        for item in items
        if item.permission is None or may(actor, item.permission)
    )


def _nav_html(links: tuple[Link, ...], here: str, _language: str) -> tuple[Markup, Markup]:
    nav = current_app.jinja_env.get_template("_nav.html").module
    return nav.side(links, here), nav.bottom(links, here)


def _nav_items(actor: Actor) -> Iterator[tuple[str, NavItem]]:
    yield from (("", item) for item in CORE_NAV)
    yield from ((module, item) for module, item in modules.collect("nav_items", actor) if not isinstance(item, Failure))


def say(text: str, kind: str = "good") -> None:
    """Show a message on the next page. Kinds: good, info, warn, bad."""
    flash(text, kind)
    # They travel in a cookie, and a browser that never opens the next page would let it grow without end.
    session["_flashes"] = session["_flashes"][-MOST_MESSAGES:]


def in_vietnamese(text: Any) -> Markup:
    """A name or another text of people's own, in a page that may be in English; nothing for nothing."""
    return Markup(f'<span lang="vi">{escape(text)}</span>') if text else Markup()


def named(text: str, **names: str) -> Markup:
    """A sentence with names in its places, marked as Vietnamese whatever the language of the page."""
    return Markup(text) % {place: in_vietnamese(name) for place, name in names.items()}


@lru_cache(maxsize=500)
def panel_id(name: str) -> str:
    """The id of a panel's heading: ``schools.card`` → ``panel-schools-card``."""
    return "panel-" + name.replace(".", "-").replace("_", "-")


def name_options(choices: Iterable[tuple[Any, str]], chosen: Any) -> Markup:
    """The options of a choice among (value, name) pairs: units or wards, which are many and seldom change."""
    html = _name_options(tuple(choices))
    if chosen is None:
        return html
    mark = Markup('value="{}">').format(chosen)
    return html.replace(mark, mark[:-1] + Markup(" selected>"), 1)


@lru_cache(maxsize=60)
def _name_options(choices: tuple[tuple[Any, str], ...]) -> Markup:
    option = Markup('<option lang="vi" value="{}">{}</option>')
    return Markup("\n").join(option.format(value, name) for value, name in choices)


def format_date(value: date | datetime | str | None) -> str:
    """dd/mm/yyyy, in Vietnam's time."""
    if value is None or value == "":
        return ""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if isinstance(value, datetime):
        value = local(value)
    return value.strftime("%d/%m/%Y")


def format_time(value: datetime | str | None) -> str:
    """dd/mm/yyyy hh:mm, in Vietnam's time."""
    if not value:
        return ""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    return local(value).strftime("%d/%m/%Y %H:%M")


def format_number(value: int | None) -> str:
    """1.250 in Vietnamese, 1,250 in English; a dash when unknown."""
    if value is None:
        return "–"
    text = f"{value:,}"
    return text if language() == "en" else text.replace(",", ".")


def format_quantity(value: Decimal | int) -> str:
    """12 or 2,5: how much of something, without the zeros that a database adds."""
    text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text if language() == "en" else text.replace(".", ",")


def format_size(size: int) -> str:
    """1,2 MB or 350 KB: how large a file is."""
    if size < 1_000_000:
        return f"{max(1, round(size / 1000))} KB"
    text = f"{size / 1_000_000:.1f} MB"
    return text if language() == "en" else text.replace(".", ",")


def _frame() -> dict[str, Any]:
    actor = g.get("actor")
    return {
        "actor": actor,
        "lang": language(),
        "theme": actor.theme if actor else "auto",
        "demo": current_app.config["DEMO"],
    }


def init_app(app: Flask) -> None:
    """Give templates what they need."""
    app.extensions["navigation"] = _Navigation()
    app.context_processor(_frame)
    app.jinja_env.constants["icon"] = icon
    app.jinja_env.globals.update(
        icon=icon,
        in_vietnamese=in_vietnamese,
        form_token=form_token,
        level_texts=level_texts,
        may=may,
        name_options=name_options,
        navigation=navigation,
        panel_id=panel_id,
    )
    app.jinja_env.filters.update(
        date=format_date,
        time=format_time,
        number=format_number,
        quantity=format_quantity,
        size=format_size,
        phone=show_phone,
        levels=level_names,
    )
