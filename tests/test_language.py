"""English is complete, and no Vietnamese word stands in an English page unless it is marked as Vietnamese."""

import functools
import re
from collections import Counter
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from bs4 import BeautifulSoup
from openpyxl import Workbook

from intranet.kernel import jobs
from intranet.kernel.forms import _Translations as WTFormsSentences
from intranet.registry.schools import School

ROOT = Path(__file__).parent.parent
TRANSLATIONS = ROOT / "intranet" / "translations"
ENGLISH = Path("en", "LC_MESSAGES", "messages.po")
# The core's catalogue and that of each module that comes with it: (catalogue, what to read, where).
CATALOGUES = {
    "intranet": (TRANSLATIONS / ENGLISH, TRANSLATIONS / "babel.cfg", ROOT),
    **{
        folder.parent.name: (folder / ENGLISH, ROOT / "plugins" / "babel.cfg", folder.parent)
        for folder in sorted(ROOT.glob("plugins/*/translations"))
    },
}
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]")
VIETNAMESE = re.compile("[àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ]", re.I)
SHOWN_ATTRIBUTES = (
    *("title", "aria-label", "placeholder", "alt"),
    *("data-label", "data-show", "data-hide", "data-offline", "data-failed"),
)
PER_PATTERN = 5
# The tests' own module has no translation, and the demo's list of accounts is Vietnamese.
OWN_MODULE = "Bảng tin"
OTHERS = (
    "[data-panel^=notice_board], [data-panel='search.modules'], [data-module=notice_board], "
    "option[value^='notice_board'], fieldset:has([name^=kind-notice_board]), .demo-accounts"
)


@functools.cache
def catalogue(name):
    """An English catalogue as it stands in the checkout."""
    with CATALOGUES[name][0].open("rb") as text:
        return read_po(text, locale="en")


def messages(name):
    return [message for message in catalogue(name) if message.id]


def in_code(name):
    """(text, plural or None) of everything that the code wants translated."""
    _catalogue, configuration, folder = CATALOGUES[name]
    with configuration.open(encoding="utf-8") as text:
        methods, options = parse_mapping_cfg(text)
    found = extract_from_dir(
        folder,
        methods,
        options,
        keywords=DEFAULT_KEYWORDS | {"lazy_gettext": None},
        directory_filter=lambda path: not Path(path).name.startswith("."),
    )
    return {text if isinstance(text, tuple) else (text, None) for _file, _line, text, _comments, _context in found}


def singular_and_plural(message):
    return message.id if message.pluralizable else (message.id, None)


def strings(message):
    return message.string if message.pluralizable else (message.string,)


# --- the catalogues ---

every_catalogue = pytest.mark.parametrize("name", CATALOGUES)


def test_the_modules_that_come_along_have_catalogues():
    modules = {path.parent.name for path in ROOT.glob("plugins/*/hooks.py")}
    assert {"intranet", *modules} == set(CATALOGUES)


@every_catalogue
def test_every_text_of_the_code_is_in_the_catalogue_and_nothing_else(name):
    wanted, given = in_code(name), {singular_and_plural(message) for message in messages(name)}
    assert (wanted - given, given - wanted, len(catalogue(name).obsolete)) == (set(), set(), 0), "run: make messages"


@every_catalogue
def test_every_text_is_translated(name):
    assert [message.id for message in messages(name) if message.fuzzy or not all(strings(message))] == []


@every_catalogue
def test_translations_keep_the_placeholders(name):
    differing = []
    for message in messages(name):
        source = message.id[0] if message.pluralizable else message.id
        for string in strings(message):
            if Counter(PLACEHOLDER.findall(string)) != Counter(PLACEHOLDER.findall(source)):
                differing.append((source, string))
    assert differing == []


@every_catalogue
def test_translations_hold_no_vietnamese_letters(name):
    assert [string for message in messages(name) for string in strings(message) if VIETNAMESE.search(string)] == []


