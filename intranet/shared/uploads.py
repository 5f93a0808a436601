"""Files from outside: what is taken, told by their contents and not by their name, and what they are called here."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from dataclasses import dataclass

from intranet.kernel.language import gettext as _
from intranet.kernel.text import INVISIBLE
from intranet.shared.edits import Refused
from intranet.shared.spreadsheets import (
    ENCRYPTED_FLAG,
    ENCRYPTED_STREAM,
    LARGEST_UNPACKED,
    MEGABYTE,
    MOST_PARTS,
    OLE2_MAGIC,
    ZIP_MAGIC,
)

# For the browser's file dialog. A phone that keeps HEIC sends JPEG to whoever does not name it.
ACCEPT = "image/*,.pdf,.docx,.xlsx,.pptx"
LONGEST_NAME = 200
JPEG, PDF = "image/jpeg", "application/pdf"
OFFICE = "application/vnd.openxmlformats-officedocument."
# The part that makes a package a document of its kind -> (ending, media type).
PACKAGES = {
    "word/document.xml": (".docx", OFFICE + "wordprocessingml.document"),
    "xl/workbook.xml": (".xlsx", OFFICE + "spreadsheetml.sheet"),
    "ppt/presentation.xml": (".pptx", OFFICE + "presentationml.presentation"),
}
CONTENT_TYPES = "[Content_Types].xml"
LARGEST_TYPES = 1 * MEGABYTE
MACRO_PARTS = ("vbaproject.bin", "/activex/", "/macrosheets/")

PDF_MAGIC, PDF_END = b"%PDF-", b"%%EOF"
# Some programs write a few lines after the end.
PDF_TAIL = 4096
# A program in a PDF runs at whoever opens it. One in a packed stream is not seen here.
PDF_SCRIPT = re.compile(rb"/JavaScript[\s<\[(/>]|/Launch[\s<\[(/>]")
PDF_ENCRYPTED = re.compile(rb"/Encrypt[\s<\[]|/Encrypt\Z")

# What an operating system does not take in a name.
UNFIT = re.compile(r'[<>:"|?*]')
ENDING = re.compile(r"\.[0-9A-Za-z]{1,5}\Z")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it will be kept. Pictures have a size in pixels and a small picture."""

    name: str
    body: bytes
    media_type: str
    width: int | None = None
    height: int | None = None
    preview: bytes | None = None


def taken(body: bytes, name: str, *, largest: int) -> Upload:
    """The file made fit to be kept. Raises Refused with a sentence for whoever sent it."""
    if not body:
        raise Refused("files", _("Tệp rỗng. Thầy/cô hãy chọn lại tệp."))
    if len(body) > largest:
        limit = largest // MEGABYTE
        raise Refused("files", _("Tệp lớn hơn %(limit)s MB. Thầy/cô hãy thu nhỏ rồi gửi lại.", limit=limit))
    # Loaded with the first file: what reads pictures takes ten megabytes.
    from intranet.shared.pictures import redrawn

    if picture := redrawn(body):
        size = picture.width, picture.height
        return Upload(file_name(name, ".jpg"), picture.body, JPEG, *size, picture.preview)
    if body.startswith(PDF_MAGIC):
        _check_pdf(body)
        return Upload(file_name(name, ".pdf"), body, PDF)
    if body.startswith(ZIP_MAGIC):
        ending, media_type = _package_kind(body)
        return Upload(file_name(name, ending), body, media_type)
    if body.startswith(OLE2_MAGIC):
        raise _has_password() if ENCRYPTED_STREAM in body else _old_office()
    raise _not_taken()


def clean_name(name: str) -> str:
    """What somebody's device calls a file, without path, control characters and what no system takes in a name."""
    name = name.replace("\\", "/").rpartition("/")[2]
    printable = "".join(char if unicodedata.category(char)[0] != "C" else " " for char in INVISIBLE.sub("", name))
    words = UNFIT.sub(" ", unicodedata.normalize("NFC", printable)).split()
    return " ".join(words)[:LONGEST_NAME].rstrip(" .") or _("Tệp")


def file_name(name: str, ending: str) -> str:
    """The name under which a file is kept: clean, and with the ending that its contents ask for."""
    stem = ENDING.sub("", clean_name(name)).strip(" .") or _("Tệp")
    return stem[: LONGEST_NAME - len(ending)].rstrip(" .") + ending


def _check_pdf(body: bytes) -> None:
    if PDF_END not in body[-PDF_TAIL:] or b"startxref" not in body:
        raise Refused("files", _("Tệp PDF bị hỏng hoặc chưa trọn vẹn. Thầy/cô hãy tạo lại tệp rồi gửi lại."))
    if PDF_ENCRYPTED.search(body):
        raise Refused("files", _("Tệp PDF có mật khẩu hoặc bị khóa. Thầy/cô hãy bỏ khóa rồi gửi lại."))
    if PDF_SCRIPT.search(body):
        raise Refused("files", _("Tệp PDF có mã chạy được. Thầy/cô hãy in lại thành PDF rồi gửi."))


def _package_kind(body: bytes) -> tuple[str, str]:
    """(ending, media type) of an Office file, which nothing unpacks here."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as package:
            parts = package.infolist()
            _check_parts(parts)
            return _kind_of(package, {part.filename for part in parts})
    except Refused:
        raise
    # Damage shows in many ways.
    except Exception as cause:
        raise Refused("files", _("Tệp bị hỏng, không đọc được. Thầy/cô hãy lưu lại rồi gửi lại.")) from cause


def _check_parts(parts: list[zipfile.ZipInfo]) -> None:
    if any(part.flag_bits & ENCRYPTED_FLAG for part in parts):
        raise _has_password()
    # Whoever opens the file must not drown in it either.
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        raise Refused("files", _("Nội dung tệp quá lớn khi mở ra. Thầy/cô hãy chia nhỏ tệp rồi gửi lại."))


def _kind_of(package: zipfile.ZipFile, names: set[str]) -> tuple[str, str]:
    main = next((part for part in PACKAGES if part in names), None)
    if main is None or CONTENT_TYPES not in names:
        raise _not_taken()
    with package.open(CONTENT_TYPES) as part:
        types = part.read(LARGEST_TYPES)
    if b"macroenabled" in types.lower() or any(part in f"/{name}".lower() for name in names for part in MACRO_PARTS):
        raise Refused("files", _("Tệp có macro. Thầy/cô hãy lưu thành .docx, .xlsx hoặc .pptx rồi gửi lại."))
    return PACKAGES[main]


def _has_password() -> Refused:
    return Refused("files", _("Tệp có mật khẩu. Thầy/cô hãy bỏ mật khẩu rồi gửi lại."))


def _old_office() -> Refused:
    return Refused(
        "files", _("Tệp theo định dạng Office cũ. Thầy/cô hãy lưu thành .docx, .xlsx hoặc .pptx rồi gửi lại.")
    )


def _not_taken() -> Refused:
    return Refused("files", _("Hệ thống chỉ nhận ảnh (JPEG, PNG, WebP, HEIC), PDF, Word, Excel và PowerPoint."))
