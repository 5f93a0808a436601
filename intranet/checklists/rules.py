"""Every change of a checklist: a copy of one's own, and an edit, which is a new version."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from intranet.kernel.checklists import Checklist
from intranet.kernel.database import transaction
from intranet.kernel.language import gettext as _
from intranet.registry.districts import District
from intranet.shared import audit
from intranet.shared.access import Actor
from intranet.shared.checklists import ChecklistPack, body_of
from intranet.shared.edits import SAVED, UNCHANGED, locked

HEAD = ("title", "source", "note", "levels", "starts_on", "ends_on")


class Outdated(Exception):
    """Somebody else saved a newer version meanwhile."""

    def __init__(self, newest: ChecklistPack) -> None:
        super().__init__("outdated")
        self.newest = newest


def copy_pack(
    pack: ChecklistPack, actor: Actor, *, done: Callable[[ChecklistPack], None] = lambda copy: None
) -> ChecklistPack:
    """Make a set of the actor's own district from a version; administrators' copies are for all."""
    with transaction():
        made = ChecklistPack.create(
            use=pack.use,
            key=_free_key(pack, actor),
            district=actor.district_id,
            copied_from=pack.id,
            body=pack.body,
            person=actor.person_id,
            **{name: getattr(pack, name) for name in HEAD}
            | {"title": _("%(title)s (bản của đơn vị)", title=pack.title)[:200]},
        )
        audit.record("checklist.copy", made, person_id=actor.person_id, changes={"title": (None, made.title)})
        done(made)
    return made


def _free_key(pack: ChecklistPack, actor: Actor) -> str:
    owner = District.get_by_id(actor.district_id).code.lower() if actor.district_id else "all"
    if actor.district_id:
        # Two copies at once wait for each other here.
        locked(District, actor.district_id)
    stem = f"{pack.key.partition('~')[0]}~{owner}"
    count = ChecklistPack.select().where(ChecklistPack.key.startswith(f"{stem}-"), ChecklistPack.version == 1).count()
    return f"{stem}-{count + 1}"


def save_pack(
    pack: ChecklistPack,
    head: Mapping[str, Any],
    checklist: Checklist,
    *,
    version: int,
    person_id: int,
    done: Callable[[ChecklistPack], None] = lambda saved: None,
) -> tuple[str, ChecklistPack]:
    """Write the next version of a pack whose form was made from ``version``. Raises Outdated.

    Returns UNCHANGED or SAVED, and the version that is the newest now.
    """
    with transaction():
        newest = _newest(pack.key)
        if newest.version != version:
            raise Outdated(newest)
        body = body_of(checklist)
        changes = {name: (getattr(newest, name), value) for name, value in head.items()}
        changes = {name: values for name, values in changes.items() if values[0] != values[1]}
        if body == newest.body and not changes:
            done(newest)
            return UNCHANGED, newest
        saved = ChecklistPack.create(
            use=newest.use,
            key=newest.key,
            version=newest.version + 1,
            district=newest.district_id,
            copied_from=newest.copied_from_id,
            body=body,
            person=person_id,
            **head,
        )
        changes |= {"version": (newest.version, saved.version), **_changed_items(newest.checklist, checklist)}
        audit.record("checklist.update", saved, person_id=person_id, changes=changes)
        done(saved)
    return SAVED, saved


def _newest(key: str) -> ChecklistPack:
    versions = ChecklistPack.select().where(ChecklistPack.key == key)
    # Two who save at once wait for each other at the first version.
    locked(ChecklistPack, versions.order_by(ChecklistPack.version).get().id)
    return versions.order_by(ChecklistPack.version.desc()).get()


def _changed_items(before: Checklist, after: Checklist) -> dict[str, tuple[Any, Any]]:
    """{"item 1.2": (title before, title after)} of what is new, gone or otherwise different; parts of groups too."""
    were, are = ({**checklist.parts, **checklist.items} for checklist in (before, after))
    pairs = {code: (were.get(code), are.get(code)) for code in {**were, **are}}
    return {f"item {code}": (old and old.title, new and new.title) for code, (old, new) in pairs.items() if old != new}