def test_wtforms_own_sentences_are_ours():
    texts = {message.id for message in messages("intranet")}
    assert {sentence._args[0] for sentence in WTFormsSentences.sentences.values()} <= texts


# --- the pages (decision D23) ---


@pytest.fixture
def english(app, cast, monkeypatch):
    """``english("admin")``: that person's browser in English, read from the .po and not from a compiled file."""
    translations = Translations()
    for name in CATALOGUES:
        compiled = BytesIO()
        write_mo(compiled, catalogue(name))
        compiled.seek(0)
        translations.merge(Translations(compiled))
    with app.app_context():
        cache = app.extensions["babel"].instance.domain_instance.cache
    monkeypatch.setitem(cache, ("en", "messages"), translations)

    def browser(username):
        client = cast(username)
        if username:
            answer = client.submit("/account", "preferences", {"language": "en", "theme": "auto"})
        else:
            answer = client.post("/language", data={"csrf_token": client.csrf(), "language": "en"})
        assert answer.status_code == 303
        # The message that it was saved is still in the language from before.
        client.get(answer.headers["Location"])
        return client

    return browser


def unmarked(html):
    """The texts of a page that have Vietnamese letters and are not marked as Vietnamese."""
    page = BeautifulSoup(html, "lxml")
    assert page.html["lang"] == "en"
    for part in page.select(OTHERS):
        part.decompose()
    for link in page.select("nav a[href^='/notice-board']"):
        link.decompose()
    return [
        text
        for element, text in shown(page)
        if VIETNAMESE.search(text.replace(OWN_MODULE, "")) and language(element) != "vi"
    ]


def shown(page):
    """(element, text) of everything in a page that is seen or read aloud."""
    for text in page.find_all(string=True):
        if text.parent.name not in ("script", "style"):
            yield text.parent, text.strip()
    for element in page.find_all(True):
        is_button = element.name == "input" and element.get("type") in ("submit", "button", "reset")
        for name in (*SHOWN_ATTRIBUTES, *(["value"] if is_button else [])):
            yield element, element.get(name, "")


def language(element):
    return next(part["lang"] for part in (element, *element.parents) if part.get("lang"))


def pages(browser, start):
    """(address, page) of all but the board of the tests' own module, which has no catalogue."""
    for url, answer in browser.crawl(start, PER_PATTERN):
        if answer.mimetype == "text/html" and answer.text and not url.startswith("/notice-board"):
            yield url, answer.text


STARTS = (
    "/",
    "/schools",
    "/schools?q=tân&district=1&level=4&commune=1",
    "/schools?q=không có",
    "/schools/new?district=1",
    "/schools/import",
    "/people",
    "/people?q=không có",
    "/search?q=hòa",
    "/search?q=không có",
    "/pairings",
    "/account",
    "/admin/modules",
    "/matching/",
    "/matching/schools",
    "/matching/weights",
    "/matching/send?all=1",
    "/professional-development/",
    "/professional-development/?when=past",
    "/professional-development/?q=không có",
    "/professional-development/sessions/new?kind=demonstration",
    "/professional-development/difficulties",
    "/professional-development/lesson-studies",
    "/professional-development/practices",
    "/professional-development/record",
    "/nowhere",
)


@pytest.mark.crawl
@pytest.mark.parametrize("username", ["hm.chuyenvien", "admin", "hm.hieutruong", "hm.moi"])
def test_english_pages_hold_no_vietnamese_that_is_not_marked(english, username):
    found = {url: texts for url, html in pages(english(username), STARTS) if (texts := unmarked(html))}
    assert found == {}


def test_the_pages_for_strangers_too(english):
    browser = english("")
    pages = {url: browser.get(url).text for url in ("/login", "/forgot")}
    pages["empty"] = browser.submit("/login", "login").text
    pages["wrong"] = browser.submit("/login", "login", {"username": "ai đó", "password": "đoán"}).text
    pages["ended"] = browser.post("/account", data={"csrf_token": browser.csrf(), "language": "en"}).text
    assert {name: texts for name, html in pages.items() if (texts := unmarked(html))} == {}


