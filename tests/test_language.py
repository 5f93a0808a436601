"""English is complete, and no Vietnamese word stands in an English page unless it is marked as Vietnamese."""

import re
from collections import Counter
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from bs4 import BeautifulSoup, Comment, Doctype
from test_leaks import crawl

from intranet.demo.build import DATA

ROOT = Path(__file__).parent.parent
TRANSLATIONS = ROOT / "intranet" / "translations"
CATALOGUE = TRANSLATIONS / "en" / "LC_MESSAGES" / "messages.po"
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]")
VIETNAMESE = re.compile("[àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ]", re.I)
SPOKEN_ATTRIBUTES = ("title", "aria-label", "placeholder", "alt", "data-label")


@cache
def catalogue():
    """The English catalogue as it stands in the checkout."""
    with CATALOGUE.open("rb") as text:
        return read_po(text, locale="en")


def messages():
    return [message for message in catalogue() if message.id]


def in_code():
    """(text, plural or None) of everything that the code wants translated."""
    with (TRANSLATIONS / "babel.cfg").open(encoding="utf-8") as text:
        methods, options = parse_mapping_cfg(text)
    found = extract_from_dir(
        ROOT,
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


# --- the catalogue ---


def test_every_text_of_the_code_is_in_the_catalogue_and_nothing_else():
    wanted, given = in_code(), {singular_and_plural(message) for message in messages()}
    assert (wanted - given, given - wanted, len(catalogue().obsolete)) == (set(), set(), 0), "run: make messages"


def test_every_text_is_translated():
    assert [message.id for message in messages() if message.fuzzy or not all(strings(message))] == []


def test_translations_keep_the_placeholders():
    differing = []
    for message in messages():
        source = message.id[0] if message.pluralizable else message.id
        for string in strings(message):
            if Counter(PLACEHOLDER.findall(string)) != Counter(PLACEHOLDER.findall(source)):
                differing.append((source, string))
    assert differing == []


def test_translations_hold_no_vietnamese_letters():
    assert [string for message in messages() for string in strings(message) if VIETNAMESE.search(string)] == []


def test_wtforms_own_sentences_are_ours():
    from intranet.kernel.forms import _Translations

    texts = {message.id for message in messages()}
    assert {sentence._args[0] for sentence in _Translations.sentences.values()} <= texts


# --- the pages (decision D23) ---


@pytest.fixture
def english(app, cast, monkeypatch):
    """``english("admin")``: that person's browser in English, from the catalogue and not from a compiled file."""
    compiled = BytesIO()
    write_mo(compiled, catalogue())
    compiled.seek(0)
    translations = Translations(compiled)
    domain = app.extensions["babel"].instance.domain_instance
    monkeypatch.setattr(domain, "get_translations_cache", lambda: {("en"): translations}, raising=False)

    def browser(username):
        client = cast(username)
        if username:
            answer = client.submit("/account", "preferences", {"language": "en", "theme": "auto"})
        else:
            answer = client.post("/language", data={"csrf_token": client.csrf(), "language": "en"})
        assert answer.status_code == 303
        return client

    return browser


def vietnamese(html):
    """What has Vietnamese letters in a page and is not marked as Vietnamese."""
    page = BeautifulSoup(html, "lxml")
    for part in page.select("[data-panel^=notice_board], [data-module=notice_board], script, style"):
        part.decompose()
    for link in page.select("a[href^='/notice-board']"):
        (link.find_parent("li") or link).decompose()
    return [
        text.strip()
        for element, text in said(page)
        if VIETNAMESE.search(text) and (element.find_parent_language() != "vi")
    ]
