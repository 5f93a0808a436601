"""Backups taken while people write, and the way back from them, on either engine."""

import gzip
import json
import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from notice_board.models import Note

from intranet.app import components, create_app
from intranet.demo.build import PASSWORD
from intranet.kernel import files, sealed
from intranet.kernel.database import database, open_database, transaction
from intranet.operations import archive, backups, restore, tables
from intranet.registry.people import Person, SignInSession
from intranet.registry.schools import School
from intranet.shared.attachments import StoredFile
from intranet.shared.audit import AuditEntry, AuditValue
from intranet.testing import demo_settings

DUMPS = Path(__file__).parent.parent / "upgrades"
WRITER = """
import sys
from pathlib import Path
from intranet.app import create_app
from intranet.testing import demo_settings
from notice_board import rules
app = create_app(demo_settings(Path(sys.argv[1]), sys.argv[2]))
number = 0
with app.app_context():
    while True:
        note = rules.add_note(1, f"Tin số {number}", "", person_id=None)
        number += 1
        print(note.id, flush=True)
"""


@pytest.mark.parametrize("kind", ["same", "other"])
def test_what_was_acknowledged_before_a_backup_began_is_restored(tmp_path, engine, back_up, empty, restored, kind):
    url = engine.copy()
    open_database(url)
    command = [sys.executable, "-c", WRITER, str(tmp_path / "writer"), url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        before = [int(writer.stdout.readline()) for _number in range(40)]
        path = back_up()
        with archive.opened(path) as opened:
            rows = opened.manifest.tables[Note._meta.table_name].rows
        # It never stopped writing, and the archive knows nothing of what came later.
        while (later := int(writer.stdout.readline())) <= rows:
            pass
        writer.kill()
    database.close()
    restored(path, empty(kind))
    found = {note.id for note in Note.select()}
    assert set(before) <= found
    assert (len(found), later in found) == (rows, False)
    # One snapshot: each note has the line of its audit, and no line is without its note.
    lines = AuditEntry.select(AuditEntry.subject_id).where(AuditEntry.action == "notice_board.add")
    assert {line.subject_id for line in lines} == found
    values = AuditValue.select(AuditValue.entry).join(AuditEntry).where(AuditEntry.action == "notice_board.add")
    assert values.distinct().count() == lines.count()
    database.close()


@pytest.mark.parametrize("kind", ["same", "other"])
def test_a_restored_installation_has_the_same_rows_and_is_used(app, cast, back_up, empty, restored, contents, kind):
    cast("hm.chuyenvien").submit("/notice-board/new", "note", {"title": "Họp", "body": "Tám giờ"})
    path = back_up()
    with archive.opened(path) as opened:
        noted = {name: (note.rows, note.sha256) for name, note in opened.manifest.tables.items()}
    database.close()
    second = restored(path, empty(kind))
    assert contents() == noted
    second.test_client_class = app.test_client_class
    browser = second.test_client()
    browser.submit("/login", "login", {"username": "hm.chuyenvien", "password": PASSWORD})
    assert browser.soup("/schools?q=hoàng liệt").select("#list tbody tr") != []
    # New rows get numbers of their own, and the trail is still append-only.
    answer = browser.submit("/notice-board/new", "note", {"title": "Họp nữa"})
    assert answer.status_code == 303
    with pytest.raises(Exception, match="never changed"), transaction():
        AuditEntry.delete().execute()
    database.close()


def test_there_and_back_again_nothing_has_changed(app, back_up, empty, restored, contents):
    person = Person.get(Person.username == "hm.giaovien")
    person.note = "Dấu 'nháy', \\ và\nxuống dòng – 𝄞"
    person.save()
    School.update(merged_into=School.select().order_by(School.id.desc()).first()).where(School.id == 1).execute()
    path = back_up()
    database.close()
    there = restored(path, empty("other"))
    here = contents()
    with there.app_context():
        back = backups.make(path.parent / "back").path
    database.close()
    with archive.opened(path) as first, archive.opened(back) as second:
        assert first.manifest.tables == second.manifest.tables
        assert {name: note.rows for name, note in first.manifest.tables.items()} == {
            n: c for n, (c, _h) in here.items()
        }


@pytest.mark.parametrize("dump", sorted(DUMPS.glob("*-sqlite.db.gz")), ids=lambda path: path.name)
def test_an_archive_of_an_earlier_version_is_brought_up_to_this_one(app, tmp_path, empty, restored, dump):
    old = tmp_path / "old.db"
    old.write_bytes(gzip.decompress(dump.read_bytes()))
    database.close()
    open_database(f"sqlite:///{old}")
    with app.app_context(), tables.snapshot() as bound:
        path = archive.write(bound, files.path_of, tmp_path)
    database.close()
    restored(path, empty("same"))
    assert School.select().count() == 139
    database.close()


def test_stored_files_come_along(app, tmp_path, back_up, empty, restored):
    with app.app_context():
        name = files.put(b"\x00\xffpicture" * 1000)
        StoredFile.create(sha256=name, size=9000, media_type="image/jpeg")
        path = back_up()
    database.close()
    with restored(path, empty("same")).app_context():
        assert files.path_of(name).read_bytes() == b"\x00\xffpicture" * 1000
    database.close()


def test_a_missing_file_is_told_and_does_not_stop_the_backup(app, back_up):
    StoredFile.create(sha256="0" * 64, size=1, media_type="image/jpeg")
    path = back_up()
    with archive.opened(path) as opened:
        opened.check()
        assert opened.manifest.broken_files == ["0" * 64]


def test_nobody_is_signed_in_after_a_restore(app, cast, back_up, empty, restored):
    cast("hm.chuyenvien")
    assert SignInSession.select().count() == 1
    path = back_up()
    database.close()
    restored(path, empty("same"))
    assert SignInSession.select().count() == 0
    database.close()


def test_the_keys_are_not_in_an_archive(app, back_up):
    config = app.extensions["config"]
    (config.instance / "data_keys").write_text("ab12 U2VjcmV0U2VjcmV0U2VjcmV0U2VjcmV0U2VjcmV0MTI=\n", encoding="ascii")
    with zipfile.ZipFile(back_up()) as zipped:
        everything = b"".join(zipped.read(name) for name in zipped.namelist())
    (config.instance / "data_keys").unlink()
    assert b"U2VjcmV0" not in everything
    assert config.secret_keys[0].encode() not in everything


# --- what cannot be restored ---


def damaged(path, how):
    """A copy of an archive with something wrong."""
    body, name = path.read_bytes(), path.with_name(f"{how}.zip")
    if how == "cut off":
        name.write_bytes(body[: len(body) * 2 // 3])
    elif how == "not a zip":
        name.write_bytes(b"nothing of the kind")
    else:
        name.write_bytes(rewritten(body, how))
    return name


def rewritten(body, how):
    new = BytesIO()
    with zipfile.ZipFile(BytesIO(body)) as old, zipfile.ZipFile(new, "w") as made:
        for name in old.namelist():
            content = old.read(name)
            if how == "table missing" and name == "tables/person.jsonl":
                continue
            if how == "no manifest" and name == archive.MANIFEST:
                continue
            if how == "row changed" and name == "tables/person.jsonl":
                content = content.replace(b"hm.giaovien", b"hm.giaovieN")
            if how == "row missing" and name == "tables/person.jsonl":
                content = content.partition(b"\n")[2]
            if name == archive.MANIFEST:
                content = changed(json.loads(content), how)
            made.writestr(name, content)
    return new.getvalue()


def changed(manifest, how):
    if how == "newer format":
        manifest["format"] = 99
    if how == "newer schema":
        manifest["migrations"]["core"].append("9999_future")
    if how == "foreign module":
        manifest["migrations"]["astronomy"] = ["0001_initial"]
    if how == "evil name":
        manifest["tables"]['person"; DROP TABLE person; --'] = manifest["tables"].pop("person")
    return json.dumps(manifest)


SENTENCES = {
    "cut off": "is damaged or cut off",
    "not a zip": "is damaged or cut off",
    "table missing": "tables/person.jsonl is missing",
    "no manifest": "is damaged or cut off",
    "row changed": "the rows of person are not those that were written",
    "row missing": "the rows of person are not those that were written",
    "newer format": "was written by a newer version",
    "newer schema": "was written by a newer version",
    "foreign module": "holds the module astronomy, which is not installed here",
    "evil name": "has no manifest that can be read",
}


@pytest.mark.parametrize("how", SENTENCES)
def test_an_archive_that_is_not_whole_is_refused_and_leaves_nothing(app, back_up, tmp_path, engine, run, how):
    url = engine.empty()
    bad = damaged(back_up(), how)
    done = run("restore", bad, "--instance", tmp_path / "new", "--database-url", url)
    assert (done.returncode, SENTENCES[how] in done.stderr) == (1, True), done.stderr
    assert list(tmp_path.glob("new/*.db*")) == []
    assert empty_still(url)


def empty_still(url):
    if url.startswith("sqlite"):
        path = Path(url.removeprefix("sqlite:///"))
        return list(path.parent.glob(f"{path.name}*")) == []
    found = tables.names(open_database(url))
    database.close_all()
    return found == []


def test_a_flipped_byte_anywhere_is_noticed_or_harmless(app, back_up, tmp_path):
    body = bytearray(back_up().read_bytes())
    with archive.opened(back_up()) as opened:
        good = opened.manifest
    noticed = 0
    for place in range(0, len(body), max(len(body) // 150, 1)):
        body[place] ^= 0xFF
        path = tmp_path / "flipped.zip"
        path.write_bytes(body)
        body[place] ^= 0xFF
        try:
            with archive.opened(path) as opened:
                opened.check()
                assert opened.manifest.tables.keys() == good.tables.keys()
        except archive.BadArchive:
            noticed += 1
    assert noticed > 100


def test_a_place_that_is_not_empty_is_refused_and_left_as_it_is(
    app, back_up, engine, instance, tmp_path, run, contents
):
    path = back_up()
    done = run("restore", path, "--instance", instance)
    assert (done.returncode, "A restore never overwrites anything." in done.stderr) == (1, True), done.stderr
    assert run("verify", "--instance", instance).stdout == "Everything is whole.\n"
    taken = tmp_path / "taken"
    (taken / "files").mkdir(parents=True)
    (taken / "files" / "paper.pdf").write_bytes(b"mine")
    done = run("restore", path, "--instance", taken, "--database-url", engine.empty())
    assert (done.returncode, "files is not empty" in done.stderr) == (1, True), done.stderr
    assert (taken / "files" / "paper.pdf").read_bytes() == b"mine"


def test_a_row_without_its_parent_undoes_the_whole_restore(app, back_up, empty, tmp_path):
    path, target, url = back_up(), tmp_path / "half.db", empty("same")
    made = create_app(demo_settings(tmp_path / "half", url))
    with archive.opened(path) as opened, made.app_context():
        place = list(opened.manifest.tables["commune"].columns).index("district_id")
        original = opened.lines
        opened.lines = lambda table: orphaned(original(table), place) if table == "commune" else original(table)
        with pytest.raises(restore.RestoreRefused, match="do not fit"):
            if url.startswith("sqlite"):
                with restore.beside(target) as new:
                    open_database(f"sqlite:///{new}")
                    restore.load(opened, components(made))
            else:
                restore.load(opened, components(made))
        if not url.startswith("sqlite"):
            assert tables.names(database.obj) == []
    database.close()
    assert list(tmp_path.glob("half.db*")) == []


def test_a_text_that_only_sqlite_takes_is_refused_by_name(app, back_up, empty, restored):
    with archive.opened(back_up()) as opened:
        place = list(opened.manifest.tables["person"].columns).index("username")
        original = opened.lines
        opened.lines = lambda table: too_long(original(table), place) if table == "person" else original(table)
        database.close()
        url = next(url for url in (empty("same"), empty("other")) if url.startswith("postgres"))
        made = create_app(demo_settings(opened.path.parent / "strict", url))
        with made.app_context(), pytest.raises(restore.RestoreRefused, match="too long"):
            restore.load(opened, components(made))
    database.close_all()


def too_long(lines, place):
    for line in lines:
        values = json.loads(line)
        values[place] += "x" * 100
        yield json.dumps(values).encode() + b"\n"


def orphaned(lines, place):
    """Rows that all name a district that is not there."""
    for line in lines:
        values = json.loads(line)
        values[place] = 999
        yield json.dumps(values).encode() + b"\n"


def test_the_command_restores_remembers_the_database_and_asks_for_missing_keys(app, instance, tmp_path, engine, run):
    sealed.add_key(instance)
    assert run("backup", "--instance", instance).returncode == 0
    (path,) = (instance / "backups").glob("*.zip")
    assert run("keys", "export", tmp_path / "keys.toml", "--instance", instance).returncode == 0
    new, url = tmp_path / "new", engine.empty()
    done = run("restore", path, "--instance", new, "--database-url", url, "--keys", tmp_path / "keys.toml")
    assert (done.returncode, done.stdout.startswith("Restored ")) == (0, True), done.stderr
    assert run("verify", "--instance", new).stdout == "Everything is whole.\n"
    assert (new / "intranet.toml").stat().st_mode & 0o777 == 0o600
    assert (new / "data_keys").read_text() == (instance / "data_keys").read_text()
    first = (instance / "secret_key").read_text().strip()
    assert (new / "secret_key").read_text().splitlines()[0] == first


def test_the_default_place_is_the_new_directorys_own_sqlite_file(app, back_up, tmp_path, run):
    done = run("restore", back_up(), "--instance", tmp_path / "new", INTRANET_DEMO="1")
    assert done.returncode == 0, done.stderr
    assert {path.name for path in (tmp_path / "new").iterdir()} - {"files"} == {"intranet.db", "secret_key"}
    assert [(tmp_path / name).stat().st_mode & 0o777 for name in ("new", "new/intranet.db")] == [0o700, 0o600]
    assert run("verify", "--instance", tmp_path / "new").stdout == "Everything is whole.\n"
