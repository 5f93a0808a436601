"""What documents show inside, for whoever does not want to fetch them: made by a job when somebody first looks."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from intranet.files import rules
from intranet.files.looking import READERS, SECONDS
from intranet.kernel import files, jobs
from intranet.kernel.database import transaction
from intranet.kernel.statements import Statement, param
from intranet.shared.attachments import FileLook, FilePage, StoredFile
from intranet.shared.uploads import JPEG

log = logging.getLogger("intranet.files")

LOOK = "files.look"
# Of a document that has been looked into already; of one that can be; and of one that cannot.
READY, NONE, WAITING, FAILED = "ready", "none", "waiting", "failed"

_LOOK = Statement(lambda: FileLook.select(FileLook.body).where(FileLook.file == param("file")))
_PAGE = Statement(
    lambda: (
        FilePage.select(StoredFile.sha256)
        .join(StoredFile, on=(FilePage.picture == StoredFile.id))
        .switch(FilePage)
        .join(FileLook, on=(FilePage.look == FileLook.id))
        .where(FileLook.file == param("file"), FilePage.number == param("number"))
    )
)


@dataclass(frozen=True, slots=True)
class Look:
    """What is known of a document: READY with its parts (see ``files.looking``), or why there are none yet."""

    state: str
    parts: list[dict[str, Any]]
    goes_on: bool = False


def look_of(file_id: int) -> Look:
    """What a document shows inside, as far as somebody has looked into it."""
    if row := _LOOK.row(file=file_id):
        return Look(READY, **json.loads(row[0])) if row[0] else Look(FAILED, [])
    state = jobs.Job.select(jobs.Job.state).where(jobs.Job.unique_key == _key(file_id)).scalar()
    if state in (jobs.WAITING, jobs.RUNNING):
        return Look(WAITING, [])
    return Look(FAILED if state == jobs.FAILED else NONE, [])


def page_of(file_id: int, number: int) -> str | None:
    """The SHA-256 of the picture of a document's page."""
    return _PAGE.value(file=file_id, number=number)


def ask_for_look(file_id: int) -> None:
    """Have a document looked into; once is enough, whoever asks."""
    with transaction():
        if look_of(file_id).state != NONE:
            return
        # SQLite gives the id of a file that is gone to another: what was done for that one is not done for this one.
        jobs.Job.delete().where(jobs.Job.unique_key == _key(file_id)).execute()
        jobs.enqueue(LOOK, {"file": file_id}, unique_key=_key(file_id))


def _key(file_id: int) -> str:
    return f"look-{file_id}"


@jobs.handles(LOOK)
def _look_into(run: jobs.Run) -> None:
    """The job. What cannot be read is kept as that: nobody tries again in vain."""
    file = StoredFile.get_or_none(StoredFile.id == run.payload["file"])
    if file is None or file.media_type not in READERS:
        return
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        body = _read(files.path_of(file.sha256), file.media_type, directory)
        pictures = sorted(directory.glob("*.jpg"), key=lambda path: int(path.stem)) if body else []
        contents = [(files.put(path.read_bytes()), path.stat().st_size) for path in pictures]
    with transaction():
        look = FileLook.create(file=file, body=body)
        for number, (sha256, size) in enumerate(contents, start=1):
            FilePage.create(look=look, number=number, picture=rules.row_of(sha256, size=size, media_type=JPEG))


def _read(path: Path, media_type: str, directory: Path) -> str:
    """What the other process wrote; nothing where it failed, or was stopped by its limits."""
    command = [sys.executable, "-m", "intranet.files.looking", str(path), media_type, str(directory)]
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=2 * SECONDS)
        return (directory / "look.json").read_text(encoding="utf-8")
    except (subprocess.SubprocessError, OSError) as cause:
        log.warning("a %s could not be looked into: %s", media_type, _kind_of(cause))
        return ""


def _kind_of(cause: Exception) -> str:
    """The error's name: what it says may repeat what stands in the document."""
    said = (getattr(cause, "stderr", None) or b"").decode(errors="replace").strip().rpartition("\n")[2]
    return said.partition(":")[0] or type(cause).__name__
