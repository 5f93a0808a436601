"""A file store of its own for each test, and files as phones and offices make them."""

import dataclasses
import errno
import io
import os
import zipfile
from contextlib import contextmanager
from pathlib import Path

import pillow_heif
import pytest
from PIL import Image

from intranet.kernel import files
from intranet.registry.schools import School
from intranet.shared.attachments import Attachment, StoredFile

HM_FIRST = "01008508"
# 21° 0' N, 105° 51' E
PLACE = {1: "N", 2: (21.0, 0.0, 0.0), 3: "E", 4: (105.0, 51.0, 0.0)}


@pytest.fixture(autouse=True)
def store(app, tmp_path):
    """The directory of an empty file store, and no file on any record."""
    own = app.extensions["config"]
    app.extensions["config"] = dataclasses.replace(own, files=str(tmp_path / "files"))
    Attachment.delete().execute()
    StoredFile.update(preview=None).execute()
    StoredFile.delete().execute()
    yield tmp_path / "files"
    app.extensions["config"] = own


class Samples:
    """Files as they come in."""

    pdf = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
    word, excel, slides = "word/document.xml", "xl/workbook.xml", "ppt/presentation.xml"

    def picture(self, kind="JPEG", size=(120, 80), *, colour="teal", mode="RGB", turned=1, **options):
        """A picture with the place, the phone and a remark in it."""
        exif = Image.Exif()
        exif[0x0112], exif[0x010F] = turned, "CanaryPhone"
        exif.get_ifd(0x8825).update(PLACE)
        return self.saved(Image.new(mode, size, colour), kind, exif=exif.tobytes(), **options)

    def saved(self, image, kind="JPEG", **options):
        """An image as a file."""
        out = io.BytesIO()
        if kind == "HEIF":
            pillow_heif.from_pillow(image).save(out, **options)
        else:
            image.save(out, kind, **options)
        return out.getvalue()

    def package(self, *parts, types="", body="<x/>"):
        """An Office file with these parts."""
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
            file.writestr("[Content_Types].xml", f"<Types>{types}</Types>")
            for part in parts:
                file.writestr(part, body)
        return out.getvalue()


@pytest.fixture
def samples():
    """Makes files."""
    return Samples()


@pytest.fixture
def school(app):
    """``school()`` is the first of Hoàng Mai; others by their code."""
    return lambda code=HM_FIRST: School.get(School.code == code)


@pytest.fixture
def send(cast, school):
    """``send("hm.hieutruong", (contents, name), …)`` by the form of a school's files."""

    def send(username, *files, code=HM_FIRST):
        sent = [(io.BytesIO(body), name) for body, name in files]
        return cast(username).submit(f"/files/school/{school(code).id}", "files", {"files": sent})

    return send


@pytest.fixture
def blobs(store):
    """``blobs()``: the contents on the disk, by hash."""
    return lambda: sorted(path.name for path in Path(store).rglob("*") if path.is_file())


@pytest.fixture
def age():
    """Make paths old as the disk tells it."""

    def make_old(*paths, hours=25):
        for path in paths:
            moment = path.stat().st_mtime - hours * 3600
            os.utime(path, (moment, moment))

    return make_old


@pytest.fixture
def full_disk(monkeypatch):
    """``with full_disk():`` nothing more fits on the disk of the files."""

    def refuse(descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    @contextmanager
    def full():
        with monkeypatch.context() as patch:
            patch.setattr(files.os, "fsync", refuse)
            yield

    return full