def test_refused_forms_too(english):
    browser = english("hm.chuyenvien")
    edit = f"/schools/{School.get(School.code == '01008508').id}/edit"
    own = {"note": "Ghi chú riêng", "address": "Ngõ Đầu", "principal_name": "Lê Thị Bé"}
    pages = {
        "empty": browser.submit("/schools/new", "school", {"name": ""}).text,
        "taken": browser.submit("/schools/new", "school", {"name": "Mới", "code": "an-", "founded_year": "nhiều"}).text,
        "bad": browser.submit(edit, "school", own | {"phone": "một", "email": "hai", "founded_year": "9999"}).text,
        "conflict": browser.submit(edit, "school", own | {"version": "0"}).text,
        "passwords": browser.submit("/account", "password", {"current": "x", "new": "a", "repeat": "b"}).text,
        "no file": browser.submit("/schools/import", "import").text,
        "no token": browser.post("/account", data={}).text,
    }
    assert {name: texts for name, html in pages.items() if (texts := unmarked(html))} == {}
    assert browser.submit(edit, "school", own).status_code == 303
    assert unmarked(browser.get(edit.removesuffix("/edit")).text) == []


def test_an_uploaded_list_too(app, english):
    browser = english("hm.chuyenvien")
    token = browser.csrf("/schools/import")
    answer = browser.post("/schools/import", data={"csrf_token": token, "file": (school_list(), "danh sách.xlsx")})
    address = answer.headers["Location"]
    pages = [browser.get(address).text]
    work(app)
    pages += [browser.get(address).text, browser.get(f"{address}/columns").text]
    assert len(BeautifulSoup(pages[1], "lxml").select("[data-panel^='imports.']")) == 4
    assert browser.submit(address, "commit").status_code == 303
    work(app)
    batch = address.replace("/imports/", "/history/batch/import-")
    pages += [browser.get(url).text for url in (address, batch, "/trash")]
    assert [unmarked(page) for page in pages] == [[]] * len(pages)


def test_reports_too(english):
    browser = english("hm.hieutruong")
    report = browser.submit("/reports/new", "report", {"school_year": "2023-2024"}).headers["Location"]
    pages = [
        browser.get(url).text for url in (report, f"{report}/edit", f"{report}/refill", "/reports", "/reports/new")
    ]
    pages.append(browser.submit(f"{report}/edit", "report", {"title": ""}).text)
    browser.submit(
        f"{report}/edit", "report", {"text-direction": "Đổi lời", "removed-plans": "y", "new_text": "Mục mới"}
    )
    pages.append(browser.submit(f"{report}/edit", "report", {"text-direction": "Lời khác", "version": "1"}).text)
    pages += [browser.get(url).text for url in (report, f"{report}/edit", f"{report}/refill", "/reports/missing")]
    browser.submit(report, "step", verb="submit")
    pages += [browser.get(f"{report}/issue").text, browser.submit(f"{report}/issue", "issue", {"number": ""}).text]
    assert [unmarked(page) for page in pages] == [[]] * len(pages)


def work(app):
    """The job process does what is due."""
    with app.app_context():
        jobs.run_due()


def school_list():
    """A list with a new school in a new commune, a change, two bad rows and a total."""
    book, content = Workbook(), BytesIO()
    rows = (
        ("Tên trường", "Mã trường", "Cấp học", "Xã, phường", "Số lớp"),
        ("Trường THCS Mới Tinh", None, "THCS", "Phường Lạ", 10),
        ("Trường THCS Yên Sở", "01008508", "THCS", None, 99),
        ("Trường Tiểu học Sai", None, "Tiểu học", None, "nhiều"),
        ("Trường Tiểu học Lạ", "01281503", "Tiểu học", None, None),
        ("Tổng cộng", None, None, None, 109),
    )
    for row in rows:
        book.active.append(row)
    book.save(content)
    content.seek(0)
    return content
