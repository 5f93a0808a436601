"""Which module is on where: the one place that knows the rule, for routes, menus, panels, search and commands."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from flask import current_app
from peewee import OperationalError

from intranet.kernel import jobs
from intranet.kernel.database import transaction
from intranet.kernel.jobs import daily
from intranet.kernel.language import gettext as _
from intranet.kernel.language import lazy_gettext, source_text
from intranet.kernel.plugins import Failure, Plugins
from intranet.kernel.statements import Statement
from intranet.registry.districts import District, DistrictModule, closed_sentence, of_today
from intranet.shared import audit
from intranet.shared.access import Actor
from intranet.shared.notifying import MODULE, notify, office_of

log = logging.getLogger("intranet.plugins")


class SwitchRefused(Exception):
    """The switch cannot be set; the text says why."""


def plugins() -> Plugins:
    """The plugins of the running application."""
    return current_app.extensions["plugins"]


def is_on(actor: Actor | None, module: str) -> bool:
    """Whether the module is on for the actor: installed, and on in the actor's own district."""
    return actor is not None and module in actor.modules and module in plugins().cards


def collect(hook: str, actor: Actor, **arguments: Any) -> Iterator[tuple[str, Any]]:
    """(module, item) of a District hook for the modules that are on for the actor."""
    return plugins().collect(hook, actor.modules, actor=actor, **arguments)


def enabled_in(district: District | int) -> frozenset[str]:
    """The installed modules that are on in the district."""
    rows = DistrictModule.select(DistrictModule.module).where(
        DistrictModule.district == district,
        DistrictModule.enabled == True,  # noqa: E712 (SQL)
    )
    return frozenset(row.module for row in rows) & frozenset(plugins().cards)


def switched_on() -> set[tuple[int, str]]:
    """(district, module) of all that is on anywhere."""
    return set(_SWITCHED_ON.rows())


_SWITCHED_ON = Statement(
    lambda: DistrictModule.select(DistrictModule.district, DistrictModule.module).where(
        DistrictModule.enabled == True  # noqa: E712 (SQL)
    )
)


def where_on(district: Any, module: str) -> Any:
    """Condition: the module is on in the district that a column names. What another district owns is read under it."""
    on = DistrictModule.select(DistrictModule.district).where(
        DistrictModule.module == module,
        DistrictModule.enabled == True,  # noqa: E712 (SQL)
    )
    return district.in_(on)


def only_where_on(module: str, handler: jobs.Handler) -> jobs.Handler:
    """The handler of a module's jobs, which does nothing for a district that has switched the module off."""

    def handle(run: jobs.Run) -> None:
        district_id = run.job.district_id
        if district_id is not None and module not in enabled_in(district_id):
            label = source_text(plugins().cards[module].label)
            raise jobs.JobRefused(_("Mô-đun “%(name)s” đã tắt.", name=label))
        handler(run)

    return handle


def switch(district: District, module: str, on: bool, *, person_id: int | None) -> bool:
    """Switch a module on or off for the next request on; data stay. False when it already stood so.

    Raises SwitchRefused when the module is not installed, lacks one that it requires, or is required by one that is on,
    and in a district that is no more, or is still to come.
    """
    if sentence := closed_sentence(district):
        raise SwitchRefused(sentence)
    cards = plugins().cards
    if module not in cards:
        raise SwitchRefused(_("Chưa cài đặt mô-đun “%(name)s”.", name=module))
    enabled = enabled_in(district)
    if (module in enabled) == on:
        return False
    if on:
        _refuse_if(
            [other for other in cards[module].requires if other not in enabled],
            _("Hãy bật trước: %(names)s."),
        )
    else:
        _refuse_if(
            [other for other in sorted(enabled) if module in cards[other].requires],
            _("Hãy tắt trước: %(names)s."),
        )
    with transaction():
        _set(district, module, on)
        audit.record(
            "module.on" if on else "module.off",
            district,
            person_id=person_id,
            changes={module: (not on, on)},
        )
        plugins().notify("module_changed", district=district, module=module, enabled=on)
        _tell_office(district, cards[module].label, on, person_id)
    return True


def take_over(district: District, modules: Iterable[str], *, person_id: int | None) -> list[str]:
    """Switch on in a district what others had on whose schools or office came to it; which ones were not yet.

    Call it in the transaction of the change. What they require is on too, for so it was where they come from.
    """
    new = sorted(set(modules) - enabled_in(district))
    for module in new:
        _set(district, module, True)
        audit.record("module.on", district, person_id=person_id, changes={module: (False, True)})
        plugins().notify("module_changed", district=district, module=module, enabled=True)
    return new


def _tell_office(district: District, label: Any, on: bool, person_id: int | None) -> None:
    """Who sets a district up switches many in a row: that is one notice."""
    name = source_text(label)
    title = (
        lazy_gettext("Đã bật mô-đun “%(name)s”", name=name)
        if on
        else lazy_gettext("Đã tắt mô-đun “%(name)s”", name=name)
    )
    group = f"modules-{district.id}"
    notify(office_of(district.id), MODULE, title, "/admin/modules", group=group, but=person_id)


def _set(district: District, module: str, on: bool) -> None:
    DistrictModule.insert(district=district, module=module, enabled=on).on_conflict(
        conflict_target=[DistrictModule.district, DistrictModule.module],
        update={DistrictModule.enabled: on},
    ).execute()


def _refuse_if(names: list[str], sentence: str) -> None:
    if names:
        raise SwitchRefused(sentence % {"names": ", ".join(str(plugins().cards[name].label) for name in names)})


class DailyFailed(Exception):
    """Modules failed in their day's work; the text names them. The others have done theirs."""


@daily
def do_daily(day: date) -> None:
    """Have each module do its day's work in every district where it is on. Raises DailyFailed: then it is retried.

    Where it was the database, that is an OperationalError: no job is given up for one, however long it lasts.

    Duties are done for a district that was dissolved, too: what the law wants done does not end with an office.
    """
    failed, of_database = set(), False
    there = {id_ for (id_,) in District.select(District.id).where(of_today(District, day)).tuples()}
    for district in District.select().order_by(District.id):
        for module, answer in _day_of(district, day, at_work=district.id in there):
            if isinstance(answer, Failure):
                failed.add(module)
                of_database |= answer.of_database
            else:
                log.info("daily", extra={"facts": {"module": module, "district": district.code, "done": answer}})
    if failed:
        raise (OperationalError if of_database else DailyFailed)(", ".join(sorted(failed)))


def _day_of(district: District, day: date, *, at_work: bool) -> Iterator[tuple[str, Any]]:
    """Duties of all modules (decision D3), then the day's work of those that are on."""
    yield from plugins().collect("duties", plugins().names, district=district, day=day)
    if at_work:
        yield from plugins().collect("daily", enabled_in(district), district=district, day=day)
