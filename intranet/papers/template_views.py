"""A district's own templates in place of ours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flask import Response, abort, g, render_template, url_for

from intranet.contributions import PaperKind
from intranet.kernel.forms import remember, repeated
from intranet.kernel.language import gettext as _
from intranet.papers import blueprint, documents, queries, rules
from intranet.papers.documents import WORD
from intranet.papers.forms import TemplateForm
from intranet.papers.kinds import open_kind, paper_kinds
from intranet.papers.word import TemplateFault, our_template
from intranet.registry.districts import District
from intranet.shared import modules
from intranet.shared.access import demand
from intranet.shared.edits import Refused
from intranet.shared.spreadsheets import MEGABYTE
from intranet.web.downloads import as_attachment
from intranet.web.errors import error_response
from intranet.web.gate import requires
from intranet.web.hx import go
from intranet.web.layout import say


def _district(district_id: int) -> District:
    """A district whose templates the actor keeps; schools keep none."""
    if not g.actor.sees_all and district_id != g.actor.district_id:
        abort(404)
    district = District.get_or_none(District.id == district_id) or abort(404)
    demand(g.actor, "papers.edit", district)
    return district


def _found(district_id: int, key: str) -> tuple[District, PaperKind]:
    return _district(district_id), open_kind(key, g.actor) or abort(404)


def _address(district: District, kind: PaperKind) -> str:
    return url_for("papers.template", district_id=district.id, key=kind.key)


@blueprint.get("/templates")
@requires("papers.edit")
def templates() -> str:
    """The kinds of papers and which template each has; administrators choose the office first."""
    if g.actor.sees_all:
        return render_template("papers/offices.html", districts=queries.districts_of(g.actor))
    return _list(_district(g.actor.district_id))


@blueprint.get("/templates/<int:district_id>")
@requires("papers.edit")
def district_templates(district_id: int) -> str:
    """The same of one office."""
    return _list(_district(district_id))


def _list(district: District) -> str:
    own = queries.own_templates(district.id)
    kinds = [kind for module, kind in paper_kinds() if not module or modules.is_on(g.actor, module)]
    return render_template("papers/templates.html", district=district, kinds=kinds, own=own)


@blueprint.get("/templates/<int:district_id>/<key>")
@requires("papers.edit")
def template(district_id: int, key: str) -> str:
    """One kind's template: to fetch, to replace, to go back to ours; and the tags that it may hold."""
    return _page(*_found(district_id, key), TemplateForm())


def _page(district: District, kind: PaperKind, form: TemplateForm) -> str:
    return render_template(
        "papers/template.html",
        district=district,
        kind=kind,
        form=form,
        here=_address(district, kind),
        rows=queries.template_rows(district.id, kind.key),
        tags=list(tags_of(kind.sample)),
        most_megabytes=rules.LARGEST_TEMPLATE // MEGABYTE,
    )


def tags_of(sample: Mapping[str, Any], item: str = "") -> Iterator[tuple[str, str]]:
    """(tag as it is written, what stands there in the sample): single values first, then lists, as loops."""
    for name, value in sorted(sample.items(), key=lambda pair: isinstance(pair[1], Mapping) + 2 * _is_list(pair[1])):
        tag = f"{item}.{name}" if item else name
        if isinstance(value, Mapping):
            yield from tags_of(value, tag)
        elif _is_list(value):
            yield f"{{%p for muc in {tag} %}} … {{%p endfor %}}", ""
            first = value[0] if value else ""
            if isinstance(first, Mapping):
                yield from tags_of(first, "muc")
            else:
                yield "{{ muc }}", str(first) if isinstance(first, str) else ""
        else:
            yield f"{{{{ {tag} }}}}", str(value)


def _is_list(value: Any) -> bool:
    return isinstance(value, list | tuple)


@blueprint.get("/templates/<int:district_id>/<key>/present.docx")
@requires("papers.edit")
def present_template(district_id: int, key: str) -> Response:
    """The template in use: the district's, else ours."""
    district, kind = _found(district_id, key)
    own = documents.current_template(kind.key, district.id)
    try:
        return _send(our_template(kind) if own is None else documents.contents_of(own), kind)
    except TemplateFault as fault:
        return error_response(404, str(fault))


@blueprint.get("/templates/<int:district_id>/<key>/ours.docx")
@requires("papers.edit")
def our_own_template(district_id: int, key: str) -> Response:
    """The template that comes with the program."""
    kind = _found(district_id, key)[1]
    return _send(our_template(kind), kind)


def _send(body: bytes, kind: PaperKind) -> Response:
    return as_attachment(Response(body, mimetype=WORD), f"Mẫu {kind.label}.docx")


@blueprint.post("/templates/<int:district_id>/<key>")
@requires("papers.edit")
def replace_template(district_id: int, key: str) -> Response | tuple[str, int]:
    """Take a Word file as template, once it has been tried; what is wrong with it is said, and nothing replaced."""
    district, kind = _found(district_id, key)
    if done := repeated():
        return go(done)
    form, here = TemplateForm(), _address(district, kind)
    if not form.validate():
        return _page(district, kind, form), 422
    body, name = form.file.data.read(), form.file.data.filename or ""
    person_id = g.actor.person_id
    try:
        rules.replace_template(district, kind, body, name, person_id=person_id, done=lambda: remember(here))
    except Refused as refusal:
        form.file.errors = [str(refusal)]
        return _page(district, kind, form), 422
    say(_("Đã thay mẫu. Văn bản tải về từ bây giờ theo mẫu này."))
    return go(here)


@blueprint.post("/templates/<int:district_id>/<key>/retire")
@requires("papers.edit")
def retire_template(district_id: int, key: str) -> Response:
    """Go back to our template."""
    district, kind = _found(district_id, key)
    if done := repeated():
        return go(done)
    here = _address(district, kind)
    rules.retire_template(district, kind, person_id=g.actor.person_id, done=lambda: remember(here))
    say(_("Đã trở lại mẫu của hệ thống."))
    return go(here)
