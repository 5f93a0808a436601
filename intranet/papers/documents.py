"""Making a paper: the district's template if it has one, else ours, filled with what the record says today."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import current_app, has_request_context

from intranet.contributions import PaperKind
from intranet.kernel import files
from intranet.kernel.language import SOURCE, speaking
from intranet.kernel.language import gettext as _
from intranet.papers.days import issued_on
from intranet.papers.word import Pictured, TemplateFault, fill, our_template
from intranet.papers.wording import NUMBER_MARK, number_line, one_line, place_and_day
from intranet.shared.attachments import StoredFile
from intranet.shared.papers import PaperTemplate
from intranet.shared.uploads import PACKAGES, file_name
from intranet.web.addresses import external, printed_picture_of

WORD = PACKAGES["word/document.xml"][1]
# Of the picture that phones read, in mm: it stands at the foot of the page, below the text.
CODE_HEIGHT = 13
log = logging.getLogger("intranet.papers")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """What makes a paper an issued one."""

    number: str
    day: date
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A finished Word file, and what of it stands in lists."""

    body: bytes
    file_name: str
    title: str
    number: str
    issuers: Sequence[str]


def render(kind: PaperKind, record: Any, district_id: int | None, stamp: Stamp | None = None) -> Paper:
    """The paper of a record by the template of a district. Raises TemplateFault; ours never stands in for theirs."""
    own = current_template(kind.key, district_id)
    # Papers are Vietnamese whoever reads the pages.
    with speaking(SOURCE), issued_on(stamp and stamp.day):
        context = kind.context(record)
        name = file_name(kind.file_name(record), ".docx")
        if stamp is not None:
            context = {**context, **_stamped(context, stamp)}
    try:
        body = fill(our_template(kind) if own is None else contents_of(own), context, name.removesuffix(".docx"))
    except TemplateFault as fault:
        log.error("paper %s of record %s by template %s: %s", kind.key, record.id, own and own.id, fault)
        raise
    return Paper(
        body=body,
        file_name=name,
        title=": ".join(filter(None, (one_line(context.get(tag, "")) for tag in ("ten_loai", "trich_yeu")))),
        number=context.get("so_ky_hieu", "").removeprefix(NUMBER_MARK),
        issuers=issuers_of(context),
    )


def _stamped(context: Mapping[str, Any], stamp: Stamp) -> dict[str, str]:
    return {
        "so_ky_hieu": number_line(stamp.number, context.get("ky_hieu", "")),
        "dia_danh_ngay_thang": place_and_day(context.get("dia_danh", ""), stamp.day),
        "ma_tra_cuu": to_check(stamp.code, _address_of(stamp.code)),
    }


def _address_of(code: str) -> str:
    """Where the code is checked; a program that runs beside the server may not know."""
    known = has_request_context() or current_app.extensions["config"].base_url
    return external(f"/verify/{code}") if known else ""


def to_check(code: str, address: str) -> str:
    """The code of an issued paper with its address, to type and to scan."""
    text = f"Mã tra cứu: {code}"
    return Pictured(f"{text} – {address}", printed_picture_of(address), CODE_HEIGHT) if address else text


def issuers_of(context: Mapping[str, Any]) -> list[str]:
    """The bodies that issue a paper, each on one line with the body above it: there are many offices of one name."""
    sides = context.get("cac_ben") or [context]
    names = ((side.get("co_quan", ""), side.get("co_quan_chu_quan", "")) for side in sides)
    return [" – ".join(map(one_line, filter(None, name))) for name in names if any(name)]


def current_template(key: str, district_id: int | None) -> PaperTemplate | None:
    """What a district uses in place of ours, if it does."""
    if district_id is None:
        return None
    used = (PaperTemplate.district == district_id, PaperTemplate.kind == key, PaperTemplate.retired_at.is_null())
    return PaperTemplate.select().where(*used).order_by(PaperTemplate.id.desc()).first()


def contents_of(template: PaperTemplate) -> bytes:
    """The Word file of a district's template. Raises TemplateFault where the disk has lost it."""
    sha256 = StoredFile.select(StoredFile.sha256).where(StoredFile.id == template.file_id).scalar()
    try:
        with files.open_file(sha256) as file:
            return file.read()
    except FileNotFoundError as cause:
        raise TemplateFault(
            _("Tệp mẫu của phòng không còn trên máy chủ. Thầy/cô hãy báo cho người quản trị.")
        ) from cause
