"""What is taken, and how it is made fit to be kept."""

import io
import random
import zlib

import pytest
from PIL import Image

from intranet.shared.edits import Refused
from intranet.shared.pictures import LONGEST_SIDE, PREVIEW_SIDE
from intranet.shared.uploads import clean_name, file_name, taken

MEGABYTE = 1024 * 1024


@pytest.fixture
def take(app):
    """The file as it is kept, or the sentence that refuses it."""

    def take(body, name="tệp", largest=10 * MEGABYTE):
        with app.test_request_context():
            try:
                return taken(body, name, largest=largest)
            except Refused as refusal:
                return str(refusal)

    return take


def opened(body):
    return Image.open(io.BytesIO(body))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_a_picture_is_kept_as_jpeg_without_anything_the_camera_wrote(take, samples, kind):
    body = samples.picture(kind)
    assert (b"CanaryPhone" in body, opened(body).getexif().get_ifd(0x8825) != {}) == (True, True)
    kept = take(body, "IMG_1.HEIC")
    assert (kept.name, kept.media_type, kept.width, kept.height) == ("IMG_1.jpg", "image/jpeg", 120, 80)
    for image in (opened(kept.body), opened(kept.preview)):
        assert (image.format, dict(image.getexif()), sorted(image.info)) == (
            "JPEG",
            {},
            ["jfif", "jfif_density", "jfif_unit", "jfif_version"],
        )


def test_remarks_and_colour_profiles_do_not_stay(take, samples):
    from PIL import ImageCms

    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    kept = take(samples.picture(comment=b"CanaryRemark", icc_profile=profile, xmp=b"<x>CanaryXmp</x>"))
    assert b"Canary" not in kept.body
    assert "icc_profile" not in opened(kept.body).info


@pytest.mark.parametrize("turned", range(1, 9))
def test_a_picture_stands_upright_however_the_phone_was_held(take, samples, turned):
    upright = Image.new("L", (40, 20), 255)
    upright.paste(0, (0, 0, 10, 10))
    # What the sensor saw is what, turned as the number says, stands upright.
    back = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}
    seen = upright if turned == 1 else upright.transpose(Image.Transpose(back[turned]))
    exif = Image.Exif()
    exif[0x0112] = turned
    kept = opened(take(samples.saved(seen, "PNG", exif=exif)).body).convert("L")
    assert kept.size == (40, 20)
    corners = [kept.getpixel(place) < 128 for place in ((2, 2), (37, 2), (2, 17), (37, 17))]
    assert corners == [True, False, False, False]


def test_a_large_picture_is_made_smaller_and_a_small_one_is_not_made_larger(take, samples):
    large = take(samples.saved(Image.new("RGB", (5472, 3648), "navy")))
    assert (large.width, large.height) == (LONGEST_SIDE, round(LONGEST_SIDE * 3648 / 5472))
    assert max(opened(large.preview).size) == PREVIEW_SIDE
    small = take(samples.picture(size=(30, 20)))
    assert (opened(small.body).size, opened(small.preview).size) == ((30, 20), (30, 20))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_png_becomes_a_picture(take, samples, mode):
    image = Image.new(mode, (60, 40), 0) if mode in ("1", "L", "I;16") else Image.new("RGBA", (60, 40)).convert(mode)
    kept = take(samples.saved(image, "PNG"))
    assert (kept.width, kept.height) == (60, 40)


def test_what_is_transparent_becomes_white(take, samples):
    kept = take(samples.saved(Image.new("RGBA", (20, 20), (255, 0, 0, 0)), "PNG"))
    assert opened(kept.body).getpixel((10, 10)) == (255, 255, 255)


def test_sixteen_bits_of_grey_keep_their_shade(take, samples):
    kept = take(samples.saved(Image.new("I;16", (20, 20), 32768), "PNG"))
    assert abs(opened(kept.body).convert("L").getpixel((10, 10)) - 128) <= 1


