"""Values that lie encrypted in the database."""

import subprocess
import sys

import pytest

from intranet.kernel import sealed


@pytest.fixture
def instance(tmp_path):
    sealed.add_key(tmp_path)
    yield tmp_path
    sealed.configure(tmp_path / "elsewhere")


def test_a_sealed_text_opens_where_it_was_sealed(instance):
    text = sealed.seal("Nguyễn Thị Ánh", "case", 7, "name")
    assert "Nguyễn" not in text
    assert sealed.unseal(text, "case", 7, "name") == "Nguyễn Thị Ánh"


def test_a_sealed_text_moved_to_another_row_does_not_open(instance):
    text = sealed.seal("bí mật", "case", 7, "name")
    with pytest.raises(sealed.Broken):
        sealed.unseal(text, "case", 8, "name")


def test_the_same_text_is_never_sealed_the_same_way_twice(instance):
    assert sealed.seal("bí mật", "case", 7, "name") != sealed.seal("bí mật", "case", 7, "name")


def test_what_an_older_key_sealed_opens_after_a_new_key_came(instance):
    old = sealed.seal("bí mật", "case", 7, "name")
    newest = sealed.add_key(instance)
    assert sealed.unseal(old, "case", 7, "name") == "bí mật"
    assert sealed.seal("bí mật", "case", 7, "name").startswith(f"{newest}.")


def test_without_the_key_a_sealed_text_stays_closed(instance, tmp_path):
    text = sealed.seal("bí mật", "case", 7, "name")
    sealed.configure(tmp_path / "elsewhere")
    assert sealed.has_key() is False
    with pytest.raises(sealed.KeyMissing):
        sealed.unseal(text, "case", 7, "name")


def test_the_file_of_keys_is_readable_by_its_owner_only(instance):
    assert (instance / sealed.FILE).stat().st_mode & 0o777 == 0o600


@pytest.fixture
def empty(tmp_path):
    """An instance without a key."""
    sealed.configure(tmp_path)
    yield tmp_path
    sealed.configure(tmp_path / "elsewhere")


def test_the_first_key_is_made_once(empty):
    sealed.ensure_key(empty)
    first = (empty / sealed.FILE).read_text()
    sealed.ensure_key(empty)
    assert (empty / sealed.FILE).read_text() == first
    assert [path.name for path in empty.iterdir()] == [sealed.FILE]


MAKE_AND_SEAL = """
import sys
from pathlib import Path
from intranet.kernel import sealed
instance = Path(sys.argv[1])
sealed.configure(instance)
sys.stdin.readline()
sealed.ensure_key(instance)
print(sealed.seal("bí mật", "case", 7, "name"))
"""


def test_workers_that_make_the_first_key_at_once_all_use_the_same(empty):
    command = [sys.executable, "-c", MAKE_AND_SEAL, str(empty)]
    workers = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _number in range(4)
    ]
    for worker in workers:
        worker.stdin.write("\n")
        worker.stdin.flush()
    texts = [worker.communicate(timeout=60)[0].strip() for worker in workers]
    assert [sealed.unseal(text, "case", 7, "name") for text in texts] == ["bí mật"] * 4
    assert len((empty / sealed.FILE).read_text().splitlines()) == 1


def test_a_key_that_another_worker_made_is_found_when_it_is_needed(instance):
    other = [sys.executable, "-c", "import sys; from pathlib import Path; from intranet.kernel import sealed;"]
    other[-1] += "sealed.add_key(Path(sys.argv[1])); print(sealed.seal('bí mật', 'case', 7, 'name'))"
    text = subprocess.run([*other, str(instance)], capture_output=True, text=True, check=True).stdout.strip()
    assert sealed.unseal(text, "case", 7, "name") == "bí mật"


def test_a_line_that_is_no_key_leaves_the_other_keys_in_use(instance):
    text = sealed.seal("bí mật", "case", 7, "name")
    path = instance / sealed.FILE
    path.write_text("half-a-li\nabcd1234 c2hvcnQ=\n" + path.read_text())
    sealed.configure(instance)
    assert sealed.unseal(text, "case", 7, "name") == "bí mật"


@pytest.mark.parametrize("text", ["", "no key at all", "{key}.", "{key}.é", "{key}.AAAA", "{key}.abc"])
def test_what_was_never_sealed_does_not_open(instance, text):
    key = sealed.seal("x", "case").partition(".")[0]
    with pytest.raises((sealed.Broken, sealed.KeyMissing)):
        sealed.unseal(text.format(key=key), "case")
