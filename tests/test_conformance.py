"""What every installed plugin must do. Plugin authors run this file against their own."""

from importlib.metadata import entry_points
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from intranet.cli.switches import route_table
from intranet.kernel.plugins import GROUP, url_segment
from intranet.registry.people import OFFICER
from intranet.shared.access import Actor
from intranet.web.gate import PUBLIC

PLUGINS = sorted(point.name for point in entry_points(group=GROUP))
VIETNAMESE = set("ăâđêôơưáàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ")


@pytest.fixture(params=PLUGINS)
def plugin(request, app):
    """Each installed plugin by its name."""
    return request.param


def own_rules(app, plugin):
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint.partition(".")[0] == plugin]


def plain_pages(app, plugin):
    """Its pages without a variable part that an officer may open."""
    permissions = app.extensions["permissions"]
    officer = Actor(person_id=0, role=OFFICER)
    return sorted(
        rule.rule
        for rule in own_rules(app, plugin)
        if "GET" in rule.methods
        and not rule.arguments
        # What anybody may open does not hang on a district's switch.
        and app.view_functions[rule.endpoint].access != PUBLIC
        and permissions.reach(officer, app.view_functions[rule.endpoint].access) is not None
    )


def test_every_address_lies_under_its_segment(app, plugin):
    segment = f"/{url_segment(plugin)}/"
    assert [rule.rule for rule in own_rules(app, plugin) if not rule.rule.startswith(segment)] == []


def test_every_view_asks_for_a_permission_of_its_own_or_is_open_to_everybody(app, plugin):
    rows = [row for row in route_table(app) if row["module"] == plugin and row["permission"] != PUBLIC]
    assert [row["endpoint"] for row in rows if not str(row["permission"]).startswith(f"{plugin}.")] == []


def test_every_table_carries_its_prefix_and_says_who_owns_a_row(app, plugin):
    for model in app.extensions["plugins"].boot(plugin, "models") or ():
        assert model._meta.table_name.startswith(f"{plugin}_")
        if hasattr(model, "visible_to"):
            assert hasattr(model, "owner")


def test_its_foreign_keys_keep_core_rows_and_leave_no_mark_on_core_classes(app, plugin):
    for model in app.extensions["plugins"].boot(plugin, "models") or ():
        for key in model._meta.refs:
            assert (key.on_delete, key.backref) == ("RESTRICT", "+"), f"{model.__name__}.{key.name}"


def test_its_words_are_vietnamese(app, plugin):
    card = app.extensions["plugins"].cards[plugin]
    labels = [str(card.label), str(card.summary)]
    labels += [str(permission.label) for permission in app.extensions["plugins"].boot(plugin, "permissions") or ()]
    assert [label for label in labels if not VIETNAMESE & set(label.lower())] == []


def test_it_imports_nothing_of_the_intranet_but_the_api(app, plugin):
    folder = app.extensions["plugins"].directory(plugin)
    lines = [
        f"{path.name}: {line.strip()}"
        for path in Path(folder).rglob("*.py")
        for line in map(str.strip, path.read_text(encoding="utf-8").splitlines())
        if line.startswith(("from intranet", "import intranet"))
        and not line.startswith(("from intranet.api import", "from intranet import api"))
    ]
    assert lines == []


def test_its_pages_open_where_it_is_on_and_do_not_exist_where_it_is_off(app, cast, switch, plugin):
    switch(plugin, "HM", False)
    switch(plugin, "UH", True)
    for url in plain_pages(app, plugin):
        assert cast("hm.chuyenvien").get(url).status_code == 404
        # A page may be for schools alone.
        assert cast("uh.chuyenvien").get(url).status_code in (200, 403)


def test_its_pages_answer_htmx_with_a_fragment_or_the_same_page(app, cast, switch, plugin):
    switch(plugin, "HM", True)
    headers = {"HX-Request": "true", "HX-Request-Type": "partial"}
    for url in plain_pages(app, plugin):
        assert cast("hm.chuyenvien").get(url, headers=headers).status_code in (200, 403)


def test_its_lists_as_excel_files_are_read_by_excel(app, cast, switch, plugin):
    switch(plugin, "HM", True)
    for url in plain_pages(app, plugin):
        if url.endswith(".xlsx"):
            answer = cast("hm.chuyenvien").get(url)
            assert answer.headers["Content-Disposition"].startswith("attachment")
            assert load_workbook(BytesIO(answer.data)).worksheets[0].freeze_panes is not None


def test_strangers_are_sent_to_sign_in(app, cast, plugin):
    for url in plain_pages(app, plugin):
        assert cast("").get(url).headers["Location"].startswith("/login")


def test_a_migration_history_of_its_own(app, plugin):
    from intranet.kernel.database import database

    if app.extensions["plugins"].boot(plugin, "models"):
        assert database.execute_sql(f"SELECT count(*) FROM migration_{plugin}").fetchone()[0] >= 1