@pytest.mark.parametrize(
    ("part", "name", "kept_as", "media_type"),
    [
        ("word/document.xml", "Kế hoạch.docx", "Kế hoạch.docx", "wordprocessingml.document"),
        ("xl/workbook.xml", "Danh sách", "Danh sách.xlsx", "spreadsheetml.sheet"),
        ("ppt/presentation.xml", "Bài giảng.html", "Bài giảng.pptx", "presentationml.presentation"),
    ],
)
def test_an_office_file_is_kept_as_it_is_and_named_by_its_contents(take, samples, part, name, kept_as, media_type):
    body = samples.package(part)
    kept = take(body, name)
    assert (kept.body, kept.name, kept.media_type.removeprefix("application/vnd.openxmlformats-officedocument.")) == (
        body,
        kept_as,
        media_type,
    )


def test_a_pdf_is_kept_as_it_is(take, samples):
    kept = take(samples.pdf, "Quyết định.doc")
    assert (kept.body, kept.name, kept.media_type) == (samples.pdf, "Quyết định.pdf", "application/pdf")


NOT_TAKEN = "Hệ thống chỉ nhận ảnh (JPEG, PNG, WebP, HEIC), PDF, Word, Excel và PowerPoint."
OLE2 = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(500)


@pytest.mark.parametrize(
    "body",
    [
        b"<html><script>alert(1)</script></html>",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"MZ" + bytes(300),
        b"\x7fELF" + bytes(300),
        b"GIF89a<script>alert(1)</script>",
        b"Rar!\x1a\x07\x00" + bytes(100),
        b"\x1f\x8b\x08" + bytes(100),
        b"BM" + bytes(200),
        "Một bức thư.".encode(),
    ],
)
@pytest.mark.parametrize("name", ["ảnh.jpg", "tệp.pdf"])
def test_anything_else_is_refused_whatever_it_is_called(take, body, name):
    assert take(body, name) == NOT_TAKEN


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda s: b"", "Tệp rỗng. Thầy/cô hãy chọn lại tệp."),
        (lambda s: OLE2, "Tệp theo định dạng Office cũ. Thầy/cô hãy lưu thành .docx, .xlsx hoặc .pptx rồi gửi lại."),
        (
            lambda s: OLE2 + "EncryptedPackage".encode("utf-16-le"),
            "Tệp có mật khẩu. Thầy/cô hãy bỏ mật khẩu rồi gửi lại.",
        ),
        (
            lambda s: s.pdf.replace(b"/Root", b"/Encrypt 5 0 R/Root"),
            "Tệp PDF có mật khẩu hoặc bị khóa. Thầy/cô hãy bỏ khóa rồi gửi lại.",
        ),
        (lambda s: s.pdf[:60], "Tệp PDF bị hỏng hoặc chưa trọn vẹn. Thầy/cô hãy tạo lại tệp rồi gửi lại."),
        (lambda s: s.package("readme.txt"), NOT_TAKEN),
        (lambda s: s.package(s.word)[:-40], "Tệp bị hỏng, không đọc được. Thầy/cô hãy lưu lại rồi gửi lại."),
        (
            lambda s: s.package(s.word, "word/vbaProject.bin"),
            "Tệp có macro. Thầy/cô hãy lưu thành .docx, .xlsx hoặc .pptx rồi gửi lại.",
        ),
        (
            lambda s: s.package(s.excel, types="application/vnd.ms-excel.sheet.macroEnabled.main+xml"),
            "Tệp có macro. Thầy/cô hãy lưu thành .docx, .xlsx hoặc .pptx rồi gửi lại.",
        ),
        (
            lambda s: s.package(s.word, body=bytes(201 * MEGABYTE)),
            "Nội dung tệp quá lớn khi mở ra. Thầy/cô hãy chia nhỏ tệp rồi gửi lại.",
        ),
        (
            lambda s: s.package(s.word, *(f"word/media/{number}.png" for number in range(2000))),
            "Nội dung tệp quá lớn khi mở ra. Thầy/cô hãy chia nhỏ tệp rồi gửi lại.",
        ),
        (lambda s: b"\xff\xd8\xff<html>", "Ảnh bị hỏng, không đọc được. Thầy/cô hãy chọn ảnh khác."),
        (lambda s: s.picture()[:-200], "Ảnh bị hỏng, không đọc được. Thầy/cô hãy chọn ảnh khác."),
        (lambda s: s.picture("PNG")[:-60], "Ảnh bị hỏng, không đọc được. Thầy/cô hãy chọn ảnh khác."),
        (lambda s: s.picture("HEIF")[:-60], "Ảnh bị hỏng, không đọc được. Thầy/cô hãy chọn ảnh khác."),
    ],
)
def test_each_refusal_is_one_clear_sentence(take, samples, make, sentence):
    assert take(make(samples)) == sentence


