"""Pictures from outside, drawn anew: upright, of bearable size, in common colours.

Nothing of what the camera wrote stays: no place, no device, no person.
"""

from __future__ import annotations

import io
import re
import warnings
from dataclasses import dataclass

import pillow_heif
from PIL import (
    Image,
    ImageCms,
    JpegImagePlugin,  # noqa: F401 (the readers of FORMATS register themselves)
    PngImagePlugin,  # noqa: F401
    WebPImagePlugin,  # noqa: F401
)

from intranet.kernel.language import gettext as _
from intranet.shared.edits import Refused

FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
BEGINNING = re.compile(rb"\xff\xd8\xff|\x89PNG|RIFF.{4}WEBP|.{4}ftyp(?:heic|heix|hevc|heim|heis|mif1|msf1)", re.DOTALL)
LONGEST_SIDE, QUALITY = 2560, 85
PREVIEW_SIDE, PREVIEW_QUALITY = 480, 80
# As many as the largest pictures of today's phones have; a hundred kilobytes can claim any number.
MOST_PIXELS = 51_000_000
# A progressive JPEG comes in about ten passes, each over all pixels; a forged one in hundreds of thousands.
MOST_PASSES = 20
JPEG_MARKER = re.compile(rb"\xff([\xc0-\xcf\xd8-\xfe])")
BEGIN_PASS, END_OF_JPEG = b"\xda", b"\xd9"

ORIENTATION_TAG = 0x0112
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
COMMON_COLOURS = ImageCms.createProfile("sRGB")

pillow_heif.register_heif_opener()
# Too large a picture is refused here, with a sentence of ours.
warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)
# What is wrong with remarks that are thrown away concerns nobody.
warnings.filterwarnings("ignore", module="PIL.TiffImagePlugin")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it is kept: JPEG, with a small one for lists."""

    body: bytes
    width: int
    height: int
    preview: bytes


def redrawn(body: bytes) -> Picture | None:
    """The picture drawn anew; None when the contents are no picture of the kinds that we take.

    Raises Refused for a broken or a too large one.
    """
    if not BEGINNING.match(body):
        return None
    try:
        with Image.open(io.BytesIO(body), formats=FORMATS) as image:
            _refuse_bombs(image, body)
            return _picture(image)
    except Image.DecompressionBombError as cause:
        raise _too_large() from cause
    except Refused:
        raise
    # A forged or damaged picture can fail anywhere inside the decoders, and with any exception.
    except Exception as cause:
        raise Refused("files", _("Ảnh bị hỏng, không đọc được. Thầy/cô hãy chọn ảnh khác.")) from cause


def _refuse_bombs(image: Image.Image, body: bytes) -> None:
    if image.width * image.height > MOST_PIXELS or (_is_jpeg(image) and _passes(body) > MOST_PASSES):
        raise _too_large()


def _is_jpeg(image: Image.Image) -> bool:
    # Phones put several pictures into one JPEG, which is then called MPO; the first is the one.
    return image.format in ("JPEG", "MPO")


def _passes(body: bytes) -> int:
    found, place = 0, 2
    while (marker := JPEG_MARKER.search(body, place)) and marker[1] != END_OF_JPEG:
        found += marker[1] == BEGIN_PASS
        place = marker.end() + int.from_bytes(body[marker.end() : marker.end() + 2])
    return found


def _too_large() -> Refused:
    limit = MOST_PIXELS // 1_000_000
    return Refused("files", _("Ảnh có hơn %(limit)s triệu điểm ảnh. Thầy/cô hãy thu nhỏ ảnh rồi gửi lại.", limit=limit))


def _picture(image: Image.Image) -> Picture:
    if _is_jpeg(image):
        # The decoder leaves out what would be thrown away.
        image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    image = _plain_mode(image)
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.HAMMING)
    drawn = _on_paper(_upright(image))
    small = drawn.copy()
    small.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE))
    return Picture(_jpeg(drawn, QUALITY), drawn.width, drawn.height, _jpeg(small, PREVIEW_QUALITY))


def _plain_mode(image: Image.Image) -> Image.Image:
    """The picture in a mode that can be scaled: without a palette, without 16 bits."""
    if image.mode.startswith("I"):
        return image.point(lambda value: value * (1 / 256)).convert("L")
    if image.mode in ("L", "RGB", "RGBA", "LA", "CMYK") and "transparency" not in image.info:
        return image
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _upright(image: Image.Image) -> Image.Image:
    turn = UPRIGHT.get(image.getexif().get(ORIENTATION_TAG))
    return image if turn is None else image.transpose(turn)


def _on_paper(image: Image.Image) -> Image.Image:
    """The picture on a new white sheet, to which nothing of the file clings."""
    paper = Image.new("RGB", image.size, "white")
    if image.mode in ("RGBA", "LA"):
        paper.paste(image.convert("RGB"), mask=image.getchannel("A"))
    else:
        paper.paste(image.convert("RGB"))
    return _in_common_colours(paper, image.info.get("icc_profile"))


def _in_common_colours(paper: Image.Image, profile: bytes | None) -> Image.Image:
    if not profile:
        return paper
    try:
        own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if own.profile.xcolor_space.strip() != "RGB":
            return paper
        ImageCms.profileToProfile(paper, own, COMMON_COLOURS, inPlace=True)
    except (ImageCms.PyCMSError, OSError, ValueError):
        # A broken description of the colours costs a shade, not the picture.
        return paper
    paper.info.clear()
    return paper


def _jpeg(image: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()
