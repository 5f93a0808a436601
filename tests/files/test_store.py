"""The file store: what is put there stays, whole, once, and for nobody else to read."""

import hashlib
import stat

import pytest

from intranet.kernel import files

BODY = b"Xin ch\xc3\xa0o"
SUM = hashlib.sha256(BODY).hexdigest()


@pytest.fixture(autouse=True)
def context(app, store):
    with app.app_context():
        yield


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_contents_lie_under_their_sum_for_the_application_alone(store):
    assert files.put(BODY) == SUM
    path = store / SUM[:2] / SUM[2:4] / SUM
    assert (files.path_of(SUM), path.read_bytes(), files.open_file(SUM).read()) == (path, BODY, BODY)
    assert {mode(path), mode(path.parent), mode(path.parent.parent), mode(store)} == {0o600, 0o700}


def test_equal_contents_lie_there_once(blobs):
    assert [files.put(BODY) for _time in range(3)] == [SUM] * 3
    assert blobs() == [SUM]


def test_contents_cut_short_by_a_broken_disk_are_written_anew():
    files.put(BODY)
    files.path_of(SUM).write_bytes(b"")
    files.put(BODY)
    assert files.open_file(SUM).read() == BODY


def test_whole_damaged_and_missing_contents_are_told_apart():
    files.put(BODY)
    states = [files.is_whole(SUM)]
    files.path_of(SUM).write_bytes(b"other")
    states.append(files.is_whole(SUM))
    files.path_of(SUM).unlink()
    assert [*states, files.is_whole(SUM)] == [True, False, None]


def test_contents_put_there_again_are_not_removed(blobs, age):
    files.put(BODY)
    age(files.path_of(SUM))
    old = files.path_of(SUM).stat().st_mtime + 1
    files.put(BODY)
    assert (files.remove(SUM, old), blobs()) == (False, [SUM])
    age(files.path_of(SUM))
    assert (files.remove(SUM, old), blobs()) == (True, [])
    assert files.remove(SUM, old) is False


def test_what_a_killed_process_left_is_cleared_away(store, blobs, age):
    files.put(BODY)
    partial = files.path_of(SUM).with_name("0123456789abcdef.partial")
    aside = files.path_of(SUM).with_name(SUM + ".aside")
    partial.write_bytes(b"half")
    files.path_of(SUM).rename(aside)
    moment = aside.stat().st_mtime
    files.clear_leftovers(moment - 100)
    assert blobs() == [partial.name, aside.name]
    files.clear_leftovers(moment + 100)
    assert blobs() == [SUM]


def test_a_full_disk_is_told_and_leaves_nothing(blobs, full_disk):
    with full_disk(), pytest.raises(OSError) as caught:
        files.put(BODY)
    assert (caught.value.errno in files.FULL, blobs()) == (True, [])
    assert files.put(BODY) == SUM