def test_a_file_over_the_limit_is_refused(take, samples):
    assert take(samples.pdf + bytes(MEGABYTE), largest=MEGABYTE) == "Tệp lớn hơn 1 MB. Thầy/cô hãy thu nhỏ rồi gửi lại."


TOO_MANY_PIXELS = "Ảnh có hơn 51 triệu điểm ảnh. Thầy/cô hãy thu nhỏ ảnh rồi gửi lại."


@pytest.mark.parametrize("side", [8_000, 30_000])
def test_a_small_file_that_claims_endless_pixels_is_refused_unseen(take, side):
    header = side.to_bytes(4) * 2 + bytes([1, 0, 0, 0, 0])
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(1000))), (b"IEND", b""))
    parts = [len(data).to_bytes(4) + kind + data + zlib.crc32(kind + data).to_bytes(4) for kind, data in chunks]
    assert take(b"\x89PNG\r\n\x1a\n" + b"".join(parts)) == TOO_MANY_PIXELS


def test_a_progressive_picture_that_never_ends_is_refused(take, samples):
    body = samples.picture(progressive=True)
    assert take(body).width == 120
    place = body.rindex(b"\xff\xda")
    assert take(body[:place] + body[place:-2] * 50 + body[-2:]) == TOO_MANY_PIXELS


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_random_damage_never_breaks_the_door(take, samples):
    pick = random.Random(4)
    bodies = [samples.picture(kind) for kind in ("JPEG", "PNG", "WEBP", "HEIF")]
    bodies += [samples.package(samples.word), samples.pdf]
    for body in bodies:
        for _time in range(40):
            damaged = bytearray(body)
            for _change in range(pick.randint(1, 30)):
                damaged[pick.randrange(len(damaged))] = pick.randrange(256)
            assert take(bytes(damaged)) is not None


@pytest.mark.parametrize(
    ("name", "kept_as"),
    [
        ("Quyết định.pdf", "Quyết định.pdf"),
        ("Quye\u0302\u0301t định.PDF", "Quyết định.pdf"),
        ("C:\\Users\\an\\Kế hoạch.pdf", "Kế hoạch.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("a\x00b\r\nc\u202efdp.exe", "a b cfdp.pdf"),
        ('x<y>:"|?*.pdf', "x y.pdf"),
        (".htaccess", "htaccess.pdf"),
        ("", "Tệp.pdf"),
        ("...", "Tệp.pdf"),
        ("Kế hoạch 20.10", "Kế hoạch 20.pdf"),
        ("\udcff.pdf", "Tệp.pdf"),
        ("ả" * 300, "ả" * 196 + ".pdf"),
    ],
)
def test_a_name_is_clean_and_ends_as_its_contents_ask(app, name, kept_as):
    with app.test_request_context():
        assert file_name(name, ".pdf") == kept_as


def test_the_sentence_about_a_refused_file_gives_its_whole_name(app):
    with app.test_request_context():
        assert clean_name("/tmp/bài.tập.exe") == "bài.tập.exe"
