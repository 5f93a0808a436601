"""Our Jinja: what is worked out while a template is compiled, and how values are escaped."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup, escape

from intranet.kernel.language import lazy_gettext
from intranet.kernel.templates import escaped


class Named(str):
    """Text that is more than text."""


@given(st.text(st.sampled_from("aBđ <>&'\"\n")))
def test_text_is_escaped_as_markupsafe_does(text):
    assert escaped(text) == str(escape(text))


@pytest.mark.parametrize(
    "value",
    [Markup("<b>"), 0, -12, True, None, 2.5, Decimal("2.50"), Named("<b>"), ["<i>"], lazy_gettext("Trường <b>")],
)
def test_values_of_other_kinds_are_escaped_as_markupsafe_does(value):
    assert escaped(value) == str(escape(value))


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("{{ value }}", "&lt;b&gt;"),
        ("<a title='{{ value }}'>", "<a title='&lt;b&gt;'>"),
        ("{{ value|upper }}", "&lt;B&gt;"),
        ("{{ value ~ '!' }}", "&lt;b&gt;!"),
        ("{% macro cell(text) %}<td>{{ text }}</td>{% endmacro %}{{ cell(value) }}", "<td>&lt;b&gt;</td>"),
        ("{% set kept %}<i>{{ value }}</i>{% endset %}{{ kept }}", "<i>&lt;b&gt;</i>"),
        ("{% for one in [value] %}{{ one }}{% endfor %}", "&lt;b&gt;"),
        ("{{ _('Tên: %(name)s', name=value) }}", "Tên: &lt;b&gt;"),
        ("{% autoescape false %}{{ value }}{% endautoescape %}", "<b>"),
    ],
)
def test_what_people_type_never_becomes_markup(app, source, shown):
    with app.test_request_context():
        assert app.jinja_env.from_string(source).render(value="<b>") == shown


def test_constant_texts_icons_and_addresses_cost_nothing_when_a_page_is_shown(app):
    asked = []
    app.jinja_env.constants["asked"] = lambda *words: asked.append(words) or "<hr>"
    with app.test_request_context():
        template = app.jinja_env.from_string("{{ asked('a', 1) }}{{ asked('b') }}")
        assert [template.render(), template.render()] == ["<hr><hr>", "<hr><hr>"]
    assert asked == [("a", 1), ("b",)]


def test_a_call_with_a_value_or_of_an_object_is_left_to_the_page(app):
    with app.test_request_context():
        template = app.jinja_env.from_string("{{ icon(name) }}{{ one.icon('x') }}")
        drawn = app.jinja_env.globals["icon"]("house")
        assert template.render(name="house", one={"icon": "{}!".format}) == f"{drawn}x!"
