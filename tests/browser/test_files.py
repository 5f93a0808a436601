"""Photos go up from a phone."""

import io
import random

import pytest
from PIL import Image
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}


def photo(name, size=(1600, 1200)):
    """A noisy picture, which does not get small."""
    noise = random.Random(name).randbytes(size[0] * size[1] * 3)
    out = io.BytesIO()
    Image.frombytes("RGB", size, noise).save(out, "JPEG", quality=90)
    return {"name": name, "mimeType": "image/jpeg", "buffer": out.getvalue()}


def files_page(page):
    """The files of the person's own school, reached through its page."""
    page.goto("/schools?q=yen+so")
    page.get_by_role("link", name="Trường THCS Yên Sở").click()
    page.get_by_role("link", name="Tải lên, sắp xếp").click()
    expect(page.locator("h1")).to_have_text("Tài liệu của trường")


@pytest.fixture
def progress():
    """``progress(page)``: a list that fills with what the bar shows."""

    def watch(page):
        shown = []
        page.expose_function("told", lambda value: shown.append(value))
        page.evaluate(
            """() => {
              const bar = document.querySelector("[data-upload] progress");
              new MutationObserver(() => { if (!bar.hidden) window.told(bar.value); }).observe(bar, {attributes: true});
            }"""
        )
        return shown

    return watch


@pytest.mark.story
def test_two_photos_go_up_with_a_bar_that_tells_how_far(window, trouble, progress):
    page = window("hm.hieutruong", **PHONE)
    files_page(page)
    shown = progress(page)
    page.locator("#files").set_input_files([photo("Lễ khai giảng.jpg"), photo("Sân trường mới.jpg")])
    page.get_by_role("button", name="Tải lên").click()
    expect(page.locator("#flash")).to_have_text("Đã tải lên 2 tệp.")
    assert (shown[-1], shown) == (100, sorted(shown))
    names = page.locator("[data-panel='files.list'] .files a[href$='/download']")
    expect(names.nth(0)).to_have_text("Sân trường mới.jpg")
    expect(names.nth(1)).to_have_text("Lễ khai giảng.jpg")
    expect(page.locator(".files img").first).to_have_js_property("naturalWidth", 480)
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    assert trouble.errors == []


def test_a_document_is_made_ready_when_it_is_first_opened_and_shows_its_pages(window, trouble):
    page = window("hm.giaovien", **PHONE)
    page.goto("/schools?q=yen+so")
    page.get_by_role("link", name="Trường THCS Yên Sở").click()
    page.get_by_role("link", name="Xem nhanh Quyết định thành lập tổ chuyên môn").click()
    expect(page.locator("#look[data-state=ready] img").first).to_have_js_property("naturalWidth", 1000)
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    assert trouble.errors == []


def test_what_is_refused_is_told_in_the_page_and_the_next_try_works(window):
    page = window("hm.hieutruong")
    files_page(page)
    page.locator("#files").set_input_files({"name": "cài.exe", "mimeType": "x/x", "buffer": b"MZ"})
    page.get_by_role("button", name="Tải lên").click()
    errors = page.locator("#upload .errors")
    expect(errors).to_contain_text("cài.exe: Hệ thống chỉ nhận ảnh")
    expect(errors).to_be_focused()
    page.locator("#files").set_input_files(photo("Cổng trường.jpg"))
    page.get_by_role("button", name="Tải lên").click()
    expect(page.locator("#flash")).to_have_text("Đã tải lên 1 tệp.")


def test_a_file_that_is_too_large_is_told_before_it_travels(window):
    page = window("hm.hieutruong")
    files_page(page)
    field = page.locator("#files")
    field.set_input_files({"name": "phim.mp4", "mimeType": "video/mp4", "buffer": bytes(11 * 1024 * 1024)})
    sentence = "phim.mp4: Tệp lớn hơn 10 MB. Thầy/cô hãy chọn tệp nhỏ hơn."
    assert field.evaluate("field => field.validationMessage") == sentence
    page.get_by_role("button", name="Tải lên").click()
    expect(field).to_be_focused()
    assert page.locator("[data-form=files]").evaluate("form => form.checkValidity()") is False


def test_without_scripts_a_photo_goes_up_and_too_much_is_refused_with_the_limit(window, tmp_path):
    page = window("hm.hieutruong", java_script_enabled=False)
    files_page(page)
    page.locator("#files").set_input_files(photo("Thư viện.jpg"))
    page.get_by_role("button", name="Tải lên").click()
    expect(page.locator("#flash")).to_have_text("Đã tải lên 1 tệp.")
    film = tmp_path / "phim.mp4"
    film.write_bytes(bytes(60 * 1024 * 1024))
    page.locator("#files").set_input_files(film)
    page.get_by_role("button", name="Tải lên").click()
    expect(page.locator("main")).to_contain_text("mỗi tệp tối đa 10 MB")
