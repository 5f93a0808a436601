"""Making a paper: the district's template if it has one, else ours, filled with what the record says today."""

from __future__ import annotations

import logging
from typing import Any

from intranet.contributions import PaperKind
from intranet.kernel import files
from intranet.kernel.language import SOURCE, speaking
from intranet.papers.engine import TemplateFault, fill
from intranet.papers.layout import our_template
from intranet.shared.attachments import StoredFile
from intranet.shared.papers import PaperTemplate
from intranet.shared.uploads import file_name

log = logging.getLogger("intranet.papers")


def render(kind: PaperKind, record: Any, district_id: int | None) -> bytes:
    """The paper of a record by the template of a district. Raises TemplateFault; ours never stands in for theirs."""
    own = current_template(kind.key, district_id)
    with speaking(SOURCE):
        context = kind.context(record)
        title = kind.file_name(record)
    try:
        return fill(our_template(kind) if own is None else contents_of(own), context, title)
    except TemplateFault as fault:
        log.error("paper %s of record %s by template %s: %s", kind.key, record.id, own and own.id, fault)
        raise


def current_template(key: str, district_id: int | None) -> PaperTemplate | None:
    """What a district uses in place of ours, if it does."""
    if district_id is None:
        return None
    used = (PaperTemplate.district == district_id, PaperTemplate.kind == key, PaperTemplate.retired_at.is_null())
    return PaperTemplate.select().where(*used).order_by(PaperTemplate.id.desc()).first()


def contents_of(template: PaperTemplate) -> bytes:
    """The Word file of a district's template. Raises TemplateFault where the disk has lost it."""
    sha256 = StoredFile.select(StoredFile.sha256).where(StoredFile.id == template.file_id).scalar()
    with files.open_file(sha256) as file:
        return file.read()


def name_of(kind: PaperKind, record: Any) -> str:
    """The file's name, fit for every system."""
    with speaking(SOURCE):
        return file_name(kind.file_name(record), ".docx")
