"""Every change of letterheads, templates and issued papers."""

from __future__ import annotations

import io
import json
import re
import secrets
import zipfile
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from intranet.contributions import PaperKind
from intranet.files.rules import keep
from intranet.kernel.clock import now
from intranet.kernel.database import transaction
from intranet.kernel.language import gettext as _
from intranet.papers import documents
from intranet.papers.documents import WORD, Stamp
from intranet.papers.kinds import paper_kinds
from intranet.papers.letterheads import saved_letterhead
from intranet.papers.word import fill
from intranet.registry.districts import District
from intranet.registry.schools import School
from intranet.shared import audit
from intranet.shared.edits import SAVED, UNCHANGED, Refused, locked, write_merged
from intranet.shared.papers import IssuedDocument, Letterhead, PaperTemplate
from intranet.shared.spreadsheets import MEGABYTE
from intranet.shared.uploads import taken

LARGEST_TEMPLATE = 5 * MEGABYTE
# Templates are opened here: what unpacks to more would hurt.
LARGEST_UNPACKED = 20 * MEGABYTE
LARGEST_XML = 2 * MEGABYTE
HYPERLINK = "/hyperlink"
# Without look-alikes, so that it can be read out over the telephone.
CODE_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
CODE_LENGTH, CODE_GROUP = 10, 5


def save_letterhead(
    district: District,
    school: School | None,
    values: Mapping[str, str],
    *,
    version: int,
    person_id: int,
    done: Callable[[], None] = lambda: None,
) -> str:
    """Write how an office, or a school of it, heads its papers. UNCHANGED, SAVED or MERGED; raises Conflict."""
    with transaction():
        # One at a time: an office's first letterhead has no row that could be locked.
        locked(District, district.id)
        current = saved_letterhead(district.id, school.id if school else None)
        if current is None:
            return _first_letterhead(Letterhead(district=district, school=school), values, person_id, done)
        return write_merged(
            current, values, version=version, action="letterhead.update", person_id=person_id, done=done
        )


def _first_letterhead(
    letterhead: Letterhead, values: Mapping[str, str], person_id: int, done: Callable[[], None]
) -> str:
    changes = {name: ("", value) for name, value in values.items() if value}
    if not changes:
        return UNCHANGED
    for name, value in values.items():
        setattr(letterhead, name, value)
    letterhead.save(force_insert=True)
    audit.record("letterhead.update", letterhead, person_id=person_id, changes=changes)
    done()
    return SAVED


def replace_template(
    district: District,
    kind: PaperKind,
    body: bytes,
    name: str,
    *,
    person_id: int,
    done: Callable[[], None] = lambda: None,
) -> PaperTemplate:
    """Put a district's own template in the place of ours or of its last one, once it has been tried.

    Raises Refused, in which case nothing is replaced.
    """
    name = checked_template(kind, body, name)
    with transaction():
        locked(District, district.id)
        before = documents.current_template(kind.key, district.id)
        _retire(district, kind.key)
        template = PaperTemplate.create(
            district=district, kind=kind.key, file=keep(body, WORD), name=name, person=person_id
        )
        changes = {"kind": (None, kind.key), "template": (before.name if before else None, name)}
        audit.record("paper_template.replace", template, person_id=person_id, changes=changes)
        done()
    return template


def checked_template(kind: PaperKind, body: bytes, name: str) -> str:
    """The name under which a Word file can be a template of this kind. Raises Refused with what is wrong."""
    upload = taken(body, name, largest=LARGEST_TEMPLATE)
    if upload.media_type != WORD:
        raise Refused("file", _("Mẫu phải là tệp Word (.docx)."))
    _check_package(body)
    fill(body, kind.sample)
    # A record may lack anything: what a template does then shows here and not at the first such record.
    fill(body, emptied(kind.sample))
    return upload.name


def _check_package(body: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(body)) as package:
        parts = package.infolist()
        xml = [part for part in parts if part.filename.endswith((".xml", ".rels"))]
        if sum(part.file_size for part in parts) > LARGEST_UNPACKED or any(p.file_size > LARGEST_XML for p in xml):
            raise Refused("file", _("Nội dung tệp quá lớn khi mở ra. Thầy/cô hãy bỏ bớt ảnh và nội dung thừa."))
        if any(_reaches_out(package.read(part)) for part in xml if part.filename.endswith(".rels")):
            raise Refused("file", _("Tệp có ảnh hoặc mẫu liên kết ra ngoài. Thầy/cô hãy chèn hẳn vào tệp."))
        text = b"".join(package.read(part) for part in xml if part.filename.startswith("word/"))
    # Word tears a tag apart where somebody corrected it; the braces stay.
    if not re.search(rb"\{(<[^>]*>)*\{", text):
        raise Refused("file", _("Tệp không có thẻ nào, ví dụ {{ so_ky_hieu }}. Thầy/cô hãy sửa từ mẫu tải ở đây."))


