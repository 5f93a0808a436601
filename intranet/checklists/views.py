"""The list of checklists, one of them, its form."""

from __future__ import annotations

from flask import Response, abort, g, render_template

from intranet.checklists import blueprint, queries, rules
from intranet.checklists.forms import PackForm, form_of
from intranet.kernel.checklist_bodies import BadChecklist, read
from intranet.kernel.checklists import (
    COUNT,
    KIND_LABELS,
    LEVEL,
    MAJORITY,
    POINTS,
    THRESHOLDS,
    doubts,
    most_points,
    rule_in_words,
)
from intranet.kernel.forms import remember, repeated
from intranet.kernel.language import gettext as _
from intranet.shared.access import demand, fetch, may
from intranet.shared.checklists import ChecklistPack
from intranet.web.gate import requires
from intranet.web.hx import go
from intranet.web.layout import say
from intranet.web.saving import put

Answer = Response | tuple[str, int]


def _address(pack: ChecklistPack) -> str:
    return f"/checklists/{pack.id}"


def _found(pack_id: int) -> ChecklistPack:
    """A version that the actor may see, of a module that is on; else 404."""
    pack = fetch(ChecklistPack, pack_id, g.actor)
    if pack.use not in queries.open_uses(g.actor):
        abort(404)
    return pack


def _own(pack_id: int) -> ChecklistPack:
    pack = _found(pack_id)
    demand(g.actor, "checklists.edit", pack)
    return pack


@blueprint.get("")
@requires("checklists.view")
def index() -> str:
    """All packs by what they are for, the newest version of each."""
    return render_template("checklists/index.html", uses=queries.open_uses(g.actor), packs=queries.packs(g.actor))


@blueprint.get("/<int:pack_id>")
@requires("checklists.view")
def show(pack_id: int) -> str:
    """One version: what it asks, by which rule, and its other versions."""
    pack = _found(pack_id)
    versions = queries.versions(pack.key)
    return render_template(
        "checklists/show.html",
        pack=pack,
        checklist=pack.checklist,
        doubts=doubts(pack.checklist),
        rule=rule_in_words(pack.checklist),
        kinds=KIND_LABELS,
        most_points=most_points,
        counts=COUNT,
        points=POINTS,
        level=LEVEL,
        use=queries.open_uses(g.actor)[pack.use],
        versions=versions,
        newest=versions[0][0],
        edits=pack.id == versions[0][0] and may(g.actor, "checklists.edit", pack),
    )


@blueprint.post("/<int:pack_id>/copy")
@requires("checklists.edit")
def copy(pack_id: int) -> Response:
    """Make an own set of it."""
    pack = _found(pack_id)
    if done := repeated():
        return go(done)
    made = rules.copy_pack(pack, g.actor, done=lambda copied: remember(_address(copied)))
    say(_("Đã sao chép. Thầy/cô sửa bản của đơn vị; bản gốc không thay đổi."))
    return go(_address(made))


@blueprint.get("/<int:pack_id>/edit")
@requires("checklists.edit")
def edit(pack_id: int) -> str:
    """The form of the newest version."""
    pack = _own(pack_id)
    return _form_page(form_of(pack), pack)


def _form_page(form: PackForm, pack: ChecklistPack, newest: ChecklistPack | None = None) -> str:
    return render_template(
        "checklists/form.html", form=form, pack=pack, newest=newest, thresholds=THRESHOLDS, majority=MAJORITY
    )


@blueprint.post("/<int:pack_id>/edit")
@requires("checklists.edit")
def save(pack_id: int) -> Answer:
    """Save the form as the next version."""
    pack = _own(pack_id)
    if done := repeated():
        return go(done)
    form = PackForm()
    if not form.validate():
        return _form_page(form, pack), 422
    try:
        outcome, saved = rules.save_pack(
            pack,
            form.head(),
            read(form.body()),
            version=form.read_version,
            person_id=g.actor.person_id,
            done=lambda found: remember(_address(found)),
        )
    except BadChecklist as bad:
        form.form_errors.extend(bad.sentences)
        return _form_page(form, pack), 422
    except rules.Outdated as outdated:
        put(form, "version", str(outdated.newest.version))
        return _form_page(form, pack, outdated.newest), 409
    return _leave(outcome, saved)


def _leave(outcome: str, saved: ChecklistPack) -> Response:
    if outcome == rules.UNCHANGED:
        say(_("Không có gì thay đổi."), "info")
    else:
        say(_("Đã lưu thành bản %(version)s. Việc đã làm theo bản cũ vẫn giữ bản cũ.", version=saved.version))
    for sentence in doubts(saved.checklist):
        say(sentence, "warn")
    return go(_address(saved))
