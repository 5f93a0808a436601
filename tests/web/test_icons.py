"""Icons in pages."""

import pytest
from lucide.jinja import lucide

from intranet.web.icons import icon


@pytest.mark.parametrize("name", ["house", "chart-column", "loader"])
def test_icons_are_drawn_as_the_set_draws_them(name):
    own = lucide(name, size=20, **{"class": "icon", "aria-hidden": "true", "focusable": "false"})
    assert icon(name) == own


def test_an_icon_that_the_set_does_not_have_is_an_error():
    with pytest.raises(KeyError):
        icon("no-such-icon")