def _reaches_out(relations: bytes) -> bool:
    """Whether opening the paper would fetch something from elsewhere: a link that people follow is none."""
    # Loaded late as all of Word is (papers.word).
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    return any(
        node.get("TargetMode") == "External" and not (node.get("Type") or "").endswith(HYPERLINK)
        for node in etree.fromstring(relations, parser)
    )


def emptied(value: Any) -> Any:
    """The same tags with nothing in them."""
    if isinstance(value, Mapping):
        return {name: emptied(part) for name, part in value.items()}
    return type(value)()


def retire_template(
    district: District, kind: PaperKind, *, person_id: int, done: Callable[[], None] = lambda: None
) -> None:
    """Go back to our template."""
    with transaction():
        before = documents.current_template(kind.key, district.id)
        if before is not None:
            _retire(district, kind.key)
            changes = {"kind": (kind.key, kind.key), "template": (before.name, None)}
            audit.record("paper_template.retire", before, person_id=person_id, changes=changes)
        done()


def _retire(district: District, key: str) -> None:
    used = PaperTemplate.district == district, PaperTemplate.kind == key, PaperTemplate.retired_at.is_null()
    PaperTemplate.update(retired_at=now()).where(*used).execute()


def issue(
    key: str,
    record: Any,
    *,
    number: str,
    issued_on: date,
    person_id: int | None,
    facts: Mapping[str, Any] | None = None,
    holder_id: int | None = None,
    district_id: int | None = None,
    done: Callable[[IssuedDocument], None] = lambda issued: None,
) -> IssuedDocument:
    """Freeze the paper of a record as it is now: its file, its figures, its number. Its code can be checked for ever.

    ``district_id`` is whose template is used, by default the record's own. ``done`` may raise Refused, and nothing was
    issued. Raises TemplateFault, which is a Refused.
    """
    module, kind = paper_kinds().find(key)
    own_district, own_school = record.owner()
    stamp = Stamp(number=number, day=issued_on, code=_new_code())
    # Before the transaction: nobody who writes waits while the file is made.
    paper = documents.render(kind, record, district_id or own_district, stamp)
    with transaction():
        issued = IssuedDocument.create(
            code=stamp.code,
            kind=key,
            module=module,
            subject_type=type(record)._meta.table_name,
            subject_id=record.id,
            title=paper.title,
            number=paper.number,
            issued_on=issued_on,
            district=own_district,
            school=own_school,
            holder=holder_id,
            file=keep(paper.body, WORD),
            file_name=paper.file_name,
            facts=json.dumps({"issuers": paper.issuers, **(facts or {})}, ensure_ascii=False, default=str),
            issued_by=person_id,
        )
        changes = {"title": (None, issued.title), "number": (None, issued.number), "issued_on": (None, issued_on)}
        audit.record("paper.issue", issued, person_id=person_id, changes=changes)
        done(issued)
    return issued


def _new_code() -> str:
    letters = "".join(secrets.choice(CODE_LETTERS) for _place in range(CODE_LENGTH))
    return f"{letters[:CODE_GROUP]}-{letters[CODE_GROUP:]}"


def void_of(record: Any, reason: str, *, person_id: int | None) -> None:
    """Say that no issued paper of a record holds any more, in the transaction of the rule that ends it."""
    of_record = (
        IssuedDocument.subject_type == type(record)._meta.table_name,
        IssuedDocument.subject_id == record.id,
        IssuedDocument.void_at.is_null(),
    )
    for issued in IssuedDocument.select().where(*of_record):
        void(issued, reason, person_id=person_id)


def void(
    issued: IssuedDocument, reason: str, *, person_id: int | None, done: Callable[[], None] = lambda: None
) -> None:
    """Say that an issued paper no longer holds; it stays to be read. The first reason stands."""
    with transaction():
        holds = IssuedDocument.id == issued.id, IssuedDocument.void_at.is_null()
        if IssuedDocument.update(void_at=now(), void_reason=reason).where(*holds).execute():
            audit.record("paper.void", issued, person_id=person_id, changes={"reason": (None, reason)})
        done()
