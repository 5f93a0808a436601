"""Every released database, with its data, comes up to this version."""

import gzip
from pathlib import Path

from intranet.app import components, create_app
from intranet.demo.build import PASSWORD
from intranet.kernel import migrations
from intranet.kernel.database import database, open_database
from intranet.operations import verify
from intranet.registry.people import Person
from intranet.registry.schools import School
from intranet.shared.attachments import StoredFile
from intranet.shared.checklists import ChecklistPack
from intranet.testing import Client, demo_settings

DUMPS = sorted(Path(__file__).parent.glob("*.gz"))


def restore(dump, engine):
    """A database holding the dump; its address."""
    url = engine.empty()
    content = gzip.decompress(dump.read_bytes())
    if dump.name.endswith(".db.gz"):
        Path(url.removeprefix("sqlite:///")).write_bytes(content)
        return url
    open_database(url)
    with database.connection().cursor() as cursor:
        cursor.execute(content)
    database.connection().commit()
    database.close()
    return url


def pytest_generate_tests(metafunc):
    """Each engine restores the dumps of its own kind."""
    if "dump" in metafunc.fixturenames:
        kind = metafunc.config.getoption("--db")
        dumps = [dump for dump in DUMPS if kind in dump.name]
        metafunc.parametrize("dump", dumps, ids=[dump.name for dump in dumps])


def test_a_released_database_is_upgraded_and_used(dump, engine, tmp_path):
    app = create_app(demo_settings(tmp_path, restore(dump, engine)))
    # Before 0.5, addresses stood as people wrote them.
    email = "Bich@Truong.edu.vn" if dump.name < "0.5" else "bich@truong.edu.vn"
    database.execute_sql(f"UPDATE person SET email = '{email}' WHERE username = 'hm.giaovien'")
    migrations.migrate(components(app))
    assert migrations.pending(components(app)) == []
    with app.app_context():
        found = list(verify.problems(components(app), activities=True))
        # A dump holds the tables without the files: verify misses each of them, and nothing else.
        assert (len(found), {line.partition(" ")[0] for line in found} - {"file"}) == (
            StoredFile.select().count(),
            set(),
        )
    # What was begun by the pack of decision 4725 that came with 0.6 keeps it; since 0.8 it states the parts of groups.
    packs = ChecklistPack.select().where(ChecklistPack.key == "decision-4725").order_by(ChecklistPack.version)
    first = [(1, [])] if "0.6" <= dump.name < "0.8" else []
    assert [(pack.version, list(pack.checklist.parts)) for pack in packs] == [*first, (2, ["1.3"])]
    assert School.select().count() == 139
    app.test_client_class = Client
    browser = app.test_client()
    browser.submit("/login", "login", {"username": "hm.chuyenvien", "password": PASSWORD})
    assert browser.soup("/schools").find(id="count").text == "139 trường"
    assert Person.get(Person.email == "bich@truong.edu.vn").username == "hm.giaovien"
    database.close()


def test_each_engine_has_a_dump_of_each_release():
    releases = [{dump.name.split("-")[0] for dump in DUMPS if kind in dump.name} for kind in ("sqlite", "postgres")]
    assert releases[0] == releases[1] != set()
